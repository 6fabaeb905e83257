/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/hist.h: how often which value came, in buckets that widen with
 * the value (log-linear): each octave has 2^bits of them, so that what is read
 * back is off by 2^-(bits + 1) of the value at most. What it takes is known
 * beforehand, however many values there are. One thread each; merged
 * afterwards.
 */
#ifndef TOOLS_BENCH_HIST_H
#define TOOLS_BENCH_HIST_H

#include <glib.h>

/* For latencies: off by 0.4 % at most, 35 KB. */
#define HIST_BITS 7u
/* For a point of a curve: off by 1.6 % at most, 9 KB. */
#define HIST_BITS_COARSE 5u
/* Larger values count as this one (12 days in microseconds), but for the
 * largest and the mean, which are kept as they are. */
#define HIST_VALUE_MAX ((G_GUINT64_CONSTANT(1) << 40) - 1)

typedef struct {
	guint bits;
	guint buckets;
	guint64 n, min, max; /* min and max: 0 of nothing */
	double sum;
	guint64 counts[];
} Hist;

/* `bits` 1 to 16. */
Hist *hist_new(guint bits);
void hist_free(Hist *hist);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Hist, hist_free)

void hist_add(Hist *hist, guint64 value, guint64 times);
/* Of the same bits. */
void hist_merge(Hist *into, const Hist *from);
void hist_clear(Hist *hist);

/* The nearest rank, `percent` above 0 and up to 100: the smallest value that so
 * much of all are not above. 0 of nothing; 100 is the largest as it was. */
guint64 hist_percentile(const Hist *hist, double percent);
double hist_mean(const Hist *hist);
/* How many values are not above that, as far as buckets tell. */
guint64 hist_not_above(const Hist *hist, guint64 value);

/* The bucket's bounds: low <= value <= high. */
guint64 hist_low(const Hist *hist, guint bucket);
guint64 hist_high(const Hist *hist, guint bucket);
/* The bucket of a value. */
guint hist_bucket(const Hist *hist, guint64 value);

#endif
