/* baton-validation.c: which field is wrong, and why
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every message is about one field and reads on its own: "must be …". Who shows it puts the field's name beside it.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-validation.h"

#include "baton-config.h"

#include <glib/gi18n-lib.h>

#include "baton-due.h"
#include "baton-error.h"
#include "baton-json.h"
#include "baton-position.h"
#include "baton-rrule-private.h"
#include "baton-uuid.h"

#define KEY_MAX_BYTES  250
#define ZONE_MAX_BYTES 64

static void
problem_free (gpointer data)
{
  BatonProblem *problem = data;

  g_free (problem->field);
  g_free (problem->message);
  g_free (problem);
}

GPtrArray *
baton_problems_new (void)
{
  return g_ptr_array_new_with_free_func (problem_free);
}

void
baton_problems_add (GPtrArray *problems, const char *field, const char *format, ...)
{
  BatonProblem *problem = g_new0 (BatonProblem, 1);
  va_list arguments;

  va_start (arguments, format);
  problem->message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  problem->field = g_utf8_make_valid (field, (gssize) strnlen (field, KEY_MAX_BYTES));
  g_ptr_array_add (problems, problem);
}

gboolean
baton_problems_to_error (GPtrArray *problems, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++)
    {
      const BatonProblem *problem = g_ptr_array_index (problems, i);

      if (i > 0)
        g_string_append (text, "; ");
      /* Translators: a field's name, and what is wrong with it */
      g_string_append_printf (text, _ ("“%s” %s"), problem->field, problem->message);
    }
  if (problems->len == 0)
    return TRUE;
  g_set_error_literal (error, BATON_ERROR, BATON_ERROR_VALIDATION, text->str);
  return FALSE;
}

/* The validators: NULL where @text is right, else what is wrong with it, allocated */

