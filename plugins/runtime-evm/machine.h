/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/machine.h: the machine that executions have one after the
 * other: frames, memory and tables are there already, so that a transfer
 * allocates next to nothing. What an unusual execution needed more of is given
 * back when it ends.
 *
 * On the thread of execute.
 */
#ifndef PLUGINS_RUNTIME_EVM_MACHINE_H
#define PLUGINS_RUNTIME_EVM_MACHINE_H

#include "plugins/runtime-evm/evm.h"

/* bsn_runtime.machine_new, machine_free. */
bsn_machine *machine_new(void);
void machine_free(bsn_machine *machine);

/* An execution begins; NULL when another one is still on the machine. `call`
 * and `state` are borrowed until it ends. */
Evm *machine_begin(bsn_machine *machine, const bsn_call *call, Fork fork,
		   bsn_state *state);
/* It has ended. */
void machine_end(bsn_machine *machine);

#endif
