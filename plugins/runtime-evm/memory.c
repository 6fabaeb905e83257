/* SPDX-License-Identifier: Apache-2.0
 *
 * Memory of the frames: one buffer, in which each frame's memory begins where
 * its caller's ends. Only the innermost frame's grows.
 */
#include "plugins/runtime-evm/evm.h"

#define MEMORY_FIRST 4096u

static uint64_t
memory_price(uint64_t words)
{
	return GAS_WORD * words + words * words / GAS_MEMORY_QUAD;
}

static bool
reserve(Evm *evm, uint64_t need)
{
	uint64_t room = MAX(evm->memory_room, MEMORY_FIRST);
	uint8_t *memory;

	if (need <= evm->memory_room)
		return true;
	while (room < need)
		room *= 2;
	memory = g_try_realloc(evm->memory, room);
	if (memory == NULL) {
		evm->journal.status = BSN_E_NOMEM;
		return false;
	}
	evm->memory = memory;
	evm->memory_room = room;
	return true;
}

static Ending
grow(Evm *evm, Frame *frame, uint64_t end)
{
	uint64_t words = gas_words(end);
	uint64_t more = memory_price(words) - memory_price(frame->mem_len / 32);

	if (!frame_charge(frame, more))
		return END_OUT_OF_GAS;
	if (!reserve(evm, frame->mem_at + words * 32))
		return END_BROKEN;
	frame_refresh(evm, frame);
	memset(frame->mem + frame->mem_len, 0, words * 32 - frame->mem_len);
	frame->mem_len = words * 32;
	return END_NONE;
}

Ending
frame_memory(Evm *evm, Frame *frame, const U256 *at, const U256 *len)
{
	uint64_t room = EVM_MEMORY_MAX - frame->mem_at;

	if (u256_is_zero(len))
		return END_NONE;
	if (!u256_is_u64(at) || !u256_is_u64(len) || len->w[0] > room ||
	    at->w[0] > room - len->w[0])
		return END_OUT_OF_GAS;
	if (at->w[0] + len->w[0] <= frame->mem_len)
		return END_NONE;
	return grow(evm, frame, at->w[0] + len->w[0]);
}

const uint8_t *
input_data(const Evm *evm, const Input *input)
{
	if (input->len == 0)
		return NULL;
	return input->data != NULL ? input->data : evm->memory + input->at;
}

void
frame_refresh(const Evm *evm, Frame *frame)
{
	if (evm->memory != NULL)
		frame->mem = evm->memory + frame->mem_at;
	if (frame->input_len > 0)
		frame->input = input_data(evm, &frame->message.input);
}

void
copy_padded(uint8_t *out, uint64_t len, const uint8_t *source,
	    uint64_t source_len, const U256 *from)
{
	uint64_t at = MIN(u256_saturate(from), source_len);
	uint64_t there = MIN(len, source_len - at);

	if (there > 0)
		memcpy(out, source + at, there);
	if (len > there)
		memset(out + there, 0, len - there);
}

uint8_t *
evm_output(Evm *evm, uint64_t len)
{
	if (len > evm->returned_room) {
		g_free(evm->returned);
		evm->returned = g_malloc(len);
		evm->returned_room = len;
	}
	evm->returned_len = len;
	return evm->returned;
}
