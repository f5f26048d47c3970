/* sim-people.c: people come into projects and go, and what was deleted goes for good
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../../src/server/db/baton-server-purge.h"
#include "../../../src/server/db/baton-server-writer.h"
#include "sim-ledger.h"

#define DAY_MS (G_GINT64_CONSTANT (24) * 3600 * 1000)

static guint
find_person (const char *id)
{
  guint person = 0;

  while (person < SIM_MAX_PEOPLE - 1 && !g_str_equal (sim_person_get_id (person), id))
    person++;
  return person;
}

/* A project and one who is in it: as often as not its owner */
static char *
pick_project (SimWorld *world, SimRandom *random, guint *person)
{
  GError *error = NULL;
  gboolean owner = sim_chance (random, 2);
  g_autoptr (BatonSqlStatement)
      rows = baton_sql_prepare (world->reading,
                                owner ? "SELECT project, user FROM member WHERE role = 'owner'"
                                      : "SELECT project, user FROM member",
                                &error);
  guint64 salt = sim_random_next (random);
  guint64 best = 0;
  char *project = NULL;

  g_assert_no_error (error);
  while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
    {
      const char *id = baton_sql_get_text (rows, 0);
      const char *user = baton_sql_get_text (rows, 1);
      guint64 weight = sim_mix (salt ^ g_ascii_strtoull (id + 24, NULL, 16) ^ g_str_hash (user));

      if (project != NULL && weight <= best)
        continue;
      best = weight;
      g_set_str (&project, id);
      *person = find_person (user);
    }
  g_assert_no_error (error);
  return project;
}

void
sim_share (SimWorld *world, SimRandom *random)
{
  static const char *const roles[] = { "viewer", "member", "member", "manager", "owner" };
  guint person = 0;
  g_autofree char *project = pick_project (world, random, &person);
  guint other = sim_pick (random, world->plan->n_people);
  guint how = sim_pick (random, 6);
  const char *role = roles[sim_pick (random, how < 3 ? 4 : 5)];
  g_autofree char *path = NULL;
  g_autofree char *body = NULL;
  guint status;

  if (project == NULL)
    return;
  if (how < 3)
    {
      path = g_strdup_printf ("/api/v1/projects/%s/members", project);
      body = g_strdup_printf ("{\"email\":\"%s\",\"role\":\"%s\"}", sim_person_get_email (other),
                              role);
      g_free (sim_server_answer (world, person, "POST", path, body, &status));
      return;
    }
  path = g_strdup_printf ("/api/v1/projects/%s/members/%s", project, sim_person_get_id (other));
  body = g_strdup_printf ("{\"role\":\"%s\"}", role);
  if (how < 5)
    g_free (sim_server_answer (world, person, "PATCH", path, body, &status));
  else
    g_free (sim_server_answer (world, person, "DELETE", path, NULL, &status));
}

/* --- removing for good ------------------------------------------------------------- */

static gint64
get_limit (SimWorld *world)
{
  return world->now - world->plan->kept_days * DAY_MS;
}

static gboolean
purge_cb (BatonServerWriter *writer, BatonSql *sql, gpointer data, GError **error)
{
  g_autoptr (BatonServerPurgeWork) work = baton_server_purge_work_new ();
  gboolean more = TRUE;

  while (more)
    {
      if (!baton_server_purge_run (writer, sql, get_limit (data), 100, work, &more, error))
        return FALSE;
    }
  return TRUE;
}

static GHashTable *
get_records (SimWorld *world)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < BATON_N_ENTITIES; i++)
    {
      g_autofree char *text = g_strdup_printf ("SELECT id FROM \"%s\"", baton_entity_get_name (i));
      GError *error = NULL;
      g_autoptr (BatonSqlStatement) rows = baton_sql_prepare (world->reading, text, &error);

      g_assert_no_error (error);
      while (baton_sql_step (rows, &error) == BATON_SQL_ROW)
        g_hash_table_add (ids, g_strdup (baton_sql_get_text (rows, 0)));
      g_assert_no_error (error);
    }
  return ids;
}

static gboolean
is_still_there (gpointer id, gpointer value, gpointer data)
{
  return g_hash_table_contains (data, id);
}

void
sim_purge (SimWorld *world, SimRandom *random)
{
  g_autoptr (GHashTable) gone = get_records (world);
  g_autoptr (GHashTable) kept = NULL;
  GError *error = NULL;

  if (sim_chance (random, 2))
    world->now += (world->plan->kept_days + sim_pick (random, 7)) * DAY_MS;
  sim_ledger_look (world);
  if (!baton_server_writer_run (baton_server_get_writer (world->server), purge_cb, world, &error))
    sim_fail_error (world, "Purging", error);
  kept = get_records (world);
  g_hash_table_foreach_remove (gone, is_still_there, kept);
  sim_note (world, "  %u records are gone", g_hash_table_size (gone));
  sim_ledger_purge (world, gone, get_limit (world));
}
