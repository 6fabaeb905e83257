/* SPDX-License-Identifier: Apache-2.0
 *
 * Creates: CREATE, CREATE2 and what happens to the code that they return.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/evm.h"
#include "plugins/runtime-evm/opcodes.h"

/* An integer as RLP; returns its bytes. */
static unsigned
put_rlp_integer(uint8_t *out, uint64_t value)
{
	uint8_t bytes[8];
	unsigned zeroes = 0;

	if (value < 0x80) {
		out[0] = value == 0 ? 0x80 : (uint8_t)value;
		return 1;
	}
	u256_store_be64(bytes, value);
	while (bytes[zeroes] == 0)
		zeroes++;
	out[0] = (uint8_t)(0x80 + 8 - zeroes);
	memcpy(out + 1, bytes + zeroes, 8 - zeroes);
	return 9 - zeroes;
}

static Address
address_of_digest(const bsn_hash *hash, const bsn_slice *parts, uint64_t n)
{
	uint8_t digest[BSN_DIGEST_MAX] = { 0 };
	Address address;

	(void)hash->digest(parts, n, digest);
	memcpy(address.bytes, digest + 12, ADDRESS_LEN);
	return address;
}

Address
create_address(const bsn_hash *hash, const Address *sender, uint64_t nonce)
{
	uint8_t rlp[2 + ADDRESS_LEN + 9];
	unsigned len = 2 + ADDRESS_LEN;
	bsn_slice part;

	rlp[1] = 0x80 + ADDRESS_LEN;
	memcpy(rlp + 2, sender, ADDRESS_LEN);
	len += put_rlp_integer(rlp + len, nonce);
	rlp[0] = (uint8_t)(0xc0 + len - 1);
	part = bsn_slice_of(rlp, len);
	return address_of_digest(hash, &part, 1);
}

/* H(0xff || sender || salt || H(initcode)), EIP-1014. */
static Address
create2_address(const bsn_hash *hash, const Address *sender, const U256 *salt,
		bsn_slice initcode)
{
	uint8_t bytes[1 + ADDRESS_LEN + 32 + BSN_DIGEST_MAX] = { 0xff };
	bsn_slice part = bsn_slice_of(bytes, 1 + ADDRESS_LEN + 32 + HASH_LEN);

	memcpy(bytes + 1, sender, ADDRESS_LEN);
	u256_store(salt, bytes + 1 + ADDRESS_LEN);
	(void)hash->digest(&initcode, 1, bytes + 1 + ADDRESS_LEN + 32);
	return address_of_digest(hash, &part, 1);
}

/* EIP-684, EIP-7610. */
static bool
is_taken(Journal *journal, Account *account)
{
	journal_use(journal, account);
	return account->now.nonce != 0 || account->now.has_code ||
	       journal_has_storage(journal, account);
}

/* Makes the account that the code is for. */
static Ending
begin_create(Journal *journal, const Message *message)
{
	if (message->replaces) {
		journal_use(journal, message->self);
		return message->self->now.has_code ? END_NONE : END_NO_CODE;
	}
	if (is_taken(journal, message->self))
		return END_COLLISION;
	journal_set_created(journal, message->self);
	journal_set_nonce(journal, message->self, 1);
	journal_transfer(journal, message->payer, message->self,
			 &message->value);
	return END_NONE;
}

void
evm_enter_create(Evm *evm, const Message *message)
{
	Journal *journal = &evm->journal;
	JournalMark mark = journal_mark(journal);
	const uint8_t *initcode = input_data(evm, &message->input);
	Ending end = begin_create(journal, message);

	evm->returned_len = 0;
	if (end != END_NONE) {
		evm_deliver(evm, message, end, 0);
		return;
	}
	frame_push(evm, message, code_new(initcode, message->input.len), mark);
}

Ending
create_finish(Evm *evm, Frame *frame, const uint8_t *code, uint64_t len)
{
	if (len > EVM_CODE_MAX)
		return END_CODE_SIZE;
	if (evm->fork >= FORK_LONDON && len > 0 && code[0] == 0xef)
		return END_CODE_PREFIX;
	if (!frame_charge(frame, len * GAS_CODE_BYTE))
		return END_OUT_OF_GAS;
	if (frame->message.replaces && len == 0)
		return END_NO_CODE;
	if (frame->message.replaces)
		journal_revert(&evm->journal, frame->mark);
	if (len > 0)
		journal_take_code(&evm->journal, frame->message.self,
				  code_new(code, len));
	return END_NONE;
}

/* Charges for the initcode at sp[-1], sp[-2] and what else depends on it. */
static Ending
charge_create(Evm *evm, Frame *frame, uint8_t op)
{
	const U256 *len = frame->sp - 2;
	uint64_t words;

	if (frame->message.is_static)
		return END_STATIC_CHANGE;
	if (!u256_is_u64(len) ||
	    len->w[0] > MIN(initcode_max(evm->fork),
			    INITCODE_ALL_MAX - evm->initcode))
		return END_OUT_OF_GAS;
	words = gas_words(len->w[0]);
	if ((evm->fork >= FORK_SHANGHAI &&
	     !frame_charge(frame, words * GAS_INITCODE_WORD)) ||
	    (op == OP_CREATE2 && !frame_charge(frame, words * GAS_HASH_WORD)))
		return END_OUT_OF_GAS;
	return frame_memory(evm, frame, frame->sp - 1, len);
}

static Address
new_address(const Evm *evm, const Frame *frame, const U256 *args,
	    const Message *message)
{
	const Account *self = frame->message.self;
	bsn_slice initcode = bsn_slice_of(input_data(evm, &message->input),
					  message->input.len);

	if (message->op == OP_CREATE)
		return create_address(evm->hash, &self->address,
				      self->now.nonce);
	return create2_address(evm->hash, &self->address, args - 3, initcode);
}

/* Whether a create is refused without any gas being lost. */
static bool
is_refused(Evm *evm, Account *creator, const U256 *value)
{
	return evm->depth > EVM_DEPTH_MAX ||
	       u256_lt(journal_balance(&evm->journal, creator), value) ||
	       creator->now.nonce == UINT64_MAX;
}

static void
start_create(Evm *evm, Frame *frame, const U256 *args, Message *message)
{
	Journal *journal = &evm->journal;
	Account *creator = frame->message.self;
	Address address = new_address(evm, frame, args, message);

	message->gas = frame->gas - frame->gas / 64;
	frame->gas -= message->gas;
	journal_set_nonce(journal, creator, creator->now.nonce + 1);
	message->self = message->code = journal_account(journal, &address);
	(void)journal_warm(journal, message->self);
	evm_enter_create(evm, message);
}

Ending
op_create(Evm *evm, Frame *frame, uint8_t op)
{
	const U256 *args = frame->sp;
	Ending end = charge_create(evm, frame, op);
	Message message = { .op = op };

	if (end != END_NONE)
		return end;
	message.caller = message.payer = frame->message.self;
	message.value = args[0];
	message.input.len = args[-2].w[0];
	message.input.at = frame->mem_at + args[-1].w[0];
	evm->returned_len = 0;
	frame->sp -= op == OP_CREATE ? 2 : 3;
	if (is_refused(evm, message.caller, &message.value))
		*frame->sp = u256_of(0);
	else
		start_create(evm, frame, args, &message);
	return evm->journal.status == BSN_OK ? END_NONE : END_BROKEN;
}
