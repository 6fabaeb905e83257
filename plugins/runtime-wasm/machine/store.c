/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/store.h"

#include <string.h>

#define LONG_NAME 255u

void
wasm_digest(bsn_slice bytes, guint8 *digest)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	gsize len = WASM_DIGEST_LEN;

	if (bytes.len > 0)
		g_checksum_update(sum, bytes.data, (gssize)bytes.len);
	g_checksum_get_digest(sum, digest, &len);
}

static void
append(StoreKey *key, const guint8 *bytes, gsize len)
{
	memcpy(key->bytes + key->len, bytes, len);
	key->len += (guint)len;
}

static StoreKey
named_key(guint8 kind, bsn_slice address)
{
	StoreKey key = { { kind, (guint8)address.len }, 2 };
	guint8 digest[WASM_DIGEST_LEN];

	if (address.len <= STORE_NAME_MAX) {
		if (address.len > 0)
			append(&key, address.data, address.len);
		return key;
	}
	wasm_digest(address, digest);
	key.bytes[1] = LONG_NAME;
	append(&key, digest, STORE_NAME_MAX);
	return key;
}

StoreKey
wasm_prefix(bsn_slice address)
{
	return named_key('s', address);
}

StoreKey
wasm_record_key(bsn_slice address)
{
	return named_key('r', address);
}

StoreKey
wasm_code_key(const guint8 *digest)
{
	StoreKey key = { { 'c' }, 1 };

	append(&key, digest, WASM_DIGEST_LEN);
	return key;
}

StoreKey
wasm_entry_key(const StoreKey *prefix, bsn_slice key)
{
	StoreKey whole = *prefix;

	if (key.len > 0)
		append(&whole, key.data, key.len);
	return whole;
}

/* The first byte is a letter, so there is always one to raise. */
StoreKey
wasm_prefix_end(const StoreKey *prefix)
{
	StoreKey end = *prefix;

	while (end.bytes[end.len - 1] == 0xff)
		end.len--;
	end.bytes[end.len - 1]++;
	return end;
}
