/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/engine.h: a framework (`bsn.engine/1`), in the words of BSN's framework
 * adaptation standard. The groups of functions are the rows of its Table 2;
 * what Table 1 asks is stated as features.
 *
 * An engine is a pure state machine: it has no clock, socket, file, thread or
 * random source of its own. It reacts to these calls and asks the host's
 * services (host.h) for effects.
 *
 * Whatever may need another node, another process or a remote chain is
 * answered through a bsn_reply, at once or later, so that a local engine, one
 * that collects endorsements and an adapter look alike from outside.
 *
 * JSON crosses only where people read it (arguments, options, detail). What is
 * signed or hashed is the framework's own bytes.
 */
#ifndef BSN_ENGINE_H
#define BSN_ENGINE_H

#include "host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_ENGINE_ID "bsn.engine/1"

/* The engine's side of an open chain; the engine completes the structure. */
typedef struct bsn_ledger bsn_ledger;

/* A claim about one row of the standard. */
typedef struct bsn_feature {
	uint32_t size;
	uint32_t offered;   /* 1, or 0 to say so explicitly */
	const char *row;    /* "function.sm2", "contract.upgrade", ... */
	const char *detail; /* JSON object with its parameters, or NULL */
} bsn_feature;

/* ---- app-chain management ---------------------------------------------- */

/* What a new chain is made from. */
typedef struct bsn_genesis {
	uint32_t size;
	uint32_t member_count;
	bsn_slice name;   /* the chain's name: [a-z0-9-], 1 to 63 bytes */
	bsn_slice config; /* JSON object in the framework's own words */
	const bsn_member *members;
	uint64_t time_ms; /* since 1970-01-01T00:00:00Z */
} bsn_genesis;

typedef struct bsn_chain_ops {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Says which signature scheme the members' keys of a chain with this
	 * config use, so that the host can name its own member.
	 *
	 * Returns: BSN_OK.
	 * In:      config, JSON object.
	 * Out:     algorithm: a constant string.
	 * Errors:  BSN_BAD_REQUEST: the reason names the wrong key and remedy.
	 * [any] */
	int32_t (*member_algorithm)(bsn_slice config, const char **algorithm,
				    bsn_err *err);

	/* Makes the genesis of a chain: all that its nodes must agree on
	 * before the first block, in the framework's own encoding.
	 *
	 * Returns: BSN_OK.
	 * In:      genesis.
	 * Out:     out.
	 * Errors:  BSN_BAD_REQUEST: the reason names the wrong key and remedy.
	 * [any] */
	int32_t (*genesis)(const bsn_genesis *genesis, bsn_sink *out,
			   bsn_err *err);

	/* Opens a chain, from its genesis the first time, from its store
	 * afterwards. Needs no memory to speak of while the chain is idle.
	 *
	 * Returns: BSN_OK.
	 * In:      chain, the host's handle; genesis, always the same bytes.
	 * Out:     ledger.
	 * Errors:  BSN_BAD_REQUEST for a genesis that it does not understand,
	 *          or that the store was not begun with; BSN_DENIED when this
	 *          node can have no part in the chain;
	 *          BSN_E_CORRUPT, BSN_E_VERSION for a store that it cannot go
	 *          on with; BSN_E_VERSION for a missing plugin or service.
	 * [strand] */
	int32_t (*open)(bsn_chain *chain, bsn_slice genesis,
			bsn_ledger **ledger, bsn_err *err);

	/* Closes. Requests still unanswered are failed with BSN_UNAVAILABLE
	 * before it returns. close(NULL) does nothing. [strand] & closing */
	void (*close)(bsn_ledger *ledger);

	/* A batch is on disk: everything up to and including the store's
	 * commit with this cookie. [strand] & open & closing */
	void (*durable)(bsn_ledger *ledger, uint64_t cookie);

	/* A timer that was set has come. [strand] & open */
	void (*timer)(bsn_ledger *ledger, uint64_t id);

	/* A member sent a message. Optional. [strand] & open */
	void (*message)(bsn_ledger *ledger, bsn_slice from_public_key,
			bsn_slice message);

	/* A member became reachable (1) or not (0). Optional.
	 * [strand] & open */
	void (*peer)(bsn_ledger *ledger, bsn_slice public_key,
		     uint32_t reachable);

	/* The chain's members, as a JSON array of
	 * {"public_key","algorithm","role","name","address"}, as bsn_member
	 * has them; role is "consensus" or "observer".
	 *
	 * Returns: BSN_OK; answered with reply->value. [strand] & open */
	int32_t (*members)(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);

	/* Changes of the members that wait for further signatures, as a JSON
	 * array of {"public_key","role","name","address", "votes","missing",
	 * "weight","needed","total"}: the first four as in BSN_TX_MEMBER;
	 * votes and missing, arrays of {"account","weight"} and own members,
	 * say who has signed and who has not; weight of total is there, needed
	 * is enough. Optional: without it a change is made at once.
	 *
	 * Returns: BSN_OK; answered with reply->value. [strand] & open */
	int32_t (*proposals)(bsn_ledger *ledger, bsn_reply *reply,
			     bsn_err *err);
} bsn_chain_ops;

