/* baton-task-body.c: what a row tells of its task, drawn
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GtkListView keeps some two hundred rows however few are seen. A tree of labels for each would be most of what a start
 * costs, so a row is one check button and this: it knows its height from the font alone, and lays text
 * out when it is drawn for the first time.
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-task-body.h"

#include "baton-due-text.h"

#define LINE_GAP   5
#define PART_GAP   10
#define ICON_SIZE  14
#define ICON_GAP   6
#define PILL_PAD   7
#define REPEAT_GAP 5
#define META_SCALE 0.88
#define DIM        0.7f

typedef enum
{
  PART_PLAIN,
  PART_OVERDUE,
  PART_TODAY,
  PART_PILL,
} PartKind;

typedef struct
{
  PartKind kind;
  PangoLayout *layout; /* owned */
  int width;
  gboolean repeats; /* has the mark at its end */
} Part;

struct _BatonTaskBody
{
  GtkWidget parent_instance;

  BatonTask *task;    /* owned, nullable */
  PangoLayout *title; /* owned; NULL: to be laid out */
  GArray *parts;      /* of Part; as title */
  gboolean show_project;
  gboolean has_parts;
  int title_height;
  int meta_height;
};

typedef struct
{
  GdkRGBA text;
  GdkRGBA dim;
  GdkRGBA accent;
  GdkRGBA error;
  GdkRGBA warning;
  GdkRGBA pill;
} Palette;

G_DEFINE_FINAL_TYPE (BatonTaskBody, baton_task_body, GTK_TYPE_WIDGET)

static void
part_clear (gpointer pointer)
{
  Part *part = pointer;

  g_clear_object (&part->layout);
}

/* The error and warning colours are libadwaita's own, which it offers to CSS only. */
static void
get_palette (BatonTaskBody *self, Palette *palette)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (manager);
  gboolean contrast = adw_style_manager_get_high_contrast (manager);
  GdkRGBA *accent = adw_style_manager_get_accent_color_rgba (manager);

  gtk_widget_get_color (GTK_WIDGET (self), &palette->text);
  palette->dim = palette->text;
  palette->dim.alpha *= contrast ? 0.9f : DIM;
  palette->pill = palette->text;
  palette->pill.alpha *= contrast ? 0.2f : 0.09f;
  adw_rgba_to_standalone (accent, dark, &palette->accent);
  gdk_rgba_parse (&palette->error, dark ? "#ff938c" : "#c30000");
  gdk_rgba_parse (&palette->warning, dark ? "#ffc252" : "#905400");
  gdk_rgba_free (accent);
}

static PangoLayout *
make_layout (BatonTaskBody *self, const char *text, double scale)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (scale));
  pango_layout_set_attributes (layout, attributes);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_single_paragraph_mode (layout, TRUE);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  /* Text has its own direction, and begins where the row does: Pango swaps the sides where the two differ. */
  pango_layout_set_alignment (layout, pango_layout_get_direction (layout, 0) == PANGO_DIRECTION_RTL
                                          ? PANGO_ALIGN_RIGHT
                                          : PANGO_ALIGN_LEFT);
  return layout;
}

static void
add_part (BatonTaskBody *self, PartKind kind, const char *text)
{
  Part part = { .kind = kind, .layout = make_layout (self, text, META_SCALE) };

  pango_layout_get_pixel_size (part.layout, &part.width, NULL);
  if (kind == PART_PILL)
    part.width += 2 * PILL_PAD;
  g_array_append_val (self->parts, part);
}

static void
mark_repeat (Part *part)
{
  part->repeats = TRUE;
  part->width += REPEAT_GAP + ICON_SIZE;
}

static void
add_due (BatonTaskBody *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  const char *due = baton_task_get_text (self->task, "due");
  const char *zone = baton_task_get_text (self->task, "time_zone");
  g_autofree char *text = baton_due_text_new (due, zone, now);
  BatonDueKind kind = baton_due_text_get_kind (due, zone, now);

  if (text == NULL)
    return;
  if (baton_task_get_is_done (self->task))
    kind = BATON_DUE_LATER;
  add_part (self,
            kind == BATON_DUE_OVERDUE ? PART_OVERDUE
            : kind == BATON_DUE_TODAY ? PART_TODAY
                                      : PART_PLAIN,
            text);
  if (baton_task_get_text (self->task, "recurrence") != NULL)
    mark_repeat (&g_array_index (self->parts, Part, self->parts->len - 1));
}

