/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/ledger/record.h"

#include <string.h>

#include "plugins/engine-xuper/services.h"
#include "plugins/kit/wire.h"

/* ---- keys ---- */

RecordKey
record_key(char kind)
{
	return (RecordKey){ { (guint8)kind }, 1 };
}

RecordKey
record_key_at(char kind, guint64 height)
{
	const guint64 big_endian = GUINT64_TO_BE(height);
	RecordKey key = record_key(kind);

	memcpy(key.bytes + 1, &big_endian, sizeof(big_endian));
	key.len += sizeof(big_endian);
	return key;
}

static RecordKey
add_id(RecordKey key, const guint8 id[HASH_LEN])
{
	memcpy(key.bytes + key.len, id, HASH_LEN);
	key.len += HASH_LEN;
	return key;
}

RecordKey
record_key_block(char kind, guint64 height, const guint8 id[HASH_LEN])
{
	return add_id(record_key_at(kind, height), id);
}

RecordKey
record_key_id(char kind, const guint8 id[HASH_LEN])
{
	return add_id(record_key(kind), id);
}

gboolean
record_key_read(bsn_slice key, guint64 *height, guint8 id[HASH_LEN])
{
	Wire wire = wire_of(key);
	bsn_slice bytes;

	(void)wire_u8(&wire);
	*height = wire_u64(&wire);
	bytes = wire_bytes(&wire, HASH_LEN);
	if (!wire_end(&wire))
		return FALSE;
	memcpy(id, bytes.data, HASH_LEN);
	return TRUE;
}

/* ---- values ---- */

static int32_t
damaged(const char *what, bsn_err *err)
{
	return bsn_fail(err, BSN_E_CORRUPT, "the ledger's record of %s is "
					    "damaged", what);
}

void
record_put_head(GByteArray *out, const LedgerTotals *totals)
{
	wire_put(out, LEDGER_FORMAT, 4);
	wire_put(out, totals->height, 8);
	wire_put(out, totals->bytes, 8);
	wire_put(out, totals->txs, 8);
	g_byte_array_append(out, totals->id, HASH_LEN);
}

int32_t
record_read_head(bsn_slice bytes, LedgerTotals *totals, bsn_err *err)
{
	Wire wire = wire_of(bytes);
	const guint32 format = wire_u32(&wire);
	bsn_slice id;

	if (!wire.bad && format != LEDGER_FORMAT)
		return bsn_fail(err, BSN_E_VERSION,
				"the chain was stored in format %u, this "
				"engine reads %u", format, LEDGER_FORMAT);
	totals->height = wire_u64(&wire);
	totals->bytes = wire_u64(&wire);
	totals->txs = wire_u64(&wire);
	id = wire_bytes(&wire, HASH_LEN);
	if (!wire_end(&wire))
		return damaged("its newest block", err);
	memcpy(totals->id, id.data, HASH_LEN);
	return BSN_OK;
}

void
record_put_height(GByteArray *out, guint64 height)
{
	wire_put(out, height, 8);
}

int32_t
record_read_height(bsn_slice bytes, guint64 *height, bsn_err *err)
{
	Wire wire = wire_of(bytes);

	*height = wire_u64(&wire);
	return wire_end(&wire) ? BSN_OK : damaged("a block's height", err);
}

void
record_put_place(GByteArray *out, guint64 height, guint32 index, GBytes *note)
{
	wire_put(out, height, 8);
	wire_put(out, index, 4);
	if (note != NULL)
		wire_put_bytes(out, bsn_slice_of(g_bytes_get_data(note, NULL),
						 g_bytes_get_size(note)));
}

int32_t
record_read_place(bsn_slice bytes, LedgerPlace *place, bsn_slice *note,
		  bsn_err *err)
{
	Wire wire = wire_of(bytes);

	place->height = wire_u64(&wire);
	place->index = wire_u32(&wire);
	*note = wire.rest;
	return wire.bad ? damaged("a transaction's place", err) : BSN_OK;
}

/* Each with its length and 1 before it; 0: there is none. */
void
record_put_notes(GByteArray *out, GBytes *const *notes, guint n)
{
	for (guint i = 0; i < n; i++) {
		GBytes *note = notes != NULL ? notes[i] : NULL;
		gsize len = 0;
		const void *data =
			note != NULL ? g_bytes_get_data(note, &len) : NULL;

		wire_put(out, note != NULL ? len + 1 : 0, 4);
		wire_put_bytes(out, bsn_slice_of(data, len));
	}
}

int32_t
record_read_notes(bsn_slice bytes, guint n, GBytes ***notes, bsn_err *err)
{
	Wire wire = wire_of(bytes);

	*notes = g_new0(GBytes *, MAX(n, 1));
	for (guint i = 0; i < n && !wire.bad; i++) {
		const guint32 len = wire_u32(&wire);
		bsn_slice note = wire_bytes(&wire, len > 0 ? len - 1 : 0);

		if (len > 0 && !wire.bad)
			(*notes)[i] = g_bytes_new(note.data, note.len);
	}
	if (wire_end(&wire))
		return BSN_OK;
	record_notes_free(g_steal_pointer(notes), n);
	return damaged("what a block's transactions came to", err);
}

void
record_notes_free(GBytes **notes, guint n)
{
	for (guint i = 0; notes != NULL && i < n; i++)
		g_bytes_unref(notes[i]);
	g_free(notes);
}

/* ---- batches ---- */

void
batch_init(Batch *batch)
{
	*batch = (Batch){
		.writes = g_array_new(FALSE, FALSE, sizeof(bsn_write)),
	};
}

void
batch_clear(Batch *batch)
{
	g_clear_pointer(&batch->writes, g_array_unref);
	arena_clear(&batch->keys);
}

static void
add(Batch *batch, guint32 op, const RecordKey *key, bsn_slice value)
{
	const bsn_write write = {
		.size = sizeof(write),
		.op = op,
		.key = { (guint8 *)arena_copy(&batch->keys, key->bytes,
					      key->len),
			 key->len },
		.value = value,
	};

	g_array_append_val(batch->writes, write);
}

void
batch_put(Batch *batch, RecordKey key, bsn_slice value)
{
	add(batch, BSN_WRITE_PUT, &key, value);
}

void
batch_delete(Batch *batch, RecordKey key)
{
	add(batch, BSN_WRITE_DELETE, &key, bsn_slice_of(NULL, 0));
}

int32_t
batch_commit(const Batch *batch, bsn_chain *chain, guint64 cookie, bsn_err *err)
{
	return services.store->commit(
		chain, (const bsn_write *)(const void *)batch->writes->data,
		batch->writes->len, cookie, err);
}
