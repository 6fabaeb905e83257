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

/* a * b / R, a below n; or any a below R where b is r_squared, whose limbs are
 * not the greatest. */
static void
montgomery_mul(Sc *r, const Sc *a, const Sc *b)
{
	uint64_t t[LIMBS + 1] = { 0 };
	uint64_t over = 0;

	for (int i = 0; i < LIMBS; i++) {
		uint64_t carry = 0;
		uint64_t factor;

		for (int j = 0; j < LIMBS; j++)
			t[j] = limb_mac(a->w[j], b->w[i], t[j], &carry);
		t[LIMBS] = over + carry;
		factor = t[0] * MONTGOMERY;
		carry = 0;
		(void)limb_mac(factor, sc_n.w[0], t[0], &carry);
		for (int j = 1; j < LIMBS; j++)
			t[j - 1] = limb_mac(factor, sc_n.w[j], t[j], &carry);
		over = 0;
		t[LIMBS - 1] = limb_add(t[LIMBS], carry, &over);
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

/* a = 2^32 a + word modulo m = n - 2. With c = 2^256 - m, which is 2^224 and
 * less than 2^128 more, what is shifted out is at most 2^32 - 2, and its
 * multiple of c below 2^256 - 2^224: after a carry, c more makes no other. */
static void
shift_in(Sc *a, uint32_t word)
{
	static const Sc c = { { 0xac440bf6c62abedf, 0x8dfc2094de39fad4, 0,
				0x100000000 } };
	uint64_t high = a->w[LIMBS - 1] >> 32;
	uint64_t carry = 0;
	Sc once;

	for (int i = LIMBS - 1; i > 0; i--)
		a->w[i] = a->w[i] << 32 | a->w[i - 1] >> 32;
	a->w[0] = a->w[0] << 32 | word;
	for (int i = 0; i < LIMBS; i++)
		a->w[i] = limb_mac(high, c.w[i], a->w[i], &carry);
	for (int i = 0; i < LIMBS; i++)
		once.w[i] = c.w[i] & (0 - carry);
	(void)limbs_add(a->w, a->w, once.w);
	limbs_reduce_once(a->w, a->w, 0, n_less_2.w);
}

void
sc_read_key(Sc *r, const uint8_t *seed, size_t len)
{
	Sc rest = sc_zero;

	for (size_t i = 0; i < len; i += 4) {
		uint32_t word = (uint32_t)seed[i] << 24 |
				(uint32_t)seed[i + 1] << 16 |
				(uint32_t)seed[i + 2] << 8 | seed[i + 3];

		shift_in(&rest, word);
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
