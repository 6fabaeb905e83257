/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_batch.h"

#include <bsn/helpers/error.h>
#include <string.h>

#include "host/service/store_crc.h"
#include "host/service/store_record.h"

/* Memory for a write beside its bytes: the entry and its overlay node. */
#define ENTRY_OVERHEAD (sizeof(StoreEntry) + 72)
/* LMDB's usual page. A write changes a copy of one, and may split it; a value
 * that does not fit beside another in a page has pages of its own. */
#define MAP_PAGE 4096u
#define INLINE_VALUE_MAX 1900u

void
store_key_set(StoreKey *out, guint32 prefix, bsn_slice key)
{
	guint32 big_endian = GUINT32_TO_BE(prefix);
	gsize room = sizeof(out->bytes) - STORE_PREFIX_LEN;
	gsize len = key.len < room ? (gsize)key.len : room;

	memcpy(out->bytes, &big_endian, STORE_PREFIX_LEN);
	if (len > 0)
		memcpy(out->bytes + STORE_PREFIX_LEN, key.data, len);
	out->len = STORE_PREFIX_LEN + len;
}

void
store_key_set_end(StoreKey *out, guint32 prefix)
{
	memset(out->bytes, 0xff, sizeof(out->bytes));
	store_key_set(out, prefix, (bsn_slice){ NULL, 0 });
	out->len = sizeof(out->bytes);
}

int
store_key_compare(const void *a, gsize a_len, const void *b, gsize b_len)
{
	int order = memcmp(a, b, MIN(a_len, b_len));

	if (order != 0)
		return order;
	return a_len < b_len ? -1 : a_len > b_len;
}

static const bsn_write *
write_at(const bsn_write *writes, guint64 i)
{
	return (const bsn_write *)(const void *)((const guint8 *)writes +
						 i * writes[0].size);
}

static guint64
value_len(const bsn_write *write)
{
	return write->op == BSN_WRITE_PUT ? write->value.len : 0;
}

static int32_t
check(const bsn_write *write, guint64 i, bsn_err *err)
{
	guint64 len;

	if (write->op != BSN_WRITE_PUT && write->op != BSN_WRITE_DELETE)
		return bsn_fail(err, BSN_E_INVALID,
				"write %" G_GUINT64_FORMAT
				" of the batch has the unknown op %u",
				i, write->op);
	len = value_len(write);
	if ((write->key.len > 0 && write->key.data == NULL) ||
	    (len > 0 && write->value.data == NULL))
		return bsn_fail(err, BSN_E_INVALID,
				"write %" G_GUINT64_FORMAT
				" of the batch has a length but no bytes",
				i);
	if (write->key.len > BSN_STORE_KEY_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the key of write %" G_GUINT64_FORMAT " has %"
				G_GUINT64_FORMAT " bytes; the limit is %u",
				i, write->key.len, BSN_STORE_KEY_MAX);
	if (len > BSN_STORE_VALUE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the value of write %" G_GUINT64_FORMAT
				" has %" G_GUINT64_FORMAT
				" bytes; the limit is %u",
				i, len, BSN_STORE_VALUE_MAX);
	return BSN_OK;
}

static guint64
map_room(guint64 value)
{
	guint64 room = 2 * MAP_PAGE;

	if (value > INLINE_VALUE_MAX)
		room += (value / MAP_PAGE + 1) * MAP_PAGE;
	return room;
}

static void
add(StoreBatchSize *size, const bsn_write *write)
{
	guint64 len = value_len(write);
	guint64 data = WRITE_HEAD_LEN + STORE_PREFIX_LEN + write->key.len + len;

	size->data += data;
	size->memory += data + ENTRY_OVERHEAD;
	size->map += map_room(len);
}

int32_t
store_batch_measure(const bsn_write *writes, guint64 n, guint64 memory_max,
		    StoreBatchSize *out, bsn_err *err)
{
	*out = (StoreBatchSize){ .memory = sizeof(StoreBatch) + FRAME_HEAD_LEN,
				 .data = FRAME_HEAD_LEN };
	if (n > 0 && (writes == NULL || !BSN_REACHES(writes, value) ||
		      writes[0].size % _Alignof(bsn_write) != 0))
		return bsn_fail(err, BSN_E_INVALID,
				"the first write's size is not that of a "
				"bsn_write");
	for (guint64 i = 0; i < n; i++) {
		int32_t status = check(write_at(writes, i), i, err);

		if (status != BSN_OK)
			return status;
		add(out, write_at(writes, i));
		if (out->memory > memory_max)
			return bsn_fail(err, BSN_TOO_LARGE,
					"the batch takes more than the %"
					G_GUINT64_FORMAT " bytes that may "
					"wait for the disk: split it",
					memory_max);
	}
	return BSN_OK;
}

static StoreBatch *
allocate(guint64 n, guint64 data)
{
	gsize head = sizeof(StoreBatch) + (gsize)n * sizeof(StoreEntry);
	StoreBatch *batch = g_try_malloc(head + (gsize)data);

	if (batch == NULL)
		return NULL;
	memset(batch, 0, sizeof(*batch));
	g_atomic_ref_count_init(&batch->refs);
	batch->n = n;
	batch->frame = (guint8 *)batch + head;
	return batch;
}

