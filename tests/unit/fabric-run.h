/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-run.h: a channel "one" on a real ledger, with definitions
 * and packages that a test gives it, and runs on it. Nothing can fail: it fails
 * the test.
 */
#ifndef TESTS_UNIT_FABRIC_RUN_H
#define TESTS_UNIT_FABRIC_RUN_H

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "tests/unit/fabric-channel.h"
#include "tests/unit/fabric-ledger.h"

typedef struct {
	FabricLedger *ledger;
	FabricOrgs *orgs;
	Channel channel;
	MspIdentity *client;	/* of Org1MSP */
	GPtrArray *definitions; /* Definition */
	GHashTable *packages;	/* id: GByteArray */
	/* Of the runs that begin next. */
	const char *tx_id;
	gboolean is_init;
	gboolean read_only;
	MspIdentity *who;
	GByteArray *proposal; /* SignedProposal of a client of Org1MSP */
	/* What came of the last one. */
	guint n_done;
	int32_t status;
	char *reason;	  /* for any status but BSN_OK */
	int32_t response; /* its status */
	char *message;
	GBytes *payload;
	char *event; /* "chaincode/name/payload"; NULL: none */
	char *version;
	GBytes *results;
	GBytes *private_results;
} FabricRun;

FabricRun *fabric_run_new(void);
void fabric_run_free(FabricRun *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FabricRun, fabric_run_free)

/* Commits a definition of version "1" and sequence 1, or changes the one that
 * there is. Borrowed; the test may change it.
 * In: package: "basic_1:aa"; or NULL. */
Definition *fabric_run_define(FabricRun *fixture, const char *name,
			      const char *package);
/* A package is on this node. In: type; native: native.json, or NULL. */
void fabric_run_install(FabricRun *fixture, const char *id, const char *type,
			const char *native);
/* Both of a native contract, under its own name. */
Definition *fabric_run_native(FabricRun *fixture, const char *contract,
			      guint version);

/* A fixture with chaincodes "basic" and "other", of the packages "basic_1:aa"
 * and "other_1:bb", which fabric-script.h runs. */
FabricRun *fabric_run_scripted(void);

/* Transient data of the runs that begin next, under one name; NULL: none. */
void fabric_run_transient(FabricRun *fixture, const char *name,
			  const char *value);

/* Begins a run with arguments, function first, ended by NULL. */
Run *fabric_run_begin(FabricRun *fixture, const char *chaincode,
		      ...) G_GNUC_NULL_TERMINATED;
/* The same; it must be over at once, with BSN_OK. The response's status. */
int32_t fabric_run_call(FabricRun *fixture, const char *chaincode,
			...) G_GNUC_NULL_TERMINATED;
/* The response's payload as text, or its message from 400 on; borrowed. */
const char *fabric_run_text(FabricRun *fixture);
/* Commits what the last run has written; the transaction's code. */
TxCode fabric_run_commit(FabricRun *fixture);

#endif
