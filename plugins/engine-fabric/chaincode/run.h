/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/chaincode/run.h: simulates one transaction.
 *
 *	run.c       a run: one transaction that is simulated
 *	calls.c     its call of a chaincode, and calls between chaincodes: same
 *	            channel, one simulator; other channels are refused
 *	admit.c     whether it may be called: its definition, Init
 *	shim.c queries.c
 *	            what a chaincode asks, answered from the simulator
 *	system.c    chaincodes of the engine's own: _lifecycle, _config, qscc, cscc
 *	qscc.c cscc.c
 *	runtimes.c  which runtime runs a package; packages are started at need
 *
 * All functions: [strand].
 */
#ifndef FABRIC_CHAINCODE_RUN_H
#define FABRIC_CHAINCODE_RUN_H

#include <jansson.h>

#include "peer/chaincode.pb-c.h"
#include "peer/chaincode_event.pb-c.h"
#include "peer/proposal_response.pb-c.h"
#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/ledger/simulator.h"

/* Calls between chaincodes: one within the other, and of one run in all. */
#define RUN_DEPTH_MAX 16u
#define RUN_CALLS_MAX 1024u
/* Questions of one run: more than a simulator's limits let it read one by one.
 */
#define RUN_QUESTIONS_MAX (1u << 18)

/* What is simulated. All borrowed until `done` has returned. */
typedef struct {
	const char *chaincode;
	const Protos__ChaincodeInput *input;
	const char *tx_id;
	bsn_slice signed_proposal; /* as the shim gives it; may be unsigned */
	bsn_slice creator;	   /* SerializedIdentity */
	gint64 timestamp_s;	   /* of the channel header */
	gint32 timestamp_ns;
	/* The creator as a member; what system chaincodes ask policies for. */
	MspIdentity *who;
	gboolean read_only; /* a query: what it writes is thrown away */
} RunInput;

/* What came of it. Borrowed for the call. */
typedef struct {
	int32_t status; /* BSN_OK: `response` is there, whatever it says */
	const bsn_err *err;
	const Protos__Response *response;
	const Protos__ChaincodeEvent *event; /* NULL: none; of the called one */
	bsn_slice results;   /* TxReadWriteSet; empty when read_only */
	bsn_slice private_results; /* TxPvtReadWriteSet: what members of
				    * collections are given of it; empty:
				    * nothing, or read_only */
	const char *version; /* of the chaincode's definition */
} RunOutcome;

typedef struct Run Run;
typedef void (*RunDone)(gpointer owner, const RunOutcome *outcome);

void runs_open(Channel *channel);
/* All runs are over: their owners have cancelled them. */
void runs_close(Channel *channel);

/* TIMER_TURNS: a question that takes several turns goes on. */
void runs_timer(Channel *channel);

/* Simulates; `done` comes once, inside or later, not after run_cancel.
 *
 * Returns: a handle; NULL: `done` has come already. */
Run *run_begin(Channel *channel, const RunInput *input, RunDone done,
	       gpointer owner);
void run_cancel(Run *run);

/* ---- runtimes.c ---- */

/* The runtime for packages of a type ("node", "native", ...), among those that
 * the host has: NULL: none. */
const bsn_chaincode_runtime *runtimes_find(const char *type);
/* The same as a bsn_runtime, for its check. */
const bsn_runtime *runtimes_checker(const char *type);
/* The languages of all runtimes that this host has and the channel takes, in their
 * words: a JSON array. */
json_t *runtimes_languages(const Channel *channel);
/* A definition was committed, or is there when the channel opens: its program
 * is started if its package is here, so that the first call need not wait for
 * it; what ran the chaincode before is stopped. Not needed for calls. */
struct Definition;
void runtimes_prepare(Channel *channel, const struct Definition *definition);
/* TIMER_PROGRAMS. */
void runtimes_timer(Channel *channel);
/* What runs here, for status: a JSON array. */
json_t *runtimes_json(Channel *channel);

/* ---- system.c ---- */

/* One call of a system chaincode. It reads and writes by the simulator, under
 * its own namespace, and answers at once. */
typedef struct {
	Channel *channel;
	const RunInput *input;
	Simulator *simulator;
	const char *function;		 /* first argument */
	const ProtobufCBinaryData *args; /* the others */
	gsize n_args;
	GByteArray *payload; /* of the response, 200 */
} SystemCall;

/* Returns: BSN_OK: `payload` is the answer; or why not: the response has status
 *          500 (BSN_E_*), 403 (BSN_DENIED), 404 (BSN_NOT_FOUND) or 400, and the
 *          reason as its message. */
typedef int32_t (*SystemFn)(SystemCall *call, bsn_err *err);

/* The functions of _lifecycle: lifecycle/functions.c. */
int32_t lifecycle_invoke(SystemCall *call, bsn_err *err);
gboolean system_chaincode_exists(const char *name);
/* Whether transactions come of its calls. */
gboolean system_chaincode_writes(const char *name);

/* Whether `who` may use a resource ("qscc/GetBlockByNumber"), by the channel's
 * ACLs. Returns: BSN_OK. Errors: BSN_DENIED with policy and resource. */
int32_t access_check(Channel *channel, const char *resource, MspIdentity *who,
		     bsn_err *err);

#endif
