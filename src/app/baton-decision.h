/* baton-decision.h: what a person decides on a page, and is told of
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

/**
 * BatonDecision:
 * @work: on the writer thread
 * @done: what is told then, untranslated; nullable
 * @with_undo: and with a button that undoes it
 * @decided: on the page, while it is in a window; @done: translated; @error: nullable. The subject can be pressed again where it failed.
 */
typedef struct
{
  BatonStoreFunc work;
  const char *done;
  gboolean with_undo;
  void (*decided) (GtkWidget *page, GtkWidget *subject, const char *done, const GError *error);
} BatonDecision;

/* @subject (the row, the card) is insensitive meanwhile, and stays so where it went well, for then it is about to go. Where @page has been closed when it
 * is known, the window tells. @decision: static. @data: @destroy is called in any case. */
void baton_decide (const BatonDecision *decision,
                   GtkWidget *page,
                   GtkWidget *subject,
                   BatonStore *store,
                   gpointer data,
                   GDestroyNotify destroy);
/* What is still here after all, and not being decided, can be pressed again */
void baton_decision_settle (GtkWidget *subject);
/* A toast of the window that @widget is in */
void baton_tell (GtkWidget *widget, const char *text, gboolean with_undo);

G_END_DECLS
