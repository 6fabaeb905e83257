/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_batch.h: an accepted batch, copied into one allocation.
 */
#ifndef HOST_SERVICE_STORE_BATCH_H
#define HOST_SERVICE_STORE_BATCH_H

#include <bsn/host.h>
#include <glib.h>

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

/* One write of a batch; its bytes are the batch's. */
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
	guint64 n;
	const guint8 *frame; /* store_record.h; size.data bytes */
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
 * writes. */
StoreBatch *store_batch_read(const guint8 *frame, guint64 len,
			     const char **why);
StoreBatch *store_batch_ref(StoreBatch *batch);
void store_batch_unref(StoreBatch *batch);

#endif
