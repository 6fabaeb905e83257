/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/compile.h: contracts are compiled by a compiler that the
 * host lends, for this chain's rules.
 */
#ifndef FISCO_COMPILE_H
#define FISCO_COMPILE_H

#include <bsn/engine.h>

/* Limits of one request. */
#define COMPILE_SOURCES_MAX (32u << 20) /* bytes */
#define COMPILE_FILES_MAX 4096u
#define COMPILE_OUTPUT_MAX (64u << 20) /* bytes */

/* bsn_contract_ops.compile. The source is {"language": "solidity", "files":
 * {NAME: TEXT}, "options": {"optimizer_runs": 200, "via_ir": false}}; imports
 * name other files of it. The answer is {"ok", "compiler", "contracts":
 * [{"file", "name", "abi", "bytecode", "deployed_bytecode", "source_map",
 * "deployed_source_map", "metadata", "libraries"}], "sources": [NAME in the
 * maps' order, or null], "errors": [{"severity", "type", "message", "file",
 * "line", "column", "start", "end", "text"}]}. Code that must be linked with
 * libraries first is null. [strand] */
int32_t compile_run(bsn_ledger *ledger, bsn_slice source, bsn_reply *reply,
		    bsn_err *err);

#endif
