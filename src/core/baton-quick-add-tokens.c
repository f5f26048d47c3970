/* baton-quick-add-tokens.c: a line in words
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-quick-add-private.h"

static void
token_clear (BatonQuickAddToken *token)
{
  g_free (token->word);
}

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

GArray *
baton_quick_add_split (const char *line, const BatonQuickAddPart *off, guint n_off)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (BatonQuickAddToken));
  const char *at = line;

  g_array_set_clear_func (tokens, (GDestroyNotify) token_clear);
  while (*at != '\0')
    {
      const char *start = at;
      BatonQuickAddToken token = { .start = start - line };

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

BatonQuickAddToken *
baton_quick_add_get_token (const BatonQuickAddParser *parser, guint index)
{
  return index < parser->tokens->len ? &g_array_index (parser->tokens, BatonQuickAddToken, index)
                                     : NULL;
}

const char *
baton_quick_add_get_word (const BatonQuickAddParser *parser, guint index)
{
  const BatonQuickAddToken *token = baton_quick_add_get_token (parser, index);

  return token != NULL && !token->off && !token->taken ? token->word : "";
}

gboolean
baton_quick_add_is_joined (const BatonQuickAddParser *parser, guint index)
{
  const BatonQuickAddToken *token = baton_quick_add_get_token (parser, index);

  return token->core_end == token->end ||
         (token->end - token->core_end == 1 && parser->line[token->core_end] == '.');
}

void
baton_quick_add_take_tokens (BatonQuickAddParser *parser, guint first, guint end)
{
  for (guint i = first; i < end; i++)
    {
      BatonQuickAddToken *token = baton_quick_add_get_token (parser, i);

      token->taken = TRUE;
      if (i + 1 < end)
        token->core_end = token->end;
    }
}

void
baton_quick_add_add_part (BatonQuickAddParser *parser,
                          BatonQuickAddKind kind,
                          guint first,
                          guint n,
                          const char *value)
{
  BatonQuickAddPart *part = g_new0 (BatonQuickAddPart, 1);

  part->kind = kind;
  part->start = baton_quick_add_get_token (parser, first)->start;
  part->end = baton_quick_add_get_token (parser, first + n - 1)->core_end;
  part->value = g_strdup (value);
  baton_quick_add_take_tokens (parser, first, first + n);
  g_ptr_array_add (parser->parts, part);
}
