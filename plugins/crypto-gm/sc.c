/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sc.h"

#include "plugins/crypto-gm/modinv.h"

/* -1/n modulo 2^64. */
#define MONTGOMERY 0x327f9e8872350975

#define N_HIGH 0xffffffffffffffff, 0xfffffffeffffffff

const Sc sc_zero = { { 0 } };
const Sc sc_one = { { 1 } };
const Sc sc_n = { { 0x53bbf40939d54123, 0x7203df6b21c6052b, N_HIGH } };
static const Sc n_less_2 = { { 0x53bbf40939d54121, 0x7203df6b21c6052b,
			       N_HIGH } };
/* R^2 modulo n, R = 2^256. */
static const Sc r_squared = { { 0x901192af7c114f20, 0x3464504ade6fa2fa,
				0x620fc84c3affe0d4, 0x1eb5e412a22b3d3b } };

/* a * b / R. One of the two may be anything below R, the other is below n. */
static void
montgomery_mul(Sc *r, const Sc *a, const Sc *b)
{
	uint64_t t[LIMBS + 1] = { 0 };
	uint64_t over = 0;

	for (int i = 0; i < LIMBS; i++) {
		uint64_t carry = 0;
		uint64_t more = 0;
		uint64_t factor;

		for (int j = 0; j < LIMBS; j++)
			t[j] = limb_mac(a->w[j], b->w[i], t[j], &carry);
		t[LIMBS] = limb_add(over, carry, &more);
		factor = t[0] * MONTGOMERY;
		carry = 0;
		(void)limb_mac(factor, sc_n.w[0], t[0], &carry);
		for (int j = 1; j < LIMBS; j++)
			t[j - 1] = limb_mac(factor, sc_n.w[j], t[j], &carry);
		over = 0;
		t[LIMBS - 1] = limb_add(t[LIMBS], carry, &over);
		over += more;
	}
	limbs_reduce_once(r->w, t, over, sc_n.w);
}

uint64_t
sc_read(Sc *r, const uint8_t bytes[SC_LEN])
{
	Sc less;
	uint64_t below;

	limbs_read(r->w, bytes);
	below = limb_barrier(0 - limbs_sub(less.w, r->w, sc_n.w));
	for (int i = 0; i < LIMBS; i++)
		r->w[i] &= below;
	return below;
}

/* n is above 2^255. */
void
sc_from_plain(Sc *r, const uint64_t plain[LIMBS])
{
	limbs_reduce_once(r->w, plain, 0, sc_n.w);
}

void
sc_read_mod(Sc *r, const uint8_t bytes[SC_LEN])
{
	uint64_t plain[LIMBS];

	limbs_read(plain, bytes);
	sc_from_plain(r, plain);
}

void
sc_read_wide(Sc *r, const uint8_t bytes[SC_WIDE_LEN])
{
	Sc high;
	Sc low;

	limbs_read(high.w, bytes);
	montgomery_mul(&high, &high, &r_squared);
	sc_read_mod(&low, bytes + SC_LEN);
	sc_add(r, &high, &low);
}

/* Bit after bit: n - 2 is no modulus for anything else. */
void
sc_read_key(Sc *r, const uint8_t *seed, size_t len)
{
	Sc rest = sc_zero;

	for (size_t i = 0; i < 8 * len; i++) {
		Sc bit = { { seed[i / 8] >> (7 - i % 8) & 1 } };

		limbs_mod_add(rest.w, rest.w, rest.w, n_less_2.w);
		limbs_mod_add(rest.w, rest.w, bit.w, n_less_2.w);
	}
	(void)limbs_add(r->w, rest.w, sc_one.w);
}

void
sc_write(uint8_t bytes[SC_LEN], const Sc *a)
{
	limbs_write(bytes, a->w);
}

void
sc_mul(Sc *r, const Sc *a, const Sc *b)
{
	Sc product;

	montgomery_mul(&product, a, b);
	montgomery_mul(r, &product, &r_squared);
}

static const ModinvModulus n_modulus = {
	{ { 0x3bbf40939d54123, 0x3df6b21c6052b5, 0xfffffffffffff72,
	    0xfffefffffffffff, 0xffff } },
	0xd8061778dcaf68b,
};

void
sc_inv(Sc *r, const Sc *a)
{
	modinv(r->w, a->w, &n_modulus);
}
