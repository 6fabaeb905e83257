/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/undo.h"

#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

gboolean
undo_read(bsn_slice value, bsn_slice *before)
{
	Wire wire = wire_of(value);
	const gboolean exists = wire_u8(&wire) == 1;

	*before = wire.rest;
	return exists;
}

static gboolean
is_there(const Channel *channel, const StoreKey *key, int32_t *status,
	 bsn_err *err)
{
	g_autoptr(GByteArray) value = g_byte_array_new();

	*status = ledger_store_get_part(&channel->ledger->state.store,
					store_key_slice(key), 0, 1, value, err);
	if (*status == BSN_NOT_FOUND) {
		*status = BSN_OK;
		return FALSE;
	}
	return TRUE;
}

int32_t
undo_put(const Channel *channel, guint8 kind, const StateItem *before,
	 LedgerBatch *batch, bsn_err *err)
{
	StoreKey key = store_key_state(&channel->suite, before->key);
	g_autoptr(GByteArray) value = NULL;
	int32_t status;

	key.bytes[0] = kind;
	if (is_there(channel, &key, &status, err))
		return status;
	value = g_byte_array_new();
	wire_put(value, before->exists ? 1 : 0, 1);
	if (before->exists)
		state_item_put(value, before);
	ledger_batch_put_copy(batch, store_key_slice(&key),
			      buffer_slice(value));
	return BSN_OK;
}
