/* baton-version-text.c: what is different between two texts, line by line
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-config.h"

#include "baton-version-text.h"

#include <glib/gi18n-lib.h>

#include "../core/baton-line-diff.h"

/* Lines around a difference that are shown with it, and how many have to be the same for being folded */
#define CONTEXT  2
#define FOLD_MIN 3

/* A label lays out all that it has at once: more than so much is not put into one */
#define MOST_LINES   40
#define MOST_LETTERS 2000

/* Out of 65535 */
#define HIGHLIGHT_ALPHA 13000

/* Two texts as lines, and the same lines as the same numbers */
typedef struct
{
  GStrv lines[2];
  GArray *numbers[2]; /* of guint */
  GArray *changes;    /* of BatonLineChange */
} Comparison;

static void
number_lines (GHashTable *known, GStrv lines, GArray *numbers)
{
  for (guint i = 0; lines[i] != NULL; i++)
    {
      guint number = GPOINTER_TO_UINT (g_hash_table_lookup (known, lines[i]));

      if (number == 0)
        {
          number = g_hash_table_size (known) + 1;
          g_hash_table_insert (known, lines[i], GUINT_TO_POINTER (number));
        }
      g_array_append_val (numbers, number);
    }
}

static void
comparison_init (Comparison *self, const char *old_text, const char *new_text)
{
  const char *texts[2] = { old_text, new_text };
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < 2; i++)
    {
      self->lines[i] = g_strsplit (texts[i] != NULL ? texts[i] : "", "\n", -1);
      self->numbers[i] = g_array_new (FALSE, FALSE, sizeof (guint));
      number_lines (known, self->lines[i], self->numbers[i]);
    }
  self->changes = baton_line_diff ((const guint *) self->numbers[0]->data, self->numbers[0]->len,
                                   (const guint *) self->numbers[1]->data, self->numbers[1]->len);
}

static void
comparison_clear (Comparison *self)
{
  for (guint i = 0; i < 2; i++)
    {
      g_strfreev (self->lines[i]);
      g_array_unref (self->numbers[i]);
    }
  g_array_unref (self->changes);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Comparison, comparison_clear)

static void
highlight (PangoAttrList *attributes, gsize start, gsize end)
{
  GdkRGBA *accent = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  PangoAttribute *color = pango_attr_background_new ((guint16) (accent->red * 65535),
                                                     (guint16) (accent->green * 65535),
                                                     (guint16) (accent->blue * 65535));
  PangoAttribute *alpha = pango_attr_background_alpha_new (HIGHLIGHT_ALPHA);

  color->start_index = alpha->start_index = (guint) start;
  color->end_index = alpha->end_index = (guint) end;
  pango_attr_list_insert (attributes, color);
  pango_attr_list_insert (attributes, alpha);
  gdk_rgba_free (accent);
}

static void
append_line (GString *text, const char *line)
{
  if (text->len > 0)
    g_string_append_c (text, '\n');
  g_string_append (text, line);
}

/* Lines @start to @end are the same on both sides */
static void
append_same (GString *text,
             GStrv lines,
             guint start,
             guint end,
             gboolean is_first,
             gboolean is_last)
{
  guint from = is_first ? start : MIN (start + CONTEXT, end);
  guint to = is_last ? end : MAX (end - MIN (CONTEXT, end - start), from);

  if (to - from < FOLD_MIN)
    from = to = end;
  for (guint i = start; i < from; i++)
    append_line (text, lines[i]);
  if (to > from)
    {
      g_autofree char *fold = g_strdup_printf (
          ngettext ("⋯ %u line is the same", "⋯ %u lines are the same", to - from), to - from);

      append_line (text, fold);
    }
  for (guint i = to; i < end; i++)
    append_line (text, lines[i]);
}

/* Where @text is to be cut off; its end: nowhere */
static const char *
find_end (const char *text)
{
  const char *end = text;
  guint n_lines = 1;

  for (guint i = 0; i < MOST_LETTERS && *end != '\0'; i++, end = g_utf8_next_char (end))
    if (*end == '\n' && ++n_lines > MOST_LINES)
      break;
  return end;
}

