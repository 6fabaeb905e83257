/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/chaincode/call.h: what run.c needs of its neighbours.
 * Internal to chaincode/. All functions: [strand].
 */
#ifndef FABRIC_CHAINCODE_CALL_H
#define FABRIC_CHAINCODE_CALL_H

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"

/* ---- admit.c: may it be called ---- */

/* What a chaincode's namespace has once Init ran: the version that it ran for.
 * Fabric's InitializedKeyName, U+0000 and U+10FFFF in front. */
#define INITIALIZED_KEY "\0\xf4\x8f\xbf\xbfinitialized"
#define INITIALIZED_KEY_LEN (sizeof(INITIALIZED_KEY) - 1)

/* Judges a call by the definition, as the simulation sees it, and by Fabric's
 * rules for Init: where a definition asks for it, it is the first call for each
 * version, and comes once. That it was called is noted.
 *
 * Returns: BSN_OK and the definition.
 * Errors:  BSN_NOT_FOUND, BSN_FROZEN; BSN_CONFLICT, BSN_BAD_REQUEST: Init;
 *          those of lifecycle_find_in and simulator.h. */
int32_t call_admit(Channel *channel, Simulator *simulator, const char *name,
		   const Protos__ChaincodeInput *input, Definition **definition,
		   bsn_err *err);

/* A chaincode's name as chaincodes write it, "name:version/channel".
 *
 * Returns: BSN_OK. Out: name: g_free it.
 * Errors:  BSN_NOT_OFFERED: it is another channel's; BSN_BAD_REQUEST. */
int32_t call_target(const Channel *channel, const char *written, char **name,
		    bsn_err *err);

/* ---- runtimes.c: which program runs ---- */

/* A package's program. */
typedef struct {
	char *package_id;
	const bsn_chaincode_runtime *runtime;
	guint users;	   /* calls under way */
	gboolean replaced; /* by another package: to be stopped without users */
} Program;

/* The program that runs a definition, started if it was not.
 *
 * Returns: BSN_OK and a program for program_release.
 * Errors:  BSN_UNAVAILABLE: its package is not here, or this host has no
 *          runtime for it; those of bsn_chaincode_runtime.start. */
int32_t program_take(Channel *channel, const Definition *definition,
		     Program **program, bsn_err *err);
void program_release(Channel *channel, Program *program);

/* Programs of a channel, for runs_open and runs_close. */
typedef struct {
	GPtrArray *list;      /* Program */
	GHashTable *of_names; /* a chaincode's name: package id */
} Programs;
void programs_init(Programs *programs);
/* Stops all. */
void programs_clear(Channel *channel, Programs *programs);

typedef struct Runs {
	guint under_way;
	Programs programs;
	GQueue turns; /* Call: asked what takes more than one turn */
} Runs;

/* ---- system.c ---- */

/* Calls a system chaincode: Fabric's answer, whatever it is.
 *
 * Out: response: borrows from payload and message, whose size its caller has
 *      set. */
void system_call(Channel *channel, const RunInput *input, Simulator *simulator,
		 GByteArray *payload, bsn_err *message,
		 Protos__Response *response);

/* The version that envelopes give system chaincodes. */
#define SYSTEM_VERSION "syscc"

/* qscc.c, cscc.c */
int32_t qscc_invoke(SystemCall *call, bsn_err *err);
int32_t cscc_invoke(SystemCall *call, bsn_err *err);

/* The nth argument behind the function, as text that ends where it should.
 *
 * Returns: BSN_OK. Out: text: g_free it. Errors: BSN_BAD_REQUEST. */
int32_t system_text(const SystemCall *call, gsize n, char **text, bsn_err *err);
/* The same where it must name this channel, and whoever calls may use
 * `resource`. Errors: BSN_NOT_FOUND, BSN_DENIED. */
int32_t system_channel(const SystemCall *call, gsize n, const char *resource,
		       bsn_err *err);

#endif
