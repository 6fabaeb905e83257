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

/* Opens the connections' clients. Both arguments outlive it. NULL with an
 * error. */
Load *load_new(Target *target, const BenchOptions *options, GError **error);
void load_free(Load *load);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Load, load_free)

/* Called about five times a second while it runs. */
typedef void (*LoadProgress)(guint64 answered, gint64 elapsed_us, void *user);

/* Sends n transactions, in the order of the array, and waits for all answers.
 * How long that took goes to elapsed_us. `progress` may be NULL. */
Stats *load_run(Load *load, GBytes *const *txs, guint64 n, gint64 *elapsed_us,
		LoadProgress progress, void *user);

#endif
