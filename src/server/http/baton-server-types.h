/* baton-server-types.h: the server's types, named before they are told
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../../core/baton-core.h"
#include "../../sql/baton-sql.h"

G_BEGIN_DECLS

typedef struct _BatonServer BatonServer;
typedef struct _BatonServerAuth BatonServerAuth;
typedef struct _BatonServerReply BatonServerReply;
typedef struct _BatonServerRequest BatonServerRequest;
typedef struct _BatonServerRoute BatonServerRoute;
typedef struct _BatonServerTotals BatonServerTotals;
typedef struct _BatonServerWriter BatonServerWriter;

G_END_DECLS
