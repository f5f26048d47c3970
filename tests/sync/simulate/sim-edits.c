/* sim-edits.c: what people do
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything is picked from what the device itself holds. A record is picked by its id's tail, which does not depend on the time, so that a step
 * finds the same one when others are left out.
 */
#include "sim-ledger.h"

typedef struct
{
  SimDevice *device;
  SimRandom *random;
  GPtrArray *edits; /* of BatonEdit */
} Doing;

/* --- picking ------------------------------------------------------------------ */

static guint64
weigh (guint64 salt, const char *id)
{
  const char *tail = id + strlen (id) - MIN (strlen (id), 12);

  return sim_mix (salt ^ g_ascii_strtoull (tail, NULL, 16));
}

/* One of the ids that @text (a SELECT) gives; NULL where there is none */
static char *
pick_id (Doing *doing, const char *text)
{
  GError *error = NULL;
  g_autoptr (BatonSqlStatement)
      statement = baton_sql_prepare (doing->device->database->sql, text, &error);
  guint64 salt = sim_random_next (doing->random);
  guint64 best = 0;
  char *id = NULL;

  g_assert_no_error (error);
  while (baton_sql_step (statement, &error) == BATON_SQL_ROW)
    {
      guint64 weight = weigh (salt, baton_sql_get_text (statement, 0));

      if (id != NULL && weight <= best)
        continue;
      best = weight;
      g_set_str (&id, baton_sql_get_text (statement, 0));
    }
  g_assert_no_error (error);
  return id;
}

static char *
make_id (Doing *doing)
{
  guint8 bytes[10];

  for (guint i = 0; i < G_N_ELEMENTS (bytes); i++)
    bytes[i] = (guint8) sim_pick (doing->random, 256);
  return baton_uuid_new_from (baton_database_get_now (doing->device->database), bytes);
}

static const char *
choose (Doing *doing, const char *const *choices, guint n)
{
  return choices[sim_pick (doing->random, n)];
}
#define CHOOSE(doing, choices) choose (doing, choices, G_N_ELEMENTS (choices))

/* Seldom the same as somewhere else */
static char *
make_text (Doing *doing, const char *what)
{
  if (sim_chance (doing->random, 8))
    return g_strdup (what);
  return g_strdup_printf ("%s %x", what, (guint) sim_random_next (doing->random));
}

static BatonEdit *
begin (Doing *doing, BatonEntity entity, const char *id)
{
  BatonEdit *edit = baton_edit_new (entity, id);

  g_ptr_array_add (doing->edits, edit);
  return edit;
}

static void
set_made_text (Doing *doing, BatonEdit *edit, const char *key, const char *what)
{
  g_autofree char *text = make_text (doing, what);

  baton_edit_set_text (edit, key, text);
}

/* --- notes --------------------------------------------------------------------- */

static char *
edit_lines (Doing *doing, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  GString *changed = g_string_new (NULL);
  guint n = g_strv_length (lines);
  guint at = n > 0 ? sim_pick (doing->random, n) : 0;
  guint how = sim_pick (doing->random, 3);

  for (guint i = 0; i < n; i++)
    {
      if (i == at && how == 0 && n > 2)
        continue;
      if (i == at && how == 1)
        {
          g_autofree char *line = make_text (doing, "line");

          g_string_append_printf (changed, "%s%s", changed->len > 0 ? "\n" : "", line);
          continue;
        }
      g_string_append_printf (changed, "%s%s", changed->len > 0 ? "\n" : "", lines[i]);
      if (i == at && how == 2)
        {
          g_autofree char *line = make_text (doing, "line");

          g_string_append_printf (changed, "%s%s", changed->len > 0 ? "\n" : "", line);
        }
    }
  return g_string_free_and_steal (changed);
}

static void
set_notes (Doing *doing, BatonEdit *edit, const char *key, const BatonRecord *record)
{
  const char *now = record != NULL ? baton_record_get_text (record, key) : NULL;
  g_autofree char *text = sim_chance (doing->random, 10) && !g_str_equal (key, "body")
                              ? g_strdup ("")
                              : edit_lines (doing, now != NULL ? now : "one\ntwo\nthree\nfour");

  baton_edit_set_text (edit, key, *text != '\0' || !g_str_equal (key, "body") ? text : "body");
}

/* --- tasks --------------------------------------------------------------------- */

static void
set_due (Doing *doing, BatonEdit *edit)
{
  static const char *const dues[] = { "2026-11-21", "2026-12-24", "2027-01-31T09:30",
                                      "2026-11-30T18:00" };

  baton_edit_set_text (edit, "due", sim_chance (doing->random, 4) ? NULL : CHOOSE (doing, dues));
  if (sim_chance (doing->random, 4))
    baton_edit_set_text (edit, "time_zone", sim_chance (doing->random, 2) ? NULL : "Europe/Berlin");
}

