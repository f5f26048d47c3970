/* baton-server-apply.c: an edit meets the server's state
 *
 * Whatever changes a record comes through here: an edit of a device, and a REST request, which is made an edit with the server's
 * clock. So there is one place for permission, validation, merging, numbers, history and live updates. All checks come before
 * the first write, so that a refused edit leaves nothing behind and the batch it came in can go on.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-apply.h"

#include <string.h>

#include "../http/baton-server-error.h"
#include "baton-server-hang.h"
#include "baton-server-history.h"
#include "baton-server-permission.h"
#include "baton-server-purge.h"
#include "baton-server-series.h"
#include "baton-server-target.h"

void
baton_server_applied_free (BatonServerApplied *applied)
{
  g_clear_pointer (&applied->row, baton_server_row_free);
  g_clear_pointer (&applied->outcomes, g_ptr_array_unref);
  g_free (applied);
}

void
baton_server_stamp (const BatonServerAuthor *author, BatonEdit *edit, const BatonRecord *state)
{
  BatonClock clock = baton_server_writer_tick (author->writer, author->now);
  g_autofree char *id = baton_uuid_new (author->now);

  baton_edit_stamp (edit, id, &clock, state);
}

static BatonServerRow *
not_found (const char *what, GError **error)
{
  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_NOT_FOUND, "There is no such %s.",
               what);
  return NULL;
}

/* Who cannot see what has the id of a next occurrence is not to look for it: a copy of it gets an id of its own. */
static BatonServerRow *
taken (GError **error)
{
  g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_DUPLICATE_ENTRY,
                       "Somebody else has made something with its identifier. Keep it as a copy.");
  return NULL;
}

/* Of an edit that makes a record there is this in any case */
static gboolean
has_required (const BatonEdit *edit)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (baton_edit_get_entity (edit), &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      if ((fields[i].flags & BATON_FIELD_REQUIRED) != 0 &&
          baton_edit_lookup (edit, fields[i].name) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* An edit of what was purged meanwhile: made anew of this edit alone, the record would be another */
static gboolean
knows_record (const BatonEdit *edit)
{
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  for (guint i = 0; i < n_fields; i++)
    {
      if (baton_clock_is_set (&fields[i].base))
        return TRUE;
    }
  return FALSE;
}

/* The row that the edit is about; an empty one where it is new */
static BatonServerRow *
open_row (const BatonServerAuthor *author, const BatonEdit *edit, gboolean *created, GError **error)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  const char *id = baton_edit_get_record (edit);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (BatonServerRow)
      row = baton_server_row_get (author->sql, entity, id, NULL, &local_error);

  *created = row == NULL;
  if (local_error)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (row == NULL && (knows_record (edit) || (author->from_device && !has_required (edit))))
    return not_found (baton_entity_get_name (entity), error);
  if (row == NULL && entity == BATON_ENTITY_TASK && !baton_server_series_check (author, id, error))
    return NULL;
  if (row == NULL)
    {
      row = g_new0 (BatonServerRow, 1);
      row->record = baton_record_new (entity, id);
      return g_steal_pointer (&row);
    }
  if (!baton_server_scope_get_role (author->sql, author->user, row->scope_id, &row->role, error))
    return NULL;
  if (row->role == BATON_SERVER_ROLE_NONE && baton_recurrence_is_making (edit))
    return taken (error);
  if (!baton_server_permission_check (row, edit, author->user, error))
    return NULL;
  return g_steal_pointer (&row);
}

static gboolean
check (const BatonServerAuthor *author,
       const BatonEdit *edit,
       const BatonServerRow *row,
       gboolean created,
       GPtrArray *problems,
       GError **error)
{
  const BatonProblem *first;

  if (baton_edit_validate (edit, created ? NULL : row->record, author->from_device, problems))
    return TRUE;
  first = g_ptr_array_index (problems, 0);
  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_VALIDATION, "%s %s", first->field,
               first->message);
  return FALSE;
}

