/* SPDX-License-Identifier: Apache-2.0
 *
 * The interpreter. One function, because the state of the machine (pc, sp, gas)
 * is to stay in registers from one instruction to the next. Instructions jump
 * to their successor through a table of labels.
 *
 * Static gas and the stack's bounds were checked by OP_BLOCK; see code.h. What
 * is more than arithmetic is a function in one of the op-*.c, around which the
 * registers are put into the frame and taken out again. Calls and returns only
 * change which frame that is.
 */
#if defined(__GNUC__) && !defined(__clang__)
/* The first two would merge the jumps to the next instruction again, the last
 * one would make two registers of the machine share one. */
#pragma GCC optimize("no-gcse", "no-crossjumping", "no-tree-slp-vectorize")
#endif

#include "plugins/runtime-evm/evm.h"
#include "plugins/runtime-evm/opcodes.h"

/* Moves an operand's offset into memory that is there already; otherwise the
 * memory is extended, which may fail. */
#define NEED_MEMORY(at, bytes)                                                 \
	do {                                                                   \
		if (!u256_is_u64(at) || (at)->w[0] >= frame->mem_len ||        \
		    frame->mem_len - (at)->w[0] < (bytes)) {                   \
			const U256 n = u256_of(bytes);                         \
			SAVE();                                                \
			ending = frame_memory(evm, frame, at, &n);             \
			gas = frame->gas;                                      \
			if (ending != END_NONE)                                \
				goto failed;                                   \
		}                                                              \
	} while (0)

#define SAVE() (frame->pc = pc, frame->sp = sp, frame->gas = gas)
#define LOAD() (pc = frame->pc, sp = frame->sp, gas = frame->gas)

#define DISPATCH() goto *labels[pc->op]
#define NEXT()                                                                 \
	do {                                                                   \
		pc++;                                                          \
		DISPATCH();                                                    \
	} while (0)

/* An operation of two operands, one of one, and a value pushed. */
#define BINARY(name, expression)                                               \
	name : {                                                               \
		const U256 *a = sp;                                            \
		const U256 *b = sp - 1;                                        \
		sp[-1] = (expression);                                         \
		sp--;                                                          \
		NEXT();                                                        \
	}
#define TERNARY(name, function)                                                \
	name : sp[-2] = function(sp, sp - 1, sp - 2);                          \
	sp -= 2;                                                               \
	NEXT()
#define VALUE(name, expression)                                                \
	name : sp++;                                                           \
	*sp = (expression);                                                    \
	NEXT()
#define BITWISE(name, op)                                                      \
	name : for (unsigned i = 0; i < 4; i++) sp[-1].w[i] =                  \
		sp[-1].w[i] op sp[0].w[i];                                     \
	sp--;                                                                  \
	NEXT()
/* An operation in a function of its own. */
#define CALL_OUT(name, call)                                                   \
	name : SAVE();                                                         \
	ending = call;                                                         \
	if (ending != END_NONE)                                                \
		goto failed;                                                   \
	LOAD();                                                                \
	NEXT()

#define DUP(n)                                                                 \
	op_dup##n : u256_copy(sp + 1, sp + 1 - n);                             \
	sp++;                                                                  \
	NEXT();
#define SWAP(n)                                                                \
	op_swap##n : {                                                         \
		U256 top;                                                      \
		u256_copy(&top, sp);                                           \
		u256_copy(sp, sp - n);                                         \
		u256_copy(sp - n, &top);                                       \
		NEXT();                                                        \
	}
#define TIMES_16(X)                                                            \
	X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13)   \
	X(14) X(15) X(16)

static U256
load_input(const Frame *frame, const U256 *at)
{
	uint8_t bytes[32];

	if (u256_is_u64(at) && frame->input_len >= 32 &&
	    at->w[0] <= frame->input_len - 32)
		return u256_load(frame->input + at->w[0]);
	copy_padded(bytes, sizeof(bytes), frame->input, frame->input_len, at);
	return u256_load(bytes);
}

static void
abandon(Evm *evm)
{
	while (evm->depth > 0) {
		code_unref(evm->frames[--evm->depth]->code);
		evm->frames[evm->depth]->code = NULL;
	}
	evm->frame = NULL;
	evm->ending = END_BROKEN;
	evm->gas_left = 0;
}

