/* bench-removal.c: much goes from a device at once, and it is said how long others wait meanwhile
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-removal FOLDER, filled by bench-fill: half of it is purged at the end of a pull, and half leaves with its scope
 * bench-removal FOLDER out: all of it is deleted by signing out
 * bench-removal FOLDER TASKS: a chain of so many tasks, each under the one before, on top of what is there
 */
#include "../../src/store/baton-database-private.h"
#include "bench-meanwhile.h"

#define SCOPE "user:u"

/* --- what goes ----------------------------------------------------------- */

/* All of it in sync */
static void
settle (BatonDatabase *database)
{
  g_autoptr (GError) error = NULL;

  baton_sql_exec (database->sql, "DELETE FROM outbox; DELETE FROM shadow", &error);
  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("UPDATE \"%s\" SET scope = '" SCOPE
                                               "', seen = 1 WHERE scope <> '" SCOPE "'",
                                               baton_entity_get_name (i));

      baton_sql_exec (database->sql, text, &error);
    }
  baton_database_set_cursor (database, "{\"" SCOPE "\":\"9.x\"}", &error);
  g_assert_no_error (error);
}

static gboolean
forget (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_forget_place (database, SCOPE, data != NULL, error);
}

static gboolean
weigh (BatonDatabase *database, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) failure = NULL;

  if (baton_database_weigh (database, none, FALSE, &failure) ||
      g_error_matches (failure, BATON_STORE_ERROR, BATON_STORE_ERROR_BRAKE))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
allow (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_allow_removal (database, error);
}

static gboolean
end_sync (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_set_last_sync (database, 1, error);
}

static gboolean
sign_out (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_sign_out (database, BATON_SIGN_OUT_DELETE_ALL, error);
}

static gboolean
end_pull (BatonDatabase *database, gpointer data, GError **error)
{
  return baton_database_end_pull (database, error);
}

static gboolean
leave (BatonDatabase *database, gpointer data, GError **error)
{
  g_autoptr (GPtrArray)
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);
  BatonChange *change = g_new0 (BatonChange, 1);

  change->scope = g_strdup (SCOPE);
  change->scope_left = TRUE;
  g_ptr_array_add (changes, change);
  return baton_database_take_changes (database, changes, error);
}

static void
measure_removal (BatonDatabase *database)
{
  const BatonAccount account = { (char *) "https://x", (char *) "a@x", (char *) "u", NULL };
  gint64 n;

  g_assert_true (baton_database_set_account (database, &account, NULL));
  settle (database);
  baton_database_query_int (database, "SELECT count(*) FROM task", NULL, NULL, &n, NULL);
  g_print ("%d tasks\n", (int) n);
  bench_meanwhile (database, "forget", forget, (gpointer) "forked");
  bench_meanwhile (database, "send all again", end_pull, NULL);
  settle (database);
  forget (database, NULL, NULL);
  baton_sql_exec (database->sql, "UPDATE task SET seen = 1 WHERE key % 2", NULL);
  bench_meanwhile (database, "weigh, held", weigh, NULL);
  bench_meanwhile (database, "allow", allow, NULL);
  bench_meanwhile (database, "weigh, allowed", weigh, NULL);
  bench_meanwhile (database, "purge half", end_pull, NULL);
  bench_meanwhile (database, "end of the sync", end_sync, NULL);
  settle (database);
  bench_meanwhile (database, "scope leaves", leave, NULL);
}

/* --- a chain ------------------------------------------------------------- */

typedef struct
{
  GPtrArray *ids;
  const char *field;
  const char *text;
  guint from;
  guint until;
} Setting;

static gboolean
set_field (BatonDatabase *database, gpointer data, GError **error)
{
  Setting *setting = data;
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  for (guint i = setting->from; i < setting->until; i++)
    {
      BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, g_ptr_array_index (setting->ids, i));

      if (g_str_equal (setting->field, "deleted"))
        baton_edit_set_bool (edit, "deleted", setting->text != NULL);
      else
        baton_edit_set_text (edit, setting->field, setting->text);
      g_ptr_array_add (edits, edit);
    }
  return baton_database_apply (database, edits, "Edit", error);
}

static gboolean
make_chain (BatonDatabase *database, gpointer data, GError **error)
{
  Setting *setting = data;
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

  for (guint i = 0; i < setting->until; i++)
    {
      char *id = baton_uuid_new (g_get_real_time () / 1000);
      BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);

      baton_edit_set_text (edit, "title", "Link");
      if (i > 0)
        baton_edit_set_text (edit, "parent_id", g_ptr_array_index (setting->ids, i - 1));
      g_ptr_array_add (setting->ids, id);
      g_ptr_array_add (edits, edit);
    }
  return baton_database_apply (database, edits, "Add", error);
}

static gboolean
undo (BatonDatabase *database, gpointer data, GError **error)
{
  g_autofree char *label = baton_database_undo (database, FALSE, error);

  return label != NULL;
}

/* As another device did it, the last one first */
static gboolean
weigh_each (BatonDatabase *database, gpointer data, GError **error)
{
  Setting *setting = data;
  const BatonClock clock = { .time = (guint64) g_get_real_time () * 100, .node = 7 };
  const BatonValue yes = { .kind = BATON_VALUE_BOOL, .boolean = TRUE };
  g_autoptr (GPtrArray)
      changes = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_change_free);

  for (guint i = setting->until; i-- > 0;)
    {
      BatonChange *change = g_new0 (BatonChange, 1);

      change->scope = g_strdup (SCOPE);
      change->record = baton_record_new (BATON_ENTITY_TASK, g_ptr_array_index (setting->ids, i));
      baton_record_put (change->record, "deleted", &yes, &clock);
      g_ptr_array_add (changes, change);
    }
  baton_database_weigh (database, changes, TRUE, NULL);
  return TRUE;
}

static void
measure_chain (BatonDatabase *database, guint n)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  Setting setting = { .ids = ids, .field = "deleted", .text = "yes", .until = n };

  g_print ("%u tasks, each under the one before\n", n);
  bench_meanwhile (database, "make", make_chain, &setting);
  setting.until = 1;
  bench_meanwhile (database, "delete the first", set_field, &setting);
  bench_meanwhile (database, "undo it", undo, NULL);
  setting = (Setting) { ids, "parent_id", NULL, n / 2, n / 2 + 1 };
  bench_meanwhile (database, "move the middle", set_field, &setting);
  bench_meanwhile (database, "undo it", undo, NULL);
  setting = (Setting) { ids, "parent_id", g_ptr_array_index (ids, n - 1), 0, 1 };
  bench_meanwhile (database, "make a circle", set_field, &setting);
  bench_meanwhile (database, "undo it", undo, NULL);
  setting = (Setting) { ids, "deleted", "yes", 0, n };
  bench_meanwhile (database, "weigh each", weigh_each, &setting);
  bench_meanwhile (database, "delete each", set_field, &setting);
  bench_meanwhile (database, "undo it", undo, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (BatonDatabase) database = NULL;

  if (argc < 2)
    return 2;
  database = baton_database_open (argv[1], NULL);
  if (argc == 2)
    measure_removal (database);
  else if (g_str_equal (argv[2], "out"))
    bench_meanwhile (database, "sign out, delete", sign_out, NULL);
  else
    measure_chain (database, (guint) g_ascii_strtoull (argv[2], NULL, 10));
  return 0;
}
