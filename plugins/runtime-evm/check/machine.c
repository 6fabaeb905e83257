/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/check/machine.h"

#include <string.h>

#include "plugins/runtime-evm/check/report.h"
#include "plugins/runtime-evm/opcodes.h"

#define FREE_POINTER 0x40u /* where Solidity keeps it */

static const Value unknown = { .known = 0 };

static Value
number(guint64 n)
{
	return (Value){ .number = n, .known = 1 };
}

static Value
from(guint8 source)
{
	return (Value){ .from = source };
}

static Value
pop(Machine *machine)
{
	return machine->depth > 0 ? machine->stack[--machine->depth] : unknown;
}

static void
push(Machine *machine, Value value)
{
	machine->stack[machine->depth++] = value;
}

static void
push_literal(Machine *machine, const Region *region, guint64 at)
{
	guint8 op = region->code.data[at];
	guint n = opcode_immediate(op);
	guint64 value = 0;

	/* What 32 bytes hold may be an immutable, filled in later. */
	if (n == 32) {
		push(machine, unknown);
		return;
	}
	for (guint64 i = at + 1; i <= at + n; i++) {
		guint8 byte = i < region->code.len ? region->code.data[i] : 0;

		if (value >> 56 != 0) {
			push(machine, unknown);
			return;
		}
		value = value << 8 | byte;
	}
	push(machine, (Value){ .number = value, .known = 1, .literal = 1 });
}

/* ---- arithmetic ---------------------------------------------------------- */

static gboolean
compute(guint8 op, guint64 a, guint64 b, guint64 *out)
{
	switch (op) {
	case OP_ADD:
		*out = a + b;
		return *out >= a;
	case OP_SUB:
		*out = a - b;
		return a >= b;
	case OP_AND:
		*out = a & b;
		return TRUE;
	case OP_OR:
		*out = a | b;
		return TRUE;
	case OP_EQ:
		*out = a == b;
		return TRUE;
	case OP_LT:
		*out = a < b;
		return TRUE;
	case OP_GT:
		*out = a > b;
		return TRUE;
	case OP_SHR:
		*out = a < 64 ? b >> a : 0;
		return TRUE;
	case OP_SHL:
		*out = a < 64 ? b << a : 0;
		return a < 64 && *out >> a == b;
	}
	return FALSE;
}

/* Of a comparison: only equality says who somebody is. That whoever calls is
 * the one who signed is no permission, and just keeps contracts out. */
static guint8
compared(guint8 op, Value a, Value b)
{
	guint8 sources = a.from | b.from;

	if (op == OP_LT || op == OP_GT || op == OP_SLT || op == OP_SGT)
		sources &= (guint8)~(FROM_CALLER | FROM_ORIGIN);
	if ((op == OP_EQ || op == OP_SUB || op == OP_XOR) &&
	    ((a.from == FROM_ORIGIN && b.from == FROM_CALLER) ||
	     (a.from == FROM_CALLER && b.from == FROM_ORIGIN)))
		sources &= (guint8)~(FROM_CALLER | FROM_ORIGIN);
	return sources;
}

static void
count_halving(Machine *machine, guint8 op, Value a, Value b)
{
	if ((op == OP_DIV && b.known && b.number == 2) ||
	    (op == OP_SHR && a.known && a.number == 1))
		machine->work.halves = 1;
}

static void
binary(Machine *machine, guint8 op)
{
	Value a = pop(machine);
	Value b = pop(machine);
	Value value = from(compared(op, a, b));

	count_halving(machine, op, a, b);
	if (a.known && b.known)
		value.known = compute(op, a.number, b.number,
				      &value.number)
				      ? 1
				      : 0;
	if (!value.known)
		value.number = 0;
	push(machine, value);
}

static void
is_zero(Machine *machine)
{
	Value a = pop(machine);

	push(machine, a.known ? number(a.number == 0) : from(a.from));
}

/* ---- memory -------------------------------------------------------------- */

static void
store(Machine *machine)
{
	Value at = pop(machine);
	Value value = pop(machine);

	if (at.known && at.number % 32 == 0 && at.number < 64)
		machine->scratch[at.number / 32] = value;
}

