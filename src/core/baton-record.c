/* baton-record.c: a record: a map from field to value and clock
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The schema's fields have their places in an array, so that a list reads them by index. Everything else, the elements of
 * sets and the fields that this version does not know, stands in a second array, sorted by key: there are few of them, and
 * sorted is how they are written.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-record.h"

typedef struct
{
  BatonValue value;
  BatonClock clock;
} Cell;

typedef struct
{
  char *key;
  Cell cell;
} Extra;

struct _BatonRecord
{
  gatomicrefcount ref_count;
  BatonEntity entity;
  guint n_cells;
  char *id;
  GArray *extras; /* of Extra, sorted by key; nullable */
  Cell cells[];
};

static const BatonValue null_value = BATON_VALUE_INIT;
static const BatonValue absent_value = { .kind = BATON_VALUE_BOOL };

static void
clear_extra (gpointer data)
{
  Extra *extra = data;

  g_free (extra->key);
  baton_value_clear (&extra->cell.value);
}

static gboolean
cell_is_used (const Cell *cell)
{
  return cell->value.kind != BATON_VALUE_NULL || baton_clock_is_set (&cell->clock);
}

static guint
count_extras (const BatonRecord *record)
{
  return record->extras == NULL ? 0 : record->extras->len;
}

static Extra *
get_extra (const BatonRecord *record, guint index)
{
  return &g_array_index (record->extras, Extra, index);
}

/* Where @key stands among the extras, or would */
static guint
search_extra (const BatonRecord *record, const char *key, gboolean *found)
{
  guint low = 0, high = count_extras (record);

  *found = FALSE;
  while (low < high && !*found)
    {
      guint middle = low + (high - low) / 2;
      int order = strcmp (get_extra (record, middle)->key, key);

      if (order < 0)
        low = middle + 1;
      else
        high = middle;
      *found = order == 0;
      if (*found)
        low = middle;
    }
  return low;
}

static const Cell *
find_cell (const BatonRecord *record, const char *key)
{
  const char *element;
  gboolean found;
  guint index;

  if (baton_schema_lookup (record->entity, key, &index, &element) != NULL && element == NULL)
    return &record->cells[index];
  index = search_extra (record, key, &found);
  return found ? &get_extra (record, index)->cell : NULL;
}

static Cell *
ensure_extra (BatonRecord *record, const char *key)
{
  gboolean found;
  guint index = search_extra (record, key, &found);

  if (!found)
    {
      Extra extra = { .key = g_strdup (key) };

      if (record->extras == NULL)
        {
          record->extras = g_array_new (FALSE, FALSE, sizeof (Extra));
          g_array_set_clear_func (record->extras, clear_extra);
        }
      g_array_insert_val (record->extras, index, extra);
    }
  return &get_extra (record, index)->cell;
}

BatonRecord *
baton_record_new (BatonEntity entity, const char *id)
{
  BatonRecord *record;
  guint n_cells;

  g_return_val_if_fail (id != NULL, NULL);

  baton_schema_get_fields (entity, &n_cells);
  record = g_malloc0 (sizeof *record + n_cells * sizeof (Cell));
  g_atomic_ref_count_init (&record->ref_count);
  record->entity = entity;
  record->n_cells = n_cells;
  record->id = g_strdup (id);
  return record;
}

BatonRecord *
baton_record_ref (BatonRecord *record)
{
  g_return_val_if_fail (record != NULL, NULL);

  g_atomic_ref_count_inc (&record->ref_count);
  return record;
}

void
baton_record_unref (BatonRecord *record)
{
  g_return_if_fail (record != NULL);

  if (!g_atomic_ref_count_dec (&record->ref_count))
    return;
  for (guint i = 0; i < record->n_cells; i++)
    baton_value_clear (&record->cells[i].value);
  g_clear_pointer (&record->extras, g_array_unref);
  g_free (record->id);
  g_free (record);
}

BatonRecord *
baton_record_copy (const BatonRecord *record)
{
  BatonRecord *copy = baton_record_new (record->entity, record->id);

  for (guint i = 0; i < record->n_cells; i++)
    {
      copy->cells[i].clock = record->cells[i].clock;
      baton_value_copy (&record->cells[i].value, &copy->cells[i].value);
    }
  for (guint i = 0; i < count_extras (record); i++)
    {
      const Extra *extra = get_extra (record, i);

      baton_record_put (copy, extra->key, &extra->cell.value, &extra->cell.clock);
    }
  return copy;
}

BatonEntity
baton_record_get_entity (const BatonRecord *record)
{
  return record->entity;
}

const char *
baton_record_get_id (const BatonRecord *record)
{
  return record->id;
}

const BatonValue *
baton_record_get (const BatonRecord *record, const char *key)
{
  const char *element;
  gboolean found;
  guint index;
  const BatonField *field = baton_schema_lookup (record->entity, key, &index, &element);

  if (field != NULL && element == NULL)
    return baton_record_get_at (record, index);
  index = search_extra (record, key, &found);
  if (found && get_extra (record, index)->cell.value.kind != BATON_VALUE_NULL)
    return &get_extra (record, index)->cell.value;
  return field != NULL ? &absent_value : &null_value;
}

