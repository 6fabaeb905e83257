/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/check/report.h"

#include "plugins/runtime-evm/opcodes.h"

/* Findings of one rule that are listed of a region. */
#define FINDINGS_PER_RULE 16u

#define RULE_UNDEFINED "evm-undefined-opcode"
#define RULE_FORBIDDEN "evm-forbidden-opcode"
#define RULE_DELEGATE_CHOSEN "evm-delegatecall-caller-chosen"
#define RULE_SELFDESTRUCT "evm-selfdestruct"
#define RULE_ORIGIN "evm-origin-authorisation"
#define RULE_LOOP_STORAGE "evm-unbounded-loop"
#define RULE_CREATE_CHOSEN "evm-create-caller-chosen"
#define RULE_UNCHECKED "evm-unchecked-call"
#define RULE_CALLCODE "evm-callcode"
#define RULE_DELEGATE "evm-delegatecall"
#define RULE_LOOP_CALLER "evm-caller-bounded-loop"

const char *const check_rule_ids[] = {
	RULE_UNDEFINED,
	RULE_FORBIDDEN,
	RULE_DELEGATE_CHOSEN,
	RULE_SELFDESTRUCT,
	RULE_ORIGIN,
	RULE_LOOP_STORAGE,
	RULE_CREATE_CHOSEN,
	RULE_UNCHECKED,
	RULE_CALLCODE,
	RULE_DELEGATE,
	RULE_LOOP_CALLER,
	RULE_CODE_SIZE,
	RULE_INCOMPLETE,
	NULL,
};

typedef struct {
	const char *id;
	const char *severity;
	const char *text;
} Rule;

static const Rule rules[MARK_FINDINGS] = {
	[MARK_UNDEFINED] = { RULE_UNDEFINED, "error",
		"an undefined opcode can be reached: the code was compiled "
		"for another machine or is no code; compile it anew" },
	[MARK_FORBIDDEN] = { RULE_FORBIDDEN, "error",
		"this chain forbids this instruction in contracts: do without "
		"it" },
	[MARK_DELEGATE_CHOSEN] = { RULE_DELEGATE_CHOSEN, "error",
		"whoever calls chooses the code that runs on this contract's "
		"storage: fix the address, or let only an administrator give "
		"it" },
	[MARK_SELFDESTRUCT] = { RULE_SELFDESTRUCT, "warning",
		"SELFDESTRUCT sends the whole balance away, and deletes the "
		"contract in the transaction that made it: freeze or uninstall "
		"contracts instead" },
	[MARK_ORIGIN] = { RULE_ORIGIN, "warning",
		"tx.origin decides what happens here: any contract that the "
		"signer calls can act in its name; use msg.sender" },
	[MARK_LOOP_STORAGE] = { RULE_LOOP_STORAGE, "warning",
		"this loop over storage is as long as what is stored: once it "
		"costs more than a block's gas nobody can call it; bound it or "
		"go in pages" },
	[MARK_CREATE_CHOSEN] = { RULE_CREATE_CHOSEN, "warning",
		"the code of the contract made here comes from outside and "
		"cannot be checked: make contracts of known code" },
	[MARK_UNCHECKED] = { RULE_UNCHECKED, "warning",
		"whether this call succeeded is not looked at: require it, or "
		"say why it may fail" },
	[MARK_CALLCODE] = { RULE_CALLCODE, "warning",
		"CALLCODE is superseded: use DELEGATECALL or a library" },
	[MARK_DELEGATE] = { RULE_DELEGATE, "info",
		"code at an address that can change runs on this contract's "
		"storage, as in a proxy: be sure who can change it" },
	[MARK_LOOP_CALLER] = { RULE_LOOP_CALLER, "info",
		"this loop over storage is as long as whoever calls wants: "
		"bound it, or say what a call may hold" },
};

void
report_opcode(Region *region, guint64 at)
{
	guint8 op = region->code.data[at];

	if (opcode_info[op].name == NULL)
		region_mark(region, at, MARK_UNDEFINED);
	if (region->forbidden[op] != 0)
		region_mark(region, at, MARK_FORBIDDEN);
	if (op == OP_SELFDESTRUCT)
		region_mark(region, at, MARK_SELFDESTRUCT);
	if (op == OP_CALLCODE)
		region_mark(region, at, MARK_CALLCODE);
}

void
report_call(Region *region, guint64 at, Value target, gboolean guarded)
{
	guint8 op = region->code.data[at];

	if (op != OP_DELEGATECALL && op != OP_CALLCODE)
		return;
	if ((target.from & FROM_CALLDATA) != 0 && !guarded)
		region_mark(region, at, MARK_DELEGATE_CHOSEN);
	else if (target.from != 0)
		region_mark(region, at, MARK_DELEGATE);
}

void
report_whole(json_t *findings, const char *rule, const char *severity,
	     const char *where, const char *text)
{
	json_array_append_new(findings,
			      json_pack("{s:s, s:s, s:s, s:s}", "rule", rule,
					"severity", severity, "where", where,
					"text", text));
}

static gboolean
is_said(const Region *region, guint64 at, Mark mark)
{
	if (mark == MARK_UNCHECKED)
		return region_has(region, at, MARK_POPPED) &&
		       !region_has(region, at, MARK_USED);
	if (mark == MARK_DELEGATE &&
	    region_has(region, at, MARK_DELEGATE_CHOSEN))
		return FALSE;
	return region_has(region, at, mark);
}

static void
report_one(json_t *findings, const Region *region, guint64 at,
	   const Rule *rule, const Lines *lines)
{
	g_autofree char *line = lines_where(lines, region, at);
	g_autofree char *where =
		line != NULL
			? g_strdup_printf("%s, offset %" G_GUINT64_FORMAT,
					  line, region->base + at)
			: g_strdup_printf("offset %" G_GUINT64_FORMAT,
					  region->base + at);

	report_whole(findings, rule->id, rule->severity, where, rule->text);
}

void
report_region(json_t *findings, const Region *region, const Lines *lines)
{
	for (Mark mark = 0; mark < MARK_FINDINGS; mark++) {
		guint n = 0;

		for (guint64 at = 0;
		     at < region->code.len && n < FINDINGS_PER_RULE; at++) {
			if (!is_said(region, at, mark))
				continue;
			report_one(findings, region, at, &rules[mark], lines);
			n++;
		}
	}
}
