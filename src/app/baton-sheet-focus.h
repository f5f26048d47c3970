/* baton-sheet-focus.h: a dialog has the focus where it is wanted, in a narrow window too
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* Once @dialog is open, the first of its @n @rows that is empty has the focus, or else the last. libadwaita 1.7 does so by `focus-widget` where there is room for a dialog; as
 * a sheet that comes from below it has the focus where Tab comes to first, which is its Cancel button. @rows are children of its template. */
void baton_sheet_focus (AdwDialog *dialog, GtkWidget *const *rows, guint n);

G_END_DECLS
