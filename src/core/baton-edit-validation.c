/* baton-edit-validation.c: whether an edit may be applied to a record
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-edit.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#include "baton-uuid.h"
#include "baton-validation.h"

/* Two devices may make one record at once (the next occurrence of a series): the second one's edit names fixed fields too,
 * and by its base it had seen none. Merging decides between them. */
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
  return problems->len == before;
}
