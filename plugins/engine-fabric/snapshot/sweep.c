/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/sweep.h"

#include <string.h>

#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

/* Entries that one batch deletes. */
#define SWEEP_MAX 512u

void
part_put(LedgerBatch *batch, guint64 block, guint index,
	 const SnapshotPart *part, bsn_slice bytes)
{
	const StoreKey name = snapshot_key_part(KEY_PART, block, index);
	const StoreKey mark = snapshot_key_part(KEY_PART_MARK, block, index);
	g_autoptr(GByteArray) about = g_byte_array_new();

	wire_put_bytes(about, bsn_slice_of(part->hash, HASH_LEN));
	wire_put(about, part->bytes, 4);
	wire_put(about, part->entries, 4);
	ledger_batch_put(batch, store_key_slice(&name), bytes);
	ledger_batch_put_copy(batch, store_key_slice(&mark),
			      buffer_slice(about));
}

gboolean
part_mark_read(bsn_slice bytes, SnapshotPart *part)
{
	Wire wire = wire_of(bytes);
	const bsn_slice hash = wire_bytes(&wire, HASH_LEN);

	part->bytes = wire_u32(&wire);
	part->entries = wire_u32(&wire);
	if (!wire_end(&wire))
		return FALSE;
	memcpy(part->hash, hash.data, HASH_LEN);
	return TRUE;
}

typedef struct {
	bsn_scan_sink sink;
	LedgerBatch *batch;
	guint n;
} SweepSink;

static int32_t
sweep_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	SweepSink *sweep = (SweepSink *)sink;

	if (sweep->n == SWEEP_MAX)
		return BSN_TOO_LARGE;
	ledger_batch_delete(sweep->batch, key);
	sweep->n++;
	return BSN_OK;
}

int32_t
sweep_put(const Channel *channel, bsn_slice from, bsn_slice to,
	  LedgerBatch *batch, gboolean *over, bsn_err *err)
{
	SweepSink sweep = { { sweep_entry }, batch, 0 };
	const int32_t status = services.store->scan(channel->chain, from, to, 0,
						    &sweep.sink, err);

	*over = status == BSN_OK;
	return status == BSN_TOO_LARGE ? BSN_OK : status;
}
