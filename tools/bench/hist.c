/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/hist.h"

#include <math.h>
#include <string.h>

#define VALUE_BITS 40u

/* The first 2^bits buckets hold one value each; then each octave has 2^bits. */
static guint
buckets_of(guint bits)
{
	return (VALUE_BITS - bits + 1) << bits;
}

Hist *
hist_new(guint bits)
{
	const guint buckets = buckets_of(bits);
	Hist *hist;

	g_assert(bits >= 1 && bits <= 16);
	hist = g_malloc0(sizeof(*hist) + buckets * sizeof(hist->counts[0]));
	hist->bits = bits;
	hist->buckets = buckets;
	return hist;
}

void
hist_free(Hist *hist)
{
	g_free(hist);
}

/* ---- buckets ------------------------------------------------------------ */

guint
hist_bucket(const Hist *hist, guint64 value)
{
	const guint bits = hist->bits;
	guint shift;

	value = MIN(value, HIST_VALUE_MAX);
	if (value < (G_GUINT64_CONSTANT(1) << bits))
		return (guint)value;
	shift = 63u - (guint)__builtin_clzll(value) - bits;
	return (shift << bits) + (guint)(value >> shift);
}

guint64
hist_low(const Hist *hist, guint bucket)
{
	const guint octave = bucket >> hist->bits;
	const guint64 in_octave = bucket & ((1u << hist->bits) - 1);

	if (octave == 0)
		return bucket;
	return ((G_GUINT64_CONSTANT(1) << hist->bits) + in_octave)
	       << (octave - 1);
}

guint64
hist_high(const Hist *hist, guint bucket)
{
	return bucket + 1 < hist->buckets ? hist_low(hist, bucket + 1) - 1
					  : HIST_VALUE_MAX;
}

/* ---- counting ----------------------------------------------------------- */

void
hist_add(Hist *hist, guint64 value, guint64 times)
{
	if (times == 0)
		return;
	hist->min = hist->n > 0 ? MIN(hist->min, value) : value;
	hist->max = MAX(hist->max, value);
	hist->n += times;
	hist->sum += (double)value * (double)times;
	hist->counts[hist_bucket(hist, value)] += times;
}

void
hist_merge(Hist *into, const Hist *from)
{
	g_assert(into->bits == from->bits);
	if (from->n == 0)
		return;
	into->min = into->n > 0 ? MIN(into->min, from->min) : from->min;
	into->max = MAX(into->max, from->max);
	into->n += from->n;
	into->sum += from->sum;
	for (guint i = 0; i < into->buckets; i++)
		into->counts[i] += from->counts[i];
}

void
hist_clear(Hist *hist)
{
	hist->n = hist->min = hist->max = 0;
	hist->sum = 0;
	memset(hist->counts, 0, hist->buckets * sizeof(hist->counts[0]));
}

/* ---- reading ------------------------------------------------------------ */

double
hist_mean(const Hist *hist)
{
	return hist->n > 0 ? hist->sum / (double)hist->n : 0;
}

/* 1 to n. A tolerance, so that 99.9 % of 1000 is rank 999. */
static guint64
rank_of(const Hist *hist, double percent)
{
	const double rank = ceil((double)hist->n * percent / 100 - 1e-6);

	return rank < 1 ? 1 : MIN((guint64)rank, hist->n);
}

guint64
hist_percentile(const Hist *hist, double percent)
{
	guint64 rank, before = 0, middle;
	guint at = 0;

	if (hist->n == 0)
		return 0;
	rank = rank_of(hist, percent);
	if (rank == hist->n)
		return hist->max;
	while (before + hist->counts[at] < rank)
		before += hist->counts[at++];
	middle = hist_low(hist, at) +
		 (hist_high(hist, at) - hist_low(hist, at)) / 2;
	return CLAMP(middle, hist->min, hist->max);
}

guint64
hist_not_above(const Hist *hist, guint64 value)
{
	const guint last = hist_bucket(hist, value);
	guint64 n = 0;

	for (guint i = 0; i <= last; i++)
		n += hist->counts[i];
	return n;
}
