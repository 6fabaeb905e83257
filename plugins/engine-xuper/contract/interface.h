/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/interface.h: interfaces of Solidity contracts as
 * their deployers gave them (contracts.h), parsed once for as many executions as
 * use them.
 */
#ifndef XUPER_CONTRACT_INTERFACE_H
#define XUPER_CONTRACT_INTERFACE_H

#include "plugins/engine-xuper/contract/sandbox.h"
#include "plugins/kit/solidity/decode.h"
#include "plugins/kit/solidity/encode.h"
#include "plugins/kit/solidity/interface.h"

/* Bytes of an interface's JSON. */
#define INTERFACE_MAX (256u << 10)

typedef struct {
	gint refs;
	AbiInterface *abi;
} Interface;

/* The interface of a contract; NULL: it has none, or one that says nothing. Reads
 * NAME.abi. [any] */
Interface *interface_of(Sandbox *box, bsn_slice name);
Interface *interface_ref(Interface *interface);
void interface_unref(Interface *interface); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Interface, interface_unref)

/* What selectors and topics are made with, here as everywhere: Keccak-256. NULL:
 * no loaded plugin has it. [any] */
const bsn_hash *interface_hash(void);
/* Parses one. NULL with a reason: BSN_BAD_REQUEST, BSN_TOO_LARGE in *status.
 * [any] */
AbiInterface *interface_parse(bsn_slice json, int32_t *status, bsn_err *err);

/* Whether input is for a method of that name, so that who may call a method by its
 * ACL cannot be given another's input: the name of the function that its selector
 * is for; where the interface (may be NULL) knows none, its signature; "" where it
 * has no selector. So each function has one name for ACLs.
 * Returns: BSN_OK, and the function, which lives as long as the interface or is
 * NULL. Errors: BSN_BAD_REQUEST. [any] */
int32_t interface_check(const AbiInterface *abi, bsn_slice method,
			bsn_slice input, const AbiFunction **function,
			bsn_err *err);
/* Results as JSON: the value of one, an array of several, null of none. NULL: the
 * output is not as the function says. A new reference. [any] */
json_t *interface_results(const AbiFunction *function, bsn_slice output);

#endif
