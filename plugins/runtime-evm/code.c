/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/code.h"

#include "plugins/runtime-evm/gas.h"
#include "plugins/runtime-evm/opcodes.h"

const OpcodeInfo opcode_info[256] = {
#define X(name, byte, gas, in, out) [byte] = { #name, gas, in, out },
	EVM_OPCODES(X)
#undef X
};

typedef struct {
	const uint8_t *bytes;
	uint32_t size;
	Fork fork;
	GArray *insns;   /* Insn */
	GArray *wide;    /* U256 */
	uint32_t *dests;
	bool open;       /* in a block: what comes can be run */
	guint block;     /* its OP_BLOCK */
	uint32_t gas;
	int32_t height;  /* of the stack, from the block's start */
	int32_t need;
	int32_t growth;
} Translator;

static void
emit(Translator *t, uint16_t op, uint32_t arg)
{
	Insn insn = { .op = op, .arg = arg };

	g_array_append_val(t->insns, insn);
}

static void
begin_block(Translator *t)
{
	t->open = true;
	t->block = t->insns->len;
	t->gas = 0;
	t->height = 0;
	t->need = 0;
	t->growth = 0;
	emit(t, OP_BLOCK, 0);
}

static void
end_block(Translator *t)
{
	Insn *insn;

	if (!t->open)
		return;
	insn = &g_array_index(t->insns, Insn, t->block);
	insn->gas = (uint16_t)t->gas;
	insn->need = (uint16_t)MIN(t->need, EVM_STACK_MAX + 1);
	insn->growth = (uint16_t)MIN(t->growth, EVM_STACK_MAX + 1);
	t->open = false;
}

/* Adds what an instruction costs, needs and adds to its block's account. */
static void
account(Translator *t, const OpcodeInfo *info)
{
	if (t->gas + info->gas > UINT16_MAX) {
		end_block(t);
		begin_block(t);
	}
	t->gas += info->gas;
	t->need = MAX(t->need, (int32_t)info->in - t->height);
	t->height += (int32_t)info->out - (int32_t)info->in;
	t->growth = MAX(t->growth, t->height);
}

/* The value that a PUSH at `at` pushes; code ends in zero bytes. */
static U256
pushed_value(const Translator *t, uint32_t at, unsigned len)
{
	uint8_t bytes[32] = { 0 };
	uint32_t here = t->size - at - 1;

	memcpy(bytes, t->bytes + at + 1, MIN(len, here));
	return u256_load_short(bytes, len);
}

/* Whether the instruction after the PUSH at `at` jumps to what it pushes. */
static bool
push_jump(Translator *t, uint32_t next, const U256 *value)
{
	uint8_t op = next < t->size ? t->bytes[next] : OP_STOP;

	if (op != OP_JUMP && op != OP_JUMPI)
		return false;
	if (t->gas + opcode_info[op].gas > UINT16_MAX)
		return false;
	account(t, &opcode_info[op]);
	emit(t, op == OP_JUMP ? OP_JUMP_TO : OP_JUMPI_TO,
	     u256_is_u64(value) && value->w[0] < t->size ?
		     (uint32_t)value->w[0] : UINT32_MAX);
	end_block(t);
	if (op == OP_JUMPI)
		begin_block(t);
	return true;
}

/* Returns the offset after what was translated. */
static uint32_t
translate_push(Translator *t, uint32_t at, unsigned len)
{
	U256 value = pushed_value(t, at, len);
	uint32_t next = at + 1 + len;

	account(t, &opcode_info[t->bytes[at]]);
	if (push_jump(t, next, &value))
		return next + 1;
	if (u256_is_u64(&value) && value.w[0] <= UINT32_MAX) {
		emit(t, OP_PUSH, (uint32_t)value.w[0]);
		return next;
	}
	emit(t, OP_PUSH_WIDE, t->wide->len);
	g_array_append_val(t->wide, value);
	return next;
}

/* Ends the block after instructions that leave it or need the exact gas. */
static void
end_block_after(Translator *t, uint8_t op)
{
	switch (op) {
	case OP_STOP:
	case OP_JUMP:
	case OP_RETURN:
	case OP_REVERT:
	case OP_INVALID:
	case OP_SELFDESTRUCT:
		end_block(t);
		return;
	case OP_JUMPI:
	case OP_GAS:
	case OP_SSTORE:
	case OP_CREATE:
	case OP_CREATE2:
	case OP_CALL:
	case OP_CALLCODE:
	case OP_DELEGATECALL:
	case OP_STATICCALL:
		end_block(t);
		begin_block(t);
		return;
	default:
		return;
	}
}

