/* baton-turns.h: what the engine's thread does, one thing at a time, and an end to each; private to this part
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _BatonTurns BatonTurns;

BatonTurns *baton_turns_new (void);
void baton_turns_free (BatonTurns *turns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonTurns, baton_turns_free)

/* Any thread. The round under way ends, and none goes on until the request has begun. */
void baton_turns_make_way (BatonTurns *turns);
/* Any thread. The round under way ends, and none goes on until baton_turns_take_interrupt(). */
void baton_turns_interrupt (BatonTurns *turns);
/* Any thread. Whatever is under way ends now, and whatever begins later at once. */
void baton_turns_end (BatonTurns *turns);

/* The worker's thread. What begins is to stop when what is returned is cancelled. */
GCancellable *baton_turns_enter_round (BatonTurns *turns);
GCancellable *baton_turns_enter_request (BatonTurns *turns);
void baton_turns_leave (BatonTurns *turns);
void baton_turns_take_interrupt (BatonTurns *turns);

G_END_DECLS
