/* baton-fake-remote.h: a remote with a server in memory behind it, and faults between
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../src/sync/baton-remote.h"
#include "baton-fake-server.h"

G_BEGIN_DECLS

typedef enum
{
  BATON_FAULT_NONE,
  BATON_FAULT_LOST_BEFORE, /* the request never arrives */
  BATON_FAULT_LOST_AFTER,  /* it takes effect, and the answer never arrives */
  BATON_FAULT_TWICE,       /* it arrives twice; the second answer is given */
  BATON_FAULT_BUSY,
  BATON_N_HONEST_FAULTS, /* what follows are lies of a server, or of something that stands in its place */
  BATON_FAULT_EMPTY = BATON_N_HONEST_FAULTS, /* no results, no changes, no places */
  BATON_FAULT_NO_RESULTS,
  BATON_FAULT_FOREIGN_RESULT,
  BATON_FAULT_RESULT_TWICE,
  BATON_FAULT_CURSOR_BEHIND,
  BATON_FAULT_OTHER_SERVER,
  BATON_FAULT_MORE_FOREVER,
  BATON_FAULT_CUT_SHORT, /* half of the bytes */
  BATON_FAULT_HTML,
  BATON_N_FAULTS,
} BatonFault;

#define BATON_TYPE_FAKE_REMOTE (baton_fake_remote_get_type ())
G_DECLARE_FINAL_TYPE (BatonFakeRemote, baton_fake_remote, BATON, FAKE_REMOTE, GObject)

/* @server is borrowed */
BatonFakeRemote *baton_fake_remote_new (BatonFakeServer *server);
/* For the exchanges to come, one after another */
void baton_fake_remote_push (BatonFakeRemote *self, BatonFault fault);
/* So many changes come down at most, whatever is asked for; 0: as asked */
void baton_fake_remote_set_limit (BatonFakeRemote *self, guint limit);
guint baton_fake_remote_get_n_exchanges (BatonFakeRemote *self);
/* The most edits that one exchange sent */
guint baton_fake_remote_get_most_edits (BatonFakeRemote *self);
gsize baton_fake_remote_get_most_bytes (BatonFakeRemote *self);

G_END_DECLS
