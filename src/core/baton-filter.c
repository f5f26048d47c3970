/* baton-filter.c: which tasks to show, in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   filter  = all { "or" all }
 *   all     = one { [ "and" ] one }
 *   one     = "not" one | "(" filter ")" | field ":" value { "," value }
 *           | ( "due" | "created" | "completed" ) ( "before" | "after" ) day
 *           | word | '"' any text '"'
 *
 * Words of the grammar are taken in any case; in quotes they are text to search for. A quoted text of many words is one node:
 * they are to stand in that order. Chains are made into balanced trees, so that a long list does not make a deep tree.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-config.h"

#include "baton-filter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "baton-error.h"
#include "baton-filter-field-private.h"

#define MAX_DEPTH 64

typedef struct
{
  const char *text;
  const char *at;
  BatonDateWords *words;
  guint depth;
} Parser;

static BatonFilter *parse_any (Parser *parser, GError **error);

static BatonFilter *
filter_new (BatonFilterKind kind, BatonFilter *left, BatonFilter *right)
{
  BatonFilter *filter = g_new0 (BatonFilter, 1);

  filter->kind = kind;
  filter->left = left;
  filter->right = right;
  return filter;
}

void
baton_filter_free (BatonFilter *filter)
{
  if (filter == NULL)
    return;
  baton_filter_free (filter->left);
  baton_filter_free (filter->right);
  g_free (filter->field);
  g_free (filter->value);
  g_free (filter);
}

static void G_GNUC_PRINTF (4, 5)
    set_error (GError **error, const Parser *parser, const char *where, const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  /* Translators: %ld is a place in a typed text, %s a sentence without its full stop */
  g_set_error (error, BATON_ERROR, BATON_ERROR_INVALID, _ ("At character %ld: %s."),
               g_utf8_pointer_to_offset (parser->text, where) + 1, what);
}

/* --- reading words --- */

static void
skip_space (Parser *parser)
{
  parser->at = baton_filter_skip_space (parser->at);
}

static gboolean
next_is_word (const Parser *parser, const char *word)
{
  gsize length = strlen (word);

  return g_ascii_strncasecmp (parser->at, word, length) == 0 &&
         baton_filter_word_end (parser->at) == parser->at + length;
}

static gboolean
take_word (Parser *parser, const char *word)
{
  if (!next_is_word (parser, word))
    return FALSE;
  parser->at += strlen (word);
  skip_space (parser);
  return TRUE;
}

/* The text in quotes that begins at the parser's place */
static char *
take_quoted (Parser *parser, GError **error)
{
  const char *start = parser->at + 1, *end = strchr (start, '"');

  if (end == NULL)
    {
      set_error (error, parser, parser->at, _ ("the quote is not closed"));
      return NULL;
    }
  parser->at = end + 1;
  return g_strndup (start, end - start);
}

/* --- values --- */

static gboolean
read_value (const Parser *parser,
            const BatonFilterField *field,
            const char *text,
            gboolean quoted,
            const char *where,
            char **value,
            GError **error)
{
  g_autofree char *described = NULL;

  if (*text == '\0')
    {
      set_error (error, parser, where, _ ("“%s:” needs a value"), field->name);
      return FALSE;
    }
  if (baton_filter_field_read (field, parser->words, text, quoted, value))
    return TRUE;
  described = baton_filter_field_describe (field);
  set_error (error, parser, where, _ ("“%s” cannot be “%s”. It can be: %s"), field->name, text,
             described);
  return FALSE;
}

static BatonFilter *
field_node (const BatonFilterField *field, BatonFilterComparison comparison, char *value)
{
  BatonFilter *filter = filter_new (BATON_FILTER_FIELD, NULL, NULL);

  filter->field = g_strdup (field->name);
  filter->comparison = comparison;
  filter->value = value;
  return filter;
}

/* One value of a list, up to a comma or the word's end */
static BatonFilter *
parse_value (Parser *parser, const BatonFilterField *field, GError **error)
{
  const char *where = parser->at;
  gboolean quoted = *parser->at == '"';
  g_autofree char *text = NULL;
  char *value;

  if (quoted)
    text = take_quoted (parser, error);
  else
    {
      const char *end = baton_filter_word_end (where);
      const char *comma = memchr (where, ',', end - where);

      parser->at = comma != NULL ? comma : end;
      text = g_strndup (where, parser->at - where);
    }
  if (text == NULL || !read_value (parser, field, text, quoted, where, &value, error))
    return NULL;
  return field_node (field, BATON_FILTER_IS, value);
}

