/* baton-server-password.h: passwords, kept as Argon2id hashes
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define BATON_SERVER_PASSWORD_MIN 8
#define BATON_SERVER_PASSWORD_MAX 128

/* Takes tens of milliseconds and 64 MiB, as it should. NULL where that much memory is not to be had. */
char *baton_server_password_hash (const char *password, GError **error);
/* @hash NULL: nobody has this address; takes as long as a wrong password does, and is FALSE */
gboolean baton_server_password_verify (const char *hash, const char *password);

G_END_DECLS
