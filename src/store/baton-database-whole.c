/* baton-database-whole.c: a whole record on its way to the server, as edits with the clocks that it has
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

typedef struct
{
  const BatonRecord *record;
  const BatonRecord *than; /* nullable */
  GPtrArray *waiting;      /* of BatonEdit; nullable */
  GPtrArray *edits;        /* of BatonEdit, by clock */
} Whole;

static BatonEdit *
ensure_edit (Whole *whole, const BatonClock *clock)
{
  BatonEdit *edit;
  guint i;

  for (i = 0; i < whole->edits->len; i++)
    {
      BatonClock other = baton_edit_get_clock (g_ptr_array_index (whole->edits, i));
      int order = baton_clock_compare (&other, clock);

      if (order == 0)
        return g_ptr_array_index (whole->edits, i);
      if (order > 0)
        break;
    }
  edit = baton_edit_new (baton_record_get_entity (whole->record),
                         baton_record_get_id (whole->record));
  baton_edit_set_clock (edit, clock);
  g_ptr_array_insert (whole->edits, (gint) i, edit);
  return edit;
}

/* Whether what stands at @key is on its way already */
static gboolean
is_sent (const Whole *whole, const char *key, const BatonClock *clock)
{
  for (guint i = 0; whole->waiting != NULL && i < whole->waiting->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (whole->waiting, i);
      BatonClock other = baton_edit_get_clock (edit);

      if (baton_clock_compare (&other, clock) == 0 && baton_edit_lookup (edit, key) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
add_key (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Whole *whole = data;
  const char *element;
  const BatonField *field = baton_schema_lookup (baton_record_get_entity (whole->record), key, NULL,
                                                 &element);
  BatonClock base = { 0 };
  const char *was = NULL;
  BatonEdit *edit;

  if (field != NULL && (field->flags & BATON_FIELD_SERVER) != 0)
    return;
  if (whole->than != NULL)
    base = baton_record_get_clock (whole->than, key);
  if (baton_clock_compare (clock, &base) <= 0 || is_sent (whole, key, clock))
    return;
  if (whole->than != NULL && field != NULL && field->type == BATON_FIELD_NOTES)
    was = baton_record_get_text (whole->than, key);
  edit = ensure_edit (whole, clock);
  baton_edit_set (edit, key, value);
  baton_edit_set_base (edit, key, &base, was);
}

/* What an edit that makes a record must have, or is known by */
static gboolean
makes (const BatonField *field)
{
  return (field->flags & BATON_FIELD_REQUIRED) != 0 || g_str_equal (field->name, "created_at");
}

/* The first edit makes the record on the server, so it has what a record needs. Never under a clock older than the value's own: two
 * values would have one clock. The order does not matter otherwise, each field being in one edit. */
static void
add_required (Whole *whole)
{
  guint n_fields, first = 0;
  const BatonField *fields = baton_schema_get_fields (baton_record_get_entity (whole->record),
                                                      &n_fields);
  BatonEdit *making;

  for (guint i = 0; i < whole->edits->len; i++)
    {
      for (guint j = 0; j < n_fields; j++)
        {
          if (makes (&fields[j]) &&
              baton_edit_lookup (g_ptr_array_index (whole->edits, i), fields[j].name) != NULL)
            first = i;
        }
    }
  if (whole->edits->len == 0)
    return;
  making = g_ptr_array_steal_index (whole->edits, first);
  g_ptr_array_insert (whole->edits, 0, making);
  for (guint j = 0; j < n_fields; j++)
    {
      if (makes (&fields[j]) && baton_edit_lookup (making, fields[j].name) == NULL &&
          baton_record_get_at (whole->record, j)->kind != BATON_VALUE_NULL)
        baton_edit_set (making, fields[j].name, baton_record_get_at (whole->record, j));
    }
  if (baton_record_get_entity (whole->record) == BATON_ENTITY_TASK &&
      baton_edit_lookup (making, "project_id") == NULL)
    baton_edit_set_project (making, baton_record_get_text (whole->record, "project_id"));
}

/* Whoever is the first to send what the server lost is not to own it for that */
static void
name_creator (Whole *whole)
{
  if (whole->edits->len > 0 && baton_record_get_entity (whole->record) == BATON_ENTITY_PROJECT)
    baton_edit_set_creator (g_ptr_array_index (whole->edits, 0),
                            baton_record_get_text (whole->record, "created_by"));
}

static gboolean
insert_all (BatonDatabase *database, GPtrArray *edits, GError **error)
{
  for (guint i = 0; i < edits->len; i++)
    {
      g_autofree char *id = baton_uuid_new (baton_database_get_now (database));

      baton_edit_set_id (g_ptr_array_index (edits, i), id);
      if (!baton_database_insert_edit (database, g_ptr_array_index (edits, i), error))
        return FALSE;
    }
  return TRUE;
}

/* A value that waits, and is part of the whole, need not be sent twice. */
static gboolean
drop_waiting (BatonDatabase *database, BatonEntity entity, const char *id, GError **error)
{
  return baton_database_run (
      database, "DELETE FROM outbox WHERE record = ? AND entity = ? AND state <> 'refused'", id,
      baton_entity_get_name (entity), error);
}

gboolean
baton_database_enqueue_record (BatonDatabase *database, const BatonRecord *record, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  Whole whole = { .record = record, .edits = edits };

  if (!drop_waiting (database, baton_record_get_entity (record), baton_record_get_id (record),
                     error) ||
      !baton_database_drop_shadow (database, baton_record_get_entity (record),
                                   baton_record_get_id (record), error))
    return FALSE;
  baton_record_foreach (record, add_key, &whole);
  add_required (&whole);
  return insert_all (database, edits, error);
}

gboolean
baton_database_enqueue_newer (BatonDatabase *database, const BatonRecord *record, GError **error)
{
  BatonEntity entity = baton_record_get_entity (record);
  const char *id = baton_record_get_id (record);
  g_autoptr (GError) failure = NULL;
  g_autoptr (BatonRecord) shadow = baton_database_get_shadow (database, entity, id, &failure);
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  Whole whole = { .record = record, .than = shadow, .edits = edits };

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  if (shadow == NULL)
    return TRUE;
  baton_record_foreach (record, add_key, &whole);
  return drop_waiting (database, entity, id, error) && insert_all (database, edits, error) &&
         (edits->len > 0 || baton_database_drop_shadow (database, entity, id, error));
}

static gboolean
move_to_end (BatonDatabase *database, GPtrArray *edits, GError **error)
{
  for (guint i = 0; i < edits->len; i++)
    {
      if (!baton_database_run (
              database, "UPDATE outbox SET seq = (SELECT max (seq) + 1 FROM outbox) WHERE id = ?",
              baton_edit_get_id (g_ptr_array_index (edits, i)), NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* From here on the server holds @has. */
static gboolean
replace_shadow (BatonDatabase *database,
                const BatonRecord *record,
                const BatonRecord *has,
                GError **error)
{
  return has != NULL ? baton_database_set_shadow (database, has, error)
                     : baton_database_drop_shadow (database, baton_record_get_entity (record),
                                                   baton_record_get_id (record), error);
}

/* What the server lost: @lost is newer than @has (nullable). The edits that wait were made on top of it. */
static gboolean
enqueue_missing (BatonDatabase *database,
                 const BatonRecord *lost,
                 const BatonRecord *has,
                 GPtrArray *waiting,
                 GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  Whole whole = { .record = lost, .than = has, .edits = edits };

  if (has != NULL)
    whole.waiting = waiting;
  baton_record_foreach (lost, add_key, &whole);
  if (has == NULL)
    {
      add_required (&whole);
      name_creator (&whole);
    }
  if (edits->len == 0 && waiting->len == 0)
    return TRUE;
  return replace_shadow (database, lost, has, error) && insert_all (database, edits, error) &&
         (has == NULL || move_to_end (database, waiting, error));
}

gboolean
baton_database_enqueue_lost (BatonDatabase *database,
                             const BatonRecord *record,
                             const BatonRecord *has,
                             GError **error)
{
  BatonEntity entity = baton_record_get_entity (record);
  const char *id = baton_record_get_id (record);
  g_autoptr (GPtrArray) waiting = baton_database_get_waiting (database, entity, id, error);
  g_autoptr (BatonRecord) shadow = NULL;
  g_autoptr (GError) failure = NULL;

  if (waiting == NULL)
    return FALSE;
  if (waiting->len == 0)
    return enqueue_missing (database, record, has, waiting, error);
  shadow = baton_database_get_shadow (database, entity, id, &failure);
  if (shadow != NULL)
    return enqueue_missing (database, shadow, has, waiting, error);
  if (failure == NULL)
    return has != NULL || baton_database_enqueue_record (database, record, error);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
