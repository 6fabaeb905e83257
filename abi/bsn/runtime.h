/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/runtime.h: a contract engine (`bsn.runtime/1`).
 *
 * A runtime knows a machine, not a ledger: it reads and changes state only
 * through the bsn_state that an engine passes, under keys of its own choosing,
 * so one runtime serves engines with very different ledgers. Calls between
 * contracts of one runtime, and undoing what a failed inner call did, are the
 * runtime's own business. A budget always ends an execution.
 *
 * Arguments. Of a runtime that calls contracts by name (bsn_call.function is the
 * name) `input` is the arguments, one after the other, at most 256: for each the
 * length of its name, its name, the length of its value, its value. Lengths are
 * 32 bits, little-endian. An argument without a name (length 0) is known by its
 * place among those without. Where `function` is empty `input` begins with it:
 * its length, likewise, and the name. A create's input is the code, as its
 * tools make it, and says itself where arguments of its first function are: a
 * WebAssembly module has them in its last custom section, "bsn.arguments", which
 * is not kept with the code.
 */
#ifndef BSN_RUNTIME_H
#define BSN_RUNTIME_H

#include "host.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_RUNTIME_ID "bsn.runtime/1"

/* The block that an execution stands in; the same on every node. */
typedef struct bsn_block_env {
	uint32_t size;
	uint32_t reserved;  /* 0 */
	uint64_t number;
	uint64_t time_ms;   /* since 1970-01-01T00:00:00Z */
	uint64_t budget;    /* of the whole block */
	uint64_t chain_id;  /* as contracts see it */
	bsn_slice proposer; /* address as the runtime writes addresses */
	bsn_slice random;   /* 32 bytes that all nodes agree on; or empty */
	const char *hash;   /* the chain's hash function: "sm3", ... */
	bsn_slice base_fee; /* of a unit of budget, burnt, not paid to the
			     * proposer (EIP-1559); as price; or empty */
	const char *rules;  /* which rules of the machine the chain runs by, in
			     * the runtime's own names ("cancun"); NULL: its
			     * newest */
} bsn_block_env;

#define BSN_CALL_INVOKE 1u /* runs `contract` with `input` */
#define BSN_CALL_CREATE 2u /* makes a contract from `input` */

#define BSN_CALL_READ_ONLY 1u /* flag: every change is a fault */
#define BSN_CALL_DELEGATE 2u  /* flag, in `builtin` only: the caller runs the
			       * contract's code on its own state */
#define BSN_CALL_REPLACE 4u   /* flag, of a create: `contract` is one that is
			       * there; what `input` gives becomes its code, and
			       * all else that `input` does, storage and events
			       * included, is taken back; but for what code does
			       * that says it is for this ("upgrade" of a
			       * WebAssembly module) */
#define BSN_CALL_UNCOUNTED 8u /* flag: the caller's nonce stays as it is, since
			       * the engine tells what somebody sends apart by
			       * other means; so it is written by nobody */

/* Where events of an engine's own contract go; the runtime's. */
typedef struct bsn_event_sink bsn_event_sink;
struct bsn_event_sink {
	/* As bsn_state.emit; at most 4 topics of 32 bytes.
	 *
	 * Returns: BSN_OK; BSN_TOO_LARGE: the runtime takes no more of this
	 *          execution, which should end with BSN_OUT_OF_BUDGET. */
	int32_t (*emit)(bsn_event_sink *sink, bsn_slice contract,
			const bsn_slice *topics, uint64_t n, bsn_slice data);
};

/* One execution. */
typedef struct bsn_call {
	uint32_t size;
	uint32_t kind;  /* BSN_CALL_INVOKE or BSN_CALL_CREATE */
	uint32_t flags; /* BSN_CALL_READ_ONLY, ... */
	uint32_t reserved; /* 0 */
	const bsn_block_env *block;
	bsn_slice origin;   /* address that signed the transaction */
	bsn_slice caller;   /* address that calls; usually the origin */
	bsn_slice contract; /* address; for a create: empty, or the address
			     * that the engine's rules give to it */
	bsn_slice function; /* for runtimes that call by name; else empty */
	bsn_slice input;    /* in a runtime's own form, or see "Arguments" */
	bsn_slice value;    /* amount moved, 32 bytes big-endian; or empty */
	bsn_slice price;    /* of a unit of budget, as value; or empty */
	uint64_t budget;    /* gas or instructions, intrinsic cost included */
	bsn_slice access_list; /* addresses and slots announced, in RLP
				* (EIP-2930); or empty */
	bsn_event_sink *events; /* in `builtin` only, else NULL: what it emits
				 * stands in order among the events of its
				 * callers, and is gone when one of them
				 * fails */
} bsn_call;

