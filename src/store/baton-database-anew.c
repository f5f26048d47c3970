/* baton-database-anew.c: another record under the same id
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was deleted and purged is made anew by a device that had edited it meanwhile. What another device kept of the old one is no part of that. The
 * server says once, with a clock of its own, who has made a record; of what has no maker, a clock that was set is unset in this way alone.
 */
#define G_LOG_DOMAIN "baton-store"

#include "baton-database-private.h"

static const char *
get_origin_key (const BatonRecord *record)
{
  return baton_record_get_entity (record) == BATON_ENTITY_COMMENT ? "author_id" : "created_by";
}

static BatonClock
get_origin (const BatonRecord *record)
{
  return baton_record_get_clock (record, get_origin_key (record));
}

static void
take_key (BatonRecord *record, const BatonRecord *came, const char *key)
{
  BatonClock clock = baton_record_get_clock (came, key);

  if (baton_clock_is_set (&clock))
    baton_record_put (record, key, baton_record_get_own (came, key), &clock);
}

/* Who made it, and when: two devices may have made it (the next occurrence of a series), and sent it whole to a server that was set back, each with its
 * own time under a clock of another field. What the server says of it is not merged, but taken. */
void
baton_database_take_origin (BatonRecord *record, const BatonRecord *came)
{
  take_key (record, came, get_origin_key (came));
  take_key (record, came, "created_at");
}

gboolean
baton_database_is_made_anew (const BatonRecord *before, const BatonRecord *came, gboolean waits)
{
  BatonClock made = get_origin (before);
  BatonClock made_anew = get_origin (came);
  BatonClock stood = baton_record_get_clock (before, "deleted");
  BatonClock stands = baton_record_get_clock (came, "deleted");

  if (baton_clock_is_set (&made) && baton_clock_compare (&made, &made_anew) < 0)
    return TRUE;
  return !waits && baton_clock_is_set (&stood) && !baton_clock_is_set (&stands);
}
