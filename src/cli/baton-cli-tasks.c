/* baton-cli-tasks.c: the commands that read and change tasks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-cli"

#include "baton-cli-private.h"

#include <stdio.h>

/* A line of standard input longer than this is no task */
#define LINE_LENGTH_MAX (1024 * 1024)

static BatonRecord *
get_task (BatonCli *cli, const char *part, GError **error)
{
  BatonDatabase *database = baton_cli_get_database (cli, error);
  g_autofree char *id = NULL;
  BatonRecord *task;

  if (!database)
    return NULL;
  id = baton_database_find_id (database, BATON_ENTITY_TASK, part, error);
  if (!id)
    return NULL;

  task = baton_database_get (database, BATON_ENTITY_TASK, id, error);
  if (!task && error && !*error)
    g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND,
                 _ ("There is no task “%s” on this device"), part);
  return task;
}

/* The one that the command line names, and nothing else */
static BatonRecord *
get_named_task (BatonCli *cli, GError **error)
{
  return baton_cli_check_arguments (cli, 1, 1, error) ? get_task (cli, cli->arguments[0], error)
                                                      : NULL;
}

static gboolean
apply (BatonCli *cli, BatonEdit *edit, const char *label, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new ();

  g_ptr_array_add (edits, edit);
  return baton_database_apply (cli->database, edits, label, error);
}

/* Reads the task again, so that what is shown is what is stored */
static gboolean
apply_and_print (BatonCli *cli, BatonEdit *edit, const char *label, GError **error)
{
  g_autoptr (BatonRecord) task = NULL;

  if (!apply (cli, edit, label, error))
    return FALSE;
  task = get_task (cli, baton_edit_get_record (edit), error);
  if (!task)
    return FALSE;
  baton_cli_print_task (cli, task);
  return TRUE;
}

static BatonEdit *
make_new_task (const char *line, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (BatonQuickAdd) parsed = NULL;
  g_autofree char *id = baton_uuid_new (g_date_time_to_unix (now) * 1000 +
                                        g_date_time_get_microsecond (now) / 1000);
  g_autofree char *text = g_strstrip (g_strdup (line));
  g_autoptr (BatonEdit) edit = baton_edit_new (BATON_ENTITY_TASK, id);

  if (!*text)
    {
      g_set_error_literal (error, BATON_ERROR, BATON_ERROR_VALIDATION,
                           _ ("title: a task needs a title"));
      return NULL;
    }
  parsed = baton_quick_add_parse (text, now);
  baton_quick_add_apply (parsed, edit);
  return g_steal_pointer (&edit);
}

static gboolean
add_lines (GPtrArray *edits, GError **error)
{
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (fileno (stdin));
  guint number = 0;

  g_io_channel_set_encoding (input, NULL, NULL);
  while (TRUE)
    {
      g_autofree char *line = NULL;
      gsize length;
      GIOStatus status = g_io_channel_read_line (input, &line, &length, NULL, error);

      if (status == G_IO_STATUS_ERROR)
        return FALSE;
      if (status == G_IO_STATUS_EOF)
        return TRUE;
      number++;
      if (length > LINE_LENGTH_MAX)
        {
          g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID,
                       _ ("Line %u is too long for a task. Nothing was added."), number);
          return FALSE;
        }
      if (!g_utf8_validate (line, (gssize) length, NULL))
        {
          g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID,
                       _ ("Line %u is not UTF-8 text. Nothing was added."), number);
          return FALSE;
        }
      if (*g_strstrip (line))
        g_ptr_array_add (edits, make_new_task (line, NULL));
    }
}

static gboolean
print_added (BatonCli *cli, GPtrArray *edits, GError **error)
{
  for (guint i = 0; i < edits->len; i++)
    {
      g_autoptr (BatonRecord)
          task = get_task (cli, baton_edit_get_record (g_ptr_array_index (edits, i)), error);

      if (!task)
        return FALSE;
      baton_cli_print_task (cli, task);
    }
  return TRUE;
}

gboolean
baton_cli_add (BatonCli *cli, GError **error)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  g_autofree char *text = g_strjoinv (" ", cli->arguments);

  if (!baton_cli_check_arguments (cli, 1, -1, error))
    return FALSE;

  if (g_str_equal (text, "-"))
    {
      if (!add_lines (edits, error))
        return FALSE;
      if (edits->len == 0)
        return TRUE;
    }
  else
    {
      BatonEdit *edit = make_new_task (text, error);

      if (!edit)
        return FALSE;
      g_ptr_array_add (edits, edit);
    }

  if (!baton_cli_get_database (cli, error))
    return FALSE;
  if (!baton_database_apply (cli->database, edits, ngettext ("Add Task", "Add Tasks", edits->len),
                             error))
    return FALSE;
  return print_added (cli, edits, error);
}

