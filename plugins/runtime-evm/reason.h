/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/reason.h: how an execution ended, in the words of the
 * ABI and of people.
 */
#ifndef PLUGINS_RUNTIME_EVM_REASON_H
#define PLUGINS_RUNTIME_EVM_REASON_H

#include "plugins/runtime-evm/evm.h"

/* BSN_OK, BSN_REVERTED, BSN_OUT_OF_BUDGET or BSN_FAULT. */
int32_t ending_status(Ending ending);

/* Why the outermost frame failed: one sentence in UTF-8. A revert's text is the
 * one that Solidity puts into it, when there is one. */
void ending_reason(const Evm *evm, char *out, gsize size);

#endif
