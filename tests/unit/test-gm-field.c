/* SPDX-License-Identifier: Apache-2.0
 *
 * The field and the scalars of SM2 against OpenSSL's BIGNUM, in each
 * implementation that this processor runs.
 */
#include <glib.h>
#include <openssl/bn.h>
#include <string.h>

#include "plugins/crypto-gm/fe.h"
#include "plugins/crypto-gm/sc.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/gm-operands.h"

#define ROUNDS 4000

static BN_CTX *context;
static BIGNUM *p, *n;
static BIGNUM *r_inverse; /* of R modulo p */
static guint64 state;

static BIGNUM *
to_bn(const guint64 *limbs)
{
	guint8 bytes[FE_LEN];

	limbs_write(bytes, limbs);
	return BN_bin2bn(bytes, sizeof(bytes), NULL);
}

/* Takes bn. */
static void
assert_limbs(const guint64 *limbs, BIGNUM *bn)
{
	guint8 want[FE_LEN];
	guint8 got[FE_LEN];

	g_assert_cmpint(BN_bn2binpad(bn, want, sizeof(want)), ==, FE_LEN);
	limbs_write(got, limbs);
	assert_bytes(got, sizeof(got), want, sizeof(want));
	BN_free(bn);
}

static Fe
random_fe(void)
{
	Fe a;

	gm_random_below(&state, a.w, fe_p);
	return a;
}

static Sc
random_sc(void)
{
	Sc a;

	gm_random_below(&state, a.w, sc_n.w);
	return a;
}

/* a * b / R modulo p. */
static BIGNUM *
montgomery(const BIGNUM *a, const BIGNUM *b)
{
	BIGNUM *r = BN_new();

	g_assert_true(BN_mod_mul(r, a, b, p, context));
	g_assert_true(BN_mod_mul(r, r, r_inverse, p, context));
	return r;
}

static void
check_products(const Fe *a, const Fe *b)
{
	g_autoptr(GPtrArray) powers = g_ptr_array_new_with_free_func(
		(GDestroyNotify)(void (*)(void))BN_free);
	BIGNUM *x = to_bn(a->w), *y = to_bn(b->w);
	Fe r, again = *a;

	fe_mul(&r, a, b);
	assert_limbs(r.w, montgomery(x, y));
	fe_sqr(&r, a);
	assert_limbs(r.w, montgomery(x, x));
	g_ptr_array_add(powers, montgomery(x, x));
	for (guint i = 1; i <= 5; i++) {
		const BIGNUM *power = g_ptr_array_index(powers, i - 1);

		fe_sqr(&again, &again);
		assert_limbs(again.w, BN_dup(power));
		g_ptr_array_add(powers, montgomery(power, power));
	}
	BN_free(x);
	BN_free(y);
}

static void
products_agree(gconstpointer path)
{
	const Fe least = fe_zero;
	Fe most;

	g_assert_true(fe_use(path));
	(void)limbs_sub(most.w, fe_p, (const guint64[]){ 1, 0, 0, 0 });
	check_products(&most, &most);
	check_products(&most, &least);
	check_products(&least, &least);
	for (int i = 0; i < ROUNDS; i++) {
		Fe a = random_fe(), b = random_fe();

		check_products(&a, &b);
	}
}

static void
results_may_overwrite_operands(gconstpointer path)
{
	g_assert_true(fe_use(path));
	for (int i = 0; i < 100; i++) {
		const Fe a = random_fe(), b = random_fe();
		Fe apart, first = a, second = b, both = a;

		fe_mul(&apart, &a, &b);
		fe_mul(&first, &first, &b);
		fe_mul(&second, &a, &second);
		g_assert_true(fe_equal(&first, &apart));
		g_assert_true(fe_equal(&second, &apart));
		fe_sqr(&apart, &a);
		fe_mul(&both, &both, &both);
		g_assert_true(fe_equal(&both, &apart));
		both = a;
		fe_sqr(&both, &both);
		g_assert_true(fe_equal(&both, &apart));
	}
}

