/* baton-window-private.h: what the window's files share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-details.h"
#include "baton-sidebar.h"
#include "baton-sync-button.h"
#include "baton-task-view.h"
#include "baton-window.h"

G_BEGIN_DECLS

struct _BatonWindow
{
  AdwApplicationWindow parent_instance;

  AdwToastOverlay *toasts;
  AdwNavigationSplitView *split;
  AdwNavigationPage *content_page;
  AdwOverlaySplitView *details_split;
  AdwBin *details_bin;
  AdwBanner *banner;
  GtkMenuButton *menu_button;
  GMenuModel *primary_menu;
  BatonSidebar *sidebar;
  BatonTaskView *task_view;
  AdwBin *sync_bin; /* the sync button, once there is an engine */
  GtkSearchBar *search_bar;
  GtkSearchEntry *search_entry;
  GtkToggleButton *search_button;
  GtkMenuButton *project_button;

  GtkWidget *main;            /* owned: the content while there is no trouble */
  GSettings *settings;        /* owned */
  BatonStore *store;          /* owned, nullable */
  BatonEngine *engine;        /* owned, nullable */
  BatonProjectList *projects; /* owned, nullable */
  BatonDetails *details;      /* in details_bin; made when first wanted */
  AdwToast *toast;            /* owned, nullable: the one shown last */
  BatonView view;
  char *project;         /* owned, nullable; of a project's view */
  gboolean project_seen; /* it was there, so where it is not it is gone */
  guint draft_id;
  guint n_saving;    /* edits that are not in the database yet, but for the details' */
  gboolean closing;  /* when they are */
  gboolean quitting; /* so, and whatever dialog is open */
  gboolean was_told; /* that something could not be saved, before the close that is under way */
};

/* baton-window-actions.c */
void baton_window_class_add_keys (GtkWidgetClass *widget_class);
void baton_window_add_actions (BatonWindow *self);
/* Which actions there is something for */
void baton_window_update_actions (BatonWindow *self);
/* Takes @edits. @done (nullable) is what a toast says, with a button that undoes. */
void baton_window_apply (BatonWindow *self, GPtrArray *edits, const char *label, const char *done);
void baton_window_show_toast (BatonWindow *self, const char *text, gboolean with_undo);
void baton_window_show_error (BatonWindow *self, const char *heading, const char *message);

/* baton-window.c */
/* FALSE for a view that is none */
gboolean baton_window_show_view (BatonWindow *self, const char *view);
void baton_window_show_task (BatonWindow *self, const char *id);
void baton_window_close_details (BatonWindow *self);
/* The task in the details pane, else the one selected; nullable */
BatonTask *baton_window_get_task (BatonWindow *self);

/* baton-window-close.c */
/* FALSE: it closes itself when all is saved, or says what cannot be */
gboolean baton_window_may_close (BatonWindow *self);
void baton_window_settled (BatonWindow *self);
/* Around each edit: closing waits for it, and does not happen where it failed */
void baton_window_begin_save (BatonWindow *self);
void baton_window_end_save (BatonWindow *self, gboolean saved);

/* baton-window-projects.c */
void baton_window_new_project (BatonWindow *self);
void baton_window_edit_project (BatonWindow *self, const char *id);
void baton_window_delete_project (BatonWindow *self, const char *id);

/* baton-window-sync.c */
void baton_window_sign_in (BatonWindow *self);
void baton_window_sign_out (BatonWindow *self);
void baton_window_show_removal (BatonWindow *self);
void baton_window_show_unsynced (BatonWindow *self);
void baton_window_show_conflicts (BatonWindow *self);
/* Whether a sync waits for the person's word */
gboolean baton_window_is_held (BatonWindow *self);
void baton_window_engine_changed (BatonWindow *self);

G_END_DECLS
