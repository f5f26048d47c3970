/* baton-quick-add.c: one line of text becomes a task
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *   #tag         letters, digits, marks, '-' and '_', at least one of them no digit ("#123" is a number); only where a
 *                word begins, so "C#", "a#b" and the anchor of a URL are text; at most ten
 *   !high        low, medium, high, urgent
 *   a day        see baton-date-words.c, also after "on", "by", "due"
 *   a time       "9am", "9:30 pm", "14:30", "noon", "at 9", also after "by", "due"; alone: today, or tomorrow where it has
 *                passed
 *   in 2 hours, in 30 minutes
 *   every …      see baton-repeat-words.c; without a day: from the first that fits
 *
 * The first day, time, repeat and priority count; a second one is text. Punctuation after a part stays in the title.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-quick-add-private.h"

#include <string.h>

#include "baton-recurrence.h"
#include "baton-repeat-words.h"

#define MAX_TAGS         10
#define MAX_TAG_LENGTH   50
#define MAX_REPEAT_WORDS 16

static void
part_free (BatonQuickAddPart *part)
{
  g_free (part->value);
  g_free (part);
}

/* --- tags and priorities --- */

static gboolean
is_tag_character (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_OTHER_SYMBOL:
    case G_UNICODE_MODIFIER_SYMBOL:
      return TRUE;
    default:
      return g_unichar_isalnum (c) || g_unichar_ismark (c) || c == '-' || c == '_' || c == 0x200d;
    }
}

static gboolean
is_tag (const char *tag)
{
  glong length = 0;
  gboolean named = FALSE;

  for (; *tag != '\0'; tag = g_utf8_next_char (tag), length++)
    {
      gunichar c = g_utf8_get_char (tag);

      if (!is_tag_character (c))
        return FALSE;
      named = named || !(g_unichar_isdigit (c) || c == '-' || c == '_');
    }
  return named && length <= MAX_TAG_LENGTH;
}

static guint
read_tag (BatonQuickAddParser *parser, guint index)
{
  const BatonQuickAddToken *token = baton_quick_add_get_token (parser, index);
  g_autofree char *tag = NULL;

  if (parser->line[token->start] != '#' || parser->n_tags == MAX_TAGS)
    return 0;
  tag = g_strndup (parser->line + token->start + 1, token->core_end - token->start - 1);
  if (!is_tag (tag))
    return 0;
  parser->n_tags++;
  baton_quick_add_add_part (parser, BATON_QUICK_ADD_TAG, index, 1, tag);
  return 1;
}

static guint
read_priority (BatonQuickAddParser *parser, guint index)
{
  static const char *const priorities[] = { "low", "medium", "high", "urgent" };
  const char *word = baton_quick_add_get_word (parser, index);

  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    if (!parser->has_priority && word[0] == '!' && strcmp (word + 1, priorities[i]) == 0)
      {
        parser->has_priority = TRUE;
        baton_quick_add_add_part (parser, BATON_QUICK_ADD_PRIORITY, index, 1, priorities[i]);
        return 1;
      }
  return 0;
}

/* --- repeats --- */

/* A comma stands in a list of days as well. */
static gboolean
is_listed (const BatonQuickAddParser *parser, guint index)
{
  const BatonQuickAddToken *token = baton_quick_add_get_token (parser, index);

  return baton_quick_add_is_joined (parser, index) ||
         (token->end - token->core_end == 1 && parser->line[token->core_end] == ',');
}

static guint
read_repeat (BatonQuickAddParser *parser, guint index)
{
  const char *words[MAX_REPEAT_WORDS];
  g_autofree char *rule = NULL;
  guint n = 0, n_read;

  if (parser->rule != NULL)
    return 0;
  while (n < MAX_REPEAT_WORDS && *baton_quick_add_get_word (parser, index + n) != '\0')
    {
      words[n] = baton_quick_add_get_word (parser, index + n);
      if (!is_listed (parser, index + n++))
        break;
    }
  n_read = baton_repeat_words_read (parser->words, words, n, &rule);
  if (n_read == 0)
    return 0;
  baton_quick_add_add_part (parser, BATON_QUICK_ADD_REPEAT, index, n_read, rule);
  parser->rule =
      ((BatonQuickAddPart *) g_ptr_array_index (parser->parts, parser->parts->len - 1))->value;
  return n_read;
}

static void
read_tokens (BatonQuickAddParser *parser)
{
  guint i = 0;

  while (i < parser->tokens->len)
    {
      guint n = 0;

      if (!baton_quick_add_get_token (parser, i)->off)
        n = read_tag (parser, i);
      if (n == 0)
        n = read_priority (parser, i);
      if (n == 0)
        n = read_repeat (parser, i);
      if (n == 0)
        n = baton_quick_add_read_when (parser, i);
      i += MAX (n, 1);
    }
}

/* --- the whole --- */

