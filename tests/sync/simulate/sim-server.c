/* sim-server.c: the real server, called as functions
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../../src/server/auth/baton-server-accounts.h"
#include "../../../src/server/db/baton-server-database.h"
#include "../../../src/server/db/baton-server-scope.h"
#include "../../../src/server/db/baton-server-writer.h"
#include "sim-ledger.h"

#define SERVER_ID "01990000-0000-7000-8000-00000000beef"

/* --- a new server with its people ------------------------------------------ */

static void
add_person (BatonSql *sql, guint person)
{
  BatonServerAccount account = {
    .id = (char *) sim_person_get_id (person),
    .email = (char *) sim_person_get_email (person),
    .password = (char *) "",
    .first_name = (char *) "Ada",
    .last_name = (char *) "Byron",
    .role = g_strdup ("member"),
    .is_active = TRUE,
  };
  g_autoptr (GError) error = NULL;

  baton_server_account_insert (sql, &account, &error);
  g_assert_no_error (error);
  g_free (account.role);
}

void
sim_server_prepare (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = baton_server_database_dup_path (folder);
  g_autoptr (BatonSql) sql = NULL;

  baton_server_database_prepare (folder, &error);
  g_assert_no_error (error);
  sql = baton_sql_open (path, BATON_SQL_WRITE, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < SIM_MAX_PEOPLE; i++)
    add_person (sql, i);
  baton_sql_exec (sql, "UPDATE meta SET value = '" SERVER_ID "' WHERE name = 'server_id'", &error);
  g_assert_no_error (error);
}

/* --- running it -------------------------------------------------------------- */

/* The token is the person's id */
static gboolean
authenticate (BatonServerRequest *request, GError **error)
{
  const char *header = baton_server_request_get_header (request, "Authorization");

  request->user_id = g_strdup (header + strlen ("Bearer "));
  request->role = g_strdup ("member");
  return TRUE;
}

static void
tell (SimDevice *device, const BatonServerChange *change, BatonSql *sql)
{
  BatonServerRole role = BATON_SERVER_ROLE_NONE;

  if (!device->connected || change->json == NULL)
    return;
  baton_server_scope_get_role (sql, sim_person_get_id (device->person), change->scope, &role, NULL);
  if (role != BATON_SERVER_ROLE_NONE)
    g_queue_push_tail (&device->told, g_strdup (change->json));
}

static void
listener_cb (BatonSql *sql, GPtrArray *changes, gpointer data)
{
  SimWorld *world = data;

  for (guint i = 0; i < changes->len; i++)
    {
      for (guint j = 0; j < world->plan->n_devices; j++)
        tell (&world->devices[j], g_ptr_array_index (changes, i), sql);
    }
}

void
sim_server_open (SimWorld *world)
{
  g_autoptr (GHashTable) options = g_hash_table_new (g_str_hash, g_str_equal);
  GError *error = NULL;

  g_hash_table_insert (options, (gpointer) "data-dir", world->server_folder);
  world->config = baton_server_config_new (NULL, options, &error);
  g_assert_no_error (error);
  world->server = baton_server_new_apart (world->config, &error);
  if (world->server == NULL)
    {
      sim_fail_error (world, "The server does not start", error);
      return;
    }
  world->reading = baton_sql_open (baton_server_get_database_path (world->server), BATON_SQL_READ,
                                   &error);
  g_assert_no_error (error);
  baton_server_set_authenticate (world->server, authenticate, NULL, NULL);
  baton_server_writer_set_listener (baton_server_get_writer (world->server), listener_cb, world);
}

void
sim_server_close (SimWorld *world)
{
  for (guint i = 0; i < world->plan->n_devices; i++)
    sim_device_hang_up (&world->devices[i]);
  g_clear_pointer (&world->reading, baton_sql_close);
  g_clear_pointer (&world->server, baton_server_free);
  g_clear_pointer (&world->config, baton_server_config_free);
}

void
sim_server_keep (SimWorld *world)
{
  sim_server_close (world);
  if (world->server_backup == NULL)
    world->server_backup = g_build_filename (world->folder, "server-backup", NULL);
  sim_remove_folder (world->server_backup);
  sim_copy_folder (world->server_folder, world->server_backup);
  sim_server_open (world);
}

void
sim_server_restore (SimWorld *world)
{
  if (world->server_backup == NULL)
    return;
  sim_ledger_set_back (world);
  sim_server_close (world);
  sim_remove_folder (world->server_folder);
  sim_copy_folder (world->server_backup, world->server_folder);
  world->was_set_back = TRUE;
  sim_server_open (world);
}

char *
sim_server_answer (SimWorld *world,
                   guint person,
                   const char *method,
                   const char *path,
                   const char *body,
                   guint *status)
{
  char *text = baton_server_answer (world->server, method, path, sim_person_get_id (person), body,
                                    world->now, status);

  world->counts.requests++;
  sim_note (world, "  server: %s %s %u %s", method, path, *status, text);
  if (*status >= 500 && !world->server_fails)
    sim_fail (world, "The server failed: %u %s", *status, text);
  return text;
}