static void
check_sums(const Fe *a, const Fe *b)
{
	BIGNUM *x = to_bn(a->w), *y = to_bn(b->w), *r;
	Fe sum;

	r = BN_new();
	BN_mod_add(r, x, y, p, context);
	fe_add(&sum, a, b);
	assert_limbs(sum.w, r);
	r = BN_new();
	BN_mod_sub(r, x, y, p, context);
	fe_sub(&sum, a, b);
	assert_limbs(sum.w, r);
	r = BN_new();
	BN_mod_lshift(r, x, 1, p, context);
	fe_dbl(&sum, a);
	assert_limbs(sum.w, BN_dup(r));
	BN_mod_add(r, r, x, p, context);
	fe_tpl(&sum, a);
	assert_limbs(sum.w, r);
	r = BN_new();
	BN_sub(r, p, x);
	fe_neg(&sum, a);
	assert_limbs(sum.w, BN_is_zero(x) ? (BN_free(r), BN_dup(x)) : r);
	BN_free(x);
	BN_free(y);
}

static void
sums_agree(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		Fe a = random_fe(), b = random_fe();

		check_sums(&a, &b);
		fe_neg(&b, &a);
		check_sums(&a, &b);
		check_sums(&a, &a);
	}
}

static void
masks_are_all_or_nothing(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		Fe a = random_fe(), b = random_fe(), r = a, negative;
		gboolean same = memcmp(&a, &b, sizeof(a)) == 0;
		gboolean zero = memcmp(&a, &fe_zero, sizeof(a)) == 0;

		g_assert_true(fe_equal(&a, &b) == (same ? UINT64_MAX : 0));
		g_assert_true(fe_equal(&a, &r) == UINT64_MAX);
		g_assert_true(fe_is_zero(&a) == (zero ? UINT64_MAX : 0));
		fe_cmov(&r, &b, 0);
		assert_bytes(&r, sizeof(r), &a, sizeof(a));
		fe_cmov(&r, &b, UINT64_MAX);
		assert_bytes(&r, sizeof(r), &b, sizeof(b));
		fe_neg(&negative, &a);
		fe_cneg(&r, &a, 0);
		assert_bytes(&r, sizeof(r), &a, sizeof(a));
		fe_cneg(&r, &a, UINT64_MAX);
		assert_bytes(&r, sizeof(r), &negative, sizeof(negative));
	}
	for (int i = 0; i < 64 * FE_LIMBS; i++) {
		Fe bit = fe_zero;

		bit.w[i / 64] = UINT64_C(1) << i % 64;
		g_assert_true(fe_is_zero(&bit) == 0);
		g_assert_true(fe_equal(&bit, &fe_zero) == 0);
	}
	g_assert_true(fe_is_zero(&fe_zero) == UINT64_MAX);
}

static void
inverses_agree(gconstpointer path)
{
	Fe r;

	g_assert_true(fe_use(path));
	fe_inv(&r, &fe_zero);
	g_assert_true(fe_is_zero(&r));
	for (int i = 0; i < ROUNDS; i++) {
		Fe a = random_fe();

		fe_inv(&r, &a);
		fe_mul(&r, &r, &a);
		g_assert_true(fe_equal(&r, &fe_one) | fe_is_zero(&a));
		fe_inv(&a, &a);
		fe_inv(&r, &a);
		fe_mul(&r, &r, &a);
		g_assert_true(fe_equal(&r, &fe_one) | fe_is_zero(&a));
	}
}

static void
a_batch_is_inverted_but_for_zeros(void)
{
	enum { N = 40 };
	Fe a[N], inverse[N], scratch[N], want;

	for (int i = 0; i < N; i++)
		a[i] = i % 7 == 0 ? fe_zero : random_fe();
	for (size_t count = 0; count <= N; count++) {
		memcpy(inverse, a, sizeof(a));
		fe_inv_batch_vartime(inverse, scratch, count);
		for (size_t i = 0; i < count; i++) {
			fe_inv(&want, &a[i]);
			g_assert_true(fe_equal(&inverse[i], &want));
		}
		for (size_t i = count; i < N; i++)
			g_assert_true(fe_equal(&inverse[i], &a[i]));
	}
}

static void
write_bn(guint8 *bytes, const BIGNUM *bn)
{
	g_assert_cmpint(BN_bn2binpad(bn, bytes, FE_LEN), ==, FE_LEN);
}

/* m + distance. */
static void
write_near(guint8 *bytes, const BIGNUM *m, int distance)
{
	BIGNUM *bn = BN_dup(m);

	if (distance < 0)
		BN_sub_word(bn, (BN_ULONG)-distance);
	else
		BN_add_word(bn, (BN_ULONG)distance);
	write_bn(bytes, bn);
	BN_free(bn);
}

