/* baton-task-list.c: a live list of tasks that holds ids
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One question at a time is with the reader thread; whatever happens meanwhile (commits, a new query) sets
 * `wanted`, and one more follows. The answer's difference to what the list shows is found on the reader thread
 * too: the array of keys is never changed while it is lent, only replaced.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-task-list.h"

#include "baton-list-diff.h"
#include "baton-store-private.h"

/* Read by the reader thread while the list may already have another */
typedef struct
{
  BatonQuery *query; /* owned */
} SharedQuery;

struct _BatonTaskList
{
  GObject parent_instance;

  BatonStore *store;  /* owned */
  SharedQuery *query; /* owned, nullable */
  GArray *keys;       /* owned; of gint64 */
  char *error;        /* owned, nullable */
  gboolean loading;
  gboolean running;  /* a question is with the reader thread */
  gboolean wanted;   /* another one is to follow */
  gboolean applying; /* items-changed is being told, step by step */
};

typedef enum
{
  PROP_LOADING = 1,
  PROP_ERROR,
  PROP_N_ITEMS,
} BatonTaskListProperty;

typedef struct
{
  BatonTaskList *list; /* owned */
  SharedQuery *query;  /* owned */
  GArray *before;      /* owned */
  GArray *after;       /* owned, nullable */
  GArray *steps;       /* owned, nullable */
} Question;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonTaskList,
                               baton_task_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GParamSpec *properties[PROP_N_ITEMS + 1];

static void
shared_query_clear (gpointer pointer)
{
  SharedQuery *shared = pointer;

  baton_query_free (shared->query);
}

static void
shared_query_unref (SharedQuery *shared)
{
  g_atomic_rc_box_release_full (shared, shared_query_clear);
}

static void
question_free (gpointer pointer)
{
  Question *question = pointer;

  shared_query_unref (question->query);
  g_array_unref (question->before);
  g_clear_pointer (&question->after, g_array_unref);
  g_clear_pointer (&question->steps, g_array_unref);
  g_object_unref (question->list);
  g_free (question);
}

static gboolean
question_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Question *question = pointer;

  question->after = baton_database_list (database, question->query->query, error);
  if (question->after == NULL)
    return FALSE;
  question->steps = baton_list_diff (question->before, question->after);
  return TRUE;
}

static void
set_loading (BatonTaskList *self, gboolean loading)
{
  if (self->loading == loading)
    return;
  self->loading = loading;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADING]);
}

static void
set_error (BatonTaskList *self, const char *message)
{
  if (g_set_str (&self->error, message))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

static void
take_keys (BatonTaskList *self, GArray *keys)
{
  g_array_unref (self->keys);
  self->keys = g_array_ref (keys);
}

static void
apply_step (BatonTaskList *self, const BatonListStep *step, GArray *after)
{
  if (step->removed > 0)
    g_array_remove_range (self->keys, step->position, step->removed);
  if (step->added > 0)
    g_array_insert_vals (self->keys, step->position, &g_array_index (after, gint64, step->position),
                         step->added);
  g_list_model_items_changed (G_LIST_MODEL (self), step->position, step->removed, step->added);
}

/* Between two steps the list is as it would be: whoever is told of one may look at it */
static void
apply_steps (BatonTaskList *self, const Question *question)
{
  GArray *before = self->keys;
  guint n_before = before->len;

  self->applying = TRUE;
  if (question->steps->len > 0)
    self->keys = g_array_copy (before);
  else
    g_array_ref (before);
  g_array_unref (before);
  for (guint i = 0; i < question->steps->len; i++)
    apply_step (self, &g_array_index (question->steps, BatonListStep, i), question->after);
  take_keys (self, question->after);
  self->applying = FALSE;
  if (self->keys->len != n_before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
}

static void baton_task_list_ask (BatonTaskList *self);

static void
question_done_cb (gpointer pointer, const GError *error)
{
  Question *question = pointer;
  BatonTaskList *self = question->list;

  self->running = FALSE;
  if (question->query == self->query)
    {
      if (error == NULL)
        apply_steps (self, question);
      set_error (self, error != NULL ? error->message : NULL);
      set_loading (self, FALSE);
    }
  if (self->wanted)
    baton_task_list_ask (self);
}

static void
baton_task_list_ask (BatonTaskList *self)
{
  Question *question;

  self->wanted = self->running || self->applying;
  if (self->wanted || self->query == NULL)
    return;
  question = g_new0 (Question, 1);
  question->list = g_object_ref (self);
  question->query = g_atomic_rc_box_acquire (self->query);
  question->before = g_array_ref (self->keys);
  self->running = baton_store_read (self->store, question_work, question_done_cb, question,
                                    question_free);
  if (!self->running)
    question_free (question);
}

/* Whether the store knows the answer from its opening */
static gboolean
take_first (BatonTaskList *self)
{
  g_autoptr (GArray) keys = NULL;

  if (self->running || self->applying || self->keys->len > 0)
    return FALSE;
  keys = baton_store_take_first (self->store, self->query->query);
  if (keys == NULL)
    return FALSE;
  take_keys (self, keys);
  if (keys->len > 0)
    {
      g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, keys->len);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_ITEMS]);
    }
  set_loading (self, FALSE);
  return TRUE;
}

