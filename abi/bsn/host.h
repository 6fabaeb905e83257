/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/host.h: what the host lends to plugins.
 *
 * Each service is a table found by id through bsn_host.query. A service that a
 * host does not offer is NULL, which a plugin reports from bsn_plugin_open or
 * from chain open with BSN_E_VERSION and the missing id as the reason.
 *
 * Services that take a bsn_chain are already cut to that chain: nothing that
 * they can be given names another one.
 */
#ifndef BSN_HOST_H
#define BSN_HOST_H

#include "capability.h"
#include "crypto.h"
#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The host's side of an open chain. The host makes it; it is valid from the
 * engine's open until its close returns. */
typedef struct bsn_chain bsn_chain;

struct bsn_runtime;   /* runtime.h */
struct bsn_consensus; /* consensus.h */

/* The host, as every plugin sees it. */
struct bsn_host {
	BSN_TABLE_HEAD; /* flags: 0 */
	const char *name;    /* "bsn-hostd", "bsn-conform", ... */
	const char *version;

	/* Answers the table of a service by its id.
	 *
	 * Returns: a table that lives as long as the process, or NULL.
	 * In:      id, NUL-terminated.
	 * [any] */
	const void *(*query)(const char *id);
};

/* ---- bsn.log/1 -------------------------------------------------------- */

#define BSN_LOG_ID "bsn.log/1"

#define BSN_LOG_ERROR 0u   /* somebody must act */
#define BSN_LOG_WARNING 1u /* somebody should know */
#define BSN_LOG_INFO 2u    /* a milestone of normal work */
#define BSN_LOG_DEBUG 3u

typedef struct bsn_log {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Writes one line to the host's log; never waits for it.
	 *
	 * In: chain, or NULL for the plugin as a whole; level, BSN_LOG_*;
	 *     text, UTF-8 without a line feed.
	 * [any] */
	void (*write)(bsn_chain *chain, uint32_t level, const char *text);
} bsn_log;

/* ---- bsn.clock/1 ------------------------------------------------------ */

#define BSN_CLOCK_ID "bsn.clock/1"

typedef struct bsn_clock {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* The wall clock: milliseconds since 1970-01-01T00:00:00Z. [any] */
	uint64_t (*wall_ms)(bsn_chain *chain);

	/* A clock that never goes back: nanoseconds since an arbitrary start.
	 * [any] */
	uint64_t (*mono_ns)(bsn_chain *chain);
} bsn_clock;

/* ---- bsn.timer/1 ------------------------------------------------------ */

#define BSN_TIMER_ID "bsn.timer/1"

typedef struct bsn_timer {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Arms the chain's timer `id`, replacing an earlier setting: the
	 * engine's chain->timer comes once, no earlier than after delay_ms.
	 * Ids with the top bit set belong to the chain's consensus.
	 *
	 * Returns: BSN_OK.
	 * In:      id, delay_ms.
	 * Errors:  BSN_E_NOMEM.
	 * [strand] & open */
	int32_t (*set)(bsn_chain *chain, uint64_t id, uint64_t delay_ms);

	/* Disarms timer `id`; after it returns chain->timer does not come for
	 * it any more. Not armed is fine. [strand] & open & closing */
	void (*cancel)(bsn_chain *chain, uint64_t id);
} bsn_timer;

/* ---- bsn.random/1 ----------------------------------------------------- */

#define BSN_RANDOM_ID "bsn.random/1"

typedef struct bsn_random {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Fills `len` bytes from the system's generator (from the seed, in
	 * the simulator).
	 *
	 * Returns: BSN_OK.
	 * In:      chain, or NULL for the plugin as a whole; len.
	 * Out:     data.
	 * Errors:  BSN_E_IO.
	 * [any] */
	int32_t (*fill)(bsn_chain *chain, void *data, uint64_t len);
} bsn_random;

/* ---- bsn.store/1 ------------------------------------------------------ */

