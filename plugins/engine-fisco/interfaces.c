/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/interfaces.h"

#include <string.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/extra.h"
#include "plugins/engine-fisco/precompiled/address.h"
#include "plugins/engine-fisco/precompiled/interface.h"
#include "plugins/engine-fisco/table.h"
#include "plugins/kit/json.h"

/* Contracts kept at once; then all are dropped and read anew. */
#define INTERFACES_MAX 16u

typedef struct {
	guint8 address[ADDRESS_LEN];
	Interface interface;
} Entry;

struct InterfaceCache {
	GHashTable *entries; /* Entry, a set */
};

static guint
entry_hash(gconstpointer entry)
{
	return table_hash(entry, ADDRESS_LEN);
}

static gboolean
entry_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, ADDRESS_LEN) == 0;
}

static void
entry_free(gpointer data)
{
	Entry *entry = data;

	g_free(entry->interface.name);
	abi_interface_free(entry->interface.abi);
	g_free(entry);
}

static InterfaceCache *
cache_of(Ledger *ledger)
{
	if (ledger->interfaces == NULL) {
		ledger->interfaces = g_new0(InterfaceCache, 1);
		ledger->interfaces->entries = g_hash_table_new_full(
			entry_hash, entry_equal, entry_free, NULL);
	}
	return ledger->interfaces;
}

void
interface_cache_free(InterfaceCache *cache)
{
	if (cache == NULL)
		return;
	g_hash_table_unref(cache->entries);
	g_free(cache);
}

static AbiInterface *
parse(bsn_slice text, const bsn_hash *hash)
{
	g_autoptr(json_t) abi = json_parse(text, EXTRA_DATA_MAX, "abi", NULL,
					   NULL);

	if (abi == NULL || hash == NULL)
		return NULL;
	return abi_interface_new(abi, hash, NULL);
}

/* One of the engine's own: its functions are called with the chain's hash. */
static Entry *
load_own(const Ledger *ledger, const guint8 *address)
{
	const PrecompiledContract *contract = NULL;
	g_autoptr(json_t) abi = NULL;
	guint32 number;
	Entry *entry;

	if (address_is_number(address, &number))
		contract = precompiled_contract(number);
	if (contract == NULL)
		return NULL;
	abi = precompiled_abi(contract);
	entry = g_new0(Entry, 1);
	memcpy(entry->address, address, ADDRESS_LEN);
	entry->interface.name = g_strdup(contract->name);
	entry->interface.selector_hash = ledger->suite.hash;
	entry->interface.abi =
		abi_interface_new(abi, ledger->suite.hash, NULL);
	return entry;
}

static Entry *
load(const Ledger *ledger, Overlay *state, const guint8 *address)
{
	Contract contract;
	bsn_slice text;
	Entry *entry;

	if (contract_load(state, address, &contract) != BSN_OK)
		return load_own(ledger, address);
	entry = g_new0(Entry, 1);
	memcpy(entry->address, address, ADDRESS_LEN);
	entry->interface.name = g_strdup(contract.name);
	entry->interface.selector_hash = suite_selector_hash(contract.sm3);
	if (contract_abi(state, address, &text) == BSN_OK)
		entry->interface.abi =
			parse(text, entry->interface.selector_hash);
	return entry;
}

const Interface *
interface_of(Ledger *ledger, Overlay *state, const guint8 *address)
{
	GHashTable *entries = cache_of(ledger)->entries;
	Entry *entry = g_hash_table_lookup(entries, address);

	if (entry != NULL && entry->interface.abi != NULL)
		return &entry->interface;
	/* One without an interface may have got one. */
	entry = load(ledger, state, address);
	if (entry == NULL)
		return NULL;
	if (g_hash_table_size(entries) >= INTERFACES_MAX)
		g_hash_table_remove_all(entries);
	g_hash_table_add(entries, entry);
	return &entry->interface;
}
