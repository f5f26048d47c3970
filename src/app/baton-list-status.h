/* baton-list-status.h: what stands in the place of a list that has nothing to show
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-task-list.h"

G_BEGIN_DECLS

/* Why what the account has is not here, or not all of it: an empty list is not said to be empty then. With a button where @action is not NULL */
typedef struct
{
  char *title;
  char *description;
  char *label;  /* nullable */
  char *action; /* nullable */
} BatonAbsence;

BatonAbsence *baton_absence_new (const char *title,
                                 const char *description,
                                 const char *label,
                                 const char *action);
void baton_absence_free (BatonAbsence *self);

#define BATON_TYPE_LIST_STATUS (baton_list_status_get_type ())
G_DECLARE_FINAL_TYPE (BatonListStatus, baton_list_status, BATON, LIST_STATUS, AdwBin)

/* Its button for an error asks for the action `tasks.retry` */
GtkWidget *baton_list_status_new (void);
void baton_list_status_show_error (BatonListStatus *self, const char *message);
void baton_list_status_show_absence (BatonListStatus *self, const BatonAbsence *absence);
void baton_list_status_show_no_results (BatonListStatus *self);
void baton_list_status_show_empty (BatonListStatus *self, BatonView view);

G_END_DECLS
