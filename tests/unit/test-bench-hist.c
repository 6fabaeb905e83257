/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench's histograms, against sorting, and what happened when.
 */
#include <math.h>
#include <stdlib.h>

#include "tools/bench/hist.h"
#include "tools/bench/series.h"

#define VALUES 20000u

/* ---- buckets ------------------------------------------------------------ */

static void
check_bucket(const Hist *hist, guint64 value)
{
	const guint bucket = hist_bucket(hist, value);

	g_assert_cmpuint(bucket, <, hist->buckets);
	g_assert_cmpuint(hist_low(hist, bucket), <=, value);
	g_assert_cmpuint(hist_high(hist, bucket), >=, value);
}

static void
test_buckets(void)
{
	for (guint bits = 1; bits <= 16; bits++) {
		g_autoptr(Hist) hist = hist_new(bits);

		for (guint i = 1; i < hist->buckets; i++)
			g_assert_cmpuint(hist_low(hist, i), ==,
					 hist_high(hist, i - 1) + 1);
		g_assert_cmpuint(hist_low(hist, 0), ==, 0);
		g_assert_cmpuint(hist_high(hist, hist->buckets - 1), ==,
				 HIST_VALUE_MAX);
		for (guint shift = 0; shift < 40; shift++) {
			const guint64 power = G_GUINT64_CONSTANT(1) << shift;

			check_bucket(hist, power - 1);
			check_bucket(hist, power);
			check_bucket(hist, power + power / 3);
		}
		check_bucket(hist, HIST_VALUE_MAX);
	}
}

/* ---- percentiles -------------------------------------------------------- */

static gint
compare(gconstpointer a, gconstpointer b)
{
	const guint64 x = *(const guint64 *)a;
	const guint64 y = *(const guint64 *)b;

	return x < y ? -1 : x > y;
}

static guint64
exact(const guint64 *sorted, guint n, guint per_mille)
{
	return sorted[(n * per_mille + 999) / 1000 - 1];
}

static void
check_off(guint64 found, guint64 right, double share)
{
	const double off = fabs((double)found - (double)right);

	g_assert_cmpfloat(off, <=, share * (double)right);
}

static void
check_against_sorting(guint bits, guint64 (*draw)(void))
{
	static const guint per_mille[] = { 1, 10, 500, 900, 950, 990, 999 };
	g_autofree guint64 *values = g_new(guint64, VALUES);
	g_autoptr(Hist) hist = hist_new(bits);
	double sum = 0;

	for (guint i = 0; i < VALUES; i++) {
		values[i] = draw();
		sum += (double)values[i];
		hist_add(hist, values[i], 1);
	}
	qsort(values, VALUES, sizeof(*values), compare);
	for (guint i = 0; i < G_N_ELEMENTS(per_mille); i++)
		check_off(hist_percentile(hist, per_mille[i] / 10.0),
			  exact(values, VALUES, per_mille[i]),
			  1.0 / (double)(1u << (bits + 1)));
	g_assert_cmpuint(hist_percentile(hist, 100), ==, values[VALUES - 1]);
	g_assert_cmpuint(hist->min, ==, values[0]);
	g_assert_cmpuint(hist->max, ==, values[VALUES - 1]);
	g_assert_cmpuint(hist_not_above(hist, hist->max), ==, VALUES);
	check_off((guint64)hist_mean(hist), (guint64)(sum / VALUES), 0.001);
}

static guint64
draw_even(void)
{
	return (guint64)g_test_rand_int_range(0, G_MAXINT32);
}

/* Many small ones and a few that are very large, as latencies are. */
static guint64
draw_skewed(void)
{
	return (guint64)exp(g_test_rand_double_range(0, 25));
}

static guint64
draw_small(void)
{
	return (guint64)g_test_rand_int_range(0, 100);
}

static void
test_percentiles(void)
{
	static const guint bits[] = { HIST_BITS_COARSE, HIST_BITS, 10 };

	for (guint i = 0; i < G_N_ELEMENTS(bits); i++) {
		check_against_sorting(bits[i], draw_even);
		check_against_sorting(bits[i], draw_skewed);
		check_against_sorting(bits[i], draw_small);
	}
}

static void
test_nothing(void)
{
	g_autoptr(Hist) hist = hist_new(HIST_BITS);

	hist_add(hist, 5, 0);
	g_assert_cmpuint(hist_percentile(hist, 99), ==, 0);
	g_assert_cmpuint(hist->max, ==, 0);
	g_assert_cmpfloat(hist_mean(hist), ==, 0);
}

static void
test_huge(void)
{
	g_autoptr(Hist) hist = hist_new(HIST_BITS);

	hist_add(hist, G_MAXUINT64, 1);
	hist_add(hist, 1, 1);
	g_assert_cmpuint(hist->max, ==, G_MAXUINT64);
	g_assert_cmpuint(hist_percentile(hist, 50), ==, 1);
	g_assert_cmpuint(hist_percentile(hist, 100), ==, G_MAXUINT64);
	g_assert_cmpuint(hist_bucket(hist, G_MAXUINT64), ==, hist->buckets - 1);
}

