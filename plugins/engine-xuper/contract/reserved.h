/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/reserved.h: reserved contracts: requests that the
 * config puts in front of every transaction that calls a contract. Pre-execution
 * adds them, verification asks for them, as in XuperChain (verifyReserved...).
 *
 * One is asked for once its contract is there, so that somebody can deploy it; that
 * is read, and so a part of what the transaction depends on. In the value of an
 * argument "{{.ContractNames}}" stands for the names of the contracts that the
 * transaction calls, with commas between.
 */
#ifndef XUPER_CONTRACT_RESERVED_H
#define XUPER_CONTRACT_RESERVED_H

#include "plugins/engine-xuper/contract/sandbox.h"

/* Whether the config reserves a contract of that name. [any] */
gboolean reserved_names(const ChainConfig *config, const char *name);
/* How many of the config's are in force: the first ones up to one whose contract
 * is not there. Reads the sandbox.
 * Returns: BSN_OK. Errors: of the sandbox. [any] */
int32_t reserved_count(Sandbox *box, guint *n, bsn_err *err);
/* Number `index` as it stands in front of those requests; in the arena. [any] */
Xldgpb__InvokeRequest *
reserved_request(Arena *arena, const ChainConfig *config, guint index,
		 Xldgpb__InvokeRequest *const *requests, gsize n);
/* Whether a transaction's requests begin with those in force, whatever their
 * limits. Returns: BSN_OK; BSN_DENIED with a reason. Errors: of the sandbox.
 * [any] */
int32_t reserved_judge(Sandbox *box, Xldgpb__InvokeRequest *const *requests,
		       gsize n, bsn_err *err);

#endif
