/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/stats.h: what a run came to: latencies, and whatever did not go
 * well by its name. One thread each; merged afterwards.
 */
#ifndef TOOLS_BENCH_STATS_H
#define TOOLS_BENCH_STATS_H

#include <glib.h>

/* Names and how often. */
typedef GHashTable Tally; /* char * to guint64 * */

Tally *tally_new(void);
void tally_add(Tally *tally, const char *name, guint64 n);
guint64 tally_get(const Tally *tally, const char *name);
guint64 tally_total(const Tally *tally);
void tally_merge(Tally *into, const Tally *from);
/* The names by how often, the most first, then by alphabet; borrowed; free the
 * array with g_ptr_array_unref. */
GPtrArray *tally_names(const Tally *tally);

/* In microseconds; all 0 of nothing. */
typedef struct {
	guint64 min, mean, p50, p90, p99, max;
} Latency;

/* Sorts the n values. A percentile is the nearest rank: the smallest value that
 * so much of all are not above. */
Latency latency_of(guint64 *us, gsize n);

typedef struct {
	GArray *latencies; /* guint64 us, of each committed transaction */
	guint64 requests;
	guint64 committed;
	Tally *errors;     /* transactions that were not committed, by name */
	Tally *retries;    /* transactions sent once more, by reason */
} Stats;

Stats *stats_new(void);
void stats_free(Stats *stats);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stats, stats_free)
void stats_merge(Stats *into, const Stats *from);

#endif