#define BSN_STORE_ID "bsn.store/1"

/* Limits, in bytes. */
#define BSN_STORE_KEY_MAX 255u
#define BSN_STORE_VALUE_MAX (64u << 20)

/* One change in a batch. */
typedef struct bsn_write {
	uint32_t size;
	uint32_t op; /* BSN_WRITE_* */
	bsn_slice key;
	bsn_slice value; /* ignored by BSN_WRITE_DELETE */
} bsn_write;

#define BSN_WRITE_PUT 0u
#define BSN_WRITE_DELETE 1u

/* Receives the entries of a scan. The caller embeds it. */
typedef struct bsn_scan_sink bsn_scan_sink;
struct bsn_scan_sink {
	/* One entry, in ascending order of key bytes (descending when asked).
	 *
	 * Returns: BSN_OK to go on; anything else ends the scan, and scan
	 *          returns it.
	 * In:      key, value: borrowed for this call.
	 * Must not call the store. */
	int32_t (*entry)(bsn_scan_sink *sink, bsn_slice key, bsn_slice value);
};

#define BSN_SCAN_DESCENDING 1u

/* An ordered map of bytes to bytes for each chain. A batch is applied whole or
 * not at all. Reads see every batch accepted before them, durable or not; a
 * crash loses only batches whose `durable` has not come, and of those always a
 * suffix. What is there when a chain is opened counts as durable, and no cookie
 * of an earlier open comes. Keys whose first byte is 0xff belong to the chain's
 * consensus. */
typedef struct bsn_store {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Reads one value.
	 *
	 * Returns: BSN_OK, or BSN_NOT_FOUND (nothing written, no reason text).
	 * In:      key.
	 * Out:     value.
	 * Errors:  BSN_E_IO, BSN_E_CORRUPT; what the sink returns.
	 * [any] & open & closing */
	int32_t (*get)(bsn_chain *chain, bsn_slice key, bsn_sink *value,
		       bsn_err *err);

	/* Walks the keys k with from <= k < to; an empty `to` means the end.
	 *
	 * Returns: BSN_OK at the end of the range, or what the sink returned.
	 * In:      from, to, flags (BSN_SCAN_*).
	 * Out:     sink.
	 * Errors:  BSN_E_IO, BSN_E_CORRUPT.
	 * [any] & open & closing */
	int32_t (*scan)(bsn_chain *chain, bsn_slice from, bsn_slice to,
			uint32_t flags, bsn_scan_sink *sink, bsn_err *err);

	/* Accepts a batch. Later changes to the same key win. When the batch
	 * is on disk the engine's chain->durable comes with `cookie`; batches
	 * of a chain become durable in the order of acceptance. An accepted
	 * batch never fails: should the disk fill up afterwards the host keeps
	 * it and goes on trying. Cookie 0 asks for no call, so a block's
	 * number alone is none for block 0; cookies with the top bit set
	 * belong to the chain's consensus.
	 *
	 * Returns: BSN_OK when accepted.
	 * In:      writes, n, cookie.
	 * Errors:  BSN_FULL, BSN_BUSY (too much not yet durable), BSN_TOO_LARGE,
	 *          BSN_E_IO; then nothing of it is applied.
	 * [strand] & open & closing */
	int32_t (*commit)(bsn_chain *chain, const bsn_write *writes, uint64_t n,
			  uint64_t cookie, bsn_err *err);

	/* Says whether commit would be refused now, so that an engine can
	 * refuse a transaction at the door and not in the middle of a block.
	 *
	 * Returns: BSN_OK, BSN_FULL or BSN_BUSY.
	 * [any] & open */
	int32_t (*writable)(bsn_chain *chain, bsn_err *err);
} bsn_store;

/* ---- bsn.crypto_by_name/1 --------------------------------------------- */

#define BSN_CRYPTO_BY_NAME_ID "bsn.crypto_by_name/1"

