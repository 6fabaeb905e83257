/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/accounts.h"

#include <bsn/helpers/error.h>
#include <inttypes.h>

#include "plugins/runtime-evm/journal.h"

static int32_t
read_address(bsn_slice slice, Address *address, bsn_err *err)
{
	if (slice.len != ADDRESS_LEN)
		return bsn_fail(err, BSN_NOT_FOUND,
				"an address has 20 bytes, not %" PRIu64,
				slice.len);
	memcpy(address->bytes, slice.data, ADDRESS_LEN);
	return BSN_OK;
}

int32_t
account_look_up(bsn_slice slice, bsn_state *state, bsn_account *account,
		bsn_err *err)
{
	AccountRecord record;
	Address address;
	int32_t status = read_address(slice, &address, err);

	if (status == BSN_OK)
		status = store_get_account(state, &address, &record);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status,
				"there is no account at this address");
	if (status != BSN_OK)
		return bsn_fail(err, status, "the account cannot be read");
	account->nonce = record.nonce;
	u256_store(&record.balance, account->balance);
	return BSN_OK;
}

int32_t
account_fund(bsn_slice slice, bsn_slice amount, bsn_state *state, bsn_err *err)
{
	AccountRecord record;
	Address address;
	U256 added;
	bool carry;
	int32_t status = read_address(slice, &address, err);

	if (status != BSN_OK || amount.len != 32)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"an address has 20 bytes and an amount 32");
	status = store_get_account(state, &address, &record);
	if (status < 0)
		return bsn_fail(err, status, "the account cannot be read");
	added = u256_load(amount.data);
	record.balance = u256_add_carry(&record.balance, &added, &carry);
	if (carry)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the balance is over 2^256 - 1");
	return store_put_account(state, &address, &record);
}

int32_t
storage_look_up(bsn_slice contract, bsn_slice key, bsn_state *state,
		bsn_sink *out, bsn_err *err)
{
	AccountRecord record;
	Address address;
	uint8_t bytes[32];
	U256 slot;
	U256 value;
	int32_t status = read_address(contract, &address, err);

	if (status != BSN_OK)
		return status;
	if (key.len != sizeof(bytes))
		return bsn_fail(err, BSN_NOT_FOUND,
				"a key of storage has 32 bytes, not %" PRIu64,
				key.len);
	slot = u256_load(key.data);
	value = u256_of(0);
	status = store_get_account(state, &address, &record);
	if (status == BSN_NOT_FOUND)
		status = BSN_OK;
	else if (status == BSN_OK && (record.has_code || record.nonce > 0))
		status = store_get_slot(state, &address, record.life, &slot,
					&value);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the storage cannot be read");
	if (u256_is_zero(&value))
		return bsn_fail(err, BSN_NOT_FOUND, "the slot is zero");
	u256_store(&value, bytes);
	return out->write(out, bytes, sizeof(bytes));
}
