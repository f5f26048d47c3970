/* baton-recurrence-private.h: what the files of recurrence share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-recurrence.h"

G_BEGIN_DECLS

/* The place of @task in its series, from 1 */
gint64 baton_recurrence_get_number (const BatonRecord *task);
/* The id of its first task */
const char *baton_recurrence_get_series (const BatonRecord *task);
/* What an occurrence has of the one before. @next: what it is now, NULL where it is new */
void baton_recurrence_copy_fields (BatonEdit *edit,
                                   const BatonRecord *from,
                                   const BatonRecord *next);

G_END_DECLS
