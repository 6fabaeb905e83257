/* SPDX-License-Identifier: Apache-2.0
 *
 * Precompiles 6 (addition), 7 (multiplication), 8 (pairing check): EIP-196 and
 * EIP-197, at the prices of EIP-1108. Coordinates are 32 bytes, big-endian; of
 * F_p2 the imaginary part comes first; (0, 0) is infinity.
 */
#include "plugins/runtime-evm/precompiles/bn254.h"

#include "plugins/runtime-evm/precompiles/precompiles.h"

#define GAS_ADD 150
#define GAS_MUL 6000
#define GAS_PAIRING 45000
#define GAS_PAIRING_PAIR 34000

#define G1_LEN 64u
#define PAIR_LEN 192u

static bool
read_fp(const uint8_t *bytes, Fp *out)
{
	U256 value = u256_load(bytes);

	if (!u256_lt(&value, &bn254_p))
		return false;
	*out = fp_from(&value);
	return true;
}

static bool
read_g1(const uint8_t *bytes, G1 *out)
{
	if (!read_fp(bytes, &out->x) || !read_fp(bytes + 32, &out->y))
		return false;
	out->infinite = u256_is_zero(&out->x) && u256_is_zero(&out->y);
	return g1_is_on_curve(out);
}

static bool
read_g2(const uint8_t *bytes, G2 *out)
{
	if (!read_fp(bytes, &out->x.im) || !read_fp(bytes + 32, &out->x.re) ||
	    !read_fp(bytes + 64, &out->y.im) ||
	    !read_fp(bytes + 96, &out->y.re))
		return false;
	out->infinite = fp2_is_zero(&out->x) && fp2_is_zero(&out->y);
	return g2_is_on_curve(out) && g2_is_in_group(out);
}

static void
put_g1(Evm *evm, const G1 *point)
{
	uint8_t *out = evm_output(evm, G1_LEN);
	U256 x = fp_to(&point->x);
	U256 y = fp_to(&point->y);

	memset(out, 0, G1_LEN);
	if (point->infinite)
		return;
	u256_store(&x, out);
	u256_store(&y, out + 32);
}

static void
read_padded(bsn_slice input, uint8_t *out, uint64_t len)
{
	const U256 zero = u256_of(0);

	copy_padded(out, len, input.data, input.len, &zero);
}

uint64_t
bn254_add_gas(Fork fork, bsn_slice input)
{
	return GAS_ADD;
}

bool
bn254_add_run(Evm *evm, bsn_slice input)
{
	uint8_t bytes[2 * G1_LEN];
	G1 a, b;

	read_padded(input, bytes, sizeof(bytes));
	if (!read_g1(bytes, &a) || !read_g1(bytes + G1_LEN, &b))
		return false;
	a = g1_add(&a, &b);
	put_g1(evm, &a);
	return true;
}

uint64_t
bn254_mul_gas(Fork fork, bsn_slice input)
{
	return GAS_MUL;
}

bool
bn254_mul_run(Evm *evm, bsn_slice input)
{
	uint8_t bytes[G1_LEN + 32];
	U256 n;
	G1 a;

	read_padded(input, bytes, sizeof(bytes));
	if (!read_g1(bytes, &a))
		return false;
	n = u256_load(bytes + G1_LEN);
	a = g1_mul(&a, &n);
	put_g1(evm, &a);
	return true;
}

uint64_t
bn254_pairing_gas(Fork fork, bsn_slice input)
{
	return GAS_PAIRING + input.len / PAIR_LEN * GAS_PAIRING_PAIR;
}

/* Reads the pairs, without those in which a point is infinite: their pairing is
 * one. */
static bool
read_pairs(bsn_slice input, G1 *p, G2 *q, uint64_t *n)
{
	*n = 0;
	for (uint64_t at = 0; at < input.len; at += PAIR_LEN) {
		if (!read_g1(input.data + at, &p[*n]) ||
		    !read_g2(input.data + at + G1_LEN, &q[*n]))
			return false;
		if (!p[*n].infinite && !q[*n].infinite)
			(*n)++;
	}
	return true;
}

bool
bn254_pairing_run(Evm *evm, bsn_slice input)
{
	uint64_t n = input.len / PAIR_LEN;
	g_autofree G1 *p = g_new(G1, n + 1);
	g_autofree G2 *q = g_new(G2, n + 1);
	uint8_t *out;

	if (input.len % PAIR_LEN != 0 || !read_pairs(input, p, q, &n))
		return false;
	out = evm_output(evm, 32);
	memset(out, 0, 32);
	out[31] = bn254_pairing_is_one(p, q, n);
	return true;
}
