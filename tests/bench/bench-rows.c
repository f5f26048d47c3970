/* bench-rows.c: how many rows SQLite writes durably by itself, one a commit and 64 a commit
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-rows FOLDER
 */
#include "../../src/sql/baton-sql.h"

#define SECONDS 2

static void
insert (BatonSql *sql, guint64 number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (sql, "INSERT INTO row (id, title) VALUES (?, ?)", &error);
  g_autofree char *id = g_strdup_printf ("%036" G_GUINT64_FORMAT, number);

  baton_sql_bind_text (statement, 1, id);
  baton_sql_bind_text (statement, 2, "Prepare the quarterly report for Monday");
  if (!baton_sql_run (statement, &error))
    g_error ("%s", error->message);
}

static void
measure (BatonSql *sql, guint a_commit, guint64 *number)
{
  gint64 start = g_get_monotonic_time ();
  guint64 first = *number;

  while (g_get_monotonic_time () - start < SECONDS * G_USEC_PER_SEC)
    {
      g_autoptr (BatonSqlTransaction) transaction = baton_sql_begin (sql, NULL);

      for (guint i = 0; i < a_commit; i++)
        insert (sql, (*number)++);
      if (!baton_sql_commit (g_steal_pointer (&transaction), NULL))
        g_error ("commit failed");
    }
  g_print ("bound: SQLite, %2u a commit %37.0f rows/s\n", a_commit,
           (double) (*number - first) / (double) (g_get_monotonic_time () - start) *
               G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (argc == 2 ? argv[1] : ".", "rows.db", NULL);
  g_autoptr (BatonSql) sql = baton_sql_open (path, BATON_SQL_CREATE, &error);
  guint64 number = 0;

  if (!sql ||
      !baton_sql_exec (
          sql,
          "CREATE TABLE row (key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL)",
          &error))
    g_error ("%s", error->message);
  measure (sql, 1, &number);
  measure (sql, 64, &number);
  return 0;
}
