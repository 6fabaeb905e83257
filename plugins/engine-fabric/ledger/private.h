/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/private.h: the values of collections, on nodes
 * that may have them, beside the digests that all have.
 *
 * A value stands in the state as everything else does, under a state key whose
 * collection is PRIVATE_MARK and the collection's name and whose key is the key
 * itself: so it is read, walked and kept for running simulations by the same
 * code. It has the version of the transaction that wrote it; the value counts
 * only while the digest of the same collection and key has that version. Such
 * items are in no commit hash, no block and no snapshot for other nodes.
 */
#ifndef FABRIC_LEDGER_PRIVATE_H
#define FABRIC_LEDGER_PRIVATE_H

#include "plugins/engine-fabric/ledger/incoming.h"
#include "plugins/engine-fabric/ledger/validate.h"

/* No collection's name has it. */
#define PRIVATE_MARK '$'

/* Whether a state key is one of private values. [any] */
gboolean private_state_key_is(bsn_slice state_key);
/* In the arena. [any] */
bsn_slice private_state_key(Arena *arena, bsn_slice namespace,
			    bsn_slice collection, bsn_slice key);

/* Adds to a tree of items what one collection's KVRWSet makes of the private
 * state, as far as each key and value is what the digests of that transaction's
 * block say. `hashed`: what the block has of it. Values that are older than what
 * the state or the tree has of a key are left out, and so is what has expired or
 * was purged since.
 *
 * Returns: BSN_OK. Out: complete: every write of `hashed` was there.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT. [strand] */
int32_t private_apply(const State *state, GTree *updates, bsn_slice namespace,
		      const TransactionCollection *hashed, bsn_slice set,
		      Version version, gboolean *complete, bsn_err *err);

/* Hands private values that came after their block to the store, as a batch of
 * its own with `beside` (bsn_write, n).
 *
 * Returns: as bsn_store.commit. [strand] */
int32_t private_put_late(ChannelLedger *ledger, GTree *updates,
			 const bsn_write *beside, guint n, guint64 cookie,
			 bsn_err *err);

/* Who has private data for a block, and knows collections. The caller embeds
 * it; NULL: nobody has. */
typedef struct PrivateSource PrivateSource;
struct PrivateSource {
	/* The block's transactions are judged. Adds what there is for the valid
	 * ones to `updates` by private_apply, and to `batch` what is to be
	 * written or deleted with the block. [strand] */
	int32_t (*collect)(PrivateSource *source, const IncomingBlock *block,
			   const BlockOutcome *outcome, GTree *updates,
			   LedgerBatch *batch, bsn_err *err);
	/* Blocks after which a value of a collection goes, by the definition
	 * that is in force before the block; 0: never. [strand] */
	guint64 (*block_to_live)(PrivateSource *source, bsn_slice namespace,
				 bsn_slice collection);
};

#endif
