/* SPDX-License-Identifier: Apache-2.0
 *
 * s G + t P and k P where digits are all zeros or all ones, where windows
 * carry, and where sums meet or pass through infinity: by OpenSSL, with a
 * table, without one, and side by side, in every way in which this machine can
 * calculate.
 */
#include <string.h>

#include "plugins/crypto-gm/scan.h"
#include "plugins/crypto-gm/sm2_curve.h"
#include "tests/unit/gm-openssl.h"
#include "tests/unit/gm-paths.h"

#define SCALARS_MAX 96u

typedef struct {
	Sc numbers[SCALARS_MAX];
	guint n;
} Scalars;

static void
add(Scalars *scalars, const BIGNUM *number)
{
	guint8 bytes[32];

	g_assert_cmpuint(scalars->n, <, SCALARS_MAX);
	BN_bn2binpad(number, bytes, 32);
	g_assert_true(sc_read(&scalars->numbers[scalars->n++], bytes) != 0);
}

static void
add_word(Scalars *scalars, gint64 word)
{
	g_autoptr(BIGNUM) number = BN_new();

	if (word < 0) {
		BN_copy(number, gm_order());
		BN_sub_word(number, (BN_ULONG)-word);
	} else {
		BN_set_word(number, (BN_ULONG)word);
	}
	add(scalars, number);
}

/* 2^bit + offset. */
static void
add_power(Scalars *scalars, gint bit, gint offset)
{
	g_autoptr(BIGNUM) number = BN_new();

	BN_set_bit(number, bit);
	if (offset < 0)
		BN_sub_word(number, (BN_ULONG)-offset);
	else
		BN_add_word(number, (BN_ULONG)offset);
	add(scalars, number);
}

static void
add_pattern(Scalars *scalars, guint8 byte)
{
	g_autoptr(BIGNUM) number = NULL;
	guint8 bytes[32];

	memset(bytes, byte, sizeof(bytes));
	bytes[0] &= 0x7f;
	number = BN_bin2bn(bytes, sizeof(bytes), NULL);
	add(scalars, number);
}

static void
list_scalars(Scalars *scalars)
{
	static const gint words[] = { 1,  2,   3,   15,	 16,  17,  31,	32, 33,
				      63, 64,  127, 128, 511, 512, 513, -1, -2,
				      -3, -16, -17, -32, -33, -64, -512 };
	static const gint bits[] = { 32,  64,  96,  127, 128,
				     192, 224, 248, 254, 255 };

	scalars->n = 0;
	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		add_word(scalars, words[i]);
	for (guint i = 0; i < G_N_ELEMENTS(bits); i++)
		for (gint offset = -1; offset <= 1; offset++)
			add_power(scalars, bits[i], offset);
	add_pattern(scalars, 0x55);
	add_pattern(scalars, 0xaa);
	add_pattern(scalars, 0x0f);
	add_pattern(scalars, 0x10);
	add_pattern(scalars, 0xff);
}

static BIGNUM *
to_bn(const Sc *scalar)
{
	guint8 bytes[32];

	sc_write(bytes, scalar);
	return BN_bin2bn(bytes, sizeof(bytes), NULL);
}

static void
point_of(const BIGNUM *k, Affine *point)
{
	guint8 xy[64];

	gm_times_g(k, xy);
	g_assert_true(sm2_point_read(point, xy));
}

static gboolean
is_point(const Jacobian *sum, const Affine *point)
{
	Fe x, y, power;

	fe_sqr(&power, &sum->z);
	fe_mul(&x, &point->x, &power);
	fe_mul(&power, &power, &sum->z);
	fe_mul(&y, &point->y, &power);
	return !fe_is_zero(&sum->z) && fe_equal(&x, &sum->x) &&
	       fe_equal(&y, &sum->y);
}

/* ---- what is to come out --------------------------------------------------
 */

/* s + t d by OpenSSL, as a point; scalars of infinity are 0. */
typedef struct {
	Sc s, t;
	gboolean is_infinite;
	Affine point;
} Expected;

static void
expect(Expected *expected, const BIGNUM *d, const Sc *s, const Sc *t)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(BIGNUM) sum = to_bn(t);
	g_autoptr(BIGNUM) left = to_bn(s);

	expected->s = *s;
	expected->t = *t;
	BN_mod_mul(sum, sum, d, gm_order(), bn);
	BN_mod_add(sum, sum, left, gm_order(), bn);
	expected->is_infinite = BN_is_zero(sum);
	if (!expected->is_infinite)
		point_of(sum, &expected->point);
}

static gboolean
is_expected(const Jacobian *sum, const Expected *expected)
{
	return expected->is_infinite ? fe_is_zero(&sum->z) != 0
				     : is_point(sum, &expected->point);
}

static void
check_alone(const Expected *all, guint n, const Affine *p, const Affine *table)
{
	Jacobian sum;

	for (guint i = 0; i < n; i++) {
		sm2_sum(&sum, &all[i].s, &all[i].t, table);
		g_assert_true(is_expected(&sum, &all[i]));
		sm2_sum_once(&sum, &all[i].s, &all[i].t, p);
		g_assert_true(is_expected(&sum, &all[i]));
	}
}

