/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/machine.h"

#include "plugins/runtime-evm/crypto.h"

/* What is kept for the next execution. */
#define FRAMES_KEPT 8u
#define MEMORY_KEPT (UINT64_C(256) << 10)

struct bsn_machine {
	Evm evm;
	bool busy;
};

bsn_machine *
machine_new(void)
{
	bsn_machine *machine = g_new0(bsn_machine, 1);

	journal_init(&machine->evm.journal);
	return machine;
}

static void
free_frames(Evm *evm, guint from)
{
	for (guint i = from; i < G_N_ELEMENTS(evm->frames) &&
			     evm->frames[i] != NULL; i++)
		g_clear_pointer(&evm->frames[i], g_free);
}

static void
free_memory(Evm *evm)
{
	g_clear_pointer(&evm->memory, g_free);
	evm->memory_room = 0;
}

static void
free_returned(Evm *evm)
{
	g_clear_pointer(&evm->returned, g_free);
	evm->returned_room = 0;
}

void
machine_free(bsn_machine *machine)
{
	if (machine == NULL)
		return;
	free_frames(&machine->evm, 0);
	free_memory(&machine->evm);
	free_returned(&machine->evm);
	journal_clear(&machine->evm.journal);
	g_free(machine);
}

/* The block's base fee, 0 when engine or fork know of none. */
static U256
base_fee_of(const bsn_block_env *block, Fork fork)
{
	if (fork < FORK_LONDON ||
	    block->size < offsetof(bsn_block_env, base_fee) + sizeof(bsn_slice))
		return u256_of(0);
	return word_or_zero(block->base_fee);
}

static void
read_call(Evm *evm, const bsn_call *call)
{
	const bsn_block_env *block = call->block;
	Address origin = address_of_slice(call->origin);
	Address proposer = address_of_slice(block->proposer);

	evm->origin = word_of_address(&origin);
	evm->proposer = word_of_address(&proposer);
	evm->price = word_or_zero(call->price);
	evm->base_fee = base_fee_of(block, evm->fork);
	evm->random = word_or_zero(block->random);
	evm->time = block->time_ms / 1000;
	journal_begin(&evm->journal, evm->state, evm->hash, evm->fork,
		      &proposer);
}

Evm *
machine_begin(bsn_machine *machine, const bsn_call *call, Fork fork,
	      bsn_state *state)
{
	Evm *evm = &machine->evm;

	if (machine->busy)
		return NULL;
	machine->busy = true;
	evm->call = call;
	evm->state = state;
	evm->fork = fork;
	evm->prices = fork_prices(fork);
	evm->hash = crypto_hash(call->block->hash);
	read_call(evm, call);
	return evm;
}

void
machine_end(bsn_machine *machine)
{
	Evm *evm = &machine->evm;

	journal_end(&evm->journal);
	free_frames(evm, FRAMES_KEPT);
	if (evm->memory_room > MEMORY_KEPT)
		free_memory(evm);
	if (evm->returned_room > MEMORY_KEPT)
		free_returned(evm);
	g_clear_pointer(&evm->builtin_reason, g_free);
	evm->depth = 0;
	evm->frame = NULL;
	evm->initcode = 0;
	evm->returned_len = 0;
	evm->ending = END_NONE;
	evm->gas_left = 0;
	machine->busy = false;
}
