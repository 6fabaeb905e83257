/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/kernel/consensus.h: another protocol, or another config.
 */
#ifndef XUPER_KERNEL_CONSENSUS_H
#define XUPER_KERNEL_CONSENSUS_H

#include "plugins/engine-xuper/contract/sandbox.h"
#include "plugins/kit/json.h"

/* Whether $consensus.updateConsensus could be done with those args now.
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST, BSN_DUPLICATE, of the sandbox. */
int32_t consensus_check(Sandbox *box, const json_t *args, bsn_err *err);

#endif
