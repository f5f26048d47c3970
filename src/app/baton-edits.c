/* baton-edits.c: the edits that the window makes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-edits.h"

char *
baton_edits_make_id (void)
{
  return baton_uuid_new (g_get_real_time () / 1000);
}

GPtrArray *
baton_edits_take (BatonEdit *edit)
{
  GPtrArray *edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  g_ptr_array_add (edits, edit);
  return edits;
}

GPtrArray *
baton_edits_set_text (BatonEntity entity, const char *id, const char *field, const char *text)
{
  BatonEdit *edit = baton_edit_new (entity, id);

  baton_edit_set_text (edit, field, text != NULL && *text != '\0' ? text : NULL);
  return baton_edits_take (edit);
}

GPtrArray *
baton_edits_set_done (const char *task, gboolean done)
{
  return baton_edits_set_text (BATON_ENTITY_TASK, task, "status", done ? "done" : "todo");
}

GPtrArray *
baton_edits_set_deleted (BatonEntity entity, const char *id, gboolean deleted)
{
  BatonEdit *edit = baton_edit_new (entity, id);

  baton_edit_set_bool (edit, "deleted", deleted);
  return baton_edits_take (edit);
}

GPtrArray *
baton_edits_set_due (const char *task, const char *due)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, task);

  baton_edit_set_text (edit, "due", due);
  /* What is chosen here is meant where the person is. */
  baton_edit_set_text (edit, "time_zone", NULL);
  return baton_edits_take (edit);
}

GPtrArray *
baton_edits_set_tag (const char *task, const char *tag, gboolean present)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, task);

  baton_edit_set_element (edit, "tags", tag, present);
  return baton_edits_take (edit);
}

GPtrArray *
baton_edits_set_project (const char *id, const char *name, const char *color)
{
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_PROJECT, id);

  baton_edit_set_text (edit, "name", name);
  baton_edit_set_text (edit, "color", color);
  return baton_edits_take (edit);
}

GPtrArray *
baton_edits_new_task (const BatonQuickAdd *parsed, const char *project, const char *due, char **id)
{
  g_autofree char *made = baton_edits_make_id ();
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, made);

  if (project != NULL)
    baton_edit_set_text (edit, "project_id", project);
  if (due != NULL)
    baton_edit_set_text (edit, "due", due);
  baton_quick_add_apply (parsed, edit);
  *id = g_steal_pointer (&made);
  return baton_edits_take (edit);
}
