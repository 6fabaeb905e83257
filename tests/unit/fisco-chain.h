/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fisco-chain.h: chains of the FISCO engine in the fake host, with
 * the plugins of the build, and accounts that use them.
 */
#ifndef TESTS_UNIT_FISCO_CHAIN_H
#define TESTS_UNIT_FISCO_CHAIN_H

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "tests/unit/fake-host.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

typedef struct {
	bsn_chain *chain;
	const bsn_engine *engine;
	GByteArray *genesis;
	const bsn_signature *scheme;
} FiscoChain;

typedef struct {
	guint8 private_key[32];
	guint8 public_key[64];
} Account;

/* A contract as tests/unit/contracts has it. */
typedef struct {
	json_t *abi;
	GByteArray *code;
} Compiled;

/* Loads the plugins of the build and begins anew. */
void fisco_reset(guint64 seed);
const bsn_engine *fisco_engine(void);
/* Uses an engine that is linked in, before the first fisco_reset. */
void fisco_use(const bsn_engine *engine);

/* A chain, open. `config` is JSON text: at least {"crypto":"sm"} or std. */
FiscoChain *fisco_new(const char *name, const char *config);
/* A further node's chain from the same genesis. */
FiscoChain *fisco_copy(const FiscoChain *chain, const char *name);
/* Closes it in order and forgets it. */
void fisco_free(FiscoChain *chain);
bsn_ledger *fisco_ledger(const FiscoChain *chain);
/* Opens a chain that was closed or crashed. */
void fisco_reopen(FiscoChain *chain);
/* The genesis of a chain of one member; what the engine answers. */
int32_t fisco_genesis(const char *name, const char *config, GByteArray *out,
		      bsn_err *err);

Account fisco_account(const FiscoChain *chain, guint8 number);
const Compiled *fisco_evidence(void);

/* Requests. Slices are borrowed; options and args may be NULL. */
bsn_tx_request fisco_invoke(const Account *account, const char *contract,
			    const char *function, const char *args,
			    const char *options);
bsn_tx_request fisco_of_kind(guint32 kind, const Account *account,
			     const char *contract);
/* Deploys Evidence with a title; `options` has its ABI, free it with g_free
 * after use. */
bsn_tx_request fisco_deploy(const Account *account, const char *name,
			    const char *version, char **options);

/* Builds and signs: the finished transaction, or NULL with the answer's
 * status and reason in *err (whose native is the status when 0). */
GByteArray *fisco_build(const FiscoChain *chain, const Account *account,
			const bsn_tx_request *request, int32_t *status,
			bsn_err *err);
/* Submits; nothing has settled when it returns. */
bsn_reply *fisco_submit(const FiscoChain *chain, const GByteArray *tx);
/* Builds, signs, submits, settles: a final stage, or a refusal. */
bsn_reply *fisco_do(const FiscoChain *chain, const Account *account,
		    const bsn_tx_request *request);
/* Deploys Evidence under a name, "" for none, and checks that it worked. Its
 * address; g_free it. */
char *fisco_deployed(const FiscoChain *chain, const Account *account,
		     const char *name, const char *version);
/* deposit(id, note) of a contract: the reply. The id is one byte repeated. */
bsn_reply *fisco_deposit(const FiscoChain *chain, const Account *account,
			 const char *contract, guint8 id, const char *note);

/* Calls; the JSON answer, or NULL with *status and *err. */
json_t *fisco_call(const FiscoChain *chain, const bsn_tx_request *request,
		   int32_t *status, bsn_err *err);
/* A call that must succeed: its result. */
json_t *fisco_result(const FiscoChain *chain, const char *contract,
		     const char *function, const char *args);

/* Answers of the engine; each must succeed. Free with fake_reply_free. */
bsn_reply *fisco_ledger_info(const FiscoChain *chain);
bsn_reply *fisco_status(const FiscoChain *chain);
bsn_reply *fisco_block(const FiscoChain *chain, guint64 number, guint64 want);
bsn_reply *fisco_events(const FiscoChain *chain, guint64 from, guint64 to);
guint64 fisco_height(const FiscoChain *chain);
/* tx->get: any answer. */
bsn_reply *fisco_get(const FiscoChain *chain, bsn_id id);

/* The detail of a reply's transaction result, parsed. */
json_t *fisco_json(bsn_slice text);

#endif
