/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/chaincode/calls.h: a run and its calls.
 *
 * A run is one transaction that is simulated; its calls are chaincodes, one
 * called by the other. Runtimes answer inside what they are asked or later, so
 * that any call into a runtime may end the run: it is freed by its last user.
 *
 * What fails because of this node alone (its store, a program that is not
 * there) must not become an answer that a chaincode goes on with, since others
 * would get another one: it dooms the run. So does a chaincode that breaks the
 * protocol. A doomed run's chaincodes get errors until they are through.
 *
 * Internal to chaincode/. All functions: [strand].
 */
#ifndef FABRIC_CHAINCODE_CALLS_H
#define FABRIC_CHAINCODE_CALLS_H

#include "plugins/engine-fabric/chaincode/call.h"
#include "plugins/engine-fabric/chaincode/shim.h"

typedef struct Call Call;

struct Run {
	guint users;
	Channel *channel;
	RunInput input;
	RunDone done;
	gpointer owner;
	Simulator *simulator;
	GPtrArray *calls; /* Call, also those that are over */
	guint questions;
	gboolean over;	/* `done` was called, or will not be */
	int32_t doomed; /* BSN_OK: it is not */
	bsn_err doom;
};

struct Call {
	bsn_chaincode_run run; /* first: what the runtime has */
	Run *whole;
	Call *caller; /* NULL: it is the transaction's own */
	guint depth;
	Definition *definition;
	Program *program;
	Shim shim;
	gboolean runs;	/* the runtime has it */
	gboolean waits; /* for a chaincode that it has called, or its turn */
	guint32 asked;	/* what it has its turn for */
	GList turn;	/* in `turns` of Runs; data NULL: it is not */
};

/* ---- run.c ---- */

Run *run_ref(Run *run);
void run_unref(Run *run);

/* Ends it; a second time does nothing. */
void run_fail(Run *run, int32_t status, const bsn_err *err);
void run_succeed(Run *run, const Protos__Response *response,
		 const Protos__ChaincodeEvent *event, const char *version);
/* It cannot succeed any more. The first reason counts. */
void run_doom(Run *run, int32_t status, const bsn_err *err);
/* Whether a failure dooms. */
gboolean run_dooms(int32_t status);

/* ---- calls.c ---- */

/* Begins a call; refuses it to the caller, or fails the run. */
void call_begin(Run *run, Call *caller, const char *name,
		const Protos__ChaincodeInput *input);
/* The runtime tells nothing of it any more. */
void call_cancel(Call *call);
void call_free(Call *call);

#endif
