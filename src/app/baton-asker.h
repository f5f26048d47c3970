/* baton-asker.h: a page's question to the store, asked again whenever the answer may be another one
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

/**
 * BatonAskerFuncs:
 * @make: the question, for the page as it is now
 * @work: on the reader thread; puts the answer into the question
 * @show: @is_last: nothing has changed since it was asked
 * @fail: instead of @show
 * @free: of the question
 */
typedef struct
{
  gpointer (*make) (gpointer page);
  BatonStoreFunc work;
  void (*show) (gpointer page, gpointer question, gboolean is_last);
  void (*fail) (gpointer page, gpointer question, const GError *error);
  GDestroyNotify free;
} BatonAskerFuncs;

typedef struct _BatonAsker BatonAsker;

/* @page: borrowed, until the asker is freed; @funcs: static */
BatonAsker *baton_asker_new (BatonStore *store, const BatonAskerFuncs *funcs, gpointer page);
/* At once, or, where a question is under way, after its answer, which is shown as well: while others change the database all the time, the page goes on
 * with them. */
void baton_asker_ask (BatonAsker *self);
/* An answer that is under way is dropped */
void baton_asker_free (BatonAsker *self);

G_END_DECLS
