/* SPDX-License-Identifier: Apache-2.0
 *
 * check/report.h: what is said of single instructions, and how.
 */
#ifndef PLUGINS_RUNTIME_EVM_CHECK_REPORT_H
#define PLUGINS_RUNTIME_EVM_CHECK_REPORT_H

#include <jansson.h>

#include "plugins/runtime-evm/check/lines.h"
#include "plugins/runtime-evm/check/machine.h"

/* Of an instruction that can be reached, whatever its arguments. */
void report_opcode(Region *region, guint64 at);
/* Of a call of a contract at `target`. */
void report_call(Region *region, guint64 at, Value target, gboolean guarded);

/* Adds a region's findings to an array, with their lines. */
void report_region(json_t *findings, const Region *region, const Lines *lines);
/* Adds one that is about code as a whole. */
void report_whole(json_t *findings, const char *rule, const char *severity,
		  const char *where, const char *text);

/* Rules of the code as a whole. */
#define RULE_CODE_SIZE "evm-code-size"
#define RULE_INCOMPLETE "evm-incomplete"

/* All rules that there are, ended by NULL. */
extern const char *const check_rule_ids[];

#endif