static void
lay_out (BatonTaskBody *self)
{
  g_autofree char *project = NULL;
  g_auto (GStrv) tags = baton_record_dup_set (baton_task_get_record (self->task), "tags");

  self->title = make_layout (self, baton_task_get_text (self->task, "title"), 1.0);
  if (baton_task_get_is_done (self->task))
    {
      PangoAttrList *attributes = pango_layout_get_attributes (self->title);

      pango_attr_list_insert (attributes, pango_attr_strikethrough_new (TRUE));
      pango_layout_set_attributes (self->title, attributes);
    }
  add_due (self);
  g_object_get (self->task, "project-name", &project, NULL);
  if (self->show_project && project != NULL)
    add_part (self, PART_PLAIN, project);
  for (guint i = 0; tags != NULL && tags[i] != NULL; i++)
    add_part (self, PART_PILL, tags[i]);
}

static int
place (BatonTaskBody *self, int x, int width)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    return gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  return x;
}

static void
draw_layout (BatonTaskBody *self,
             GtkSnapshot *snapshot,
             PangoLayout *layout,
             int x,
             int y,
             int width,
             const GdkRGBA *color)
{
  graphene_point_t point = GRAPHENE_POINT_INIT (place (self, x, width), y);

  pango_layout_set_width (layout, MAX (width, 0) * PANGO_SCALE);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &point);
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
draw_icon (BatonTaskBody *self,
           GtkSnapshot *snapshot,
           const char *name,
           int x,
           int y,
           const GdkRGBA *color)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (
      theme, name, NULL, ICON_SIZE, gtk_widget_get_scale_factor (widget),
      gtk_widget_get_direction (widget), GTK_ICON_LOOKUP_FORCE_SYMBOLIC);
  graphene_point_t point = GRAPHENE_POINT_INIT (place (self, x, ICON_SIZE), y);

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &point);
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE,
                                            ICON_SIZE, color, 1);
  gtk_snapshot_restore (snapshot);
}

static void
draw_pill (BatonTaskBody *self,
           GtkSnapshot *snapshot,
           int x,
           int y,
           int width,
           const GdkRGBA *color)
{
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (place (self, x, width), y - 1, width,
                                               self->meta_height + 2);
  GskRoundedRect rounded;

  gsk_rounded_rect_init_from_rect (&rounded, &bounds, bounds.size.height / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, color, &bounds);
  gtk_snapshot_pop (snapshot);
}

/* Parts that do not fit are left out, save that the first is cut short */
static void
draw_parts (BatonTaskBody *self, GtkSnapshot *snapshot, const Palette *palette, int y)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int x = 0;

  for (guint i = 0; i < self->parts->len; i++)
    {
      const Part *part = &g_array_index (self->parts, Part, i);
      int room = MIN (part->width, width - x);
      const GdkRGBA *color = &palette->dim;
      int pad = part->kind == PART_PILL ? PILL_PAD : 0;
      int mark = part->repeats ? REPEAT_GAP + ICON_SIZE : 0;

      if (room < part->width && room < 48)
        break;
      if (part->kind == PART_OVERDUE)
        color = &palette->error;
      else if (part->kind == PART_TODAY)
        color = &palette->accent;
      if (part->kind == PART_PILL)
        draw_pill (self, snapshot, x, y, room, &palette->pill);
      draw_layout (self, snapshot, part->layout, x + pad, y, room - 2 * pad - mark, color);
      if (part->repeats)
        draw_icon (self, snapshot, "baton-repeat-symbolic", x + room - ICON_SIZE,
                   y + (self->meta_height - ICON_SIZE) / 2, color);
      x += room + PART_GAP;
      if (part->kind == PART_PILL)
        x -= 4;
    }
}

/* Gives where the next one ends */
static int
draw_mark (BatonTaskBody *self,
           GtkSnapshot *snapshot,
           const char *name,
           int end,
           int y,
           const GdkRGBA *color)
{
  draw_icon (self, snapshot, name, end - ICON_SIZE, y, color);
  return end - ICON_SIZE - ICON_GAP;
}

/* The marks at the end of the title's line; gives the room they leave */
static int
draw_marks (BatonTaskBody *self, GtkSnapshot *snapshot, const Palette *palette, int y)
{
  const char *priority = baton_task_get_text (self->task, "priority");
  int end = gtk_widget_get_width (GTK_WIDGET (self));
  gboolean unsynced;
  gboolean conflict;

  y += (self->title_height - ICON_SIZE) / 2;
  g_object_get (self->task, "unsynced", &unsynced, "conflict", &conflict, NULL);
  if (unsynced)
    end = draw_mark (self, snapshot, "baton-unsynced-symbolic", end, y, &palette->dim);
  if (conflict)
    end = draw_mark (self, snapshot, "baton-conflict-symbolic", end, y, &palette->dim);
  if (g_strcmp0 (priority, "urgent") == 0 || g_strcmp0 (priority, "high") == 0)
    end = draw_mark (self, snapshot, "baton-priority-symbolic", end, y,
                     *priority == 'u' ? &palette->error : &palette->warning);
  return end;
}