static void
test_rank(void)
{
	g_autoptr(Hist) hist = hist_new(16);

	for (guint64 i = 1; i <= 1000; i++)
		hist_add(hist, i, 1);
	g_assert_cmpuint(hist_percentile(hist, 0.1), ==, 1);
	g_assert_cmpuint(hist_percentile(hist, 50), ==, 500);
	g_assert_cmpuint(hist_percentile(hist, 99), ==, 990);
	g_assert_cmpuint(hist_percentile(hist, 99.9), ==, 999);
	g_assert_cmpuint(hist_percentile(hist, 99.95), ==, 1000);
}

static void
test_merge(void)
{
	g_autoptr(Hist) all = hist_new(HIST_BITS);
	g_autoptr(Hist) sum = hist_new(HIST_BITS);

	for (guint part = 0; part < 4; part++) {
		g_autoptr(Hist) one = hist_new(HIST_BITS);

		for (guint i = 0; part > 0 && i < 1000; i++) {
			const guint64 value = draw_skewed();

			hist_add(one, value, 2);
			hist_add(all, value, 2);
		}
		hist_merge(sum, one);
	}
	g_assert_cmpuint(sum->n, ==, all->n);
	g_assert_cmpuint(sum->min, ==, all->min);
	g_assert_cmpuint(sum->max, ==, all->max);
	for (guint i = 0; i < all->buckets; i++)
		g_assert_cmpuint(sum->counts[i], ==, all->counts[i]);
	hist_clear(sum);
	g_assert_cmpuint(sum->n, ==, 0);
	g_assert_cmpuint(hist_percentile(sum, 50), ==, 0);
}

/* ---- a series ----------------------------------------------------------- */

static const SeriesPoint *
point(const GArray *points, guint i)
{
	return &g_array_index(points, SeriesPoint, i);
}

static void
test_series(void)
{
	g_autoptr(Series) series = series_new();
	g_autoptr(GArray) points = NULL;
	SeriesSum sum;

	series_committed(series, 100000, 5, 1000);
	series_committed(series, 2400000, 7, 2000);
	series_failed(series, 2100000, 3);
	points = series_points(series, 2500000);
	g_assert_cmpuint(points->len, ==, 3);
	g_assert_cmpuint(point(points, 0)->committed, ==, 5);
	g_assert_cmpuint(point(points, 0)->max_us, ==, 1000);
	g_assert_cmpuint(point(points, 1)->committed, ==, 0);
	g_assert_cmpuint(point(points, 1)->p99_us, ==, 0);
	g_assert_cmpuint(point(points, 2)->committed, ==, 7);
	g_assert_cmpuint(point(points, 2)->failed, ==, 3);
	g_assert_cmpfloat(fabs(point(points, 2)->seconds - 0.5), <, 1e-9);
	sum = series_sum(series);
	g_assert_cmpuint(sum.committed, ==, 12);
	g_assert_cmpuint(sum.failed, ==, 3);
}

/* Nothing came for a while at the end: that is shown, too. */
static void
test_series_standstill(void)
{
	g_autoptr(Series) series = series_new();
	g_autoptr(GArray) points = NULL;

	series_committed(series, 0, 1, -5);
	points = series_points(series, 10 * G_USEC_PER_SEC);
	g_assert_cmpuint(points->len, ==, 10);
	g_assert_cmpuint(point(points, 9)->committed, ==, 0);
	g_assert_cmpfloat(point(points, 9)->seconds, ==, 1);
}

static void
test_series_long(void)
{
	const guint hour = 3600;
	g_autoptr(Series) series = series_new();
	g_autoptr(GArray) points = NULL;
	guint64 committed = 0, failed = 0;

	for (guint i = 0; i < hour; i++) {
		series_committed(series, (gint64)i * G_USEC_PER_SEC, i, i);
		series_failed(series, (gint64)i * G_USEC_PER_SEC, 1);
	}
	points = series_points(series, (gint64)hour * G_USEC_PER_SEC);
	g_assert_cmpuint(points->len, <=, SERIES_POINTS);
	g_assert_cmpuint(points->len, >, SERIES_POINTS / 2 - 1);
	for (guint i = 0; i < points->len; i++) {
		committed += point(points, i)->committed;
		failed += point(points, i)->failed;
		g_assert_cmpfloat(point(points, i)->at_s, ==,
				  (double)i * point(points, 0)->seconds);
	}
	g_assert_cmpuint(committed, ==, (guint64)hour * (hour - 1) / 2);
	g_assert_cmpuint(failed, ==, hour);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/hist/every-value-has-one-bucket", test_buckets);
	g_test_add_func("/hist/percentiles-are-those-of-sorting",
			test_percentiles);
	g_test_add_func("/hist/nothing-is-0", test_nothing);
	g_test_add_func("/hist/a-value-without-a-bucket-is-the-largest",
			test_huge);
	g_test_add_func("/hist/a-rank-is-not-off-by-one", test_rank);
	g_test_add_func("/hist/parts-merged-are-the-whole", test_merge);
	g_test_add_func("/series/intervals-have-what-came-in-them",
			test_series);
	g_test_add_func("/series/a-standstill-is-shown",
			test_series_standstill);
	g_test_add_func("/series/an-hour-takes-no-more-than-ten-minutes",
			test_series_long);
	return g_test_run();
}
