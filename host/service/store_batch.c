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
/* Values from here on are apart: bodies of blocks, of which there may be a hundred
 * times as much as of all keys. */
#define APART_MIN (16u << 10)

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
	size->apart += len >= APART_MIN ? data : 0;
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

/* Where the bytes of a new batch go. */
static guint8 *
frame_of(StoreBatch *batch, guint64 n)
{
	return (guint8 *)batch->entries + n * sizeof(StoreEntry);
}

static StoreBatch *
write_apart(guint32 prefix, const bsn_write *write)
{
	const guint64 len = WRITE_HEAD_LEN + STORE_PREFIX_LEN +
			    write->key.len + write->value.len;
	StoreBatch *batch = allocate(1, len);
	guint8 *at;

	if (batch == NULL)
		return NULL;
	at = frame_of(batch, 1);
	copy_write(&batch->entries[0], &at, prefix, write);
	batch->entries[0].batch = batch;
	batch->size.data = len;
	batch->n = 1;
	return batch;
}

/* One more entry. FALSE when memory ran out. */
static gboolean
add_write(StoreBatch *batch, guint8 **at, const bsn_write *write)
{
	StoreEntry *entry = &batch->entries[batch->n];

	if (value_len(write) < APART_MIN) {
		copy_write(entry, at, batch->prefix, write);
		entry->batch = batch;
	} else {
		StoreBatch *apart = write_apart(batch->prefix, write);

		if (apart == NULL)
			return FALSE;
		*entry = apart->entries[0];
	}
	batch->n++;
	return TRUE;
}

gsize
store_batch_pieces_max(const StoreBatch *batch)
{
	gsize n = 1;

	for (guint64 i = 0; batch->size.apart > 0 && i < batch->n; i++)
		n += batch->entries[i].batch != batch ? 2 : 0;
	return n;
}

gsize
store_batch_pieces(const StoreBatch *batch, struct iovec *out)
{
	struct iovec own = { (void *)batch->frame, FRAME_HEAD_LEN };
	gsize n = 0;

	if (batch->size.apart == 0) {
		own.iov_len = (gsize)batch->size.data;
		out[n++] = own;
		return n;
	}
	for (guint64 i = 0; i < batch->n; i++) {
		const StoreEntry *entry = &batch->entries[i];
		const StoreBatch *apart = entry->batch;

		if (apart == batch) {
			own.iov_len += WRITE_HEAD_LEN + entry->key_len +
				       entry->value_len;
			continue;
		}
		if (own.iov_len > 0)
			out[n++] = own;
		own.iov_base = (guint8 *)own.iov_base + own.iov_len;
		own.iov_len = 0;
		out[n++] = (struct iovec){ (void *)apart->frame,
					   (gsize)apart->size.data };
	}
	if (own.iov_len > 0)
		out[n++] = own;
	return n;
}

static guint32
checksum(const StoreBatch *batch)
{
	g_autofree struct iovec *pieces =
		g_new(struct iovec, store_batch_pieces_max(batch));
	const gsize n = store_batch_pieces(batch, pieces);
	guint32 crc = store_crc(0, batch->frame + FRAME_HEAD_LEN,
				pieces[0].iov_len - FRAME_HEAD_LEN);

	for (gsize i = 1; i < n; i++)
		crc = store_crc(crc, pieces[i].iov_base, pieces[i].iov_len);
	return crc;
}

