/* baton-schema.h: every field of every entity, described once
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

#include "baton-value.h"

G_BEGIN_DECLS

typedef enum
{
  BATON_ENTITY_PROJECT,
  BATON_ENTITY_TASK,
  BATON_ENTITY_TAG,
  BATON_ENTITY_REMINDER,
  BATON_ENTITY_COMMENT,
  BATON_ENTITY_ATTACHMENT,
  BATON_ENTITY_FILTER,
} BatonEntity;
#define BATON_N_ENTITIES 7

/**
 * BatonFieldType:
 * @BATON_FIELD_TEXT: one line of text; @min and @max count characters
 * @BATON_FIELD_NOTES: many lines, merged three-way on the server
 * @BATON_FIELD_BOOL: true or false
 * @BATON_FIELD_INT: @min to @max
 * @BATON_FIELD_CHOICE: one of @choices
 * @BATON_FIELD_ID: a UUID
 * @BATON_FIELD_TIME: RFC 3339 in UTC with milliseconds, `2026-11-20T09:30:00.000Z`
 * @BATON_FIELD_DUE: `YYYY-MM-DD` or `YYYY-MM-DDTHH:MM`
 * @BATON_FIELD_ZONE: an IANA time zone
 * @BATON_FIELD_RRULE: RFC 5545 recurrence rule
 * @BATON_FIELD_COLOR: `#rrggbb`
 * @BATON_FIELD_POSITION: a fractional index
 * @BATON_FIELD_SET: a set of texts of @min to @max characters, at most @most of them; each element is a field
 *   of its own, `name.element`, with a boolean value
 */
typedef enum
{
  BATON_FIELD_TEXT,
  BATON_FIELD_NOTES,
  BATON_FIELD_BOOL,
  BATON_FIELD_INT,
  BATON_FIELD_CHOICE,
  BATON_FIELD_ID,
  BATON_FIELD_TIME,
  BATON_FIELD_DUE,
  BATON_FIELD_ZONE,
  BATON_FIELD_RRULE,
  BATON_FIELD_COLOR,
  BATON_FIELD_POSITION,
  BATON_FIELD_SET,
} BatonFieldType;

/**
 * BatonFieldFlags:
 * @BATON_FIELD_REQUIRED: not null in a whole record
 * @BATON_FIELD_FIXED: set by the edit that creates the record, not changed after
 * @BATON_FIELD_SERVER: only the server sets it; a device's edit that names it is refused
 * @BATON_FIELD_QUIET: nobody writes it by hand, so that two values of it are no conflict to show
 */
typedef enum
{
  BATON_FIELD_PLAIN = 0,
  BATON_FIELD_REQUIRED = 1 << 0,
  BATON_FIELD_FIXED = 1 << 1,
  BATON_FIELD_SERVER = 1 << 2,
  BATON_FIELD_QUIET = 1 << 3,
} BatonFieldFlags;

typedef struct
{
  const char *name;
  BatonFieldType type;
  BatonFieldFlags flags;
  gint64 min;
  gint64 max;
  int most;                   /* sets: how many elements */
  const char *const *choices; /* NULL-terminated, in their order */
  const char *fallback;       /* what an unset field reads as, as text; NULL: null */
} BatonField;

/* "task" and so on; FALSE for anything else */
const char *baton_entity_get_name (BatonEntity entity);
gboolean baton_entity_from_name (const char *name, BatonEntity *entity);

/* In the order of JSON and SQL; @n_fields nullable */
const BatonField *baton_schema_get_fields (BatonEntity entity, guint *n_fields);
/* The field that @key names (`title`, or `tags.errands` for the set `tags`), its place in @index (nullable), and
 * the element's name in @element (nullable, borrowed from @key). NULL for one that this version does not know. */
const BatonField *
baton_schema_lookup (BatonEntity entity, const char *key, guint *index, const char **element);
/* Whether nobody writes it by hand (BATON_FIELD_QUIET); FALSE for a field that this version does not know */
gboolean baton_schema_is_quiet (BatonEntity entity, const char *key);
/* What an unset field reads as; borrowed */
const BatonValue *baton_schema_get_fallback (BatonEntity entity, guint index);
/* The place of @choice among the field's choices, or -1 */
int baton_field_get_choice (const BatonField *field, const char *choice);

G_END_DECLS
