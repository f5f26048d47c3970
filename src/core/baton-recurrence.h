/* baton-recurrence.h: what comes after a repeating task is done
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-edit.h"

G_BEGIN_DECLS

/* When the occurrence after @task, done at @now, is due; NULL: none, the series is over or the rule cannot be read */
char *baton_recurrence_dup_next_due (const BatonRecord *task, GDateTime *now);
/* The first due at or after @from (a due) that @rule has; NULL: none, or no rule */
char *baton_recurrence_dup_first_due (const char *rule, const char *from);

/* The edit that makes the occurrence after @completed, or, where @next (that occurrence, deleted) is given, brings it back.
 * NULL: the series is over, or @completed does not repeat. Without `created_at` and `position`, which are the caller's. */
BatonEdit *baton_recurrence_dup_next (const BatonRecord *completed,
                                      const BatonRecord *next,
                                      GDateTime *now);
/* The id of the occurrence after @task, on every device the same */
char *baton_recurrence_dup_next_id (const BatonRecord *task);
/* The time of the clock that an occurrence made from @completed takes: that of what was copied */
guint64 baton_recurrence_get_time (const BatonRecord *completed);
/* Whether @edit makes an occurrence: nobody has written the values in it */
gboolean baton_recurrence_is_making (const BatonEdit *edit);
/* Whether what stands at @key is as the making of an occurrence left it */
gboolean baton_recurrence_is_as_made (const BatonRecord *record, const char *key);

/**
 * BatonRecurrenceTree:
 * @list: the ids of what hangs on @task itself and is not deleted, in order
 * @get: *task: NULL where there is none
 * @put: writes @edit, which makes a copy of @from, or brings @copy back; @time: that of the clock of a new one. It is without `created_at` and
 *   `position`. *there: whether it came to anything
 *
 * How tasks are read and written where an occurrence is made.
 */
typedef struct
{
  GStrv (*list) (const char *task, gpointer data, GError **error);
  gboolean (*get) (const char *id, BatonRecord **task, gpointer data, GError **error);
  gboolean (*put) (BatonEdit *edit,
                   const BatonRecord *from,
                   const BatonRecord *copy,
                   guint64 time,
                   gboolean *there,
                   gpointer data,
                   GError **error);
} BatonRecurrenceTree;
/* What hangs on @completed comes again with the occurrence that @next has made, to be done anew. What is there is left as it is. */
gboolean baton_recurrence_copy_subtasks (const BatonRecord *completed,
                                         const BatonEdit *next,
                                         const BatonRecurrenceTree *tree,
                                         gpointer data,
                                         GError **error);

G_END_DECLS
