/* baton-server-departure.h: somebody leaves for good
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../http/baton-server-types.h"

G_BEGIN_DECLS

/* Deletes the account @user and all that is theirs alone: their own scope, the projects that nobody else is in, their sessions. What
 * they did in projects of others stays. A project whose only owner leaves gets the next in rank. Writer's thread, in a write. */
gboolean baton_server_departure_run (BatonSql *sql, const char *user, GError **error);

G_END_DECLS
