/* baton-server-target.c: where a record belongs after an edit
 *
 * A project is a scope of its own, a subtask is where its parent is, what hangs on a task where the task is, and all else with its author.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-target.h"

#include <string.h>

#include "../http/baton-server-error.h"
#include "baton-server-permission.h"

void
baton_server_target_clear (BatonServerTarget *target)
{
  g_free (target->scope_id);
}

static gboolean
not_found (const char *what, GError **error)
{
  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND, "There is no such %s.",
               what);
  return FALSE;
}

/* A scope that the author may write in, or NOT_FOUND */
static gboolean
check_target (const BatonServerAuthor *author,
              const char *scope_id,
              BatonServerRole *role,
              GError **error)
{
  if (!baton_server_scope_get_role (author->sql, author->user, scope_id, role, error))
    return FALSE;
  if (*role == BATON_SERVER_ROLE_NONE)
    return not_found ("project", error);
  if (*role >= BATON_SERVER_ROLE_MEMBER)
    return TRUE;
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_AUTHORIZATION,
                       "Viewers of a project may read it only.");
  return FALSE;
}

/* The parent's row, where there is one that the author may write beside. NULL without an error where not. */
static BatonServerRow *
find_parent (const BatonServerAuthor *author, const BatonRecord *record, GError **error)
{
  const char *parent = baton_record_get_text (record, "parent_id");
  g_autoptr (BatonServerRow) row = NULL;

  if (parent == NULL || strcmp (parent, baton_record_get_id (record)) == 0)
    return NULL;
  row = baton_server_row_get (author->sql, BATON_ENTITY_TASK, parent, author->user, error);
  if (row && row->role < BATON_SERVER_ROLE_MEMBER)
    return NULL;
  return g_steal_pointer (&row);
}

static char *
dup_task_scope (const BatonServerAuthor *author, BatonRecord *record, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow) parent = find_parent (author, record, &local_error);
  const char *project;

  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (parent)
    {
      g_auto (BatonValue) value = BATON_VALUE_INIT;

      project = baton_record_get_text (parent->record, "project_id");
      if (g_strcmp0 (project, baton_record_get_text (record, "project_id")) != 0)
        {
          BatonClock clock = baton_server_writer_tick (author->writer, author->now);

          baton_value_set_text (&value, project);
          baton_record_put (record, "project_id", &value, &clock);
        }
      return g_strdup (parent->scope_id);
    }
  project = baton_record_get_text (record, "project_id");
  return project ? baton_server_scope_dup_project_id (project)
                 : baton_server_scope_dup_user_id (author->user);
}

static char *
dup_hanging_scope (const BatonServerAuthor *author, const BatonRecord *record, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow) task = baton_server_row_get (author->sql, BATON_ENTITY_TASK,
                                                          baton_record_get_text (record, "task_id"),
                                                          author->user, &local_error);

  if (task)
    return g_strdup (task->scope_id);
  if (local_error)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    not_found ("task", error);
  return NULL;
}

/* Whether the edit could move the record to another scope */
static gboolean
may_move (const BatonEdit *edit)
{
  return baton_edit_lookup (edit, "project_id") || baton_edit_lookup (edit, "parent_id") ||
         baton_edit_lookup (edit, "task_id");
}

static char *
dup_target (const BatonServerAuthor *author, BatonRecord *record, GError **error)
{
  switch (baton_record_get_entity (record))
    {
    case BATON_ENTITY_PROJECT:
      return baton_server_scope_dup_project_id (baton_record_get_id (record));
    case BATON_ENTITY_TASK:
      return dup_task_scope (author, record, error);
    case BATON_ENTITY_COMMENT:
    case BATON_ENTITY_ATTACHMENT:
      return dup_hanging_scope (author, record, error);
    case BATON_ENTITY_REMINDER:
    case BATON_ENTITY_TAG:
    case BATON_ENTITY_FILTER:
    default:
      return baton_server_scope_dup_user_id (author->user);
    }
}

/* Made without its project, in the author's own inbox, it waits for the edit that puts it there: who may not do that would keep what is not theirs. */
static gboolean
check_later_project (const BatonServerAuthor *author, const BatonEdit *edit, GError **error)
{
  const char *project = baton_edit_get_project (edit);
  g_autofree char *scope_id = NULL;
  BatonServerRole role;

  if (project == NULL || baton_edit_get_entity (edit) != BATON_ENTITY_TASK)
    return TRUE;
  scope_id = baton_server_scope_dup_project_id (project);
  return check_target (author, scope_id, &role, error);
}

gboolean
baton_server_target_find (const BatonServerAuthor *author,
                          const BatonEdit *edit,
                          BatonServerRow *row,
                          gboolean created,
                          BatonServerTarget *target,
                          GError **error)
{
  if (!created && !may_move (edit))
    target->scope_id = g_strdup (row->scope_id);
  else
    target->scope_id = dup_target (author, row->record, error);
  if (target->scope_id == NULL || (created && !check_later_project (author, edit, error)))
    return FALSE;
  target->is_new = g_strcmp0 (target->scope_id, row->scope_id) != 0;
  if (!target->is_new)
    return TRUE;
  if (!created && !baton_server_permission_check_move (author->sql, row, author->user, error))
    return FALSE;
  if (!created || baton_record_get_entity (row->record) != BATON_ENTITY_PROJECT)
    return check_target (author, target->scope_id, &row->role, error);
  row->role = BATON_SERVER_ROLE_OWNER;
  return TRUE;
}
