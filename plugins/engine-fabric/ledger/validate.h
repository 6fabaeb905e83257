/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/validate.h: what becomes of each transaction of
 * a block.
 */
#ifndef FABRIC_LEDGER_VALIDATE_H
#define FABRIC_LEDGER_VALIDATE_H

#include "plugins/engine-fabric/ledger/incoming.h"
#include "plugins/engine-fabric/ledger/state.h"
#include "plugins/engine-fabric/ledger/trail.h"

/* Who judges endorsements and configs. The caller embeds it. The world state is
 * that of the block before. */
typedef struct TxJudge TxJudge;
struct TxJudge {
	/* Whether what a transaction writes in a namespace is endorsed as its
	 * chaincode's definition asks.
	 *
	 * Returns: VALID, ENDORSEMENT_POLICY_FAILURE, INVALID_CHAINCODE,
	 *          EXPIRED_CHAINCODE, ... Anything but BSN_OK in *status fails
	 *          the whole block: this node cannot judge it.
	 * In:      tx; namespace: the called one first, then each other in
	 *          which it writes; valid: of each of tx->endorsements, whether
	 *          its signature holds. */
	TxCode (*endorsed)(TxJudge *judge, const BlockTx *tx,
			   bsn_slice namespace, const gboolean *valid,
			   int32_t *status);
	/* The same of a config transaction: VALID or
	 * INVALID_CONFIG_TRANSACTION. */
	TxCode (*config)(TxJudge *judge, const BlockTx *tx, int32_t *status);
};

typedef struct {
	TxCode *codes;	 /* of each transaction */
	gboolean *known; /* its id is in the ledger already */
	GTree *updates;	 /* of the world state: a tree of items */
	/* The same outside of the commit hash: private values (private.h), and
	 * digests that expire (expiry.h). Filled in by channel_ledger_append. */
	GTree *private_updates;
	Trail trail; /* of what is in `updates` */
} BlockOutcome;

/* Who has private data for a block, and knows collections. The caller embeds
 * it; NULL: nobody has, and there are none. */
typedef struct PrivateSource PrivateSource;
struct PrivateSource {
	/* The block's transactions are judged. Adds what there is for the valid
	 * ones to `updates` by private_apply, and to `batch` what is to be
	 * written or deleted with the block. [strand] */
	int32_t (*collect)(PrivateSource *source, const IncomingBlock *block,
			   const BlockOutcome *outcome, GTree *updates,
			   LedgerBatch *batch, bsn_err *err);
	/* Blocks after which a value of a collection goes, by the definition
	 * that is in force before the block; 0: never. The same on all nodes,
	 * unless it fails: BSN_E_*. [strand] */
	int32_t (*block_to_live)(PrivateSource *source, bsn_slice namespace,
				 bsn_slice collection, guint64 *blocks,
				 bsn_err *err);
};

/* Begins with NOT_VALIDATED everywhere and no changes. */
void block_outcome_init(BlockOutcome *outcome, guint n_txs);
void block_outcome_clear(BlockOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlockOutcome, block_outcome_clear)

/* Judges all transactions in order.
 *
 * Returns: BSN_OK.
 * In:      verdicts: of each of block->signatures BSN_OK or BSN_BAD_SIGNATURE,
 *          which an identity has as well that the channel does not know; judge.
 * Out:     outcome, initialised.
 * Errors:  a negative verdict or the judge's; BSN_E_IO, BSN_E_CORRUPT.
 * [strand] */
int32_t block_validate(const State *state, guint64 number,
		       const IncomingBlock *block, const int32_t *verdicts,
		       TxJudge *judge, BlockOutcome *outcome, bsn_err *err);

/* The same for a channel's first block, in which nobody is asked: its config is
 * what everything else is judged by.
 *
 * Errors:  BSN_BAD_REQUEST when it is not one config. [any] */
int32_t block_accept_genesis(const IncomingBlock *block, bsn_slice channel_id,
			     BlockOutcome *outcome, bsn_err *err);

#endif