static void
put_once (BatonRecord *record, const char *key, const char *text, const BatonClock *clock)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  if (baton_schema_lookup (baton_record_get_entity (record), key, NULL, NULL) == NULL ||
      baton_record_get_own (record, key)->kind != BATON_VALUE_NULL)
    return;
  baton_value_set_text (&value, text);
  baton_record_put (record, key, &value, clock);
}

/* Of a project that its author only sends again, who made it before, where they are still there */
static char *
dup_creator (const BatonServerAuthor *author, const BatonEdit *edit, GError **error)
{
  const char *creator = baton_edit_get_creator (edit);
  g_autoptr (BatonSqlStatement) statement = NULL;
  BatonSqlStep step;

  if (creator == NULL || baton_edit_get_entity (edit) != BATON_ENTITY_PROJECT)
    return g_strdup (author->user);
  statement = baton_sql_prepare (author->sql, "SELECT 1 FROM user WHERE id = ?1 AND is_active",
                                 error);
  if (statement == NULL)
    return NULL;
  baton_sql_bind_text (statement, 1, creator);
  step = baton_sql_step (statement, error);
  if (step == BATON_SQL_FAILED)
    return NULL;
  return g_strdup (step == BATON_SQL_ROW ? creator : author->user);
}

/* What the server knows of a new record by itself. Who made it has the server's own clock: of a server that was set back somebody else may be
 * the first to send the record again, and its word is then the later one on every device. */
static gboolean
put_origin (const BatonServerAuthor *author,
            const BatonEdit *edit,
            BatonRecord *record,
            GError **error)
{
  BatonClock clock = baton_edit_get_clock (edit);
  BatonClock own = baton_server_writer_tick (author->writer, author->now);
  g_autofree char *now = baton_time_format (author->now);
  g_autofree char *creator = dup_creator (author, edit, error);

  if (creator == NULL)
    return FALSE;
  put_once (record, "created_by", creator, &own);
  put_once (record, "author_id", author->user, &own);
  put_once (record, "created_at", now, &clock);
  return TRUE;
}

/* --- where it belongs ---------------------------------------------------- */

static gboolean
add_member (const BatonServerAuthor *author,
            const char *project,
            const char *user,
            BatonServerRole role,
            GError **error)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (
      author->sql, "INSERT INTO member VALUES (?1, ?2, ?3, ?4)", error);

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, user);
  baton_sql_bind_text (statement, 2, project);
  baton_sql_bind_text (statement, 3, baton_server_role_get_name (role));
  baton_sql_bind_int (statement, 4, author->now);
  return baton_sql_run (statement, error);
}

/* Who only sends it again is in it, and no more. */
static gboolean
add_owner (const BatonServerAuthor *author, const BatonRecord *project, GError **error)
{
  const char *id = baton_record_get_id (project);
  const char *owner = baton_record_get_text (project, "created_by");

  return add_member (author, id, owner, BATON_SERVER_ROLE_OWNER, error) &&
         (g_str_equal (owner, author->user) ||
          add_member (author, id, author->user, BATON_SERVER_ROLE_MEMBER, error));
}

/* Whether somebody may be given a task of the scope @target; @before (nullable) had it until now. Where an edit of a device says more than
 * that, the rest of it is taken, and the server's own edit says who has the task. @moves: it comes to the scope with this edit, and nobody
 * keeps a task that goes where they are not. */
static gboolean
check_assignee (const BatonServerAuthor *author,
                const BatonEdit *edit,
                BatonRecord *record,
                const char *target,
                gboolean moves,
                const char *before,
                GPtrArray *problems,
                GError **error)
{
  const char *assignee = baton_record_get_text (record, "assignee_id");
  gboolean gives = baton_edit_lookup (edit, "assignee_id") && g_strcmp0 (assignee, before) != 0;
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonServerRole role;
  BatonClock clock;
  guint n_fields;

  if (!assignee || (!gives && !moves))
    return TRUE;
  if (!baton_server_scope_get_role (author->sql, assignee, target, &role, error))
    return FALSE;
  if (role != BATON_SERVER_ROLE_NONE)
    return TRUE;
  baton_edit_get_fields (edit, &n_fields);
  if (gives && (!author->from_device || n_fields == 1))
    {
      baton_problems_add (problems, "assignee_id", "%s", "must be somebody who is in the project");
      g_set_error_literal (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_VALIDATION,
                           "A task can only be given to somebody who is in its project.");
      return FALSE;
    }
  clock = baton_server_writer_tick (author->writer, author->now);
  baton_value_set_text (&value, moves ? NULL : before);
  baton_record_put (record, "assignee_id", &value, &clock);
  return TRUE;
}

