/* baton-watch.c: tells when a connection is worth another try: another network, or the computer woke
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GNetworkMonitor speaks on the main context that first asked for it, which may be another thread's: its news cross over by a source.
 * That it says "unavailable" is not believed: a server on this computer or in a walled network may be reached all the same.
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-watch.h"

/* Routes come and go in bursts */
#define SETTLE_MS 500

typedef struct
{
  GMainContext *context; /* owned */
  void (*func) (gpointer data);
  gpointer data;
  GSource *settling; /* owned, nullable; on the context's thread */
  gboolean ended;    /* on the context's thread */
} BatonWatchState;

struct _BatonWatch
{
  BatonWatchState *state; /* an atomic box: a source under way holds it too */
  GNetworkMonitor *network;
  gulong handler;
  GCancellable *cancellable;
  GDBusConnection *bus; /* owned, nullable */
  guint subscription;
};

static void
clear_state (gpointer box)
{
  BatonWatchState *state = box;

  g_main_context_unref (state->context);
}

static void
release_state (gpointer box)
{
  g_atomic_rc_box_release_full (box, clear_state);
}

static void
drop_settling (BatonWatchState *state)
{
  if (state->settling != NULL)
    g_source_destroy (state->settling);
  g_clear_pointer (&state->settling, g_source_unref);
}

static gboolean
settled_cb (gpointer data)
{
  BatonWatchState *state = data;

  drop_settling (state);
  state->func (state->data);
  return G_SOURCE_REMOVE;
}

static gboolean
happened_cb (gpointer data)
{
  BatonWatchState *state = data;

  if (state->ended || state->settling != NULL)
    return G_SOURCE_REMOVE;
  state->settling = g_timeout_source_new (SETTLE_MS);
  g_source_set_callback (state->settling, settled_cb, state, NULL);
  g_source_attach (state->settling, state->context);
  return G_SOURCE_REMOVE;
}

/* Any thread */
static void
tell (BatonWatchState *state)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, happened_cb, g_atomic_rc_box_acquire (state), release_state);
  g_source_attach (source, state->context);
}

static void
release_closure (gpointer box, GClosure *closure)
{
  release_state (box);
}

static void
network_changed_cb (GNetworkMonitor *network, gboolean available, gpointer data)
{
  if (available)
    tell (data);
}

static void
sleep_cb (GDBusConnection *bus,
          const char *sender,
          const char *path,
          const char *interface,
          const char *name,
          GVariant *parameters,
          gpointer data)
{
  gboolean going_to_sleep = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &going_to_sleep);
  if (!going_to_sleep)
    tell (data);
}

/* There may be no system bus, or no logind on it: then the socket's pings notice that the network was away */
static void
bus_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, &error);
  BatonWatch *watch = data;

  if (bus == NULL)
    {
      /* Cancelled, and the watch gone with it, or no bus */
      g_debug ("watch: %s", error->message);
      return;
    }
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  watch->bus = g_steal_pointer (&bus);
  watch->subscription = g_dbus_connection_signal_subscribe (
      watch->bus, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep",
      "/org/freedesktop/login1", NULL, G_DBUS_SIGNAL_FLAGS_NONE, sleep_cb,
      g_atomic_rc_box_acquire (watch->state), release_state);
}

BatonWatch *
baton_watch_new (void (*func) (gpointer data), gpointer data)
{
  BatonWatch *watch = g_new0 (BatonWatch, 1);

  watch->state = g_atomic_rc_box_new0 (BatonWatchState);
  watch->state->context = g_main_context_ref_thread_default ();
  watch->state->func = func;
  watch->state->data = data;
  watch->network = g_network_monitor_get_default ();
  watch->handler = g_signal_connect_data (
      watch->network, "network-changed", G_CALLBACK (network_changed_cb),
      g_atomic_rc_box_acquire (watch->state), release_closure, 0);
  watch->cancellable = g_cancellable_new ();
  g_bus_get (G_BUS_TYPE_SYSTEM, watch->cancellable, bus_cb, watch);
  return watch;
}

void
baton_watch_free (BatonWatch *watch)
{
  if (watch == NULL)
    return;
  watch->state->ended = TRUE;
  drop_settling (watch->state);
  g_signal_handler_disconnect (watch->network, watch->handler);
  g_cancellable_cancel (watch->cancellable);
  if (watch->bus != NULL)
    g_dbus_connection_signal_unsubscribe (watch->bus, watch->subscription);
  g_clear_object (&watch->bus);
  g_clear_object (&watch->cancellable);
  release_state (watch->state);
  g_free (watch);
}
