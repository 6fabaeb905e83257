/* SPDX-License-Identifier: Apache-2.0
 *
 * The 256-bit word against OpenSSL's BIGNUM, over random operands whose limbs
 * are often 0, 1 or all ones, where carries and quotient digits go wrong.
 */
#include <glib.h>
#include <openssl/bn.h>

#include "plugins/runtime-evm/u256.h"

#define ROUNDS 20000

static BN_CTX *context;

static U256
random_word(void)
{
	U256 r = { { 0 } };
	int limbs = g_test_rand_int_range(0, 5);

	for (int i = 0; i < limbs; i++) {
		guint64 full = (guint64)(guint32)g_test_rand_int() << 32 |
			       (guint32)g_test_rand_int();
		const guint64 choices[] = { 0, 1, UINT64_MAX, UINT64_MAX << 63,
					    full >> (full & 63) };
		int choice = g_test_rand_int_range(0, 8);

		r.w[i] = choice < 5 ? choices[choice] : full;
	}
	return r;
}

static BIGNUM *
to_bn(const U256 *a)
{
	guint8 bytes[32];

	u256_store(a, bytes);
	return BN_bin2bn(bytes, 32, NULL);
}

/* a as a signed number. */
static BIGNUM *
to_signed_bn(const U256 *a)
{
	U256 magnitude = u256_is_negative(a) ? u256_neg(a) : *a;
	BIGNUM *bn = to_bn(&magnitude);

	BN_set_negative(bn, u256_is_negative(a));
	return bn;
}

/* Takes bn: equal to a modulo 2^256? */
static void
assert_word(const U256 *a, BIGNUM *bn)
{
	BIGNUM *modulus = BN_new();
	guint8 want[32];
	guint8 got[32];

	BN_set_bit(modulus, 256);
	g_assert_true(BN_nnmod(bn, bn, modulus, context));
	g_assert_cmpint(BN_bn2binpad(bn, want, 32), ==, 32);
	u256_store(a, got);
	g_assert_true(memcmp(got, want, 32) == 0);
	BN_free(bn);
	BN_free(modulus);
}

static void
check_sums(const U256 *a, const U256 *b)
{
	BIGNUM *x = to_bn(a), *y = to_bn(b), *r;
	U256 got = u256_add(a, b);

	r = BN_new();
	BN_add(r, x, y);
	assert_word(&got, r);
	r = BN_new();
	BN_sub(r, x, y);
	got = u256_sub(a, b);
	assert_word(&got, r);
	r = BN_new();
	BN_mul(r, x, y, context);
	got = u256_mul(a, b);
	assert_word(&got, r);
	g_assert_cmpint(u256_lt(a, b), ==, BN_cmp(x, y) < 0);
	g_assert_cmpint(u256_eq(a, b), ==, BN_cmp(x, y) == 0);
	BN_free(x);
	BN_free(y);
}

static void
sums_and_products_agree(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		U256 a = random_word(), b = random_word();

		check_sums(&a, &b);
	}
}

static void
check_quotients(const U256 *a, const U256 *b)
{
	BIGNUM *x = to_bn(a), *y = to_bn(b);
	BIGNUM *q = BN_new(), *r = BN_new();
	U256 rem;
	U256 got = u256_divmod(a, b, &rem);

	BN_zero(q);
	BN_zero(r);
	if (!BN_is_zero(y))
		g_assert_true(BN_div(q, r, x, y, context));
	assert_word(&got, q);
	assert_word(&rem, r);
	BN_free(x);
	BN_free(y);
}

static void
check_signed_quotients(const U256 *a, const U256 *b)
{
	BIGNUM *x = to_signed_bn(a), *y = to_signed_bn(b);
	BIGNUM *q = BN_new(), *r = BN_new();
	U256 got = u256_sdiv(a, b);

	BN_zero(q);
	BN_zero(r);
	if (!BN_is_zero(y)) /* BN_div truncates, as SDIV and SMOD do */
		g_assert_true(BN_div(q, r, x, y, context));
	assert_word(&got, q);
	got = u256_smod(a, b);
	assert_word(&got, r);
	g_assert_cmpint(u256_slt(a, b), ==, BN_cmp(x, y) < 0);
	BN_free(x);
	BN_free(y);
}

/* A dividend that begins like the divisor, where a digit is guessed too high.
 */
static U256
similar_to(const U256 *b)
{
	U256 r = *b;

	r.w[g_test_rand_int_range(0, 4)] -=
		(guint64)g_test_rand_int_range(0, 3);
	return u256_shl(&r, 64u * (unsigned)g_test_rand_int_range(0, 3));
}

static void
quotients_of_similar_numbers_agree(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		U256 b = random_word();
		U256 a = similar_to(&b);

		check_quotients(&a, &b);
	}
}

