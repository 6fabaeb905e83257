/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/policy.h: which valid modules are contracts, and
 * what a reviewer would say of those that are.
 */
#ifndef WASM_POLICY_H
#define WASM_POLICY_H

#include "plugins/runtime-wasm/module/module.h"

#define RULE_MALFORMED "wasm-malformed"
#define RULE_INVALID "wasm-invalid"
#define RULE_SIZE "wasm-size"
#define RULE_IMPORT "wasm-import"
#define RULE_FLOAT "wasm-float"
#define RULE_MEMORY "wasm-memory"
#define RULE_TABLE "wasm-table"
#define RULE_ENTRY "wasm-entry"
#define RULE_NO_FUNCTION "wasm-no-function"
#define RULE_START "wasm-start"
#define RULE_CUSTOM "wasm-custom-sections"
#define RULE_UNCHECKED "wasm-unchecked-call"
#define RULE_ORIGIN "wasm-origin"

/* Where findings go. */
typedef struct WasmFindings WasmFindings;
struct WasmFindings {
	/* severity: "error": it cannot be deployed; "warning"; "info". */
	void (*add)(WasmFindings *findings, const char *rule,
		    const char *severity, const char *where, const char *text);
};

/* [any] */
void wasm_policy_check(const WasmModule *module, gboolean floats,
		       WasmFindings *findings);
/* review.c: what is no reason to refuse it. [any] */
void wasm_policy_review(const WasmModule *module, WasmFindings *findings);
/* Errors: BSN_FAULT: what makes it none, the first thing. [any] */
int32_t wasm_policy_refuses(const WasmModule *module, gboolean floats,
			    bsn_err *err);

#endif
