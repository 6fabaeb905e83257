/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/account.h"

#include "plugins/engine-fisco/state.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/sink.h"

/* For reading only. */
static StateView
view_of(Overlay *state)
{
	StateView view = { .overlay = state };

	state_view_init(&view);
	return view;
}

int32_t
account_load(const Ledger *ledger, Overlay *state, const guint8 *address,
	     bsn_account *account)
{
	StateView view = view_of(state);
	int32_t status;

	*account = (bsn_account){ .size = sizeof(*account) };
	if (!BSN_HAS(ledger->runtime, account) || wasm_chain(ledger))
		return BSN_NOT_OFFERED;
	status = ledger->runtime->account(bsn_slice_of(address, ADDRESS_LEN),
					  &view.table, account, NULL);
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

int32_t
account_nonce(const Ledger *ledger, const guint8 *address, guint64 *nonce)
{
	g_autoptr(Overlay) state = ledger_state(ledger);
	bsn_account account;
	int32_t status = account_load(ledger, state, address, &account);

	*nonce = account.nonce;
	return status;
}

int32_t
account_code(const Ledger *ledger, Overlay *state, const guint8 *address,
	     GByteArray *out)
{
	StateView view = view_of(state);
	BufferSink sink = buffer_sink(out, BSN_STORE_VALUE_MAX);
	bsn_slice where = bsn_slice_of(address, ADDRESS_LEN);
	WasmAddress text;

	if (!BSN_HAS(ledger->runtime, code))
		return BSN_NOT_OFFERED;
	if (wasm_chain(ledger))
		where = wasm_address(address, &text);
	return ledger->runtime->code(where, &view.table, &sink.sink, NULL);
}

int32_t
account_storage(const Ledger *ledger, Overlay *state, const guint8 *address,
		const guint8 *key, GByteArray *out)
{
	StateView view = view_of(state);
	BufferSink sink = buffer_sink(out, BSN_STORE_VALUE_MAX);

	if (!BSN_HAS(ledger->runtime, storage) || wasm_chain(ledger))
		return BSN_NOT_OFFERED;
	return ledger->runtime->storage(bsn_slice_of(address, ADDRESS_LEN),
					bsn_slice_of(key, HASH_LEN),
					&view.table, &sink.sink, NULL);
}