/* How an execution ended. On any status but BSN_OK it changed no state but
 * what the runtime's own rules demand (a nonce, say). */
typedef struct bsn_outcome {
	uint32_t size;
	int32_t status;       /* BSN_OK, BSN_REVERTED, BSN_OUT_OF_BUDGET,
			       * BSN_FAULT, BSN_NOT_FOUND; below 0: broke */
	uint64_t budget_used; /* refunds taken off */
	bsn_slice output;     /* result, or the revert's data */
	bsn_slice created;    /* address of the contract that was made */
	bsn_slice reason;     /* UTF-8, for any status but BSN_OK */
} bsn_outcome;

/* What an execution can see and do outside itself. The engine embeds it in a
 * structure of its own. All calls come on the thread of execute, before done. */
typedef struct bsn_state bsn_state;
struct bsn_state {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Reads a value as of now, earlier puts of this execution included.
	 *
	 * Returns: BSN_OK or BSN_NOT_FOUND.
	 * In:      key, at most BSN_STATE_KEY_MAX bytes.
	 * Out:     value.
	 * Errors:  below 0: the execution must end with it. */
	int32_t (*get)(bsn_state *state, bsn_slice key, bsn_sink *value);

	/* Writes a value; an empty value is a value.
	 *
	 * Returns: BSN_OK. Errors: below 0, as get. */
	int32_t (*put)(bsn_state *state, bsn_slice key, bsn_slice value);

	/* Removes a key; absent is fine. Returns: as put. */
	int32_t (*del)(bsn_state *state, bsn_slice key);

	/* Walks keys in order, as bsn_store.scan. Optional. */
	int32_t (*scan)(bsn_state *state, bsn_slice from, bsn_slice to,
			bsn_scan_sink *sink);

	/* Emits an event of a contract.
	 *
	 * Returns: BSN_OK.
	 * In:      contract, its address; topics, n of them; data. */
	int32_t (*emit)(bsn_state *state, bsn_slice contract,
			const bsn_slice *topics, uint64_t n, bsn_slice data);

	/* The hash of an earlier block. Optional.
	 *
	 * Returns: BSN_OK, or BSN_NOT_FOUND when out of reach.
	 * Out:     hash. */
	int32_t (*block_hash)(bsn_state *state, uint64_t number,
			      bsn_sink *hash);

	/* Offers a call to the engine before the runtime looks for code: for
	 * contracts that the engine itself implements, and for those that it
	 * lets nobody call (BSN_REVERTED). Every call of a contract is offered,
	 * inner ones too, but for calls of the runtime's own precompiled
	 * contracts; answer BSN_NOT_OFFERED fast. Optional.
	 *
	 * A call with BSN_CALL_DELEGATE can only be refused: `contract` is
	 * where the code is, `caller` the contract that would run it, `value`
	 * is empty since nothing moves, and an outcome of BSN_OK is a fault.
	 * So nobody speaks to an engine's contract in another's name.
	 *
	 * What it changes counts at once for what the execution reads, and a
	 * call that does not end with BSN_OK has changed nothing. A call with
	 * BSN_CALL_READ_ONLY changes nothing and emits nothing.
	 *
	 * Returns: BSN_OK: it was run or refused, and `outcome` says how it
	 *          ended;
	 *          BSN_NOT_OFFERED: no such contract, the runtime goes on.
	 * In:      call.
	 * Out:     output (for outcome->output), outcome; its reason is valid
	 *          until the next call of the state.
	 * Errors:  below 0: the execution must end with it. */
	int32_t (*builtin)(bsn_state *state, const bsn_call *call,
			   bsn_sink *output, bsn_outcome *outcome);

	/* Takes the outcome. Comes exactly once per execute that returned
	 * BSN_OK: inside it, or, for a BSN_RUNTIME_ASYNC runtime, later on the
	 * chain's strand. */
	void (*done)(bsn_state *state, const bsn_outcome *outcome);