char *
baton_version_text_dup_start (const char *text)
{
  const char *end = find_end (text);
  g_autofree char *start = g_strndup (text, (gsize) (end - text));

  return *end != '\0' ? g_strconcat (start, "…", NULL) : g_steal_pointer (&start);
}

gboolean
baton_version_text_is_long (const char *text)
{
  return *find_end (text) != '\0';
}

void
baton_version_text_show (GtkLabel *label, const char *text, const char *other)
{
  g_autofree char *cut = NULL;
  g_auto (Comparison) comparison = { 0 };
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  g_autoptr (GString) shown = g_string_new (NULL);
  guint at = 0;

  g_return_if_fail (GTK_IS_LABEL (label));

  comparison_init (&comparison, text, other);
  for (guint i = 0; i < comparison.changes->len; i++)
    {
      const BatonLineChange *change = &g_array_index (comparison.changes, BatonLineChange, i);

      append_same (shown, comparison.lines[0], at, change->old_start, i == 0, FALSE);
      for (at = change->old_start; at < change->old_end; at++)
        {
          gsize start = shown->len > 0 ? shown->len + 1 : 0;

          append_line (shown, comparison.lines[0][at]);
          highlight (attributes, start, shown->len);
        }
    }
  append_same (shown, comparison.lines[0], at, comparison.numbers[0]->len,
               comparison.changes->len == 0, TRUE);
  cut = baton_version_text_dup_start (shown->str);
  gtk_label_set_label (label, cut);
  gtk_label_set_attributes (label, attributes);
}

void
baton_version_text_show_all (GtkTextBuffer *buffer, const char *text, const char *other)
{
  g_auto (Comparison) comparison = { 0 };
  g_autoptr (GdkRGBA)
      color = adw_style_manager_get_accent_color_rgba (adw_style_manager_get_default ());
  GtkTextTag *tag;

  g_return_if_fail (GTK_IS_TEXT_BUFFER (buffer));
  g_return_if_fail (text != NULL);

  gtk_text_buffer_set_text (buffer, text, -1);
  if (other == NULL)
    return;
  color->alpha = (float) HIGHLIGHT_ALPHA / 65535;
  tag = gtk_text_buffer_create_tag (buffer, NULL, "background-rgba", color, NULL);
  comparison_init (&comparison, text, other);
  for (guint i = 0; i < comparison.changes->len; i++)
    {
      const BatonLineChange *change = &g_array_index (comparison.changes, BatonLineChange, i);
      GtkTextIter start, end;

      gtk_text_buffer_get_iter_at_line (buffer, &start, (int) change->old_start);
      gtk_text_buffer_get_iter_at_line (buffer, &end, (int) change->old_end);
      gtk_text_buffer_apply_tag (buffer, tag, &start, &end);
    }
}

static gboolean
append_changed (GString *text, const char *sign, GStrv lines, guint start, guint end, guint *left)
{
  for (guint i = start; i < end; i++)
    {
      if (*lines[i] == '\0')
        continue;
      if (*left == 0)
        return FALSE;
      (*left)--;
      g_string_append_printf (text, "%s%s %s", text->len > 0 ? "\n" : "", sign, lines[i]);
    }
  return TRUE;
}

char *
baton_version_text_dup_changes (const char *old_text, const char *new_text, guint most)
{
  g_auto (Comparison) comparison = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean whole = TRUE;

  comparison_init (&comparison, old_text, new_text);
  for (guint i = 0; whole && i < comparison.changes->len; i++)
    {
      const BatonLineChange *change = &g_array_index (comparison.changes, BatonLineChange, i);

      whole = append_changed (text, "−", comparison.lines[0], change->old_start, change->old_end,
                              &most) &&
              append_changed (text, "+", comparison.lines[1], change->new_start, change->new_end,
                              &most);
    }
  if (!whole)
    g_string_append (text, "\n…");
  return g_string_free_and_steal (g_steal_pointer (&text));
}
