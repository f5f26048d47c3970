/* test-record-table.c: a record comes back byte for byte
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "sql/baton-record-table.h"

#include <string.h>

#include "../support/baton-test.h"
#include "core/baton-core.h"

static BatonSql *
make_tables (BatonTestFolder *folder)
{
  g_autofree char *path = g_build_filename (folder, "test.db", NULL);
  BatonSql *sql = baton_sql_open (path, BATON_SQL_CREATE, NULL);
  GError *error = NULL;

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *definition = baton_record_table_dup_definition (
          i, ", scope TEXT NOT NULL DEFAULT ''");

      baton_sql_exec (sql, definition, &error);
      g_assert_no_error (error);
    }
  return sql;
}

static void
make_value (GRand *random, const BatonField *field, BatonValue *value)
{
  static const char *const texts[] = { "", "x", "naïve \"quoted\" \\ back", "a\tb\nc", "日本語" };

  if (g_rand_int_range (random, 0, 5) == 0)
    baton_value_set_null (value);
  else if (field == NULL)
    baton_value_take_raw (value, g_strdup (g_rand_boolean (random) ? "{\"a\": [1,2]}" : "1.50"));
  else if (field->type == BATON_FIELD_BOOL || field->type == BATON_FIELD_SET)
    baton_value_set_bool (value, g_rand_boolean (random));
  else if (field->type == BATON_FIELD_INT)
    baton_value_set_int (value, g_rand_int_range (random, -5, 1000000));
  else if (field->fallback != NULL && g_rand_boolean (random))
    baton_value_set_text (value, field->fallback);
  else
    baton_value_set_text (value, texts[g_rand_int_range (random, 0, G_N_ELEMENTS (texts))]);
}

static void
put_random (GRand *random, BatonRecord *record)
{
  static const char *const elements[] = {
    "home", "a b", "quo\"te", "back\\slash", "com,ma", "ünï"
  };
  guint n_fields, choice;
  const BatonField *fields = baton_schema_get_fields (baton_record_get_entity (record), &n_fields);
  g_auto (BatonValue) value = BATON_VALUE_INIT;
  BatonClock clock = { .time = (guint64) g_rand_int (random) << 16, .node = g_rand_int (random) };
  g_autofree char *key = NULL;

  choice = (guint) g_rand_int_range (random, 0, (gint) n_fields + 2);
  if (choice >= n_fields)
    {
      make_value (random, NULL, &value);
      key = g_strdup (g_rand_boolean (random) ? "labels.future" : "energy");
    }
  else
    {
      make_value (random, &fields[choice], &value);
      key = g_strdup (fields[choice].name);
      if (fields[choice].type == BATON_FIELD_SET)
        {
          const char *element = elements[g_rand_int_range (random, 0, G_N_ELEMENTS (elements))];

          if (value.kind == BATON_VALUE_NULL)
            baton_value_set_bool (&value, FALSE);
          g_free (key);
          key = g_strconcat (fields[choice].name, ".", element, NULL);
        }
    }
  baton_record_put (record, key, &value, &clock);
}

static void
test_any_record_comes_back (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonSql) sql = make_tables (folder);
  g_autoptr (GRand) random = g_rand_new_with_seed (baton_test_get_seed ());

  for (guint i = 0; i < 2000; i++)
    {
      BatonEntity entity = (BatonEntity) g_rand_int_range (random, 0, BATON_N_ENTITIES);
      g_autofree char *id = baton_uuid_new (1000 + i);
      g_autoptr (BatonRecord) record = baton_record_new (entity, id);
      g_autoptr (BatonRecord) read = NULL, by_key = NULL;
      GError *error = NULL;
      gint64 key;

      for (gint n = g_rand_int_range (random, 1, 40); n > 0; n--)
        put_random (random, record);
      baton_record_table_put (sql, record, &key, &error);
      g_assert_no_error (error);
      read = baton_record_table_get (sql, entity, id, &error);
      g_assert_no_error (error);
      g_assert_true (baton_record_equal (read, record));
      by_key = baton_record_table_get_by_key (sql, entity, key, &error);
      g_assert_true (baton_record_equal (by_key, record));
    }
}

static gint64
query (BatonSql *sql, const char *text)
{
  g_autoptr (BatonSqlStatement) statement = baton_sql_prepare (sql, text, NULL);

  g_assert_nonnull (statement);
  g_assert_cmpint (baton_sql_step (statement, NULL), ==, BATON_SQL_ROW);
  return baton_sql_get_int (statement, 0);
}

static BatonRecord *
make_task (const char *title)
{
  g_autofree char *id = baton_uuid_new (1);
  BatonRecord *record = baton_record_new (BATON_ENTITY_TASK, id);
  BatonClock clock = { .time = 7 << 16, .node = 1 };
  g_auto (BatonValue) value = BATON_VALUE_INIT;

  baton_value_set_text (&value, title);
  baton_record_put (record, "title", &value, &clock);
  return record;
}

static void
test_unset_fields_read_as_their_fallback (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonSql) sql = make_tables (folder);
  g_autoptr (BatonRecord) record = make_task ("x");

  g_assert_true (baton_record_table_put (sql, record, NULL, NULL));
  g_assert_cmpint (query (sql, "SELECT count(*) FROM task WHERE status = 'todo' AND deleted = 0"),
                   ==, 1);
  g_assert_cmpint (query (sql, "SELECT changed FROM task"), ==, 7);
}

static void
test_second_put_keeps_key_and_other_columns (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonSql) sql = make_tables (folder);
  g_autoptr (BatonRecord) record = make_task ("x");
  g_autoptr (BatonRecord) other = make_task ("y");
  gint64 first, second;

  g_assert_true (baton_record_table_put (sql, record, &first, NULL));
  g_assert_true (baton_sql_exec (sql, "UPDATE task SET scope = 'here'", NULL));
  g_assert_true (baton_record_table_put (sql, other, NULL, NULL));
  g_assert_true (baton_record_table_put (sql, record, &second, NULL));
  g_assert_cmpint (first, ==, second);
  g_assert_cmpint (query (sql, "SELECT count(*) FROM task WHERE scope = 'here'"), ==, 1);
}

static void
test_damaged_row_is_told (void)
{
  static const char *const damages[] = { "clocks = 'nonsense'", "tags = '[\"x'", "tags = '{}'",
                                         "tags = '[1]'", "extra = '['" };
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonSql) sql = make_tables (folder);

  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (BatonRecord) record = make_task ("x");
      g_autofree char *text = g_strdup_printf ("UPDATE task SET %s WHERE id = '%s'", damages[i],
                                               baton_record_get_id (record));
      g_autoptr (GError) error = NULL;

      g_assert_true (baton_record_table_put (sql, record, NULL, NULL));
      g_assert_true (baton_sql_exec (sql, text, NULL));
      g_assert_null (
          baton_record_table_get (sql, BATON_ENTITY_TASK, baton_record_get_id (record), &error));
      g_assert_error (error, BATON_SQL_ERROR, BATON_SQL_ERROR_CORRUPT);
      g_assert_nonnull (strstr (error->message, baton_record_get_id (record)));
    }
}

static void
test_missing_record_is_no_error (void)
{
  g_autoptr (BatonTestFolder) folder = baton_test_folder_new ();
  g_autoptr (BatonSql) sql = make_tables (folder);
  GError *error = NULL;

  g_assert_null (baton_record_table_get (sql, BATON_ENTITY_TASK, "none", &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/record-table/any-record-comes-back", test_any_record_comes_back);
  g_test_add_func ("/record-table/unset-fields-read-as-their-fallback",
                   test_unset_fields_read_as_their_fallback);
  g_test_add_func ("/record-table/second-put-keeps-key-and-other-columns",
                   test_second_put_keeps_key_and_other_columns);
  g_test_add_func ("/record-table/damaged-row-is-told", test_damaged_row_is_told);
  g_test_add_func ("/record-table/missing-record-is-no-error", test_missing_record_is_no_error);
  return g_test_run ();
}
