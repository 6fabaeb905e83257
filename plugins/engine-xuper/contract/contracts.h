/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/contracts.h: what the chain keeps of contracts with
 * code, in XuperChain's bucket "contract":
 *
 *	NAME.desc  WasmCodeDesc (proto/xldgpb/xcontract.proto)
 *	NAME.code  as it was deployed
 *	NAME.abi   interface of a Solidity contract, JSON
 *	NAME.vN    digest of version N's code, and behind it what the version is
 *	           called, if anything; which transaction has brought that version is
 *	           the version of this value
 *
 * What runtimes keep is in buckets "evm" and "wasm", under their own keys.
 */
#ifndef XUPER_CONTRACT_CONTRACTS_H
#define XUPER_CONTRACT_CONTRACTS_H

#include "plugins/engine-xuper/contract/code.h"

/* Bytes of what a version is called. */
#define VERSION_LABEL_MAX 64u

typedef enum {
	CONTRACT_ACTIVE,
	CONTRACT_FROZEN,
	CONTRACT_UNINSTALLED,
} ContractState;

typedef struct {
	ContractState state;
	const CodeKind *code;
	guint32 version; /* from 1 on */
	guint8 digest[HASH_LEN]; /* the suite's double hash of the code */
	char *runtime;   /* as the deployer has said */
	char *compiler;
} ContractDesc;
void contract_desc_clear(ContractDesc *desc);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(ContractDesc, contract_desc_clear)

/* "active", "frozen", "uninstalled". */
const char *contract_state_text(ContractState state);
/* From a value of NAME.desc. Returns: BSN_OK. Errors: BSN_E_CORRUPT. [any] */
int32_t contract_desc_read(bsn_slice value, ContractDesc *desc, bsn_err *err);

/* What version `number` is called: the label behind the digest in a value of
 * NAME.vN, else the number; the caller frees. [any] */
char *contract_version_text(guint32 number, bsn_slice value);

/* "NAME.desc" and the like; the caller frees. */
char *contract_key(bsn_slice name, const char *what);

/* Returns: BSN_OK and a description to clear; BSN_NOT_FOUND with a reason.
 * Errors: of the sandbox. */
int32_t contract_load(Sandbox *box, bsn_slice name, ContractDesc *desc,
		      bsn_err *err);
int32_t contract_store(Sandbox *box, bsn_slice name, const ContractDesc *desc,
		       bsn_err *err);
/* Whether it takes calls: BSN_OK, BSN_NOT_FOUND, BSN_FROZEN; a description to clear
 * in any case. */
int32_t contract_callable(Sandbox *box, bsn_slice name, ContractDesc *desc,
			  bsn_err *err);

/* How a contract is called by: its name; "0x" and its address as the EVM knows it;
 * of those that another contract has made there is no name, and "0x..." is it.
 * Returns: BSN_OK, and the name, to be freed. Errors: BSN_BAD_REQUEST. [any] */
int32_t contract_resolve(const Suite *suite, const char *chain, bsn_slice text,
			 char **name, bsn_err *err);
/* The address of what contract_resolve gave. FALSE: there is none. [any] */
gboolean contract_address(bsn_slice name, guint8 evm[EVM_ADDRESS_LEN]);
/* The name of what is at an address, as contract_resolve gives it; the caller
 * frees. [any] */
char *contract_name_at(const Suite *suite, const char *chain,
		       const guint8 evm[EVM_ADDRESS_LEN]);
/* Whether a contract can have that name: contract_name_valid, and no bucket is
 * called so (buckets of runtimes included). [any] */
gboolean contract_name_free(bsn_slice name);

#endif
