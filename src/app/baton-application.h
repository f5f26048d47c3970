/* baton-application.h: the app: its data, its window, its notifications
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "../store/baton-store.h"

G_BEGIN_DECLS

#define BATON_TYPE_APPLICATION (baton_application_get_type ())
G_DECLARE_FINAL_TYPE (BatonApplication, baton_application, BATON, APPLICATION, AdwApplication)

/* @folder: where the data is; NULL: the person's own */
BatonApplication *baton_application_new (const char *folder, GApplicationFlags flags);
/* NULL until it is open */
BatonStore *baton_application_get_store (BatonApplication *self);

G_END_DECLS
