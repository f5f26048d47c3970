/* baton-color-dot.c: a project's colour
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-color-dot.h"

#define SIZE   16
#define RADIUS 5.0f

struct _BatonColorDot
{
  GtkWidget parent_instance;

  char *color; /* owned, nullable */
};

typedef enum
{
  PROP_COLOR = 1,
} BatonColorDotProperty;

G_DEFINE_FINAL_TYPE (BatonColorDot, baton_color_dot, GTK_TYPE_WIDGET)

static GParamSpec *properties[PROP_COLOR + 1];

static void
baton_color_dot_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  *minimum = SIZE;
  *natural = SIZE;
}

static void
baton_color_dot_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BatonColorDot *self = BATON_COLOR_DOT (widget);
  float x = (float) gtk_widget_get_width (widget) / 2;
  float y = (float) gtk_widget_get_height (widget) / 2;
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS);
  GskRoundedRect circle;
  GdkRGBA color;

  if (self->color == NULL || !gdk_rgba_parse (&color, self->color))
    {
      gtk_widget_get_color (widget, &color);
      color.alpha *= 0.4f;
    }
  gsk_rounded_rect_init_from_rect (&circle, &bounds, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &circle);
  gtk_snapshot_append_color (snapshot, &color, &bounds);
  gtk_snapshot_pop (snapshot);
}

static void
baton_color_dot_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((BatonColorDotProperty) id)
    {
    case PROP_COLOR:
      g_value_set_string (value, BATON_COLOR_DOT (object)->color);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_color_dot_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  BatonColorDot *self = BATON_COLOR_DOT (object);

  switch ((BatonColorDotProperty) id)
    {
    case PROP_COLOR:
      if (!g_set_str (&self->color, g_value_get_string (value)))
        return;
      gtk_widget_queue_draw (GTK_WIDGET (self));
      g_object_notify_by_pspec (object, pspec);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
baton_color_dot_finalize (GObject *object)
{
  g_free (BATON_COLOR_DOT (object)->color);
  G_OBJECT_CLASS (baton_color_dot_parent_class)->finalize (object);
}

static void
baton_color_dot_class_init (BatonColorDotClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = baton_color_dot_finalize;
  object_class->get_property = baton_color_dot_get_property;
  object_class->set_property = baton_color_dot_set_property;
  widget_class->measure = baton_color_dot_measure;
  widget_class->snapshot = baton_color_dot_snapshot;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
  properties[PROP_COLOR] = g_param_spec_string ("color", NULL, NULL, NULL,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS |
                                                    G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
baton_color_dot_init (BatonColorDot *self)
{
}

GtkWidget *
baton_color_dot_new (const char *color)
{
  return g_object_new (BATON_TYPE_COLOR_DOT, "color", color, NULL);
}
