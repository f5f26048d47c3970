/* sim-network.c: what becomes of a request on its way to the server, and of the answer on its way back
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "../../../src/sync/baton-http.h"
#include "../../../src/sync/baton-sync-lock.h"
#include "sim-world.h"

typedef enum
{
  FAULT_NONE,
  FAULT_LOST,     /* before it took effect */
  FAULT_UNHEARD,  /* after */
  FAULT_TWICE,    /* delivered twice */
  FAULT_ECHO,     /* delivered, and once more much later */
  FAULT_DELAYED,  /* delivered much later only */
  FAULT_CUT,      /* the answer ends in the middle */
  FAULT_NONSENSE, /* something else answers */
  FAULT_STRANGER, /* another Baton server answers */
  FAULT_EXPIRED,  /* the cursor is said not to be served */
  FAULT_BUSY,
} Fault;
#define N_FAULTS        11

#define SIM_TYPE_REMOTE (sim_remote_get_type ())
G_DECLARE_FINAL_TYPE (SimRemote, sim_remote, SIM, REMOTE, GObject)

struct _SimRemote
{
  GObject parent_instance;

  SimDevice *device; /* borrowed */
};

static void sim_remote_iface_init (BatonRemoteInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimRemote,
                               sim_remote,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_REMOTE, sim_remote_iface_init))

/* One request, and what came back */
typedef struct
{
  SimDevice *device;
  const char *cursor;
  GPtrArray *edits;
  const char *body;
  guint status;
  const char *type;
  char *text; /* owned, nullable: nothing came */
} Trip;

static void
trip_clear (Trip *trip)
{
  g_free (trip->text);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Trip, trip_clear)

/* --- letters --------------------------------------------------------------- */

static void
send_late (Trip *trip)
{
  SimLetter *letter = g_new (SimLetter, 1);

  letter->person = trip->device->person;
  letter->body = g_strdup (trip->body);
  g_ptr_array_add (trip->device->world->letters, letter);
}

void
sim_network_deliver (SimWorld *world, SimRandom *random)
{
  guint i;
  SimLetter *letter;
  guint status;

  if (world->letters->len == 0)
    return;
  i = sim_pick (random, world->letters->len);
  letter = g_ptr_array_index (world->letters, i);
  g_free (sim_server_answer (world, letter->person, "POST", "/api/v1/sync", letter->body, &status));
  g_ptr_array_remove_index (world->letters, i);
}

/* --- answers that are none --------------------------------------------------- */

/* The roles that the person has where the records of the edits are: of what is in no project, or not there yet, "owner" */
static GPtrArray *
get_roles (Trip *trip)
{
  GPtrArray *roles = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < trip->edits->len; i++)
    {
      const BatonEdit *edit = g_ptr_array_index (trip->edits, i);
      g_autofree char *text = g_strdup_printf (
          "SELECT coalesce ((SELECT role FROM member WHERE user = ?2 AND"
          " 'project:' || project = scope.id), 'none') FROM \"%s\" r JOIN scope ON scope.key ="
          " r.scope WHERE r.id = ?1 AND scope.id LIKE 'project:%%'",
          baton_entity_get_name (baton_edit_get_entity (edit)));
      GError *error = NULL;
      g_autoptr (BatonSqlStatement)
          row = baton_sql_prepare (trip->device->world->reading, text, &error);

      g_assert_no_error (error);
      baton_sql_bind_text (row, 1, baton_edit_get_record (edit));
      baton_sql_bind_text (row, 2, sim_person_get_id (trip->device->person));
      g_ptr_array_add (roles, g_strdup (baton_sql_step (row, NULL) == BATON_SQL_ROW
                                            ? baton_sql_get_text (row, 0)
                                            : "owner"));
    }
  return roles;
}

/* Whoever may only read, or not even that, has changed nothing */
static void
check_allowed (Trip *trip, GPtrArray *roles)
{
  for (guint i = 0; i < trip->edits->len; i++)
    {
      const char *id = baton_edit_get_id (g_ptr_array_index (trip->edits, i));
      const char *role = g_ptr_array_index (roles, i);
      g_autofree char *applied = g_strdup_printf ("\"id\":\"%s\",\"status\":\"applied\"", id);

      if ((g_str_equal (role, "viewer") || g_str_equal (role, "none")) &&
          strstr (trip->text, applied) != NULL)
        sim_fail (trip->device->world, "An edit was taken from somebody whose role there is: %s",
                  role);
    }
}

static void
deliver (Trip *trip)
{
  g_autoptr (GPtrArray) roles = get_roles (trip);

  g_free (trip->text);
  trip->text = sim_server_answer (trip->device->world, trip->device->person, "POST", "/api/v1/sync",
                                  trip->body, &trip->status);
  trip->type = "application/json";
  check_allowed (trip, roles);
}