/* What an edit found */
typedef struct
{
  char *assignee;
  char *parent;
  gboolean deleted;
  BatonValue made_at;
  BatonClock made_clock;
} Before;

static void
before_clear (Before *before)
{
  g_free (before->assignee);
  g_free (before->parent);
  baton_value_clear (&before->made_at);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Before, before_clear)

static void
note_before (Before *before, const BatonRecord *record)
{
  baton_value_copy (baton_record_get_own (record, "created_at"), &before->made_at);
  before->made_clock = baton_record_get_clock (record, "created_at");
  if (baton_record_get_entity (record) != BATON_ENTITY_TASK)
    return;
  before->assignee = g_strdup (baton_record_get_text (record, "assignee_id"));
  before->parent = g_strdup (baton_record_get_text (record, "parent_id"));
  before->deleted = baton_record_get_bool (record, "deleted");
}

/* When a record was made stays as it is, whatever a later edit says. But of two who make the next occurrence of a series the clocks decide. */
static void
keep_made_at (const Before *before, const BatonEdit *edit, BatonServerApplied *applied)
{
  const BatonEditField *field = baton_edit_lookup (edit, "created_at");

  if (field == NULL || before->made_at.kind == BATON_VALUE_NULL ||
      baton_value_equal (&field->value, &before->made_at) || baton_recurrence_is_making (edit))
    return;
  baton_record_put (applied->row->record, field->key, &before->made_at, &before->made_clock);
  for (guint i = 0; i < applied->outcomes->len; i++)
    {
      BatonOutcome *outcome = g_ptr_array_index (applied->outcomes, i);

      if (!g_str_equal (outcome->key, field->key))
        continue;
      outcome->won = FALSE;
      outcome->loser_clock = baton_edit_get_clock (edit);
      baton_value_copy (&field->value, &outcome->loser);
    }
}

static gboolean
is_hidden (BatonSql *sql, const char *task, const char *scope_id, gboolean *hidden, GError **error)
{
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql,
                                     "SELECT 1 FROM task WHERE id = ?1 AND hidden"
                                     " AND scope = (SELECT key FROM scope WHERE id = ?2)",
                                     error);
  BatonSqlStep step;

  if (statement == NULL)
    return FALSE;
  baton_sql_bind_text (statement, 1, task);
  baton_sql_bind_text (statement, 2, scope_id);
  step = baton_sql_step (statement, error);
  *hidden = step == BATON_SQL_ROW;
  return step != BATON_SQL_FAILED;
}

/* An edit that deletes a task, puts it under one that is, or takes it so to another scope, hides what hangs on it there. */
static gboolean
check_hiding (const BatonServerAuthor *author,
              const BatonServerRow *row,
              gboolean created,
              const BatonServerTarget *target,
              const Before *before,
              GError **error)
{
  const char *parent = baton_record_get_text (row->record, "parent_id");
  gboolean hides = baton_record_get_bool (row->record, "deleted") &&
                   (target->is_new || !before->deleted);

  if (baton_record_get_entity (row->record) != BATON_ENTITY_TASK)
    return TRUE;
  if (!hides && parent && (target->is_new || g_strcmp0 (parent, before->parent) != 0) &&
      !is_hidden (author->sql, parent, target->scope_id, &hides, error))
    return FALSE;
  return !hides || baton_server_permission_check_hide (author->sql, row, created, target->scope_id,
                                                       author->user, error);
}

