/* SPDX-License-Identifier: Apache-2.0
 *
 * A linear sweep over code as it is deployed: constructor and contract, up to
 * the metadata that compilers put behind (a CBOR map and its length in the last
 * two bytes). It cannot tell data from code, so only what would run when
 * control falls into it from what stands before is called reachable.
 */
#include "plugins/runtime-evm/check.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <glib.h>
#include <stdbool.h>

#include "plugins/runtime-evm/gas.h"
#include "plugins/runtime-evm/opcodes.h"

/* Findings of one rule that are listed. */
#define FINDINGS_PER_RULE 16u

typedef struct {
	const char *rule;
	const char *severity;
	const char *text;
} Rule;

static const Rule selfdestruct = {
	"evm-selfdestruct", "warning",
	"SELFDESTRUCT sends the whole balance away; on this chain it deletes "
	"the contract only in the transaction that made it"
};
static const Rule delegatecall = {
	"evm-delegatecall", "warning",
	"DELEGATECALL lets other code change this contract's storage: be sure "
	"whose code it is"
};
static const Rule callcode = {
	"evm-callcode", "warning",
	"CALLCODE is superseded: use DELEGATECALL or a library"
};
static const Rule origin = {
	"evm-origin", "warning",
	"ORIGIN is whoever signed the transaction, not who calls: it must not "
	"decide what is allowed"
};
static const Rule undefined = {
	"evm-undefined-opcode", "error",
	"an undefined opcode can be reached: the code was compiled for another "
	"machine or is no code"
};

typedef struct {
	GString *json;
	bsn_slice code;
	const Rule *rules[256]; /* by opcode */
	guint seen[256];        /* findings by opcode; undefined ones at 0 */
} Sweep;

static void
add_finding(Sweep *sweep, const Rule *rule, uint64_t at)
{
	if (sweep->json->len > 1)
		g_string_append_c(sweep->json, ',');
	g_string_append_printf(sweep->json,
			       "{\"rule\":\"%s\",\"severity\":\"%s\","
			       "\"where\":\"offset %" G_GUINT64_FORMAT
			       "\",\"text\":\"%s\"}",
			       rule->rule, rule->severity, at, rule->text);
}

/* Where the metadata begins, or the code's end: a CBOR map of one to four
 * entries whose first key is a text, and the length of it all. */
static uint64_t
code_end(bsn_slice code)
{
	uint64_t len;
	const uint8_t *map;

	if (code.len < 4)
		return code.len;
	len = (uint64_t)code.data[code.len - 2] << 8 | code.data[code.len - 1];
	if (len < 2 || len > code.len - 2)
		return code.len;
	map = code.data + code.len - 2 - len;
	if (map[0] < 0xa1 || map[0] > 0xa4 || map[1] < 0x61 || map[1] > 0x77)
		return code.len;
	return code.len - 2 - len;
}

static bool
ends_control(uint8_t op)
{
	return op == OP_STOP || op == OP_JUMP || op == OP_RETURN ||
	       op == OP_REVERT || op == OP_INVALID || op == OP_SELFDESTRUCT;
}

static bool
look_at(Sweep *sweep, uint64_t at, bool reachable)
{
	uint8_t op = sweep->code.data[at];

	if (op == OP_JUMPDEST)
		return true;
	if (!reachable)
		return false;
	if (opcode_info[op].name == NULL) {
		if (sweep->seen[0]++ < FINDINGS_PER_RULE)
			add_finding(sweep, &undefined, at);
		return false;
	}
	if (sweep->rules[op] != NULL &&
	    sweep->seen[op]++ < FINDINGS_PER_RULE)
		add_finding(sweep, sweep->rules[op], at);
	return !ends_control(op);
}

static void
sweep_code(Sweep *sweep)
{
	uint64_t end = code_end(sweep->code);
	bool reachable = true;

	for (uint64_t at = 0; at < end;
	     at += 1 + opcode_immediate(sweep->code.data[at]))
		reachable = look_at(sweep, at, reachable);
}

int32_t
check_code(bsn_slice code, bsn_sink *findings, bsn_err *err)
{
	Sweep sweep = { .code = code };
	int32_t status;

	if (code.len > EVM_INITCODE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the code has %" G_GUINT64_FORMAT
				" bytes; code to deploy may have %u",
				(guint64)code.len, EVM_INITCODE_MAX);
	if (code.len == 0)
		return bsn_fail(err, BSN_FAULT, "there is no code to deploy");
	sweep.rules[OP_SELFDESTRUCT] = &selfdestruct;
	sweep.rules[OP_DELEGATECALL] = &delegatecall;
	sweep.rules[OP_CALLCODE] = &callcode;
	sweep.rules[OP_ORIGIN] = &origin;
	sweep.json = g_string_new("[");
	sweep_code(&sweep);
	g_string_append_c(sweep.json, ']');
	status = findings->write(findings, sweep.json->str, sweep.json->len);
	g_string_free(sweep.json, TRUE);
	return status;
}