static void
baton_task_body_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  BatonTaskBody *self = BATON_TASK_BODY (widget);
  int content = self->title_height + (self->has_parts ? LINE_GAP + self->meta_height : 0);
  int y = (gtk_widget_get_height (widget) - content) / 2;
  Palette palette;
  int room;

  if (self->task == NULL)
    return;
  if (self->title == NULL)
    lay_out (self);
  get_palette (self, &palette);
  room = draw_marks (self, snapshot, &palette, y);
  draw_layout (self, snapshot, self->title, 0, y, room,
               baton_task_get_is_done (self->task) ? &palette.dim : &palette.text);
  if (self->has_parts)
    draw_parts (self, snapshot, &palette, y + self->title_height + LINE_GAP);
}

static void
measure_font (BatonTaskBody *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int height = pango_font_metrics_get_height (metrics);

  pango_font_metrics_unref (metrics);
  self->title_height = PANGO_PIXELS_CEIL (height);
  self->meta_height = PANGO_PIXELS_CEIL (height * META_SCALE);
}

static void
baton_task_body_measure (GtkWidget *widget,
                         GtkOrientation orientation,
                         int for_size,
                         int *minimum,
                         int *natural,
                         int *minimum_baseline,
                         int *natural_baseline)
{
  BatonTaskBody *self = BATON_TASK_BODY (widget);

  *minimum = 60;
  *natural = 400;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    return;
  if (self->title_height == 0)
    measure_font (self);
  *minimum = self->title_height + (self->has_parts ? LINE_GAP + self->meta_height : 0);
  *natural = *minimum;
}

static void
forget_layouts (BatonTaskBody *self)
{
  g_clear_object (&self->title);
  g_array_set_size (self->parts, 0);
}

static gboolean
compute_has_parts (BatonTaskBody *self)
{
  g_auto (GStrv) tags = NULL;

  if (self->task == NULL)
    return FALSE;
  if (baton_task_get_text (self->task, "due") != NULL)
    return TRUE;
  if (self->show_project && baton_task_get_text (self->task, "project_id") != NULL)
    return TRUE;
  tags = baton_record_dup_set (baton_task_get_record (self->task), "tags");
  return tags != NULL && tags[0] != NULL;
}

static void
baton_task_body_refresh (BatonTaskBody *self)
{
  gboolean had_parts = self->has_parts;

  forget_layouts (self);
  self->has_parts = compute_has_parts (self);
  if (had_parts != self->has_parts)
    gtk_widget_queue_resize (GTK_WIDGET (self));
  else
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
baton_task_body_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  BatonTaskBody *self = BATON_TASK_BODY (widget);
  int height = self->title_height;

  GTK_WIDGET_CLASS (baton_task_body_parent_class)->css_changed (widget, change);
  forget_layouts (self);
  if (height == 0)
    return;
  measure_font (self);
  if (height != self->title_height)
    gtk_widget_queue_resize (widget);
}

static void
baton_task_body_direction_changed (GtkWidget *widget, GtkTextDirection previous)
{
  forget_layouts (BATON_TASK_BODY (widget));
}

static void
baton_task_body_dispose (GObject *object)
{
  baton_task_body_set_task (BATON_TASK_BODY (object), NULL);
  G_OBJECT_CLASS (baton_task_body_parent_class)->dispose (object);
}

static void
baton_task_body_finalize (GObject *object)
{
  BatonTaskBody *self = BATON_TASK_BODY (object);

  g_clear_object (&self->title);
  g_array_unref (self->parts);
  G_OBJECT_CLASS (baton_task_body_parent_class)->finalize (object);
}

static void
baton_task_body_class_init (BatonTaskBodyClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = baton_task_body_dispose;
  object_class->finalize = baton_task_body_finalize;
  widget_class->measure = baton_task_body_measure;
  widget_class->snapshot = baton_task_body_snapshot;
  widget_class->css_changed = baton_task_body_css_changed;
  widget_class->direction_changed = baton_task_body_direction_changed;
  gtk_widget_class_set_css_name (widget_class, "task");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
baton_task_body_init (BatonTaskBody *self)
{
  self->parts = g_array_new (FALSE, TRUE, sizeof (Part));
  g_array_set_clear_func (self->parts, part_clear);
  self->show_project = TRUE;
}

/* Also after a change: lays out anew */
void
baton_task_body_set_task (BatonTaskBody *self, BatonTask *task)
{
  g_return_if_fail (BATON_IS_TASK_BODY (self));

  g_set_object (&self->task, task);
  baton_task_body_refresh (self);
}

void
baton_task_body_set_show_project (BatonTaskBody *self, gboolean show_project)
{
  g_return_if_fail (BATON_IS_TASK_BODY (self));

  if (self->show_project == show_project)
    return;
  self->show_project = show_project;
  baton_task_body_refresh (self);
}
