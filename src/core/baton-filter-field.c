/* baton-filter-field.c: the fields that a filter can name, and their values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-config.h"

#include "baton-filter-field-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_DAY_WORDS 3

static const char *const status_choices[] = { "todo", "in_progress", "review", "done", NULL };
static const char *const priority_choices[] = { "low", "medium", "high", "urgent", NULL };
static const char *const is_choices[] = { "overdue", "open", "done", "deleted", NULL };

static const BatonFilterField fields[] = {
  { "status",    status_choices,   FALSE, FALSE, BATON_DATE_ANY  },
  { "priority",  priority_choices, FALSE, FALSE, BATON_DATE_ANY  },
  { "tag",       NULL,             FALSE, TRUE,  BATON_DATE_ANY  },
  { "project",   NULL,             FALSE, TRUE,  BATON_DATE_ANY  },
  { "due",       NULL,             TRUE,  TRUE,  BATON_DATE_ANY  },
  { "created",   NULL,             TRUE,  FALSE, BATON_DATE_PAST },
  { "completed", NULL,             TRUE,  TRUE,  BATON_DATE_PAST },
  { "is",        is_choices,       FALSE, FALSE, BATON_DATE_ANY  },
};

static gboolean
is_space (gunichar c)
{
  return c != 0 && (g_unichar_isspace (c) || g_unichar_iscntrl (c));
}

const char *
baton_filter_skip_space (const char *at)
{
  while (is_space (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

static gboolean
is_delimiter (gunichar c)
{
  return c == 0 || c == '(' || c == ')' || c == '"' || is_space (c);
}

const char *
baton_filter_word_end (const char *at)
{
  while (!is_delimiter (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at;
}

const BatonFilterField *
baton_filter_field_find (const char *name, gsize length)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (strlen (fields[i].name) == length &&
        g_ascii_strncasecmp (fields[i].name, name, length) == 0)
      return &fields[i];
  return NULL;
}

char *
baton_filter_field_take_day (const BatonFilterField *field,
                             const BatonDateWords *words,
                             const char **at)
{
  char *texts[MAX_DAY_WORDS] = { NULL };
  const char *ends[MAX_DAY_WORDS] = { NULL };
  const char *start = *at;
  char *value = NULL;
  guint n = 0, n_read;
  GDate day;

  for (; n < MAX_DAY_WORDS && !is_delimiter (g_utf8_get_char (start)); n++)
    {
      ends[n] = baton_filter_word_end (start);
      texts[n] = g_utf8_casefold (start, ends[n] - start);
      start = baton_filter_skip_space (ends[n]);
    }
  n_read = baton_date_words_read (words, field->tense, (const char *const *) texts, n, &day);
  if (n_read > 0)
    {
      *at = ends[n_read - 1];
      value = g_strdup_printf ("%04d-%02d-%02d", g_date_get_year (&day), g_date_get_month (&day),
                               g_date_get_day (&day));
    }
  for (guint i = 0; i < n; i++)
    g_free (texts[i]);
  return value;
}

/* @text as a day, wholly; NULL where it is none */
static char *
read_day (const BatonFilterField *field, const BatonDateWords *words, const char *text)
{
  const char *at = baton_filter_skip_space (text);
  g_autofree char *value = baton_filter_field_take_day (field, words, &at);

  return *baton_filter_skip_space (at) == '\0' ? g_steal_pointer (&value) : NULL;
}

static char *
read_choice (const BatonFilterField *field, const char *text)
{
  for (guint i = 0; field->choices[i] != NULL; i++)
    if (g_ascii_strcasecmp (field->choices[i], text) == 0)
      return g_strdup (field->choices[i]);
  return NULL;
}

gboolean
baton_filter_field_read (const BatonFilterField *field,
                         const BatonDateWords *words,
                         const char *text,
                         gboolean quoted,
                         char **value)
{
  *value = NULL;
  if (!quoted && field->may_be_none && g_ascii_strcasecmp (text, "none") == 0)
    return TRUE;
  if (field->choices != NULL)
    *value = read_choice (field, text);
  else if (field->is_day)
    *value = read_day (field, words, text);
  else
    *value = g_strdup (text);
  return *value != NULL;
}

char *
baton_filter_field_describe (const BatonFilterField *field)
{
  if (field->choices != NULL)
    return g_strjoinv (", ", (GStrv) field->choices);
  return g_strdup (_ ("a day, such as “friday”, “24 dec” or “2026-12-24”"));
}
