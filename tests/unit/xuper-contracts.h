/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/xuper-contracts.h: a chain's state, an account on it, and the EVM,
 * for tests of what runs on engine-xuper's sandboxes.
 */
#ifndef TESTS_UNIT_XUPER_CONTRACTS_H
#define TESTS_UNIT_XUPER_CONTRACTS_H

#include "plugins/engine-xuper/contract/run.h"
#include "tests/unit/xuper-store.h"
#include "tests/unit/xuper-suite.h"

#define TEST_ACCOUNT "XC1111111111111111@xuper"
#define TEST_TIME_MS G_GUINT64_CONSTANT(1700000000123)

typedef struct {
	bsn_chain *chain;
	Layer *store;
	Layer *layer; /* the state */
	Suite suite;
	ChainConfig *config;
	XuperPerson alice; /* TEST_ACCOUNT is hers */
	XuperPerson bob;
	char *alice_path; /* "TEST_ACCOUNT/alice" */
	const char *auth[2]; /* alice_path */
	SandboxEnv env; /* alice initiates, with auth */
	guint8 next; /* of transactions' ids */
	char *evidence_abi;
	GByteArray *evidence_code;
} XuperWorld;

XuperWorld *xuper_world_new(void);
void xuper_world_free(XuperWorld *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XuperWorld, xuper_world_free)

/* Puts what the sandbox wrote into the state, as of a new transaction. */
void xuper_world_apply(XuperWorld *world, Sandbox *box);

/* A request, whose arguments are pairs of a name and a text, ended by NULL. */
typedef struct {
	Arena arena;
	Xldgpb__InvokeRequest msg;
} XuperRequest;
XuperRequest *xuper_request(const char *module, const char *contract,
			    const char *method, ...) G_GNUC_NULL_TERMINATED;
void xuper_request_add(XuperRequest *request, const char *name,
		       bsn_slice value);
void xuper_request_free(XuperRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(XuperRequest, xuper_request_free)
/* A call of a Solidity contract with JSON arguments. */
XuperRequest *xuper_call(const char *contract, const char *method,
			 const char *json);
/* Deploys (or, method "upgradeContract", upgrades) Evidence with that title. */
XuperRequest *xuper_deploy(const XuperWorld *world, const char *method,
			   const char *name, const char *title);

/* Runs one on a new sandbox; what changed stays when it went well. Its status; the
 * rest in `result`, to clear. */
int32_t xuper_world_run(XuperWorld *world, XuperRequest *request,
			RunResult *result);
/* The same, and what the sandbox holds as a transaction's bytes (may be NULL). */
int32_t xuper_world_try(XuperWorld *world, XuperRequest *request,
			guint32 flags, RunResult *result, GByteArray *sets);

#endif
