/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_batch.h: an accepted batch: one allocation, but for large
 * values, each of which is in a batch of its own, to leave memory once it is in the
 * journal.
 */
#ifndef HOST_SERVICE_STORE_BATCH_H
#define HOST_SERVICE_STORE_BATCH_H

#include <bsn/host.h>
#include <glib.h>
#include <sys/uio.h>

#include "host/service/store_view.h"

/* Bytes that every key has in front: its space's number, big-endian. */
#define STORE_PREFIX_LEN 4u
/* Longest key with its prefix, and one byte more for bounds of scans: cut to
 * that, a bound still compares the same with every legal key. */
#define STORE_KEY_ROOM (STORE_PREFIX_LEN + BSN_STORE_KEY_MAX + 1)

/* A key with its prefix. */
typedef struct {
	guint8 bytes[STORE_KEY_ROOM];
	gsize len;
} StoreKey;

void store_key_set(StoreKey *out, guint32 prefix, bsn_slice key);
/* A bound above every key of the prefix. */
void store_key_set_end(StoreKey *out, guint32 prefix);
/* As memcmp; a key that begins another is the smaller one. */
int store_key_compare(const void *a, gsize a_len, const void *b, gsize b_len);

typedef struct StoreBatch StoreBatch;

/* One write of a batch; its bytes are those of `batch`, which is another one when
 * the value is apart. */
typedef struct {
	StoreBatch *batch;
	const guint8 *key; /* prefix and key */
	const guint8 *value;
	guint32 key_len;
	guint32 value_len;
	gboolean deleted;
} StoreEntry;

/* What a batch takes. */
typedef struct {
	guint64 memory;	    /* bytes until it is in the database */
	guint64 data;	    /* bytes of its frame in the journal */
	guint64 apart;	    /* of both, bytes of writes whose value is apart */
	guint64 map;        /* bytes of the map, at most, to write it */
} StoreBatchSize;

struct StoreBatch {
	StoreBatch *next; /* in the committer's queue */
	struct StoreSpace *space;
	guint64 cookie;
	guint32 epoch;    /* of the space when accepted */
	guint32 generation; /* of the space's overlay that it is in */
	gboolean dropped; /* its prefix is being erased: nothing to write */
	gboolean recorded; /* goes into the journal */
	gatomicrefcount refs;
	StoreBatchSize size;
	guint32 prefix;
	StoreView *view; /* has the value; NULL: the batch has */
	guint64 n;
	const guint8 *frame; /* store_record.h, without what is apart */
	StoreEntry entries[];
};

/* Checks writes and adds up what they take. More than `memory_max` is
 * BSN_TOO_LARGE, as are keys and values over the ABI's limits. */
int32_t store_batch_measure(const bsn_write *writes, guint64 n,
			    guint64 memory_max, StoreBatchSize *out,
			    bsn_err *err);
/* Copies measured writes; NULL when memory ran out. */
StoreBatch *store_batch_new(guint32 prefix, const bsn_write *writes, guint64 n,
			    const StoreBatchSize *size);
/* A batch out of `len` bytes that begin with its frame, whose checksum is
 * right. NULL, with a sentence part in `why`, when it is not what commit
 * writes. Large values are left where they are in the view, if there is one; the
 * frame is `at` there. */
StoreBatch *store_batch_read(const guint8 *frame, guint64 len, StoreView *view,
			     guint64 at, const char **why);
/* The entry to keep: it lies in its batch. */
static inline const StoreEntry *
store_batch_entry(const StoreBatch *batch, guint64 i)
{
	const StoreEntry *entry = &batch->entries[i];

	return entry->batch == batch ? entry : entry->batch->entries;
}

/* The frame, in order, in up to store_batch_pieces_max pieces; how many there
 * are. */
gsize store_batch_pieces_max(const StoreBatch *batch);
gsize store_batch_pieces(const StoreBatch *batch, struct iovec *out);
/* The same entry with its value `at` in a view; NULL when memory ran out. */
StoreBatch *store_batch_in_view(const StoreEntry *entry, StoreView *view,
				guint64 at);
/* Lets go of what is apart: the batch is not written any more, and others keep
 * what they need. */
void store_batch_drop_apart(StoreBatch *batch);
StoreBatch *store_batch_ref(StoreBatch *batch);
void store_batch_unref(StoreBatch *batch);

#endif
