/* baton-fake-remote.c: a remote with a server in memory behind it, and faults between
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-test"

#include "baton-fake-remote.h"

#include "../../src/sync/baton-exchange.h"

struct _BatonFakeRemote
{
  GObject parent_instance;

  BatonFakeServer *server; /* borrowed */
  GArray *faults;          /* of BatonFault */
  guint limit;
  guint n_exchanges;
  guint most_edits;
  gsize most_bytes;
};

static void baton_fake_remote_iface_init (BatonRemoteInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (BatonFakeRemote,
                               baton_fake_remote,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (BATON_TYPE_REMOTE,
                                                      baton_fake_remote_iface_init))

static BatonFault
next_fault (BatonFakeRemote *self)
{
  BatonFault fault = BATON_FAULT_NONE;

  if (self->faults->len > 0)
    {
      fault = g_array_index (self->faults, BatonFault, 0);
      g_array_remove_index (self->faults, 0);
    }
  return fault;
}

/* --- lies --------------------------------------------------------------------- */

static void
set_members (JsonObject *data, const char *name, JsonArray *array)
{
  json_object_set_array_member (data, name, array);
}

static void
lie_about_results (JsonObject *data, BatonFault fault)
{
  JsonArray *results = json_object_get_array_member (data, "results");
  JsonObject *first = json_array_get_length (results) > 0
                          ? json_array_get_object_element (results, 0)
                          : NULL;

  if (fault == BATON_FAULT_NO_RESULTS || first == NULL)
    set_members (data, "results", json_array_new ());
  else if (fault == BATON_FAULT_RESULT_TWICE)
    json_array_add_object_element (results, json_object_ref (first));
  else
    json_object_set_string_member (first, "id", "01930000-0000-7000-8000-000000000000");
}

static void
lie (JsonObject *data, BatonFault fault)
{
  switch (fault)
    {
    case BATON_FAULT_EMPTY:
      set_members (data, "results", json_array_new ());
      set_members (data, "changes", json_array_new ());
      json_object_set_object_member (data, "cursor", json_object_new ());
      break;
    case BATON_FAULT_NO_RESULTS:
    case BATON_FAULT_FOREIGN_RESULT:
    case BATON_FAULT_RESULT_TWICE:
      lie_about_results (data, fault);
      break;
    case BATON_FAULT_CURSOR_BEHIND:
      json_object_set_object_member (data, "cursor", json_object_new ());
      break;
    case BATON_FAULT_OTHER_SERVER:
      json_object_set_string_member (data, "server_id", "01930000-0000-7000-8000-00000000beef");
      break;
    case BATON_FAULT_MORE_FOREVER:
      set_members (data, "changes", json_array_new ());
      json_object_set_boolean_member (data, "more", TRUE);
      break;
    default:
      break;
    }
}

/* --- exchanges ---------------------------------------------------------------- */

static char *
deliver (BatonFakeRemote *self, const char *body, guint *status, BatonFault fault)
{
  char *answer = baton_fake_server_sync (self->server, body, status);

  if (fault == BATON_FAULT_TWICE)
    {
      g_free (answer);
      answer = baton_fake_server_sync (self->server, body, status);
    }
  if (fault == BATON_FAULT_CUT_SHORT)
    answer[strlen (answer) / 2] = '\0';
  if (fault == BATON_FAULT_HTML)
    {
      g_free (answer);
      answer = g_strdup ("<html><body>Welcome to the hotel</body></html>");
    }
  return answer;
}

static BatonExchange *
read_answer (const char *answer, guint status, BatonFault fault, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonNode) root = baton_json_parse (answer, -1, &local);
  BatonExchange *exchange;

  if (root == NULL)
    {
      g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_PROTOCOL, local->message);
      return NULL;
    }
  if (status == 410)
    {
      JsonObject *failure = json_object_get_object_member (json_node_get_object (root), "error");

      exchange = baton_exchange_from_expired (json_object_get_member (failure, "details"), error);
      g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_EXPIRED, "Expired.");
      return exchange;
    }
  lie (json_object_get_object_member (json_node_get_object (root), "data"), fault);
  return baton_exchange_from_json (json_object_get_member (json_node_get_object (root), "data"),
                                   error);
}

static void
count (BatonFakeRemote *self, GPtrArray *edits, const char *body)
{
  self->n_exchanges++;
  self->most_edits = MAX (self->most_edits, edits->len);
  self->most_bytes = MAX (self->most_bytes, strlen (body));
}

static gboolean
baton_fake_remote_exchange (BatonRemote *remote,
                            const char *device_id,
                            const char *cursor,
                            const char *head,
                            GPtrArray *edits,
                            guint limit,
                            BatonExchange **exchange,
                            GCancellable *cancellable,
                            GError **error)
{
  BatonFakeRemote *self = BATON_FAKE_REMOTE (remote);
  BatonFault fault = next_fault (self);
  guint most = self->limit > 0 ? self->limit : limit;
  g_autofree char *body = baton_exchange_write_request (device_id, cursor, head, edits, most);
  g_autofree char *answer = NULL;
  guint status;

  count (self, edits, body);
  if (fault == BATON_FAULT_LOST_BEFORE)
    {
      g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_OFFLINE,
                           "Lost on the way there.");
      return FALSE;
    }
  if (fault == BATON_FAULT_BUSY)
    {
      g_propagate_error (error, baton_sync_error_new_busy (7, "Come back later."));
      return FALSE;
    }
  answer = deliver (self, body, &status, fault);
  if (fault == BATON_FAULT_LOST_AFTER)
    {
      g_set_error_literal (error, BATON_SYNC_ERROR, BATON_SYNC_ERROR_OFFLINE,
                           "Lost on the way back.");
      return FALSE;
    }
  *exchange = read_answer (answer, status, fault, error);
  return *exchange != NULL && status == 200;
}

static void
baton_fake_remote_iface_init (BatonRemoteInterface *iface)
{
  iface->exchange = baton_fake_remote_exchange;
}

static void
baton_fake_remote_finalize (GObject *object)
{
  BatonFakeRemote *self = BATON_FAKE_REMOTE (object);

  g_array_unref (self->faults);
  G_OBJECT_CLASS (baton_fake_remote_parent_class)->finalize (object);
}

static void
baton_fake_remote_class_init (BatonFakeRemoteClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = baton_fake_remote_finalize;
}

static void
baton_fake_remote_init (BatonFakeRemote *self)
{
  self->faults = g_array_new (FALSE, FALSE, sizeof (BatonFault));
}

BatonFakeRemote *
baton_fake_remote_new (BatonFakeServer *server)
{
  BatonFakeRemote *self = g_object_new (BATON_TYPE_FAKE_REMOTE, NULL);

  self->server = server;
  return self;
}

void
baton_fake_remote_push (BatonFakeRemote *self, BatonFault fault)
{
  g_array_append_val (self->faults, fault);
}

void
baton_fake_remote_set_limit (BatonFakeRemote *self, guint limit)
{
  self->limit = limit;
}

guint
baton_fake_remote_get_n_exchanges (BatonFakeRemote *self)
{
  return self->n_exchanges;
}

guint
baton_fake_remote_get_most_edits (BatonFakeRemote *self)
{
  return self->most_edits;
}

gsize
baton_fake_remote_get_most_bytes (BatonFakeRemote *self)
{
  return self->most_bytes;
}
