/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/private.h: the values of collections, on nodes
 * that may have them, beside the digests that all have.
 *
 * A value stands in the state as everything else does, under a state key whose
 * collection is PRIVATE_MARK and the collection's name and whose key is the key
 * itself: so it is read, walked and kept for running simulations by the same
 * code. It is there only while the digest of the same collection and key is one
 * of it, and has that digest's version. Such items are in no commit hash, no
 * block and no snapshot for other nodes.
 *
 * What a digest is of is found by STORE_PRIVATE (key.h), which lasts as long as
 * the value.
 */
#ifndef FABRIC_LEDGER_PRIVATE_H
#define FABRIC_LEDGER_PRIVATE_H

#include "plugins/engine-fabric/ledger/ledger.h"

/* Whether a state key is one of private values. [any] */
gboolean private_state_key_is(bsn_slice state_key);
/* In the arena. [any] */
bsn_slice private_state_key(Arena *arena, bsn_slice namespace,
			    bsn_slice collection, bsn_slice key);
/* The name that a collection's values have in state keys. [any] */
bsn_slice private_collection(Arena *arena, bsn_slice collection);

/* The value that a digest is of.
 *
 * In:      key_hash: of its key.
 * Out:     item: a reference, its key a private state key; NULL: it is not here,
 *          or there is no such key.
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. [any] */
int32_t private_find(const State *state, bsn_slice namespace,
		     bsn_slice collection, bsn_slice key_hash, StateItem **item,
		     bsn_err *err);

/* Adds to a tree of items what one collection's KVRWSet has for one
 * transaction, as far as keys and values are what the digests of that
 * transaction say. What has been overwritten, expired or purged since is sorted
 * out when the tree is handed on, by channel_ledger_append or private_put_late.
 *
 * Returns: BSN_OK, whatever the set has.
 * In:      hashed: what the block has of it; set: bytes from anywhere, empty for
 *          nothing; version: the transaction's place.
 * Out:     complete: every value of `hashed` is there. What is deleted needs no
 *          private data.
 * Errors:  BSN_E_*: this node cannot digest. [any] */
int32_t private_apply(const State *state, GTree *updates, bsn_slice namespace,
		      const TransactionCollection *hashed, bsn_slice set,
		      Version version, gboolean *complete, bsn_err *err);

/* Hands private values that came after their block to the store, with `beside`,
 * as a batch of its own; nothing at all is no batch.
 *
 * In:      updates: of private_apply; afterwards it has what was changed.
 * Returns: as bsn_store.commit; BSN_E_IO, BSN_E_CORRUPT. [strand] */
int32_t private_put_late(ChannelLedger *ledger, GTree *updates,
			 const bsn_write *beside, guint n, guint64 cookie,
			 bsn_err *err);

/* ---- for ledger.c and commit.c ---- */

/* What the values that came with a block, `given`, and the digests that it
 * changes make of the private state: added to outcome->private_updates.
 *
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. */
int32_t private_settle(const State *state, GTree *given, BlockOutcome *outcome,
		       bsn_err *err);
/* Puts or deletes an item and, if it is a private one, what finds it by its
 * digest. */
void private_put(LedgerBatch *batch, const Suite *suite, const StateItem *item);

#endif
