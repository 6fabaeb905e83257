/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/store.h: keys of an engine's state.
 *
 *	'r' NAME            a contract: the digest of its code, 32 bytes
 *	'c' DIGEST          code: the module as it was deployed (fixed)
 *	's' NAME KEY        an entry of a contract, KEY its own of 1 to 96 bytes
 *
 * NAME is the contract's address behind its length in a byte; of an address of
 * more than 29 bytes, 255 and the first 29 bytes of its SHA-256. So no key has over
 * 127 bytes, the first one behind a key no more than a state takes, and those of
 * one contract lie together. DIGEST is SHA-256.
 *
 * All functions: [any].
 */
#ifndef WASM_STORE_H
#define WASM_STORE_H

#include <bsn/runtime.h>
#include <glib.h>

#define CONTRACT_KEY_MAX 96u
#define CONTRACT_VALUE_MAX (256u << 10)
#define STORE_NAME_MAX 29u /* of an address that stands in keys as it is */
#define STORE_ADDRESS_MAX 255u
#define WASM_DIGEST_LEN 32u

typedef struct {
	guint8 bytes[BSN_STATE_KEY_MAX];
	guint len;
} StoreKey;

/* What all keys of a contract's entries begin with. */
StoreKey wasm_prefix(bsn_slice address);
/* `key` has at most CONTRACT_KEY_MAX bytes. */
StoreKey wasm_entry_key(const StoreKey *prefix, bsn_slice key);
/* The first key behind all that begin with `prefix`. */
StoreKey wasm_prefix_end(const StoreKey *prefix);
StoreKey wasm_record_key(bsn_slice address);
StoreKey wasm_code_key(const guint8 *digest);

static inline bsn_slice
wasm_key_slice(const StoreKey *key)
{
	return (bsn_slice){ key->bytes, key->len };
}

/* SHA-256. */
void wasm_digest(bsn_slice bytes, guint8 *digest);

#endif