const BatonValue *
baton_record_get_at (const BatonRecord *record, guint index)
{
  const Cell *cell;

  g_return_val_if_fail (index < record->n_cells, &null_value);

  cell = &record->cells[index];
  if (cell->value.kind != BATON_VALUE_NULL)
    return &cell->value;
  return baton_schema_get_fallback (record->entity, index);
}

const BatonValue *
baton_record_get_own (const BatonRecord *record, const char *key)
{
  const Cell *cell = find_cell (record, key);

  return cell != NULL ? &cell->value : &null_value;
}

BatonClock
baton_record_get_clock (const BatonRecord *record, const char *key)
{
  const Cell *cell = find_cell (record, key);

  return cell != NULL ? cell->clock : (BatonClock) { 0 };
}

const char *
baton_record_get_text (const BatonRecord *record, const char *key)
{
  return baton_value_get_text (baton_record_get (record, key));
}

const char *
baton_record_get_name (const BatonRecord *record)
{
  static const char *const names[] = { "title", "name", "body" };
  const char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (names) && text == NULL; i++)
    text = baton_record_get_text (record, names[i]);
  return text;
}

gint64
baton_record_get_int (const BatonRecord *record, const char *key)
{
  const BatonValue *value = baton_record_get (record, key);

  return value->kind == BATON_VALUE_INT ? value->integer : 0;
}

gboolean
baton_record_get_bool (const BatonRecord *record, const char *key)
{
  const BatonValue *value = baton_record_get (record, key);

  return value->kind == BATON_VALUE_BOOL && value->boolean;
}

GStrv
baton_record_dup_set (const BatonRecord *record, const char *name)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gsize length = strlen (name);

  for (guint i = 0; i < count_extras (record); i++)
    {
      const Extra *extra = get_extra (record, i);

      if (strncmp (extra->key, name, length) == 0 && extra->key[length] == '.' &&
          extra->cell.value.kind == BATON_VALUE_BOOL && extra->cell.value.boolean)
        g_strv_builder_add (builder, extra->key + length + 1);
    }
  return g_strv_builder_end (builder);
}

BatonClock
baton_record_get_last_clock (const BatonRecord *record)
{
  BatonClock last = { 0 };

  for (guint i = 0; i < record->n_cells; i++)
    {
      if (baton_clock_compare (&record->cells[i].clock, &last) > 0)
        last = record->cells[i].clock;
    }
  for (guint i = 0; i < count_extras (record); i++)
    {
      if (baton_clock_compare (&get_extra (record, i)->cell.clock, &last) > 0)
        last = get_extra (record, i)->cell.clock;
    }
  return last;
}

void
baton_record_put (BatonRecord *record,
                  const char *key,
                  const BatonValue *value,
                  const BatonClock *clock)
{
  const BatonField *field;
  const char *element;
  guint index;
  Cell *cell;

  g_return_if_fail (value != NULL && clock != NULL);

  field = baton_schema_lookup (record->entity, key, &index, &element);
  g_return_if_fail (field == NULL || element != NULL || field->type != BATON_FIELD_SET);

  cell = field != NULL && element == NULL ? &record->cells[index] : ensure_extra (record, key);
  if (value->kind == BATON_VALUE_NULL && field != NULL && baton_clock_is_set (clock))
    value = element == NULL ? baton_schema_get_fallback (record->entity, index) : &absent_value;
  baton_value_copy (value, &cell->value);
  cell->clock = *clock;
}

void
baton_record_foreach (const BatonRecord *record, BatonRecordFunc func, gpointer data)
{
  const BatonField *fields = baton_schema_get_fields (record->entity, NULL);

  for (guint i = 0; i < record->n_cells; i++)
    {
      const Cell *cell = &record->cells[i];

      if (cell_is_used (cell))
        func (fields[i].name, &cell->value, &cell->clock, data);
    }
  for (guint i = 0; i < count_extras (record); i++)
    {
      const Extra *extra = get_extra (record, i);

      if (cell_is_used (&extra->cell))
        func (extra->key, &extra->cell.value, &extra->cell.clock, data);
    }
}

static gboolean
cell_equal (const Cell *a, const Cell *b)
{
  return baton_clock_compare (&a->clock, &b->clock) == 0 &&
         baton_value_equal (&a->value, &b->value);
}

gboolean
baton_record_equal (const BatonRecord *a, const BatonRecord *b)
{
  if (a->entity != b->entity || strcmp (a->id, b->id) != 0 || count_extras (a) != count_extras (b))
    return FALSE;

  for (guint i = 0; i < a->n_cells; i++)
    {
      if (!cell_equal (&a->cells[i], &b->cells[i]))
        return FALSE;
    }
  for (guint i = 0; i < count_extras (a); i++)
    {
      const Extra *x = get_extra (a, i), *y = get_extra (b, i);

      if (strcmp (x->key, y->key) != 0 || !cell_equal (&x->cell, &y->cell))
        return FALSE;
    }
  return TRUE;
}