static void
answer (Trip *trip, guint status, const char *type, const char *text)
{
  g_free (trip->text);
  trip->status = status;
  trip->type = type;
  trip->text = g_strdup (text);
}

static void
answer_nonsense (Trip *trip, SimRandom *random)
{
  static const char *const texts[] = {
    "",
    "{}",
    "[]",
    "null",
    "{\"success\":true}",
    "{\"success\":true,\"data\":{}}",
    "{\"success\":true,\"data\":[]}",
    "{\"success\":true,\"data\":{\"results\":[],\"changes\":[],\"cursor\":{},\"more\":false}}",
    "{\"success\":true,\"data\":{\"results\":[],\"changes\":[],\"cursor\":{},\"more\":true,"
    "\"server_time\":\"2026-11-20T00:00:00.000Z\","
    "\"server_id\":\"01990000-0000-7000-8000-00000000beef\"}}",
    "{\"success\":false,\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"gone\",\"details\":[]}}",
  };

  if (sim_chance (random, 4))
    answer (trip, 200, "text/html", "<html><body>Please sign in to the network</body></html>");
  else
    answer (trip, sim_chance (random, 5) ? 404 : 200, "application/json",
            texts[sim_pick (random, G_N_ELEMENTS (texts))]);
}

/* Takes all edits, and knows none of the scopes */
static void
answer_stranger (Trip *trip)
{
  g_autoptr (GString) text = g_string_new ("{\"success\":true,\"data\":{\"results\":[");
  g_autoptr (JsonNode) node = baton_json_parse (trip->cursor, -1, NULL);
  JsonObjectIter iter;
  const char *scope;
  const char *comma = "";

  for (guint i = 0; i < trip->edits->len; i++)
    g_string_append_printf (text, "%s{\"id\":\"%s\",\"status\":\"applied\"}", i > 0 ? "," : "",
                            baton_edit_get_id (g_ptr_array_index (trip->edits, i)));
  g_string_append (text, "],\"changes\":[");
  json_object_iter_init (&iter, json_node_get_object (node));
  for (; json_object_iter_next (&iter, &scope, NULL); comma = ",")
    g_string_append_printf (text, "%s{\"scope\":\"%s\",\"leave\":true}", comma, scope);
  g_string_append (text, "],\"cursor\":{},\"more\":false,"
                         "\"server_time\":\"2026-11-20T00:00:00.000Z\","
                         "\"server_id\":\"01990000-0000-7000-8000-00000000dead\"}}");
  answer (trip, 200, "application/json", text->str);
}

/* That something was purged is believed, so that it is not said where it would hide that the server was set back */
static gboolean
is_set_back (const SimPlan *plan)
{
  for (guint i = 0; i < plan->steps->len; i++)
    {
      if (g_array_index (plan->steps, SimStep, i).kind == SIM_SERVER_RESTORE)
        return TRUE;
    }
  return FALSE;
}

static void
answer_expired (Trip *trip, SimRandom *random)
{
  g_autoptr (GString) text = g_string_new (
      "{\"success\":false,\"error\":{\"code\":\"CURSOR_EXPIRED\",\"message\":\"m\",\"details\":[");
  g_autoptr (JsonNode) node = baton_json_parse (trip->cursor, -1, NULL);
  JsonObjectIter iter;
  const char *scope;
  const char *comma = "";
  gboolean forked;

  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &scope, NULL))
    {
      if (sim_chance (random, 2))
        continue;
      forked = is_set_back (trip->device->world->plan) || sim_chance (random, 2);
      trip->device->world->was_said_set_back |= forked;
      g_string_append_printf (text, "%s{\"scope\":\"%s\",\"reason\":\"%s\"}", comma, scope,
                              forked ? "forked" : "purged");
      comma = ",";
    }
  g_string_append (text, "]}}");
  answer (trip, 410, "application/json", text->str);
}

static void
answer_busy (Trip *trip, SimRandom *random)
{
  if (sim_chance (random, 2))
    answer (trip, sim_chance (random, 2) ? 502 : 503, "text/html", "<h1>Bad gateway</h1>");
  else
    answer (trip, 429, "application/json",
            "{\"success\":false,\"error\":{\"code\":\"RATE_LIMITED\",\"message\":\"wait\"}}");
}

/* --- a request --------------------------------------------------------------- */

static Fault
pick_fault (Trip *trip, SimRandom *random)
{
  SimWorld *world = trip->device->world;
  g_autoptr (BatonAccount) account = NULL;
  Fault fault;

  if (world->faults == 0 || !sim_chance (random, world->faults))
    return FAULT_NONE;
  fault = 1 + sim_pick (random, N_FAULTS - 1);
  if (fault != FAULT_STRANGER)
    return fault;
  /* The first server that answers is the one */
  account = baton_database_get_account (trip->device->database, NULL);
  return account != NULL && account->server_id != NULL ? fault : FAULT_NONSENSE;
}