/* NULL where the line names neither day nor time, and does not repeat */
static char *
dup_first_due (BatonQuickAddParser *parser)
{
  int hour = g_date_time_get_hour (parser->now), minute = g_date_time_get_minute (parser->now);
  int year, month, day;

  if (!parser->has_day && parser->minute < 0 && parser->rule == NULL)
    return NULL;
  if (!parser->has_day)
    {
      g_date_time_get_ymd (parser->now, &year, &month, &day);
      g_date_set_dmy (&parser->day, day, month, year);
      if (parser->minute >= 0 && parser->minute <= hour * 60 + minute)
        g_date_add_days (&parser->day, 1);
    }
  year = g_date_get_year (&parser->day);
  month = g_date_get_month (&parser->day);
  day = g_date_get_day (&parser->day);
  if (parser->minute < 0)
    return g_strdup_printf ("%04d-%02d-%02d", year, month, day);
  return g_strdup_printf ("%04d-%02d-%02dT%02d:%02d", year, month, day, parser->minute / 60,
                          parser->minute % 60);
}

static char *
dup_due (BatonQuickAddParser *parser)
{
  char *due = dup_first_due (parser);
  char *fitting = NULL;

  if (due != NULL && parser->rule != NULL && !parser->has_day)
    fitting = baton_recurrence_dup_first_due (parser->rule, due);
  if (fitting == NULL)
    return due;
  g_free (due);
  return fitting;
}

static void
set_due (BatonQuickAddParser *parser, const char *due)
{
  for (guint i = 0; i < parser->parts->len; i++)
    {
      BatonQuickAddPart *part = g_ptr_array_index (parser->parts, i);

      if (part->kind == BATON_QUICK_ADD_DUE)
        part->value = g_strdup (due);
    }
}

/* The words that belong to no part, or, where @all, all of them */
static char *
join_title (const BatonQuickAddParser *parser, gboolean all)
{
  GString *title = g_string_new (NULL);

  for (guint i = 0; i < parser->tokens->len; i++)
    {
      const BatonQuickAddToken *token = baton_quick_add_get_token (parser, i);
      gboolean taken = token->taken && !all;
      gsize start = taken ? token->core_end : token->start;

      if (taken && title->len == 0)
        continue;
      if (!taken && title->len > 0)
        g_string_append_c (title, ' ');
      g_string_append_len (title, parser->line + start, token->end - start);
    }
  return g_string_free (title, FALSE);
}

/**
 * baton_quick_add_parse_except:
 * @line: any text; what is not valid UTF-8 in it is replaced
 * @now: decides what "tomorrow" is
 * @off: (array length=n_off) (nullable): where words are to be left as text, only start and end are read
 * @n_off: how many
 *
 * For a person who turned off some of the parts. Words that touch a range of @off stay in the title.
 *
 * Returns: (transfer full): the title is empty only where the line is blank; a line of parts alone is its own title
 */
BatonQuickAdd *
baton_quick_add_parse_except (const char *line,
                              GDateTime *now,
                              const BatonQuickAddPart *off,
                              guint n_off)
{
  g_autofree char *valid = NULL;
  g_autoptr (BatonDateWords) words = NULL;
  g_autoptr (GArray) tokens = NULL;
  BatonQuickAdd *parsed;
  BatonQuickAddParser parser = { .now = now, .minute = -1 };

  g_return_val_if_fail (line != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  valid = g_utf8_make_valid (line, -1);
  words = baton_date_words_new (now);
  tokens = baton_quick_add_split (valid, off, n_off);
  parsed = g_new0 (BatonQuickAdd, 1);
  parsed->parts = g_ptr_array_new_with_free_func ((GDestroyNotify) part_free);
  parser.line = valid;
  parser.words = words;
  parser.tokens = tokens;
  parser.parts = parsed->parts;
  g_date_clear (&parser.day, 1);

  read_tokens (&parser);
  parsed->due = dup_due (&parser);
  set_due (&parser, parsed->due);
  parsed->title = join_title (&parser, FALSE);
  if (*parsed->title == '\0')
    {
      g_free (parsed->title);
      parsed->title = join_title (&parser, TRUE);
    }
  return parsed;
}

BatonQuickAdd *
baton_quick_add_parse (const char *line, GDateTime *now)
{
  return baton_quick_add_parse_except (line, now, NULL, 0);
}

void
baton_quick_add_free (BatonQuickAdd *parsed)
{
  g_free (parsed->title);
  g_free (parsed->due);
  g_ptr_array_unref (parsed->parts);
  g_free (parsed);
}

void
baton_quick_add_apply (const BatonQuickAdd *parsed, BatonEdit *edit)
{
  g_return_if_fail (parsed != NULL);
  g_return_if_fail (edit != NULL);

  baton_edit_set_text (edit, "title", parsed->title);
  if (parsed->due != NULL)
    baton_edit_set_text (edit, "due", parsed->due);
  for (guint i = 0; i < parsed->parts->len; i++)
    {
      const BatonQuickAddPart *part = g_ptr_array_index (parsed->parts, i);

      switch (part->kind)
        {
        case BATON_QUICK_ADD_TAG:
          baton_edit_set_element (edit, "tags", part->value, TRUE);
          break;
        case BATON_QUICK_ADD_PRIORITY:
          baton_edit_set_text (edit, "priority", part->value);
          break;
        case BATON_QUICK_ADD_DUE:
          break;
        case BATON_QUICK_ADD_REPEAT:
          baton_edit_set_text (edit, "recurrence", part->value);
          break;
        default:
          g_assert_not_reached ();
        }
    }
}
