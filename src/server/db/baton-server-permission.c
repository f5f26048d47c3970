/* baton-server-permission.c: who may change what
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-permission.h"

#include "../http/baton-server-error.h"
#include "baton-server-tree.h"

static gboolean
forbid (const char *message, GError **error)
{
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHORIZATION, message);
  return FALSE;
}

static gboolean
check_project (const BatonServerRow *row, const BatonEdit *edit, GError **error)
{
  if (baton_edit_lookup (edit, "deleted") && row->role < BATON_SERVER_ROLE_OWNER)
    return forbid ("Only the project's owner may delete it.", error);
  if (row->role < BATON_SERVER_ROLE_MANAGER)
    return forbid ("Only the project's owner and managers may change its settings.", error);
  return TRUE;
}

/* Two people may make the next occurrence of a series at once, and the second one's edit says who the first has assigned. */
static gboolean
assigns (const BatonServerRow *row, const BatonEdit *edit)
{
  const BatonEditField *assignee = baton_edit_lookup (edit, "assignee_id");

  return assignee != NULL &&
         !baton_value_equal (&assignee->value, baton_record_get (row->record, "assignee_id"));
}

static gboolean
is_own (const BatonServerRow *row, const char *user)
{
  return g_strcmp0 (baton_record_get_text (row->record, "created_by"), user) == 0;
}

static gboolean
check_task (const BatonServerRow *row, const BatonEdit *edit, const char *user, GError **error)
{
  if (row->role >= BATON_SERVER_ROLE_MANAGER || is_own (row, user))
    return TRUE;
  if (baton_edit_lookup (edit, "deleted"))
    return forbid ("Only the project's owner and managers may delete others' tasks.", error);
  if (assigns (row, edit))
    return forbid ("Only the project's owner and managers may assign others' tasks.", error);
  return TRUE;
}

static gboolean
check_comment (const BatonServerRow *row, const BatonEdit *edit, const char *user, GError **error)
{
  guint n_fields;

  if (g_strcmp0 (baton_record_get_text (row->record, "author_id"), user) == 0)
    return TRUE;
  baton_edit_get_fields (edit, &n_fields);
  if (row->role >= BATON_SERVER_ROLE_MANAGER && n_fields == 1 &&
      baton_edit_lookup (edit, "deleted"))
    return TRUE;
  return forbid ("Only its author may change a comment.", error);
}

gboolean
baton_server_permission_check (const BatonServerRow *row,
                               const BatonEdit *edit,
                               const char *user,
                               GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);

  if (row->role == BATON_SERVER_ROLE_NONE)
    {
      g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND, "There is no such %s.",
                   baton_entity_get_name (entity));
      return FALSE;
    }
  if (row->role == BATON_SERVER_ROLE_VIEWER)
    return forbid ("Viewers of a project may read it only.", error);
  if (entity == BATON_ENTITY_PROJECT)
    return check_project (row, edit, error);
  if (entity == BATON_ENTITY_TASK)
    return check_task (row, edit, user, error);
  if (entity == BATON_ENTITY_COMMENT)
    return check_comment (row, edit, user, error);
  return TRUE;
}

static gboolean
check_below (BatonSql *sql,
             const BatonServerRow *row,
             const char *scope_id,
             const char *user,
             const char *message,
             GError **error)
{
  gboolean has;

  return baton_server_tree_has_others (sql, baton_record_get_id (row->record), scope_id, user, &has,
                                       error) &&
         (!has || forbid (message, error));
}

/* Whoever stays behind has lost it as if it had been deleted */
gboolean
baton_server_permission_check_move (BatonSql *sql,
                                    const BatonServerRow *row,
                                    const char *user,
                                    GError **error)
{
  if (baton_record_get_entity (row->record) != BATON_ENTITY_TASK ||
      row->role >= BATON_SERVER_ROLE_MANAGER)
    return TRUE;
  if (!is_own (row, user))
    return forbid ("Only the project's owner and managers may move others' tasks out of it.",
                   error);
  return check_below (
      sql, row, row->scope_id, user,
      "Only the project's owner and managers may move a task out of it that others' "
      "tasks are part of.",
      error);
}

/* Under a deleted task others' tasks are as good as deleted, and go for good with it. */
gboolean
baton_server_permission_check_hide (BatonSql *sql,
                                    const BatonServerRow *row,
                                    gboolean created,
                                    const char *scope_id,
                                    const char *user,
                                    GError **error)
{
  if (row->role >= BATON_SERVER_ROLE_MANAGER)
    return TRUE;
  if (!created && !is_own (row, user))
    return forbid (
        "Only the project's owner and managers may put others' tasks under a deleted one.", error);
  return check_below (
      sql, row, scope_id, user,
      "Only the project's owner and managers may delete a task that others' tasks are "
      "part of.",
      error);
}
