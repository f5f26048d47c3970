/* baton-version-dialog.h: all of a text, and what another one has not of it
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* @other: nullable */
AdwDialog *baton_version_dialog_new (const char *title, const char *text, const char *other);

G_END_DECLS
