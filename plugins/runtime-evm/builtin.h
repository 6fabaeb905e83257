/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/builtin.h: contracts that the engine implements.
 */
#ifndef PLUGINS_RUNTIME_EVM_BUILTIN_H
#define PLUGINS_RUNTIME_EVM_BUILTIN_H

#include "plugins/runtime-evm/evm.h"

/* Runs a message to an address without code: offers it to the engine when the
 * address is below 2^32 and the engine's contract would be the one called
 * (CALL, STATICCALL): a DELEGATECALL would let any contract speak to it in its
 * caller's name. Output goes into evm->returned.
 *
 * Returns: END_STOP also when the engine has no such contract; any failure.
 * In/out:  gas, what is left. */
Ending builtin_call(Evm *evm, const Message *message, int64_t *gas);

#endif
