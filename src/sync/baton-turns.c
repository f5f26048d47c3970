/* baton-turns.c: what the engine's thread does, one thing at a time, and an end to each
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#define G_LOG_DOMAIN "baton-sync"

#include "baton-turns.h"

/* All of it under the mutex */
struct _BatonTurns
{
  GMutex mutex;
  GCancellable *current; /* owned, nullable */
  gboolean is_request;   /* what is under way is no round */
  guint requests;        /* that wait */
  guint interrupts;      /* that were not taken yet */
  gboolean ended;
};

BatonTurns *
baton_turns_new (void)
{
  BatonTurns *turns = g_new0 (BatonTurns, 1);

  g_mutex_init (&turns->mutex);
  return turns;
}

void
baton_turns_free (BatonTurns *turns)
{
  if (turns == NULL)
    return;
  g_clear_object (&turns->current);
  g_mutex_clear (&turns->mutex);
  g_free (turns);
}

static void
end_round (BatonTurns *turns, guint *reason)
{
  g_autoptr (GCancellable) round = NULL;

  g_mutex_lock (&turns->mutex);
  *reason += 1;
  if (turns->current != NULL && !turns->is_request)
    round = g_object_ref (turns->current);
  g_mutex_unlock (&turns->mutex);
  if (round != NULL)
    g_cancellable_cancel (round);
}

void
baton_turns_make_way (BatonTurns *turns)
{
  end_round (turns, &turns->requests);
}

void
baton_turns_interrupt (BatonTurns *turns)
{
  end_round (turns, &turns->interrupts);
}

void
baton_turns_take_interrupt (BatonTurns *turns)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&turns->mutex);

  turns->interrupts--;
}

void
baton_turns_end (BatonTurns *turns)
{
  g_autoptr (GCancellable) current = NULL;

  g_mutex_lock (&turns->mutex);
  turns->ended = TRUE;
  g_set_object (&current, turns->current);
  g_mutex_unlock (&turns->mutex);
  if (current != NULL)
    g_cancellable_cancel (current);
}

static GCancellable *
enter (BatonTurns *turns, gboolean is_request)
{
  GCancellable *cancellable = g_cancellable_new ();

  if (turns->ended || (!is_request && turns->requests + turns->interrupts > 0))
    g_cancellable_cancel (cancellable);
  g_set_object (&turns->current, cancellable);
  turns->is_request = is_request;
  return cancellable;
}

GCancellable *
baton_turns_enter_round (BatonTurns *turns)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&turns->mutex);

  return enter (turns, FALSE);
}

GCancellable *
baton_turns_enter_request (BatonTurns *turns)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&turns->mutex);

  turns->requests--;
  return enter (turns, TRUE);
}

void
baton_turns_leave (BatonTurns *turns)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&turns->mutex);

  g_clear_object (&turns->current);
}