static void
travel_disturbed (Trip *trip, Fault fault, SimRandom *random)
{
  switch (fault)
    {
    case FAULT_UNHEARD:
      deliver (trip);
      g_clear_pointer (&trip->text, g_free);
      break;
    case FAULT_TWICE:
      deliver (trip);
      deliver (trip);
      break;
    case FAULT_ECHO:
      deliver (trip);
      send_late (trip);
      break;
    case FAULT_DELAYED:
      send_late (trip);
      break;
    case FAULT_CUT:
      deliver (trip);
      trip->text[sim_pick (random, (guint) strlen (trip->text))] = '\0';
      break;
    case FAULT_NONSENSE:
      answer_nonsense (trip, random);
      break;
    case FAULT_STRANGER:
      answer_stranger (trip);
      break;
    case FAULT_EXPIRED:
      answer_expired (trip, random);
      break;
    case FAULT_BUSY:
      answer_busy (trip, random);
      break;
    case FAULT_NONE:
    case FAULT_LOST:
    default:
      break;
    }
}

static void
travel (Trip *trip, SimRandom *random)
{
  static const char *const names[N_FAULTS] = {
    "",    "lost",     "unheard",  "twice",   "echo", "delayed",
    "cut", "nonsense", "stranger", "expired", "busy",
  };
  SimWorld *world = trip->device->world;
  Fault fault = pick_fault (trip, random);

  if (fault == FAULT_NONE)
    {
      deliver (trip);
      return;
    }
  world->counts.faults++;
  sim_note (world, "  network: %s", names[fault]);
  travel_disturbed (trip, fault, random);
}

/* By the app, or the command line beside it, which can send nothing meanwhile */
static void
edit_meanwhile (SimDevice *device, SimRandom *random)
{
  gboolean changes = sim_device_has_two (device) && sim_chance (random, 2);
  g_autoptr (BatonLock) lock = NULL;

  sim_note (device->world, "  meanwhile:");
  if (changes)
    {
      sim_device_change_process (device);
      lock = baton_sync_lock_take (device->database, 0, NULL, NULL);
      if (lock != NULL)
        sim_fail (device->world, "Two processes of device %u could sync at once", device->number);
    }
  sim_edit_something (device, random);
  if (changes)
    sim_device_change_process (device);
}

/* The world does not stand still while a request is under way */
static void
live_on (SimDevice *device, SimRandom *random)
{
  SimWorld *world = device->world;

  if (world->faults == 0 || world->depth > 0)
    return;
  world->depth++;
  if (sim_chance (random, 6))
    edit_meanwhile (device, random);
  if (sim_chance (random, 12))
    {
      SimDevice *other = &world->devices[sim_pick (random, world->plan->n_devices)];

      if (other != device)
        sim_device_sync (other);
    }
  world->depth--;
}

static gboolean
sim_remote_exchange (BatonRemote *remote,
                     const char *device_id,
                     const char *cursor,
                     const char *head,
                     GPtrArray *edits,
                     guint limit,
                     BatonExchange **exchange,
                     GCancellable *cancellable,
                     GError **error)
{
  SimDevice *device = SIM_REMOTE (remote)->device;
  SimWorld *world = device->world;
  SimRandom random = { sim_random_next (&world->random) };
  guint most = world->faults > 0 && sim_chance (&random, 2) ? 1 + sim_pick (&random, 6) : limit;
  g_autofree char *body = baton_exchange_write_request (device_id, cursor, head, edits, most);
  g_auto (Trip) trip = { .device = device, .cursor = cursor, .edits = edits, .body = body };
  g_autoptr (BatonAnswer) read = NULL;

  sim_note (world, "  device %u sends %s", device->number, body);
  live_on (device, &random);
  travel (&trip, &random);
  live_on (device, &random);
  if (trip.text == NULL)
    {
      g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_OFFLINE,
                           "The network is away");
      return FALSE;
    }
  read = baton_answer_read (&(BatonAnswerHead) { .status = trip.status, .type = trip.type },
                            trip.text, strlen (trip.text), "https://baton.example", error);
  return read != NULL && baton_answer_to_exchange (read, exchange, error);
}

static void
sim_remote_iface_init (BatonRemoteInterface *iface)
{
  iface->exchange = sim_remote_exchange;
}

static void
sim_remote_class_init (SimRemoteClass *klass)
{
}

static void
sim_remote_init (SimRemote *self)
{
}

BatonRemote *
sim_remote_new (SimDevice *device)
{
  SimRemote *self = g_object_new (SIM_TYPE_REMOTE, NULL);

  self->device = device;
  return BATON_REMOTE (self);
}
