/* baton-cli-conflicts.c: what two people changed at once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-cli"

#include "baton-cli-private.h"

#include <stdio.h>

static const char *
get_author (BatonHistoryAuthor author)
{
  switch (author)
    {
    case BATON_HISTORY_THIS_DEVICE:
      return "this-device";
    case BATON_HISTORY_OTHER_DEVICE:
      return "other-device";
    case BATON_HISTORY_SERVER:
      return "server";
    case BATON_HISTORY_NOBODY:
    default:
      return NULL;
    }
}

static const char *
get_author_words (BatonHistoryAuthor author)
{
  switch (author)
    {
    case BATON_HISTORY_THIS_DEVICE:
      return _ ("this device");
    case BATON_HISTORY_OTHER_DEVICE:
      return _ ("another device");
    case BATON_HISTORY_SERVER:
      return _ ("the server");
    case BATON_HISTORY_NOBODY:
    default:
      return _ ("nobody");
    }
}

/* What won may have been written over since, by whoever: what stands is what there is to keep. */
static void
update_standing (BatonDatabase *database, BatonHistoryEntry *entry)
{
  g_autoptr (BatonRecord)
      record = baton_database_get (database, entry->entity, entry->record, NULL);
  BatonClock clock = { 0 };

  if (record != NULL)
    clock = baton_record_get_clock (record, entry->field);
  if (!baton_clock_is_set (&clock) || baton_clock_compare (&clock, &entry->new_clock) == 0)
    return;
  baton_value_copy (baton_record_get (record, entry->field), &entry->new_value);
  entry->new_clock = clock;
  entry->new_at = baton_clock_get_ms (&clock);
  entry->new_author = baton_database_get_author (database, &clock);
}

/* --- JSON ---------------------------------------------------------------- */

static void
write_side (BatonJsonWriter *writer,
            const char *name,
            const BatonValue *value,
            gint64 at,
            BatonHistoryAuthor author)
{
  g_autofree char *time = at != 0 ? baton_time_format (at) : NULL;

  baton_json_key (writer, name);
  baton_json_begin_object (writer);
  baton_json_key (writer, "value");
  baton_json_value (writer, value);
  baton_json_member_text (writer, "at", time);
  baton_json_member_text (writer, "by", get_author (author));
  baton_json_end_object (writer);
}

static void
print_json (GPtrArray *conflicts)
{
  g_autoptr (GString) json = g_string_new (NULL);
  BatonJsonWriter writer = { .out = json };

  baton_json_begin_array (&writer);
  for (guint i = 0; i < conflicts->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (conflicts, i);

      baton_json_begin_object (&writer);
      baton_json_member_int (&writer, "id", entry->id);
      baton_json_member_text (&writer, "entity", baton_entity_get_name (entry->entity));
      baton_json_member_text (&writer, "record", entry->record);
      baton_json_member_text (&writer, "title", entry->title);
      baton_json_member_text (&writer, "field", entry->field);
      write_side (&writer, "lost", &entry->old_value, entry->old_at, entry->old_author);
      write_side (&writer, "stands", &entry->new_value, entry->new_at, entry->new_author);
      baton_json_end_object (&writer);
    }
  baton_json_end_array (&writer);
  baton_cli_print_json (json);
}

/* --- text ---------------------------------------------------------------- */

static char *
dup_value (const char *field, const BatonValue *value)
{
  GString *json;
  BatonJsonWriter writer = { 0 };

  if (g_str_equal (field, "deleted"))
    return g_strdup (value->boolean ? C_ ("value", "In the trash")
                                    : C_ ("value", "Not in the trash"));
  json = g_string_new (NULL);
  writer.out = json;
  baton_json_value (&writer, value);
  return g_string_free_and_steal (json);
}

/* What nobody has ever written has no time. */
static void
print_side (const char *label,
            const char *field,
            const BatonValue *value,
            gint64 at,
            BatonHistoryAuthor author)
{
  g_autofree char *text = dup_value (field, value);
  g_autofree char *time = at != 0 ? baton_cli_format_local (at) : NULL;

  if (time != NULL)
    printf ("     %-8s %s  (%s %s)\n", label, text, get_author_words (author), time);
  else
    printf ("     %-8s %s\n", label, text);
}

static void
print_text (GPtrArray *conflicts)
{
  for (guint i = 0; i < conflicts->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (conflicts, i);

      printf ("%" G_GINT64_FORMAT "  %s  %s\n", entry->id,
              entry->title != NULL ? entry->title : entry->record, entry->field);
      print_side (_ ("stands"), entry->field, &entry->new_value, entry->new_at, entry->new_author);
      print_side (_ ("lost"), entry->field, &entry->old_value, entry->old_at, entry->old_author);
    }
  if (conflicts->len == 0)
    puts (_ ("No conflicts"));
  else
    puts (_ ("\n“baton conflicts --use N” takes what lost instead, “--keep N” what stands."));
}

/* --- deciding ------------------------------------------------------------ */

static const BatonHistoryEntry *
find_entry (GPtrArray *conflicts, const char *number, GError **error)
{
  for (guint i = 0; i < conflicts->len; i++)
    {
      const BatonHistoryEntry *entry = g_ptr_array_index (conflicts, i);
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, entry->id);

      if (g_str_equal (id, number))
        return entry;
    }
  g_set_error (error, BATON_STORE_ERROR, BATON_STORE_ERROR_NOT_FOUND, _ ("There is no conflict %s"),
               number);
  return NULL;
}

static gboolean
decide (BatonCli *cli, GPtrArray *conflicts, GError **error)
{
  const BatonHistoryEntry *entry = find_entry (conflicts, cli->use ? cli->use : cli->keep, error);
  gboolean done;

  if (!entry)
    return FALSE;
  done = cli->use
             ? baton_database_use_instead (cli->database, entry->id, _ ("Use Other Version"), error)
             : baton_database_settle_conflict (cli->database, entry->id, _ ("Keep as It Is"),
                                               error);
  if (done)
    printf ("%s: %s  %s\n", cli->use ? _ ("What lost stands now") : _ ("Kept as it is"),
            entry->title ? entry->title : entry->record, entry->field);
  return done;
}

gboolean
baton_cli_conflicts (BatonCli *cli, GError **error)
{
  g_autoptr (GPtrArray) conflicts = NULL;

  if (!baton_cli_check_arguments (cli, 0, 0, error) || !baton_cli_get_database (cli, error))
    return FALSE;
  if (cli->use && cli->keep)
    {
      g_set_error_literal (error, BATON_CLI_USAGE, 0, _ ("--use and --keep do not go together"));
      return FALSE;
    }
  conflicts = baton_database_get_conflicts (cli->database, error);
  if (!conflicts)
    return FALSE;
  for (guint i = 0; i < conflicts->len; i++)
    update_standing (cli->database, g_ptr_array_index (conflicts, i));
  if (cli->use || cli->keep)
    return decide (cli, conflicts, error);
  if (cli->json)
    print_json (conflicts);
  else
    print_text (conflicts);
  return TRUE;
}