	/* Whether the engine implements a contract at an address, so that code
	 * which looks for code there before it calls finds some (EXTCODESIZE
	 * is 1). Optional.
	 *
	 * Returns: BSN_OK or BSN_NOT_FOUND. Errors: below 0, as get. */
	int32_t (*has_builtin)(bsn_state *state, bsn_slice contract);

	/* The present point among the changes that `builtin` made; any number
	 * that says so to `revert`. Optional, with `revert`. */
	uint64_t (*mark)(bsn_state *state);

	/* Takes back what `builtin` changed since a mark: a runtime calls it
	 * when the frame that called, or one around it, fails. Between the
	 * mark and the revert it has itself called neither put nor del. */
	void (*revert)(bsn_state *state, uint64_t mark);

	/* As get, of a value that holds numbers which many executions add to:
	 * of the `len` bytes from `at` on, this one uses nothing but whether
	 * all of them are 0, unless it gets the same key, too. So executions
	 * that only add to a number can be run side by side. Of a value that
	 * has no such bytes it is a get. Optional, with `add`.
	 *
	 * Returns: as get. In: at; len, at most BSN_STATE_PEEK_MAX. */
	int32_t (*peek)(bsn_state *state, bsn_slice key, uint64_t at,
			uint64_t len, bsn_sink *value);

	/* Adds to a number among the bytes that a peek left alone, instead of
	 * a put of the whole value. It does not overflow as of what the peek
	 * gave.
	 *
	 * Returns: BSN_OK.
	 * In:      key; at, where the number begins; amount, as wide as the
	 *          number is, both big-endian.
	 * Errors:  below 0, as get; BSN_E_INVALID: there is no such number. */
	int32_t (*add)(bsn_state *state, bsn_slice key, uint64_t at,
		       bsn_slice amount);

	/* As get, of a value that is named by its own content and so never
	 * changes, as code under its hash: what a runtime may keep in memory
	 * between executions, and then does not ask for. An engine that notes
	 * what is read does not note it, since nodes would note different
	 * things. Optional: without it such a value is got by get. */
	int32_t (*fixed)(bsn_state *state, bsn_slice key, bsn_sink *value);
};

/* Bytes of a key that a runtime may use. */
#define BSN_STATE_KEY_MAX 128u
/* Bytes of a value that a peek may leave alone. */
#define BSN_STATE_PEEK_MAX 64u
/* Bytes of a slot's key, at least, and of its value, at most: see
 * BSN_RUNTIME_SLOTS. */
#define BSN_STATE_SLOT_KEY_MIN 49u
#define BSN_STATE_SLOT_MAX 32u

/* What a machine keeps of an account, be it a user's or a contract's. */
typedef struct bsn_account {
	uint32_t size;
	uint32_t reserved;   /* 0 */
	uint64_t nonce;      /* executions that it began, creates that it made */
	uint8_t balance[32]; /* big-endian */
} bsn_account;

/* Flag of a runtime: `done` may come after execute has returned. */
#define BSN_RUNTIME_ASYNC 1u
/* Flag of a runtime: its keys of BSN_STATE_SLOT_KEY_MIN bytes and more are
 * those of slots. Their values have at most BSN_STATE_SLOT_MAX bytes; none
 * begins with another one; and those that differ in the last byte alone are
 * often used together, so that an engine does well to keep them together.
 * Since 1.1. */
#define BSN_RUNTIME_SLOTS 2u

/* A runtime's own. */
typedef struct bsn_machine bsn_machine;