/* ---- transactions ------------------------------------------------------ */

/* What a transaction does. */
#define BSN_TX_INVOKE 1u    /* calls a function of a contract */
#define BSN_TX_DEPLOY 2u    /* brings a contract, or a further version */
#define BSN_TX_FREEZE 3u
#define BSN_TX_UNFREEZE 4u
#define BSN_TX_UNINSTALL 5u
/* Changes the members. args is an object: "public_key"; "role", what it becomes:
 * "consensus", "observer" or "none"; "name" and "address", optional; "force", to
 * change what may stop the chain.
 * Where the chain's governance asks for several signatures each is such a
 * transaction, and the change is made with the last one that is needed. */
#define BSN_TX_MEMBER 6u

/* A request in uniform words, which an engine turns into its own bytes. What a
 * kind does not use is empty, and an engine ignores or refuses it. */
typedef struct bsn_tx_request {
	uint32_t size;
	uint32_t kind;              /* BSN_TX_INVOKE, ... */
	bsn_slice signer_public_key;
	bsn_slice signer_certificate; /* DER X.509, of that key; of who asks,
				       * in a call that names no key; empty
				       * when none */
	bsn_slice contract; /* name or address, UTF-8 */
	bsn_slice function; /* UTF-8 */
	bsn_slice args;     /* JSON array or object; empty: none */
	bsn_slice code;     /* BSN_TX_DEPLOY: as the runtime takes it */
	bsn_slice options;  /* JSON object in the framework's own words; empty:
			     * none. "version" is, in all of them, the label
			     * of the version that BSN_TX_DEPLOY brings */
} bsn_tx_request;

/* One transaction of a batch and who waits for it. */
typedef struct bsn_submission {
	uint32_t size;
	uint32_t reserved; /* 0 */
	bsn_slice tx;      /* finished, as the framework encodes it */
	bsn_reply *reply;
} bsn_submission;

typedef struct bsn_tx_ops {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Turns a request into bytes to sign. Keeps nothing: what must be
	 * remembered until the signature comes is in the answer's `state`.
	 *
	 * Returns: BSN_OK; answered with reply->signable.
	 * In:      request.
	 * Errors:  BSN_BAD_REQUEST, BSN_NOT_FOUND: the reason says which
	 *          argument is wrong and what it should be.
	 * [strand] & open */
	int32_t (*begin)(bsn_ledger *ledger, const bsn_tx_request *request,
			 bsn_reply *reply, bsn_err *err);

	/* Takes a signature and answers with the next thing to sign or with
	 * the finished transaction.
	 *
	 * Returns: BSN_OK; answered with reply->signable.
	 * In:      state from the last answer, from outside again and so not
	 *          to be trusted; signature over the last answer's message.
	 * Errors:  BSN_BAD_REQUEST, BSN_BAD_SIGNATURE, BSN_EXPIRED.
	 * [strand] & open */
	int32_t (*sign_round)(bsn_ledger *ledger, bsn_slice state,
			      bsn_slice signature, bsn_reply *reply,
			      bsn_err *err);

	/* Submits a batch. Each item is answered on its own through its reply
	 * (reply->tx, reply->fail), also where one of them finds the store
	 * full.
	 *
	 * Returns: BSN_OK: each item was or will be answered.
	 * In:      items, n.
	 * Errors:  only for the whole batch, e.g. BSN_BUSY; no reply was used.
	 * [strand] & open */
	int32_t (*submit)(bsn_ledger *ledger, const bsn_submission *items,
			  uint64_t n, bsn_err *err);

	/* Runs a function read only, on the latest durable or later state.
	 *
	 * Returns: BSN_OK; answered with reply->value:
	 *          {"result": ..., "budget_used": N} and own members: result
	 *          is what the function gave: an array of values where the
	 *          contract's interface says which; where a contract gives
	 *          bytes, they as JSON if that is what they are, else as a text,
	 *          and in hex if they are no text. budget_used is 0 where nothing is
	 *          metered.
	 * In:      request, of kind BSN_TX_INVOKE.
	 * Errors:  as begin; BSN_REVERTED with the contract's reason.
	 * [strand] & open */
	int32_t (*call)(bsn_ledger *ledger, const bsn_tx_request *request,
			bsn_reply *reply, bsn_err *err);

	/* Looks a transaction up.
	 *
	 * Returns: BSN_OK; answered with reply->tx.
	 * In:      tx_id.
	 * Errors:  BSN_NOT_FOUND.
	 * [strand] & open */
	int32_t (*get)(bsn_ledger *ledger, bsn_slice tx_id, bsn_reply *reply,
		       bsn_err *err);
} bsn_tx_ops;

