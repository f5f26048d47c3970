/* baton-sync-button.c: tells whether this device and its server are alike
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-sync-button.h"

#include <glib/gi18n-lib.h>

struct _BatonSyncButton
{
  GtkWidget parent_instance;

  GtkWidget *button;
  GtkStack *stack;
  GtkImage *image;
  GtkLabel *message;
  GtkLabel *account;
  GtkWidget *progress;
  GtkWidget *removal;
  GtkButton *conflicts;
  GtkWidget *unsynced;
  GtkWidget *sync;
  GtkWidget *stop;
  BatonEngine *engine; /* owned, nullable */
  char *summary;       /* owned, nullable */
  guint spin_id;
};

typedef enum
{
  PROP_SUMMARY = 1,
} BatonSyncButtonProperty;

G_DEFINE_FINAL_TYPE (BatonSyncButton, baton_sync_button, GTK_TYPE_WIDGET)

static GParamSpec *properties[PROP_SUMMARY + 1];

/* A round that takes less shows nothing: the eye is not to be caught by each edit */
#define SPIN_DELAY_MS 800

/* A sync that brings so much may take a while */
#define RECEIVED_MANY 1000

/* No "minutes ago", which would have to be counted on */
char *
baton_sync_button_dup_synced (gint64 last_sync)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (last_sync / 1000);

  if (last_sync == 0 || then == NULL)
    return g_strdup (_ ("Not synced yet"));
  if (g_date_time_get_year (now) == g_date_time_get_year (then) &&
      g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (then))
    /* Translators: as strftime writes it, the time of day: Synced at 14:30 */
    return g_date_time_format (then, _ ("Synced at %H:%M"));
  /* Translators: as strftime writes it, a day and the time then: Synced on 24 Dec 2026, 14:30 */
  return g_date_time_format (then, _ ("Synced on %-e %b %Y, %H:%M"));
}

static char *
summarize (BatonEngineState state, guint waiting, guint refused, guint received, gint64 last_sync)
{
  switch (state)
    {
    case BATON_ENGINE_SYNCING:
      if (received > 0)
        return g_strdup_printf (
            ngettext ("Syncing, %u change received", "Syncing, %u changes received", received),
            received);
      return g_strdup (_ ("Syncing…"));
    case BATON_ENGINE_OFFLINE:
      if (waiting > 0)
        return g_strdup_printf (
            ngettext ("Offline, %u edit waiting", "Offline, %u edits waiting", waiting), waiting);
      return g_strdup (_ ("Offline"));
    case BATON_ENGINE_TROUBLE:
      return g_strdup (_ ("Sync needs your attention"));
    case BATON_ENGINE_STOPPED:
      return g_strdup (_ ("Stopped before all was here"));
    case BATON_ENGINE_SIGNED_OUT:
      return g_strdup (_ ("Not signed in"));
    case BATON_ENGINE_SYNCED:
    default:
      if (refused > 0)
        return g_strdup_printf (ngettext ("%u edit was refused", "%u edits were refused", refused),
                                refused);
      if (waiting > 0)
        return g_strdup_printf (ngettext ("%u edit waiting", "%u edits waiting", waiting), waiting);
      return baton_sync_button_dup_synced (last_sync);
    }
}

static const char *
get_icon (BatonEngineState state, guint waiting, guint refused)
{
  switch (state)
    {
    case BATON_ENGINE_TROUBLE:
      return "dialog-warning-symbolic";
    case BATON_ENGINE_OFFLINE:
    case BATON_ENGINE_STOPPED:
      return "baton-offline-symbolic";
    case BATON_ENGINE_SYNCING:
      return "baton-sync-symbolic";
    case BATON_ENGINE_SIGNED_OUT:
    case BATON_ENGINE_SYNCED:
    default:
      if (refused > 0)
        return "dialog-warning-symbolic";
      return waiting > 0 ? "baton-waiting-symbolic" : "baton-synced-symbolic";
    }
}

static void
spin_cb (gpointer data)
{
  BatonSyncButton *self = BATON_SYNC_BUTTON (data);

  self->spin_id = 0;
  gtk_stack_set_visible_child_name (self->stack, "spinner");
}

static void
show_spinner (BatonSyncButton *self, gboolean syncing)
{
  if (!syncing)
    {
      g_clear_handle_id (&self->spin_id, g_source_remove);
      gtk_stack_set_visible_child_name (self->stack, "icon");
    }
  else if (self->spin_id == 0)
    self->spin_id = g_timeout_add_once (SPIN_DELAY_MS, spin_cb, self);
}

