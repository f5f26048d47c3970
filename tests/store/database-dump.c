/* database-dump.c: all that a database holds, as text
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "database-dump.h"

static void
dump_row (GString *out, BatonSqlStatement *row)
{
  for (int i = 0; i < baton_sql_get_n_columns (row); i++)
    {
      const char *text = baton_sql_get_text (row, i);

      for (gsize j = 0; text != NULL && text[j] != '\0'; j++)
        {
          if (g_ascii_isprint (text[j]))
            g_string_append_c (out, text[j]);
          else
            g_string_append_printf (out, "\\%02x", (guchar) text[j]);
        }
      g_string_append_c (out, '|');
    }
  g_string_append_c (out, '\n');
}

static void
dump_table (GString *out, BatonSql *sql, const char *name)
{
  g_autofree char *text = g_strdup_printf ("SELECT * FROM \"%s\" ORDER BY 1", name);
  g_autoptr (BatonSqlStatement) rows = NULL;
  GError *error = NULL;

  rows = baton_sql_prepare (sql, text, &error);
  g_assert_no_error (error);
  g_string_append_printf (out, "%s:\n", name);
  while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
    dump_row (out, rows);
  g_assert_no_error (error);
}

static gboolean
number_id (const GMatchInfo *match, GString *out, gpointer data)
{
  GHashTable *numbers = data;
  char *id = g_match_info_fetch (match, 0);
  gpointer number;

  if (!g_hash_table_lookup_extended (numbers, id, NULL, &number))
    {
      number = GUINT_TO_POINTER (g_hash_table_size (numbers));
      g_hash_table_insert (numbers, g_strdup (id), number);
    }
  g_string_append_printf (out, "#%u", GPOINTER_TO_UINT (number));
  g_free (id);
  return FALSE;
}

static char *
number_ids (const char *dump)
{
  g_autoptr (GRegex)
      regex = g_regex_new ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
                           G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, NULL);
  g_autoptr (GHashTable) numbers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return g_regex_replace_eval (regex, dump, -1, 0, G_REGEX_MATCH_DEFAULT, number_id, numbers, NULL);
}

char *
database_dump (BatonSql *sql)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (BatonSqlStatement) tables = NULL;
  GError *error = NULL;

  baton_sql_check (sql, &error);
  g_assert_no_error (error);
  tables = baton_sql_prepare (
      sql, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'search' ORDER BY name",
      &error);
  g_assert_no_error (error);
  while (baton_sql_step (tables, NULL) == BATON_SQL_ROW)
    g_ptr_array_add (names, g_strdup (baton_sql_get_text (tables, 0)));
  for (guint i = 0; i < names->len; i++)
    dump_table (out, sql, g_ptr_array_index (names, i));
  return number_ids (out->str);
}

void
database_dump_assert_same (const char *found, const char *wanted)
{
  g_auto (GStrv) a = g_strsplit (found, "\n", -1);
  g_auto (GStrv) b = g_strsplit (wanted, "\n", -1);

  for (guint i = 0; a[i] != NULL && b[i] != NULL; i++)
    g_assert_cmpstr (a[i], ==, b[i]);
  g_assert_cmpstr (found, ==, wanted);
}