static GType
baton_task_list_get_item_type (GListModel *model)
{
  return BATON_TYPE_TASK;
}

static guint
baton_task_list_get_n_items (GListModel *model)
{
  return BATON_TASK_LIST (model)->keys->len;
}

static gpointer
baton_task_list_get_item (GListModel *model, guint position)
{
  BatonTaskList *self = BATON_TASK_LIST (model);

  if (position >= self->keys->len)
    return NULL;
  return baton_store_take_task (self->store, g_array_index (self->keys, gint64, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = baton_task_list_get_item_type;
  iface->get_n_items = baton_task_list_get_n_items;
  iface->get_item = baton_task_list_get_item;
}

static void
baton_task_list_finalize (GObject *object)
{
  BatonTaskList *self = BATON_TASK_LIST (object);

  g_clear_pointer (&self->query, shared_query_unref);
  g_clear_pointer (&self->keys, g_array_unref);
  g_clear_pointer (&self->error, g_free);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_task_list_parent_class)->finalize (object);
}

static void
baton_task_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BatonTaskList *self = BATON_TASK_LIST (object);

  switch ((BatonTaskListProperty) id)
    {
    case PROP_LOADING:
      g_value_set_boolean (value, self->loading);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_N_ITEMS:
      g_value_set_uint (value, self->keys->len);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_task_list_class_init (BatonTaskListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = baton_task_list_finalize;
  object_class->get_property = baton_task_list_get_property;

  properties[PROP_LOADING] = g_param_spec_boolean ("loading", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_N_ITEMS] = g_param_spec_uint ("n-items", NULL, NULL, 0, G_MAXUINT, 0, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
baton_task_list_init (BatonTaskList *self)
{
  self->keys = g_array_new (FALSE, FALSE, sizeof (gint64));
}

BatonTaskList *
baton_task_list_new (BatonStore *store)
{
  BatonTaskList *self;

  g_return_val_if_fail (BATON_IS_STORE (store), NULL);

  self = g_object_new (BATON_TYPE_TASK_LIST, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (baton_task_list_ask), self,
                           G_CONNECT_SWAPPED);
  return self;
}

void
baton_task_list_set_query (BatonTaskList *self, BatonQuery *query)
{
  g_return_if_fail (BATON_IS_TASK_LIST (self));
  g_return_if_fail (query != NULL);

  g_clear_pointer (&self->query, shared_query_unref);
  self->query = g_atomic_rc_box_new0 (SharedQuery);
  self->query->query = query;
  set_loading (self, TRUE);
  if (!take_first (self))
    baton_task_list_ask (self);
}

const BatonQuery *
baton_task_list_get_query (BatonTaskList *self)
{
  g_return_val_if_fail (BATON_IS_TASK_LIST (self), NULL);

  return self->query != NULL ? self->query->query : NULL;
}

gboolean
baton_task_list_get_loading (BatonTaskList *self)
{
  g_return_val_if_fail (BATON_IS_TASK_LIST (self), FALSE);

  return self->loading;
}

gint
baton_task_list_find (BatonTaskList *self, const char *id)
{
  gint64 key;

  g_return_val_if_fail (BATON_IS_TASK_LIST (self), -1);
  g_return_val_if_fail (id != NULL, -1);

  key = baton_store_get_key (self->store, BATON_ENTITY_TASK, id);
  for (guint i = 0; key != 0 && i < self->keys->len; i++)
    if (g_array_index (self->keys, gint64, i) == key)
      return (gint) i;
  return -1;
}

gint64
baton_task_list_get_key (BatonTaskList *self, guint position)
{
  g_return_val_if_fail (BATON_IS_TASK_LIST (self), 0);
  g_return_val_if_fail (position < self->keys->len, 0);

  return g_array_index (self->keys, gint64, position);
}
