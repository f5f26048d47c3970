/* baton-sheet-focus.c: a dialog has the focus where it is wanted, in a narrow window too
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-app"

#include "baton-sheet-focus.h"

/* AdwDialog opens its sheet two frames after it was mapped, and moves the focus then */
#define FRAMES 3
#define ROWS   4

typedef struct
{
  GtkWidget *rows[ROWS];
  guint n;
  guint frames;
} SheetFocus;

static GtkWidget *
get_wanted (const SheetFocus *focus)
{
  for (guint i = 0; i + 1 < focus->n; i++)
    {
      if (!GTK_IS_EDITABLE (focus->rows[i]) ||
          *gtk_editable_get_text (GTK_EDITABLE (focus->rows[i])) == '\0')
        return focus->rows[i];
    }
  return focus->rows[focus->n - 1];
}

static gboolean
tick_cb (GtkWidget *dialog, GdkFrameClock *clock, gpointer data)
{
  SheetFocus *focus = data;

  if (++focus->frames < FRAMES)
    return G_SOURCE_CONTINUE;
  gtk_widget_grab_focus (get_wanted (focus));
  return G_SOURCE_REMOVE;
}

/* Mapped anew, as when the window is shown again, it keeps the focus that it had. */
static void
map_cb (GtkWidget *dialog, SheetFocus *focus)
{
  if (focus->frames == 0)
    gtk_widget_add_tick_callback (dialog, tick_cb, focus, NULL);
}

static void
free_focus (gpointer data, GClosure *closure)
{
  g_free (data);
}

void
baton_sheet_focus (AdwDialog *dialog, GtkWidget *const *rows, guint n)
{
  SheetFocus *focus = g_new0 (SheetFocus, 1);

  g_return_if_fail (ADW_IS_DIALOG (dialog));
  g_return_if_fail (n > 0 && n <= ROWS);

  focus->n = n;
  for (guint i = 0; i < n; i++)
    focus->rows[i] = rows[i];
  g_signal_connect_data (dialog, "map", G_CALLBACK (map_cb), focus, free_focus, G_CONNECT_AFTER);
}