static gboolean
settle (const BatonServerAuthor *author,
        BatonServerRow *row,
        gboolean created,
        const BatonServerTarget *target,
        GError **error)
{
  gboolean is_project = baton_record_get_entity (row->record) == BATON_ENTITY_PROJECT;

  if (!target->is_new)
    return TRUE;
  if (created && is_project && !add_owner (author, row->record, error))
    return FALSE;
  if (!created && !baton_server_hang_announce_leave (author, row, error))
    return FALSE;
  row->scope = baton_server_scope_ensure (author->sql, target->scope_id, error);
  g_set_str (&row->scope_id, target->scope_id);
  return row->scope != 0;
}

/* --- writing ------------------------------------------------------------- */

/* What came again with the clock that stands is as it was */
static gboolean
changes_anything (const BatonServerApplied *applied)
{
  for (guint i = 0; i < applied->outcomes->len; i++)
    {
      const BatonOutcome *outcome = g_ptr_array_index (applied->outcomes, i);
      BatonClock stands = baton_record_get_clock (applied->row->record, outcome->key);

      if (outcome->won &&
          (baton_clock_compare (&outcome->loser_clock, &stands) != 0 ||
           !baton_value_equal (&outcome->loser,
                               baton_record_get_own (applied->row->record, outcome->key))))
        return TRUE;
    }
  return applied->created;
}

static gboolean
claim (const BatonServerAuthor *author,
       const BatonEdit *edit,
       BatonServerApplied *applied,
       const BatonServerTarget *target,
       gboolean *claims,
       GError **error)
{
  *claims = FALSE;
  return (!target->is_new && !changes_anything (applied)) ||
         baton_server_series_claim (author, edit, applied->row, applied->created, claims, error);
}

/* Where what hangs on a task waits for it, when it came before the task did */
static gint64
get_own_scope (const BatonServerAuthor *author, GError **error)
{
  g_autofree char *id = baton_server_scope_dup_user_id (author->user);

  return baton_server_scope_ensure (author->sql, id, error);
}

static gboolean
moves_or_hides (const BatonEdit *edit)
{
  return baton_edit_lookup (edit, "deleted") || baton_edit_lookup (edit, "parent_id");
}

/* Since when it is deleted counts from its last write */
static gboolean
note_deleted (const BatonServerAuthor *author,
              const BatonEdit *edit,
              const BatonServerRow *row,
              GError **error)
{
  gboolean deleted = baton_record_get_bool (row->record, "deleted");

  return (!deleted && !baton_edit_lookup (edit, "deleted")) ||
         baton_server_purge_note (author->sql, baton_record_get_entity (row->record), row->key,
                                  deleted, author->now, error);
}

static gboolean
write_row (const BatonServerAuthor *author,
           const BatonEdit *edit,
           BatonServerApplied *applied,
           gint64 from,
           GError **error)
{
  BatonServerRow *row = applied->row;
  gboolean is_task = baton_record_get_entity (row->record) == BATON_ENTITY_TASK;

  row->version++;
  if (!baton_server_row_put (author->sql, row, error) || !note_deleted (author, edit, row, error) ||
      !baton_server_hang_announce (author, row, error))
    return FALSE;
  if (!is_task)
    return TRUE;
  if (applied->created ? !baton_server_hang_hide_new (author->sql, row, error)
                       : moves_or_hides (edit) && !baton_server_hang_hide (author->sql, row, error))
    return FALSE;
  if (applied->created && author->from_device)
    from = get_own_scope (author, error);
  else if (applied->created)
    return TRUE;
  return from != 0 && baton_server_hang_follow (author, row, from, error);
}

/* --- what the server replaces by itself ------------------------------------ */

static const char *const own_keys[] = { "project_id", "assignee_id", "series_id" };

typedef struct
{
  BatonValue values[G_N_ELEMENTS (own_keys)];
  BatonClock clocks[G_N_ELEMENTS (own_keys)];
} Wanted;

