/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/load.h: requests from a stock, sent and answered: in a closed
 * loop, where an answer sends the next one, or in an open one, where each has
 * its turn, whether answers have come or not. A latency of an open loop begins
 * when its turn was, also when there was no connection left then.
 *
 * One thread for all connections.
 */
#ifndef TOOLS_BENCH_LOAD_H
#define TOOLS_BENCH_LOAD_H

#include "tools/bench/maker.h"
#include "tools/bench/result.h"
#include "tools/bench/stock.h"
#include "tools/bench/target.h"

typedef struct {
	double rate;	  /* transactions a second; 0: a closed loop */
	gboolean poisson; /* turns by chance, as many a second */
	guint64 n;	  /* transactions at most */
	/* Of a closed loop: nothing is sent after so long; 0: until all is. */
	double seconds;
	/* It is ended when more than is left by so many percent have taken that
	 * long; 0: it is not. */
	guint64 stop_us;
	double stop_percent;
	guint64 seed;
	/* Of each transaction by its number, its turn as g_get_monotonic_time
	 * has it, is filled in, atomically; NULL: not wanted. */
	gint64 *sent_us;
	guint64 sent_n; /* of these */
} LoadHow;

typedef struct Load Load;

/* Makes the connections, `in_flight` of the plan. The arguments outlive it.
 * NULL with an error when none can be made. */
Load *load_new(Target *target, Maker *maker, const LoadPlan *plan,
	       GError **error);
void load_free(Load *load);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Load, load_free)

/* Called about five times a second while it runs. */
typedef void (*LoadProgress)(const SeriesSum *sum, gint64 elapsed_us,
			     void *user);

/* Sends what is next in the stock and waits for all answers. What it came to is
 * added to the run: times, counts, errors, latencies, points. `progress` may be
 * NULL. */
void load_run(Load *load, const Stock *stock, StockPlace *place,
	      const LoadHow *how, Run *run, LoadProgress progress, void *user);

#endif