static void
set_project (Doing *doing, BatonEdit *edit)
{
  g_autofree char *project = sim_chance (doing->random, 3)
                                 ? NULL
                                 : pick_id (doing, "SELECT id FROM project WHERE deleted = 0");

  baton_edit_set_text (edit, "project_id", project);
}

static void
set_parent (Doing *doing, BatonEdit *edit)
{
  g_autofree char *parent = sim_chance (doing->random, 3) ? NULL
                                                          : pick_id (doing, "SELECT id FROM task");

  baton_edit_set_text (edit, "parent_id", parent);
}

static void
set_repeat (Doing *doing, BatonEdit *edit)
{
  static const char *const rules[] = { "FREQ=DAILY", "FREQ=WEEKLY;BYDAY=TU,FR", "FREQ=MONTHLY",
                                       "FREQ=DAILY;COUNT=3" };

  baton_edit_set_text (edit, "due", "2026-11-21");
  baton_edit_set_text (edit, "recurrence", CHOOSE (doing, rules));
  if (sim_chance (doing->random, 3))
    baton_edit_set_text (edit, "repeat_from", "completion");
}

static void
set_task_field (Doing *doing, BatonEdit *edit, const BatonRecord *record)
{
  static const char *const statuses[] = { "todo", "in_progress", "review", "done", "done" };
  static const char *const priorities[] = { "low", "medium", "high", "urgent" };
  static const char *const tags[] = { "home", "work", "errands", "ärger" };

  switch (sim_pick (doing->random, 15))
    {
    case 0:
    case 1:
    case 2:
      set_made_text (doing, edit, "title", "Title");
      break;
    case 3:
    case 4:
      set_notes (doing, edit, "description", record);
      break;
    case 5:
    case 6:
      baton_edit_set_text (edit, "status", CHOOSE (doing, statuses));
      break;
    case 7:
      baton_edit_set_text (edit, "priority", CHOOSE (doing, priorities));
      break;
    case 8:
      set_due (doing, edit);
      break;
    case 9:
      baton_edit_set_element (edit, "tags", CHOOSE (doing, tags), !sim_chance (doing->random, 3));
      break;
    case 10:
      set_project (doing, edit);
      break;
    case 11:
      set_parent (doing, edit);
      break;
    case 12:
      baton_edit_set_int (edit, "estimated_minutes", sim_pick (doing->random, 1000));
      break;
    case 13:
      set_repeat (doing, edit);
      break;
    default:
      baton_edit_set_text (edit, "assignee_id",
                           sim_chance (doing->random, 3)
                               ? NULL
                               : sim_person_get_id (sim_pick (doing->random, SIM_MAX_PEOPLE)));
    }
}

static void
create_task (Doing *doing)
{
  g_autofree char *id = make_id (doing);
  BatonEdit *edit = begin (doing, BATON_ENTITY_TASK, id);

  set_made_text (doing, edit, "title", "Task");
  if (sim_chance (doing->random, 2))
    set_project (doing, edit);
  if (sim_chance (doing->random, 5))
    set_parent (doing, edit);
  if (sim_chance (doing->random, 5))
    set_repeat (doing, edit);
  if (sim_chance (doing->random, 5))
    set_notes (doing, edit, "description", NULL);
}

static void
change_task (Doing *doing)
{
  g_autofree char *id = pick_id (doing, "SELECT id FROM task WHERE deleted = 0");
  g_autoptr (BatonRecord) record = NULL;
  BatonEdit *edit;

  if (id == NULL)
    {
      create_task (doing);
      return;
    }
  record = baton_database_get (doing->device->database, BATON_ENTITY_TASK, id, NULL);
  edit = begin (doing, BATON_ENTITY_TASK, id);
  for (guint n = 1 + sim_pick (doing->random, 2); n > 0; n--)
    set_task_field (doing, edit, record);
}

static void
delete_or_restore (Doing *doing, BatonEntity entity)
{
  gboolean restores = sim_chance (doing->random, 3);
  g_autofree char *text = g_strdup_printf ("SELECT id FROM \"%s\" WHERE deleted = %d",
                                           baton_entity_get_name (entity), restores);
  g_autofree char *id = pick_id (doing, text);

  if (id != NULL)
    baton_edit_set_bool (begin (doing, entity, id), "deleted", !restores);
}

static void
complete_several (Doing *doing)
{
  for (guint n = 1 + sim_pick (doing->random, 3); n > 0; n--)
    {
      g_autofree char *id = pick_id (doing,
                                     "SELECT id FROM task WHERE deleted = 0 AND status <> 'done'");

      if (id != NULL)
        baton_edit_set_text (begin (doing, BATON_ENTITY_TASK, id), "status", "done");
    }
}