void
evm_run(Evm *evm)
{
	static const void *const labels[OP_COUNT] = {
#define LABEL(op, label) [op] = &&label,
#include "plugins/runtime-evm/labels.inc"
#undef LABEL
	};
	Frame *frame = evm->frame;
	const Insn *pc;
	U256 *sp;
	int64_t gas;
	Ending ending;

	if (frame == NULL)
		return;
	LOAD();
	DISPATCH();

op_block:
	gas -= pc->gas;
	if (G_UNLIKELY(gas < 0)) {
		ending = END_OUT_OF_GAS;
		goto failed;
	}
	if (G_UNLIKELY(sp - frame->stack < pc->need)) {
		ending = END_STACK_UNDERFLOW;
		goto failed;
	}
	if (G_UNLIKELY(sp - frame->stack + pc->growth > EVM_STACK_MAX)) {
		ending = END_STACK_OVERFLOW;
		goto failed;
	}
	NEXT();

	BINARY(op_add, u256_add(a, b))
	BINARY(op_mul, u256_mul(a, b))
	BINARY(op_sub, u256_sub(a, b))
	BINARY(op_div, u256_divmod(a, b, NULL))
	BINARY(op_sdiv, u256_sdiv(a, b))
op_mod: {
	U256 rem;

	(void)u256_divmod(sp, sp - 1, &rem);
	*--sp = rem;
	NEXT();
}
	BINARY(op_smod, u256_smod(a, b))
	TERNARY(op_addmod, u256_addmod);
	TERNARY(op_mulmod, u256_mulmod);
	CALL_OUT(op_exp, op_exp(evm, frame));
	BINARY(op_signextend, u256_signextend(a, b))
	BINARY(op_lt, u256_of(u256_lt(a, b)))
	BINARY(op_gt, u256_of(u256_lt(b, a)))
	BINARY(op_slt, u256_of(u256_slt(a, b)))
	BINARY(op_sgt, u256_of(u256_slt(b, a)))
	BINARY(op_eq, u256_of(u256_eq(a, b)))
	BITWISE(op_and, &);
	BITWISE(op_or, |);
	BITWISE(op_xor, ^);
	BINARY(op_byte, u256_of(u256_byte(b, u256_saturate(a))))
	BINARY(op_shl, u256_shl(b, u256_saturate(a)))
	BINARY(op_shr, u256_shr(b, u256_saturate(a)))
	BINARY(op_sar, u256_sar(b, u256_saturate(a)))
op_iszero:
	*sp = u256_of(u256_is_zero(sp));
	NEXT();
op_not:
	*sp = u256_not(sp);
	NEXT();

	VALUE(op_address, word_of_address(&frame->message.self->address));
	VALUE(op_origin, evm->origin);
	VALUE(op_caller, word_of_address(&frame->message.caller->address));
	VALUE(op_callvalue, frame->message.value);
	VALUE(op_calldatasize, u256_of(frame->input_len));
	VALUE(op_codesize, u256_of(frame->code->size));
	VALUE(op_gasprice, evm->price);
	VALUE(op_returndatasize, u256_of(evm->returned_len));
	VALUE(op_coinbase, evm->proposer);
	VALUE(op_timestamp, u256_of(evm->time));
	VALUE(op_number, u256_of(evm->call->block->number));
	VALUE(op_prevrandao, evm->random);
	VALUE(op_gaslimit, u256_of(evm->call->block->budget));
	VALUE(op_chainid, u256_of(evm->call->block->chain_id));
	VALUE(op_selfbalance,
	      *journal_balance(&evm->journal, frame->message.self));
	VALUE(op_basefee, evm->base_fee);
	VALUE(op_blobbasefee, u256_of(1));
	VALUE(op_pc, u256_of(pc->arg));
	VALUE(op_msize, u256_of(frame->mem_len));
	VALUE(op_gas, u256_of((uint64_t)gas));
op_blobhash:
	*sp = u256_of(0);
	NEXT();
op_calldataload:
	*sp = load_input(frame, sp);
	NEXT();

op_pop:
	sp--;
	NEXT();
op_mload:
	NEED_MEMORY(sp, 32);
	*sp = u256_load(frame->mem + sp->w[0]);
	NEXT();
op_mstore:
	NEED_MEMORY(sp, 32);
	u256_store(sp - 1, frame->mem + sp->w[0]);
	sp -= 2;
	NEXT();
op_mstore8:
	NEED_MEMORY(sp, 1);
	frame->mem[sp->w[0]] = (uint8_t)sp[-1].w[0];
	sp -= 2;
	NEXT();

op_push:
	sp++;
	*sp = u256_of(pc->arg);
	NEXT();
op_push_wide:
	sp++;
	u256_copy(sp, &frame->program->wide[pc->arg]);
	NEXT();
	TIMES_16(DUP)
	TIMES_16(SWAP)

op_jump_to:
	pc = frame->program->insns + pc->arg;
	goto op_block;
op_jumpi_to:
	if (!u256_is_zero(sp))
		pc = frame->program->insns + pc->arg;
	else
		pc++;
	sp--;
	goto op_block;
op_jump:
	pc = code_destination(frame->code, frame->program, sp);
	sp--;
	goto op_block;
op_jumpi:
	if (!u256_is_zero(sp - 1))
		pc = code_destination(frame->code, frame->program, sp);
	else
		pc++;
	sp -= 2;
	goto op_block;

	CALL_OUT(op_keccak256, op_keccak256(evm, frame));
	CALL_OUT(op_balance, op_balance(evm, frame));
	CALL_OUT(op_extcodesize, op_extcodesize(evm, frame));
	CALL_OUT(op_extcodecopy, op_extcodecopy(evm, frame));
	CALL_OUT(op_extcodehash, op_extcodehash(evm, frame));
	CALL_OUT(op_calldatacopy, op_calldatacopy(evm, frame));
	CALL_OUT(op_codecopy, op_codecopy(evm, frame));
	CALL_OUT(op_returndatacopy, op_returndatacopy(evm, frame));
	CALL_OUT(op_mcopy, op_mcopy(evm, frame));
	CALL_OUT(op_blockhash, op_blockhash(evm, frame));
	CALL_OUT(op_sload, op_sload(evm, frame));
	CALL_OUT(op_sstore, op_sstore(evm, frame));
	CALL_OUT(op_tload, op_tload(evm, frame));
	CALL_OUT(op_tstore, op_tstore(evm, frame));
	CALL_OUT(op_log, op_log(evm, frame, pc->op - OP_LOG0));

op_call:
	pc++;
	SAVE();
	ending = op_call(evm, frame, (uint8_t)pc[-1].op);
	goto entered;
op_create:
	pc++;
	SAVE();
	ending = op_create(evm, frame, (uint8_t)pc[-1].op);
entered:
	if (ending != END_NONE)
		goto failed;
	frame = evm->frame;
	LOAD();
	DISPATCH();

op_stop:
	SAVE();
	frame_leave(evm, END_STOP, NULL, NULL);
	goto left;
op_selfdestruct:
	SAVE();
	ending = op_selfdestruct(evm, frame);
	if (ending != END_NONE)
		goto failed;
	frame_leave(evm, END_STOP, NULL, NULL);
	goto left;
op_return:
op_revert:
	SAVE();
	ending = frame_memory(evm, frame, sp, sp - 1);
	if (ending != END_NONE)
		goto failed;
	frame_leave(evm, pc->op == OP_RETURN ? END_RETURN : END_REVERT, sp,
		    sp - 1);
	goto left;

op_invalid:
	ending = END_INVALID_OPCODE;
	goto failed;
op_undefined:
	ending = END_UNDEFINED_OPCODE;
	goto failed;
op_bad_jump:
	ending = END_BAD_JUMP;
failed:
	if (ending == END_BROKEN) {
		abandon(evm);
		return;
	}
	frame_leave(evm, ending, NULL, NULL);
left:
	frame = evm->frame;
	if (evm->journal.status != BSN_OK) {
		abandon(evm);
		return;
	}
	if (frame == NULL)
		return;
	LOAD();
	DISPATCH();
}
