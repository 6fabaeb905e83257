/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/store.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

int32_t
ledger_store_get(const LedgerStore *store, bsn_slice key, GByteArray *out,
		 bsn_err *err)
{
	BufferSink sink = buffer_sink(out, G_MAXUINT);

	return store->table->get(store->chain, key, &sink.sink, err);
}

/* ---- part of a value ---- */

typedef struct {
	bsn_sink sink;
	GByteArray *out;
	guint64 skip; /* bytes before the part that are still to come */
	guint64 want; /* bytes of the part that are still to come */
} PartSink;

static int32_t
write_part(bsn_sink *sink, const void *data, uint64_t len)
{
	PartSink *part = (PartSink *)sink;
	const guint64 skipped = MIN(part->skip, len);
	const guint64 taken = MIN(part->want, len - skipped);

	if (taken > 0)
		g_byte_array_append(part->out, (const guint8 *)data + skipped,
				    (guint)taken);
	part->skip -= skipped;
	part->want -= taken;
	return BSN_OK;
}

int32_t
ledger_store_get_part(const LedgerStore *store, bsn_slice key, guint64 offset,
		      guint64 len, GByteArray *out, bsn_err *err)
{
	PartSink part = { { write_part }, out, offset, len };
	int32_t status = store->table->get(store->chain, key, &part.sink, err);

	if (status != BSN_OK || part.want == 0)
		return status;
	return bsn_fail(err, BSN_E_CORRUPT,
			"a value of the ledger is shorter than its index says");
}

/* ---- batches ---- */

void
ledger_batch_init(LedgerBatch *batch)
{
	*batch = (LedgerBatch){
		.writes = g_array_new(FALSE, FALSE, sizeof(bsn_write)),
	};
}

void
ledger_batch_clear(LedgerBatch *batch)
{
	g_clear_pointer(&batch->writes, g_array_unref);
	arena_clear(&batch->arena);
}

static bsn_slice
keep(LedgerBatch *batch, bsn_slice bytes)
{
	return bsn_slice_of(
		arena_copy(&batch->arena, bytes.data, (gsize)bytes.len),
		bytes.len);
}

static void
add(LedgerBatch *batch, guint32 op, bsn_slice key, bsn_slice value)
{
	const bsn_write write = { sizeof(write), op, keep(batch, key), value };

	g_array_append_val(batch->writes, write);
}

void
ledger_batch_put(LedgerBatch *batch, bsn_slice key, bsn_slice value)
{
	add(batch, BSN_WRITE_PUT, key, value);
}

void
ledger_batch_put_copy(LedgerBatch *batch, bsn_slice key, bsn_slice value)
{
	add(batch, BSN_WRITE_PUT, key, keep(batch, value));
}

void
ledger_batch_delete(LedgerBatch *batch, bsn_slice key)
{
	add(batch, BSN_WRITE_DELETE, key, bsn_slice_of(NULL, 0));
}

int32_t
ledger_batch_commit(const LedgerBatch *batch, const LedgerStore *store,
		    guint64 cookie, bsn_err *err)
{
	return store->table->commit(
		store->chain,
		(const bsn_write *)(const void *)batch->writes->data,
		batch->writes->len, cookie, err);
}