static void
complete_repeating (Doing *doing)
{
  g_autofree char *id = pick_id (doing, "SELECT id FROM task WHERE deleted = 0 AND "
                                        "status <> 'done' AND recurrence IS NOT NULL");

  if (id != NULL)
    baton_edit_set_text (begin (doing, BATON_ENTITY_TASK, id), "status", "done");
  else
    complete_several (doing);
}

static void
place (Doing *doing)
{
  g_autofree char *id = pick_id (doing, "SELECT id FROM task WHERE deleted = 0");
  g_autofree char *before = pick_id (doing, "SELECT id FROM task WHERE deleted = 0");
  GError *error = NULL;

  if (id == NULL)
    return;
  if (g_strcmp0 (id, before) == 0)
    g_clear_pointer (&before, g_free);
  if (!baton_database_place (doing->device->database, id, before, NULL, doing->edits, &error))
    sim_fail_error (doing->device->world, "Placing", error);
}

/* --- everything else ------------------------------------------------------------ */

static void
change_project (Doing *doing)
{
  g_autofree char *id = sim_chance (doing->random, 3)
                            ? NULL
                            : pick_id (doing, "SELECT id FROM project WHERE deleted = 0");
  g_autofree char *made = id == NULL ? make_id (doing) : NULL;
  g_autoptr (BatonRecord) record = NULL;
  BatonEdit *edit = begin (doing, BATON_ENTITY_PROJECT, id != NULL ? id : made);

  if (id != NULL)
    record = baton_database_get (doing->device->database, BATON_ENTITY_PROJECT, id, NULL);
  if (id == NULL || sim_chance (doing->random, 3))
    set_made_text (doing, edit, "name", "Project");
  else if (sim_chance (doing->random, 2))
    set_notes (doing, edit, "description", record);
  else
    baton_edit_set_bool (edit, "is_archived", !baton_record_get_bool (record, "is_archived"));
}

/* A reminder or a comment: new, or changed */
static void
change_hanging (Doing *doing, BatonEntity entity)
{
  g_autofree char *text = g_strdup_printf ("SELECT id FROM \"%s\" WHERE deleted = 0",
                                           baton_entity_get_name (entity));
  g_autofree char *id = sim_chance (doing->random, 2) ? NULL : pick_id (doing, text);
  g_autofree char *task = pick_id (doing, "SELECT id FROM task WHERE deleted = 0");
  g_autofree char *made = id == NULL ? make_id (doing) : NULL;
  g_autoptr (BatonRecord) record = NULL;
  BatonEdit *edit;

  if (id == NULL && task == NULL)
    return;
  edit = begin (doing, entity, id != NULL ? id : made);
  if (id == NULL)
    baton_edit_set_text (edit, "task_id", task);
  else
    record = baton_database_get (doing->device->database, entity, id, NULL);
  if (entity == BATON_ENTITY_REMINDER)
    baton_edit_set_int (edit, "minutes_before", sim_pick (doing->random, 1000));
  else
    set_notes (doing, edit, "body", record);
}

static void
change_named (Doing *doing, BatonEntity entity)
{
  g_autofree char *text = g_strdup_printf ("SELECT id FROM \"%s\" WHERE deleted = 0",
                                           baton_entity_get_name (entity));
  g_autofree char *id = sim_chance (doing->random, 2) ? NULL : pick_id (doing, text);
  g_autofree char *made = id == NULL ? make_id (doing) : NULL;
  BatonEdit *edit = begin (doing, entity, id != NULL ? id : made);

  set_made_text (doing, edit, "name", "Name");
  if (entity == BATON_ENTITY_FILTER)
    set_made_text (doing, edit, "query", "title:x");
  else
    baton_edit_set_text (edit, "color", sim_chance (doing->random, 2) ? "#aabbcc" : "#112233");
}

static void
choose_edit (Doing *doing)
{
  guint at = sim_pick (doing->random, 100);

  if (at < 18)
    create_task (doing);
  else if (at < 56)
    change_task (doing);
  else if (at < 62)
    delete_or_restore (doing, BATON_ENTITY_TASK);
  else if (at < 66)
    complete_several (doing);
  else if (at < 71)
    complete_repeating (doing);
  else if (at < 75)
    place (doing);
  else if (at < 82)
    change_project (doing);
  else if (at < 84)
    delete_or_restore (doing, BATON_ENTITY_PROJECT);
  else if (at < 88)
    change_hanging (doing, BATON_ENTITY_REMINDER);
  else if (at < 93)
    change_hanging (doing, BATON_ENTITY_COMMENT);
  else if (at < 95)
    delete_or_restore (doing, sim_chance (doing->random, 2) ? BATON_ENTITY_REMINDER
                                                            : BATON_ENTITY_COMMENT);
  else if (at < 97)
    change_named (doing, BATON_ENTITY_FILTER);
  else
    change_named (doing, BATON_ENTITY_TAG);
}

