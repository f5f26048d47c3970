/* baton-names.c: what fields' choices and the views are called
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-names.h"

#include <glib/gi18n-lib.h>

static const struct
{
  BatonView view;
  const char *text;
  const char *name;
  const char *icon;
} views[] = {
  { BATON_VIEW_INBOX,   "inbox",   N_ ("Inbox"),     "baton-inbox-symbolic"   },
  { BATON_VIEW_TODAY,   "today",   N_ ("Today"),     "baton-today-symbolic"   },
  { BATON_VIEW_ALL,     "all",     N_ ("All Tasks"), "baton-all-symbolic"     },
  { BATON_VIEW_LOGBOOK, "logbook", N_ ("Logbook"),   "baton-logbook-symbolic" },
  { BATON_VIEW_TRASH,   "trash",   N_ ("Trash"),     "user-trash-symbolic"    },
};

const char *
baton_names_get_priority (const char *priority)
{
  if (g_strcmp0 (priority, "low") == 0)
    return C_ ("priority", "Low");
  if (g_strcmp0 (priority, "medium") == 0)
    return C_ ("priority", "Medium");
  if (g_strcmp0 (priority, "high") == 0)
    return C_ ("priority", "High");
  if (g_strcmp0 (priority, "urgent") == 0)
    return C_ ("priority", "Urgent");
  return priority;
}

const char *
baton_names_get_status (const char *status)
{
  if (g_strcmp0 (status, "todo") == 0)
    return C_ ("status", "To Do");
  if (g_strcmp0 (status, "in_progress") == 0)
    return C_ ("status", "In Progress");
  if (g_strcmp0 (status, "review") == 0)
    return C_ ("status", "In Review");
  if (g_strcmp0 (status, "done") == 0)
    return C_ ("status", "Done");
  return status;
}

const char *
baton_names_get_view (BatonView view)
{
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    if (views[i].view == view)
      return _ (views[i].name);
  return "";
}

const char *
baton_names_get_view_icon (BatonView view)
{
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    if (views[i].view == view)
      return views[i].icon;
  return "baton-all-symbolic";
}

char *
baton_view_to_text (BatonView view, const char *project)
{
  if (view == BATON_VIEW_PROJECT)
    return g_strconcat ("project:", project, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    if (views[i].view == view)
      return g_strdup (views[i].text);
  return g_strdup ("all");
}

gboolean
baton_view_from_text (const char *text, BatonView *view, char **project)
{
  g_return_val_if_fail (text != NULL, FALSE);

  *project = NULL;
  if (g_str_has_prefix (text, "project:"))
    {
      *view = BATON_VIEW_PROJECT;
      *project = g_strdup (text + strlen ("project:"));
      return baton_uuid_is_valid (*project);
    }
  for (guint i = 0; i < G_N_ELEMENTS (views); i++)
    if (g_str_equal (views[i].text, text))
      {
        *view = views[i].view;
        return TRUE;
      }
  return FALSE;
}
