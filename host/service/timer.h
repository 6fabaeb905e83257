/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/timer.h: timers of chains. What is armed belongs to the strand;
 * the clock that runs out belongs to the main loop, and what it says counts
 * only if the strand still has that setting.
 */
#ifndef HOST_SERVICE_TIMER_H
#define HOST_SERVICE_TIMER_H

#include <bsn/host.h>
#include <glib.h>

typedef struct ArmedTimer ArmedTimer;

/* A chain's timers; zeroed is empty. Strand only. */
typedef struct {
	GHashTable *settings; /* id -> setting number; NULL when never used */
	guint64 last_setting;
} ChainTimers;

int32_t timer_set(bsn_chain *chain, guint64 id, guint64 delay_ms);
void timer_cancel(bsn_chain *chain, guint64 id);
/* Disarms all; strand. */
void timer_clear(bsn_chain *chain);
/* Frees what still runs on the main loop, when the loop has ended. */
void timer_free_armed(ArmedTimer *first);

#endif
