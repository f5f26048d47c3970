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

#include "baton-quick-add.h"

#include <string.h>

#include "baton-date-words.h"
#include "baton-recurrence.h"
#include "baton-repeat-words.h"

#define MAX_TAGS         10
#define MAX_TAG_LENGTH   50
#define MAX_DATE_WORDS   4
#define MAX_REPEAT_WORDS 16
#define MAX_COUNT        9999
#define MINUTES_PER_DAY  (24 * 60)

typedef struct
{
  gsize start;
  gsize core_end; /* before punctuation */
  gsize end;
  char *word;     /* the core, folded */
  gboolean off;   /* to be left as text */
  gboolean taken; /* belongs to a part */
} Token;

typedef struct
{
  const char *line;
  GDateTime *now;
  BatonDateWords *words;
  GArray *tokens;   /* of Token */
  GPtrArray *parts; /* of BatonQuickAddPart */
  guint n_tags;
  gboolean has_priority;
  const char *rule; /* of the part that says it; nullable */
  gboolean has_day;
  GDate day;
  int minute;     /* of the day; -1: none */
  guint when_end; /* the token after the last part that is a day or a time; 0: none */
} Parser;

static void
token_clear (Token *token)
{
  g_free (token->word);
}

static void
part_free (BatonQuickAddPart *part)
{
  g_free (part->value);
  g_free (part);
}

/* --- tokens --- */

static gboolean
is_separator (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iscntrl (c);
}

static gsize
end_before_punctuation (const char *line, gsize start, gsize end)
{
  gsize core_end = end;

  while (core_end > start && strchr (",.;:!?)", line[core_end - 1]) != NULL)
    core_end--;
  return core_end > start ? core_end : end;
}

static gboolean
is_off (gsize start, gsize end, const BatonQuickAddPart *off, guint n_off)
{
  for (guint i = 0; i < n_off; i++)
    if (start < off[i].end && off[i].start < end)
      return TRUE;
  return FALSE;
}

static GArray *
split_line (const char *line, const BatonQuickAddPart *off, guint n_off)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (Token));
  const char *at = line;

  g_array_set_clear_func (tokens, (GDestroyNotify) token_clear);
  while (*at != '\0')
    {
      const char *start = at;
      Token token = { .start = start - line };

      while (*at != '\0' && !is_separator (g_utf8_get_char (at)))
        at = g_utf8_next_char (at);
      token.end = at - line;
      if (at == start)
        {
          at = g_utf8_next_char (at);
          continue;
        }
      token.core_end = end_before_punctuation (line, token.start, token.end);
      token.word = g_utf8_casefold (start, token.core_end - token.start);
      token.off = is_off (token.start, token.end, off, n_off);
      g_array_append_val (tokens, token);
    }
  return tokens;
}

static Token *
get_token (const Parser *parser, guint index)
{
  return index < parser->tokens->len ? &g_array_index (parser->tokens, Token, index) : NULL;
}

/* The folded word at @index; "" after the last and for one that is to be left as text */
static const char *
get_word (const Parser *parser, guint index)
{
  const Token *token = get_token (parser, index);

  return token != NULL && !token->off && !token->taken ? token->word : "";
}

/* Whether the words at @index and after it can belong together: no punctuation between them, but the dot of an abbreviation */
static gboolean
is_joined (const Parser *parser, guint index)
{
  const Token *token = get_token (parser, index);

  return token->core_end == token->end ||
         (token->end - token->core_end == 1 && parser->line[token->core_end] == '.');
}

/* Punctuation between words of one part goes with them */
static void
take_tokens (Parser *parser, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      Token *token = get_token (parser, i);

      token->taken = TRUE;
      if (i + 1 < end)
        token->core_end = token->end;
    }
}

