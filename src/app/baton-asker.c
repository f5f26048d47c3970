/* baton-asker.c: a page's question to the store, asked again whenever the answer may be another one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-asker.h"

/* Counted, as an answer under way needs it too */
struct _BatonAsker
{
  BatonStore *store; /* owned */
  const BatonAskerFuncs *funcs;
  gpointer page; /* borrowed; NULL once freed */
  gboolean asking;
  gboolean wanted; /* asking again, after the one under way */
};

typedef struct
{
  BatonAsker *asker; /* owned */
  gpointer question; /* owned */
} Asked;

static void
asker_clear (gpointer pointer)
{
  g_object_unref (((BatonAsker *) pointer)->store);
}

static void
asker_unref (BatonAsker *self)
{
  g_rc_box_release_full (self, asker_clear);
}

static void
asked_free (Asked *asked)
{
  asked->asker->funcs->free (asked->question);
  asker_unref (asked->asker);
  g_free (asked);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Asked, asked_free)

static gboolean
ask_work (BatonDatabase *database, gpointer data, GError **error)
{
  Asked *asked = data;

  return asked->asker->funcs->work (database, asked->question, error);
}

static void
asked_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Asked) asked = data;
  g_autoptr (GError) error = NULL;
  BatonAsker *self = asked->asker;
  gboolean was_read = baton_store_read_finish (BATON_STORE (source), result, &error);

  self->asking = FALSE;
  if (self->page == NULL)
    return;
  if (was_read)
    self->funcs->show (self->page, asked->question, !self->wanted);
  else
    self->funcs->fail (self->page, asked->question, error);
  if (self->wanted && self->page != NULL)
    baton_asker_ask (self);
}

BatonAsker *
baton_asker_new (BatonStore *store, const BatonAskerFuncs *funcs, gpointer page)
{
  BatonAsker *self;

  g_return_val_if_fail (BATON_IS_STORE (store), NULL);

  self = g_rc_box_new0 (BatonAsker);
  self->store = g_object_ref (store);
  self->funcs = funcs;
  self->page = page;
  return self;
}

void
baton_asker_ask (BatonAsker *self)
{
  Asked *asked;

  g_return_if_fail (self != NULL && self->page != NULL);

  self->wanted = self->asking;
  if (self->asking)
    return;
  self->asking = TRUE;
  asked = g_new0 (Asked, 1);
  asked->asker = g_rc_box_acquire (self);
  asked->question = self->funcs->make (self->page);
  baton_store_read_async (self->store, ask_work, asked, NULL, NULL, asked_cb, asked);
}

void
baton_asker_free (BatonAsker *self)
{
  g_return_if_fail (self != NULL);

  self->page = NULL;
  asker_unref (self);
}