static void
note_edits (Doing *doing)
{
  for (guint i = 0; i < doing->edits->len; i++)
    {
      g_autoptr (GString) json = g_string_new (NULL);
      BatonJsonWriter writer = { .out = json };
      BatonEdit *edit = g_ptr_array_index (doing->edits, i);
      guint n_fields;
      const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

      for (guint j = 0; j < n_fields; j++)
        {
          g_string_append_printf (json, " %s=", fields[j].key);
          baton_json_value (&writer, &fields[j].value);
        }
      sim_note (doing->device->world, "  device %u edits %s %s%s", doing->device->number,
                baton_entity_get_name (baton_edit_get_entity (edit)), baton_edit_get_record (edit),
                json->str);
    }
}

/* What a person has just written is what they see, whatever the clocks say */
static void
check_shown (Doing *doing)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = doing->edits->len; i-- > 0;)
    {
      const BatonEdit *edit = g_ptr_array_index (doing->edits, i);
      const char *id = baton_edit_get_record (edit);
      g_autoptr (BatonRecord) record = baton_database_get (doing->device->database,
                                                           baton_edit_get_entity (edit), id, NULL);
      guint n_fields;
      const BatonEditField *fields = baton_edit_get_fields (edit, &n_fields);

      for (guint j = 0; j < n_fields; j++)
        {
          if (g_hash_table_add (seen, g_strconcat (id, " ", fields[j].key, NULL)) &&
              fields[j].value.kind != BATON_VALUE_NULL &&
              !baton_value_equal (&fields[j].value, baton_record_get (record, fields[j].key)))
            sim_fail (doing->device->world, "Device %u does not show what was just written: %s %s",
                      doing->device->number, id, fields[j].key);
        }
    }
}

void
sim_edit_something (SimDevice *device, SimRandom *random)
{
  g_autoptr (GPtrArray) edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  Doing doing = { device, random, edits };
  g_autoptr (GError) error = NULL;

  sim_ledger_note_refused (device);
  choose_edit (&doing);
  if (edits->len == 0)
    return;
  note_edits (&doing);
  device->world->counts.edits += edits->len;
  if (baton_database_apply (device->database, edits, "Edit", &error))
    {
      sim_ledger_add (device);
      check_shown (&doing);
    }
  else if (sim_disk_may_fail (device, error))
    sim_note (device->world, "  device %u: %s", device->number, error->message);
  else
    sim_fail (device->world, "An edit: %s", error->message);
}

/* What an undo that was not forced replaces was not written on another device */
static void
check_undone (SimDevice *device, gint64 last)
{
  SimWorld *world = device->world;
  GError *error = NULL;
  g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (
      device->database->sql,
      "SELECT record, field, substr (old_clock, 19) FROM history WHERE id > ?1 AND field <> ''",
      &error);

  g_assert_no_error (error);
  baton_sql_bind_int (rows, 1, last);
  while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
    {
      for (guint i = 0; i < world->plan->n_devices; i++)
        {
          BatonDatabase *other = world->devices[i].database;

          if (i != device->number && other != NULL &&
              g_strcmp0 (baton_sql_get_text (rows, 2), baton_database_get_device_id (other)) == 0)
            sim_fail (world, "Device %u undid, unasked, what device %u wrote: %s %s",
                      device->number, i, baton_sql_get_text (rows, 0),
                      baton_sql_get_text (rows, 1));
        }
    }
  g_assert_no_error (error);
}

static gint64
get_last_row (SimDevice *device)
{
  GError *error = NULL;
  gint64 last = 0;

  baton_database_query_int (device->database, "SELECT max(id) FROM history", NULL, NULL, &last,
                            &error);
  g_assert_no_error (error);
  return last;
}

void
sim_undo_something (SimDevice *device, SimRandom *random)
{
  gboolean force = sim_chance (random, 2);
  gboolean redo = sim_chance (random, 3);
  gint64 last = get_last_row (device);
  g_autoptr (GError) error = NULL;
  g_autofree char *label = NULL;

  sim_ledger_note_refused (device);
  label = redo ? baton_database_redo (device->database, force, &error)
               : baton_database_undo (device->database, force, &error);
  sim_note (device->world, "  device %u undoes: %s", device->number,
            label != NULL ? label : error->message);
  if (label != NULL)
    {
      sim_ledger_add (device);
      if (!force && !redo)
        check_undone (device, last);
    }
  else if (error->domain != BATON_STORE_ERROR && !sim_disk_may_fail (device, error))
    sim_fail (device->world, "Undo: %s", error->message);
}