static void
quotients_agree(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		U256 a = random_word(), b = random_word();

		check_quotients(&a, &b);
		check_signed_quotients(&a, &b);
	}
}

static void
check_modular(const U256 *a, const U256 *b, const U256 *m)
{
	BIGNUM *x = to_bn(a), *y = to_bn(b), *n = to_bn(m);
	BIGNUM *sum = BN_new(), *product = BN_new();
	U256 got;

	BN_zero(sum);
	BN_zero(product);
	if (!BN_is_zero(n)) {
		g_assert_true(BN_mod_add(sum, x, y, n, context));
		g_assert_true(BN_mod_mul(product, x, y, n, context));
	}
	got = u256_addmod(a, b, m);
	assert_word(&got, sum);
	got = u256_mulmod(a, b, m);
	assert_word(&got, product);
	BN_free(x);
	BN_free(y);
	BN_free(n);
}

static void
modular_operations_agree(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		U256 a = random_word(), b = random_word(), m = random_word();

		check_modular(&a, &b, &m);
	}
}

static void
powers_agree(void)
{
	BIGNUM *modulus = BN_new();

	BN_set_bit(modulus, 256);
	for (int i = 0; i < ROUNDS / 100; i++) {
		U256 a = random_word(), b = random_word();
		U256 got = u256_exp(&a, &b);
		BIGNUM *x = to_bn(&a), *y = to_bn(&b), *r = BN_new();

		g_assert_true(BN_mod_exp(r, x, y, modulus, context));
		assert_word(&got, r);
		BN_free(x);
		BN_free(y);
	}
	BN_free(modulus);
}

static void
check_shifts(const U256 *a, int n)
{
	BIGNUM *x = to_bn(a), *r = BN_new();
	U256 got = u256_shl(a, (uint64_t)n);
	U256 want;

	BN_lshift(r, x, n);
	assert_word(&got, r);
	r = BN_new();
	BN_rshift(r, x, n);
	got = u256_shr(a, (uint64_t)n);
	assert_word(&got, r);
	/* Of a negative number: the complement of SHR of the complement. */
	if (u256_is_negative(a)) {
		want = u256_not(a);
		want = u256_shr(&want, (uint64_t)n);
		want = u256_not(&want);
	} else {
		want = u256_shr(a, (uint64_t)n);
	}
	got = u256_sar(a, (uint64_t)n);
	g_assert_true(u256_eq(&got, &want));
	BN_free(x);
}

static void
shifts_agree(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		U256 a = random_word();

		check_shifts(&a, g_test_rand_int_range(0, 300));
	}
}

static void
bytes_go_round(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		U256 a = random_word();
		guint8 bytes[32];
		unsigned len = u256_byte_length(&a);
		U256 back;

		u256_store(&a, bytes);
		back = u256_load_short(bytes + 32 - len, len);
		g_assert_true(u256_eq(&a, &back));
		g_assert_true(len == 0 || bytes[32 - len] != 0);
		for (guint j = 0; j < 33; j++)
			g_assert_cmpuint(u256_byte(&a, j), ==,
					 j < 32 ? bytes[j] : 0);
	}
}

/* Bits above the sign's byte equal the sign. */
static void
signs_extend(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		U256 a = random_word();
		U256 index = u256_of((guint64)g_test_rand_int_range(0, 40));
		U256 got = u256_signextend(&index, &a);
		guint keep = (guint)MIN(index.w[0], 31);
		guint8 fill = u256_byte(&a, 31 - keep) & 0x80 ? 0xff : 0;

		for (guint j = 0; j < 32; j++)
			g_assert_cmpuint(u256_byte(&got, j), ==,
					 j < 31 - keep ? fill
						       : u256_byte(&a, j));
	}
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	context = BN_CTX_new();
	g_test_add_func("/evm/u256/sums-and-products-agree-with-openssl",
			sums_and_products_agree);
	g_test_add_func("/evm/u256/quotients-agree-with-openssl",
			quotients_agree);
	g_test_add_func(
		"/evm/u256/quotients-of-similar-numbers-agree-with-openssl",
		quotients_of_similar_numbers_agree);
	g_test_add_func("/evm/u256/modular-operations-agree-with-openssl",
			modular_operations_agree);
	g_test_add_func("/evm/u256/powers-agree-with-openssl", powers_agree);
	g_test_add_func("/evm/u256/shifts-agree-with-openssl", shifts_agree);
	g_test_add_func("/evm/u256/bytes-go-there-and-back", bytes_go_round);
	g_test_add_func("/evm/u256/signextend-repeats-the-sign", signs_extend);
	status = g_test_run();
	BN_CTX_free(context);
	return status;
}
