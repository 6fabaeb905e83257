/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/session.h: a workload on chains that there are, from its requests
 * being made to what it came to.
 */
#ifndef TOOLS_BENCH_SESSION_H
#define TOOLS_BENCH_SESSION_H

#include "tools/bench/load.h"
#include "tools/bench/options.h"
#include "tools/bench/ticker.h"

typedef struct {
	const BenchOptions *options;
	Target *target;
	Ticker *ticker;
	Result *result;
	LoadPlan plan; /* for the chains' framework */
	Maker *maker;
	Stock *stock;
	StockPlace place;
	Load *load;
} Session;

/* Reads the plan, learns how transactions are made, and connects. The target
 * has its chains. FALSE with an error; the session is to be cleared in any
 * case. */
gboolean session_open(Session *session, GError **error);
void session_clear(Session *session);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Session, session_clear)

/* Makes so many more requests' transactions. FALSE with an error. */
gboolean session_make(Session *session, guint64 n, GError **error);
/* Drops what has been made. */
void session_forget(Session *session);
/* Sends without a record of it. */
void session_warm_up(Session *session, const LoadHow *how);
/* Sends what was made last, with the nodes' counters before and after, and with
 * those who listen meanwhile. NULL with an error. */
Run *session_measure(Session *session, const LoadHow *how, GError **error);
/* All that the plan says, but a ramp; its result is added. FALSE with an error.
 */
gboolean session_run(Session *session, const char *label, GError **error);

#endif
