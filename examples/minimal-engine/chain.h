/* SPDX-License-Identifier: Apache-2.0
 *
 * chain.h: a chain of notes: its blocks, its newest block, who waits.
 *
 * In the store:  b NUMBER -> block      n KEY -> NUMBER
 *                h HASH   -> NUMBER     t TRANSACTION'S ID -> NUMBER
 *                H        -> the newest block's head
 * A block is the previous block's hash [32], its time in ms [8] and its body:
 * the genesis in block 0, one transaction in each other. Numbers are 8 bytes,
 * big-endian.
 */
#ifndef CHAIN_H
#define CHAIN_H

#include "note.h"

#define GENESIS_MAX 256u
#define BLOCK_HEAD (HASH_LEN + 8u)
#define BLOCK_MAX (BLOCK_HEAD + TX_MAX)

/* The host's services, found once when the plugin is opened. */
typedef struct services {
	const bsn_store *store;
	const bsn_clock *clock;
	const bsn_crypto_by_name *crypto;
	const bsn_events *events;
	const bsn_reply_service *reply;
} services;
extern services host;

typedef struct head {
	uint64_t number;
	uint64_t bytes; /* of all blocks up to this one */
	uint64_t time_ms;
	uint8_t hash[HASH_LEN];
} head;

/* A block that the store has accepted and that is not on disk yet. */
typedef struct pending {
	struct pending *next;
	head head;
	bsn_reply *reply;
} pending;

struct bsn_ledger {
	bsn_chain *chain;
	const bsn_hash *sm3;
	const bsn_signature *sm2;
	uint8_t genesis_hash[HASH_LEN]; /* of block 0 */
	uint8_t member[SIGNER_LEN];     /* this node's public key */
	head newest, durable;
	pending *first, **last;
};

/* A block as stored; the slices point into `bytes`. */
typedef struct block {
	uint64_t number, len, time_ms;
	uint8_t bytes[BLOCK_MAX];
	uint8_t hash[HASH_LEN];
	bsn_slice previous, body;
} block;

/* Begins with block 0 or goes on from the store. */
int32_t chain_load(bsn_ledger *ledger, bsn_slice genesis, bsn_err *err);
/* Appends a block with this transaction; `reply` is answered once it is on
 * disk. BSN_CONFLICT when its key is taken. */
int32_t chain_append(bsn_ledger *ledger, bsn_slice tx, bsn_reply *reply,
		     bsn_err *err);
/* Reads a block; BSN_NOT_FOUND. */
int32_t chain_block(bsn_ledger *ledger, uint64_t number, block *out,
		    bsn_err *err);
/* Finds the number that stands under a letter and a name. BSN_NOT_FOUND. */
int32_t chain_find(bsn_ledger *ledger, char letter, bsn_slice name,
		   uint64_t *number, bsn_err *err);
/* A transaction's id: SM3 of what is signed. */
int32_t chain_tx_id(const bsn_ledger *ledger, const note *tx, bsn_id *id);

/* The engine's tables: transactions.c and queries.c. */
extern const bsn_tx_ops tx_ops;
extern const bsn_contract_ops contract_ops;
extern const bsn_status_ops status_ops;
extern const bsn_ledger_ops ledger_ops;
extern const bsn_block_ops block_ops;
extern const bsn_event_ops event_ops;
int32_t query_members(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);
int32_t query_tx(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply,
		 bsn_err *err);
int32_t query_note(bsn_ledger *ledger, const bsn_tx_request *request,
		   bsn_reply *reply, bsn_err *err);
/* Answers with the transaction of block `number` at that stage. */
int32_t answer_tx(bsn_ledger *ledger, uint64_t number, uint32_t stage,
		  bsn_reply *reply, bsn_err *err);

#endif
