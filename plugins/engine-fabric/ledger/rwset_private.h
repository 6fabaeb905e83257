/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/rwset_private.h: what a read-write set that is
 * being built has. Internal to rwset_*.c.
 */
#ifndef FABRIC_LEDGER_RWSET_PRIVATE_H
#define FABRIC_LEDGER_RWSET_PRIVATE_H

#include "plugins/engine-fabric/ledger/rwset_builder.h"

typedef struct {
	bsn_slice name;	   /* with a NUL behind */
	GTree *reads;	   /* Kvrwset__KVRead by key, as the others */
	GTree *writes;	   /* Kvrwset__KVWrite */
	GTree *metadata;   /* Kvrwset__KVMetadataWrite */
	GPtrArray *ranges; /* Kvrwset__RangeQueryInfo */
	GTree *collections; /* RwsetCollection by name */
} RwsetNamespace;

/* By key, not by its digest, as Fabric has them. */
typedef struct {
	bsn_slice name; /* with a NUL behind */
	GTree *reads;	/* Kvrwset__KVReadHash */
	GTree *writes;	/* Kvrwset__KVWriteHash */
	GTree *metadata; /* Kvrwset__KVMetadataWriteHash */
	GTree *open;	/* Kvrwset__KVWrite: what they are digests of */
	GTree *described; /* Kvrwset__KVMetadataWrite: keys alone */
	gboolean is_private; /* members are given what is open */
} RwsetCollection;

/* In the arena. */
ProtobufCBinaryData rwset_digest(RwsetBuilder *builder, bsn_slice bytes);

#endif
