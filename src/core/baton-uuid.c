/* baton-uuid.c: UUIDs of version 7 (made anywhere, sort by time) and 5 (made alike everywhere)
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-core"

#include "baton-uuid.h"

#include <sys/random.h>

#define N_BYTES       16
#define SHA1_LENGTH   20
#define RANDOM_A_MAX  0xfff
#define RANDOM_B_MASK ((G_GUINT64_CONSTANT (1) << 62) - 1)
#define MS_MAX        G_GINT64_CONSTANT (0xffffffffffff)

/* What follows the milliseconds, as one number of 74 bits that can be counted up */
typedef struct
{
  gint64 ms;
  guint a;   /* 12 bits */
  guint64 b; /* 62 bits */
} Tail;

static gboolean
is_dash_place (guint place)
{
  return place == 8 || place == 13 || place == 18 || place == 23;
}

static char *
format_bytes (const guint8 *bytes)
{
  static const char digits[] = "0123456789abcdef";
  char *text = g_malloc (BATON_UUID_LENGTH + 1);
  guint nibble = 0;

  for (guint i = 0; i < BATON_UUID_LENGTH; i++)
    {
      if (is_dash_place (i))
        {
          text[i] = '-';
          continue;
        }
      text[i] = digits[nibble % 2 == 0 ? bytes[nibble / 2] >> 4 : bytes[nibble / 2] & 0xf];
      nibble++;
    }
  text[BATON_UUID_LENGTH] = '\0';
  return text;
}

static void
parse_bytes (const char *text, guint8 *bytes)
{
  guint nibble = 0;

  for (guint i = 0; i < BATON_UUID_LENGTH; i++)
    {
      if (is_dash_place (i))
        continue;
      guint8 digit = (guint8) g_ascii_xdigit_value (text[i]);
      bytes[nibble / 2] = nibble % 2 == 0 ? digit << 4 : bytes[nibble / 2] | digit;
      nibble++;
    }
}

static void
set_version (guint8 *bytes, guint8 version)
{
  bytes[6] = (bytes[6] & 0x0f) | version << 4;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
}

static char *
format_tail (const Tail *tail)
{
  guint8 bytes[N_BYTES];
  gint64 ms = CLAMP (tail->ms, 0, MS_MAX);

  for (int i = 0; i < 6; i++)
    bytes[i] = (guint8) (ms >> (40 - 8 * i));
  bytes[6] = (guint8) (tail->a >> 8);
  bytes[7] = (guint8) tail->a;
  for (int i = 0; i < 8; i++)
    bytes[8 + i] = (guint8) (tail->b >> (56 - 8 * i));
  set_version (bytes, 7);
  return format_bytes (bytes);
}

static void
tail_from_random (Tail *tail, gint64 ms, const guint8 random[10])
{
  tail->ms = ms;
  tail->a = (random[0] << 8 | random[1]) & RANDOM_A_MAX;
  tail->b = 0;
  for (int i = 2; i < 10; i++)
    tail->b = tail->b << 8 | random[i];
  tail->b &= RANDOM_B_MASK;
}

/* RFC 9562, section 6.2, method 2: the random part counts up by a random step */
static void
tail_advance (Tail *tail, const guint8 random[10])
{
  guint64 step = 1;

  for (int i = 0; i < 4; i++)
    step += (guint64) random[i] << (8 * i);
  tail->b += step;
  if (tail->b <= RANDOM_B_MASK)
    return;
  tail->b &= RANDOM_B_MASK;
  if (tail->a++ < RANDOM_A_MAX)
    return;
  tail->a = 0;
  tail->ms++;
}

static void
system_random (guint8 *bytes, gsize n_bytes, gpointer data)
{
  if (getrandom (bytes, n_bytes, 0) != (gssize) n_bytes)
    g_error ("The system gives no random bytes: %s", g_strerror (errno));
}

/* The identifiers of this process rise, whoever asks */
static struct
{
  GMutex mutex;
  BatonUuidRandom random;
  gpointer data;
  Tail last;
} source = { .random = system_random, .last = { .ms = -1 } };

