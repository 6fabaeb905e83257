/* SPDX-License-Identifier: Apache-2.0
 *
 * host/chain/record.h: what the host keeps about its chains, in its own part
 * of the store.
 */
#ifndef HOST_CHAIN_RECORD_H
#define HOST_CHAIN_RECORD_H

#include "host/chain/internal.h"

/* Adds the chain's record, with `closed` as its intended state, and the number
 * last given, as one batch that becomes durable with `cookie`. */
int32_t record_save(ChainTable *table, const Chain *chain, int closed,
		    guint64 cookie, bsn_err *err);
/* Replaces the record by a note that the prefix is to be erased. */
int32_t record_delete(ChainTable *table, const Chain *chain, guint64 cookie,
		      bsn_err *err);
/* The prefix has been erased. */
void record_erased(ChainTable *table, guint32 number);

/* Reads all records: `chain` for each, with a new chain that it takes; `erase`
 * for each prefix that a crash left to be erased. */
typedef struct {
	void (*chain)(ChainTable *table, Chain *chain, int closed);
	void (*erase)(ChainTable *table, guint32 number);
} RecordVisitor;
int32_t record_load(ChainTable *table, const RecordVisitor *visitor,
		    bsn_err *err);

#endif
