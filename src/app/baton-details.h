/* baton-details.h: everything a task has, to be edited
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-project-list.h"
#include "../store/baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_DETAILS (baton_details_get_type ())
G_DECLARE_FINAL_TYPE (BatonDetails, baton_details, BATON, DETAILS, GtkWidget)

/* Signals: `settled`: nothing is on its way to the database any more */

GtkWidget *baton_details_new (BatonStore *store, BatonProjectList *projects);
/* Saves what was typed for the task before; NULL: none */
void baton_details_set_task (BatonDetails *self, BatonTask *task);
BatonTask *baton_details_get_task (BatonDetails *self);
/* Gives what was typed to the store, now */
void baton_details_flush (BatonDetails *self);
/* Something is on its way to the database */
gboolean baton_details_is_saving (BatonDetails *self);
/* Something is not in the database: it is on its way, or could not be saved */
gboolean baton_details_is_unsaved (BatonDetails *self);
/* The banner says why something could not be saved */
gboolean baton_details_has_told (BatonDetails *self);
/* Tries again what could not be saved */
void baton_details_retry (BatonDetails *self);
/* It covers all else: closing it goes back */
void baton_details_set_narrow (BatonDetails *self, gboolean narrow);
void baton_details_focus (BatonDetails *self);

G_END_DECLS
