/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/by_name.h: the tables of one kind that plugins offer, found by
 * their names as plugins find them; as long as the process.
 *
 *	SIM_BY_NAME(hash, bsn_hash)
 *
 * defines add_hash(table), where a table that is there already stays once, and
 * find_hash(name), the youngest of that name, or NULL when there is none.
 */
#ifndef TOOLS_SIM_BY_NAME_H
#define TOOLS_SIM_BY_NAME_H

#include <glib.h>
#include <string.h>

#define SIM_BY_NAME(kind, type)                                                \
	static GPtrArray *kind##_tables;                                       \
                                                                               \
	static void add_##kind(const type *table)                              \
	{                                                                      \
		if (kind##_tables == NULL)                                     \
			kind##_tables = g_ptr_array_new();                     \
		if (!g_ptr_array_find(kind##_tables, table, NULL))             \
			g_ptr_array_add(kind##_tables, (void *)table);         \
	}                                                                      \
                                                                               \
	static const type *find_##kind(const char *name)                       \
	{                                                                      \
		guint n = kind##_tables != NULL ? kind##_tables->len : 0;      \
                                                                               \
		while (n-- > 0) {                                              \
			const type *table = kind##_tables->pdata[n];           \
                                                                               \
			if (strcmp(table->name, name) == 0)                    \
				return table;                                  \
		}                                                              \
		return NULL;                                                   \
	}

#endif
