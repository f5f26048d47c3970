/* baton-cli-output.c: tasks as lines, as details, and as JSON
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-cli"

#include "baton-cli-private.h"

#include <stdio.h>

/* The end of a UUIDv7 is its random part: the beginning is the same for all tasks made in one minute */
#define SHORT_ID_LENGTH 8

static const char *
get_short_id (const BatonRecord *task)
{
  return baton_record_get_id (task) + BATON_UUID_LENGTH - SHORT_ID_LENGTH;
}

/* As in api.md */
static void
write_task (BatonJsonWriter *writer, const BatonRecord *task)
{
  BatonClock last = baton_record_get_last_clock (task);
  g_autofree char *updated = baton_time_format (baton_clock_get_ms (&last));

  baton_json_begin_object (writer);
  baton_record_write_json (task, writer);
  baton_json_member_text (writer, "updated_at", updated);
  baton_json_end_object (writer);
}

char *
baton_cli_format_local (gint64 unix_ms)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (unix_ms / 1000);

  return time != NULL ? g_date_time_format (time, "%F %R") : g_strdup ("?");
}

void
baton_cli_print_json (const GString *json)
{
  fwrite (json->str, 1, json->len, stdout);
  putchar ('\n');
}

static void
append_word (GString *line, const char *mark, const char *word)
{
  g_string_append_printf (line, "  %s%s", mark, word);
}

static char *
make_line (const BatonRecord *task)
{
  gboolean done = g_strcmp0 (baton_record_get_text (task, "status"), "done") == 0;
  const char *due = baton_record_get_text (task, "due");
  const char *priority = baton_record_get_text (task, "priority");
  g_autofree char *repeat = baton_repeat_words_new (baton_record_get_text (task, "recurrence"));
  g_auto (GStrv) tags = baton_record_dup_set (task, "tags");
  GString *line = g_string_new (NULL);

  g_string_append_printf (line, "%s  %s %s", get_short_id (task), done ? "[x]" : "[ ]",
                          baton_record_get_text (task, "title"));
  if (due)
    append_word (line, "", due);
  if (repeat)
    append_word (line, "", repeat);
  if (g_strcmp0 (priority, "medium") != 0)
    append_word (line, "!", priority);
  for (guint i = 0; tags[i]; i++)
    append_word (line, "#", tags[i]);
  return g_string_free_and_steal (line);
}

void
baton_cli_print_task (BatonCli *cli, const BatonRecord *task)
{
  if (cli->json)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      BatonJsonWriter writer = { .out = json };

      write_task (&writer, task);
      baton_cli_print_json (json);
    }
  else
    {
      g_autofree char *line = make_line (task);

      puts (line);
    }
}

void
baton_cli_print_tasks (BatonCli *cli, GPtrArray *tasks)
{
  g_autoptr (GString) json = NULL;
  BatonJsonWriter writer = { 0 };

  if (!cli->json)
    {
      for (guint i = 0; i < tasks->len; i++)
        baton_cli_print_task (cli, g_ptr_array_index (tasks, i));
      return;
    }

  json = g_string_new (NULL);
  writer.out = json;
  baton_json_begin_array (&writer);
  for (guint i = 0; i < tasks->len; i++)
    write_task (&writer, g_ptr_array_index (tasks, i));
  baton_json_end_array (&writer);
  baton_cli_print_json (json);
}

static char *
dup_value_text (const BatonRecord *task, const BatonField *field)
{
  const BatonValue *value;

  if (field->type == BATON_FIELD_SET)
    {
      g_auto (GStrv) elements = baton_record_dup_set (task, field->name);

      return *elements ? g_strjoinv (", ", elements) : NULL;
    }

  value = baton_record_get (task, field->name);
  switch (value->kind)
    {
    case BATON_VALUE_INT:
      return g_strdup_printf ("%" G_GINT64_FORMAT, value->integer);
    case BATON_VALUE_BOOL:
      return value->boolean ? g_strdup (_ ("yes")) : NULL;
    case BATON_VALUE_TEXT:
    case BATON_VALUE_RAW:
      return g_strdup (value->text);
    case BATON_VALUE_NULL:
    default:
      return NULL;
    }
}

gboolean
baton_cli_print_details (BatonCli *cli, const BatonRecord *task, GError **error)
{
  const char *project_id = baton_record_get_text (task, "project_id");
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (BATON_ENTITY_TASK, &n_fields);

  if (cli->json)
    {
      baton_cli_print_task (cli, task);
      return TRUE;
    }

  printf ("%-18s %s\n", "id", baton_record_get_id (task));
  if (project_id)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (BatonRecord) project = baton_database_get (cli->database, BATON_ENTITY_PROJECT,
                                                            project_id, &local_error);

      if (local_error)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
      if (project)
        printf ("%-18s %s\n", "project", baton_record_get_text (project, "name"));
    }
  for (guint i = 0; i < n_fields; i++)
    {
      g_autofree char *text = dup_value_text (task, &fields[i]);

      if (text)
        printf ("%-18s %s\n", fields[i].name, text);
    }
  return TRUE;
}
