/* SPDX-License-Identifier: Apache-2.0
 *
 * Precompile 1: hash, v, r, s (32 bytes each) -> the signer's address.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/crypto.h"
#include "plugins/runtime-evm/precompiles/precompiles.h"

#define GAS_ECRECOVER 3000

/* SEC 2, section 2.4.1. */
static const U256 order = { { 0xbfd25e8cd0364141, 0xbaaedce6af48a03b,
			      0xfffffffffffffffe, 0xffffffffffffffff } };

uint64_t
ecrecover_gas(Fork fork, bsn_slice input)
{
	return GAS_ECRECOVER;
}

/* Signatures with s in the upper half are valid here (EIP-2 forbids them to
 * transactions only): n - s with the other recovery id is the same signature.
 */
static void
lower_s(U256 *s, uint8_t *id)
{
	U256 half = u256_shr(&order, 1);

	if (!u256_lt(&half, s))
		return;
	*s = u256_sub(&order, s);
	*id ^= 1;
}

static bool
read_signature(const uint8_t *input, uint8_t *signature)
{
	U256 v = u256_load(input + 32);
	U256 r = u256_load(input + 64);
	U256 s = u256_load(input + 96);

	if (!u256_is_u64(&v) || (v.w[0] != 27 && v.w[0] != 28))
		return false;
	if (u256_is_zero(&r) || u256_is_zero(&s) || !u256_lt(&r, &order) ||
	    !u256_lt(&s, &order))
		return false;
	signature[64] = (uint8_t)(v.w[0] - 27);
	lower_s(&s, &signature[64]);
	u256_store(&r, signature);
	u256_store(&s, signature + 32);
	return true;
}

/* A signature that does not fit anything gives no output, and no failure. */
bool
ecrecover_run(Evm *evm, bsn_slice input)
{
	const bsn_signature *scheme = crypto_secp256k1();
	uint8_t padded[128] = { 0 };
	uint8_t signature[BSN_SIGNATURE_MAX];
	uint8_t public_key[BSN_PUBLIC_KEY_MAX];
	uint8_t digest[BSN_DIGEST_MAX];
	bsn_slice part = bsn_slice_of(public_key, 64);
	uint8_t *out;

	if (scheme == NULL) {
		evm->journal.status = BSN_E_VERSION;
		return false;
	}
	if (input.len > 0)
		memcpy(padded, input.data, MIN(input.len, sizeof(padded)));
	if (!read_signature(padded, signature))
		return true;
	if (scheme->recover(padded, signature, public_key) != BSN_OK)
		return true;
	if (evm->hash->digest(&part, 1, digest) != BSN_OK) {
		evm->journal.status = BSN_E_INTERNAL;
		return false;
	}
	out = evm_output(evm, 32);
	memset(out, 0, 12);
	memcpy(out + 12, digest + 12, ADDRESS_LEN);
	return true;
}