static uint32_t
translate_one(Translator *t, uint32_t at)
{
	uint8_t op = t->bytes[at];
	OpcodeInfo info = fork_opcode(t->fork, op);
	unsigned immediate = opcode_immediate(op);

	if (op == OP_JUMPDEST) {
		end_block(t);
		t->dests[at] = t->insns->len;
		begin_block(t);
	}
	if (!t->open)
		return at + 1 + immediate;
	if (immediate > 0)
		return translate_push(t, at, immediate);
	if (info.name == NULL) {
		emit(t, OP_UNDEFINED, 0);
		end_block(t);
		return at + 1;
	}
	account(t, &info);
	if (op == OP_PUSH0)
		emit(t, OP_PUSH, 0);
	else if (op != OP_JUMPDEST)
		emit(t, op, op == OP_PC ? at : 0);
	end_block_after(t, op);
	return at + 1;
}

/* Where jumps without a destination go: a block of its own. */
static uint32_t
emit_tail(Translator *t)
{
	uint32_t bad_jump;

	if (t->open)
		emit(t, OP_STOP, 0);
	end_block(t);
	bad_jump = t->insns->len;
	begin_block(t);
	emit(t, OP_BAD_JUMP, 0);
	end_block(t);
	return bad_jump;
}

/* Offsets in static jumps become instructions. */
static void
resolve_jumps(const Translator *t, uint32_t bad_jump)
{
	for (guint i = 0; i < t->insns->len; i++) {
		Insn *insn = &g_array_index(t->insns, Insn, i);

		if (insn->op != OP_JUMP_TO && insn->op != OP_JUMPI_TO)
			continue;
		insn->arg = insn->arg < t->size ? t->dests[insn->arg] : 0;
		if (insn->arg == 0)
			insn->arg = bad_jump;
	}
}

static Program *
program_new(const Code *code, Fork fork)
{
	Program *program = g_new0(Program, 1);
	Translator t = { .bytes = code->bytes,
			 .size = code->size,
			 .fork = fork };

	t.dests = program->dests = g_new0(uint32_t, code->size);
	t.insns = g_array_new(FALSE, FALSE, sizeof(Insn));
	t.wide = g_array_new(FALSE, FALSE, sizeof(U256));
	/* Instruction 0 is no destination, so 0 can say "none". */
	begin_block(&t);
	for (uint32_t at = 0; at < t.size;)
		at = translate_one(&t, at);
	program->bad_jump = emit_tail(&t);
	resolve_jumps(&t, program->bad_jump);
	program->insns = g_memdup2(t.insns->data, t.insns->len * sizeof(Insn));
	program->wide = g_memdup2(t.wide->data, t.wide->len * sizeof(U256));
	g_array_unref(t.insns);
	g_array_unref(t.wide);
	return program;
}

static void
program_free(Program *program)
{
	if (program == NULL)
		return;
	g_free(program->insns);
	g_free(program->dests);
	g_free(program->wide);
	g_free(program);
}

const Program *
code_program(Code *code, Fork fork)
{
	Program *program = g_atomic_pointer_get(&code->program);

	if (program != NULL)
		return program;
	program = program_new(code, fork);
	if (g_atomic_pointer_compare_and_exchange(&code->program, NULL,
						  program))
		return program;
	program_free(program);
	return g_atomic_pointer_get(&code->program);
}

Code *
code_new(const uint8_t *bytes, uint64_t size)
{
	Code *code = g_new0(Code, 1);

	g_atomic_ref_count_init(&code->refs);
	code->size = (uint32_t)size;
	code->bytes = g_memdup2(bytes, size);
	return code;
}

Code *
code_ref(Code *code)
{
	g_atomic_ref_count_inc(&code->refs);
	return code;
}

void
code_unref(Code *code)
{
	if (code == NULL || !g_atomic_ref_count_dec(&code->refs))
		return;
	program_free(code->program);
	g_free(code->bytes);
	g_free(code);
}
