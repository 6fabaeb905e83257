/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/load.h: signed transactions, sent. One thread and connection for
 * each request that may be in flight.
 */
#ifndef TOOLS_BENCH_LOAD_H
#define TOOLS_BENCH_LOAD_H

#include "tools/bench/stats.h"
#include "tools/bench/target.h"

typedef struct Load Load;

/* Opens the connections' clients. The arguments outlive it. NULL with an
 * error. */
Load *load_new(Target *target, Workshop *workshop, const BenchOptions *options,
	       GError **error);
void load_free(Load *load);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Load, load_free)

/* Called about five times a second while it runs. */
typedef void (*LoadProgress)(guint64 answered, gint64 elapsed_us, void *user);

/* Sends n transactions of the workshop's, in the order of the array, and waits
 * for all answers. When the chain has gone so far on that one has expired, new
 * ones are made while it runs. `limit` is the array's block limit.
 * How long that took goes to elapsed_us. `progress` may be NULL. */
Stats *load_run(Load *load, GBytes *const *txs, guint64 n, guint64 limit,
		gint64 *elapsed_us, LoadProgress progress, void *user);

#endif
