/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/table.h: an open-addressed index of items by a 64-bit
 * hash of their key. Items are only added. Keys come from contracts, so hashes
 * are made with a seed of the process's own: nobody can choose keys that
 * collide.
 */
#ifndef PLUGINS_RUNTIME_EVM_TABLE_H
#define PLUGINS_RUNTIME_EVM_TABLE_H

#include <bsn/host.h>

#include "plugins/runtime-evm/u256.h"

typedef struct {
	uint64_t hash;
	void *item; /* NULL: free */
} TableEntry;

typedef struct {
	TableEntry *entries; /* a power of two of them, or NULL */
	uint32_t mask;       /* their number less one */
	uint32_t used;
} Table;

/* Draws the seed, when the plugin is opened. BSN_E_VERSION, or what
 * bsn_random.fill answers. */
int32_t table_open(const bsn_host *host, bsn_err *err);

/* Walks the items of one hash: start with *at = 0, NULL ends it. The caller
 * compares keys. */
static inline void *
table_next(const Table *table, uint64_t hash, uint32_t *at)
{
	if (table->entries == NULL)
		return NULL;
	for (;;) {
		const TableEntry *entry =
			&table->entries[((uint32_t)hash + *at) & table->mask];

		(*at)++;
		if (entry->item == NULL || entry->hash == hash)
			return entry->item;
	}
}

void table_add(Table *table, uint64_t hash, void *item);
/* Empties it; entries stay allocated while they are few. */
void table_reset(Table *table);
void table_clear(Table *table);

/* The seeded hash of n bytes, at most 64. */
uint64_t table_hash(const void *bytes, unsigned n);

#endif
