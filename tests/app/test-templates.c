/* test-templates.c: every template is made once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "baton-config.h"

#include "../../src/app/baton-color-dot.h"
#include "../../src/app/baton-conflict-card.h"
#include "../../src/app/baton-conflicts-dialog.h"
#include "../../src/app/baton-due-popover.h"
#include "../../src/app/baton-history.h"
#include "../../src/app/baton-project-dialog.h"
#include "../../src/app/baton-removal-dialog.h"
#include "../../src/app/baton-sign-in-dialog.h"
#include "../../src/app/baton-sign-out-dialog.h"
#include "../../src/app/baton-tag-editor.h"
#include "../../src/app/baton-task-row.h"
#include "../../src/app/baton-trouble-page.h"
#include "../../src/app/baton-unsynced-dialog.h"
#include "../../src/app/baton-window-private.h"

static void
test_make (gconstpointer data)
{
  GType type = ((GType (*) (void)) data) ();
  GtkWidget *widget = g_object_ref_sink (g_object_new (type, NULL));

  g_assert_nonnull (widget);
  g_object_run_dispose (G_OBJECT (widget));
  g_assert_finalize_object (widget);
}

static void
test_shortcuts (void)
{
  g_autoptr (GtkBuilder)
      builder = gtk_builder_new_from_resource ("/io/github/batontasks/Baton/baton-shortcuts.ui");

  g_assert_true (ADW_IS_DIALOG (gtk_builder_get_object (builder, "shortcuts")));
}

static void
test_address (void)
{
  static const char *const cases[][2] = {
    { "tasks.example.org",      "https://tasks.example.org" },
    { " tasks.example.org/ ",   "https://tasks.example.org" },
    { "localhost:8750",         "http://localhost:8750"     },
    { "http://10.0.0.2:8750//", "http://10.0.0.2:8750"      },
    { "",                       ""                          },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *address = baton_sign_in_dialog_make_address (cases[i][0]);

      g_assert_cmpstr (address, ==, cases[i][1]);
    }
}

int
main (int argc, char **argv)
{
  static const struct
  {
    const char *name;
    GType (*get_type) (void);
  } types[] = {
    { "color-dot",        baton_color_dot_get_type        },
    { "conflict-card",    baton_conflict_card_get_type    },
    { "conflicts-dialog", baton_conflicts_dialog_get_type },
    { "history",          baton_history_get_type          },
    { "details",          baton_details_get_type          },
    { "due-popover",      baton_due_popover_get_type      },
    { "list-status",      baton_list_status_get_type      },
    { "project-dialog",   baton_project_dialog_get_type   },
    { "quick-entry",      baton_quick_entry_get_type      },
    { "removal-dialog",   baton_removal_dialog_get_type   },
    { "sidebar",          baton_sidebar_get_type          },
    { "sign-in-dialog",   baton_sign_in_dialog_get_type   },
    { "sign-out-dialog",  baton_sign_out_dialog_get_type  },
    { "sync-button",      baton_sync_button_get_type      },
    { "tag-editor",       baton_tag_editor_get_type       },
    { "task-row",         baton_task_row_get_type         },
    { "task-view",        baton_task_view_get_type        },
    { "trouble-page",     baton_trouble_page_get_type     },
    { "unsynced-dialog",  baton_unsynced_dialog_get_type  },
  };

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autofree char *path = g_strconcat ("/templates/", types[i].name, NULL);

      g_test_add_data_func (path, (gconstpointer) types[i].get_type, test_make);
    }
  g_test_add_func ("/templates/shortcuts", test_shortcuts);
  g_test_add_func ("/sign-in/address-is-completed", test_address);
  return g_test_run ();
}
