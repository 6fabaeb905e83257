/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/tx.h: one transaction of a block, read and judged
 * as far as it can be judged by itself.
 */
#ifndef FABRIC_LEDGER_TX_H
#define FABRIC_LEDGER_TX_H

#include "plugins/engine-fabric/ledger/action.h"
#include "plugins/engine-fabric/ledger/rwset.h"

/* What becomes of a transaction; one byte in the block's metadata. */
typedef guint8 TxCode;
#define TX_CODE(name) ((TxCode)PROTOS__TX_VALIDATION_CODE__##name)

/* Endorsements of one transaction: as many as a policy looks at. */
#define TX_ENDORSEMENTS_MAX 256u

/* One signature of a block. */
typedef struct {
	bsn_slice identity; /* SerializedIdentity */
	bsn_slice message;
	bsn_slice signature; /* DER */
	guint index; /* of the block's distinct ones */
} TxSignature;

typedef struct {
	Arena arena;
	bsn_slice envelope;
	EnvelopeParts parts;
	ActionParts action; /* of an endorser transaction */

	/* What is wrong, in the order in which Fabric finds it: before the
	 * creator's signature is looked at; after it; and once it is known
	 * that the transaction is none of before. VALID: nothing. */
	TxCode header;
	TxCode body;
	TxCode content;

	bsn_slice tx_id; /* as it says; may be empty */
	gboolean is_config;
	bsn_slice chaincode; /* name */
	const Protos__ChaincodeEvent *event; /* or NULL */
	Rwset rwset;

	TxSignature creator;
	TxSignature *endorsements; /* in the order that they have */
	guint n_endorsements;
} BlockTx;

/* Reads `envelope`, which must outlive it. Pure: transactions of a block may be
 * read at the same time. For block_tx_clear. [any] */
void block_tx_read(BlockTx *tx, const Suite *suite, bsn_slice channel_id,
		   bsn_slice envelope);
void block_tx_clear(BlockTx *tx);

#endif