gboolean
baton_cli_list (BatonCli *cli, GError **error)
{
  g_autofree char *text = g_strjoinv (" ", cli->arguments);
  g_autoptr (BatonQuery) query = baton_query_new (BATON_VIEW_ALL);
  g_autoptr (GPtrArray) tasks = NULL;

  if (cli->limit == 0 || cli->limit < -1)
    {
      g_set_error (error, BATON_CLI_USAGE, 0, _ ("--limit takes a number from 1, not %d"),
                   cli->limit);
      return FALSE;
    }
  if (*g_strstrip (text))
    {
      g_autoptr (GDateTime) now = g_date_time_new_now_local ();

      query->view = BATON_VIEW_ANY;
      query->filter = baton_filter_parse (text, now, error);
      if (!query->filter)
        return FALSE;
    }

  if (!baton_cli_get_database (cli, error))
    return FALSE;
  query->limit = (guint) MAX (cli->limit, 0);
  tasks = baton_database_list_records (cli->database, query, error);
  if (!tasks)
    return FALSE;
  baton_cli_print_tasks (cli, tasks);
  if (tasks->len == 0 && !cli->json)
    fprintf (stderr, "baton: %s\n",
             query->filter ? _ ("No task matches") : _ ("There is no open task"));
  return TRUE;
}

gboolean
baton_cli_show (BatonCli *cli, GError **error)
{
  g_autoptr (BatonRecord) task = get_named_task (cli, error);

  return task && baton_cli_print_details (cli, task, error);
}

static gboolean
set_status (BatonCli *cli, const char *status, const char *label, GError **error)
{
  g_autoptr (BatonRecord) task = get_named_task (cli, error);
  g_autoptr (BatonEdit) edit = NULL;

  if (!task)
    return FALSE;
  if (baton_record_get_bool (task, "deleted"))
    {
      g_set_error (error, BATON_ERROR, BATON_ERROR_CONFLICT,
                   _ ("“%s” is in the trash; restore it first"),
                   baton_record_get_text (task, "title"));
      return FALSE;
    }

  edit = baton_edit_new (BATON_ENTITY_TASK, baton_record_get_id (task));
  baton_edit_set_text (edit, "status", status);
  return apply_and_print (cli, edit, label, error);
}

gboolean
baton_cli_done (BatonCli *cli, GError **error)
{
  return set_status (cli, "done", _ ("Complete Task"), error);
}

gboolean
baton_cli_reopen (BatonCli *cli, GError **error)
{
  return set_status (cli, "todo", _ ("Reopen Task"), error);
}

static gboolean
set_deleted (BatonCli *cli, gboolean deleted, const char *label, GError **error)
{
  g_autoptr (BatonRecord) task = get_named_task (cli, error);
  g_autoptr (BatonEdit) edit = NULL;

  if (!task)
    return FALSE;
  if (baton_record_get_bool (task, "deleted") == deleted)
    {
      g_set_error (error, BATON_ERROR, BATON_ERROR_CONFLICT,
                   deleted ? _ ("“%s” is in the trash already") : _ ("“%s” is not in the trash"),
                   baton_record_get_text (task, "title"));
      return FALSE;
    }

  edit = baton_edit_new (BATON_ENTITY_TASK, baton_record_get_id (task));
  baton_edit_set_bool (edit, "deleted", deleted);
  return apply_and_print (cli, edit, label, error);
}

gboolean
baton_cli_delete (BatonCli *cli, GError **error)
{
  return set_deleted (cli, TRUE, _ ("Delete Task"), error);
}

gboolean
baton_cli_restore (BatonCli *cli, GError **error)
{
  return set_deleted (cli, FALSE, _ ("Restore Task"), error);
}

/* Takes @failure */
static gboolean
fail_step (gboolean redo, GError *failure, GError **error)
{
  g_autoptr (GError) owned = failure;

  if (!g_error_matches (failure, BATON_STORE_ERROR, BATON_STORE_ERROR_CHANGED))
    {
      g_propagate_error (error, g_steal_pointer (&owned));
      return FALSE;
    }
  g_set_error (error, failure->domain, failure->code, _ ("%s. “%s” does it all the same."),
               failure->message, redo ? "baton redo --force" : "baton undo --force");
  return FALSE;
}

static gboolean
undo_or_redo (BatonCli *cli, gboolean redo, GError **error)
{
  GError *failure = NULL;
  g_autofree char *title = NULL;
  g_autofree char *label = NULL;

  if (!baton_cli_check_arguments (cli, 0, 0, error) || !baton_cli_get_database (cli, error))
    return FALSE;
  title = baton_database_dup_step_title (cli->database, redo);
  label = redo ? baton_database_redo (cli->database, cli->force, &failure)
               : baton_database_undo (cli->database, cli->force, &failure);
  if (!label)
    return fail_step (redo, failure, error);
  if (redo)
    /* Translators: %s is what was undone before, such as Complete Task */
    printf (_ ("Done again: %s"), label);
  else
    /* Translators: %s is a step, such as Complete Task */
    printf (_ ("Undone: %s"), label);
  if (title)
    printf (" “%s”", title);
  puts ("");
  return TRUE;
}

gboolean
baton_cli_undo (BatonCli *cli, GError **error)
{
  return undo_or_redo (cli, FALSE, error);
}

gboolean
baton_cli_redo (BatonCli *cli, GError **error)
{
  return undo_or_redo (cli, TRUE, error);
}

