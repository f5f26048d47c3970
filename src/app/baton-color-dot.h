/* baton-color-dot.h: a project's colour
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BATON_TYPE_COLOR_DOT (baton_color_dot_get_type ())
G_DECLARE_FINAL_TYPE (BatonColorDot, baton_color_dot, BATON, COLOR_DOT, GtkWidget)

/* Property `color`: `#rrggbb`, or NULL for none */
GtkWidget *baton_color_dot_new (const char *color);

G_END_DECLS
