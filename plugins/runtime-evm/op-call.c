/* SPDX-License-Identifier: Apache-2.0
 *
 * CALL, CALLCODE, DELEGATECALL, STATICCALL (Yellow Paper, appendix H.2;
 * EIP-150, EIP-2929).
 */
#include "plugins/runtime-evm/evm.h"
#include "plugins/runtime-evm/opcodes.h"

/* A call's arguments on the stack. */
typedef struct {
	const U256 *gas;
	const U256 *in_at;
	const U256 *in_len;
	const U256 *out_at;
	const U256 *out_len;
	U256 value; /* 0 for calls that have none */
	unsigned n; /* items */
} CallArgs;

static CallArgs
read_args(const Frame *frame, uint8_t op)
{
	bool has_value = op == OP_CALL || op == OP_CALLCODE;
	const U256 *sp = frame->sp;
	const U256 *in = sp - (has_value ? 3 : 2);

	return (CallArgs){ .gas = sp,
			   .in_at = in,
			   .in_len = in - 1,
			   .out_at = in - 2,
			   .out_len = in - 3,
			   .value = has_value ? sp[-2] : u256_of(0),
			   .n = has_value ? 7 : 6 };
}

static Ending
charge_call(Evm *evm, Frame *frame, uint8_t op, const CallArgs *args,
	    Account *code)
{
	bool moves = !u256_is_zero(&args->value);
	Ending end = frame_memory(evm, frame, args->in_at, args->in_len);

	if (end == END_NONE)
		end = frame_memory(evm, frame, args->out_at, args->out_len);
	if (end != END_NONE)
		return end;
	if (journal_warm(&evm->journal, code) &&
	    !frame_charge(frame, GAS_COLD_ACCOUNT_MORE))
		return END_OUT_OF_GAS;
	if (moves && !frame_charge(frame, GAS_CALL_VALUE))
		return END_OUT_OF_GAS;
	if (moves && op == OP_CALL && account_is_empty(code) &&
	    !frame_charge(frame, GAS_NEW_ACCOUNT))
		return END_OUT_OF_GAS;
	return END_NONE;
}

/* All but one 64th of what is left, or less when less is asked for. */
static int64_t
take_gas(Frame *frame, const CallArgs *args)
{
	uint64_t most = (uint64_t)(frame->gas - frame->gas / 64);
	int64_t gas = (int64_t)MIN(u256_saturate(args->gas), most);

	frame->gas -= gas;
	return u256_is_zero(&args->value) ? gas : gas + GAS_CALL_STIPEND;
}

static Message
make_message(const Frame *frame, uint8_t op, const CallArgs *args,
	     Account *code)
{
	const Message *outer = &frame->message;
	Message message = { .op = op };

	message.is_static = outer->is_static || op == OP_STATICCALL;
	message.code = code;
	message.self = op == OP_CALL || op == OP_STATICCALL ? code :
							      outer->self;
	message.caller = op == OP_DELEGATECALL ? outer->caller : outer->self;
	message.value = op == OP_DELEGATECALL ? outer->value : args->value;
	message.payer = message.self == code &&
			(op == OP_CALL || op == OP_STATICCALL) ?
				outer->self : NULL;
	message.input.at = frame->mem_at + args->in_at->w[0];
	message.input.len = args->in_len->w[0];
	message.out_at = args->out_at->w[0];
	message.out_len = args->out_len->w[0];
	return message;
}

static bool
lacks(Evm *evm, Account *account, const U256 *value)
{
	return !u256_is_zero(value) &&
	       u256_lt(journal_balance(&evm->journal, account), value);
}

Ending
op_call(Evm *evm, Frame *frame, uint8_t op)
{
	CallArgs args = read_args(frame, op);
	Address address = address_of_word(&frame->sp[-1]);
	Account *code = journal_account(&evm->journal, &address);
	Message message;
	Ending end;

	if (op == OP_CALL && frame->message.is_static &&
	    !u256_is_zero(&args.value))
		return END_STATIC_CHANGE;
	end = charge_call(evm, frame, op, &args, code);
	if (end != END_NONE)
		return end;
	message = make_message(frame, op, &args, code);
	message.gas = take_gas(frame, &args);
	evm->returned_len = 0;
	frame->sp -= args.n - 1;
	if (evm->depth > EVM_DEPTH_MAX ||
	    lacks(evm, frame->message.self, &args.value)) {
		*frame->sp = u256_of(0);
		frame->gas += message.gas;
	} else {
		evm_enter(evm, &message);
	}
	return evm->journal.status == BSN_OK ? END_NONE : END_BROKEN;
}
