/* baton-position.c: order by hand, as a fractional index
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A key is a number in base 62 (0-9A-Za-z, which is their order as bytes), in three pieces:
 *
 *   integer    a letter that says how many digits follow ('a' one, 'b' two, … and downwards 'Z' one, 'Y' two, …),
 *              then the digits. Longer positive integers sort later, longer negative ones earlier, so keys at the
 *              head and at the tail grow by a digit only when all shorter ones are used up.
 *   fraction   any number of digits, never ending in '0'
 *   tail       the device's 12 hex digits, which are digits of base 62 too
 *
 * Nothing marks where the fraction ends and the tail begins: to find a key between two others, all that follows
 * the integer is a fraction. What makes room for any tail is that the new integer and fraction are greater
 * than the key before, less than the key after, and not the beginning of the key after.
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-position.h"

#include <string.h>

#define BASE          62
#define DEVICE_LENGTH 12

static const char digits[BASE + 1] =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* -1: not a digit */
static int
digit_value (char c)
{
  if (g_ascii_isdigit (c))
    return c - '0';
  if (g_ascii_isupper (c))
    return c - 'A' + 10;
  if (g_ascii_islower (c))
    return c - 'a' + 36;
  return -1;
}

/* With its letter; 0 where @key does not begin with one */
static gsize
integer_length (const char *key)
{
  if (g_ascii_islower (key[0]))
    return key[0] - 'a' + 2;
  if (g_ascii_isupper (key[0]))
    return 'Z' - key[0] + 2;
  return 0;
}

static gboolean
device_is_valid (const char *device)
{
  return strlen (device) == DEVICE_LENGTH && strspn (device, "0123456789abcdef") == DEVICE_LENGTH;
}

static GString *
integer_with_letter (char letter, char fill)
{
  char head[2] = { letter, '\0' };
  GString *integer = g_string_new (head);
  gsize length = integer_length (head);

  while (integer->len < length)
    g_string_append_c (integer, fill);
  return integer;
}

/* The integer after the one that @key begins with; NULL after the last */
static GString *
next_integer (const char *key)
{
  g_autoptr (GString) integer = g_string_new_len (key, integer_length (key));

  for (gsize i = integer->len - 1; i > 0; i--)
    {
      int value = digit_value (integer->str[i]);
      if (value < BASE - 1)
        {
          integer->str[i] = digits[value + 1];
          return g_steal_pointer (&integer);
        }
      integer->str[i] = '0';
    }
  if (key[0] == 'z')
    return NULL;
  return integer_with_letter (key[0] == 'Z' ? 'a' : key[0] + 1, '0');
}

/* The integer before the one that @key begins with; NULL before the first */
static GString *
previous_integer (const char *key)
{
  g_autoptr (GString) integer = g_string_new_len (key, integer_length (key));

  for (gsize i = integer->len - 1; i > 0; i--)
    {
      int value = digit_value (integer->str[i]);
      if (value > 0)
        {
          integer->str[i] = digits[value - 1];
          return g_steal_pointer (&integer);
        }
      integer->str[i] = 'z';
    }
  if (key[0] == 'A')
    return NULL;
  return integer_with_letter (key[0] == 'a' ? 'Z' : key[0] - 1, 'z');
}

/* Digits that make a fraction greater than @fraction, whatever follows them */
static void
append_above (GString *key, const char *fraction)
{
  int value;

  while (*fraction == 'z')
    g_string_append_c (key, *fraction++);
  value = *fraction != '\0' ? digit_value (*fraction) : 0;
  g_string_append_c (key, digits[(value + BASE) / 2]);
}

/* Digits that make a fraction between @low and @high, whatever follows them; FALSE where there are none, because
 * @high is @low and then zeros */
static gboolean
append_between (GString *key, const char *low, const char *high)
{
  int low_value, high_value;

  while (*high != '\0' && *high == (*low != '\0' ? *low : '0'))
    {
      g_string_append_c (key, *high++);
      if (*low != '\0')
        low++;
    }
  if (*high == '\0')
    return FALSE;

  low_value = *low != '\0' ? digit_value (*low) : 0;
  high_value = digit_value (*high);
  if (high_value - low_value > 1)
    {
      g_string_append_c (key, digits[(low_value + high_value) / 2]);
      return TRUE;
    }
  g_string_append_c (key, digits[low_value]);
  append_above (key, *low != '\0' ? low + 1 : low);
  return TRUE;
}

static GString *
fraction_above (const char *before)
{
  gsize length = integer_length (before);
  GString *key = g_string_new_len (before, length);

  append_above (key, before + length);
  return key;
}

static GString *
fraction_between (const char *integer_of, const char *low, const char *high)
{
  g_autoptr (GString) key = g_string_new_len (integer_of, integer_length (integer_of));

  return append_between (key, low, high) ? g_steal_pointer (&key) : NULL;
}

