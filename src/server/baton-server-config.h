/* baton-server-config.h: the settings in force
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * BatonServerConfig:
 *
 * Every setting is a key of the group `[server]` in the file, an environment variable (`data-dir`: BATON_DATA_DIR) and
 * some an option of the command line, which wins over the environment, which wins over the file. Made once, then only read, by any thread.
 */
typedef struct _BatonServerConfig BatonServerConfig;

/* @file: nullable. @options: name to value from the command line; nullable. A setting that is wrong, or unknown, is named in @error. */
BatonServerConfig *baton_server_config_new (const char *file, GHashTable *options, GError **error);
void baton_server_config_free (BatonServerConfig *config);

/* Borrowed; NULL where it has no value */
const char *baton_server_config_get (BatonServerConfig *config, const char *name);
gint64 baton_server_config_get_int (BatonServerConfig *config, const char *name);

/* Whether `trusted-proxy` names @address */
gboolean baton_server_config_is_trusted (BatonServerConfig *config, GInetAddress *address);

/* As a file that could be read again; secrets hidden */
char *baton_server_config_dup_text (BatonServerConfig *config);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonServerConfig, baton_server_config_free)

G_END_DECLS
