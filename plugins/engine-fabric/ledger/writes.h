/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/writes.h: what a transaction does to each state
 * key.
 */
#ifndef FABRIC_LEDGER_WRITES_H
#define FABRIC_LEDGER_WRITES_H

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/transaction.h"

/* What happens to one state key. */
typedef struct {
	bsn_slice key;	    /* state key */
	gboolean writes;    /* the value, or that there is none */
	gboolean deletes;   /* with `writes`: there is none */
	gboolean describes; /* changes the metadata */
	bsn_slice value;
	bsn_slice metadata; /* KVMetadataWrite with entries only; or empty */
} TxWrite;

typedef struct {
	TxWrite *writes; /* by state key, each once; in the arena */
	gsize n;
	gboolean illegal; /* a key is written twice, or has no name */
} TxWrites;

/* Whether there is no value afterwards: Fabric's rule, and purging. [any] */
gboolean hashed_write_deletes(const Suite *suite,
			      const Kvrwset__KVWriteHash *write);

/* Gathers the writes of a transaction that transaction_open_results has opened.
 *
 * Returns: TRUE; FALSE when they would take far more memory than the set has
 *          bytes: a long namespace in front of each of many small keys; or when
 *          a collection has no name, or one that private values have. [any]
 */
gboolean tx_writes_read(Arena *arena, const Suite *suite, const Transaction *tx,
			TxWrites *list);

#endif