static GString *
after_key (const char *before)
{
  GString *key = next_integer (before);

  return key != NULL ? key : fraction_above (before);
}

static GString *
before_key (const char *after)
{
  GString *key = previous_integer (after);

  return key != NULL ? key : fraction_between (after, "", after + integer_length (after));
}

static GString *
between_keys (const char *before, const char *after)
{
  gsize length = integer_length (before);
  g_autoptr (GString) next = NULL;

  if (strncmp (before, after, length) == 0)
    return fraction_between (before, before + length, after + length);

  next = next_integer (before);
  if (next != NULL && strncmp (next->str, after, next->len) < 0)
    return g_steal_pointer (&next);
  return fraction_above (before);
}

/**
 * baton_position_is_valid:
 *
 * Whether @position is a key that the functions here can work with: at most %BATON_POSITION_MAX_LENGTH
 * characters, a whole integer, and digits of base 62.
 */
gboolean
baton_position_is_valid (const char *position)
{
  gsize length, integer;

  if (position == NULL)
    return FALSE;
  length = strlen (position);
  integer = integer_length (position);
  return integer > 0 && length >= integer && length <= BATON_POSITION_MAX_LENGTH &&
         strspn (position, digits) == length;
}

/**
 * baton_position_between:
 * @before: (nullable): the key that the new one follows
 * @after: (nullable): the key that the new one precedes
 * @device: 12 hex digits in lower case
 *
 * Keys at the head and the tail grow logarithmically. Keys put again and again into one narrowing
 * place grow by a character for each six.
 *
 * Returns: (transfer full) (nullable): %NULL where the key would be too long, or where @before and @after
 *   are not two valid keys in order: then the neighbourhood is to be spaced anew, see baton_position_spread()
 */
char *
baton_position_between (const char *before, const char *after, const char *device)
{
  g_autoptr (GString) key = NULL;

  g_return_val_if_fail (device != NULL && device_is_valid (device), NULL);

  if ((before != NULL && !baton_position_is_valid (before)) ||
      (after != NULL && !baton_position_is_valid (after)) ||
      (before != NULL && after != NULL && strcmp (before, after) >= 0))
    return NULL;

  if (before != NULL && after != NULL)
    key = between_keys (before, after);
  else if (before != NULL)
    key = after_key (before);
  else if (after != NULL)
    key = before_key (after);
  else
    key = g_string_new ("a0");

  if (key == NULL || key->len + DEVICE_LENGTH > BATON_POSITION_MAX_LENGTH)
    return NULL;
  g_string_append (key, device);
  return g_string_free (g_steal_pointer (&key), FALSE);
}

/* Fills keys[first .. last) between @before and @after, the middle one first */
static gboolean
spread_between (char **keys,
                guint first,
                guint last,
                const char *before,
                const char *after,
                const char *device)
{
  guint middle = first + (last - first) / 2;

  if (first == last)
    return TRUE;
  keys[middle] = baton_position_between (before, after, device);
  return keys[middle] != NULL &&
         spread_between (keys, first, middle, before, keys[middle], device) &&
         spread_between (keys, middle + 1, last, keys[middle], after, device);
}

static gboolean
spread_after (char **keys, guint n, const char *before, const char *device)
{
  for (guint i = 0; i < n; i++)
    {
      keys[i] = baton_position_between (i > 0 ? keys[i - 1] : before, NULL, device);
      if (keys[i] == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
spread_before (char **keys, guint n, const char *after, const char *device)
{
  for (guint i = n; i > 0; i--)
    {
      keys[i - 1] = baton_position_between (NULL, i < n ? keys[i] : after, device);
      if (keys[i - 1] == NULL)
        return FALSE;
    }
  return TRUE;
}

static void
free_keys (char **keys, guint n)
{
  for (guint i = 0; i < n; i++)
    g_free (keys[i]);
  g_free (keys);
}

/**
 * baton_position_spread:
 * @before: (nullable): the key before them all
 * @after: (nullable): the key after them all
 * @n: how many
 * @device: 12 hex digits in lower case
 *
 * Keys of a few characters and the tail. Between two keys their length grows with the logarithm of @n.
 *
 * Returns: (transfer full) (nullable): @n keys in rising order; %NULL where @before and @after leave no room: then
 *   more of the neighbours are to be spaced with them
 */
GStrv
baton_position_spread (const char *before, const char *after, guint n, const char *device)
{
  char **keys = g_new0 (char *, (gsize) n + 1);
  gboolean done;

  if (after == NULL)
    done = spread_after (keys, n, before, device);
  else if (before == NULL)
    done = spread_before (keys, n, after, device);
  else
    done = spread_between (keys, 0, n, before, after, device);

  if (!done)
    {
      free_keys (keys, n);
      return NULL;
    }
  return keys;
}
