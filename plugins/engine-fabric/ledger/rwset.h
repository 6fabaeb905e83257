/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/rwset.h: a transaction's read-write set, read:
 * what it saw, and what it does to each state key.
 */
#ifndef FABRIC_LEDGER_RWSET_H
#define FABRIC_LEDGER_RWSET_H

#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "ledger/rwset/rwset.pb-c.h"
#include "plugins/engine-fabric/codec/message.h"
#include "plugins/engine-fabric/suite.h"

/* What happens to one state key. */
typedef struct {
	bsn_slice key;    /* state key */
	gboolean writes;  /* the value, or that there is none */
	gboolean deletes; /* with `writes`: there is none */
	gboolean describes; /* changes the metadata */
	bsn_slice value;
	bsn_slice metadata; /* KVMetadataWrite with entries only; or empty */
} RwsetWrite;

/* One collection of a namespace. */
typedef struct {
	bsn_slice name;
	const Kvrwset__HashedRWSet *set;
} RwsetCollection;

typedef struct {
	bsn_slice name;
	const Kvrwset__KVRWSet *set;
	RwsetCollection *collections;
	gsize n_collections;
	gboolean writes; /* anything, also to a collection */
} RwsetNamespace;

/* All in the arena that it was read into. */
typedef struct {
	RwsetNamespace *namespaces;
	gsize n_namespaces;
	RwsetWrite *writes; /* by state key, each once */
	gsize n_writes;
	gboolean same_namespace; /* one is there twice */
	gboolean same_key;       /* a set writes one twice */
} Rwset;

/* Reads a TxReadWriteSet.
 *
 * Returns: TRUE; FALSE when it is none, or a key is no text. [any] */
gboolean rwset_read(Arena *arena, const Suite *suite, bsn_slice bytes,
		    Rwset *rwset);

#endif