static void
numbers_are_read_below_p_only(gconstpointer path)
{
	guint8 bytes[FE_LEN], written[FE_LEN];
	Fe a;

	g_assert_true(fe_use(path));
	for (int distance = -1000; distance < 1000; distance++) {
		gboolean below = distance < 0;

		write_near(bytes, p, distance);
		g_assert_true(fe_read(&a, bytes) == (below ? UINT64_MAX : 0));
		g_assert_true(below || fe_is_zero(&a));
		if (!below)
			continue;
		fe_write(written, &a);
		assert_bytes(written, FE_LEN, bytes, FE_LEN);
	}
	memset(bytes, 0xff, sizeof(bytes));
	g_assert_true(fe_read(&a, bytes) == 0);
	memset(bytes, 0, sizeof(bytes));
	g_assert_true(fe_read(&a, bytes) == UINT64_MAX);
	g_assert_true(fe_is_zero(&a));
	bytes[FE_LEN - 1] = 1;
	g_assert_true(fe_read(&a, bytes) == UINT64_MAX);
	g_assert_true(fe_equal(&a, &fe_one));
	for (int i = 0; i < ROUNDS; i++) {
		Fe number = random_fe();
		guint64 plain[FE_LIMBS];

		limbs_write(bytes, number.w);
		g_assert_true(fe_read(&a, bytes) == UINT64_MAX);
		fe_write(written, &a);
		assert_bytes(written, FE_LEN, bytes, FE_LEN);
		fe_to_plain(plain, &a);
		assert_bytes(plain, FE_LEN, number.w, FE_LEN);
	}
}

static void
check_scalars(const Sc *a, const Sc *b)
{
	BIGNUM *x = to_bn(a->w), *y = to_bn(b->w), *bn;
	Sc r, aliased = *a;

	bn = BN_new();
	BN_mod_mul(bn, x, y, n, context);
	sc_mul(&r, a, b);
	sc_mul(&aliased, &aliased, b);
	g_assert_true(sc_equal(&r, &aliased));
	assert_limbs(r.w, bn);
	bn = BN_new();
	BN_mod_add(bn, x, y, n, context);
	sc_add(&r, a, b);
	assert_limbs(r.w, bn);
	bn = BN_new();
	BN_mod_sub(bn, x, y, n, context);
	sc_sub(&r, a, b);
	assert_limbs(r.w, bn);
	sc_neg(&r, a);
	sc_add(&r, &r, a);
	g_assert_true(sc_is_zero(&r));
	BN_free(x);
	BN_free(y);
}

static void
scalars_agree(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		Sc a = random_sc(), b = random_sc();

		check_scalars(&a, &b);
		sc_neg(&b, &a);
		check_scalars(&a, &b);
		check_scalars(&a, &a);
	}
}

static void
inverses_of_scalars_agree(void)
{
	Sc r;

	sc_inv(&r, &sc_zero);
	g_assert_true(sc_is_zero(&r));
	for (int i = 0; i < ROUNDS; i++) {
		Sc a = random_sc();
		BIGNUM *x = to_bn(a.w);

		sc_inv(&r, &a);
		assert_limbs(r.w, BN_is_zero(x) ? BN_dup(x)
						: BN_mod_inverse(NULL, x, n,
								 context));
		sc_inv(&a, &a);
		sc_inv(&a, &a);
		assert_limbs(a.w, x);
	}
}

static void
scalars_are_read_below_n_only(void)
{
	guint8 bytes[SC_LEN], written[SC_LEN];
	Sc a;

	for (int distance = -1000; distance < 1000; distance++) {
		guint64 beyond = (guint64)MAX(distance, 0);
		gboolean below = distance < 0;

		write_near(bytes, n, distance);
		g_assert_true(sc_read(&a, bytes) == (below ? UINT64_MAX : 0));
		g_assert_true(below || sc_is_zero(&a));
		sc_read_mod(&a, bytes);
		sc_write(written, &a);
		if (below)
			assert_bytes(written, SC_LEN, bytes, SC_LEN);
		else
			g_assert_cmpuint(a.w[0], ==, beyond);
	}
	for (int i = 0; i < ROUNDS; i++) {
		Sc number = random_sc();

		sc_write(bytes, &number);
		g_assert_true(sc_read(&a, bytes) == UINT64_MAX);
		g_assert_true(sc_equal(&a, &number));
	}
}

