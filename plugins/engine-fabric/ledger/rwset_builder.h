/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/rwset_builder.h: gathers what a transaction
 * reads and writes, and encodes it as Fabric's endorsers do, so that all who
 * run it on the same state give the same bytes.
 */
#ifndef FABRIC_LEDGER_RWSET_BUILDER_H
#define FABRIC_LEDGER_RWSET_BUILDER_H

#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/ledger/results.h"

typedef struct {
	const Suite *suite; /* borrowed; of what goes in by its digest */
	Arena *arena; /* borrowed; what is gathered lies in it */
	GTree *namespaces;
} RwsetBuilder;

/* One entry of a key's metadata. */
typedef struct {
	const char *name;
	bsn_slice value;
} MetadataEntry;

void rwset_builder_init(RwsetBuilder *builder, const Suite *suite,
			Arena *arena);
void rwset_builder_clear(RwsetBuilder *builder);

/* Everything is copied. The last one of a key counts.
 * In: version: NULL when the key was not there. */
void rwset_builder_read(RwsetBuilder *builder, bsn_slice namespace,
			bsn_slice key, const Version *version);
/* An empty value deletes. */
void rwset_builder_write(RwsetBuilder *builder, bsn_slice namespace,
			 bsn_slice key, bsn_slice value);
/* In: entries, n: by name in ascending order; none: removes the metadata. */
void rwset_builder_describe(RwsetBuilder *builder, bsn_slice namespace,
			    bsn_slice key, const MetadataEntry *entries,
			    gsize n);
/* The same of a collection, of which the set has the digests. */
void rwset_builder_read_hashed(RwsetBuilder *builder, bsn_slice namespace,
			       bsn_slice collection, bsn_slice key,
			       const Version *version);
void rwset_builder_write_hashed(RwsetBuilder *builder, bsn_slice namespace,
				bsn_slice collection, bsn_slice key,
				bsn_slice value);
void rwset_builder_describe_hashed(RwsetBuilder *builder, bsn_slice namespace,
				   bsn_slice collection, bsn_slice key,
				   const MetadataEntry *entries, gsize n);
/* Deletes, so that nothing of it is kept anywhere. */
void rwset_builder_purge_hashed(RwsetBuilder *builder, bsn_slice namespace,
				bsn_slice collection, bsn_slice key);
/* What is written of a collection is given to its members. */
void rwset_builder_keep_open(RwsetBuilder *builder, bsn_slice namespace,
			     bsn_slice collection);
/* A range query; the first one of equal bounds counts. `results` is finished.
 */
void rwset_builder_range(RwsetBuilder *builder, bsn_slice namespace,
			 bsn_slice start, bsn_slice end, gboolean exhausted,
			 QueryResults *results);

/* Appends the TxReadWriteSet. */
void rwset_builder_finish(RwsetBuilder *builder, GByteArray *out);
/* Appends the TxPvtReadWriteSet of collections with rwset_builder_keep_open;
 * nothing when nothing of them is written. */
void rwset_builder_finish_private(RwsetBuilder *builder, GByteArray *out);

#endif
