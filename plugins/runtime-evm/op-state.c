/* SPDX-License-Identifier: Apache-2.0
 *
 * Instructions that read or change the world state.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/builtin.h"
#include "plugins/runtime-evm/evm.h"

static Ending
state_end(const Evm *evm)
{
	return evm->journal.status == BSN_OK ? END_NONE : END_BROKEN;
}

/* The account named on top of the stack, warmed; NULL when that costs more
 * than there is. */
static Account *
take_account(Evm *evm, Frame *frame)
{
	Address address = address_of_word(frame->sp);
	Account *account = journal_account(&evm->journal, &address);

	if (journal_warm(&evm->journal, account) &&
	    !frame_charge(frame, GAS_COLD_ACCOUNT_MORE))
		return NULL;
	return account;
}

Ending
op_balance(Evm *evm, Frame *frame)
{
	Account *account = take_account(evm, frame);

	if (account == NULL)
		return END_OUT_OF_GAS;
	*frame->sp = *journal_balance(&evm->journal, account);
	return state_end(evm);
}

Ending
op_extcodesize(Evm *evm, Frame *frame)
{
	Account *account = take_account(evm, frame);
	const Code *code;
	uint64_t size;

	if (account == NULL)
		return END_OUT_OF_GAS;
	code = journal_code(&evm->journal, account);
	if (code != NULL)
		size = code->size;
	else
		size = builtin_exists(evm, &account->address) ? 1 : 0;
	*frame->sp = u256_of(size);
	return state_end(evm);
}

/* EIP-1052: 0 for an account that is not there. */
Ending
op_extcodehash(Evm *evm, Frame *frame)
{
	const Account *account = take_account(evm, frame);

	if (account == NULL)
		return END_OUT_OF_GAS;
	if (account_is_empty(account))
		*frame->sp = u256_of(0);
	else
		*frame->sp = u256_load(account->now.has_code ?
					       account->now.code_hash :
					       evm->journal.empty_hash);
	return state_end(evm);
}

Ending
op_extcodecopy(Evm *evm, Frame *frame)
{
	const U256 *args = frame->sp;
	Ending end = frame_memory(evm, frame, args - 1, args - 3);
	Account *account;
	const Code *code;

	if (end != END_NONE)
		return end;
	if (!frame_charge(frame, gas_words(args[-3].w[0]) * GAS_WORD))
		return END_OUT_OF_GAS;
	account = take_account(evm, frame);
	if (account == NULL)
		return END_OUT_OF_GAS;
	code = journal_code(&evm->journal, account);
	if (args[-3].w[0] > 0)
		copy_padded(frame->mem + args[-1].w[0], args[-3].w[0],
			    code != NULL ? code->bytes : NULL,
			    code != NULL ? code->size : 0, args - 2);
	frame->sp -= 4;
	return state_end(evm);
}

Ending
op_sload(Evm *evm, Frame *frame)
{
	Slot *slot = journal_slot(&evm->journal, frame->message.self,
				  frame->sp);

	if (journal_warm_slot(&evm->journal, slot) &&
	    !frame_charge(frame, GAS_COLD_SLOAD_MORE))
		return END_OUT_OF_GAS;
	*frame->sp = slot->now;
	return state_end(evm);
}

/* Of the first change. */
static uint64_t
sstore_price_first(const Prices *prices, const Slot *slot)
{
	return u256_is_zero(&slot->original) ? GAS_SSTORE_SET :
					       prices->sstore_reset;
}

/* EIP-2200. */
static uint64_t
sstore_price(const Prices *prices, const Slot *slot, const U256 *value)
{
	if (u256_eq(&slot->now, value) || !u256_eq(&slot->now, &slot->original))
		return prices->sstore_same;
	return sstore_price_first(prices, slot);
}

static int64_t
sstore_refund(const Prices *prices, const Slot *slot, const U256 *value)
{
	int64_t refund = 0;

	if (u256_eq(&slot->now, value))
		return 0;
	if (!u256_is_zero(&slot->original)) {
		if (u256_is_zero(&slot->now))
			refund -= prices->clear_refund;
		if (u256_is_zero(value))
			refund += prices->clear_refund;
	}
	if (!u256_eq(&slot->now, &slot->original) &&
	    u256_eq(value, &slot->original))
		refund += (int64_t)(sstore_price_first(prices, slot) -
				    prices->sstore_same);
	return refund;
}