static void
check_wide(const guint8 *wide)
{
	BIGNUM *x = BN_bin2bn(wide, SC_WIDE_LEN, NULL), *bn = BN_new();
	BIGNUM *less = BN_dup(n);
	Sc r;

	BN_nnmod(bn, x, n, context);
	sc_read_wide(&r, wide);
	assert_limbs(r.w, bn);
	BN_sub_word(less, 2);
	for (size_t len = 0; len <= SC_WIDE_LEN; len += 4) {
		BIGNUM *seed = BN_bin2bn(wide, (int)len, NULL);

		BN_nnmod(seed, seed, less, context);
		BN_add_word(seed, 1);
		sc_read_key(&r, wide, len);
		assert_limbs(r.w, seed);
	}
	BN_free(less);
	BN_free(x);
}

static void
wide_numbers_are_reduced(void)
{
	guint8 wide[SC_WIDE_LEN];

	memset(wide, 0xff, sizeof(wide));
	check_wide(wide);
	memset(wide, 0, sizeof(wide));
	check_wide(wide);
	for (int i = 0; i < ROUNDS / 10; i++) {
		Sc high = random_sc(), low = random_sc();

		sc_write(wide, &high);
		sc_write(wide + SC_LEN, &low);
		if (i % 3 == 0)
			memset(wide, 0xff, (size_t)i % SC_WIDE_LEN);
		if (i % 3 == 1)
			write_near(wide + i % 2 * SC_LEN, n, i % 7 - 4);
		check_wide(wide);
	}
}

static void
the_last_path_is_chosen(void)
{
	const char *const *names = fe_paths();
	void (*best)(Fe * r, const Fe *a, const Fe *b);
	guint last = 0;

	g_assert_cmpstr(names[0], ==, "portable");
	while (names[last + 1] != NULL)
		last++;
	g_assert_true(fe_use(names[last]));
	best = fe_mul;
	g_assert_false(fe_use("no such"));
	g_assert_true(fe_mul == best);
	g_assert_true(fe_use("portable"));
	g_assert_true((fe_mul == best) == (last == 0));
	fe_open();
	g_assert_true(fe_mul == best);
}

static void
add_for(const char *path, const char *title, GTestDataFunc test)
{
	g_autofree gchar *name =
		g_strdup_printf("/gm/field/%s/%s", path, title);

	g_test_add_data_func(name, path, test);
}

static void
add_path(const char *path)
{
	add_for(path, "products-agree-with-openssl", products_agree);
	add_for(path, "results-may-overwrite-operands",
		results_may_overwrite_operands);
	add_for(path, "inverses-times-their-numbers-are-1", inverses_agree);
	add_for(path, "numbers-are-read-below-p-only",
		numbers_are_read_below_p_only);
}

static void
curve_open(void)
{
	BIGNUM *r = BN_new();

	context = BN_CTX_new();
	BN_hex2bn(&p, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF"
		      "FFFFFFFF00000000FFFFFFFFFFFFFFFF");
	BN_hex2bn(&n, "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF"
		      "7203DF6B21C6052B53BBF40939D54123");
	BN_set_bit(r, 256);
	r_inverse = BN_mod_inverse(NULL, r, p, context);
	BN_free(r);
}

static void
curve_close(void)
{
	BN_free(r_inverse);
	BN_free(n);
	BN_free(p);
	BN_CTX_free(context);
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	state = (guint64)(guint32)g_test_rand_int();
	curve_open();
	g_test_add_func("/gm/field/the-last-path-is-chosen",
			the_last_path_is_chosen);
	for (const char *const *path = fe_paths(); *path != NULL; path++)
		add_path(*path);
	g_test_add_func("/gm/field/sums-agree-with-openssl", sums_agree);
	g_test_add_func("/gm/field/masks-are-all-or-nothing",
			masks_are_all_or_nothing);
	g_test_add_func("/gm/field/a-batch-is-inverted-but-for-zeros",
			a_batch_is_inverted_but_for_zeros);
	g_test_add_func("/gm/scalars/sums-and-products-agree-with-openssl",
			scalars_agree);
	g_test_add_func("/gm/scalars/inverses-agree-with-openssl",
			inverses_of_scalars_agree);
	g_test_add_func("/gm/scalars/numbers-are-read-below-n-only",
			scalars_are_read_below_n_only);
	g_test_add_func("/gm/scalars/wide-numbers-are-reduced",
			wide_numbers_are_reduced);
	status = g_test_run();
	curve_close();
	return status;
}
