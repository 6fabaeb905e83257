/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/batch.h"

#include "plugins/engine-fisco/services.h"

#define CHUNK_BYTES 4096u

void
batch_init(Batch *batch, guint writes)
{
	batch->writes = g_array_sized_new(FALSE, FALSE, sizeof(bsn_write),
					  writes);
	batch->memory = g_string_chunk_new(CHUNK_BYTES);
}

void
batch_clear(Batch *batch)
{
	g_clear_pointer(&batch->writes, g_array_unref);
	g_clear_pointer(&batch->memory, g_string_chunk_free);
}

static bsn_slice
keep(Batch *batch, bsn_slice bytes)
{
	return bsn_slice_of(g_string_chunk_insert_len(
				    batch->memory, (const char *)bytes.data,
				    (gssize)bytes.len),
			    bytes.len);
}

static void
add(Batch *batch, guint32 op, bsn_slice key, bsn_slice value)
{
	const bsn_write write = { sizeof(bsn_write), op, key, value };

	g_array_append_val(batch->writes, write);
}

void
batch_put_short(Batch *batch, bsn_slice key, bsn_slice value)
{
	add(batch, BSN_WRITE_PUT, keep(batch, key), keep(batch, value));
}

void
batch_put(Batch *batch, bsn_slice key, bsn_slice value)
{
	add(batch, BSN_WRITE_PUT, keep(batch, key), value);
}

void
batch_put_borrowed(Batch *batch, bsn_slice key, bsn_slice value)
{
	add(batch, BSN_WRITE_PUT, key, value);
}

void
batch_delete_borrowed(Batch *batch, bsn_slice key)
{
	add(batch, BSN_WRITE_DELETE, key, bsn_slice_of(NULL, 0));
}

void
batch_delete_short(Batch *batch, bsn_slice key)
{
	batch_delete_borrowed(batch, keep(batch, key));
}

int32_t
batch_commit(const Batch *batch, bsn_chain *chain, guint64 cookie,
	     bsn_err *err)
{
	return services.store->commit(
		chain, (const bsn_write *)(const void *)batch->writes->data,
		batch->writes->len, cookie, err);
}