/* ---- contract management ----------------------------------------------- */

typedef struct bsn_contract_ops {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Compiles source. Optional; for engines whose host lends compilers.
	 *
	 * Returns: BSN_OK; answered with reply->value.
	 * In:      source, JSON object {"language", "files", ...}.
	 * [strand] & open */
	int32_t (*compile)(bsn_ledger *ledger, bsn_slice source,
			   bsn_reply *reply, bsn_err *err);

	/* Security check of code before it is deployed. Answers
	 * {"ok": bool, "findings": [{"rule","severity","where","text"}]}: ok
	 * when the chain takes the code; severity "error", "warning" or
	 * "info".
	 *
	 * Returns: BSN_OK; answered with reply->value.
	 * In:      code; options, JSON object.
	 * [strand] & open */
	int32_t (*check)(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
			 bsn_reply *reply, bsn_err *err);

	/* The contracts in order of deployment from position `from` on, at
	 * most `limit`. Answers {"contracts": [{"name","version","address",
	 * "state","block",...}], "next": position or null}: version is a
	 * number or a text, another one after each upgrade; address is what it
	 * can be called by too, perhaps the name itself; state is "active"
	 * while it can be called, else "frozen" or "uninstalled"; block is
	 * that of its first deployment. What was uninstalled and what is built
	 * in may be listed, or not.
	 *
	 * Returns: BSN_OK; answered with reply->value. [strand] & open */
	int32_t (*list)(bsn_ledger *ledger, uint64_t from, uint64_t limit,
			bsn_reply *reply, bsn_err *err);

	/* One contract with all its versions and its interface, by name or
	 * address: as in list, with "versions", an array of the same, oldest
	 * first, each with the block that brought it, and own members.
	 *
	 * Returns: BSN_OK; answered with reply->value.
	 * Errors:  BSN_NOT_FOUND.
	 * [strand] & open */
	int32_t (*get)(bsn_ledger *ledger, bsn_slice contract,
		       bsn_reply *reply, bsn_err *err);
} bsn_contract_ops;

/* ---- status, ledger, blocks, events ------------------------------------ */

typedef struct bsn_status_ops {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Returns: BSN_OK; answered with reply->status. [strand] & open */
	int32_t (*get)(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);
} bsn_status_ops;

typedef struct bsn_ledger_ops {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Returns: BSN_OK; answered with reply->ledger. Only what is durable
	 * counts. [strand] & open */
	int32_t (*info)(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err);
} bsn_ledger_ops;

/* How to name a block. */
#define BSN_BLOCK_LATEST 0u
#define BSN_BLOCK_BY_NUMBER 1u
#define BSN_BLOCK_BY_HASH 2u
#define BSN_BLOCK_BY_TX 3u

/* Detail wanted, bits. */
#define BSN_BLOCK_WITH_TXS 1u /* detail.txs: its transactions, decoded */
#define BSN_BLOCK_WITH_RAW 2u /* detail.raw: the block as encoded, hex, after
			       * 0x or without it; with what proves it, where
			       * the engine claims block.info with
			       * {"raw":"proof"} */

typedef struct bsn_block_query {
	uint32_t size;
	uint32_t by;    /* BSN_BLOCK_* */
	uint64_t number; /* BSN_BLOCK_BY_NUMBER */
	bsn_slice id;    /* BSN_BLOCK_BY_HASH, BSN_BLOCK_BY_TX */
	uint64_t want;   /* BSN_BLOCK_WITH_* */
} bsn_block_query;