/* The copy is as it goes into the journal, so that nothing is copied there. */
StoreBatch *
store_batch_new(guint32 prefix, const bsn_write *writes, guint64 n,
		const StoreBatchSize *size)
{
	StoreBatch *batch = allocate(n, size->data - size->apart);
	FrameHead head = { .len = size->data - FRAME_HEAD_LEN,
			   .prefix = prefix };
	guint8 *at;

	if (batch == NULL)
		return NULL;
	batch->prefix = prefix;
	batch->size = *size;
	at = frame_of(batch, n) + FRAME_HEAD_LEN;
	for (guint64 i = 0; i < n; i++)
		if (!add_write(batch, &at, write_at(writes, i))) {
			store_batch_unref(batch);
			return NULL;
		}
	head.crc = checksum(batch);
	frame_head_write(frame_of(batch, n), &head);
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

static gboolean
stays(const StoreEntry *entry, const StoreView *view)
{
	return view != NULL && entry->value_len >= APART_MIN;
}

/* Adds up the writes of a frame, and their number. FALSE when the bytes are not
 * whole writes under the prefix. */
static gboolean
measure_frame(const guint8 *at, guint64 len, guint32 prefix,
	      const StoreView *view, StoreBatchSize *size, guint64 *n)
{
	guint32 big_endian = GUINT32_TO_BE(prefix);

	*size = (StoreBatchSize){ .memory = sizeof(StoreBatch) +
					    FRAME_HEAD_LEN,
				  .data = FRAME_HEAD_LEN + len };
	for (*n = 0; len > 0; (*n)++) {
		StoreEntry entry;
		guint64 took = read_write(at, len, &entry);

		if (took == 0 ||
		    memcmp(entry.key, &big_endian, STORE_PREFIX_LEN) != 0)
			return FALSE;
		size->memory += ENTRY_OVERHEAD + took;
		size->map += map_room(entry.value_len);
		if (stays(&entry, view)) {
			size->memory -= entry.value_len;
			size->apart += took;
		}
		at += took;
		len -= took;
	}
	return TRUE;
}

StoreBatch *
store_batch_in_view(const StoreEntry *entry, StoreView *view, guint64 at)
{
	StoreBatch *batch = allocate(1, entry->key_len);

	if (batch == NULL)
		return NULL;
	batch->entries[0] = (StoreEntry){
		.batch = batch,
		.key = memcpy(frame_of(batch, 1), entry->key, entry->key_len),
		.value = store_view_bytes(view) + at,
		.key_len = entry->key_len,
		.value_len = entry->value_len,
	};
	batch->view = store_view_ref(view);
	batch->n = 1;
	return batch;
}

/* Where bytes of the journal are. */
typedef struct {
	StoreView *view;
	guint64 at;
} Place;

/* One more entry, of the write at the front; its bytes, or 0 when memory ran
 * out. */
static guint64
read_entry(StoreBatch *batch, guint8 **own, const guint8 *write, guint64 len,
	   const Place *place)
{
	StoreEntry *entry = &batch->entries[batch->n];
	const guint64 took = read_write(write, len, entry);

	if (stays(entry, place->view)) {
		StoreBatch *apart = store_batch_in_view(
			entry, place->view,
			place->at + (guint64)(entry->value - write));

		if (apart == NULL)
			return 0;
		*entry = apart->entries[0];
	} else {
		(void)read_write(append(own, write, took), took, entry);
		entry->batch = batch;
	}
	batch->n++;
	return took;
}

StoreBatch *
store_batch_read(const guint8 *frame, guint64 len, StoreView *view, guint64 at,
		 const char **why)
{
	Place place = { view, at + FRAME_HEAD_LEN };
	StoreBatchSize size;
	StoreBatch *batch;
	FrameHead head;
	guint8 *own;
	guint64 n;

	*why = "it has a frame that is cut";
	if (len < FRAME_HEAD_LEN)
		return NULL;
	frame_head_read(&head, frame);
	if (head.len > len - FRAME_HEAD_LEN)
		return NULL;
	frame += FRAME_HEAD_LEN;
	*why = "it has a write that this version does not know";
	if (!measure_frame(frame, head.len, head.prefix, view, &size, &n))
		return NULL;
	*why = "there is no memory for it";
	batch = allocate(n, size.data - size.apart);
	if (batch == NULL)
		return NULL;
	batch->prefix = head.prefix;
	batch->size = size;
	own = frame_of(batch, n);
	for (guint64 done = 0; done < head.len;) {
		guint64 took = read_entry(batch, &own, frame + done,
					  head.len - done, &place);

		if (took == 0) {
			store_batch_unref(batch);
			return NULL;
		}
		place.at += took;
		done += took;
	}
	return batch;
}

StoreBatch *
store_batch_ref(StoreBatch *batch)
{
	g_atomic_ref_count_inc(&batch->refs);
	return batch;
}

void
store_batch_drop_apart(StoreBatch *batch)
{
	for (guint64 i = 0; batch->size.apart > 0 && i < batch->n; i++) {
		StoreEntry *entry = &batch->entries[i];

		if (entry->batch != batch) {
			store_batch_unref(entry->batch);
			*entry = (StoreEntry){ .batch = batch };
		}
	}
}

void
store_batch_unref(StoreBatch *batch)
{
	if (!g_atomic_ref_count_dec(&batch->refs))
		return;
	store_batch_drop_apart(batch);
	store_view_unref(batch->view);
	g_free(batch);
}
