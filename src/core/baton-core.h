/* baton-core.h: all of core
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-clock.h"
#include "baton-due.h"
#include "baton-edit.h"
#include "baton-error.h"
#include "baton-filter.h"
#include "baton-json.h"
#include "baton-merge.h"
#include "baton-position.h"
#include "baton-quick-add.h"
#include "baton-record.h"
#include "baton-recurrence.h"
#include "baton-repeat-words.h"
#include "baton-schema.h"
#include "baton-uuid.h"
#include "baton-validation.h"
#include "baton-value.h"
