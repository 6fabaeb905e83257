/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/trail.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

#define LINK_LEN 12u

typedef struct {
	guint tx; /* whose it is */
	Version to;
} Link;

void
trail_init(Trail *trail)
{
	*trail = (Trail){ g_array_new(FALSE, FALSE, sizeof(Link)),
			  state_tree_new() };
}

void
trail_clear(Trail *trail)
{
	g_clear_pointer(&trail->links, g_array_unref);
	g_clear_pointer(&trail->deletions, g_tree_unref);
}

static int32_t
corrupt(bsn_err *err)
{
	return bsn_fail(err, BSN_E_CORRUPT, "the history of a key is damaged");
}

/* ---- links ---- */

guint
trail_links_of(const TxWrite *write)
{
	if (!state_key_is_public(write->key))
		return 0;
	return write->writes && write->deletes ? 2 : 1;
}

static void
put_version(GByteArray *out, Version version)
{
	wire_put(out, version.block, 8);
	wire_put(out, version.tx, 4);
}

static gboolean
read_version(Wire *wire, Version *version)
{
	version->block = wire_u64(wire);
	version->tx = wire_u32(wire);
	return !wire->bad;
}

gboolean
trail_link(bsn_slice links, guint index, Version *to)
{
	Wire wire = wire_of(links);

	(void)wire_bytes(&wire, (guint64)index * LINK_LEN);
	return read_version(&wire, to);
}

/* ---- a block's ---- */

static int32_t
last_deletion(const Trail *trail, const State *state, bsn_slice key,
	      Version *version, bsn_err *err)
{
	const StateItem *here = state_tree_find(trail->deletions, key);

	if (here == NULL)
		return trail_deletion(state, key, version, err);
	*version = here->version;
	return BSN_OK;
}

int32_t
trail_add(Trail *trail, const State *state, const TxWrite *write,
	  Version version, Version before, bsn_err *err)
{
	const guint n = trail_links_of(write);
	Link link = { (guint)version.tx, before };
	int32_t status;

	if (n > 0)
		g_array_append_val(trail->links, link);
	if (n < 2)
		return BSN_OK;
	status = last_deletion(trail, state, write->key, &link.to, err);
	if (status != BSN_OK)
		return status;
	g_array_append_val(trail->links, link);
	state_tree_take(trail->deletions,
			state_item_new(write->key, version,
				       bsn_slice_of(NULL, 0), NULL));
	return BSN_OK;
}

typedef struct {
	LedgerBatch *batch;
	const Suite *suite;
} Writer;

static gboolean
put_deletion(gpointer key, gpointer value, gpointer data)
{
	const Writer *writer = data;
	const StateItem *item = value;
	const StoreKey name = store_key_deletion(writer->suite, item->key);
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	put_version(bytes, item->version);
	ledger_batch_put_copy(writer->batch, store_key_slice(&name),
			      buffer_slice(bytes));
	return FALSE;
}

/* The links from `first` on that are of the same transaction. */
static guint
count_links(const GArray *links, guint first)
{
	const guint tx = g_array_index(links, Link, first).tx;
	guint end = first;

	while (end < links->len && g_array_index(links, Link, end).tx == tx)
		end++;
	return end - first;
}

void
trail_put(const Trail *trail, LedgerBatch *batch, const Suite *suite,
	  guint64 block, const BlockTx *txs, const guint64 *offsets)
{
	const StoreKey name = store_key_trail(block);
	const GArray *links = trail->links;
	Writer writer = { batch, suite };
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint at = 0;

	while (at < links->len) {
		const guint tx = g_array_index(links, Link, at).tx;
		const guint n = count_links(links, at);

		wire_put(bytes, tx, 4);
		wire_put(bytes, offsets[tx], 4);
		wire_put(bytes, txs[tx].envelope.len, 4);
		wire_put(bytes, n, 4);
		for (const guint end = at + n; at < end; at++)
			put_version(bytes, g_array_index(links, Link, at).to);
	}
	if (bytes->len > 0)
		ledger_batch_put_copy(batch, store_key_slice(&name),
				      buffer_slice(bytes));
	g_tree_foreach(trail->deletions, put_deletion, &writer);
}

/* ---- reading ---- */

static gboolean
find_tx(bsn_slice bytes, Version version, TxPlace *place, bsn_slice *links)
{
	Wire wire = wire_of(bytes);

	while (!wire.bad && wire.rest.len > 0) {
		const guint32 tx = wire_u32(&wire);

		*place = (TxPlace){ version.block, tx, TX_CODE(VALID), 0, 0 };
		place->offset = wire_u32(&wire);
		place->len = wire_u32(&wire);
		*links = wire_bytes(&wire, (guint64)wire_u32(&wire) * LINK_LEN);
		if (tx == version.tx)
			return !wire.bad;
	}
	return FALSE;
}

int32_t
trail_read(const State *state, Version version, TxPlace *place,
	   GByteArray *links, bsn_err *err)
{
	const StoreKey name = store_key_trail(version.block);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status = ledger_store_get(
		&state->store, store_key_slice(&name), bytes, err);
	bsn_slice found;

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	if (!find_tx(buffer_slice(bytes), version, place, &found))
		return corrupt(err);
	g_byte_array_append(links, found.data, (guint)found.len);
	return BSN_OK;
}

int32_t
trail_deletion(const State *state, bsn_slice key, Version *version,
	       bsn_err *err)
{
	const StoreKey name = store_key_deletion(&state->suite, key);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status = ledger_store_get(
		&state->store, store_key_slice(&name), bytes, err);
	Wire wire = wire_of(buffer_slice(bytes));

	*version = version_none;
	if (status == BSN_NOT_FOUND || (status == BSN_OK && state->hidden))
		return BSN_OK;
	if (status != BSN_OK)
		return status;
	if (!read_version(&wire, version) || !wire_end(&wire) ||
	    version_is_none(*version))
		return corrupt(err);
	return BSN_OK;
}
