/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/accounts.h: accounts and storage looked up from outside
 * any execution.
 */
#ifndef PLUGINS_RUNTIME_EVM_ACCOUNTS_H
#define PLUGINS_RUNTIME_EVM_ACCOUNTS_H

#include <bsn/runtime.h>

/* bsn_runtime.account. [any] */
int32_t account_look_up(bsn_slice address, bsn_state *state,
			bsn_account *account, bsn_err *err);

/* bsn_runtime.fund. [any] */
int32_t account_fund(bsn_slice address, bsn_slice amount, bsn_state *state,
		     bsn_err *err);

/* bsn_runtime.storage: keys and values have 32 bytes; a slot that was never
 * written is BSN_NOT_FOUND, as is one that is zero. [any] */
int32_t storage_look_up(bsn_slice contract, bsn_slice key, bsn_state *state,
			bsn_sink *value, bsn_err *err);

#endif
