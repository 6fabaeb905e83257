/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-tx.h: a transaction of chaincode "basic" in channel "one",
 * by a client of Org1MSP, endorsed by a peer of each of Org1MSP and Org2MSP.
 */
#ifndef TESTS_UNIT_FABRIC_TX_H
#define TESTS_UNIT_FABRIC_TX_H

#include "plugins/engine-fabric/signed.h"
#include "tests/unit/fabric-channel.h"

typedef struct FabricTx FabricTx;
struct FabricTx {
	const FabricOrgs *orgs;
	guint number; /* of its nonce; the block that it read */
	/* Called with each message before it is encoded, and so before it is
	 * hashed or signed. May be NULL. */
	void (*change)(FabricTx *tx, ProtobufCMessage *message);
	Arena arena; /* of all that is made */
	/* Of the last that was made. */
	char tx_id[TX_ID_SIZE];
	guint8 proposal_hash[HASH_LEN];
};

/* An Envelope's bytes, in the arena. */
bsn_slice fabric_tx_make(FabricTx *tx);
/* The SignedProposal that it came of, with a transient map. */
bsn_slice fabric_tx_propose(FabricTx *tx);

#endif
