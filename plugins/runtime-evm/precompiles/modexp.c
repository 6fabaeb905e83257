/* SPDX-License-Identifier: Apache-2.0
 *
 * Precompile 5: modular exponentiation (EIP-198; prices of EIP-2565 since
 * Berlin). The input is three lengths of 32 bytes, then base, exponent and
 * modulus; what is missing at its end is zero.
 */
#include <bsn/helpers/bytes.h>
#include <openssl/bn.h>

#include "plugins/runtime-evm/precompiles/precompiles.h"

#define GAS_MODEXP_MIN 200

/* Lengths over this cost more than any budget, unless nothing is to do. */
#define LENGTH_MAX (1u << 27)

typedef struct {
	U256 base;
	U256 exponent;
	U256 modulus;
} Lengths;

static void
read_padded(bsn_slice input, uint64_t at, uint8_t *out, uint64_t len)
{
	const U256 from = u256_of(at);

	copy_padded(out, len, input.data, input.len, &from);
}

static Lengths
read_lengths(bsn_slice input)
{
	uint8_t bytes[96];

	read_padded(input, 0, bytes, sizeof(bytes));
	return (Lengths){ u256_load(bytes), u256_load(bytes + 32),
			  u256_load(bytes + 64) };
}

/* The exponent's length in bits less one, of which only the first 32 bytes are
 * looked at exactly. */
static U128
iterations(bsn_slice input, uint64_t base_len, const U256 *len)
{
	uint64_t exact = MIN(u256_saturate(len), 32);
	uint8_t bytes[32];
	U256 head;
	unsigned bits;
	U128 count = 0;

	read_padded(input, 96 + base_len, bytes, exact);
	head = u256_load_short(bytes, exact);
	bits = u256_byte_length(&head) * 8;
	while (bits > 0 && ((head.w[(bits - 1) / 64] >> ((bits - 1) % 64)) &
			    1) == 0)
		bits--;
	if (u256_saturate(len) > 32)
		count = ((U128)u256_saturate(len) - 32) * 8;
	count += bits > 0 ? bits - 1 : 0;
	return MAX(count, 1);
}

/* EIP-198: the price of a multiplication of so many bytes. */
static U128
old_complexity(U128 x)
{
	if (x <= 64)
		return x * x;
	if (x <= 1024)
		return x * x / 4 + 96 * x - 3072;
	return x * x / 16 + 480 * x - 199680;
}

/* EIP-2565: of so many words of 8 bytes. */
static U128
complexity(U128 x)
{
	return ((x + 7) / 8) * ((x + 7) / 8);
}

uint64_t
modexp_gas(Fork fork, bsn_slice input)
{
	Lengths lengths = read_lengths(input);
	uint64_t base = u256_saturate(&lengths.base);
	uint64_t longest = MAX(base, u256_saturate(&lengths.modulus));
	U128 price;

	if (longest == 0)
		return fork < FORK_BERLIN ? 0 : GAS_MODEXP_MIN;
	if (longest > LENGTH_MAX || u256_saturate(&lengths.exponent) >
	    LENGTH_MAX)
		return UINT64_MAX;
	price = iterations(input, base, &lengths.exponent);
	if (fork < FORK_BERLIN)
		price = old_complexity(longest) * price / 20;
	else
		price = MAX(complexity(longest) * price / 3, GAS_MODEXP_MIN);
	return (uint64_t)MIN(price, UINT64_MAX);
}

static BIGNUM *
read_number(bsn_slice input, uint64_t at, uint64_t len)
{
	g_autofree uint8_t *bytes = g_malloc(MAX(len, 1));

	read_padded(input, at, bytes, len);
	return BN_bin2bn(bytes, (int)len, NULL);
}

static bool
power(const BIGNUM *base, const BIGNUM *exponent, const BIGNUM *modulus,
      uint8_t *out, int len)
{
	BN_CTX *context = BN_CTX_new();
	BIGNUM *r = BN_new();
	bool ok = context != NULL && r != NULL && base != NULL &&
		  exponent != NULL && modulus != NULL;

	if (ok && BN_is_zero(modulus))
		BN_zero(r);
	else if (ok)
		ok = BN_mod_exp(r, base, exponent, modulus, context) == 1;
	if (ok)
		ok = BN_bn2binpad(r, out, len) == len;
	BN_free(r);
	BN_CTX_free(context);
	return ok;
}

bool
modexp_run(Evm *evm, bsn_slice input)
{
	Lengths lengths = read_lengths(input);
	uint64_t base_len = lengths.base.w[0];
	uint64_t exponent_len = u256_saturate(&lengths.exponent);
	uint64_t modulus_len = lengths.modulus.w[0];
	uint8_t *out = evm_output(evm, modulus_len);
	BIGNUM *base, *exponent, *modulus;
	bool ok;

	if (modulus_len == 0)
		return true;
	base = read_number(input, 96, base_len);
	exponent = read_number(input, 96 + base_len, exponent_len);
	modulus = read_number(input, 96 + base_len + exponent_len,
			      modulus_len);
	ok = power(base, exponent, modulus, out, (int)modulus_len);
	BN_free(base);
	BN_free(exponent);
	BN_free(modulus);
	if (!ok)
		evm->journal.status = BSN_E_NOMEM;
	return ok;
}
