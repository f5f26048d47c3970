/* baton-project-list.c: the projects, with their open tasks counted
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Read whole on the reader thread after each commit, one reading at a time. A project keeps its object for as
 * long as it is there, so that a row of the sidebar only sees its number change.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-project-list.h"

#include "baton-list-diff.h"
#include "baton-project-private.h"
#include "baton-store-private.h"

struct _BatonProjectList
{
  GObject parent_instance;

  BatonStore *store;   /* owned */
  GPtrArray *projects; /* owned; of BatonProject */
  GHashTable *by_id;   /* owned: id → BatonProject, both the project's */
  guint inbox_open;
  guint today_open;
  char *error; /* owned, nullable */
  gboolean running;
  gboolean wanted;
};

typedef enum
{
  PROP_INBOX_OPEN = 1,
  PROP_TODAY_OPEN,
  PROP_ERROR,
} BatonProjectListProperty;

typedef struct
{
  BatonProjectList *list; /* owned */
  GPtrArray *records;     /* owned, nullable */
  GHashTable *open;       /* owned, nullable: project id → count */
  guint today_open;
} Reading;

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonProjectList,
                               baton_project_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GParamSpec *properties[PROP_ERROR + 1];

static void
reading_free (gpointer pointer)
{
  Reading *reading = pointer;

  g_clear_pointer (&reading->records, g_ptr_array_unref);
  g_clear_pointer (&reading->open, g_hash_table_unref);
  g_object_unref (reading->list);
  g_free (reading);
}

static gboolean
reading_work (BatonDatabase *database, gpointer pointer, GError **error)
{
  Reading *reading = pointer;
  g_autoptr (BatonQuery) today = baton_query_new (BATON_VIEW_TODAY);
  g_autoptr (GArray) keys = NULL;

  reading->records = baton_database_get_all (database, BATON_ENTITY_PROJECT, error);
  if (reading->records == NULL)
    return FALSE;
  reading->open = baton_database_count_open (database, error);
  if (reading->open == NULL)
    return FALSE;
  keys = baton_database_list (database, today, error);
  if (keys == NULL)
    return FALSE;
  reading->today_open = keys->len;
  return TRUE;
}

static guint
get_open (const Reading *reading, const char *project)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (reading->open, project));
}

static void
set_count (BatonProjectList *self, guint *count, guint value, BatonProjectListProperty property)
{
  if (*count == value)
    return;
  *count = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_error (BatonProjectList *self, const char *message)
{
  if (g_set_str (&self->error, message))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
}

/* The projects as they are now: those that are known, brought up to date, and new ones */
static GPtrArray *
make_projects (BatonProjectList *self, const Reading *reading)
{
  GPtrArray *projects = g_ptr_array_new_full (reading->records->len, g_object_unref);

  for (guint i = 0; i < reading->records->len; i++)
    {
      const BatonRecord *record = g_ptr_array_index (reading->records, i);
      const char *id = baton_record_get_id (record);
      BatonProject *project = g_hash_table_lookup (self->by_id, id);

      if (project != NULL)
        {
          g_ptr_array_add (projects, g_object_ref (project));
          baton_project_update (project, record, get_open (reading, id));
        }
      else
        g_ptr_array_add (projects, baton_project_new (record, get_open (reading, id)));
    }
  return projects;
}

/* An object's address is a key of it */
static GArray *
make_keys (GPtrArray *projects)
{
  GArray *keys = g_array_sized_new (FALSE, FALSE, sizeof (gint64), projects->len);

  for (guint i = 0; i < projects->len; i++)
    {
      gint64 key = (gint64) (gintptr) g_ptr_array_index (projects, i);

      g_array_append_val (keys, key);
    }
  return keys;
}

static void
apply_step (BatonProjectList *self, const BatonListStep *step, GPtrArray *projects)
{
  for (guint i = 0; i < step->removed; i++)
    {
      BatonProject *project = g_ptr_array_index (self->projects, step->position);

      g_hash_table_remove (self->by_id, baton_project_get_id (project));
      g_ptr_array_remove_index (self->projects, step->position);
    }
  for (guint i = 0; i < step->added; i++)
    {
      BatonProject *project = g_ptr_array_index (projects, step->position + i);

      g_ptr_array_insert (self->projects, (int) (step->position + i), g_object_ref (project));
      g_hash_table_insert (self->by_id, (gpointer) baton_project_get_id (project), project);
    }
  g_list_model_items_changed (G_LIST_MODEL (self), step->position, step->removed, step->added);
}

static void
take_reading (BatonProjectList *self, const Reading *reading)
{
  g_autoptr (GPtrArray) projects = make_projects (self, reading);
  g_autoptr (GArray) before = make_keys (self->projects);
  g_autoptr (GArray) after = make_keys (projects);
  g_autoptr (GArray) steps = baton_list_diff (before, after);

  for (guint i = 0; i < steps->len; i++)
    apply_step (self, &g_array_index (steps, BatonListStep, i), projects);
  set_count (self, &self->inbox_open, get_open (reading, ""), PROP_INBOX_OPEN);
  set_count (self, &self->today_open, reading->today_open, PROP_TODAY_OPEN);
}

static void baton_project_list_ask (BatonProjectList *self);

static void
reading_done_cb (gpointer pointer, const GError *error)
{
  Reading *reading = pointer;
  BatonProjectList *self = reading->list;

  if (error == NULL)
    take_reading (self, reading);
  set_error (self, error != NULL ? error->message : NULL);
  self->running = FALSE;
  if (self->wanted)
    baton_project_list_ask (self);
}

static void
baton_project_list_ask (BatonProjectList *self)
{
  Reading *reading;

  self->wanted = self->running;
  if (self->running)
    return;
  reading = g_new0 (Reading, 1);
  reading->list = g_object_ref (self);
  self->running = baton_store_read (self->store, reading_work, reading_done_cb, reading,
                                    reading_free);
  if (!self->running)
    reading_free (reading);
}

static GType
baton_project_list_get_item_type (GListModel *model)
{
  return BATON_TYPE_PROJECT;
}

static guint
baton_project_list_get_n_items (GListModel *model)
{
  return BATON_PROJECT_LIST (model)->projects->len;
}

static gpointer
baton_project_list_get_item (GListModel *model, guint position)
{
  BatonProjectList *self = BATON_PROJECT_LIST (model);

  if (position >= self->projects->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->projects, position));
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = baton_project_list_get_item_type;
  iface->get_n_items = baton_project_list_get_n_items;
  iface->get_item = baton_project_list_get_item;
}

