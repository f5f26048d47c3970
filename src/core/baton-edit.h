/* baton-edit.h: what a person does: fields of one record set to new values
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-record.h"

G_BEGIN_DECLS

/**
 * BatonEditField:
 * @base: the clock that stood at the key when the edit was made; all zero: none
 * @was: notes only: the text that the edit started from; nullable
 */
typedef struct
{
  char *key;
  BatonValue value;
  BatonClock base;
  char *was;
} BatonEditField;

/**
 * BatonEdit:
 *
 * The only way to change a record. Made by the window, the command line, D-Bus, an import and undo alike, and
 * stamped (id, clock, bases) in the transaction that applies it.
 */
typedef struct _BatonEdit BatonEdit;

BatonEdit *baton_edit_new (BatonEntity entity, const char *record_id);
BatonEdit *baton_edit_ref (BatonEdit *edit);
void baton_edit_unref (BatonEdit *edit);

/* A second set of one key replaces the first. Null is the field's fallback, where it has one. */
void baton_edit_set (BatonEdit *edit, const char *key, const BatonValue *value);
void baton_edit_set_text (BatonEdit *edit, const char *key, const char *text);
void baton_edit_set_int (BatonEdit *edit, const char *key, gint64 integer);
void baton_edit_set_bool (BatonEdit *edit, const char *key, gboolean boolean);
/* @name.element in or out */
void
baton_edit_set_element (BatonEdit *edit, const char *name, const char *element, gboolean present);
/* Sets the set @name to exactly @elements: adds and removes against @state (nullable) */
void baton_edit_set_elements (BatonEdit *edit,
                              const char *name,
                              const char *const *elements,
                              const BatonRecord *state);

BatonEntity baton_edit_get_entity (const BatonEdit *edit);
const char *baton_edit_get_record (const BatonEdit *edit);
const char *baton_edit_get_id (const BatonEdit *edit); /* NULL until stamped */
BatonClock baton_edit_get_clock (const BatonEdit *edit);
void baton_edit_set_clock (BatonEdit *edit, const BatonClock *clock);
/* In the order they were set; borrowed */
const BatonEditField *baton_edit_get_fields (const BatonEdit *edit, guint *n_fields);
const BatonEditField *baton_edit_lookup (const BatonEdit *edit, const char *key);

/* Gives the edit its id and clock; takes each key's base (and notes' `was`) from @state, NULL where the record is new */
void baton_edit_stamp (BatonEdit *edit,
                       const char *id,
                       const BatonClock *clock,
                       const BatonRecord *state);

/* As baton_edit_stamp() gives them, one by one: for an edit that comes from elsewhere. @key is set already; @was nullable. */
void baton_edit_set_id (BatonEdit *edit, const char *id);
void
baton_edit_set_base (BatonEdit *edit, const char *key, const BatonClock *base, const char *was);

/* Of an edit that is the first of several which make a task anew: the project that one of those after it puts it into; nullable. Whoever may make no task
 * there makes none elsewhere either: an id belongs to whoever made it, and the others would be refused. */
const char *baton_edit_get_project (const BatonEdit *edit);
void baton_edit_set_project (BatonEdit *edit, const char *project);
/* Of an edit that makes a project again, which the server has lost: who made it before, whose it is to be; nullable */
const char *baton_edit_get_creator (const BatonEdit *edit);
void baton_edit_set_creator (BatonEdit *edit, const char *user);

/* Checks every field against the schema, and the whole against @state as it will be: required fields (a record that is
 * new needs them), at most so many elements in a set, and so much that the schema does not know, fixed fields unchanged. @from_device: fields that only the server
 * sets are a problem. Adds to @problems; TRUE where there were none. */
gboolean baton_edit_validate (const BatonEdit *edit,
                              const BatonRecord *state,
                              gboolean from_device,
                              GPtrArray *problems);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BatonEdit, baton_edit_unref)

G_END_DECLS
