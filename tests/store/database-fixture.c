/* database-fixture.c: short ways to make edits and look at tasks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "database-fixture.h"

#include <stdarg.h>

BatonDatabase *
store_open (const char *folder)
{
  GError *error = NULL;
  BatonDatabase *database = baton_database_open (folder, &error);

  g_assert_no_error (error);
  return database;
}

BatonDatabase *
store_open_named (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return store_open (path);
}

static void
set_field (BatonEdit *edit, const char *field, const char *value)
{
  if (g_str_equal (value, "true") || g_str_equal (value, "false"))
    baton_edit_set_bool (edit, field, g_str_equal (value, "true"));
  else
    baton_edit_set_text (edit, field, *value != '\0' ? value : NULL);
}

BatonEdit *
store_edit (BatonEntity entity, const char *id, const char *first, ...)
{
  BatonEdit *edit = baton_edit_new (entity, id);
  va_list pairs;

  va_start (pairs, first);
  for (const char *field = first; field != NULL; field = va_arg (pairs, const char *))
    set_field (edit, field, va_arg (pairs, const char *));
  va_end (pairs);
  return edit;
}

void
store_apply (BatonDatabase *database, BatonEdit *edit, const char *label)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  GError *error = NULL;

  g_ptr_array_add (edits, edit);
  baton_database_apply (database, edits, label, &error);
  g_assert_no_error (error);
}

char *
store_add (BatonDatabase *database, const char *title, const char *project)
{
  char *id = baton_uuid_new (baton_database_get_now (database));
  BatonEdit *edit = store_edit (BATON_ENTITY_TASK, id, "title", title, NULL);

  if (project != NULL)
    baton_edit_set_text (edit, "project_id", project);
  store_apply (database, edit, "Add");
  return id;
}

void
store_set (BatonDatabase *database, const char *id, const char *field, const char *value)
{
  store_apply (database, store_edit (BATON_ENTITY_TASK, id, field, value, NULL), field);
}

char *
store_get (BatonDatabase *database, const char *id, const char *field)
{
  GError *error = NULL;
  g_autoptr (BatonRecord) record = baton_database_get (database, BATON_ENTITY_TASK, id, &error);
  const BatonValue *value;

  g_assert_no_error (error);
  g_assert_nonnull (record);
  value = baton_record_get (record, field);
  if (value->kind == BATON_VALUE_BOOL)
    return g_strdup (value->boolean ? "true" : "false");
  return g_strdup (baton_value_get_text (value));
}

char *
store_list (BatonDatabase *database, BatonQuery *query)
{
  g_autoptr (BatonQuery) owned = query;
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GArray) keys = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) titles = NULL;
  GError *error = NULL;

  records = baton_database_list_records (database, owned, &error);
  g_assert_no_error (error);
  keys = baton_database_list (database, owned, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (keys->len, ==, records->len);
  for (guint i = 0; i < records->len; i++)
    {
      const char *id = baton_record_get_id (g_ptr_array_index (records, i));

      g_assert_cmpint (baton_database_get_key (database, BATON_ENTITY_TASK, id, NULL), ==,
                       g_array_index (keys, gint64, i));
      g_strv_builder_add (builder, baton_record_get_text (g_ptr_array_index (records, i), "title"));
    }
  titles = g_strv_builder_end (builder);
  return g_strjoinv (",", titles);
}

char *
store_filter (BatonDatabase *database, const char *filter)
{
  BatonQuery *query = baton_query_new (BATON_VIEW_ANY);
  g_autoptr (GDateTime) now = g_date_time_new_utc (2026, 11, 20, 12, 0, 0);
  GError *error = NULL;

  query->filter = baton_filter_parse (filter, now, &error);
  g_assert_no_error (error);
  query->today = g_strdup ("2026-11-20");
  return store_list (database, query);
}
