/* baton-busy-meter.h: how long the main loop is held
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells whoever reads the debug messages of baton-app of each round of the default main loop that was long; else does nothing. The main thread, once. */
void baton_busy_meter_start (void);

G_END_DECLS
