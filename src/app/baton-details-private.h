/* baton-details-private.h: what the details' files share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-details.h"
#include "baton-due-popover.h"
#include "baton-history.h"
#include "baton-tag-editor.h"

G_BEGIN_DECLS

#define BATON_DETAILS_N_CHOICES 4

/* As the combo rows have them */
extern const char *const baton_details_priorities[BATON_DETAILS_N_CHOICES];
extern const char *const baton_details_statuses[BATON_DETAILS_N_CHOICES];

/* What of a task an edit writes */
typedef enum
{
  BATON_DETAILS_TITLE = 1 << 0,
  BATON_DETAILS_NOTES = 1 << 1,
  BATON_DETAILS_TAGS = 1 << 2,   /* typed, as title and notes are */
  BATON_DETAILS_CHOICE = 1 << 3, /* what is chosen, not typed */
} BatonDetailsPart;

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
  AdwComboRow *repeat_row;
  AdwActionRow *next_row;
  AdwComboRow *priority_row;
  AdwComboRow *status_row;
  AdwComboRow *project_row;
  BatonTagEditor *tag_editor;
  GtkLabel *times;
  BatonHistory *history;

  BatonStore *store;          /* owned */
  BatonProjectList *projects; /* owned */
  GPtrArray *project_ids;     /* owned; as the combo's items; "" is the inbox */
  BatonTask *task;            /* owned, nullable */
  GSignalGroup *task_signals; /* owned */
  char *own_rule;             /* owned, nullable; a rule that can be kept, not chosen */
  guint save_id;
  GPtrArray *failed;    /* owned; saves that failed, and that the widgets do not hold */
  guint generation;     /* one a task that was shown */
  guint in_flight;      /* edits of this task's text that are not in the database yet */
  guint n_saving;       /* edits of any task that are not */
  gboolean title_dirty; /* typed since the last save */
  gboolean notes_dirty;
  gboolean updating; /* the widgets follow the task, not the person */
};

/* baton-details-save.c */
/* Takes @edits, which are of one task */
void baton_details_apply (BatonDetails *self,
                          GPtrArray *edits,
                          const char *label,
                          BatonDetailsPart parts);
void baton_details_save_text (BatonDetails *self);
/* After a pause */
void baton_details_save_later (BatonDetails *self);
/* Gives the widgets what was typed for the task, and could not be saved when another was shown */
void baton_details_restore (BatonDetails *self);
void baton_details_save_free (gpointer save);

/* baton-details-repeat.c */
void baton_details_init_repeat (BatonDetails *self);
void baton_details_show_repeat (BatonDetails *self);
/* Writes what is selected */
void baton_details_choose_repeat (BatonDetails *self);

/* baton-details-show.c */
/* What is typed, without control characters: the title on one line, without space around it */
char *baton_details_dup_title (BatonDetails *self);
char *baton_details_dup_notes (BatonDetails *self);
/* Shows the task as it is, save for text that is not in the database yet */
void baton_details_refresh (BatonDetails *self);

G_END_DECLS
