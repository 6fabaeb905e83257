/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-native/tx.h: a call as the runtime has it. Internal.
 *
 *	tx.c       what steps ask, say and get
 *	private.c  collections, and transient data
 *	results.c  ranges and histories, one answer after the other
 *	run.c      steps one after the other, between an engine and a contract
 */
#ifndef RUNTIME_NATIVE_TX_H
#define RUNTIME_NATIVE_TX_H

#include <bsn/ext/chaincode.h>

#include "peer/chaincode.pb-c.h"
#include "peer/chaincode_shim.pb-c.h"
#include "plugins/runtime-native/native.h"

#define ASKS(name) PROTOS__CHAINCODE_MESSAGE__TYPE__##name

typedef struct Call Call;
/* Takes an answer, before the step that waits for it. */
typedef void (*TakeAnswer)(Call *call, bsn_slice payload);

struct Call {
	NativeTx tx; /* first */
	const NativeContract *contract;
	bsn_chaincode_run *run;
	GQueue *siblings; /* calls of the same package; where this one is */
	GList link;
	bsn_slice proposal; /* SignedProposal */

	NativeStep next; /* what comes next; NULL: it waits */
	guint32 asks;	 /* what is to be asked; 0: nothing */
	GByteArray *question;
	TakeAnswer take; /* the answer */
	NativeEach each; /* of a query that is being read */
	NativeStep then; /* when the question is answered */
	GByteArray *answer;

	gboolean runs; /* its steps are at work */
	gboolean hangs;
	gboolean over;	      /* the contract has ended */
	gboolean cancelled;   /* nobody listens any more */
	GByteArray *response; /* a Response */
	GByteArray *event;    /* a ChaincodeEvent, or empty */
};

static inline Call *
call_of(NativeTx *tx)
{
	return (Call *)tx;
}

/* Asks a message. */
void native_call_ask(Call *call, guint32 type, const void *message,
		     TakeAnswer take, NativeStep then);
/* tx.c: what is there. */
void native_call_take_value(Call *call, bsn_slice payload);
/* results.c: a QueryResponse; queries and histories. */
void native_call_take_results(Call *call, bsn_slice payload);
void native_call_take_history(Call *call, bsn_slice payload);

/* ---- run.c ---- */

/* Begins a call of a contract; as bsn_chaincode_runtime.run.
 *
 * In: siblings: where it is until it is over. */
int32_t native_call_run(const NativeContract *contract, guint version,
			const bsn_chaincode_call *what, GQueue *siblings,
			bsn_chaincode_run *run, bsn_err *err);
void native_call_answer(bsn_chaincode_run *run, uint32_t type,
			bsn_slice payload);
void native_call_cancel(bsn_chaincode_run *run);
/* All of them are over with BSN_UNAVAILABLE. */
void native_call_stop_all(GQueue *siblings);

#endif
