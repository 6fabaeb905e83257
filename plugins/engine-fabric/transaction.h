/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/transaction.h: an envelope of a block, opened step by
 * step. Each step answers with Fabric's own validation code, in the order in
 * which Fabric looks, so that an envelope with several faults has the code that
 * it has there:
 *
 *	transaction_open		its headers
 *	(the creator's signature)	BAD_CREATOR_SIGNATURE
 *	transaction_open_action		its id, and what was endorsed
 *	(ids of the ledger)		DUPLICATE_TXID
 *	transaction_open_results	what it read and writes
 *	(endorsement policies, versions)
 *
 * What is in parentheses is the engine's. Everything opened lies in the arena
 * and is valid as long as that and the envelope's bytes.
 */
#ifndef FABRIC_TRANSACTION_H
#define FABRIC_TRANSACTION_H

#include "common/common.pb-c.h"
#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "ledger/rwset/rwset.pb-c.h"
#include "peer/chaincode_event.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/suite.h"

/* Endorsements and namespaces of one transaction, collections of a namespace:
 * more than networks use, and few enough to be looked at. */
#define TRANSACTION_ENDORSEMENTS_MAX 64u
#define TRANSACTION_NAMESPACES_MAX 256u
#define TRANSACTION_COLLECTIONS_MAX 256u

typedef Protos__TxValidationCode TxValidationCode;

/* What was read and is written of a collection, by digests. */
typedef struct {
	const char *name;
	const Kvrwset__HashedRWSet *set;
	bsn_slice private_hash;
} TransactionCollection;

/* The same of a namespace. */
typedef struct {
	const char *name;
	const Kvrwset__KVRWSet *set;
	TransactionCollection *collections;
	guint n_collections;
	gboolean writes; /* anything: its policy is to be fulfilled */
} TransactionNamespace;

typedef struct {
	/* transaction_open */
	const Common__Envelope *envelope;
	const Common__Payload *payload;
	const Common__ChannelHeader *channel;
	const Common__SignatureHeader *signature;
	/* transaction_open_action */
	const Protos__ChaincodeActionPayload *action_payload;
	bsn_slice response_payload; /* what endorsers signed, with themselves */
	const Protos__Endorsement *const *endorsements;
	guint n_endorsements;
	bsn_slice extension; /* of the response: a ChaincodeAction */
	/* transaction_open_results */
	const Protos__ChaincodeAction *action;
	const Protos__ChaincodeEvent *event; /* NULL: none */
	TransactionNamespace *namespaces;
	guint n_namespaces;
} Transaction;

/* Returns: VALID, or why not: INVALID_OTHER_REASON, BAD_PAYLOAD,
 *          BAD_COMMON_HEADER.
 * Out:     tx, zeroed before; what could be opened is set.
 * [any], as those below. */
TxValidationCode transaction_open(Arena *arena, bsn_slice envelope,
				  Transaction *tx);
/* Of ENDORSER_TRANSACTION. Returns: VALID; BAD_PROPOSAL_TXID,
 * INVALID_ENDORSER_TRANSACTION; UNSUPPORTED_TX_PAYLOAD for other types. */
TxValidationCode transaction_open_action(const Suite *suite, Arena *arena,
					 Transaction *tx);
/* Returns: VALID; BAD_HEADER_EXTENSION, BAD_RESPONSE_PAYLOAD, BAD_RWSET,
 * INVALID_CHAINCODE, INVALID_OTHER_REASON, ILLEGAL_WRITESET. */
TxValidationCode transaction_open_results(Arena *arena, Transaction *tx);

/* Opens a TxReadWriteSet by itself: tx->namespaces. FALSE when it is none. */
gboolean transaction_open_sets(Arena *arena, bsn_slice results,
			       Transaction *tx);

/* All three steps: for what was found valid before. */
TxValidationCode transaction_open_whole(const Suite *suite, Arena *arena,
					bsn_slice envelope, Transaction *tx);

/* "MVCC_READ_CONFLICT"; "INVALID_OTHER_REASON" for an unknown one. [any] */
const char *transaction_code_name(TxValidationCode code);

#endif