static gboolean
set_scalar (BatonEdit *edit, const BatonField *field, const char *text, GError **error)
{
  gint64 number;

  if (!*text)
    {
      baton_edit_set_text (edit, field->name, NULL);
      return TRUE;
    }
  switch (field->type)
    {
    case BATON_FIELD_INT:
      if (!g_ascii_string_to_signed (text, 10, field->min, field->max, &number, NULL))
        {
          g_autofree char *min = g_strdup_printf ("%" G_GINT64_FORMAT, field->min);
          g_autofree char *max = g_strdup_printf ("%" G_GINT64_FORMAT, field->max);

          g_set_error (error, BATON_ERROR, BATON_ERROR_VALIDATION,
                       _ ("%s: a whole number from %s to %s is wanted, not “%s”"), field->name, min,
                       max, text);
          return FALSE;
        }
      baton_edit_set_int (edit, field->name, number);
      return TRUE;
    case BATON_FIELD_BOOL:
      if (!g_str_equal (text, "true") && !g_str_equal (text, "false"))
        {
          g_set_error (error, BATON_ERROR, BATON_ERROR_VALIDATION,
                       _ ("%s: true or false is wanted, not “%s”"), field->name, text);
          return FALSE;
        }
      baton_edit_set_bool (edit, field->name, g_str_equal (text, "true"));
      return TRUE;
    default:
      baton_edit_set_text (edit, field->name, text);
      return TRUE;
    }
}

static void
set_whole_set (BatonEdit *edit, const char *name, const char *text, const BatonRecord *task)
{
  g_auto (GStrv) elements = g_strsplit (text, ",", -1);
  g_autoptr (GStrvBuilder) wanted = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; elements[i]; i++)
    if (*g_strstrip (elements[i]))
      g_strv_builder_add (wanted, elements[i]);
  list = g_strv_builder_end (wanted);
  baton_edit_set_elements (edit, name, (const char *const *) list, task);
}

static gboolean
may_edit (const BatonField *field)
{
  return (field->flags & (BATON_FIELD_FIXED | BATON_FIELD_SERVER)) == 0 &&
         !g_str_equal (field->name, "deleted");
}

static gboolean
refuse_field (const char *name, GError **error)
{
  guint n_fields;
  const BatonField *fields = baton_schema_get_fields (BATON_ENTITY_TASK, &n_fields);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < n_fields; i++)
    {
      if (may_edit (&fields[i]))
        g_string_append_printf (names, "%s%s", names->len > 0 ? ", " : "", fields[i].name);
    }
  g_set_error (error, BATON_ERROR, BATON_ERROR_VALIDATION,
               _ ("%s: there is no such field to edit. There are %s"), name, names->str);
  return FALSE;
}

/* FIELD=VALUE, or SET+=ELEMENT and SET-=ELEMENT */
static gboolean
add_assignment (BatonEdit *edit, const char *assignment, const BatonRecord *task, GError **error)
{
  const char *equals = strchr (assignment, '=');
  gboolean plus = equals && equals > assignment && equals[-1] == '+';
  gboolean minus = equals && equals > assignment && equals[-1] == '-';
  g_autofree char *name = NULL;
  const BatonField *field;
  const char *element;

  if (!equals)
    {
      g_set_error (error, BATON_CLI_USAGE, 0, _ ("“%s” is not FIELD=VALUE"), assignment);
      return FALSE;
    }
  name = g_strndup (assignment, (gsize) (equals - assignment - (plus || minus ? 1 : 0)));
  field = baton_schema_lookup (BATON_ENTITY_TASK, name, NULL, &element);
  if (!field || element || !may_edit (field))
    return refuse_field (name, error);
  if (plus || minus)
    {
      if (field->type != BATON_FIELD_SET)
        {
          g_set_error (error, BATON_ERROR, BATON_ERROR_VALIDATION,
                       _ ("%s: += and -= are for sets only"), name);
          return FALSE;
        }
      baton_edit_set_element (edit, name, equals + 1, plus);
      return TRUE;
    }
  if (field->type == BATON_FIELD_SET)
    {
      set_whole_set (edit, name, equals + 1, task);
      return TRUE;
    }
  return set_scalar (edit, field, equals + 1, error);
}

gboolean
baton_cli_edit (BatonCli *cli, GError **error)
{
  g_autoptr (BatonRecord) task = NULL;
  g_autoptr (BatonEdit) edit = NULL;
  guint n_fields;

  if (!baton_cli_check_arguments (cli, 2, -1, error))
    return FALSE;
  task = get_task (cli, cli->arguments[0], error);
  if (!task)
    return FALSE;

  edit = baton_edit_new (BATON_ENTITY_TASK, baton_record_get_id (task));
  for (guint i = 1; cli->arguments[i]; i++)
    if (!add_assignment (edit, cli->arguments[i], task, error))
      return FALSE;

  baton_edit_get_fields (edit, &n_fields);
  if (n_fields == 0)
    {
      baton_cli_print_task (cli, task);
      return TRUE;
    }
  return apply_and_print (cli, edit, _ ("Edit Task"), error);
}
