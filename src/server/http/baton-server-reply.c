/* baton-server-reply.c: the answer to a request, in its envelope
 *
 * The body is one string from the start: the opening of the envelope, what the handler writes, and its end.
 * A list is so written once, and never copied.
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#define G_LOG_DOMAIN "baton-server"

#include "baton-server-reply.h"

#include <string.h>

/* A body can hold a hundred thousand mistakes; nobody reads so many */
#define PROBLEMS_MAX 200

static const char opening[] = "{\"success\":true,\"data\":";

static void
clear_parts (BatonServerReply *reply)
{
  g_clear_pointer (&reply->content_type, g_free);
  g_clear_pointer (&reply->headers, g_ptr_array_unref);
  g_clear_pointer (&reply->problems, g_ptr_array_unref);
  g_clear_pointer (&reply->details, g_free);
  g_clear_pointer (&reply->message, g_free);
  g_clear_pointer (&reply->meta, g_free);
}

static void
open_envelope (BatonServerReply *reply)
{
  reply->status = 200;
  g_string_append_len (reply->body, opening, sizeof opening - 1);
  reply->start = reply->body->len;
  reply->json = (BatonJsonWriter) { .out = reply->body };
}

void
baton_server_reply_init (BatonServerReply *reply)
{
  *reply = (BatonServerReply) { .body = g_string_sized_new (1024) };
  open_envelope (reply);
}

void
baton_server_reply_clear (BatonServerReply *reply)
{
  clear_parts (reply);
  if (reply->body)
    g_string_free (g_steal_pointer (&reply->body), TRUE);
}

void
baton_server_reply_add_header (BatonServerReply *reply, const char *name, const char *value)
{
  if (reply->headers == NULL)
    reply->headers = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (reply->headers, g_strdup (name));
  g_ptr_array_add (reply->headers, g_strdup (value));
}

void
baton_server_reply_set_message (BatonServerReply *reply, const char *message)
{
  g_set_str (&reply->message, message);
}

void
baton_server_reply_set_meta (BatonServerReply *reply,
                             gint64 total,
                             gint64 page,
                             gint64 limit,
                             const char *next_cursor)
{
  GString *text = g_string_sized_new (96);
  BatonJsonWriter json = { .out = text };

  baton_json_begin_object (&json);
  if (total >= 0)
    baton_json_member_int (&json, "total", total);
  if (page >= 0)
    baton_json_member_int (&json, "page", page);
  baton_json_member_int (&json, "limit", limit);
  baton_json_member_text (&json, "next_cursor", next_cursor);
  baton_json_end_object (&json);

  g_free (reply->meta);
  reply->meta = g_string_free_and_steal (text);
}

void
baton_server_reply_set_empty (BatonServerReply *reply)
{
  reply->status = 204;
}

void
baton_server_reply_take_raw (BatonServerReply *reply, const char *content_type, GString *body)
{
  g_set_str (&reply->content_type, content_type);
  g_string_free (reply->body, TRUE);
  reply->body = body;
  reply->json.out = body;
}

void
baton_server_reply_set_whole (BatonServerReply *reply, guint status, const char *json)
{
  baton_server_reply_take_raw (reply, "application/json", g_string_new (json));
  reply->status = status;
}

gboolean
baton_server_reply_check (BatonServerReply *reply, GPtrArray *problems, GError **error)
{
  const BatonProblem *first;

  if (problems->len == 0)
    {
      g_ptr_array_unref (problems);
      return TRUE;
    }
  g_clear_pointer (&reply->problems, g_ptr_array_unref);
  reply->problems = problems;
  first = g_ptr_array_index (problems, 0);
  g_set_error (error, BATON_SERVER_ERROR, BATON_SERVER_ERROR_VALIDATION, "%s: %s", first->field,
               first->message);
  return FALSE;
}

gboolean
baton_server_reply_refuse (BatonServerReply *reply,
                           const char *field,
                           const char *message,
                           GError **error)
{
  GPtrArray *problems = baton_problems_new ();

  baton_problems_add (problems, field, "%s", message);
  return baton_server_reply_check (reply, problems, error);
}

void
baton_server_reply_set_details (BatonServerReply *reply, const char *json)
{
  g_set_str (&reply->details, json);
}

/* The first that is said of a field is enough */
static gboolean
is_repeated (GPtrArray *problems, guint index)
{
  const BatonProblem *problem = g_ptr_array_index (problems, index);

  for (guint i = 0; i < index; i++)
    if (strcmp (((BatonProblem *) g_ptr_array_index (problems, i))->field, problem->field) == 0)
      return TRUE;
  return FALSE;
}

static void
write_problems (BatonJsonWriter *json, GPtrArray *problems)
{
  baton_json_begin_array (json);
  for (guint i = 0; problems && i < MIN (problems->len, PROBLEMS_MAX); i++)
    {
      const BatonProblem *problem = g_ptr_array_index (problems, i);

      if (is_repeated (problems, i))
        continue;
      baton_json_begin_object (json);
      baton_json_member_text (json, "field", problem->field);
      baton_json_member_text (json, "message", problem->message);
      baton_json_end_object (json);
    }
  baton_json_end_array (json);
}

/* What went wrong inside is for the log, not for the client */
static const char *
get_public_message (BatonServerError code, const GError *error)
{
  if (code == BATON_SERVER_ERROR_INTERNAL)
    return "The server could not do this. The request id helps to find the reason in its log.";
  if (code == BATON_SERVER_ERROR_UNAVAILABLE && error->domain != BATON_SERVER_ERROR)
    return "The database cannot take this at the moment. Nothing was changed.";
  return error->message;
}

static void
finish_error (BatonServerReply *reply, const GError *error)
{
  BatonServerError code = baton_server_error_classify (error);
  BatonJsonWriter json = { .out = reply->body };

  g_clear_pointer (&reply->content_type, g_free);
  reply->status = baton_server_error_get_status (code);
  g_string_truncate (reply->body, 0);
  baton_json_begin_object (&json);
  baton_json_member_bool (&json, "success", FALSE);
  baton_json_key (&json, "error");
  baton_json_begin_object (&json);
  baton_json_member_text (&json, "code", baton_server_error_get_name (code));
  baton_json_member_text (&json, "message", get_public_message (code, error));
  baton_json_key (&json, "details");
  if (reply->details)
    baton_json_raw (&json, reply->details);
  else
    write_problems (&json, reply->problems);
  baton_json_end_object (&json);
  baton_json_end_object (&json);
  if (code == BATON_SERVER_ERROR_UNAVAILABLE)
    baton_server_reply_add_header (reply, "Retry-After", "1");
}

void
baton_server_reply_finish (BatonServerReply *reply, const GError *error)
{
  if (error)
    {
      finish_error (reply, error);
      return;
    }
  if (reply->content_type)
    return;
  if (reply->status == 204)
    {
      g_string_truncate (reply->body, 0);
      return;
    }
  if (reply->body->len == reply->start)
    g_string_append (reply->body, "null");
  if (reply->message)
    baton_json_member_text (&(BatonJsonWriter) { .out = reply->body, .comma = TRUE }, "message",
                            reply->message);
  if (reply->meta)
    {
      g_string_append (reply->body, ",\"meta\":");
      g_string_append (reply->body, reply->meta);
    }
  g_string_append_c (reply->body, '}');
}

void
baton_server_reply_seal (BatonServerReply *reply)
{
  if (reply->content_type == NULL)
    reply->content_type = g_strdup ("application/json");
}
