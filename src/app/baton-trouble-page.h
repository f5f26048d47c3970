/* baton-trouble-page.h: says why there are no tasks to show, and what can be done
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define BATON_TYPE_TROUBLE_PAGE (baton_trouble_page_get_type ())
G_DECLARE_FINAL_TYPE (BatonTroublePage, baton_trouble_page, BATON, TROUBLE_PAGE, AdwBin)

/* Its buttons activate `app.retry`, `app.show-folder` and `app.set-aside` */
GtkWidget *baton_trouble_page_new (const GError *error);

G_END_DECLS