static void
load(Machine *machine)
{
	Value at = pop(machine);

	if (at.known && at.number % 32 == 0 && at.number < 64)
		push(machine, from(machine->scratch[at.number / 32].from));
	else if (at.known && at.number == FREE_POINTER)
		push(machine, unknown);
	else
		push(machine, from(FROM_MEMORY));
}

static void
hash(Machine *machine)
{
	Value at = pop(machine);
	Value len = pop(machine);
	guint8 sources = 0;

	machine->work.other = 1;
	if (at.known && at.number == 0 && len.known && len.number <= 64) {
		sources = machine->scratch[0].from;
		if (len.number > 32)
			sources |= machine->scratch[1].from;
	}
	push(machine, from(sources));
}

/* What is kept under a key that somebody chose was not chosen by them. */
static void
load_storage(Machine *machine)
{
	Value key = pop(machine);

	machine->work.storage++;
	push(machine, from(FROM_STORAGE |
			   (key.from & (FROM_CALLER | FROM_ORIGIN))));
}

static void
copy_code(Machine *machine, GArray *copies)
{
	Value to = pop(machine);
	Value at = pop(machine);
	Value len = pop(machine);
	CodeCopy copy = { at.number, len.number };

	(void)to;
	machine->copied = TRUE;
	if (copies != NULL && at.known && len.known && len.number > 0 &&
	    copies->len < 64)
		g_array_append_val(copies, copy);
}

/* ---- calls --------------------------------------------------------------- */

static void
call(Machine *machine, Region *region, guint64 at, gboolean report)
{
	guint8 op = region->code.data[at];
	Value target;

	pop(machine);
	target = pop(machine);
	for (guint i = 2; i < opcode_info[op].in; i++)
		pop(machine);
	if (report)
		report_call(region, at, target, machine->guarded);
	machine->work.other = 1;
	push(machine, (Value){ .call = target.known ? 0 : (guint32)at + 1 });
}

static void
create(Machine *machine, Region *region, guint64 at, gboolean report)
{
	Value len;

	pop(machine);
	pop(machine);
	len = pop(machine);
	if (region->code.data[at] == OP_CREATE2)
		pop(machine);
	if (report && !machine->copied &&
	    (len.from & (FROM_CALLDATA | FROM_MEMORY)) != 0)
		region_mark(region, at, MARK_CREATE_CHOSEN);
	machine->work.other = 1;
	machine->copied = FALSE;
	push(machine, unknown);
}

/* ---- the stack's own ----------------------------------------------------- */

static gboolean
has_items(Machine *machine, guint8 op)
{
	guint missing;

	if (machine->depth >= opcode_info[op].in)
		return machine->depth - opcode_info[op].in +
			       opcode_info[op].out <= EVM_STACK_MAX;
	if (!machine->open)
		return FALSE;
	missing = opcode_info[op].in - machine->depth;
	memmove(machine->stack + missing, machine->stack,
		machine->depth * sizeof(Value));
	memset(machine->stack, 0, missing * sizeof(Value));
	machine->depth += missing;
	return TRUE;
}

static void
swap(Machine *machine, guint n)
{
	Value *top = machine->stack + machine->depth - 1;
	Value kept = *top;

	*top = *(top - n);
	*(top - n) = kept;
}

/* An instruction that reads a call's result looks at it. */
static void
note_uses(Machine *machine, Region *region, guint8 op)
{
	for (guint i = 0; i < opcode_info[op].in; i++) {
		guint32 made =
			machine->stack[machine->depth - 1 - i].call;

		if (made != 0)
			region_mark(region, made - 1,
				    op == OP_POP ? MARK_POPPED : MARK_USED);
	}
}

static Value
source_of(guint8 op)
{
	switch (op) {
	case OP_ORIGIN:
		return from(FROM_ORIGIN);
	case OP_CALLER:
		return from(FROM_CALLER);
	case OP_CALLDATASIZE:
		return from(FROM_CALLDATA);
	}
	return unknown;
}