static void
update_offers (BatonSyncButton *self, guint refused)
{
  guint conflicts;
  guint removal;
  g_autofree char *label = NULL;

  g_object_get (self->engine, "conflicts", &conflicts, "removal", &removal, NULL);
  label = g_strdup_printf (ngettext ("Show %u _Conflict", "Show %u _Conflicts", conflicts),
                           conflicts);
  gtk_button_set_label (self->conflicts, label);
  gtk_widget_set_visible (GTK_WIDGET (self->conflicts), conflicts > 0);
  gtk_widget_set_visible (self->removal, removal > 0);
  gtk_widget_set_visible (self->unsynced, refused > 0);
}

/* A first sync has a long way to go, and may be stopped on it */
static void
update_first (BatonSyncButton *self, BatonEngineState state, guint received, gint64 last_sync)
{
  gboolean first = state == BATON_ENGINE_SYNCING && last_sync == 0;

  gtk_widget_set_visible (self->progress,
                          first || (state == BATON_ENGINE_SYNCING && received >= RECEIVED_MANY));
  gtk_widget_set_visible (self->stop, first);
  gtk_widget_set_visible (self->sync, !first);
}

static void
baton_sync_button_update (BatonSyncButton *self)
{
  BatonEngineState state = baton_engine_get_state (self->engine);
  const char *message = baton_engine_get_message (self->engine);
  g_autofree char *email = NULL;
  g_autofree char *server = NULL;
  g_autofree char *account = NULL;
  guint waiting;
  guint refused;
  guint received;
  gint64 last_sync;

  g_object_get (self->engine, "waiting", &waiting, "refused", &refused, "received", &received,
                "last-sync", &last_sync, "email", &email, "server", &server, NULL);
  g_free (self->summary);
  self->summary = summarize (state, waiting, refused, received, last_sync);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
  gtk_image_set_from_icon_name (self->image, get_icon (state, waiting, refused));
  show_spinner (self, state == BATON_ENGINE_SYNCING);
  gtk_label_set_label (self->message, message != NULL ? message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->message), message != NULL);
  update_first (self, state, received, last_sync);
  update_offers (self, refused);
  account = g_strdup_printf ("%s\n%s", email != NULL ? email : "", server != NULL ? server : "");
  gtk_label_set_label (self->account, account);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, self->summary, -1);
  gtk_widget_set_visible (GTK_WIDGET (self), state != BATON_ENGINE_SIGNED_OUT);
}

static void
baton_sync_button_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((BatonSyncButtonProperty) id)
    {
    case PROP_SUMMARY:
      g_value_set_string (value, BATON_SYNC_BUTTON (object)->summary);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_sync_button_dispose (GObject *object)
{
  BatonSyncButton *self = BATON_SYNC_BUTTON (object);

  g_clear_handle_id (&self->spin_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), BATON_TYPE_SYNC_BUTTON);
  g_clear_object (&self->engine);
  G_OBJECT_CLASS (baton_sync_button_parent_class)->dispose (object);
}

static void
baton_sync_button_finalize (GObject *object)
{
  g_free (BATON_SYNC_BUTTON (object)->summary);
  G_OBJECT_CLASS (baton_sync_button_parent_class)->finalize (object);
}

static void
baton_sync_button_class_init (BatonSyncButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_sync_button_dispose;
  object_class->finalize = baton_sync_button_finalize;
  object_class->get_property = baton_sync_button_get_property;
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/batontasks/Baton/baton-sync-button.ui");
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, button);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, stack);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, image);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, message);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, account);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, progress);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, removal);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, conflicts);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, unsynced);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, sync);
  gtk_widget_class_bind_template_child (widget_class, BatonSyncButton, stop);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
baton_sync_button_init (BatonSyncButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
baton_sync_button_new (BatonEngine *engine)
{
  BatonSyncButton *self;

  g_return_val_if_fail (BATON_IS_ENGINE (engine), NULL);

  self = g_object_new (BATON_TYPE_SYNC_BUTTON, NULL);
  self->engine = g_object_ref (engine);
  g_signal_connect_object (engine, "notify", G_CALLBACK (baton_sync_button_update), self,
                           G_CONNECT_SWAPPED);
  baton_sync_button_update (self);
  return GTK_WIDGET (self);
}

void
baton_sync_button_refresh_times (BatonSyncButton *self)
{
  g_return_if_fail (BATON_IS_SYNC_BUTTON (self));

  baton_sync_button_update (self);
}
