/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/table.h"

#include <bsn/helpers/error.h>
#include <glib.h>

#define ENTRIES_FIRST 16u
/* Emptied, they are cheaper than new ones. */
#define ENTRIES_KEPT 64u

static uint64_t seeds[3];

int32_t
table_open(const bsn_host *host, bsn_err *err)
{
	const bsn_random *random = bsn_host_random(host);
	int32_t status = BSN_E_VERSION;

	if (BSN_HAS(random, fill))
		status = random->fill(NULL, seeds, sizeof(seeds));
	for (unsigned i = 0; i < G_N_ELEMENTS(seeds); i++)
		seeds[i] |= 1;
	return status == BSN_OK
		       ? BSN_OK
		       : bsn_fail(err, status, "%s gives no random numbers",
				  BSN_RANDOM_ID);
}

/* Both halves of a product: every bit of it depends on every bit of both. */
static uint64_t
fold(uint64_t a, uint64_t b)
{
	U128 product = (U128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

uint64_t
table_hash(const void *bytes, unsigned n)
{
	uint64_t words[8] = { 0 };
	uint64_t hash;

	memcpy(words, bytes, n);
	hash = seeds[0] ^ n;
	for (unsigned i = 0; i < n; i += 16)
		hash = fold(words[i / 8] ^ hash, words[i / 8 + 1] ^ seeds[1]);
	return fold(hash, seeds[2]);
}

static void
place(Table *table, uint64_t hash, void *item)
{
	uint32_t at = (uint32_t)hash & table->mask;

	while (table->entries[at].item != NULL)
		at = (at + 1) & table->mask;
	table->entries[at] = (TableEntry){ hash, item };
}

static void
grow(Table *table)
{
	Table old = *table;
	uint32_t n = old.entries != NULL ? (old.mask + 1) * 2 : ENTRIES_FIRST;

	table->entries = g_new0(TableEntry, n);
	table->mask = n - 1;
	for (uint32_t i = 0; old.entries != NULL && i <= old.mask; i++)
		if (old.entries[i].item != NULL)
			place(table, old.entries[i].hash, old.entries[i].item);
	g_free(old.entries);
}

void
table_add(Table *table, uint64_t hash, void *item)
{
	if (table->entries == NULL || table->used * 2 > table->mask)
		grow(table);
	place(table, hash, item);
	table->used++;
}

void
table_reset(Table *table)
{
	if (table->mask >= ENTRIES_KEPT)
		table_clear(table);
	if (table->used > 0)
		memset(table->entries, 0,
		       (table->mask + 1) * sizeof(*table->entries));
	table->used = 0;
}

void
table_clear(Table *table)
{
	g_free(table->entries);
	*table = (Table){ 0 };
}
