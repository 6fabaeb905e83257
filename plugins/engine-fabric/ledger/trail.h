/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/trail.h: where each key of the public state was
 * written before, which is what a history is read along.
 *
 * A block that writes any has one record, its *trail* (STORE_TRAIL), with the
 * links of what its valid transactions write, metadata as well, in their order:
 *
 *	transaction: its position 4, offset and bytes of its envelope in the
 *	             block 4 4, number of links 4; the links
 *	link:        block 8, transaction 4; 0:0, which has a config: none
 *
 * A write links to the version that it replaces. One that deletes has a second
 * link, to the deletion of before, so that nobody need look whether a key that
 * is written anew was there once: its newest version is that of its entry in
 * the state, and the newest deletion is in a record of its own
 * (store_key_deletion), which only deletions read and replace.
 */
#ifndef FABRIC_LEDGER_TRAIL_H
#define FABRIC_LEDGER_TRAIL_H

#include "plugins/engine-fabric/ledger/place.h"
#include "plugins/engine-fabric/ledger/state.h"

static const Version version_none = { 0, 0 };

static inline gboolean
version_is_none(Version version)
{
	return version_compare(version, version_none) == 0;
}

/* What a block adds. */
typedef struct {
	GArray *links;	  /* of all its transactions so far, in order */
	GTree *deletions; /* of each key that it deletes the last one: items */
} Trail;

void trail_init(Trail *trail);
void trail_clear(Trail *trail);

/* How many links a write has: none in a collection. [any] */
guint trail_links_of(const TxWrite *write);

/* Adds the links of a write.
 *
 * Returns: BSN_OK.
 * In:      version: of the transaction; before: of what it replaces, or none;
 *          state: without this block.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. [any] */
int32_t trail_add(Trail *trail, const State *state, const TxWrite *write,
		  Version version, Version before, bsn_err *err);

/* Puts a block's records. In: txs, offsets: of the block, by position. [any] */
void trail_put(const Trail *trail, LedgerBatch *batch, const Suite *suite,
	       guint64 block, const BlockTx *txs, const guint64 *offsets);

/* What the trail of a transaction's block has of it.
 *
 * Returns: BSN_OK.
 * Out:     place; links: the bytes of its links, appended to.
 * Errors:  BSN_E_CORRUPT when it has none; BSN_E_IO. [any] */
int32_t trail_read(const State *state, Version version, TxPlace *place,
		   GByteArray *links, bsn_err *err);
/* A link of those; FALSE when there are not so many. [any] */
gboolean trail_link(bsn_slice links, guint index, Version *to);

/* Out: version: of the newest deletion of a key, or none.
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. [any] */
int32_t trail_deletion(const State *state, bsn_slice key, Version *version,
		       bsn_err *err);

#endif
