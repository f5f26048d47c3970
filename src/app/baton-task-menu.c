/* baton-task-menu.c: what can be done to a task, as a menu
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-task-menu.h"

#include <glib/gi18n-lib.h>

#include "baton-names.h"

static void
append (GMenu *menu, const char *label, const char *action, const char *format, ...)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);
  va_list arguments;

  va_start (arguments, format);
  g_menu_item_set_action_and_target_value (item, action,
                                           g_variant_new_va (format, NULL, &arguments));
  va_end (arguments);
  g_menu_append_item (menu, item);
}

static char *
dup_day (int days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);

  return g_date_time_format (day, "%Y-%m-%d");
}

static GMenuModel *
make_due_menu (const char *id)
{
  GMenu *menu = g_menu_new ();
  g_autofree char *today = dup_day (0);
  g_autofree char *tomorrow = dup_day (1);
  g_autofree char *week = dup_day (7);

  append (menu, _ ("Today"), "win.set-due", "(ss)", id, today);
  append (menu, _ ("Tomorrow"), "win.set-due", "(ss)", id, tomorrow);
  append (menu, _ ("Next Week"), "win.set-due", "(ss)", id, week);
  append (menu, _ ("No Date"), "win.set-due", "(ss)", id, "");
  return G_MENU_MODEL (menu);
}

static GMenuModel *
make_priority_menu (const char *id)
{
  static const char *const priorities[] = { "urgent", "high", "medium", "low" };
  GMenu *menu = g_menu_new ();

  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    append (menu, baton_names_get_priority (priorities[i]), "win.set-priority", "(ss)", id,
            priorities[i]);
  return G_MENU_MODEL (menu);
}

GMenuModel *
baton_task_menu_new (BatonTask *task)
{
  GMenu *menu = g_menu_new ();
  g_autoptr (GMenu) section = g_menu_new ();
  g_autoptr (GMenuModel) due = NULL;
  g_autoptr (GMenuModel) priority = NULL;
  const char *id;
  gboolean done;

  g_return_val_if_fail (BATON_IS_TASK (task), NULL);

  id = baton_task_get_id (task);
  if (baton_task_get_is_deleted (task))
    {
      g_menu_append (menu, _ ("_Restore"), "win.restore-task");
      return G_MENU_MODEL (menu);
    }
  done = baton_task_get_is_done (task);
  append (menu, done ? _ ("_Reopen") : _ ("_Complete"), "win.set-done", "(sb)", id, !done);
  append (menu, _ ("_Edit"), "win.show-task", "s", id);
  due = make_due_menu (id);
  priority = make_priority_menu (id);
  g_menu_append_submenu (section, _ ("D_ue"), due);
  g_menu_append_submenu (section, _ ("_Priority"), priority);
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_clear_object (&section);
  section = g_menu_new ();
  g_menu_append (section, _ ("_Delete"), "win.delete-task");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  return G_MENU_MODEL (menu);
}
