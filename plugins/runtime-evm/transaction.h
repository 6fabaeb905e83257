/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/transaction.h: one execution, from the engine's call to
 * its outcome.
 */
#ifndef PLUGINS_RUNTIME_EVM_TRANSACTION_H
#define PLUGINS_RUNTIME_EVM_TRANSACTION_H

#include <bsn/runtime.h>

/* bsn_runtime.execute.
 *
 * A call with an error that its sender could have known of costs nothing and
 * changes nothing, not even a nonce: a budget under the intrinsic cost
 * (BSN_OUT_OF_BUDGET), a balance under value and price of the budget, initcode
 * over the limit (BSN_FAULT); budget_used is then 0. Otherwise the caller's
 * nonce goes up and the price of budget_used is paid, however it ends. A
 * read-only call pays nothing and changes nothing.
 *
 * [any] */
int32_t transaction_execute(const bsn_call *call, bsn_state *state,
			    bsn_err *err);
/* bsn_runtime.execute_on. [any] */
int32_t transaction_execute_on(bsn_machine *machine, const bsn_call *call,
			       bsn_state *state, bsn_err *err);

/* bsn_runtime.least_budget. [any] */
int32_t transaction_least_budget(const bsn_call *call, uint64_t *budget,
				 bsn_err *err);

#endif