/* Appends bytes at *at and returns where they are. */
static const guint8 *
append(guint8 **at, const void *data, guint64 len)
{
	guint8 *start = *at;

	if (len > 0)
		memcpy(start, data, (gsize)len);
	*at += len;
	return start;
}

static void
copy_write(StoreEntry *entry, guint8 **at, guint32 prefix,
	   const bsn_write *write)
{
	guint32 big_endian = GUINT32_TO_BE(prefix);

	entry->key_len = STORE_PREFIX_LEN + (guint32)write->key.len;
	entry->value_len = (guint32)value_len(write);
	entry->deleted = write->op == BSN_WRITE_DELETE;
	record_put_u32(*at, entry->key_len);
	record_put_u32(*at + 4,
		       entry->deleted ? WRITE_DELETED : entry->value_len);
	*at += WRITE_HEAD_LEN;
	entry->key = append(at, &big_endian, STORE_PREFIX_LEN);
	append(at, write->key.data, write->key.len);
	entry->value = append(at, write->value.data, entry->value_len);
}

/* The copy is as it goes into the journal, so that nothing is copied there. */
StoreBatch *
store_batch_new(guint32 prefix, const bsn_write *writes, guint64 n,
		const StoreBatchSize *size)
{
	StoreBatch *batch = allocate(n, size->data);
	FrameHead head = { .len = size->data - FRAME_HEAD_LEN,
			   .prefix = prefix };
	guint8 *frame, *at;

	if (batch == NULL)
		return NULL;
	batch->size = *size;
	frame = (guint8 *)batch->entries + n * sizeof(StoreEntry);
	at = frame + FRAME_HEAD_LEN;
	for (guint64 i = 0; i < n; i++) {
		batch->entries[i].batch = batch;
		copy_write(&batch->entries[i], &at, prefix,
			   write_at(writes, i));
	}
	head.crc = store_crc(0, frame + FRAME_HEAD_LEN, (gsize)head.len);
	frame_head_write(frame, &head);
	return batch;
}

/* ---- out of the journal ---- */

/* Bytes of the write at the front of `len` bytes; 0 when it is not one. */
static guint64
read_write(const guint8 *at, guint64 len, StoreEntry *out)
{
	guint32 value;

	if (len < WRITE_HEAD_LEN)
		return 0;
	out->key_len = record_get_u32(at);
	value = record_get_u32(at + 4);
	out->deleted = value == WRITE_DELETED;
	out->value_len = out->deleted ? 0 : value;
	out->key = at + WRITE_HEAD_LEN;
	out->value = out->key + out->key_len;
	if (out->key_len < STORE_PREFIX_LEN ||
	    out->key_len > STORE_PREFIX_LEN + BSN_STORE_KEY_MAX ||
	    out->value_len > BSN_STORE_VALUE_MAX ||
	    (guint64)out->key_len + out->value_len > len - WRITE_HEAD_LEN)
		return 0;
	return WRITE_HEAD_LEN + (guint64)out->key_len + out->value_len;
}

/* FALSE when the bytes are not whole writes under the prefix. */
static gboolean
count_writes(const guint8 *at, guint64 len, guint32 prefix, guint64 *n)
{
	guint32 big_endian = GUINT32_TO_BE(prefix);

	for (*n = 0; len > 0; (*n)++) {
		StoreEntry entry;
		guint64 took = read_write(at, len, &entry);

		if (took == 0 ||
		    memcmp(entry.key, &big_endian, STORE_PREFIX_LEN) != 0)
			return FALSE;
		at += took;
		len -= took;
	}
	return TRUE;
}

static void
read_entries(StoreBatch *batch)
{
	const guint8 *at = batch->frame + FRAME_HEAD_LEN;
	guint64 left = batch->size.data - FRAME_HEAD_LEN;

	batch->size.memory = sizeof(StoreBatch) + batch->size.data;
	for (guint64 i = 0; i < batch->n; i++) {
		StoreEntry *entry = &batch->entries[i];
		guint64 took = read_write(at, left, entry);

		entry->batch = batch;
		at += took;
		left -= took;
		batch->size.memory += ENTRY_OVERHEAD;
		batch->size.map += map_room(entry->value_len);
	}
}

StoreBatch *
store_batch_read(const guint8 *frame, guint64 len, const char **why)
{
	StoreBatch *batch;
	FrameHead head;
	guint64 n;

	*why = "it has a frame that is cut";
	if (len < FRAME_HEAD_LEN)
		return NULL;
	frame_head_read(&head, frame);
	if (head.len > len - FRAME_HEAD_LEN)
		return NULL;
	*why = "it has a write that this version does not know";
	if (!count_writes(frame + FRAME_HEAD_LEN, head.len, head.prefix, &n))
		return NULL;
	*why = "there is no memory for it";
	batch = allocate(n, FRAME_HEAD_LEN + head.len);
	if (batch == NULL)
		return NULL;
	batch->size.data = FRAME_HEAD_LEN + head.len;
	memcpy((guint8 *)batch->entries + n * sizeof(StoreEntry), frame,
	       (gsize)batch->size.data);
	read_entries(batch);
	return batch;
}

StoreBatch *
store_batch_ref(StoreBatch *batch)
{
	g_atomic_ref_count_inc(&batch->refs);
	return batch;
}

void
store_batch_unref(StoreBatch *batch)
{
	if (g_atomic_ref_count_dec(&batch->refs))
		g_free(batch);
}
