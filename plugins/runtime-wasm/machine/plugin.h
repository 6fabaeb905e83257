/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/plugin.h: the runtime as tables, and what the host
 * lends it.
 */
#ifndef WASM_PLUGIN_H
#define WASM_PLUGIN_H

#include <bsn/ext/chaincode.h>
#include <glib.h>

/* Finds what the host lends. [main] */
int32_t wasm_plugin_open(const bsn_host *host, bsn_err *err);
/* One line of the host's log, for whoever looks for a fault. [any] */
void wasm_plugin_log(const char *format, ...) G_GNUC_PRINTF(1, 2);

/* bsn.runtime/1 and its extension. */
extern const bsn_runtime wasm_runtime;
extern const bsn_chaincode_runtime wasm_chaincode_runtime;

/* execute.c */
int32_t wasm_execute(const bsn_call *call, bsn_state *state, bsn_err *err);
int32_t wasm_least_budget(const bsn_call *call, uint64_t *budget,
			  bsn_err *err);
/* lookup.c */
int32_t wasm_contract_code(bsn_slice contract, bsn_state *state,
			   bsn_sink *code, bsn_err *err);
int32_t wasm_contract_storage(bsn_slice contract, bsn_slice key,
			      bsn_state *state, bsn_sink *value, bsn_err *err);
/* check.c */
int32_t wasm_check(bsn_slice code, bsn_sink *findings, bsn_err *err);
int32_t wasm_check_with(bsn_slice code, bsn_slice options,
			bsn_sink *findings, bsn_err *err);
extern const char *const wasm_check_rules[];

#endif
