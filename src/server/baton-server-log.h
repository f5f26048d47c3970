/* baton-server-log.h: the log: lines of JSON on standard error
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For g_log_set_writer_func() */
GLogWriterOutput baton_server_log_write (GLogLevelFlags level,
                                         const GLogField *fields,
                                         gsize n_fields,
                                         gpointer data);

G_END_DECLS