static void
baton_project_list_finalize (GObject *object)
{
  BatonProjectList *self = BATON_PROJECT_LIST (object);

  g_hash_table_unref (self->by_id);
  g_ptr_array_unref (self->projects);
  g_free (self->error);
  g_clear_object (&self->store);
  G_OBJECT_CLASS (baton_project_list_parent_class)->finalize (object);
}

static void
baton_project_list_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  BatonProjectList *self = BATON_PROJECT_LIST (object);

  switch ((BatonProjectListProperty) id)
    {
    case PROP_INBOX_OPEN:
      g_value_set_uint (value, self->inbox_open);
      break;
    case PROP_TODAY_OPEN:
      g_value_set_uint (value, self->today_open);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_project_list_class_init (BatonProjectListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = baton_project_list_finalize;
  object_class->get_property = baton_project_list_get_property;

  properties[PROP_INBOX_OPEN] = g_param_spec_uint ("inbox-open", NULL, NULL, 0, G_MAXUINT, 0,
                                                   flags);
  properties[PROP_TODAY_OPEN] = g_param_spec_uint ("today-open", NULL, NULL, 0, G_MAXUINT, 0,
                                                   flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
baton_project_list_init (BatonProjectList *self)
{
  self->projects = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

/* The counts look at every open task: the first frame does not wait for them */
static gboolean
first_ask_cb (gpointer data)
{
  baton_project_list_ask (BATON_PROJECT_LIST (data));
  return G_SOURCE_REMOVE;
}

BatonProjectList *
baton_project_list_new (BatonStore *store)
{
  BatonProjectList *self;

  g_return_val_if_fail (BATON_IS_STORE (store), NULL);

  self = g_object_new (BATON_TYPE_PROJECT_LIST, NULL);
  self->store = g_object_ref (store);
  g_signal_connect_object (store, "changed", G_CALLBACK (baton_project_list_ask), self,
                           G_CONNECT_SWAPPED);
  g_idle_add_full (G_PRIORITY_LOW, first_ask_cb, g_object_ref (self), g_object_unref);
  return self;
}

BatonProject *
baton_project_list_lookup (BatonProjectList *self, const char *id)
{
  g_return_val_if_fail (BATON_IS_PROJECT_LIST (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return g_hash_table_lookup (self->by_id, id);
}