typedef struct bsn_runtime {
	BSN_TABLE_HEAD; /* flags: BSN_RUNTIME_* */
	const char *name;      /* "evm", "wasm", "chaincode" */
	const char *languages; /* JSON array: ["solidity"] */

	/* Checks code before it is deployed. The findings are what a reviewer
	 * would say of it; whether they forbid it is the chain's policy.
	 *
	 * Returns: BSN_OK: it can be deployed; BSN_FAULT: it cannot.
	 * In:      code, as BSN_CALL_CREATE takes it.
	 * Out:     findings, a JSON array of {"rule","severity","where",
	 *          "text"}.
	 * Errors:  BSN_TOO_LARGE.
	 * [any] */
	int32_t (*check)(bsn_slice code, bsn_sink *findings, bsn_err *err);

	/* Executes.
	 *
	 * Returns: BSN_OK: state->done was or will be called.
	 * In:      call; state.
	 * Errors:  BSN_E_INVALID, BSN_E_NOMEM: done was not called.
	 * [any] */
	int32_t (*execute)(const bsn_call *call, bsn_state *state,
			   bsn_err *err);

	/* The code of a contract as deployed. Optional.
	 *
	 * Returns: BSN_OK or BSN_NOT_FOUND.
	 * In:      contract, its address; state: only get is called.
	 * Out:     code.
	 * [any] */
	int32_t (*code)(bsn_slice contract, bsn_state *state, bsn_sink *code,
			bsn_err *err);

	/* An account as the machine knows it. Optional.
	 *
	 * Returns: BSN_OK or BSN_NOT_FOUND: nothing is known of it.
	 * In:      address; state: only get is called.
	 * Out:     account, whose size the caller has set.
	 * [any] */
	int32_t (*account)(bsn_slice address, bsn_state *state,
			   bsn_account *account, bsn_err *err);

	/* What a contract keeps under a key of its own storage. Optional.
	 *
	 * Returns: BSN_OK or BSN_NOT_FOUND.
	 * In:      contract, its address; key; state: only get is called.
	 * Out:     value.
	 * [any] */
	int32_t (*storage)(bsn_slice contract, bsn_slice key, bsn_state *state,
			   bsn_sink *value, bsn_err *err);

	/* The least budget that a call can have: with less, and for what has
	 * no budget that is enough, execute changes nothing at all and answers
	 * with a budget_used of 0. Optional.
	 *
	 * Returns: BSN_OK.
	 * In:      call; its budget is not looked at.
	 * Out:     budget.
	 * Errors:  BSN_TOO_LARGE, BSN_BAD_REQUEST: no budget is enough.
	 * [any] */
	int32_t (*least_budget)(const bsn_call *call, uint64_t *budget,
				bsn_err *err);

	/* As check, with options. The same on every node for the same code
	 * and options. Optional.
	 *
	 * Returns: as check.
	 * In:      code; options, a JSON object: "forbidden_opcodes", names of
	 *          instructions that the chain forbids; "source_map" and
	 *          "deployed_source_map" of the compiler, and "sources", an
	 *          array of {"file","text"} in its order, so that findings
	 *          name a line: "where" begins with "File.sol:12, ".
	 * Out:     findings.
	 * Errors:  BSN_TOO_LARGE; BSN_BAD_REQUEST: an option is wrong.
	 * [any] */
	int32_t (*check_with)(bsn_slice code, bsn_slice options,
			      bsn_sink *findings, bsn_err *err);

	/* Gives an account what it owns when its chain begins: the only
	 * balance that comes from nowhere. Optional.
	 *
	 * Returns: BSN_OK.
	 * In:      address; amount, 32 bytes big-endian; state: get and put
	 *          are called.
	 * Errors:  BSN_BAD_REQUEST: no address, or the balance overflows.
	 * [any] */
	int32_t (*fund)(bsn_slice address, bsn_slice amount, bsn_state *state,
			bsn_err *err);

	/* The ids of all rules that check may find something of, ended by
	 * NULL; a policy that names another is refused. Optional. */
	const char *const *check_rules;

	/* Memory of a runtime that executions use one after the other, so that
	 * each need not allocate its own. Optional, all three of them.
	 *
	 * Returns: a machine for machine_free; NULL: BSN_E_NOMEM.
	 * [any] */
	bsn_machine *(*machine_new)(void);
	/* machine_free(NULL) does nothing. [any] */
	void (*machine_free)(bsn_machine *machine);
	/* As execute, which it gives the same outcomes as, on a machine that no
	 * other execution is on until state->done was called.
	 *
	 * Returns: as execute.
	 * In:      machine; call; state.
	 * Errors:  as execute; BSN_E_INVALID: the machine is in use.
	 * [any] */
	int32_t (*execute_on)(bsn_machine *machine, const bsn_call *call,
			      bsn_state *state, bsn_err *err);

	/* Extensions of a runtime, as bsn_plugin.query. Optional. [any] */
	const void *(*query)(const char *id);
} bsn_runtime;

/* Required members, X(member). */
#define BSN_RUNTIME_REQUIRED(X) X(name) X(languages) X(check) X(execute)

/* The runtime table of a plugin, or NULL. [any] */
static inline const bsn_runtime *
bsn_runtime_of(const bsn_plugin *plugin)
{
	return (const bsn_runtime *)plugin->query(BSN_RUNTIME_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_RUNTIME_H */
