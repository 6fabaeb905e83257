/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/pay.h: the tokens of a transaction that is begun:
 * what it sends, and its fee, out of outputs of whoever begins it; what is left
 * goes back.
 */
#ifndef XUPER_CONTRACT_PAY_H
#define XUPER_CONTRACT_PAY_H

#include "plugins/engine-xuper/contract/plan.h"

/* Outputs that are spent at most. */
#define PAY_INPUTS_MAX 256u

/* Adds inputs and outputs behind those that `msg` has; they lie in the plan's
 * arena. gas: what the contracts cost.
 * Returns: BSN_OK. Errors: BSN_DENIED: there is not enough; BSN_BUSY: not at the
 * moment, or in too many pieces; BSN_TOO_LARGE. [strand] */
int32_t pay(Plan *plan, guint64 gas, Xldgpb__Transaction *msg, bsn_err *err);

#endif
