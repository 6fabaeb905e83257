/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/tally.h"

#include <string.h>

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