/* --- trees --- */

static BatonFilter *
join_range (BatonFilterKind kind, GPtrArray *parts, guint first, guint last)
{
  guint middle = first + (last - first) / 2;

  if (last - first == 1)
    return g_steal_pointer (&parts->pdata[first]);
  return filter_new (kind, join_range (kind, parts, first, middle),
                     join_range (kind, parts, middle, last));
}

/* A balanced tree of @parts, at least one, which it takes */
static BatonFilter *
join (BatonFilterKind kind, GPtrArray *parts)
{
  return join_range (kind, parts, 0, parts->len);
}

static guint
tree_depth (const BatonFilter *filter)
{
  guint left, right;

  if (filter == NULL)
    return 0;
  left = tree_depth (filter->left);
  right = tree_depth (filter->right);
  return 1 + MAX (left, right);
}

static BatonFilter *
parse_values (Parser *parser, const BatonFilterField *field, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_filter_free);

  for (;;)
    {
      BatonFilter *part = parse_value (parser, field, error);

      if (part == NULL)
        return NULL;
      g_ptr_array_add (parts, part);
      if (*parser->at != ',')
        return join (BATON_FILTER_OR, parts);
      parser->at++;
    }
}

/* "due before friday"; NULL without an error where the words are something else */
static BatonFilter *
parse_comparison (Parser *parser, GError **error)
{
  const char *end = baton_filter_word_end (parser->at);
  const BatonFilterField *field = baton_filter_field_find (parser->at, end - parser->at);
  Parser ahead = *parser;
  BatonFilterComparison comparison;
  char *value;

  if (field == NULL || !field->is_day)
    return NULL;
  ahead.at = end;
  skip_space (&ahead);
  if (take_word (&ahead, "before"))
    comparison = BATON_FILTER_BEFORE;
  else if (take_word (&ahead, "after"))
    comparison = BATON_FILTER_AFTER;
  else
    return NULL;

  parser->at = ahead.at;
  if (*parser->at == '"')
    {
      g_autofree char *text = take_quoted (parser, error);

      if (text == NULL || !read_value (parser, field, text, TRUE, ahead.at, &value, error))
        return NULL;
    }
  else
    value = baton_filter_field_take_day (field, parser->words, &parser->at);
  if (value == NULL)
    {
      set_error (error, parser, parser->at,
                 _ ("“before” and “after” need a day, such as “friday”, “24 dec” or “2026-12-24”"));
      return NULL;
    }
  return field_node (field, comparison, value);
}

static BatonFilter *
text_node (char *text)
{
  BatonFilter *filter = filter_new (BATON_FILTER_TEXT, NULL, NULL);

  filter->value = text;
  return filter;
}

static BatonFilter *
parse_quoted (Parser *parser, GError **error)
{
  const char *where = parser->at;
  g_autofree char *text = take_quoted (parser, error);

  if (text == NULL)
    return NULL;
  if (*g_strstrip (text) == '\0')
    {
      set_error (error, parser, where, _ ("there is nothing between the quotes"));
      return NULL;
    }
  return text_node (g_steal_pointer (&text));
}

/* A field with values, a comparison, or a word to search for */
static BatonFilter *
parse_term (Parser *parser, GError **error)
{
  const char *start = parser->at;
  gsize letters = strspn (start, G_CSET_A_2_Z G_CSET_a_2_z "_");
  GError *problem = NULL;
  BatonFilter *comparison;

  if (letters > 0 && start[letters] == ':')
    {
      const BatonFilterField *field = baton_filter_field_find (start, letters);

      parser->at += letters + 1;
      if (field != NULL)
        return parse_values (parser, field, error);
      set_error (error, parser, start,
                 _ ("there is no field “%.*s”. Put a text with a colon in quotes to search for it"),
                 (int) letters, start);
      return NULL;
    }

  comparison = parse_comparison (parser, &problem);
  if (comparison != NULL)
    return comparison;
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return NULL;
    }
  parser->at = baton_filter_word_end (start);
  return text_node (g_strndup (start, parser->at - start));
}

