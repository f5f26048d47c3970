/* baton-server-next.h: the next occurrence of a task that repeats
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-server-body.h"

G_BEGIN_DECLS

/* A request has changed the task that was @before; where it is done now, and repeats, the occurrence after it is made, or brought back
 * where it is deleted. *next is that occurrence as it stands, NULL where there is none that the person sees; where a part may not be made, @reply
 * says so. Where others have taken an id that is needed, the series gets a new name, and @completed says so. For requests alone: a device
 * sends its own. Writer's thread. */
gboolean baton_server_next_make (BatonServerRequest *request,
                                 BatonServerReply *reply,
                                 const BatonRecord *before,
                                 BatonServerApplied *completed,
                                 BatonServerRow **next,
                                 GError **error);

G_END_DECLS
