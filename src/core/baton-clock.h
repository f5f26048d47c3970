/* baton-clock.h: hybrid logical clocks
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* 12 hex digits of Unix milliseconds, '-', 4 of counter, '-', 12 of the device */
#define BATON_CLOCK_TEXT_LENGTH 30
/* The end of the year 9999, which RFC 3339 ends with: a clock beyond it is no clock */
#define BATON_CLOCK_MAX_MS G_GINT64_CONSTANT (253402300799999)

/**
 * BatonClock:
 * @time: Unix milliseconds in the upper 48 bits, counter in the lower 16
 * @node: the device's id, 48 bits; 0 is the server
 *
 * One reading of a hybrid logical clock (Kulkarni and others, 2014). All zero: never set.
 */
typedef struct
{
  guint64 time;
  guint64 node;
} BatonClock;

/**
 * BatonHlc:
 *
 * A device's clock: it never runs behind what the device has seen, and never gives a reading twice.
 * A full counter carries into the milliseconds.
 */
typedef struct
{
  guint64 last; /* as BatonClock.time */
  guint64 node;
} BatonHlc;

int baton_clock_compare (const BatonClock *a, const BatonClock *b);
gboolean baton_clock_is_set (const BatonClock *clock);
gint64 baton_clock_get_ms (const BatonClock *clock);
/* @text takes BATON_CLOCK_TEXT_LENGTH + 1 bytes; the texts sort as the clocks do */
void baton_clock_to_text (const BatonClock *clock, char *text);
char *baton_clock_dup_text (const BatonClock *clock);
/* FALSE, and @clock untouched, for anything but the 30 characters in lower case, up to BATON_CLOCK_MAX_MS */
gboolean baton_clock_from_text (const char *text, BatonClock *clock);

/* @now_ms: Unix milliseconds by the wall clock, which may be wrong */
BatonClock baton_hlc_tick (BatonHlc *hlc, gint64 now_ms);
void baton_hlc_observe (BatonHlc *hlc, const BatonClock *seen);
/* The server said that this device's clock ran ahead: back to the server's time */
void baton_hlc_reset (BatonHlc *hlc, gint64 server_ms);

/* 12 hex digits; FALSE for anything else */
gboolean baton_device_id_parse (const char *text, guint64 *node);

G_END_DECLS