static BatonFilter *
parse_group (Parser *parser, GError **error)
{
  const char *where = parser->at++;
  g_autoptr (BatonFilter) inner = NULL;

  skip_space (parser);
  inner = parse_any (parser, error);
  if (inner == NULL)
    return NULL;
  if (*parser->at != ')')
    {
      set_error (error, parser, where, _ ("the parenthesis is not closed"));
      return NULL;
    }
  parser->at++;
  return g_steal_pointer (&inner);
}

static BatonFilter *parse_one (Parser *parser, GError **error);

static BatonFilter *
parse_not (Parser *parser, GError **error)
{
  BatonFilter *inner = parse_one (parser, error);

  return inner != NULL ? filter_new (BATON_FILTER_NOT, inner, NULL) : NULL;
}

static BatonFilter *
parse_nested (Parser *parser, GError **error)
{
  if (*parser->at == '\0' || *parser->at == ')' || next_is_word (parser, "and") ||
      next_is_word (parser, "or"))
    {
      set_error (error, parser, parser->at, _ ("something to filter by is missing"));
      return NULL;
    }
  if (take_word (parser, "not"))
    return parse_not (parser, error);
  if (*parser->at == '(')
    return parse_group (parser, error);
  if (*parser->at == '"')
    return parse_quoted (parser, error);
  return parse_term (parser, error);
}

static BatonFilter *
parse_one (Parser *parser, GError **error)
{
  BatonFilter *filter;

  if (parser->depth == MAX_DEPTH)
    {
      set_error (error, parser, parser->at, _ ("the filter is nested too deep"));
      return NULL;
    }
  parser->depth++;
  filter = parse_nested (parser, error);
  parser->depth--;
  skip_space (parser);
  return filter;
}

static BatonFilter *
parse_all (Parser *parser, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_filter_free);

  for (;;)
    {
      BatonFilter *part = parse_one (parser, error);

      if (part == NULL)
        return NULL;
      g_ptr_array_add (parts, part);
      if (*parser->at == '\0' || *parser->at == ')' || next_is_word (parser, "or"))
        return join (BATON_FILTER_AND, parts);
      take_word (parser, "and");
    }
}

static BatonFilter *
parse_any (Parser *parser, GError **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func ((GDestroyNotify) baton_filter_free);

  for (;;)
    {
      BatonFilter *part = parse_all (parser, error);

      if (part == NULL)
        return NULL;
      g_ptr_array_add (parts, part);
      if (!take_word (parser, "or"))
        return join (BATON_FILTER_OR, parts);
    }
}

static BatonFilter *
parse_whole (Parser *parser, GError **error)
{
  g_autoptr (BatonFilter) filter = parse_any (parser, error);

  if (filter == NULL)
    return NULL;
  if (*parser->at == ')')
    {
      set_error (error, parser, parser->at, _ ("the parenthesis was never opened"));
      return NULL;
    }
  if (tree_depth (filter) > MAX_DEPTH)
    {
      set_error (error, parser, parser->text, _ ("the filter is nested too deep"));
      return NULL;
    }
  return g_steal_pointer (&filter);
}

/**
 * baton_filter_parse:
 * @text: a filter in words
 * @now: decides what "tomorrow" is
 * @error: (nullable): %BATON_ERROR_INVALID, with what is wrong and at which character
 *
 * `due before friday` means the next Friday, `created after friday` the last one.
 *
 * Returns: (transfer full) (nullable): the filter
 */
BatonFilter *
baton_filter_parse (const char *text, GDateTime *now, GError **error)
{
  g_autoptr (BatonDateWords) words = NULL;
  Parser parser = { .text = text, .at = text };

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  if (!g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID,
                           _ ("The filter is not valid text."));
      return NULL;
    }
  skip_space (&parser);
  if (*parser.at == '\0')
    {
      g_set_error_literal (error, BATON_ERROR, BATON_ERROR_INVALID, _ ("The filter is empty."));
      return NULL;
    }
  words = baton_date_words_new (now);
  parser.words = words;
  return parse_whole (&parser, error);
}
