/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-evm/check.h: what a reviewer would say of code.
 */
#ifndef PLUGINS_RUNTIME_EVM_CHECK_H
#define PLUGINS_RUNTIME_EVM_CHECK_H

#include <bsn/runtime.h>

/* bsn_runtime.check. [any] */
int32_t check_code(bsn_slice code, bsn_sink *findings, bsn_err *err);

#endif
