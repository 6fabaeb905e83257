/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/release.h: what a deployment or an upgrade brings,
 * out of the arguments of $contract's methods, which are XuperChain's:
 *
 *	contract_name
 *	contract_code  what creates the contract, as bytes or in hex; a WebAssembly
 *	               module, or else code for the EVM
 *	contract_abi   the interface of Solidity code, JSON; optional
 *	init_args      of Solidity {"input": Base64 of the constructor's encoded
 *	               arguments}, or, with "jsonEncoded": Base64 of "true", of their
 *	               JSON; of a module {NAME: Base64 of the argument of
 *	               "initialize"}, and places for names ("0") as in run.h
 *	contract_desc  a WasmCodeDesc
 *
 * and one of ours:
 *
 *	contract_version  what the version is called; optional
 */
#ifndef XUPER_CONTRACT_RELEASE_H
#define XUPER_CONTRACT_RELEASE_H

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/interface.h"
#include "plugins/engine-xuper/kernel/args.h"

typedef struct {
	char *name;
	const CodeKind *kind;
	char *account;      /* of the contract */
	GByteArray *code;   /* what creates the contract */
	GByteArray *input;  /* the same, with the constructor's arguments */
	bsn_slice abi;      /* JSON; empty: none was given */
	bsn_slice label;    /* of the version; empty: it has a number alone */
	AbiInterface *interface; /* NULL: none */
} Release;

/* Returns: BSN_OK and a release to clear; slices lie in the arguments.
 * Errors: BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
int32_t release_read(const KernelCall *call, Release *release, bsn_err *err);
void release_clear(Release *release);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Release, release_clear)
/* Fills in what is said of the code. Errors: BSN_BAD_REQUEST: it is said to be of
 * another kind than it is; BSN_NOT_OFFERED: of one that there is not. [any] */
int32_t release_description(const KernelCall *call, const Release *release,
			    ContractDesc *desc, bsn_err *err);
/* The argument contract_name; the caller frees. */
int32_t contract_name_arg(const KernelCall *call, char **name, bsn_err *err);

#endif