/* Algorithms of all loaded crypto plugins that passed their known-answer
 * tests. Each returns NULL when there is none of that name. To be asked from
 * chain open on: before that not all plugins are loaded. [any] */
typedef struct bsn_crypto_by_name {
	BSN_TABLE_HEAD; /* flags: 0 */
	const bsn_hash *(*hash)(const char *name);
	const bsn_signature *(*signature)(const char *name);
	const bsn_cipher *(*cipher)(const char *name);
} bsn_crypto_by_name;

/* ---- bsn.keys/1 ------------------------------------------------------- */

#define BSN_KEYS_ID "bsn.keys/1"

/* Keys in the host's keystore. Private keys never cross. */
typedef struct bsn_keys {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* The public key of this node's key for an algorithm, made at first
	 * need.
	 *
	 * Returns: BSN_OK.
	 * In:      algorithm, a signature scheme's name.
	 * Out:     public_key.
	 * Errors:  BSN_NOT_FOUND for an unknown algorithm; BSN_E_IO.
	 * [any] & open */
	int32_t (*node_public_key)(bsn_chain *chain, const char *algorithm,
				   bsn_sink *public_key, bsn_err *err);

	/* Signs as this node.
	 *
	 * Returns: BSN_OK.
	 * In:      algorithm; convention, BSN_SIGN_*; message.
	 * Out:     signature.
	 * Errors:  as node_public_key; as bsn_signature.sign.
	 * [any] & open */
	int32_t (*node_sign)(bsn_chain *chain, const char *algorithm,
			     uint32_t convention, bsn_slice message,
			     bsn_sink *signature, bsn_err *err);

	/* A certificate of that key (X.509, RFC 5280), which an organisation
	 * has given and the host's administrator has put beside the key; so an
	 * engine whose chain knows its nodes by organisations can name itself.
	 * Optional.
	 *
	 * Returns: BSN_OK, or BSN_NOT_FOUND: it has none.
	 * In:      algorithm, a signature scheme's name.
	 * Out:     certificate, DER.
	 * Errors:  as node_public_key.
	 * [any] & open */
	int32_t (*node_certificate)(bsn_chain *chain, const char *algorithm,
				    bsn_sink *certificate, bsn_err *err);
} bsn_keys;

/* ---- bsn.chain/1 ------------------------------------------------------ */

#define BSN_CHAIN_ID "bsn.chain/1"

typedef struct bsn_chain_service {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Gives the chain up on this node: its engine has found that it cannot
	 * go on, and that further answers would be wrong, as when what it reads
	 * from its store contradicts itself. Soon after this call the host
	 * closes the engine's side as ever, and tells the reason to whoever
	 * asks, until an administrator or the next start opens the chain
	 * again. Other chains go on. To do so again does nothing. What cannot
	 * be opened returns a status from open instead.
	 *
	 * In: why: its reason; not NULL.
	 * [strand] & open */
	void (*fail)(bsn_chain *chain, const bsn_err *why);
} bsn_chain_service;

/* ---- bsn.parallel/1 --------------------------------------------------- */

#define BSN_PARALLEL_ID "bsn.parallel/1"

/* A set of jobs. The caller embeds it. */
typedef struct bsn_jobs bsn_jobs;
struct bsn_jobs {
	/* Does job number `index`; pure: it touches nothing that another job
	 * of the set writes, and calls no service but crypto and the get and
	 * scan of bsn_store.
	 * [any] */
	void (*run)(bsn_jobs *jobs, uint64_t index);
};

typedef struct bsn_parallel {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Runs jobs 0 to n-1 on the free workers and on the calling thread;
	 * returns when all are done. [strand] & open */
	void (*run)(bsn_chain *chain, bsn_jobs *jobs, uint64_t n);

	/* How many jobs run at once at most, the calling thread's included; at
	 * least 1. Optional. [any] */
	uint64_t (*width)(bsn_chain *chain);
} bsn_parallel;

/* ---- bsn.runtimes/1, bsn.consensuses/1 -------------------------------- */

