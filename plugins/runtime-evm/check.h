/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/check.h: what a reviewer would say of code.
 *
 * The constructor, and the contract that it makes, each as a graph of basic
 * blocks run on values of which only their origin is known (check/paths.h).
 * Contracts that contracts make are not looked into.
 */
#ifndef PLUGINS_RUNTIME_EVM_CHECK_H
#define PLUGINS_RUNTIME_EVM_CHECK_H

#include <bsn/runtime.h>

/* bsn_runtime.check. [any] */
int32_t check_code(bsn_slice code, bsn_sink *findings, bsn_err *err);
/* bsn_runtime.check_with. [any] */
int32_t check_code_with(bsn_slice code, bsn_slice options, bsn_sink *findings,
			bsn_err *err);

#endif