void
baton_uuid_set_random (BatonUuidRandom random, gpointer data)
{
  source.random = random != NULL ? random : system_random;
  source.data = data;
  source.last = (Tail) { .ms = -1 };
}

char *
baton_uuid_new (gint64 now_ms)
{
  g_autoptr (GMutexLocker) locker = NULL;
  guint8 random[10];

  source.random (random, sizeof random, source.data);
  locker = g_mutex_locker_new (&source.mutex);
  if (now_ms > source.last.ms)
    tail_from_random (&source.last, now_ms, random);
  else
    tail_advance (&source.last, random);
  return format_tail (&source.last);
}

char *
baton_uuid_new_from (gint64 ms, const guint8 random[10])
{
  Tail tail;

  tail_from_random (&tail, ms, random);
  return format_tail (&tail);
}

char *
baton_uuid_from_name (const char *namespace_uuid, const char *name)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA1);
  guint8 bytes[N_BYTES];
  guint8 digest[SHA1_LENGTH];
  gsize length = sizeof digest;

  g_return_val_if_fail (baton_uuid_is_valid (namespace_uuid), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  parse_bytes (namespace_uuid, bytes);
  g_checksum_update (checksum, bytes, sizeof bytes);
  g_checksum_update (checksum, (const guchar *) name, (gssize) strlen (name));
  g_checksum_get_digest (checksum, digest, &length);
  set_version (digest, 5);
  return format_bytes (digest);
}

/* --- from person to person ----------------------------------------------- */

static void
read_tail (const guint8 *bytes, Tail *tail)
{
  tail->a = (bytes[6] << 8 | bytes[7]) & RANDOM_A_MAX;
  tail->b = 0;
  for (int i = 8; i < N_BYTES; i++)
    tail->b = tail->b << 8 | bytes[i];
  tail->b &= RANDOM_B_MASK;
}

static void
write_tail (guint8 *bytes, const Tail *tail)
{
  guint8 version = bytes[6] >> 4;

  bytes[6] = (guint8) (tail->a >> 8);
  bytes[7] = (guint8) tail->a;
  for (int i = 0; i < 8; i++)
    bytes[8 + i] = (guint8) (tail->b >> (56 - 8 * i));
  set_version (bytes, version);
}

/* How far the ids of a person are from those of nobody */
static void
get_distance (const char *person, Tail *distance)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest[32];
  gsize length = sizeof digest;

  g_checksum_update (checksum, (const guchar *) person, (gssize) strlen (person));
  g_checksum_get_digest (checksum, digest, &length);
  read_tail (digest, distance);
}

char *
baton_uuid_hand_over (const char *uuid, const char *from, const char *to)
{
  guint8 bytes[N_BYTES];
  Tail tail, before, after;

  g_return_val_if_fail (baton_uuid_is_valid (uuid), NULL);
  g_return_val_if_fail (from != NULL && to != NULL, NULL);

  parse_bytes (uuid, bytes);
  read_tail (bytes, &tail);
  get_distance (from, &before);
  get_distance (to, &after);
  tail.a = (tail.a + after.a - before.a) & RANDOM_A_MAX;
  tail.b = (tail.b + after.b - before.b) & RANDOM_B_MASK;
  write_tail (bytes, &tail);
  return format_bytes (bytes);
}

gboolean
baton_uuid_is_valid (const char *text)
{
  if (text == NULL)
    return FALSE;

  for (guint i = 0; i < BATON_UUID_LENGTH; i++)
    {
      if (is_dash_place (i) ? text[i] != '-'
                            : !g_ascii_isxdigit (text[i]) || g_ascii_isupper (text[i]))
        return FALSE;
    }
  return text[BATON_UUID_LENGTH] == '\0';
}

static gboolean
has_version (const char *text, char version)
{
  return baton_uuid_is_valid (text) && text[14] == version && strchr ("89ab", text[19]) != NULL;
}

gboolean
baton_uuid_is_v7 (const char *text)
{
  return has_version (text, '7');
}

gboolean
baton_uuid_is_v5 (const char *text)
{
  return has_version (text, '5');
}