typedef struct bsn_block_ops {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Looks a durable block up.
	 *
	 * Returns: BSN_OK; answered with reply->block.
	 * Errors:  BSN_NOT_FOUND.
	 * [strand] & open */
	int32_t (*get)(bsn_ledger *ledger, const bsn_block_query *query,
		       bsn_reply *reply, bsn_err *err);

	/* Judges a block without a chain: for who has the chain's genesis and
	 * got the block from anybody. It is proven when all that it holds is
	 * what its hash stands for, and the members have certified that hash
	 * for this chain, by its protocol. What a block does not hold, such as
	 * the state that it leads to, is proven as far as the members vouch
	 * for it. What each node writes beside a block by itself, as Fabric's
	 * metadata, is not proven: an engine whose encoded blocks have such
	 * claims block.info with {"proof":"header"}. Optional.
	 *
	 * Returns: BSN_OK, the block is proven.
	 * In:      genesis, as bsn_chain_ops.genesis made it; members, n: those
	 *          that agreed on this block, in any order; n 0: the genesis's
	 *          own; block: as BSN_BLOCK_WITH_RAW gives it.
	 * Out:     json: {"number", "hash", "time_ms", "txs", "consensus",
	 *          "members", "quorum"}.
	 * Errors:  BSN_BAD_REQUEST: no block, or it contradicts itself;
	 *          BSN_BAD_SIGNATURE: these members have not certified it;
	 *          BSN_NOT_OFFERED: the chain's protocol certifies nothing.
	 * [any] */
	int32_t (*verify)(bsn_slice genesis, const bsn_member *members,
			  uint64_t n, bsn_slice block, bsn_sink *json,
			  bsn_err *err);
} bsn_block_ops;

typedef struct bsn_event_ops {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Gives the events of durable blocks from..to, both included, oldest
	 * first: for each block its BSN_EVENT_BLOCK, then its contract events.
	 * May stop early after any whole block to stay prompt, but gives at
	 * least one block when there is one; when there is none, `next` is
	 * `from`. May end with reply->fail after some were given.
	 *
	 * Returns: BSN_OK; answered with reply->event, then reply->events_end.
	 * In:      from, to: block numbers.
	 * [strand] & open */
	int32_t (*replay)(bsn_ledger *ledger, uint64_t from, uint64_t to,
			  bsn_reply *reply, bsn_err *err);
} bsn_event_ops;

/* ---- the engine --------------------------------------------------------- */

typedef struct bsn_engine {
	BSN_TABLE_HEAD; /* flags: 0 */
	const char *framework; /* "fisco", "fabric", "xuper", "acme" */
	const bsn_feature *const *features; /* ended by NULL */
	const bsn_chain_ops *chain;
	const bsn_tx_ops *tx;
	const bsn_contract_ops *contract;
	const bsn_status_ops *status;
	const bsn_ledger_ops *ledger;
	const bsn_block_ops *block;
	const bsn_event_ops *event;

	/* Extensions of an engine, as bsn_plugin.query. Optional. [any] */
	const void *(*query)(const char *id);
} bsn_engine;

/* Required members of each table, X(member); all others are optional. */
#define BSN_ENGINE_REQUIRED(X)                                                 \
	X(framework) X(features) X(chain) X(tx) X(contract) X(status)          \
	X(ledger) X(block) X(event)
#define BSN_CHAIN_OPS_REQUIRED(X)                                              \
	X(member_algorithm) X(genesis) X(open) X(close) X(durable) X(timer)    \
	X(members)
#define BSN_TX_OPS_REQUIRED(X) X(begin) X(sign_round) X(submit) X(call) X(get)
#define BSN_CONTRACT_OPS_REQUIRED(X) X(check) X(list) X(get)
#define BSN_STATUS_OPS_REQUIRED(X) X(get)
#define BSN_LEDGER_OPS_REQUIRED(X) X(info)
#define BSN_BLOCK_OPS_REQUIRED(X) X(get)
#define BSN_EVENT_OPS_REQUIRED(X) X(replay)

/* The engine table of a plugin, or NULL. [any] */
static inline const bsn_engine *
bsn_engine_of(const bsn_plugin *plugin)
{
	return (const bsn_engine *)plugin->query(BSN_ENGINE_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_ENGINE_H */
