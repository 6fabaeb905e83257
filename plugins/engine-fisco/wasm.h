/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/wasm.h: what differs on a chain whose contracts are
 * WebAssembly, config "runtime": "wasm"; FISCO BCOS 3 has such chains, too.
 *
 * A transaction's data is the function's name and its arguments (arguments_call of
 * kit/arguments.h), a deployment's the module (arguments_module). Contracts are
 * called by address there, too; contracts themselves see addresses as texts, "0x"
 * and 40 digits. The engine's own contracts are called as on every chain; contracts
 * call them by their functions' signatures, and each argument is encoded as
 * Solidity's ABI has it, one behind the other.
 */
#ifndef FISCO_WASM_H
#define FISCO_WASM_H

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/tx.h"
#include "plugins/kit/hex.h"

#define WASM_ADDRESS_LEN (2u + 2u * ADDRESS_LEN)

/* Whether a chain is one. [any] */
gboolean wasm_chain(const Ledger *ledger);

typedef struct {
	char text[WASM_ADDRESS_LEN + 1];
} WasmAddress;

/* An address, 20 bytes, as contracts see it; it lies in `room`. [any] */
bsn_slice wasm_address(const guint8 *address, WasmAddress *room);
/* Reads one; FALSE: it is none. Out: address, 20 bytes. [any] */
gboolean wasm_address_read(bsn_slice text, guint8 *address);

/* Where a deployment's contract is: the last 20 bytes of the digest of the signer's
 * address and the transaction's hash. Errors: below 0. [any] */
int32_t wasm_new_address(const Ledger *ledger, const Tx *tx, guint8 *address);

/* What stands for a function in lists of who may call it (access/lists.h): the
 * first bytes of the digest of its name and "()".
 * Returns: BSN_OK. Errors: BSN_E_VERSION. [any] */
int32_t wasm_selector(const Ledger *ledger, bsn_slice function,
		      guint8 selector[SELECTOR_LEN]);
/* Of a transaction's data; zeros where that is no call. */
int32_t wasm_selector_of(const Ledger *ledger, bsn_slice data,
			 guint8 selector[SELECTOR_LEN]);
/* A call of one of the engine's own contracts, from a contract: as Solidity would
 * call it. Errors: BSN_BAD_REQUEST: it has no signature. [any] */
int32_t wasm_own_input(const Ledger *ledger, const bsn_call *call,
		       GByteArray *input);

/* An event's name, which the first topic is, filled up with zeros; for g_free. NULL:
 * it has none. [any] */
char *wasm_event_name(const bsn_slice *topics, guint64 n);
/* The function that a transaction's data is a call of; for g_free. NULL: of none.
 * [any] */
char *wasm_function_name(bsn_slice data);

#endif