static void
wanted_clear (Wanted *wanted)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_keys); i++)
    baton_value_clear (&wanted->values[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static void
note_wanted (Wanted *wanted, const BatonRecord *record)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_keys); i++)
    {
      baton_value_copy (baton_record_get_own (record, own_keys[i]), &wanted->values[i]);
      wanted->clocks[i] = baton_record_get_clock (record, own_keys[i]);
    }
}

/* The edit's author is told that it lost. */
static void
note_lost (const Wanted *wanted, guint i, const BatonEdit *edit, BatonServerApplied *applied)
{
  BatonClock clock = baton_edit_get_clock (edit);
  BatonOutcome *outcome;

  if (baton_edit_lookup (edit, own_keys[i]) == NULL ||
      baton_clock_compare (&wanted->clocks[i], &clock) != 0 ||
      baton_value_equal (&wanted->values[i],
                         baton_record_get_own (applied->row->record, own_keys[i])))
    return;
  outcome = g_new0 (BatonOutcome, 1);
  outcome->key = g_strdup (own_keys[i]);
  outcome->loser_clock = clock;
  baton_value_copy (&wanted->values[i], &outcome->loser);
  g_ptr_array_add (applied->outcomes, outcome);
}

static gboolean
keep_replaced (const Wanted *wanted,
               const BatonServerAuthor *author,
               const BatonEdit *edit,
               BatonServerApplied *applied,
               GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (own_keys); i++)
    {
      if (!baton_server_history_add_replaced (author, applied->row, own_keys[i], &wanted->values[i],
                                              &wanted->clocks[i], error))
        return FALSE;
      note_lost (wanted, i, edit, applied);
    }
  return TRUE;
}

BatonServerApplied *
baton_server_apply (const BatonServerAuthor *author,
                    BatonEdit *edit,
                    GPtrArray *problems,
                    GError **error)
{
  g_autoptr (BatonServerApplied) applied = g_new0 (BatonServerApplied, 1);
  BatonClock clock = baton_edit_get_clock (edit);
  g_auto (Wanted) wanted = { 0 };
  BatonClock text_clock;
  g_auto (BatonServerTarget) target = { 0 };
  g_auto (Before) before = { 0 };
  gboolean claims;
  gint64 from;

  applied->row = open_row (author, edit, &applied->created, error);
  if (applied->row == NULL ||
      !check (author, edit, applied->row, applied->created, problems, error))
    return NULL;
  from = applied->row->scope;
  note_before (&before, applied->row->record);
  baton_server_writer_observe (author->writer, &clock);
  text_clock = baton_server_writer_tick (author->writer, author->now);
  if (!applied->created && !baton_server_history_restate_known (author, applied->row, edit, error))
    return NULL;
  applied->outcomes = baton_merge_edit (applied->row->record, edit, &text_clock);
  keep_made_at (&before, edit, applied);
  if (!applied->created &&
      !baton_server_history_drop_known (author, applied->row, applied->outcomes, error))
    return NULL;
  if (applied->created && !put_origin (author, edit, applied->row->record, error))
    return NULL;
  note_wanted (&wanted, applied->row->record);
  if (!baton_server_target_find (author, edit, applied->row, applied->created, &target, error) ||
      !check_hiding (author, applied->row, applied->created, &target, &before, error) ||
      !check_assignee (author, edit, applied->row->record, target.scope_id, target.is_new,
                       before.assignee, problems, error) ||
      !claim (author, edit, applied, &target, &claims, error) ||
      !settle (author, applied->row, applied->created, &target, error))
    return NULL;
  /* Who is told of the change is told what lost by it. */
  if (!baton_server_history_add (author, edit, applied, error))
    return NULL;
  if ((target.is_new || changes_anything (applied)) &&
      !write_row (author, edit, applied, from, error))
    return NULL;
  if ((claims && !baton_server_series_note (author->sql, applied->row, error)) ||
      !keep_replaced (&wanted, author, edit, applied, error))
    return NULL;
  return g_steal_pointer (&applied);
}
