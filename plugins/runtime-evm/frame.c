/* SPDX-License-Identifier: Apache-2.0
 *
 * Calls: how frames begin, end and hand their outcome on.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/builtin.h"
#include "plugins/runtime-evm/evm.h"
#include "plugins/runtime-evm/opcodes.h"
#include "plugins/runtime-evm/precompiles/precompiles.h"

static bool
is_create(const Message *message)
{
	return message->op == OP_CREATE || message->op == OP_CREATE2;
}

void
evm_deliver(Evm *evm, const Message *message, Ending ending, int64_t gas)
{
	Frame *frame = evm->frame;
	bool success = ending_is_success(ending);

	if (!success && ending != END_REVERT) {
		gas = 0;
		evm->returned_len = 0;
	}
	if (success && is_create(message))
		evm->returned_len = 0;
	if (frame == NULL) {
		evm->ending = ending;
		evm->gas_left = gas;
		return;
	}
	frame->gas += gas;
	*frame->sp = u256_of(success);
	if (success && is_create(message))
		*frame->sp = word_of_address(&message->self->address);
	if (message->out_len > 0 && evm->returned_len > 0)
		memcpy(frame->mem + message->out_at, evm->returned,
		       MIN(message->out_len, evm->returned_len));
}

void
frame_push(Evm *evm, const Message *message, Code *code, JournalMark mark)
{
	Frame *caller = evm->frame;
	Frame *frame = evm->frames[evm->depth];

	if (frame == NULL)
		frame = evm->frames[evm->depth] = g_new(Frame, 1);
	frame->message = *message;
	frame->mark = mark;
	frame->gas = message->gas;
	frame->code = code;
	frame->program = code_program(code, evm->fork);
	frame->pc = frame->program->insns;
	frame->sp = frame->stack;
	frame->mem = NULL;
	frame->mem_at = caller != NULL ? caller->mem_at + caller->mem_len : 0;
	frame->mem_len = 0;
	frame->input_len = is_create(message) ? 0 : message->input.len;
	frame->input = NULL;
	if (is_create(message))
		evm->initcode += code->size;
	evm->depth++;
	evm->frame = frame;
	evm->returned_len = 0;
	frame_refresh(evm, frame);
}

static void
frame_pop(Evm *evm)
{
	Frame *frame = evm->frame;

	if (is_create(&frame->message))
		evm->initcode -= frame->code->size;
	code_unref(frame->code);
	frame->code = NULL;
	evm->depth--;
	evm->frame = evm->depth > 0 ? evm->frames[evm->depth - 1] : NULL;
	if (evm->frame != NULL)
		frame_refresh(evm, evm->frame);
}

void
frame_leave(Evm *evm, Ending ending, const U256 *at, const U256 *len)
{
	Frame *frame = evm->frame;
	uint64_t out_len = len != NULL ? len->w[0] : 0;
	const uint8_t *out = out_len > 0 ? frame->mem + at->w[0] : NULL;

	if (ending_is_success(ending) && is_create(&frame->message)) {
		Ending end = create_finish(evm, frame, out, out_len);

		ending = end != END_NONE ? end : ending;
	}
	if (ending_is_success(ending) || ending == END_REVERT) {
		(void)evm_output(evm, out_len);
		if (out_len > 0)
			memcpy(evm->returned, out, out_len);
	}
	if (!ending_is_success(ending))
		journal_revert(&evm->journal, frame->mark);
	frame_pop(evm);
	evm_deliver(evm, &frame->message, ending, frame->gas);
}

static void
enter_precompile(Evm *evm, const Message *message,
		 const Precompile *precompile, JournalMark mark)
{
	bsn_slice input = bsn_slice_of(input_data(evm, &message->input),
				       message->input.len);
	uint64_t price = precompile->gas(evm->fork, input);
	Ending ending = END_OUT_OF_GAS;
	int64_t gas = message->gas;

	if (price <= (uint64_t)gas) {
		gas -= (int64_t)price;
		ending = precompile->run(evm, input) ? END_STOP :
						       END_PRECOMPILE;
	}
	if (!ending_is_success(ending))
		journal_revert(&evm->journal, mark);
	evm_deliver(evm, message, ending, gas);
}

/* False when the engine does not take the call. */
static bool
enter_builtin(Evm *evm, const Message *message, JournalMark mark)
{
	int64_t gas = message->gas;
	Ending ending = builtin_call(evm, message, &gas);

	if (ending == END_NONE)
		return false;
	if (!ending_is_success(ending))
		journal_revert(&evm->journal, mark);
	evm_deliver(evm, message, ending, gas);
	return true;
}

void
evm_enter(Evm *evm, const Message *message)
{
	JournalMark mark = journal_mark(&evm->journal);
	const Precompile *precompile = precompile_find(
		evm->fork, &message->code->address);
	Code *code;

	evm->returned_len = 0;
	if (message->payer != NULL)
		journal_transfer(&evm->journal, message->payer, message->self,
				 &message->value);
	if (precompile != NULL) {
		enter_precompile(evm, message, precompile, mark);
		return;
	}
	if (enter_builtin(evm, message, mark))
		return;
	code = journal_code(&evm->journal, message->code);
	if (code != NULL)
		frame_push(evm, message, code_ref(code), mark);
	else
		evm_deliver(evm, message, END_STOP, message->gas);
}
