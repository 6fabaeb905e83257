/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/stats.h"

#include <stdlib.h>
#include <string.h>

/* ---- tallies ------------------------------------------------------------ */

Tally *
tally_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void
tally_add(Tally *tally, const char *name, guint64 n)
{
	guint64 *count = g_hash_table_lookup(tally, name);

	if (count == NULL) {
		count = g_new0(guint64, 1);
		g_hash_table_insert(tally, g_strdup(name), count);
	}
	*count += n;
}

guint64
tally_get(const Tally *tally, const char *name)
{
	const guint64 *count = g_hash_table_lookup((Tally *)tally, name);

	return count != NULL ? *count : 0;
}

guint64
tally_total(const Tally *tally)
{
	GHashTableIter iter;
	gpointer count;
	guint64 total = 0;

	g_hash_table_iter_init(&iter, (Tally *)tally);
	while (g_hash_table_iter_next(&iter, NULL, &count))
		total += *(guint64 *)count;
	return total;
}

void
tally_merge(Tally *into, const Tally *from)
{
	GHashTableIter iter;
	gpointer name, count;

	g_hash_table_iter_init(&iter, (Tally *)from);
	while (g_hash_table_iter_next(&iter, &name, &count))
		tally_add(into, name, *(guint64 *)count);
}

static gint
by_count(gconstpointer a, gconstpointer b, gpointer tally)
{
	const char *first = *(const char *const *)a;
	const char *second = *(const char *const *)b;
	guint64 n = tally_get(tally, first);
	guint64 m = tally_get(tally, second);

	if (n != m)
		return n > m ? -1 : 1;
	return strcmp(first, second);
}

GPtrArray *
tally_names(const Tally *tally)
{
	GPtrArray *names = g_ptr_array_new();
	GHashTableIter iter;
	gpointer name;

	g_hash_table_iter_init(&iter, (Tally *)tally);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_ptr_array_add(names, name);
	g_ptr_array_sort_with_data(names, by_count, (Tally *)tally);
	return names;
}

/* ---- latencies ---------------------------------------------------------- */

static gint
compare_us(gconstpointer a, gconstpointer b)
{
	guint64 x = *(const guint64 *)a;
	guint64 y = *(const guint64 *)b;

	return x < y ? -1 : x > y;
}

static guint64
nearest_rank(const guint64 *sorted, gsize n, gsize percent)
{
	return sorted[(n * percent + 99) / 100 - 1];
}

Latency
latency_of(guint64 *us, gsize n)
{
	guint64 sum = 0;

	if (n == 0)
		return (Latency){ 0 };
	qsort(us, n, sizeof(*us), compare_us);
	for (gsize i = 0; i < n; i++)
		sum += us[i];
	return (Latency){
		.min = us[0],
		.mean = sum / n,
		.p50 = nearest_rank(us, n, 50),
		.p90 = nearest_rank(us, n, 90),
		.p99 = nearest_rank(us, n, 99),
		.max = us[n - 1],
	};
}

/* ---- a run -------------------------------------------------------------- */

Stats *
stats_new(void)
{
	Stats *stats = g_new0(Stats, 1);

	stats->latencies = g_array_new(FALSE, FALSE, sizeof(guint64));
	stats->errors = tally_new();
	stats->retries = tally_new();
	return stats;
}

void
stats_free(Stats *stats)
{
	if (stats == NULL)
		return;
	g_array_unref(stats->latencies);
	g_hash_table_unref(stats->errors);
	g_hash_table_unref(stats->retries);
	g_free(stats);
}

void
stats_merge(Stats *into, const Stats *from)
{
	g_array_append_vals(into->latencies, from->latencies->data,
			    from->latencies->len);
	into->requests += from->requests;
	into->committed += from->committed;
	tally_merge(into->errors, from->errors);
	tally_merge(into->retries, from->retries);
}
