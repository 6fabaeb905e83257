/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/intrinsic.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/rlp.h"
#include "plugins/runtime-evm/gas.h"

bsn_slice
call_access_list(const bsn_call *call)
{
	const bsn_slice none = { NULL, 0 };

	if (call->size < offsetof(bsn_call, access_list) + sizeof(bsn_slice))
		return none;
	return call->access_list;
}

/* Reads the list's next entry up to its slots' list, which is left entered. */
static Address
enter_entry(RlpReader *reader)
{
	Address address;

	rlp_enter(reader, "access list entry");
	rlp_read_fixed(reader, "access list address", &address,
		       sizeof(address));
	rlp_enter(reader, "access list slots");
	return address;
}

static void
leave_entry(RlpReader *reader)
{
	rlp_leave(reader);
	rlp_leave(reader);
}

/* EIP-2930. */
static int32_t
access_list_gas(bsn_slice list, uint64_t *gas, bsn_err *err)
{
	RlpReader reader = rlp_reader(list);

	*gas = 0;
	if (list.len == 0)
		return BSN_OK;
	rlp_enter(&reader, "access list");
	while (rlp_more(&reader)) {
		(void)enter_entry(&reader);
		*gas += GAS_TX_ADDRESS;
		while (rlp_more(&reader)) {
			(void)rlp_read_bytes(&reader, "access list slot", 32,
					     32);
			*gas += GAS_TX_SLOT;
		}
		leave_entry(&reader);
	}
	rlp_leave(&reader);
	return rlp_finish(&reader, err);
}

static uint64_t
input_gas(bsn_slice input)
{
	uint64_t zeroes = 0;

	for (uint64_t i = 0; i < input.len; i++)
		zeroes += input.data[i] == 0;
	return zeroes * GAS_TX_ZERO_BYTE +
	       (input.len - zeroes) * GAS_TX_BYTE;
}

int32_t
intrinsic_gas(const bsn_call *call, Fork fork, uint64_t *gas, bsn_err *err)
{
	bsn_slice list = call_access_list(call);
	int32_t status;

	if (list.len > 0 && fork < FORK_BERLIN)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the chain's rules know of no access lists: "
				"they begin with berlin");
	status = access_list_gas(list, gas, err);
	*gas += GAS_TX + input_gas(call->input);
	if (call->kind == BSN_CALL_CREATE)
		*gas += GAS_TX_CREATE;
	if (call->kind == BSN_CALL_CREATE && fork >= FORK_SHANGHAI)
		*gas += gas_words(call->input.len) * GAS_INITCODE_WORD;
	return status;
}

void
warm_access_list(Journal *journal, bsn_slice list)
{
	RlpReader reader = rlp_reader(list);

	if (list.len == 0)
		return;
	rlp_enter(&reader, "access list");
	while (rlp_more(&reader)) {
		Address address = enter_entry(&reader);
		Account *account = journal_account(journal, &address);

		(void)journal_warm(journal, account);
		while (rlp_more(&reader)) {
			uint8_t slot[32];
			U256 key;

			rlp_read_fixed(&reader, "access list slot", slot,
				       sizeof(slot));
			key = u256_load(slot);
			(void)journal_warm_slot(
				journal, journal_slot(journal, account, &key));
		}
		leave_entry(&reader);
	}
}