#define BSN_RUNTIMES_ID "bsn.runtimes/1"
#define BSN_CONSENSUSES_ID "bsn.consensuses/1"

/* Contract runtimes and consensus protocols of all loaded plugins. Each
 * returns NULL when there is none of that name. [any] */
typedef struct bsn_runtimes {
	BSN_TABLE_HEAD; /* flags: 0 */
	const struct bsn_runtime *(*find)(const char *name);
} bsn_runtimes;

typedef struct bsn_consensuses {
	BSN_TABLE_HEAD; /* flags: 0 */
	const struct bsn_consensus *(*find)(const char *name);
} bsn_consensuses;

/* ---- bsn.net/1 -------------------------------------------------------- */

#define BSN_NET_ID "bsn.net/1"

/* Largest message, in bytes. */
#define BSN_NET_MESSAGE_MAX (16u << 20)

#define BSN_ROLE_CONSENSUS 1u /* takes part in consensus */
#define BSN_ROLE_OBSERVER 2u  /* receives and checks blocks */

/* A node that belongs to a chain. */
typedef struct bsn_member {
	uint32_t size;
	uint32_t role;        /* BSN_ROLE_* */
	const char *algorithm; /* of public_key */
	bsn_slice public_key; /* its identity on this chain */
	bsn_slice name;       /* UTF-8, for people */
	bsn_slice address;    /* "host:port", empty when unknown */
} bsn_member;

/* Messages between the nodes of one chain: authenticated, encrypted, ordered
 * per pair while connected, possibly lost. When more is sent to a member than it
 * takes, the oldest messages that wait are lost, and the engine is told so:
 * chain->peer says that the member is not reachable, and, once half of what waits
 * has gone, that it is. A host without a transport does not
 * offer it, and a chain with one consensus node does not need it. */
typedef struct bsn_net {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Queues a message for one member. What a chain sends while it closes
	 * goes out before its members hear that it is gone.
	 *
	 * Returns: BSN_OK when queued; it may still be lost.
	 * In:      public_key of the member; message.
	 * Errors:  BSN_NOT_FOUND for no member; BSN_UNAVAILABLE when not
	 *          connected; BSN_BUSY when its queue is full; BSN_TOO_LARGE.
	 * [strand] & open & closing */
	int32_t (*send)(bsn_chain *chain, bsn_slice public_key,
			bsn_slice message);

	/* Queues a message for every connected member but this node.
	 *
	 * Returns: BSN_OK. Errors: BSN_TOO_LARGE. [strand] & open */
	int32_t (*broadcast)(bsn_chain *chain, bsn_slice message);

	/* Says who the members are from now on; the engine's chain decides.
	 *
	 * Returns: BSN_OK. In: members, n. Errors: BSN_E_INVALID.
	 * [strand] & open */
	int32_t (*set_members)(bsn_chain *chain, const bsn_member *members,
			       uint64_t n);
} bsn_net;

/* ---- bsn.reply/1 ------------------------------------------------------ */

#define BSN_REPLY_ID "bsn.reply/1"

/* One request that waits for its answer. The host makes it and hands it to the
 * engine with the request; an engine function that returned BSN_OK answers it
 * exactly once, inside the call or later on the chain's strand; one that
 * returned anything else must not touch it. */
typedef struct bsn_reply bsn_reply;

/* Something to sign, or the finished transaction. */
typedef struct bsn_signable {
	uint32_t size;
	uint32_t round;        /* 1 for the first signature */
	uint32_t convention;   /* BSN_SIGN_* */
	uint32_t reserved;     /* 0 */
	const char *algorithm; /* signature scheme's name */
	bsn_slice message;     /* what the next signature signs */
	bsn_slice state;       /* opaque: goes back with the signature */
	bsn_slice tx;          /* finished transaction; then nothing to sign */
	bsn_id tx_id;          /* as soon as it is known */
	bsn_slice signer;      /* whose signature is asked, UTF-8, in the
				* framework's words: another person's, who may be
				* at another machine; empty: the one's who has
				* asked for the transaction */
} bsn_signable;

