/* baton-edit-validation.c: whether an edit may be applied to a record
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-edit.h"

#include "baton-config.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "baton-uuid.h"
#include "baton-validation.h"

/* A record may be sent by two who make it (the next occurrence of a series), or once more by one who has: such an edit names fixed fields too, and by
 * its base it had seen none. What is settled the server leaves out. */
static gboolean
creates_field (const BatonEdit *edit, const BatonEditField *field)
{
  return baton_edit_get_id (edit) != NULL && !baton_clock_is_set (&field->base);
}

static void
check_flags (const BatonEdit *edit,
             const BatonEditField *field,
             const BatonRecord *state,
             gboolean from_device,
             GPtrArray *problems)
{
  const BatonField *schema = baton_schema_lookup (baton_edit_get_entity (edit), field->key, NULL,
                                                  NULL);

  if (schema == NULL)
    return;
  if (from_device && (schema->flags & BATON_FIELD_SERVER) != 0)
    baton_problems_add (problems, field->key, "%s", _ ("is set by the server"));
  if ((schema->flags & BATON_FIELD_FIXED) != 0 && state != NULL &&
      baton_record_get_own (state, field->key)->kind != BATON_VALUE_NULL &&
      !baton_value_equal (baton_record_get_own (state, field->key), &field->value) &&
      !creates_field (edit, field))
    baton_problems_add (problems, field->key, "%s", _ ("cannot be changed"));
}

static void
check_required (const BatonEdit *edit, const BatonField *schema, GPtrArray *problems)
{
  if ((schema->flags & BATON_FIELD_REQUIRED) != 0 && baton_edit_lookup (edit, schema->name) == NULL)
    baton_problems_add (problems, schema->name, "%s", _ ("is missing"));
}

/* How many elements the set has with @edit applied; *adds: whether the edit adds one */
static guint
count_elements (const BatonEdit *edit,
                const BatonRecord *state,
                const BatonField *set,
                gboolean *adds)
{
  guint n_fields, count = 0;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

  *adds = FALSE;
  if (state != NULL)
    {
      g_auto (GStrv) present = baton_record_dup_set (state, set->name);

      count = g_strv_length (present);
    }
  for (guint i = 0; i < n_fields; i++)
    {
      const char *element;
      gboolean before, after;

      if (baton_schema_lookup (baton_edit_get_entity (edit), fields[i].key, NULL, &element) !=
              set ||
          element == NULL)
        continue;
      before = state != NULL && baton_record_get_bool (state, fields[i].key);
      after = fields[i].value.kind == BATON_VALUE_BOOL && fields[i].value.boolean;
      count = count + (after ? 1 : 0) - (before ? 1 : 0);
      *adds |= after && !before;
    }
  return count;
}

static void
check_set (const BatonEdit *edit,
           const BatonRecord *state,
           const BatonField *set,
           GPtrArray *problems)
{
  gboolean adds;
  guint count = count_elements (edit, state, set, &adds);

  if (adds && count > (guint) set->most)
    baton_problems_add (problems, set->name,
                        ngettext ("must have at most %d element", "must have at most %d elements",
                                  (gulong) set->most),
                        set->most);
}

/* What a record holds that the schema gives no limit of its own */
typedef struct
{
  BatonEntity entity;
  const BatonEdit *edit; /* replaces what it names; nullable */
  gsize bytes;           /* of unknown fields */
  guint n_unknown;
  guint n_elements; /* of sets, in or out */
} Load;

static void
add_load (Load *load, const char *key, const BatonValue *value)
{
  const char *element = NULL;

  if (baton_schema_lookup (load->entity, key, NULL, &element) != NULL)
    {
      load->n_elements += element != NULL ? 1 : 0;
      return;
    }
  load->n_unknown++;
  load->bytes += strlen (key) + (value->kind == BATON_VALUE_RAW ? strlen (value->text) : 0);
}

static void
load_cell (const char *key, const BatonValue *value, const BatonClock *clock, gpointer data)
{
  Load *load = data;

  (void) clock;
  if (load->edit == NULL || baton_edit_lookup (load->edit, key) == NULL)
    add_load (load, key, value);
}

/* All of it comes to every device of everybody who sees the record. What is there already may stay, and become less. */
static void
check_load (const BatonEdit *edit, const BatonRecord *state, GPtrArray *problems)
{
  Load before = { .entity = baton_edit_get_entity (edit) };
  Load after = { .entity = before.entity, .edit = edit };
  guint n_fields;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);
  const char *unknown = NULL, *element = NULL;

  for (guint i = 0; i < n_fields; i++)
    {
      const char *part = NULL;

      add_load (&after, fields[i].key, &fields[i].value);
      if (baton_schema_lookup (before.entity, fields[i].key, NULL, &part) == NULL)
        unknown = fields[i].key;
      else if (part != NULL)
        element = fields[i].key;
    }
  if (unknown == NULL && element == NULL)
    return;
  if (state != NULL)
    {
      baton_record_foreach (state, load_cell, &before);
      baton_record_foreach (state, load_cell, &after);
    }
  if (after.bytes > MAX (before.bytes, BATON_UNKNOWN_MAX_BYTES))
    baton_problems_add (problems, unknown, "%s",
                        _ ("is too large, together with the other fields that are not known here"));
  if (after.n_unknown > MAX (before.n_unknown, BATON_UNKNOWN_MAX_FIELDS))
    baton_problems_add (problems, unknown, "%s",
                        _ ("is one too many of the fields that are not known here"));
  if (after.n_elements > MAX (before.n_elements, BATON_ELEMENTS_EVER_MAX))
    baton_problems_add (problems, element, "%s",
                        _ ("is one too many of those that were ever in it"));
}

gboolean
baton_edit_validate (const BatonEdit *edit,
                     const BatonRecord *state,
                     gboolean from_device,
                     GPtrArray *problems)
{
  BatonEntity entity = baton_edit_get_entity (edit);
  guint before = problems->len, n_fields, n_schema;
  const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);
  const BatonField *schema = baton_schema_get_fields (entity, &n_schema);

  if (!baton_uuid_is_v7 (baton_edit_get_record (edit)) &&
      !baton_uuid_is_v5 (baton_edit_get_record (edit)))
    baton_problems_add (problems, "id", "%s", _ ("must be a UUID of version 7 or 5"));

  for (guint i = 0; i < n_fields; i++)
    {
      if (baton_validate_field (entity, fields[i].key, &fields[i].value, problems))
        check_flags (edit, &fields[i], state, from_device, problems);
    }
  for (guint i = 0; i < n_schema; i++)
    {
      if (state == NULL)
        check_required (edit, &schema[i], problems);
      if (schema[i].type == BATON_FIELD_SET)
        check_set (edit, state, &schema[i], problems);
    }
  check_load (edit, state, problems);
  return problems->len == before;
}