static void
add_part (Parser *parser, BatonQuickAddKind kind, guint first, guint n, const char *value)
{
  BatonQuickAddPart *part = g_new0 (BatonQuickAddPart, 1);

  part->kind = kind;
  part->start = get_token (parser, first)->start;
  part->end = get_token (parser, first + n - 1)->core_end;
  part->value = g_strdup (value);
  take_tokens (parser, first, first + n);
  g_ptr_array_add (parser->parts, part);
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
read_tag (Parser *parser, guint index)
{
  const Token *token = get_token (parser, index);
  g_autofree char *tag = NULL;

  if (parser->line[token->start] != '#' || parser->n_tags == MAX_TAGS)
    return 0;
  tag = g_strndup (parser->line + token->start + 1, token->core_end - token->start - 1);
  if (!is_tag (tag))
    return 0;
  parser->n_tags++;
  add_part (parser, BATON_QUICK_ADD_TAG, index, 1, tag);
  return 1;
}

static guint
read_priority (Parser *parser, guint index)
{
  static const char *const priorities[] = { "low", "medium", "high", "urgent" };
  const char *word = get_word (parser, index);

  for (guint i = 0; i < G_N_ELEMENTS (priorities); i++)
    if (!parser->has_priority && word[0] == '!' && strcmp (word + 1, priorities[i]) == 0)
      {
        parser->has_priority = TRUE;
        add_part (parser, BATON_QUICK_ADD_PRIORITY, index, 1, priorities[i]);
        return 1;
      }
  return 0;
}

/* --- days and times --- */

/* Adds a part for @n words, or lengthens the last one, where that is a day or a time and stands right before. What the part
 * means is known at the end. */
static void
add_when (Parser *parser, guint first, guint n)
{
  if (parser->when_end > 0 && parser->when_end == first && is_joined (parser, first - 1))
    {
      BatonQuickAddPart *last = g_ptr_array_index (parser->parts, parser->parts->len - 1);

      last->end = get_token (parser, first + n - 1)->core_end;
      take_tokens (parser, first - 1, first + n);
    }
  else
    add_part (parser, BATON_QUICK_ADD_DUE, first, n, NULL);
  parser->when_end = first + n;
}

/* Abbreviations that are words too: "sun cream", "sat nav", "wed in white" */
static gboolean
is_doubtful (const Parser *parser, guint index)
{
  const char *word = get_word (parser, index), *next;

  if (strcmp (word, "sun") != 0 && strcmp (word, "sat") != 0 && strcmp (word, "wed") != 0)
    return FALSE;
  next = get_word (parser, index + 1);
  return is_joined (parser, index) && *next != '\0' && strchr ("#!0123456789", *next) == NULL &&
         strcmp (next, "at") != 0 && strcmp (next, "noon") != 0 && strcmp (next, "by") != 0;
}

static guint
read_day (Parser *parser, guint index, gboolean introduced)
{
  const char *words[MAX_DATE_WORDS];
  guint n = 0, n_read;

  if (parser->has_day || (!introduced && is_doubtful (parser, index)))
    return 0;
  while (n < MAX_DATE_WORDS && *get_word (parser, index + n) != '\0')
    {
      words[n] = get_word (parser, index + n);
      if (!is_joined (parser, index + n++))
        break;
    }
  n_read = baton_date_words_read (parser->words, BATON_DATE_COMING, words, n, &parser->day);
  parser->has_day = n_read > 0;
  return n_read;
}

/* 1 or 2 digits; -1 for none */
static int
read_number (const char **text)
{
  gsize n = strspn (*text, "0123456789");
  int number = n == 1 || n == 2 ? (int) g_ascii_strtoll (*text, NULL, 10) : -1;

  *text += n;
  return number;
}

/* The minute of the day, or -1 for no such time. @half: "am", "pm" or "" */
static int
minute_of_day (int hour, int minute, const char *half)
{
  gboolean afternoon = strcmp (half, "pm") == 0;

  if (*half == '\0')
    return hour <= 23 && minute <= 59 ? hour * 60 + minute : -1;
  if (hour < 1 || hour > 12 || minute > 59)
    return -1;
  return (hour % 12 + (afternoon ? 12 : 0)) * 60 + minute;
}

static gboolean
is_half (const char *text)
{
  return strcmp (text, "am") == 0 || strcmp (text, "pm") == 0;
}

/* "9am", "9:30pm", "14:30", "9 am"; "9" where it was introduced by "at" */
static guint
read_clock (const Parser *parser, guint index, gboolean introduced, int *minute_of)
{
  const char *text = get_word (parser, index), *half;
  int hour = read_number (&text), minute = 0;
  gboolean has_minute = *text == ':';
  guint n = 1;

  if (hour < 0)
    return 0;
  if (has_minute)
    {
      text++;
      if (strspn (text, "0123456789") != 2)
        return 0;
      minute = read_number (&text);
    }
  half = text;
  if (*half == '\0' && is_joined (parser, index) && is_half (get_word (parser, index + 1)))
    {
      half = get_word (parser, index + 1);
      n = 2;
    }
  if ((*half != '\0' && !is_half (half)) || (*half == '\0' && !has_minute && !introduced))
    return 0;
  *minute_of = minute_of_day (hour, minute, half);
  return *minute_of >= 0 ? n : 0;
}

static guint
read_time (Parser *parser, guint index)
{
  gboolean introduced = strcmp (get_word (parser, index), "at") == 0 && is_joined (parser, index);
  guint first = introduced ? 1 : 0, n;

  if (parser->minute >= 0)
    return 0;
  if (strcmp (get_word (parser, index + first), "noon") == 0)
    {
      parser->minute = MINUTES_PER_DAY / 2;
      return first + 1;
    }
  n = read_clock (parser, index + first, introduced, &parser->minute);
  return n > 0 ? first + n : 0;
}

/* "in 2 hours", "in 30 minutes": a day and a time at once */
static guint
read_moment (Parser *parser, guint index)
{
  static const char *const minutes[] = { "minute", "minutes", "min", "mins", NULL };
  static const char *const hours[] = { "hour", "hours", NULL };
  const char *number = get_word (parser, index + 1), *unit = get_word (parser, index + 2);
  g_autoptr (GDateTime) moment = NULL;
  int year, month, day;
  guint64 count;

  if (parser->has_day || parser->minute >= 0 || strcmp (get_word (parser, index), "in") != 0 ||
      *number == '\0' || *unit == '\0' || !is_joined (parser, index) ||
      !is_joined (parser, index + 1))
    return 0;
  if (strcmp (number, "a") == 0 || strcmp (number, "an") == 0)
    count = 1;
  else if (!g_ascii_string_to_unsigned (number, 10, 1, MAX_COUNT, &count, NULL))
    return 0;
  if (g_strv_contains (minutes, unit))
    moment = g_date_time_add_minutes (parser->now, count);
  else if (g_strv_contains (hours, unit))
    moment = g_date_time_add_hours (parser->now, count);
  if (moment == NULL)
    return 0;

  g_date_time_get_ymd (moment, &year, &month, &day);
  g_date_set_dmy (&parser->day, day, month, year);
  parser->has_day = TRUE;
  parser->minute = g_date_time_get_hour (moment) * 60 + g_date_time_get_minute (moment);
  return 3;
}

static guint
read_when (Parser *parser, guint index)
{
  const char *word = get_word (parser, index);
  gboolean by = strcmp (word, "by") == 0 || strcmp (word, "due") == 0;
  gboolean introduced = (by || strcmp (word, "on") == 0) && is_joined (parser, index);
  guint first = introduced ? 1 : 0, n;

  n = read_day (parser, index + first, introduced);
  if (n == 0 && (by || !introduced))
    n = read_time (parser, index + first);
  if (n == 0 && !introduced)
    n = read_moment (parser, index);
  if (n == 0)
    return 0;
  add_when (parser, index, first + n);
  return first + n;
}

/* A comma stands in a list of days as well. */
static gboolean
is_listed (const Parser *parser, guint index)
{
  const Token *token = get_token (parser, index);

  return is_joined (parser, index) ||
         (token->end - token->core_end == 1 && parser->line[token->core_end] == ',');
}

static guint
read_repeat (Parser *parser, guint index)
{
  const char *words[MAX_REPEAT_WORDS];
  g_autofree char *rule = NULL;
  guint n = 0, n_read;

  if (parser->rule != NULL)
    return 0;
  while (n < MAX_REPEAT_WORDS && *get_word (parser, index + n) != '\0')
    {
      words[n] = get_word (parser, index + n);
      if (!is_listed (parser, index + n++))
        break;
    }
  n_read = baton_repeat_words_read (parser->words, words, n, &rule);
  if (n_read == 0)
    return 0;
  add_part (parser, BATON_QUICK_ADD_REPEAT, index, n_read, rule);
  parser->rule =
      ((BatonQuickAddPart *) g_ptr_array_index (parser->parts, parser->parts->len - 1))->value;
  return n_read;
}

static void
read_tokens (Parser *parser)
{
  guint i = 0;

  while (i < parser->tokens->len)
    {
      guint n = 0;

      if (!get_token (parser, i)->off)
        n = read_tag (parser, i);
      if (n == 0)
        n = read_priority (parser, i);
      if (n == 0)
        n = read_repeat (parser, i);
      if (n == 0)
        n = read_when (parser, i);
      i += MAX (n, 1);
    }
}

/* --- the whole --- */

/* NULL where the line names neither day nor time, and does not repeat */
static char *
dup_first_due (Parser *parser)
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
dup_due (Parser *parser)
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
set_due (Parser *parser, const char *due)
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
join_title (const Parser *parser, gboolean all)
{
  GString *title = g_string_new (NULL);

  for (guint i = 0; i < parser->tokens->len; i++)
    {
      const Token *token = get_token (parser, i);
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
  Parser parser = { .now = now, .minute = -1 };

  g_return_val_if_fail (line != NULL, NULL);
  g_return_val_if_fail (now != NULL, NULL);

  valid = g_utf8_make_valid (line, -1);
  words = baton_date_words_new (now);
  tokens = split_line (valid, off, n_off);
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
