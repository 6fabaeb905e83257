/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/trace.h: what happened, one line after the other.
 *
 *	STEP SECONDS NODE WHAT DETAILS
 *
 * STEP counts from 1, SECONDS is virtual time with six digits, NODE is n0, n1,
 * ... (n3' is the second process of a Byzantine node) or "-". Lines hold
 * nothing but what follows from the seed: no address, no real time, no order of
 * a hash table. The digest is FNV-1a over all lines with their line feeds, so
 * that two runs can be compared by one number.
 */
#ifndef TOOLS_SIM_TRACE_H
#define TOOLS_SIM_TRACE_H

#include <glib.h>

typedef struct SimTrace SimTrace;

/* Keeps the last `kept` lines; prints each to stdout when told so. */
SimTrace *sim_trace_new(guint kept, gboolean print);
void sim_trace_free(SimTrace *trace);

/* Where the next lines happen. `node` is borrowed. */
void sim_trace_at(SimTrace *trace, guint64 step, guint64 now_us);
void sim_trace(SimTrace *trace, const char *node, const char *format, ...)
	G_GNUC_PRINTF(3, 4);

guint64 sim_trace_digest(const SimTrace *trace);
/* The kept lines, the oldest first; g_free it. */
char *sim_trace_tail(const SimTrace *trace);

#endif
