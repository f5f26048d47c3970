/* bench-fill.c: fills a device's data with many tasks, as a person would have them
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * bench-fill FOLDER TASKS
 */
#include "../../src/store/baton-database.h"

#define AT_ONCE    2000
#define N_PROJECTS 20

static const char *const verbs[] = { "Call",    "Write to", "Buy",    "Repair",  "Plan", "Review",
                                     "Prepare", "Book",     "Cancel", "Discuss", "Send", "Order" };
static const char *const things[] = { "the quarterly report", "flowers for Ada",
                                      "a train to Lisbon",    "the garden fence",
                                      "the tax return",       "Grace about the compiler",
                                      "the dentist",          "a new bicycle",
                                      "the release notes",    "invoices",
                                      "the kitchen tap",      "slides for Monday" };
static const char *const tags[] = { "work",   "home",    "errands", "family",
                                    "garden", "reading", "travel",  "later" };
static const char *const priorities[] = { "low", "medium", "medium", "medium", "high", "urgent" };

static BatonEdit *
make_project (GRand *rand, guint number)
{
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *name = g_strdup_printf ("Project %u", number + 1);
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_PROJECT, id);

  baton_edit_set_text (edit, "name", name);
  return edit;
}

static BatonEdit *
make_task (GRand *rand, guint number, GPtrArray *projects)
{
  g_autofree char *id = baton_uuid_new (g_get_real_time () / 1000);
  g_autofree char *title = g_strdup_printf (
      "%s %s %u", verbs[g_rand_int_range (rand, 0, G_N_ELEMENTS (verbs))],
      things[g_rand_int_range (rand, 0, G_N_ELEMENTS (things))], number);
  BatonEdit *edit = baton_edit_new (BATON_ENTITY_TASK, id);

  baton_edit_set_text (edit, "title", title);
  baton_edit_set_text (edit, "priority",
                       priorities[g_rand_int_range (rand, 0, G_N_ELEMENTS (priorities))]);
  if (g_rand_int_range (rand, 0, 3) == 0)
    {
      g_autofree char *due = g_strdup_printf ("20%02d-%02d-%02d", g_rand_int_range (rand, 26, 29),
                                              g_rand_int_range (rand, 1, 13),
                                              g_rand_int_range (rand, 1, 29));

      baton_edit_set_text (edit, "due", due);
    }
  if (g_rand_int_range (rand, 0, 4) == 0)
    baton_edit_set_text (edit, "description",
                         "Ask first who has the key.\nThe number is in the old address book.");
  for (int i = g_rand_int_range (rand, 0, 3); i > 0; i--)
    baton_edit_set_element (edit, "tags", tags[g_rand_int_range (rand, 0, G_N_ELEMENTS (tags))],
                            TRUE);
  if (g_rand_int_range (rand, 0, 2) == 0)
    baton_edit_set_text (edit, "project_id",
                         baton_edit_get_record (g_ptr_array_index (
                             projects, g_rand_int_range (rand, 0, (gint32) projects->len))));
  return edit;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BatonDatabase) database = argc == 3 ? baton_database_open (argv[1], &error) : NULL;
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GPtrArray)
      projects = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);
  guint n_tasks = argc == 3 ? (guint) g_ascii_strtoull (argv[2], NULL, 10) : 0;

  if (!database)
    {
      g_printerr ("bench-fill FOLDER TASKS: %s\n",
                  error ? error->message : "two arguments are wanted");
      return 1;
    }
  for (guint i = 0; i < N_PROJECTS; i++)
    g_ptr_array_add (projects, make_project (rand, i));
  if (!baton_database_apply (database, projects, "Fill", &error))
    g_error ("%s", error->message);
  for (guint done = 0; done < n_tasks; done += AT_ONCE)
    {
      g_autoptr (GPtrArray)
          edits = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_edit_unref);

      for (guint i = done; i < MIN (done + AT_ONCE, n_tasks); i++)
        g_ptr_array_add (edits, make_task (rand, i, projects));
      if (!baton_database_apply (database, edits, "Fill", &error))
        g_error ("%s", error->message);
    }
  return 0;
}
