/* baton-application-private.h: what the app's files share
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "baton-application.h"
#include "baton-window.h"

G_BEGIN_DECLS

/* baton-application.c */
void baton_application_open (BatonApplication *self);
const char *baton_application_get_folder (BatonApplication *self);
/* (nullable) */
BatonWindow *baton_application_get_window (BatonApplication *self);

/* baton-application-actions.c: `about`, `quit`, and the ways out of trouble */
void baton_application_add_actions (BatonApplication *self);

G_END_DECLS
