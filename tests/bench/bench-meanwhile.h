/* bench-meanwhile.h: how long something takes, and how long others wait meanwhile
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../src/store/baton-database.h"

G_BEGIN_DECLS

typedef gboolean (*BenchWork) (BatonDatabase *database, gpointer data, GError **error);

/* Prints a line; ends the program where @work fails */
void bench_meanwhile (BatonDatabase *database, const char *name, BenchWork work, gpointer data);

G_END_DECLS
