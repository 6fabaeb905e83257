/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/chaincode.h: runtimes for programs that Fabric calls chaincode
 * (`bsn.chaincode/1`), an extension of bsn_runtime (bsn_runtime.query).
 *
 * A chaincode is simulated, not executed: it may be another process, it asks
 * for one key after another, and what it did becomes a read-write set only when
 * it is through. So the two sides exchange the messages of Fabric's chaincode
 * shim (peer/chaincode_shim.proto): the engine is what there is the peer's
 * handler, the runtime brings messages to the program and back. Numbers of
 * messages are those of ChaincodeMessage.Type.
 *
 * One run is one call of one chaincode. Many are under way at once, also of one
 * chaincode. The engine bounds their time, by `cancel`.
 */
#ifndef BSN_EXT_CHAINCODE_H
#define BSN_EXT_CHAINCODE_H

#include "../runtime.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_CHAINCODE_ID "bsn.chaincode/1"

/* A package that is to run on a chain. */
typedef struct bsn_chaincode_program {
	uint32_t size;
	uint32_t reserved;    /* 0 */
	bsn_slice package_id; /* label ':' digest in hex */
	bsn_slice package;    /* gzipped tar */
	bsn_slice msp_id;     /* of this node on the chain; may be empty */
} bsn_chaincode_program;

/* What a chaincode is called with. */
typedef struct bsn_chaincode_call {
	uint32_t size;
	uint32_t is_init;     /* 1: INIT, 0: TRANSACTION */
	bsn_slice package_id; /* of a package that was started on this chain */
	bsn_slice channel_id; /* UTF-8 */
	bsn_slice tx_id;      /* hex */
	bsn_slice input;      /* ChaincodeInput */
	bsn_slice proposal;   /* SignedProposal, as GetCreator, GetTransient and
			       * others of the shim read it */
} bsn_chaincode_call;

/* A run, as its engine sees it. The engine embeds it and keeps it until `done`
 * has returned or it has called `cancel`. */
typedef struct bsn_chaincode_run bsn_chaincode_run;
struct bsn_chaincode_run {
	BSN_TABLE_HEAD; /* flags: 0 */
	void *of_runtime; /* the runtime's own */

	/* The program asks: GET_STATE, PUT_STATE, INVOKE_CHAINCODE, ... One
	 * question at a time; answered by bsn_chaincode_runtime.answer, inside
	 * this call or later. [strand] & open */
	void (*asked)(bsn_chaincode_run *run, uint32_t type, bsn_slice payload);

	/* The run is over; the last callback of it.
	 *
	 * In: status: BSN_OK: the program has answered, with any status of its
	 *     own; BSN_FAULT: it has failed, or has broken the protocol;
	 *     BSN_UNAVAILABLE: it could not be started, or is gone;
	 *     response: a Response; event: a ChaincodeEvent, or empty; err: the
	 *     reason, for any status but BSN_OK.
	 * [strand] & open & closing */
	void (*done)(bsn_chaincode_run *run, int32_t status, bsn_slice response,
		     bsn_slice event, const bsn_err *err);
};

typedef struct bsn_chaincode_runtime {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Types of packages that it runs, as metadata.json names them: "node",
	 * "ccaas"; ended by NULL. */
	const char *const *types;

	/* Makes a package's program available to this chain on this node. To do
	 * so again does nothing. What fails later, such as a program that
	 * cannot be started, fails runs.
	 *
	 * Returns: BSN_OK.
	 * In:      program, borrowed for this call.
	 * Errors:  BSN_BAD_REQUEST, BSN_TOO_LARGE: the package; BSN_UNAVAILABLE:
	 *          this host gives no I/O.
	 * [strand] & open */
	int32_t (*start)(bsn_chain *chain,
			 const bsn_chaincode_program *program, bsn_err *err);

	/* The opposite; its runs are over with BSN_UNAVAILABLE. An unknown one
	 * does nothing. All are stopped when their chain closes.
	 * [strand] & open */
	void (*stop)(bsn_chain *chain, bsn_slice package_id);

	/* Begins a run.
	 *
	 * Returns: BSN_OK: `done` comes, inside this call or later.
	 * In:      call, borrowed for this call; run.
	 * Errors:  BSN_NOT_FOUND: not started; BSN_BUSY: too many runs, or the
	 *          transaction is in this chaincode already.
	 * [strand] & open */
	int32_t (*run)(bsn_chain *chain, const bsn_chaincode_call *call,
		       bsn_chaincode_run *run, bsn_err *err);

	/* Answers what was asked last.
	 *
	 * In: type: RESPONSE, or ERROR, whose payload is a sentence.
	 * [strand] & open */
	void (*answer)(bsn_chaincode_run *run, uint32_t type,
		       bsn_slice payload);

	/* Gives a run up: no callback of it comes any more. A program that is
	 * given up again and again may be started anew.
	 * [strand] & open & closing */
	void (*cancel)(bsn_chaincode_run *run);

	/* What is started here: a JSON array of {"package_id", "state",
	 * "restarts", ...}, state being "stopped" (the next run starts it),
	 * "starting", "ready" or "failed" (likewise; "reason" says why).
	 *
	 * Returns: BSN_OK. Out: json. [strand] & open */
	int32_t (*status)(bsn_chain *chain, bsn_sink *json);
} bsn_chaincode_runtime;

/* Required members, X(member). */
#define BSN_CHAINCODE_RUNTIME_REQUIRED(X)                                      \
	X(types) X(start) X(stop) X(run) X(answer) X(cancel) X(status)

/* A runtime's side of it, or NULL. [any] */
static inline const bsn_chaincode_runtime *
bsn_chaincode_of(const bsn_runtime *runtime)
{
	if (!BSN_HAS(runtime, query))
		return NULL;
	return (const bsn_chaincode_runtime *)runtime->query(BSN_CHAINCODE_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_CHAINCODE_H */
