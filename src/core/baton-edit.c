/* baton-edit.c: what a person does: fields of one record set to new values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-edit.h"

#include "baton-uuid.h"

struct _BatonEdit
{
  gatomicrefcount ref_count;
  BatonEntity entity;
  char *record;
  char *id;      /* nullable: not stamped yet */
  char *project; /* nullable */
  char *creator; /* nullable */
  BatonClock clock;
  GArray *fields; /* of BatonEditField, in the order they were set */
};

static void
clear_field (gpointer data)
{
  BatonEditField *field = data;

  g_free (field->key);
  g_free (field->was);
  baton_value_clear (&field->value);
}

static BatonEditField *
find_field (const BatonEdit *edit, const char *key)
{
  for (guint i = 0; i < edit->fields->len; i++)
    {
      BatonEditField *field = &g_array_index (edit->fields, BatonEditField, i);

      if (g_str_equal (field->key, key))
        return field;
    }
  return NULL;
}

/* Null resets a field that has a fallback: it is the fallback that is set, so that no device has to guess */
static const BatonValue *
settle (BatonEntity entity, const char *key, const BatonValue *value)
{
  const char *element;
  guint index;

  if (value->kind != BATON_VALUE_NULL ||
      baton_schema_lookup (entity, key, &index, &element) == NULL || element != NULL)
    return value;
  return baton_schema_get_fallback (entity, index);
}

BatonEdit *
baton_edit_new (BatonEntity entity, const char *record_id)
{
  BatonEdit *edit;

  g_return_val_if_fail (record_id != NULL, NULL);

  edit = g_new0 (BatonEdit, 1);
  g_atomic_ref_count_init (&edit->ref_count);
  edit->entity = entity;
  edit->record = g_strdup (record_id);
  edit->fields = g_array_new (FALSE, FALSE, sizeof (BatonEditField));
  g_array_set_clear_func (edit->fields, clear_field);
  return edit;
}

BatonEdit *
baton_edit_ref (BatonEdit *edit)
{
  g_return_val_if_fail (edit != NULL, NULL);

  g_atomic_ref_count_inc (&edit->ref_count);
  return edit;
}

void
baton_edit_unref (BatonEdit *edit)
{
  g_return_if_fail (edit != NULL);

  if (!g_atomic_ref_count_dec (&edit->ref_count))
    return;
  g_array_unref (edit->fields);
  g_free (edit->record);
  g_free (edit->id);
  g_free (edit->project);
  g_free (edit->creator);
  g_free (edit);
}

void
baton_edit_set (BatonEdit *edit, const char *key, const BatonValue *value)
{
  BatonEditField *field;

  g_return_if_fail (key != NULL && value != NULL);

  field = find_field (edit, key);
  if (field == NULL)
    {
      BatonEditField added = { .key = g_strdup (key) };

      g_array_append_val (edit->fields, added);
      field = &g_array_index (edit->fields, BatonEditField, edit->fields->len - 1);
    }
  baton_value_copy (settle (edit->entity, key, value), &field->value);
}

void
baton_edit_set_text (BatonEdit *edit, const char *key, const char *text)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, text);
  baton_edit_set (edit, key, &value);
}

void
baton_edit_set_int (BatonEdit *edit, const char *key, gint64 integer)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_int (&value, integer);
  baton_edit_set (edit, key, &value);
}

void
baton_edit_set_bool (BatonEdit *edit, const char *key, gboolean boolean)
{
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_bool (&value, boolean);
  baton_edit_set (edit, key, &value);
}

void
baton_edit_set_element (BatonEdit *edit, const char *name, const char *element, gboolean present)
{
  g_autofree char *key = g_strconcat (name, ".", element, NULL);

  baton_edit_set_bool (edit, key, present);
}

void
baton_edit_set_elements (BatonEdit *edit,
                         const char *name,
                         const char *const *elements,
                         const BatonRecord *state)
{
  g_auto (GStrv) present = NULL;

  if (state != NULL)
    present = baton_record_dup_set (state, name);

  for (guint i = 0; elements != NULL && elements[i] != NULL; i++)
    {
      if (present == NULL || !g_strv_contains ((const char *const *) present, elements[i]))
        baton_edit_set_element (edit, name, elements[i], TRUE);
    }
  for (guint i = 0; present != NULL && present[i] != NULL; i++)
    {
      if (elements == NULL || !g_strv_contains (elements, present[i]))
        baton_edit_set_element (edit, name, present[i], FALSE);
    }
}

BatonEntity
baton_edit_get_entity (const BatonEdit *edit)
{
  return edit->entity;
}

const char *
baton_edit_get_record (const BatonEdit *edit)
{
  return edit->record;
}

const char *
baton_edit_get_id (const BatonEdit *edit)
{
  return edit->id;
}

BatonClock
baton_edit_get_clock (const BatonEdit *edit)
{
  return edit->clock;
}

void
baton_edit_set_clock (BatonEdit *edit, const BatonClock *clock)
{
  edit->clock = *clock;
}

const BatonEditField *
baton_edit_get_fields (const BatonEdit *edit, guint *n_fields)
{
  if (n_fields != NULL)
    *n_fields = edit->fields->len;
  return &g_array_index (edit->fields, BatonEditField, 0);
}

const BatonEditField *
baton_edit_lookup (const BatonEdit *edit, const char *key)
{
  return find_field (edit, key);
}

void
baton_edit_set_base (BatonEdit *edit, const char *key, const BatonClock *base, const char *was)
{
  BatonEditField *field = find_field (edit, key);

  g_return_if_fail (field != NULL);

  field->base = *base;
  g_set_str (&field->was, was);
}

const char *
baton_edit_get_project (const BatonEdit *edit)
{
  return edit->project;
}

void
baton_edit_set_project (BatonEdit *edit, const char *project)
{
  g_set_str (&edit->project, project);
}

const char *
baton_edit_get_creator (const BatonEdit *edit)
{
  return edit->creator;
}

void
baton_edit_set_creator (BatonEdit *edit, const char *user)
{
  g_set_str (&edit->creator, user);
}

void
baton_edit_set_id (BatonEdit *edit, const char *id)
{
  g_set_str (&edit->id, id);
}

void
baton_edit_stamp (BatonEdit *edit,
                  const char *id,
                  const BatonClock *clock,
                  const BatonRecord *state)
{
  g_return_if_fail (id != NULL && clock != NULL);

  g_set_str (&edit->id, id);
  edit->clock = *clock;

  for (guint i = 0; i < edit->fields->len; i++)
    {
      BatonEditField *field = &g_array_index (edit->fields, BatonEditField, i);
      const BatonField *described = baton_schema_lookup (edit->entity, field->key, NULL, NULL);
      gboolean notes = described != NULL && described->type == BATON_FIELD_NOTES;

      field->base = state != NULL ? baton_record_get_clock (state, field->key) : (BatonClock) { 0 };
      g_set_str (&field->was,
                 state != NULL && notes ? baton_record_get_text (state, field->key) : NULL);
    }
}
