/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/code.h: one execution of a contract's code on a
 * sandbox. What kinds of code there are, each with a runtime of its own, the chain
 * says (config.contracts.languages): Solidity's is the EVM's, module "evm"; what C,
 * C++, Rust and AssemblyScript are compiled to is WebAssembly, module "wasm".
 *
 * The runtime's state is the bucket that its module is called by, its events are
 * the transaction's. What it counts is RESOURCE_CPU, one for one: gas of the EVM;
 * of WebAssembly, whose unit is about one instruction, as XuperChain's own machine
 * counts it. So a unit of WebAssembly is never dearer to run than one of the EVM's,
 * whose cheapest instructions cost 2 and 3, and one price and one limit bind both.
 * All balances are zero and stay so: tokens are outputs of transactions, which no
 * machine knows of.
 */
#ifndef XUPER_CONTRACT_CODE_H
#define XUPER_CONTRACT_CODE_H

#include <bsn/runtime.h>
#include <jansson.h>

#include "plugins/engine-xuper/contract/sandbox.h"

/* Bytes that an execution may answer. */
#define CODE_OUTPUT_MAX (1u << 20)

#define MODULE_EVM "evm"
#define MODULE_WASM "wasm"

typedef struct CodeView CodeView; /* code-private.h */

typedef struct {
	const char *module;   /* of requests; contract_type of descriptions; name of
			       * the runtime and of its bucket */
	const char *language; /* as the config and lists of contracts have it */
	guint32 flag;         /* in ChainConfig.code */
	/* Rules of the machine; NULL: its newest. */
	const char *(*rules)(const ChainConfig *config);
	/* As those of bsn_state. */
	int32_t (*emit)(CodeView *view, bsn_slice contract,
			const bsn_slice *topics, guint64 n, bsn_slice data);
	int32_t (*builtin)(CodeView *view, const bsn_call *call,
			   bsn_sink *output, bsn_outcome *outcome);
	int32_t (*has_builtin)(CodeView *view, bsn_slice contract);
} CodeKind;
extern const CodeKind code_evm, code_wasm;

/* Those whose module, or language, is called so; NULL: there is none. [any] */
const CodeKind *code_kind(const char *module);
/* What kind code is that is deployed: modules of WebAssembly begin with four bytes
 * that no other code can begin with, as the EVM would stop at the first. [any] */
const CodeKind *code_kind_of(bsn_slice code);
/* Returns: BSN_OK, or BSN_NOT_OFFERED: the chain takes none. [any] */
int32_t code_taken(const CodeKind *kind, const ChainConfig *config,
		   bsn_err *err);
/* The runtime. NULL: BSN_E_VERSION. [any] */
const bsn_runtime *code_runtime(const CodeKind *kind, bsn_err *err);
/* The bits of ChainConfig.code of which this host has runtimes. [any] */
guint32 code_loaded(void);
/* Whether all that the chain takes can be run here, as all nodes must. Returns:
 * BSN_OK. Errors: BSN_E_VERSION: the reason names what is missing. [any] */
int32_t code_check_runtimes(const ChainConfig *config, bsn_err *err);
/* Languages of all runtimes that the chain's code needs, in the runtimes' words: a
 * new JSON array. [any] */
json_t *code_languages(const ChainConfig *config);

/* Addresses are as the runtime has them: 20 bytes for the EVM; else texts. */
typedef struct {
	guint32 kind;  /* BSN_CALL_INVOKE, BSN_CALL_CREATE */
	guint32 flags; /* BSN_CALL_READ_ONLY, BSN_CALL_REPLACE */
	bsn_slice caller;
	bsn_slice contract;
	bsn_slice function; /* where the runtime calls by name */
	bsn_slice input;
	guint64 budget; /* of RESOURCE_CPU */
} CodeCall;

/* How it went; when not well it has changed nothing. */
typedef struct {
	int32_t status; /* BSN_OK; above 0, then there is a reason */
	GByteArray *output; /* result, or data that it reverted with */
	char reason[BSN_REASON_MAX];
} CodeOutcome;
void code_outcome_clear(CodeOutcome *outcome);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CodeOutcome, code_outcome_clear)

/* Returns: BSN_OK, and the outcome. Errors: BSN_E_VERSION: there is no such
 * runtime; what else is below 0. [any] */
int32_t code_execute(Sandbox *box, const CodeKind *kind, const CodeCall *call,
		     CodeOutcome *outcome, bsn_err *err);
/* Whether there is code at an address. Returns: BSN_OK, BSN_NOT_FOUND. */
int32_t code_there(Sandbox *box, const CodeKind *kind, bsn_slice contract,
		   bsn_err *err);

#endif