static void
check_together(const Expected *all, guint n, const Affine *p,
	       const Affine *table)
{
	Jacobian sums[LANES];
	LaneSum lanes[LANES];

	for (guint at = 0; at < n; at += LANES) {
		const guint now = MIN(LANES, n - at);

		for (int tables = 0; tables <= 1; tables++) {
			for (guint i = 0; i < now; i++)
				lanes[i] = (LaneSum){ &all[at + i].s,
						      &all[at + i].t,
						      tables ? table : p };
			sm2_sums(sums, lanes, now, tables);
			for (guint i = 0; i < now; i++)
				g_assert_true(
					is_expected(&sums[i], &all[at + i]));
		}
	}
}

static void
check_all(const Expected *all, guint n, const Affine *p)
{
	static Affine table[SM2_TABLE_POINTS];

	for (guint i = 0; i < gm_path_curves(); i++) {
		(void)gm_path_use(i);
		sm2_table_make(table, p);
		check_alone(all, n, p, table);
		check_together(all, n, p, table);
	}
	gm_path_best();
}

/* For P = d G: pairs of scalars of the list, and those with s = t d, s = -t d
 * and one beside. */
static void
check_key(const BIGNUM *d, const Scalars *scalars, guint step)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(Expected));
	guint8 bytes[32];
	Expected next;
	Affine p;
	Sc factor;

	point_of(d, &p);
	BN_bn2binpad(d, bytes, sizeof(bytes));
	(void)sc_read(&factor, bytes);
	for (guint i = 0; i < scalars->n; i++) {
		const Sc *t = &scalars->numbers[i];
		Sc s;

		for (guint j = i % step; j < scalars->n; j += step) {
			expect(&next, d, &scalars->numbers[j], t);
			g_array_append_val(all, next);
		}
		sc_mul(&s, t, &factor);
		expect(&next, d, &s, t);
		g_array_append_val(all, next);
		sc_neg(&s, &s);
		expect(&next, d, &s, t);
		g_assert_true(next.is_infinite);
		g_array_append_val(all, next);
		sc_add(&s, &s, &sc_one);
		if (sc_is_zero(&s))
			continue;
		expect(&next, d, &s, t);
		g_array_append_val(all, next);
	}
	check_all((const Expected *)(gconstpointer)all->data, all->len, &p);
}

static void
sums_are_what_openssl_has(void)
{
	static const gint words[] = { 1, 2, 3, 5, -1, -2, 12345 };
	g_autofree Scalars *scalars = g_new0(Scalars, 1);

	list_scalars(scalars);
	for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
		g_autoptr(BIGNUM) d = BN_new();

		if (words[i] < 0) {
			BN_copy(d, gm_order());
			BN_sub_word(d, (BN_ULONG)-words[i]);
		} else {
			BN_set_word(d, (BN_ULONG)words[i]);
		}
		check_key(d, scalars, 11);
	}
}

/* ---- constant time --------------------------------------------------------
 */

static void
multiples_are_what_openssl_has(void)
{
	g_autofree Scalars *scalars = g_new0(Scalars, 1);
	Affine expected, got;

	list_scalars(scalars);
	for (guint i = 0; i < scalars->n; i++) {
		g_autoptr(BIGNUM) k = to_bn(&scalars->numbers[i]);

		point_of(k, &expected);
		for (guint path = 0; path < gm_path_curves(); path++) {
			(void)gm_path_use(path);
			g_assert_true(
				sm2_mul_base(&got, &scalars->numbers[i]) ==
				UINT64_MAX);
			g_assert_true(fe_equal(&got.x, &expected.x) &&
				      fe_equal(&got.y, &expected.y));
			g_assert_true(sm2_mul(&got, &scalars->numbers[i],
					      &curve_g) == UINT64_MAX);
			g_assert_true(fe_equal(&got.x, &expected.x) &&
				      fe_equal(&got.y, &expected.y));
			/* k (k G): another point than the generator. */
			g_assert_true(sm2_mul(&got, &scalars->numbers[i],
					      &expected) == UINT64_MAX);
			g_assert_true(affine_on_curve(&got));
		}
		gm_path_best();
	}
	g_assert_true(sm2_mul_base(&got, &sc_zero) == 0);
	g_assert_true(sm2_mul(&got, &sc_zero, &curve_g) == 0);
}

static void
a_scan_finds_each_entry(void)
{
	static Affine row[64] __attribute__((aligned(64)));
	const Affine none = { { { 0 } }, { { 0 } } };
	Affine got;

	for (guint i = 0; i < G_N_ELEMENTS(row); i++)
		for (guint j = 0; j < FE_LIMBS; j++) {
			row[i].x.w[j] =
				(guint32)g_test_rand_int() * 0x100000001u + i;
			row[i].y.w[j] =
				(guint32)g_test_rand_int() * 0x100000001u + j;
		}
	for (guint n = 1; n <= G_N_ELEMENTS(row); n++) {
		for (guint i = 1; i <= n; i++) {
			scan_affine(&got, row, n, i);
			g_assert_true(memcmp(&got, &row[i - 1], sizeof(got)) ==
				      0);
		}
		scan_affine(&got, row, n, 0);
		g_assert_true(memcmp(&got, &none, sizeof(got)) == 0);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	sm2_curve_open();
#define ADD(test) g_test_add_func("/gm/sums/" #test, test)
	ADD(sums_are_what_openssl_has);
	ADD(multiples_are_what_openssl_has);
	ADD(a_scan_finds_each_entry);
	return g_test_run();
}
