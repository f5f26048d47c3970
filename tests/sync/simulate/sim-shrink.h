/* sim-shrink.h: a failed run with as few steps as can be found
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "sim-world.h"

G_BEGIN_DECLS

/* The failure of @plan, or NULL; owned by the caller */
char *sim_try (const SimPlan *plan, const SimTemplates *templates, gboolean verbose);
/* Leaves out what is not needed for a failure (any), for at most @seconds; owned by the caller */
SimPlan *sim_shrink (const SimPlan *plan, const SimTemplates *templates, guint seconds);

G_END_DECLS
