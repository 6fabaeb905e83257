/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/check.h: code looked at before it is deployed, and
 * what the chain's config ("contract_check") makes of what is found: the same on
 * every node, so that a transaction with such code is in no block.
 */
#ifndef XUPER_CONTRACT_CHECK_H
#define XUPER_CONTRACT_CHECK_H

#include "plugins/engine-xuper/chain/chain.h"

/* bsn_contract_ops.check. Options: the runtime's (bsn_runtime.check_with), and
 * those of a deployment. [strand] */
int32_t check_ask(bsn_ledger *ledger, bsn_slice code, bsn_slice options,
		  bsn_reply *reply, bsn_err *err);
/* Whether a chain takes code, constructor's arguments and all. Code that cannot be
 * checked is refused by a chain that refuses anything.
 * Returns: BSN_OK. Errors: BSN_DENIED, with the finding; below 0. [any] */
int32_t check_judge(const ChainConfig *config, bsn_slice code, bsn_err *err);
/* Whether the runtime can follow a config's policy: it knows the rules and the
 * opcodes. Returns: BSN_OK. Errors: BSN_BAD_REQUEST; BSN_E_VERSION. [any] */
int32_t check_fits(const ChainConfig *config, bsn_err *err);

#endif
