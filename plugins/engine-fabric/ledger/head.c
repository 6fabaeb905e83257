/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/head.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* Without trails: they begin with the next block. */
#define FORMAT_INDEXED 1u

static void
read_hash(Wire *wire, guint8 *hash)
{
	const bsn_slice bytes = wire_bytes(wire, HASH_LEN);

	if (bytes.len == HASH_LEN)
		memcpy(hash, bytes.data, HASH_LEN);
}

static int32_t
read_head(bsn_slice bytes, LedgerHead *head, bsn_err *err)
{
	Wire wire = wire_of(bytes);
	const guint format = wire_u16(&wire);

	if (!wire.bad && format != LEDGER_FORMAT && format != FORMAT_INDEXED)
		return bsn_fail(err, BSN_E_VERSION,
				"the ledger has format %u; this plugin reads "
				"%u and %u",
				format, FORMAT_INDEXED, LEDGER_FORMAT);
	head->height = wire_u64(&wire);
	head->last_config = wire_u64(&wire);
	head->bytes = wire_u64(&wire);
	head->txs = wire_u64(&wire);
	head->invalid_txs = wire_u64(&wire);
	read_hash(&wire, head->hash);
	read_hash(&wire, head->previous);
	read_hash(&wire, head->commit_hash);
	head->first_trail =
		format == FORMAT_INDEXED ? head->height : wire_u64(&wire);
	if (!wire_end(&wire) || head->height == 0)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the ledger's head cannot be read back");
	return BSN_OK;
}

int32_t
ledger_head_load(const LedgerStore *store, LedgerHead *head, bsn_err *err)
{
	const StoreKey key = store_key_head();
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status =
		ledger_store_get(store, store_key_slice(&key), bytes, err);

	*head = (LedgerHead){ 0 };
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	return status == BSN_OK ? read_head(buffer_slice(bytes), head, err)
				: status;
}

void
ledger_head_save(LedgerBatch *batch, const LedgerHead *head)
{
	const StoreKey key = store_key_head();
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	wire_put(bytes, LEDGER_FORMAT, 2);
	wire_put(bytes, head->height, 8);
	wire_put(bytes, head->last_config, 8);
	wire_put(bytes, head->bytes, 8);
	wire_put(bytes, head->txs, 8);
	wire_put(bytes, head->invalid_txs, 8);
	wire_put_bytes(bytes, bsn_slice_of(head->hash, HASH_LEN));
	wire_put_bytes(bytes, bsn_slice_of(head->previous, HASH_LEN));
	wire_put_bytes(bytes, bsn_slice_of(head->commit_hash, HASH_LEN));
	wire_put(bytes, head->first_trail, 8);
	ledger_batch_put_copy(batch, store_key_slice(&key),
			      buffer_slice(bytes));
}
