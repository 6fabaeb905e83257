/* SPDX-License-Identifier: Apache-2.0 */
#include "host/ops/stages.h"

#include <time.h>

#define NS_PER_S 1000000000u

static const char *const stage_names[STAGE_COUNT] = {
	[STAGE_PARSE] = "parse", [STAGE_COMMIT] = "commit",
	[STAGE_QUEUE] = "queue", [STAGE_VERIFY] = "verify",
	[STAGE_STORE] = "store",
};

#define BUCKETS 14
static const double bounds[BUCKETS] = {
	0.00001, 0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01,
	0.03,	 0.1,	  0.3,	  1,	  3,	 10,	30,
};

/* Each member atomic. */
typedef struct {
	guint64 counts[BUCKETS + 1];
	guint64 sum_ns;
	guint64 items;
} StageTimes;

static StageTimes times[STAGE_COUNT];

guint64
stage_now_ns(void)
{
	struct timespec now = { 0, 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (guint64)now.tv_sec * NS_PER_S + (guint64)now.tv_nsec;
}

static guint
bucket_of(double seconds)
{
	guint bucket = 0;

	while (bucket < BUCKETS && seconds > bounds[bucket])
		bucket++;
	return bucket;
}

static void
add(guint64 *to, guint64 n)
{
	__atomic_fetch_add(to, n, __ATOMIC_RELAXED);
}

void
stage_over(Stage stage, guint64 began_ns, guint64 items)
{
	const guint64 took_ns = stage_now_ns() - began_ns;
	StageTimes *of = &times[stage];

	add(&of->counts[bucket_of((double)took_ns / NS_PER_S)], 1);
	add(&of->sum_ns, took_ns);
	add(&of->items, items);
}

static guint64
get(const guint64 *from)
{
	return __atomic_load_n(from, __ATOMIC_RELAXED);
}

static void
write_stage(MetricsWriter *w, Stage stage)
{
	const StageTimes *of = &times[stage];
	guint64 counts[BUCKETS + 1];
	MetricsHistogram histogram = {
		.bounds = bounds,
		.counts = counts,
		.n = BUCKETS,
		.sum = (double)get(&of->sum_ns) / NS_PER_S,
	};

	for (guint i = 0; i <= BUCKETS; i++)
		counts[i] = get(&of->counts[i]);
	metrics_histogram(w, "bsn_stage_seconds",
			  "How long a request, batch or block took by the "
			  "clock.",
			  &histogram, "stage", stage_names[stage], NULL);
	metrics_counter(w, "bsn_stage_transactions_total",
			"Transactions in them, where that is known.",
			get(&of->items), "stage", stage_names[stage], NULL);
}

void
stages_metrics(MetricsWriter *w, void *owner)
{
	(void)owner;
	for (guint i = 0; i < STAGE_COUNT; i++)
		write_stage(w, (Stage)i);
}
