/* baton-change.h: what a server answers: results of edits sent, and changes of others
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "../core/baton-core.h"

G_BEGIN_DECLS

typedef enum
{
  BATON_RESULT_APPLIED,
  BATON_RESULT_MERGED,
  BATON_RESULT_DUPLICATE,
  BATON_RESULT_REFUSED,
} BatonResultStatus;

/**
 * BatonResult:
 *
 * What the server did with one edit.
 */
typedef struct
{
  char *edit;
  BatonResultStatus status;
  BatonClock clock; /* the one taken instead of the edit's; all zero: the edit's own */
  char *code;       /* refused: as in api.md */
  char *message;
} BatonResult;

/**
 * BatonChangeConflict:
 *
 * What lost against another value of the record that came, neither's author having seen the other's. `conflicts` in JSON, where there are any.
 */
typedef struct
{
  char *field;
  BatonValue value;
  BatonClock clock;
  BatonClock winner; /* of what it lost against; merged notes stand under another */
} BatonChangeConflict;

/**
 * BatonChange:
 *
 * One change in a scope: a record whole, a record that left the scope, or the whole scope gone.
 * In JSON: `record` and `clocks`; or `leave` with the record's id, and `purged` where it is gone for good; or, without `entity`, `leave` with true.
 */
typedef struct
{
  char *scope;
  char *place;
  char *after;
  gboolean scope_left;
  BatonEntity entity;
  char *left;           /* the id of a record that left; nullable */
  gboolean purged;      /* it was deleted long ago, and is gone for good */
  BatonRecord *record;  /* nullable */
  GPtrArray *conflicts; /* of BatonChangeConflict; nullable */
} BatonChange;

BatonResult *baton_result_from_json (JsonNode *node, GError **error);
void baton_result_free (BatonResult *result);
BatonChange *baton_change_from_json (JsonNode *node, GError **error);
void baton_change_free (BatonChange *change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonResult, baton_result_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonChange, baton_change_free)

G_END_DECLS
