/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/builtin.h: contracts that the engine implements
 * or lets nobody call.
 */
#ifndef PLUGINS_RUNTIME_EVM_BUILTIN_H
#define PLUGINS_RUNTIME_EVM_BUILTIN_H

#include "plugins/runtime-evm/evm.h"

/* Offers a call to the engine, by the address of its code. A DELEGATECALL or
 * CALLCODE the engine can only refuse: it would let any contract speak to the
 * engine's in its caller's name. Output goes into evm->returned.
 *
 * Returns: END_NONE: the engine does not take it; END_STOP; any failure.
 * In/out:  gas, what is left. */
Ending builtin_call(Evm *evm, const Message *message, int64_t *gas);

/* Whether the engine has a contract at the address. */
bool builtin_exists(Evm *evm, const Address *address);

#endif