static gboolean
has_control_character (const char *text, gboolean many_lines)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (g_unichar_iscntrl (c) && !(many_lines && (c == '\t' || c == '\n' || c == '\r')))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_blank (const char *text)
{
  while (g_unichar_isspace (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  return *text == '\0';
}

static char *
check_text (const BatonField *field, const char *text)
{
  glong length = g_utf8_strlen (text, -1);

  if (has_control_character (text, field->type == BATON_FIELD_NOTES))
    return g_strdup (_ ("must not hold control characters"));
  if ((field->flags & BATON_FIELD_REQUIRED) != 0 && is_blank (text))
    return g_strdup (_ ("must not be empty"));
  /* Limits of text are small; a macro would cut the message for translators */
  if (length < field->min)
    return g_strdup_printf (ngettext ("must have at least %ld character",
                                      "must have at least %ld characters", (gulong) field->min),
                            (glong) field->min);
  if (length > field->max)
    return g_strdup_printf (ngettext ("must have at most %ld character",
                                      "must have at most %ld characters", (gulong) field->max),
                            (glong) field->max);
  return NULL;
}

static char *
check_choice (const BatonField *field, const char *text)
{
  g_autofree char *all = NULL;

  if (baton_field_get_choice (field, text) >= 0)
    return NULL;
  all = g_strjoinv (", ", (GStrv) field->choices);
  return g_strdup_printf (_ ("must be one of: %s"), all);
}

static gboolean
is_canonical_time (const char *text)
{
  g_autofree char *canonical = NULL;
  gint64 ms;

  if (!baton_time_parse (text, &ms))
    return FALSE;
  canonical = baton_time_format (ms);
  return g_str_equal (canonical, text);
}

/* Reading a zone's file takes 0.2 ms, and GLib forgets it with its last reference: those that were found are held */
static gboolean
is_known_zone (const char *name)
{
  static GMutex mutex;
  static GHashTable *known;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&mutex);
  GTimeZone *zone;

  if (known == NULL)
    known = g_hash_table_new (g_str_hash, g_str_equal);
  if (g_hash_table_contains (known, name))
    return TRUE;
  zone = g_time_zone_new_identifier (name);
  if (zone != NULL)
    g_hash_table_insert (known, g_strdup (name), zone);
  return zone != NULL;
}

static gboolean
is_zone (const char *text)
{
  if (strlen (text) > ZONE_MAX_BYTES || !g_ascii_isalpha (*text))
    return FALSE;
  for (const char *at = text; *at != '\0'; at++)
    {
      if (!g_ascii_isalnum (*at) && strchr ("/_+-", *at) == NULL)
        return FALSE;
    }
  return is_known_zone (text);
}

static gboolean
is_color (const char *text)
{
  if (*text != '#' || strlen (text) != 7)
    return FALSE;
  for (int i = 1; i < 7; i++)
    {
      if (!g_ascii_isxdigit (text[i]))
        return FALSE;
    }
  return TRUE;
}

static char *
unless (gboolean right, const char *message)
{
  return right ? NULL : g_strdup (message);
}

static char *
check_string (const BatonField *field, const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return g_strdup (_ ("must be valid UTF-8"));

  switch (field->type)
    {
    case BATON_FIELD_TEXT:
    case BATON_FIELD_NOTES:
    case BATON_FIELD_SET:
      return check_text (field, text);
    case BATON_FIELD_CHOICE:
      return check_choice (field, text);
    case BATON_FIELD_ID:
      return unless (baton_uuid_is_valid (text), _ ("must be a UUID in lower case"));
    case BATON_FIELD_TIME:
      return unless (is_canonical_time (text),
                     _ ("must be a time in UTC as 2026-11-20T09:30:00.000Z"));
    case BATON_FIELD_DUE:
      return unless (baton_due_is_valid (text),
                     _ ("must be a day that exists, as 2026-11-20 or 2026-11-20T09:30"));
    case BATON_FIELD_ZONE:
      return unless (is_zone (text), _ ("must be the name of a time zone, as Europe/Berlin"));
    case BATON_FIELD_RRULE:
      return unless (baton_rrule_is_valid (text),
                     _ ("must be a recurrence rule of RFC 5545, as FREQ=WEEKLY;BYDAY=TU,FR"));
    case BATON_FIELD_COLOR:
      return unless (is_color (text), _ ("must be a color as #3584e4"));
    case BATON_FIELD_POSITION:
      return unless (baton_position_is_valid (text), _ ("must be a position between others"));
    case BATON_FIELD_BOOL:
    case BATON_FIELD_INT:
    default:
      g_assert_not_reached ();
    }
}

static char *
check_int (const BatonField *field, const BatonValue *value)
{
  if (value->kind != BATON_VALUE_INT)
    return g_strdup (_ ("must be a whole number"));
  if (value->integer < field->min || value->integer > field->max)
    {
      g_autofree char *min = g_strdup_printf ("%" G_GINT64_FORMAT, field->min);
      g_autofree char *max = g_strdup_printf ("%" G_GINT64_FORMAT, field->max);

      /* Translators: two whole numbers */
      return g_strdup_printf (_ ("must be from %s to %s"), min, max);
    }
  return NULL;
}

static char *
check_value (const BatonField *field, const BatonValue *value)
{
  if (value->kind == BATON_VALUE_NULL)
    return unless ((field->flags & BATON_FIELD_REQUIRED) == 0, _ ("must not be empty"));
  if (field->type == BATON_FIELD_BOOL)
    return unless (value->kind == BATON_VALUE_BOOL, _ ("must be true or false"));
  if (field->type == BATON_FIELD_INT)
    return check_int (field, value);
  if (value->kind != BATON_VALUE_TEXT)
    return g_strdup (_ ("must be text"));
  return check_string (field, value->text);
}

static char *
check_element (const BatonField *field, const char *element)
{
  const char *end = element + strlen (element);
  char *message = check_string (field, element);

  if (message != NULL)
    return message;
  return unless (!g_unichar_isspace (g_utf8_get_char (element)) &&
                     !g_unichar_isspace (g_utf8_get_char (g_utf8_prev_char (end))),
                 _ ("must not begin or end with a space"));
}

/* Members that records have in JSON without being fields */
static gboolean
is_reserved (const char *key)
{
  static const char *const reserved[] = { "id", "updated_at", "deleted_at", "version", NULL };

  return g_strv_contains (reserved, key);
}

static char *
check_unknown_key (const char *key)
{
  if (is_reserved (key))
    return g_strdup (_ ("is not a field that can be set"));
  return unless (*key != '\0' && strlen (key) <= KEY_MAX_BYTES && g_utf8_validate (key, -1, NULL) &&
                     !has_control_character (key, FALSE),
                 _ ("is no name for a field"));
}

static char *
check_key (const BatonField *field, const char *key, const char *element)
{
  if (field == NULL)
    return check_unknown_key (key);
  if (element != NULL)
    return check_element (field, element);
  return unless (field->type != BATON_FIELD_SET, _ ("must be set element by element"));
}

static char *
check_unknown_value (const BatonValue *value)
{
  if (value->kind != BATON_VALUE_RAW)
    return g_strdup (_ ("is not a field that can be set"));
  return unless (strlen (value->text) <= BATON_UNKNOWN_MAX_BYTES, _ ("is too large"));
}

static gboolean
report (GPtrArray *problems, const char *key, char *message)
{
  g_autofree char *owned = message;

  if (owned == NULL)
    return TRUE;
  baton_problems_add (problems, key, "%s", owned);
  return FALSE;
}

gboolean
baton_validate_key (BatonEntity entity, const char *key, GPtrArray *problems)
{
  const char *element;
  const BatonField *field = baton_schema_lookup (entity, key, NULL, &element);

  return report (problems, key, check_key (field, key, element));
}

gboolean
baton_validate_field (BatonEntity entity,
                      const char *key,
                      const BatonValue *value,
                      GPtrArray *problems)
{
  const char *element;
  const BatonField *field = baton_schema_lookup (entity, key, NULL, &element);
  char *message = check_key (field, key, element);

  if (message == NULL && field == NULL)
    message = check_unknown_value (value);
  else if (message == NULL && element != NULL)
    message = unless (value->kind == BATON_VALUE_BOOL, _ ("must be true or false"));
  else if (message == NULL)
    message = check_value (field, value);
  return report (problems, key, message);
}
