/* baton-server-log.c: the log: lines of JSON on standard error
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-log.h"

#include <stdio.h>
#include <string.h>

#include "../core/baton-core.h"

static const struct
{
  const char *field;
  const char *name;
} names[] = {
  { "GLIB_DOMAIN", "domain"     },
  { "MESSAGE",     "message"    },
  { "REQUEST_ID",  "request_id" },
};

static const char *
get_level_name (GLogLevelFlags level)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return "error";
  if (level & (G_LOG_LEVEL_WARNING | G_LOG_LEVEL_MESSAGE))
    return "warning";
  return level & G_LOG_LEVEL_INFO ? "info" : "debug";
}

static void
write_field (BatonJsonWriter *json, const GLogField *field)
{
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i].field, field->key) == 0)
      {
        g_autofree char *text = g_utf8_make_valid (field->value, field->length);

        baton_json_member_text (json, names[i].name, text);
      }
}

GLogWriterOutput
baton_server_log_write (GLogLevelFlags level,
                        const GLogField *fields,
                        gsize n_fields,
                        gpointer data)
{
  g_autofree char *time = NULL;
  GString *line;
  BatonJsonWriter json = { 0 };

  if (g_log_writer_default_would_drop (level, G_LOG_DOMAIN))
    return G_LOG_WRITER_HANDLED;
  time = baton_time_format (g_get_real_time () / 1000);
  line = g_string_new (NULL);
  json.out = line;
  baton_json_begin_object (&json);
  baton_json_member_text (&json, "time", time);
  baton_json_member_text (&json, "level", get_level_name (level));
  for (gsize i = 0; i < n_fields; i++)
    write_field (&json, &fields[i]);
  baton_json_end_object (&json);
  g_string_append_c (line, '\n');
  fwrite (line->str, 1, line->len, stderr);
  g_string_free (line, TRUE);
  return G_LOG_WRITER_HANDLED;
}
