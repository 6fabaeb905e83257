/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/chaincode_run.h: one call of a contract that runs as
 * a chaincode: what it asks of the state goes to the engine as a message, and its
 * interpreter waits for the answer. What it has written it reads again, though the
 * peer would not give it; and the peer is told of it at the end, when all went well,
 * since a peer takes nothing back. So a contract does the same on every chain.
 *
 *	chaincode.c      what is started, by chain
 *	chaincode_run.c  a run, from question to answer
 *	chaincode_ask.c  questions, and what answers mean
 *
 * A run is one strand's.
 */
#ifndef WASM_CHAINCODE_RUN_H
#define WASM_CHAINCODE_RUN_H

#include <bsn/ext/chaincode.h>

#include "peer/chaincode.pb-c.h"
#include "peer/chaincode_shim.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/runtime-wasm/machine/frame.h"

#define ASKS(name) PROTOS__CHAINCODE_MESSAGE__TYPE__##name

typedef struct ChaincodeRun ChaincodeRun;

/* What an answer means: BSN_OK and the waiting function's result; WASM_WAIT: it
 * has led to another question; any other ends the run. */
typedef int32_t (*TakeAnswer)(ChaincodeRun *run, guint32 type,
			      bsn_slice payload, guint64 *result);

/* What a transaction's runs on this node share: those of a contract and of others
 * that it calls, of which one is at work at a time. */
typedef struct {
	char *tx_id;
	guint64 gas; /* left */
	guint changes; /* of the state that the peer was told of */
	gboolean broken; /* one that failed had told it of some */
} Shared;

struct ChaincodeRun {
	Frame frame; /* first */
	bsn_chaincode_run *of_engine;
	GQueue *siblings; /* runs of the same package; where this one is */
	GList link;
	WasmCode *code;
	Shared *shared; /* a reference */
	guint changes;	/* shared->changes when it began */
	Arena arena; /* what it was given */
	Writes writes;
	gboolean ends;	   /* the contract has returned, */
	GTreeNode *untold; /* and the peer is told from this write on */
	GByteArray *event; /* a ChaincodeEvent, or empty */

	guint32 asks; /* what is to be asked; 0: nothing */
	GByteArray *question;
	TakeAnswer take;
	gboolean answered;
	guint32 answer_type;
	GByteArray *answer;

	gboolean runs;	    /* it is at work */
	gboolean cancelled; /* nobody listens any more */
};

/* As bsn_chaincode_runtime.run, answer, cancel.
 *
 * In: siblings: where it is until it is over. */
int32_t wasm_run_begin(WasmCode *code, const bsn_chaincode_call *call,
		       GQueue *siblings, bsn_chaincode_run *of_engine,
		       bsn_err *err);
void wasm_run_answer(bsn_chaincode_run *of_engine, uint32_t type,
		     bsn_slice payload);
void wasm_run_cancel(bsn_chaincode_run *of_engine);
/* All of them are over with BSN_UNAVAILABLE. */
void wasm_run_stop_all(GQueue *siblings);

/* ---- chaincode_ask.c ---- */

/* Tells the peer of the next write: WASM_WAIT; BSN_OK: there is none left. */
int32_t wasm_run_tell(ChaincodeRun *run);
extern const WasmWorld wasm_peer_world;

#endif