/* Stages of a submitted transaction. */
#define BSN_TX_ACCEPTED 1u  /* well-formed, authorised, in the pool */
#define BSN_TX_COMMITTED 2u /* in a durable block, and effective */
#define BSN_TX_INVALID 3u   /* in a durable block, without effect */

/* Where a transaction stands. */
typedef struct bsn_tx_result {
	uint32_t size;
	uint32_t stage;   /* BSN_TX_* */
	int32_t status;   /* of its execution: BSN_OK, BSN_REVERTED, ... */
	int32_t native;   /* the framework's own validation code */
	bsn_id tx_id;
	uint64_t block;   /* number; 0 while BSN_TX_ACCEPTED */
	uint64_t index;   /* position in the block, from 0 */
	bsn_slice detail; /* JSON object in the framework's own words; empty:
			   * none, in all records that have one */
} bsn_tx_result;

/* Table 2, "ledger". */
typedef struct bsn_ledger_info {
	uint32_t size;
	uint32_t reserved;    /* 0 */
	uint64_t height;      /* number of the latest block; genesis is 0 */
	uint64_t bytes;       /* of all blocks as encoded */
	uint64_t txs;         /* committed and invalid */
	uint64_t invalid_txs;
	bsn_id block_hash;    /* of the latest block */
	bsn_id state_hash;    /* after it; len 0 when the framework has none */
	bsn_slice detail;     /* JSON object in the framework's own words */
} bsn_ledger_info;

/* Table 2, "block". */
typedef struct bsn_block_info {
	uint32_t size;
	uint32_t reserved; /* 0 */
	uint64_t number;
	uint64_t bytes;    /* as encoded */
	uint64_t txs;
	uint64_t time_ms;  /* since 1970-01-01T00:00:00Z */
	bsn_id hash;
	bsn_id previous_hash; /* all zero bytes for the first block */
	bsn_id state_hash;    /* len 0 when the framework has none */
	bsn_slice detail;     /* JSON object in the framework's own words */
} bsn_block_info;

/* States of a chain. */
#define BSN_CHAIN_RUNNING 1u  /* reads and writes */
#define BSN_CHAIN_SYNCING 2u  /* reads; catching up */
#define BSN_CHAIN_READONLY 3u /* reads; writes refused, detail says why */

/* Table 2, "runtime status". */
typedef struct bsn_chain_status {
	uint32_t size;
	uint32_t state; /* BSN_CHAIN_* */
	uint64_t height;
	uint64_t pending_txs;
	uint64_t members;
	uint64_t connected; /* of them, this node included */
	bsn_slice detail; /* JSON object in the framework's own words */
	bsn_slice languages; /* JSON array of the contract languages that the
			      * chain takes: words as bsn_runtime.languages
			      * has them; empty: none said */
	const bsn_capabilities *capabilities; /* of this chain, borrowed for the
					       * call; NULL: none said */
} bsn_chain_status;

#define BSN_EVENT_BLOCK 1u    /* a block became durable */
#define BSN_EVENT_CONTRACT 2u /* a contract emitted it */

/* Table 2, "events". */
typedef struct bsn_event {
	uint32_t size;
	uint32_t kind;      /* BSN_EVENT_* */
	uint64_t block;     /* number */
	uint64_t tx_index;  /* position in the block */
	uint64_t index;     /* position among the block's contract events */
	bsn_id tx_id;       /* len 0 for block events */
	bsn_slice contract; /* name or address, UTF-8 */
	bsn_slice name;     /* of the event, UTF-8; empty when unknown */
	bsn_slice payload;  /* JSON object */
} bsn_event;

/* How an engine answers. Slices in the answers are borrowed for the call. An
 * answer of a kind that the request did not ask for fails that request and
 * counts against the engine. */
