/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/wasm.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/runtime.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/sink.h"

gboolean
wasm_chain(const Ledger *ledger)
{
	return config_is_wasm(ledger_config(ledger));
}

/* ---- addresses --------------------------------------------------------- */

bsn_slice
wasm_address(const guint8 *address, WasmAddress *room)
{
	static const char digits[] = "0123456789abcdef";

	memcpy(room->text, "0x", 2);
	for (guint i = 0; i < ADDRESS_LEN; i++) {
		room->text[2 + 2 * i] = digits[address[i] >> 4];
		room->text[3 + 2 * i] = digits[address[i] & 15];
	}
	room->text[WASM_ADDRESS_LEN] = '\0';
	return bsn_slice_of(room->text, WASM_ADDRESS_LEN);
}

/* One text for each address, so that nobody is two to a contract. */
gboolean
wasm_address_read(bsn_slice text, guint8 *address)
{
	WasmAddress again;

	return text.len == WASM_ADDRESS_LEN &&
	       memcmp(text.data, "0x", 2) == 0 &&
	       hex_decode_fixed((const char *)text.data, text.len, address,
				ADDRESS_LEN) &&
	       bsn_slice_equal(wasm_address(address, &again), text);
}

int32_t
wasm_new_address(const Ledger *ledger, const Tx *tx, guint8 *address)
{
	const bsn_slice parts[] = {
		bsn_slice_of(tx->sender, ADDRESS_LEN),
		bsn_slice_of(tx->hash, HASH_LEN),
	};
	guint8 digest[HASH_LEN];
	int32_t status = suite_digest(&ledger->suite, parts,
				      G_N_ELEMENTS(parts), digest);

	if (status == BSN_OK)
		memcpy(address, digest + HASH_LEN - ADDRESS_LEN, ADDRESS_LEN);
	return status;
}

/* ---- functions --------------------------------------------------------- */

static int32_t
select_by(const Ledger *ledger, const bsn_slice *parts, guint64 n,
	  guint8 selector[SELECTOR_LEN])
{
	guint8 digest[BSN_DIGEST_MAX];
	int32_t status = suite_digest(&ledger->suite, parts, n, digest);

	if (status == BSN_OK)
		memcpy(selector, digest, SELECTOR_LEN);
	return status;
}

int32_t
wasm_selector(const Ledger *ledger, bsn_slice function,
	      guint8 selector[SELECTOR_LEN])
{
	const bsn_slice parts[] = { function, bsn_slice_str("()") };

	return select_by(ledger, parts, G_N_ELEMENTS(parts), selector);
}

int32_t
wasm_selector_of(const Ledger *ledger, bsn_slice data,
		 guint8 selector[SELECTOR_LEN])
{
	bsn_slice function;

	memset(selector, 0, SELECTOR_LEN);
	return arguments_function(&data, &function) == BSN_OK
		       ? wasm_selector(ledger, function, selector)
		       : BSN_OK;
}

int32_t
wasm_own_input(const Ledger *ledger, const bsn_call *call, GByteArray *input)
{
	bsn_slice rest = call->input;
	guint8 selector[SELECTOR_LEN];
	bsn_slice name, value;
	int32_t status;

	if (call->function.len == 0 ||
	    memchr(call->function.data, '(', call->function.len) == NULL)
		return BSN_BAD_REQUEST;
	status = select_by(ledger, &call->function, 1, selector);
	if (status != BSN_OK)
		return status;
	g_byte_array_append(input, selector, SELECTOR_LEN);
	while ((status = arguments_next(&rest, &name, &value)) == BSN_OK)
		if (value.len > 0)
			g_byte_array_append(input, value.data,
					    (guint)value.len);
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

/* ---- for people -------------------------------------------------------- */

static char *
text_of(bsn_slice bytes)
{
	return bytes.len > 0 && g_utf8_validate_len((const char *)bytes.data,
						    bytes.len, NULL)
		       ? g_strndup((const char *)bytes.data, bytes.len)
		       : NULL;
}

char *
wasm_event_name(const bsn_slice *topics, guint64 n)
{
	bsn_slice name = n > 0 ? topics[0] : bsn_slice_of(NULL, 0);

	while (name.len > 0 && name.data[name.len - 1] == 0)
		name.len--;
	return text_of(name);
}

char *
wasm_function_name(bsn_slice data)
{
	bsn_slice function;

	return arguments_function(&data, &function) == BSN_OK
		       ? text_of(function)
		       : NULL;
}
