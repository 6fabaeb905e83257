/* SPDX-License-Identifier: Apache-2.0
 *
 * Instructions that work on stretches of memory, and EXP, whose price depends
 * on its argument too.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/evm.h"

/* Charges for copying to memory: `to`, `len`. */
static Ending
charge_copy(Evm *evm, Frame *frame, const U256 *to, const U256 *len)
{
	Ending end = frame_memory(evm, frame, to, len);

	if (end == END_NONE &&
	    !frame_charge(frame, gas_words(len->w[0]) * GAS_WORD))
		end = END_OUT_OF_GAS;
	return end;
}

static Ending
copy_from(Evm *evm, Frame *frame, const uint8_t *source, uint64_t source_len)
{
	const U256 *args = frame->sp;

	if (args[-2].w[0] > 0)
		copy_padded(frame->mem + args[0].w[0], args[-2].w[0], source,
			    source_len, args - 1);
	frame->sp -= 3;
	return END_NONE;
}

Ending
op_calldatacopy(Evm *evm, Frame *frame)
{
	Ending end = charge_copy(evm, frame, frame->sp, frame->sp - 2);

	if (end != END_NONE)
		return end;
	return copy_from(evm, frame, frame->input, frame->input_len);
}

Ending
op_codecopy(Evm *evm, Frame *frame)
{
	Ending end = charge_copy(evm, frame, frame->sp, frame->sp - 2);

	if (end != END_NONE)
		return end;
	return copy_from(evm, frame, frame->code->bytes, frame->code->size);
}

/* EIP-211: reading beyond the end is a failure. */
Ending
op_returndatacopy(Evm *evm, Frame *frame)
{
	const U256 *args = frame->sp;
	uint64_t from = u256_saturate(args - 1);
	uint64_t len = u256_saturate(args - 2);
	Ending end;

	if (from > evm->returned_len || len > evm->returned_len - from)
		return END_RETURN_DATA;
	end = charge_copy(evm, frame, args, args - 2);
	if (end != END_NONE)
		return end;
	return copy_from(evm, frame, evm->returned, evm->returned_len);
}

/* EIP-5656. */
Ending
op_mcopy(Evm *evm, Frame *frame)
{
	const U256 *args = frame->sp;
	bool forwards = u256_lt(args, args - 1);
	Ending end = charge_copy(evm, frame, forwards ? args - 1 : args,
				 args - 2);

	if (end != END_NONE)
		return end;
	if (args[-2].w[0] > 0)
		memmove(frame->mem + args[0].w[0], frame->mem + args[-1].w[0],
			args[-2].w[0]);
	frame->sp -= 3;
	return END_NONE;
}

Ending
op_keccak256(Evm *evm, Frame *frame)
{
	const U256 *args = frame->sp;
	uint8_t digest[BSN_DIGEST_MAX];
	Ending end = frame_memory(evm, frame, args, args - 1);
	bsn_slice part;

	if (end != END_NONE)
		return end;
	if (!frame_charge(frame, gas_words(args[-1].w[0]) * GAS_HASH_WORD))
		return END_OUT_OF_GAS;
	part = bsn_slice_of(frame->mem, 0);
	if (args[-1].w[0] > 0)
		part = bsn_slice_of(frame->mem + args[0].w[0], args[-1].w[0]);
	if (evm->hash->digest(&part, 1, digest) != BSN_OK) {
		evm->journal.status = BSN_E_INTERNAL;
		return END_BROKEN;
	}
	*--frame->sp = u256_load(digest);
	return END_NONE;
}

Ending
op_exp(Evm *evm, Frame *frame)
{
	const U256 *base = frame->sp;
	const U256 *exponent = frame->sp - 1;

	if (!frame_charge(frame, u256_byte_length(exponent) * GAS_EXP_BYTE))
		return END_OUT_OF_GAS;
	frame->sp[-1] = u256_exp(base, exponent);
	frame->sp--;
	return END_NONE;
}