static void
plain(Machine *machine, guint8 op)
{
	guint8 sources = 0;

	for (guint i = 0; i < opcode_info[op].in; i++)
		sources |= pop(machine).from;
	if (opcode_info[op].out == 0)
		return;
	if (opcode_info[op].in == 0)
		push(machine, source_of(op));
	else
		push(machine, from(sources));
}

/* ---- control ------------------------------------------------------------- */

static Step
end(Machine *machine, Region *region, guint8 op, GArray *copies)
{
	Step step = { .flow = op == OP_REVERT ? FLOW_FAIL : FLOW_END };
	Value len = { .known = 1 };

	if (op == OP_RETURN) {
		pop(machine);
		len = pop(machine);
	}
	if (copies == NULL || (len.known && len.number == 0))
		return step;
	region->returns = TRUE;
	for (guint i = 0; i < copies->len; i++) {
		const CodeCopy *copy = &g_array_index(copies, CodeCopy, i);

		if (!len.known || copy->len != len.number ||
		    copy->len <= region->made_len ||
		    copy->from >= region->code.len ||
		    copy->len > region->code.len - copy->from)
			continue;
		region->made_at = copy->from;
		region->made_len = copy->len;
	}
	return step;
}

static Step
jump(Machine *machine, Region *region, guint64 at, gboolean report)
{
	gboolean branch = region->code.data[at] == OP_JUMPI;
	Step step = { .flow = branch ? FLOW_BRANCH : FLOW_JUMP };

	step.target = pop(machine);
	if (!branch)
		return step;
	step.condition = pop(machine);
	if (report && (step.condition.from & FROM_ORIGIN) != 0)
		region_mark(region, at, MARK_ORIGIN);
	if ((step.condition.from & FROM_CALLER) != 0)
		machine->guarded = TRUE;
	return step;
}

static void
act(Machine *machine, Region *region, guint64 at, GArray *copies)
{
	guint8 op = region->code.data[at];

	if (op >= OP_PUSH0 && op <= OP_PUSH32)
		push_literal(machine, region, at);
	else if (op >= OP_DUP1 && op <= OP_DUP16)
		push(machine, machine->stack[machine->depth - 1 -
					     (guint)(op - OP_DUP1)]);
	else if (op >= OP_SWAP1 && op <= OP_SWAP16)
		swap(machine, 1 + (guint)(op - OP_SWAP1));
	else if (op == OP_MLOAD)
		load(machine);
	else if (op == OP_MSTORE)
		store(machine);
	else if (op == OP_KECCAK256)
		hash(machine);
	else if (op == OP_SLOAD)
		load_storage(machine);
	else if (op == OP_CODECOPY)
		copy_code(machine, copies);
	else if (op == OP_ISZERO)
		is_zero(machine);
	else if (op == OP_CREATE || op == OP_CREATE2)
		create(machine, region, at, copies != NULL);
	else if (op == OP_CALL || op == OP_CALLCODE || op == OP_STATICCALL ||
		 op == OP_DELEGATECALL)
		call(machine, region, at, copies != NULL);
	else if (opcode_info[op].in == 2 && opcode_info[op].out == 1)
		binary(machine, op);
	else
		plain(machine, op);
	if (op == OP_CALLDATALOAD)
		machine->stack[machine->depth - 1] = from(FROM_CALLDATA);
	if (op == OP_SSTORE)
		machine->work.storage++;
}

static gboolean
moves_only(guint8 op)
{
	return op >= OP_DUP1 && op <= OP_SWAP16;
}

Step
machine_step(Machine *machine, Region *region, guint64 at, GArray *copies)
{
	guint8 op = region->code.data[at];
	gboolean report = copies != NULL;

	if (report)
		report_opcode(region, at);
	if (opcode_info[op].name == NULL || op == OP_INVALID ||
	    !has_items(machine, op))
		return (Step){ .flow = FLOW_FAIL };
	if (report && !moves_only(op))
		note_uses(machine, region, op);
	if (op == OP_JUMP || op == OP_JUMPI)
		return jump(machine, region, at, report);
	if (op == OP_STOP || op == OP_RETURN || op == OP_REVERT ||
	    op == OP_SELFDESTRUCT)
		return end(machine, region, op, copies);
	act(machine, region, at, copies);
	return (Step){ .flow = FLOW_ON };
}
