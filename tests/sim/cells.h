/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/sim/cells.h: a small engine for the simulator's tests: chains of cells,
 * a text under a name, that any consensus can agree on. It executes before it
 * votes, gossips what is submitted, and answers when a block is on disk.
 *
 * A transaction is
 *
 *	chain [32] | signer [32] | number [8] | length of name [1] | name |
 *	text | Ed25519 signature [64]
 *
 * and a block
 *
 *	number [8] | hash before [32] | time in ms [8] | state [32] |
 *	(length [4] | transaction)*
 *
 * its hash SHA-256 over all of it; the state is SHA-256(state before |
 * transactions). Numbers are big-endian. In the store: B NUMBER -> block,
 * Q NUMBER -> certificate; T ID -> number [8], index [4]; C NAME -> text;
 * H -> number of the newest block.
 *
 * A node that has missed blocks asks the others for one after the other, and
 * takes none whose certificate does not verify.
 */
#ifndef TESTS_SIM_CELLS_H
#define TESTS_SIM_CELLS_H

#include <bsn/bsn.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>

#define HASH_LEN 32u
#define SIGNER_LEN 32u
#define SIGNATURE_LEN 64u
#define TX_HEAD (HASH_LEN + SIGNER_LEN + 8u + 1u)
#define TX_MAX 1024u
#define BLOCK_HEAD (8u + HASH_LEN + 8u + HASH_LEN)
#define BLOCK_TXS_MAX 16u
#define POOL_MAX 256u
/* First byte of a message: a transaction; who has block NUMBER [8]; a block:
 * length of the certificate [8], certificate, block; I have NUMBER [8]. */
#define MESSAGE_TX 0x01u
#define MESSAGE_GET 0x02u
#define MESSAGE_BLOCK 0x03u
#define MESSAGE_HAVE 0x04u

typedef struct {
	const bsn_log *log;
	const bsn_clock *clock;
	const bsn_store *store;
	const bsn_net *net;
	const bsn_timer *timer;
	const bsn_crypto_by_name *crypto;
	const bsn_keys *keys;
	const bsn_consensuses *consensuses;
	const bsn_reply_service *reply;
	const bsn_events *events;
	const bsn_hash *sha256;
	const bsn_signature *ed25519;
} CellsHost;
extern CellsHost cells_host;

/* A transaction that waits, or that a block holds. */
typedef struct {
	GBytes *bytes;
	bsn_id id;
	bsn_reply *reply; /* who waits for it here; or NULL */
} CellTx;

typedef struct {
	guint64 number;
	guint8 hash[HASH_LEN];
	guint8 state[HASH_LEN];
	guint64 time_ms;
} CellHead;

/* A block that was executed. */
typedef struct {
	CellHead head;
	GBytes *bytes;
	GBytes *certificate;
	GPtrArray *txs; /* CellTx without replies */
} CellBlock;

/* What a client is to be answered a little later, as if others had to be asked
 * first. */
typedef struct {
	bsn_reply *reply;
	GBytes *bytes;
	gboolean finished; /* it is the transaction, not what is to be signed */
	bsn_id id;
} CellDraft;

/* A block that was decided, as it came. */
typedef struct {
	GBytes *bytes, *certificate;
} CellLate;

struct bsn_ledger {
	bsn_chain *chain;
	bsn_proposer proposer;
	const bsn_consensus *consensus;
	bsn_agreement *agreement;
	bsn_member *members;
	guint n_members;
	char *consensus_config;
	GBytes *genesis;
	guint8 genesis_hash[HASH_LEN];
	CellHead head;     /* accepted by the store */
	gboolean observes; /* it is told of blocks by nobody's consensus */
	guint64 target;    /* height that others have */
	guint64 durable;   /* number of the newest block on disk */
	GQueue pool;       /* CellTx, the oldest first */
	GQueue late;       /* CellLate, decided and not in the store yet */
	GQueue committed;  /* CellBlock, not on disk; their txs have replies */
	GQueue built;      /* CellDraft, whose clients still wait */
};

/* cells-block.c */
bsn_id cells_digest(bsn_slice bytes);
guint64 cells_u64(const guint8 *at);
void cells_put_u64(GByteArray *out, guint64 n);
CellTx *cells_tx_new(bsn_slice bytes);
void cells_tx_free(gpointer tx);
void cells_block_free(gpointer block);
/* Whether it is a transaction of this chain with a good signature. */
int32_t cells_tx_check(const bsn_ledger *ledger, bsn_slice tx, bsn_err *err);
/* Where a transaction stands on this node; BSN_NOT_FOUND. */
int32_t cells_find_tx(const bsn_ledger *ledger, const bsn_id *id,
		      guint64 *number, guint32 *index);
/* Makes the next block of what the pool has; NULL when it has nothing. */
CellBlock *cells_block_make(bsn_ledger *ledger);
/* Executes another node's; NULL with a reason. */
CellBlock *cells_block_read(bsn_ledger *ledger, bsn_slice bytes,
			    int32_t *status, bsn_err *err);
/* The block and what finds it, as one batch. */
int32_t cells_block_commit(bsn_ledger *ledger, const CellBlock *block,
			   bsn_err *err);
/* A stored block's bytes, or NULL. */
GByteArray *cells_block_load(const bsn_ledger *ledger, guint64 number);
GByteArray *cells_certificate_load(const bsn_ledger *ledger, guint64 number);
/* Head of a block's bytes. */
CellHead cells_head_of(bsn_slice bytes);
int32_t cells_load(bsn_ledger *ledger, bsn_err *err);

/* cells-draft.c: cells whose name begins so are built late. */
#define LATE_NAME "later-"
void cells_draft_answer(bsn_ledger *ledger, const CellDraft *draft);
void cells_drafts_timer(bsn_ledger *ledger);
void cells_drafts_refuse(bsn_ledger *ledger, const bsn_err *err);

/* cells-chain.c */
CellTx *cells_pool_find(const bsn_ledger *ledger, const bsn_id *id);
/* Puts it into the pool unless it is there; the entry. */
CellTx *cells_pool_add(bsn_ledger *ledger, bsn_slice tx);
/* Takes a block that follows what was taken before; it waits while the store
 * refuses it. */
int32_t cells_take(bsn_ledger *ledger, bsn_slice bytes, bsn_slice certificate,
		   bsn_err *err);
extern const bsn_chain_ops cells_chain_ops;

/* cells-sync.c */
#define TIMER_SYNC 2u
#define TIMER_HELLO 3u
#define TIMER_DRAFTS 4u
/* Tells the others how high it is, now and again. */
void cells_sync_hello(bsn_ledger *ledger);
void cells_sync_behind(bsn_proposer *proposer, uint64_t height,
		       bsn_slice from_public_key);
void cells_sync_timer(bsn_ledger *ledger);
void cells_sync_message(bsn_ledger *ledger, bsn_slice from, bsn_slice message);
bsn_ledger *cells_ledger_of(bsn_proposer *proposer);

/* cells-engine.c */
void cells_answer(bsn_reply *reply, guint32 stage, const bsn_id *id,
		  guint64 block, guint32 index);
extern const bsn_tx_ops cells_tx_ops;
extern const bsn_contract_ops cells_contract_ops;
extern const bsn_status_ops cells_status_ops;
extern const bsn_ledger_ops cells_ledger_ops;
extern const bsn_block_ops cells_block_ops;
extern const bsn_event_ops cells_event_ops;

#endif
