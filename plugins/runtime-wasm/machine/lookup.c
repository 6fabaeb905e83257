/* SPDX-License-Identifier: Apache-2.0
 *
 * What is asked of a contract without running it.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/runtime-wasm/machine/journal.h"
#include "plugins/runtime-wasm/machine/plugin.h"
#include "plugins/runtime-wasm/machine/store.h"

static int32_t
read_digest(bsn_slice contract, bsn_state *state, guint8 *digest, bsn_err *err)
{
	bsn_fixed_sink sink = bsn_fixed_sink_of(digest, WASM_DIGEST_LEN);
	StoreKey key;
	int32_t status;

	if (contract.len < 1 || contract.len > STORE_ADDRESS_MAX)
		return bsn_fail(err, BSN_NOT_FOUND,
				"an address has 1 to 255 bytes");
	key = wasm_record_key(contract);
	status = wasm_journal_checked(
		state->get(state, wasm_key_slice(&key), &sink.sink));
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no contract at this address");
	if (status == BSN_OK && sink.len != WASM_DIGEST_LEN)
		status = BSN_E_CORRUPT;
	return status == BSN_OK ?
		       BSN_OK :
		       bsn_fail(err, status, "the contract cannot be read");
}

int32_t
wasm_contract_code(bsn_slice contract, bsn_state *state, bsn_sink *code,
		   bsn_err *err)
{
	guint8 digest[WASM_DIGEST_LEN];
	int32_t status = read_digest(contract, state, digest, err);
	StoreKey key;

	if (status != BSN_OK)
		return status;
	key = wasm_code_key(digest);
	status = state->get(state, wasm_key_slice(&key), code);
	return status == BSN_OK ?
		       BSN_OK :
		       bsn_fail(err,
				status == BSN_NOT_FOUND ? BSN_E_CORRUPT :
							  status,
				"the contract's code cannot be read");
}

int32_t
wasm_contract_storage(bsn_slice contract, bsn_slice key, bsn_state *state,
		      bsn_sink *value, bsn_err *err)
{
	guint8 digest[WASM_DIGEST_LEN];
	int32_t status = read_digest(contract, state, digest, err);
	StoreKey prefix, whole;

	if (status != BSN_OK)
		return status;
	if (key.len < 1 || key.len > CONTRACT_KEY_MAX)
		return bsn_fail(err, BSN_NOT_FOUND, "a key has 1 to %u bytes",
				CONTRACT_KEY_MAX);
	prefix = wasm_prefix(contract);
	whole = wasm_entry_key(&prefix, key);
	status = state->get(state, wasm_key_slice(&whole), value);
	return status == BSN_OK ?
		       BSN_OK :
		       bsn_fail(err, status,
				"the contract has nothing under this key");
}