typedef struct bsn_reply_service {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Answers no: status and err as a function would return them.
	 * [strand] & open & closing */
	void (*fail)(bsn_reply *reply, int32_t status, const bsn_err *err);

	/* Answers tx->begin and tx->sign_round. [strand] & open */
	void (*signable)(bsn_reply *reply, const bsn_signable *signable);

	/* Answers tx->submit, once per stage reached: BSN_TX_ACCEPTED may be
	 * left out, and a final stage completes the reply. Answers tx->get
	 * too, with any stage. [strand] & open & closing */
	void (*tx)(bsn_reply *reply, const bsn_tx_result *result);

	/* Answers with a JSON value: tx->call, contract functions.
	 * [strand] & open */
	void (*value)(bsn_reply *reply, bsn_slice json);

	/* Answers ledger->info. [strand] & open */
	void (*ledger)(bsn_reply *reply, const bsn_ledger_info *info);

	/* Answers block->get. [strand] & open */
	void (*block)(bsn_reply *reply, const bsn_block_info *info);

	/* Answers status->get. [strand] & open */
	void (*status)(bsn_reply *reply, const bsn_chain_status *status);

	/* One event of event->replay, in order of block, index.
	 * [strand] & open */
	void (*event)(bsn_reply *reply, const bsn_event *event);

	/* Ends event->replay: all events of blocks before `next` were given.
	 * [strand] & open */
	void (*events_end)(bsn_reply *reply, uint64_t next);
} bsn_reply_service;

/* ---- bsn.events/1 ----------------------------------------------------- */

#define BSN_EVENTS_ID "bsn.events/1"

typedef struct bsn_events {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Says that block `number` is durable: each once, in order, and after
	 * a chain is opened again only new ones. The host then fetches its
	 * events with event->replay for whoever listens, so that live and
	 * resumed subscriptions are one path. [strand] & open */
	void (*block)(bsn_chain *chain, uint64_t number);
} bsn_events;

/* ---- typed accessors: NULL when the host does not offer it. [any] ------ */

#define BSN_HOST_SERVICE(type, accessor, id)                                   \
	static inline const type *accessor(const bsn_host *host)               \
	{                                                                      \
		return (const type *)host->query(id);                          \
	}

BSN_HOST_SERVICE(bsn_log, bsn_host_log, BSN_LOG_ID)
BSN_HOST_SERVICE(bsn_clock, bsn_host_clock, BSN_CLOCK_ID)
BSN_HOST_SERVICE(bsn_timer, bsn_host_timer, BSN_TIMER_ID)
BSN_HOST_SERVICE(bsn_random, bsn_host_random, BSN_RANDOM_ID)
BSN_HOST_SERVICE(bsn_store, bsn_host_store, BSN_STORE_ID)
BSN_HOST_SERVICE(bsn_crypto_by_name, bsn_host_crypto, BSN_CRYPTO_BY_NAME_ID)
BSN_HOST_SERVICE(bsn_keys, bsn_host_keys, BSN_KEYS_ID)
BSN_HOST_SERVICE(bsn_chain_service, bsn_host_chain, BSN_CHAIN_ID)
BSN_HOST_SERVICE(bsn_parallel, bsn_host_parallel, BSN_PARALLEL_ID)
BSN_HOST_SERVICE(bsn_runtimes, bsn_host_runtimes, BSN_RUNTIMES_ID)
BSN_HOST_SERVICE(bsn_consensuses, bsn_host_consensuses, BSN_CONSENSUSES_ID)
BSN_HOST_SERVICE(bsn_net, bsn_host_net, BSN_NET_ID)
BSN_HOST_SERVICE(bsn_reply_service, bsn_host_reply, BSN_REPLY_ID)
BSN_HOST_SERVICE(bsn_events, bsn_host_events, BSN_EVENTS_ID)

#ifdef __cplusplus
}
#endif

#endif /* BSN_HOST_H */