Ending
op_sstore(Evm *evm, Frame *frame)
{
	const U256 *value = frame->sp - 1;
	uint64_t price = 0;
	Slot *slot;

	if (frame->message.is_static)
		return END_STATIC_CHANGE;
	if (frame->gas <= GAS_SSTORE_SENTRY || !journal_has_room(&evm->journal))
		return END_OUT_OF_GAS;
	slot = journal_slot(&evm->journal, frame->message.self, frame->sp);
	if (journal_warm_slot(&evm->journal, slot))
		price = GAS_COLD_SLOAD;
	price += sstore_price(evm->prices, slot, value);
	if (!frame_charge(frame, price))
		return END_OUT_OF_GAS;
	evm->journal.refund += sstore_refund(evm->prices, slot, value);
	if (!u256_eq(&slot->now, value))
		journal_set_slot(&evm->journal, slot, value);
	frame->sp -= 2;
	return state_end(evm);
}

Ending
op_tload(Evm *evm, Frame *frame)
{
	*frame->sp = journal_transient(&evm->journal, frame->message.self,
				       frame->sp);
	return END_NONE;
}

Ending
op_tstore(Evm *evm, Frame *frame)
{
	if (frame->message.is_static)
		return END_STATIC_CHANGE;
	if (!journal_has_room(&evm->journal))
		return END_OUT_OF_GAS;
	journal_set_transient(&evm->journal, frame->message.self, frame->sp,
			      frame->sp - 1);
	frame->sp -= 2;
	return END_NONE;
}

Ending
op_log(Evm *evm, Frame *frame, unsigned topics)
{
	const U256 *args = frame->sp;
	Log log = { .topic_count = topics };
	Ending end;

	if (frame->message.is_static)
		return END_STATIC_CHANGE;
	end = frame_memory(evm, frame, args, args - 1);
	if (end != END_NONE)
		return end;
	log.len = args[-1].w[0];
	if (!frame_charge(frame, log.len * GAS_LOG_BYTE) ||
	    !journal_has_log_room(&evm->journal, log.len))
		return END_OUT_OF_GAS;
	log.address = frame->message.self->address;
	if (log.len > 0)
		log.data = frame->mem + args[0].w[0];
	for (unsigned i = 0; i < topics; i++)
		u256_store(args - 2 - i, log.topics[i]);
	journal_log(&evm->journal, &log);
	frame->sp -= 2 + topics;
	return END_NONE;
}

Ending
op_blockhash(Evm *evm, Frame *frame)
{
	uint64_t now = evm->call->block->number;
	uint64_t number = u256_saturate(frame->sp);
	uint8_t hash[32];
	bsn_fixed_sink sink = bsn_fixed_sink_of(hash, sizeof(hash));
	int32_t status = BSN_NOT_FOUND;

	if (number < now && now - number <= EVM_BLOCK_HASHES &&
	    BSN_HAS(evm->state, block_hash))
		status = evm->state->block_hash(evm->state, number, &sink.sink);
	if (status < 0)
		evm->journal.status = status;
	*frame->sp = status == BSN_OK ? u256_load_short(hash, sink.len) :
					u256_of(0);
	return state_end(evm);
}

/* The balance goes; the account too, since EIP-6780 only when this transaction
 * made it. */
static void
destroy(Evm *evm, Account *self)
{
	const U256 zero = u256_of(0);

	if (!self->destroyed)
		evm->journal.refund += evm->prices->destruct_refund;
	journal_set_balance(&evm->journal, self, &zero);
	journal_set_destroyed(&evm->journal, self);
}

Ending
op_selfdestruct(Evm *evm, Frame *frame)
{
	Journal *journal = &evm->journal;
	Account *self = frame->message.self;
	Address address = address_of_word(frame->sp);
	Account *heir = journal_account(journal, &address);
	const U256 value = *journal_balance(journal, self);

	if (frame->message.is_static)
		return END_STATIC_CHANGE;
	if (journal_warm(journal, heir) &&
	    !frame_charge(frame, GAS_COLD_ACCOUNT))
		return END_OUT_OF_GAS;
	if (account_is_empty(heir) && !u256_is_zero(&value) &&
	    !frame_charge(frame, GAS_NEW_ACCOUNT))
		return END_OUT_OF_GAS;
	if (heir != self)
		journal_transfer(journal, self, heir, &value);
	if (self->created || evm->fork < FORK_CANCUN)
		destroy(evm, self);
	return state_end(evm);
}
