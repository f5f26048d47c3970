/* baton-details-private.h: what the details' files share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-details.h"
#include "baton-due-popover.h"
#include "baton-tag-editor.h"

G_BEGIN_DECLS

#define BATON_DETAILS_N_CHOICES 4

/* As the combo rows have them */
extern const char *const baton_details_priorities[BATON_DETAILS_N_CHOICES];
extern const char *const baton_details_statuses[BATON_DETAILS_N_CHOICES];

struct _BatonDetails
{
  GtkWidget parent_instance;

  GtkWidget *toolbar_view;
  AdwBanner *banner;
  GtkButton *close_button;
  GtkWidget *delete_button;
  GtkWidget *deleted_box;
  AdwEntryRow *title_row;
  GtkCheckButton *done;
  GtkTextBuffer *notes_buffer;
  AdwActionRow *due_row;
  GtkWidget *due_clear;
  BatonDuePopover *due_popover;
  AdwComboRow *priority_row;
  AdwComboRow *status_row;
  AdwComboRow *project_row;
  BatonTagEditor *tag_editor;
  GtkLabel *times;

  BatonStore *store;          /* owned */
  BatonProjectList *projects; /* owned */
  GPtrArray *project_ids;     /* owned; as the combo's items; "" is the inbox */
  BatonTask *task;            /* owned, nullable */
  GSignalGroup *task_signals; /* owned */
  guint save_id;
  GPtrArray *failed;    /* owned; arrays of edits of other tasks that could not be saved */
  guint generation;     /* one a task that was shown */
  guint in_flight;      /* edits of text that are not in the database yet */
  gboolean title_dirty; /* typed since the last save */
  gboolean notes_dirty;
  gboolean updating; /* the widgets follow the task, not the person */
};

/* baton-details-show.c */
/* What is typed: the title on one line, without space around it */
char *baton_details_dup_title (BatonDetails *self);
char *baton_details_dup_notes (BatonDetails *self);
/* Shows the task as it is, save for text that is not in the database yet */
void baton_details_refresh (BatonDetails *self);

G_END_DECLS
