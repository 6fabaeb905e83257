/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/tx.h: one transaction of a block, opened and
 * judged as far as it can be judged by itself.
 */
#ifndef FABRIC_LEDGER_TX_H
#define FABRIC_LEDGER_TX_H

#include "plugins/engine-fabric/ledger/writes.h"

/* What becomes of a transaction; one byte in the block's metadata. */
typedef guint8 TxCode;
#define TX_CODE(name) ((TxCode)PROTOS__TX_VALIDATION_CODE__##name)

/* One signature of a block. */
typedef struct {
	bsn_slice identity; /* SerializedIdentity */
	bsn_slice message;
	bsn_slice signature; /* DER */
	guint index;	     /* of the block's distinct ones */
} TxSignature;

typedef struct {
	Arena arena;
	bsn_slice envelope;
	Transaction opened;

	/* What is wrong, in the order in which Fabric finds it: before the
	 * creator's signature is looked at; after it; and once it is known
	 * that the transaction is none of before. VALID: nothing. */
	TxCode header;
	TxCode body;
	TxCode content;

	bsn_slice tx_id; /* as it says; may be empty. With a NUL behind */
	gboolean is_config;
	TxWrites writes;

	TxSignature creator;
	TxSignature *endorsements; /* opened.n_endorsements, in their order */
} BlockTx;

/* The chaincode that was called; once `content` is VALID. */
static inline bsn_slice
block_tx_chaincode(const BlockTx *tx)
{
	return bsn_slice_str(tx->opened.action->chaincode_id->name);
}

/* Reads `envelope`, which must outlive it. Pure: transactions of a block may be
 * read at the same time. For block_tx_clear. [any] */
void block_tx_read(BlockTx *tx, const Suite *suite, bsn_slice channel_id,
		   bsn_slice envelope);
void block_tx_clear(BlockTx *tx);

#endif
