/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2 signatures at the edges of their numbers, by every way in which this
 * machine can calculate: for r, s and x1 of choice the number e that fits is
 * found, so that what is refused differs from what is accepted in one thing
 * only.
 */
#include <bsn/helpers/bytes.h>
#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "tests/unit/gm-openssl.h"
#include "tests/unit/gm-paths.h"

typedef struct {
	guint8 bytes[32];
} Number;

typedef struct {
	guint8 bytes[64];
} Point;

static int32_t
verify(const Point *key, const guint8 *e, const guint8 *r, const guint8 *s)
{
	guint8 signature[64];
	const bsn_verify_item item = {
		.size = sizeof(item),
		.convention = BSN_SIGN_DIGEST,
		.public_key = bsn_slice_of(key->bytes, 64),
		.message = bsn_slice_of(e, 32),
		.signature = bsn_slice_of(signature, 64),
	};
	const bsn_verify_item twice[] = { item, item };
	int32_t results[] = { BSN_E_INTERNAL, BSN_E_INTERNAL }, alone;

	memcpy(signature, r, 32);
	memcpy(signature + 32, s, 32);
	alone = gm_sm2.verify(&item);
	if (!BSN_HAS(&gm_sm2, verify_many))
		return alone;
	g_assert_cmpint(gm_sm2.verify_many(twice, 2, results), ==, BSN_OK);
	g_assert_cmpint(results[0], ==, alone);
	g_assert_cmpint(results[1], ==, alone);
	return alone;
}

/* The first time with the bare key, later with whatever is kept of it. */
static void
must_be(int32_t expected, const Point *key, const guint8 *e, const guint8 *r,
	const guint8 *s)
{
	for (guint i = 0; i < 4; i++)
		g_assert_cmpint(verify(key, e, r, s), ==, expected);
}

static Number
near_order(gint offset)
{
	Number number;

	gm_near_order(offset, number.bytes);
	return number;
}

static Number
small(guint64 value)
{
	Number number;

	gm_small(value, number.bytes);
	return number;
}

static Number
of_bn(const BIGNUM *value)
{
	Number number;

	g_assert_cmpint(BN_bn2binpad(value, number.bytes, 32), ==, 32);
	return number;
}

static BIGNUM *
to_bn(const Number *number)
{
	return BN_bin2bn(number->bytes, 32, NULL);
}

/* a + sign b modulo n. */
static Number
mod_sum(const Number *a, gint sign, const Number *b)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(BIGNUM) left = to_bn(a);
	g_autoptr(BIGNUM) right = to_bn(b);

	BN_set_negative(right, sign < 0);
	g_assert_cmpint(BN_mod_add(left, left, right, gm_order(), bn), ==, 1);
	if (BN_is_negative(left))
		BN_add(left, left, gm_order());
	return of_bn(left);
}

static Number
mod_product(const Number *a, const Number *b, gboolean inverse_of_b)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(BIGNUM) left = to_bn(a);
	g_autoptr(BIGNUM) right = to_bn(b);

	if (inverse_of_b)
		g_assert_nonnull(BN_mod_inverse(right, right, gm_order(), bn));
	g_assert_cmpint(BN_mod_mul(left, left, right, gm_order(), bn), ==, 1);
	return of_bn(left);
}

static Point
times_g(const Number *k)
{
	static GHashTable *known; /* Number to Point */
	g_autoptr(GBytes) question = g_bytes_new(k->bytes, 32);
	const Point *point;

	if (known == NULL)
		known = g_hash_table_new(g_bytes_hash, g_bytes_equal);
	point = g_hash_table_lookup(known, question);
	if (point == NULL) {
		g_autoptr(BIGNUM) number = to_bn(k);
		Point *made = g_new0(Point, 1);

		gm_times_g(number, made->bytes);
		g_hash_table_insert(known, g_steal_pointer(&question), made);
		point = made;
	}
	return *point;
}

static void
on_every_path(void (*test)(void))
{
	for (guint i = 0; i < gm_path_curves(); i++) {
		g_test_message("by %s", gm_path_use(i));
		test();
	}
	gm_path_best();
}

/* What is asked for again by the next way to calculate is known by then. */
static gboolean
fitting_number(const Point *key, const Number *r, const Number *s, Number *e)
{
	static GHashTable *known; /* key, r and s to Number or NULL */
	g_autoptr(GByteArray) asked = g_byte_array_new();
	g_autoptr(GBytes) question = NULL;
	gpointer answer;

	if (known == NULL)
		known = g_hash_table_new(g_bytes_hash, g_bytes_equal);
	g_byte_array_append(asked, key->bytes, 64);
	g_byte_array_append(asked, r->bytes, 32);
	g_byte_array_append(asked, s->bytes, 32);
	question = g_bytes_new(asked->data, asked->len);
	if (!g_hash_table_lookup_extended(known, question, NULL, &answer)) {
		answer = gm_fitting_number(key->bytes, r->bytes, s->bytes,
					   e->bytes)
				 ? g_memdup2(e, sizeof(*e))
				 : NULL;
		g_hash_table_insert(known, g_steal_pointer(&question), answer);
	}
	if (answer == NULL)
		return FALSE;
	*e = *(const Number *)answer;
	return TRUE;
}

/* ---- r, s, t ------------------------------------------------------------- */

static gboolean
is_scalar(const Number *number)
{
	g_autoptr(BIGNUM) value = to_bn(number);

	return !BN_is_zero(value) && BN_cmp(value, gm_order()) < 0;
}

static void
r_and_s(const Point *key, const Number *r, const Number *s)
{
	g_autoptr(BIGNUM) sum = to_bn(r);
	g_autoptr(BIGNUM) other = to_bn(s);
	gboolean is_allowed = is_scalar(r) && is_scalar(s);
	Number e;

	BN_add(sum, sum, other);
	if (BN_cmp(sum, gm_order()) == 0)
		is_allowed = FALSE;
	if (!fitting_number(key, r, s, &e)) {
		e = *r; /* the sum is infinity */
		is_allowed = FALSE;
	}
	g_assert_cmpint(verify(key, e.bytes, r->bytes, s->bytes), ==,
			is_allowed ? BSN_OK : BSN_BAD_SIGNATURE);
	if (!is_allowed)
		return;
	e.bytes[31] ^= 1;
	g_assert_cmpint(verify(key, e.bytes, r->bytes, s->bytes), ==,
			BSN_BAD_SIGNATURE);
}

static void
test_r_and_s(void)
{
	const Number secret = small(0x1234567);
	const Point key = times_g(&secret);
	Number edges[11] = { small(0),	     small(1),	     small(2),
			     near_order(-2), near_order(-1), near_order(0),
			     near_order(1) };

	for (guint i = 0; i < 32; i++) {
		edges[7].bytes[i] = 0xff;
		edges[8].bytes[i] = (guint8)(i * 7 + 3);
		edges[9].bytes[i] = i == 0 ? 0x80 : 0;	   /* 2^255 */
		edges[10].bytes[i] = i == 0 ? 0x7f : 0xff; /* less 1 */
	}
	for (guint i = 0; i < G_N_ELEMENTS(edges); i++)
		for (guint j = 0; j < G_N_ELEMENTS(edges); j++)
			r_and_s(&key, &edges[i], &edges[j]);
}

static void
r_and_s_are_within_1_and_n_less_1(void)
{
	on_every_path(test_r_and_s);
}

/* t = r + s takes values of choice, 0 among them. */
static void
test_t(void)
{
	const Number secret = small(0x7654321);
	const Point key = times_g(&secret);
	const Number ts[] = { small(0),	      small(1),	      small(2),
			      near_order(-1), near_order(-2), small(1u << 31) };
	const Number ss[] = { small(1), small(3), near_order(-1),
			      near_order(-5), small(G_MAXUINT64) };

	for (guint i = 0; i < G_N_ELEMENTS(ts); i++)
		for (guint j = 0; j < G_N_ELEMENTS(ss); j++) {
			const Number r = mod_sum(&ts[i], -1, &ss[j]);

			r_and_s(&key, &r, &ss[j]);
		}
}

static void
t_is_any_number_but_0(void)
{
	on_every_path(test_t);
}

/* ---- x1 ------------------------------------------------------------------ */

/* A point with the largest x of the curve below or at `from`, or the smallest
 * above it when `up`. */
static Point
point_near(const BIGNUM *from, gboolean up)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(EC_POINT) point = EC_POINT_new(gm_group());
	g_autoptr(BIGNUM) x = BN_dup(from);
	guint8 octets[65];
	Point found;

	while (!EC_POINT_set_compressed_coordinates(gm_group(), point, x, 0,
						    bn)) {
		if (up)
			BN_add_word(x, 1);
		else
			BN_sub_word(x, 1);
	}
	g_assert_cmpuint(EC_POINT_point2oct(gm_group(), point,
					    POINT_CONVERSION_UNCOMPRESSED,
					    octets, sizeof(octets), bn),
			 ==, sizeof(octets));
	memcpy(found.bytes, octets + 1, 64);
	return found;
}

/* A key for which s G + t P is that point: P = (R - s G) / t. */
static Point
key_for_sum(const Point *sum, const Number *s, const Number *t)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(EC_POINT) point = EC_POINT_new(gm_group());
	g_autoptr(EC_POINT) product = EC_POINT_new(gm_group());
	g_autoptr(BIGNUM) left = to_bn(s);
	g_autoptr(BIGNUM) inverse = to_bn(t);
	guint8 octets[65] = { 4 };
	Point key;

	memcpy(octets + 1, sum->bytes, 64);
	g_assert_cmpint(EC_POINT_oct2point(gm_group(), point, octets,
					   sizeof(octets), bn),
			==, 1);
	EC_POINT_mul(gm_group(), product, left, NULL, NULL, bn);
	EC_POINT_invert(gm_group(), product, bn);
	EC_POINT_add(gm_group(), point, point, product, bn);
	g_assert_nonnull(BN_mod_inverse(inverse, inverse, gm_order(), bn));
	EC_POINT_mul(gm_group(), product, NULL, point, inverse, bn);
	EC_POINT_point2oct(gm_group(), product, POINT_CONVERSION_UNCOMPRESSED,
			   octets, sizeof(octets), bn);
	memcpy(key.bytes, octets + 1, 64);
	return key;
}

/* Signatures whose sum is that point, for r around where x1 matters. */
static void
sums_to(const Point *sum)
{
	Number x1, t,
		rs[] = { small(1), small(0x10000), near_order(-1),
			 near_order(-0x123456) };
	const Number s = small(0x99999);
	Number more;

	memcpy(x1.bytes, sum->bytes, 32);
	for (guint i = 0; i < G_N_ELEMENTS(rs); i++) {
		const Number e = mod_sum(&rs[i], -1, &x1);
		Point key;

		t = mod_sum(&rs[i], 1, &s);
		key = key_for_sum(sum, &s, &t);
		must_be(BSN_OK, &key, e.bytes, rs[i].bytes, s.bytes);
		/* e is not reduced, but counts as if it were. */
		more = small(1);
		more = mod_sum(&e, 1, &more);
		must_be(BSN_BAD_SIGNATURE, &key, more.bytes, rs[i].bytes,
			s.bytes);
	}
}

static void
test_x1(void)
{
	g_autoptr(BIGNUM) p = gm_prime();
	g_autoptr(BIGNUM) x = BN_dup(p);
	Point point;

	BN_sub_word(x, 1); /* p - 1, or the first x below */
	point = point_near(x, FALSE);
	g_assert_cmpint(memcmp(point.bytes, near_order(0).bytes, 32), >, 0);
	sums_to(&point);
	point = point_near(gm_order(), TRUE); /* n, or the first above */
	g_assert_cmpint(memcmp(point.bytes, near_order(0).bytes, 32), >=, 0);
	sums_to(&point);
	BN_copy(x, gm_order());
	BN_sub_word(x, 1);
	point = point_near(x, FALSE);
	sums_to(&point);
	BN_zero(x);
	point = point_near(x, TRUE);
	sums_to(&point);
	/* n + p - n: what x1 would be, were n added once more than p allows. */
	BN_sub(x, p, gm_order());
	point = point_near(x, TRUE);
	sums_to(&point);
	point = point_near(x, FALSE);
	sums_to(&point);
}

static void
x1_is_taken_modulo_n_wherever_it_lies(void)
{
	on_every_path(test_x1);
}

/* e above n is the number modulo n. */
static void
test_large_e(void)
{
	const Number secret = small(77);
	const Point key = times_g(&secret);
	g_autoptr(BIGNUM) sum = NULL;
	Number r = small(5), s = small(6), e;

	/* Such an e is less than 2^256 - n, so that e + n is still 32 bytes. */
	for (;; r = mod_sum(&r, 1, &s)) {
		g_assert_true(gm_fitting_number(key.bytes, r.bytes, s.bytes,
						e.bytes));
		/* r' = r - e: with it e' = 0. */
		r = mod_sum(&r, -1, &e);
		s = mod_sum(&s, 1, &e); /* t, and so the sum, is the same */
		if (!gm_fitting_number(key.bytes, r.bytes, s.bytes, e.bytes))
			continue;
		break;
	}
	must_be(BSN_OK, &key, e.bytes, r.bytes, s.bytes);
	sum = to_bn(&e);
	BN_add(sum, sum, gm_order());
	if (BN_num_bits(sum) > 256)
		return;
	e = of_bn(sum);
	must_be(BSN_OK, &key, e.bytes, r.bytes, s.bytes);
}

/* e of all ones and just above n, signed. */
static void
test_signed_large_e(void)
{
	const Number secret = small(77);
	const Point key = times_g(&secret);
	guint8 signature[64];
	Number es[] = { near_order(-1), near_order(0), near_order(1), small(0),
			small(0) };

	memset(es[4].bytes, 0xff, 32);
	for (guint i = 0; i < G_N_ELEMENTS(es); i++) {
		g_assert_cmpint(gm_sm2.sign(secret.bytes, BSN_SIGN_DIGEST,
					    bsn_slice_of(NULL, 0),
					    bsn_slice_of(es[i].bytes, 32),
					    signature),
				==, BSN_OK);
		must_be(BSN_OK, &key, es[i].bytes, signature, signature + 32);
	}
}

static void
numbers_e_beyond_n_are_taken_modulo_n(void)
{
	on_every_path(test_large_e);
	on_every_path(test_signed_large_e);
}

/* ---- sums that pass through infinity, or double ---------------------------
 */

/* s G + t P for P = d G, with s and t of choice. */
static void
sum_of(const Number *d, const Number *s, const Number *t)
{
	const Point key = times_g(d);
	const Number r = mod_sum(t, -1, s);

	r_and_s(&key, &r, s);
}

/* s = -t d: infinity at the end; s = t d: the two are equal, and double. */
static void
test_meetings(void)
{
	const Number ds[] = { small(1),		 small(2),	 small(3),
			      small(0xffff),	 near_order(-2), near_order(-3),
			      small(G_MAXUINT64) };
	const Number ts[] = { small(1),	      small(2),
			      small(0x8000),  small(0x123456789),
			      near_order(-1), near_order(-77) };
	const Number none = small(0), one = small(1);

	for (guint i = 0; i < G_N_ELEMENTS(ds); i++)
		for (guint j = 0; j < G_N_ELEMENTS(ts); j++) {
			const Number same = mod_product(&ts[j], &ds[i], FALSE);
			const Number opposite = mod_sum(&none, -1, &same);
			const Number beside = mod_sum(&opposite, 1, &one);

			sum_of(&ds[i], &same, &ts[j]);
			sum_of(&ds[i], &opposite, &ts[j]);
			sum_of(&ds[i], &beside, &ts[j]);
		}
}

static void
sums_may_end_at_infinity_or_double(void)
{
	on_every_path(test_meetings);
}

/* Leading digits that cancel: after so many doublings the sum is infinity, and
 * goes on from there. s = -d t + low, where the high parts of both are
 * powers of 2. */
static void
test_infinity_between(void)
{
	const Number ds[] = { small(1), small(4), small(0x100000000),
			      near_order(-1) };

	for (guint i = 0; i < G_N_ELEMENTS(ds) - 1; i++)
		for (guint high = 8; high < 248; high += 12) {
			g_autoptr(BIGNUM) power = BN_new();
			Number t, s, low = small(3), none = small(0);

			BN_set_bit(power, (int)high);
			t = of_bn(power);
			s = mod_product(&t, &ds[i], FALSE);
			s = mod_sum(&none, -1, &s);
			sum_of(&ds[i], &s, &t);
			s = mod_sum(&s, 1, &low);
			sum_of(&ds[i], &s, &t);
			t = mod_sum(&t, 1, &low);
			sum_of(&ds[i], &s, &t);
		}
}

static void
sums_may_pass_through_infinity(void)
{
	on_every_path(test_infinity_between);
}

/* P = G and P = -G, by which the tables of both hold the same points. */
static void
test_generator(void)
{
	const Number ds[] = { small(1), near_order(-1), small(2),
			      near_order(-2) };
	const Number numbers[] = { small(1),
				   small(2),
				   small(3),
				   small(17),
				   near_order(-1),
				   near_order(-2),
				   small(0xaaaaaaaaaaaaaaaau),
				   near_order(-12345) };

	for (guint i = 0; i < G_N_ELEMENTS(ds); i++)
		for (guint j = 0; j < G_N_ELEMENTS(numbers); j++)
			for (guint k = 0; k < G_N_ELEMENTS(numbers); k++)
				sum_of(&ds[i], &numbers[j], &numbers[k]);
}

static void
the_key_may_be_the_generator_or_its_opposite(void)
{
	on_every_path(test_generator);
}

/* A key and its opposite have one x: what is kept of one is not of the other.
 */
static void
test_opposite_keys(void)
{
	const Number d = small(0xabcdef), r = small(123), s = small(456);
	const Number none = small(0), minus = mod_sum(&none, -1, &d);
	const Point keys[] = { times_g(&d), times_g(&minus) };
	Number e[2];

	g_assert_true(memcmp(keys[0].bytes, keys[1].bytes, 32) == 0);
	for (guint i = 0; i < 2; i++)
		g_assert_true(gm_fitting_number(keys[i].bytes, r.bytes, s.bytes,
						e[i].bytes));
	for (guint round = 0; round < 6; round++)
		for (guint i = 0; i < 2; i++)
			for (guint j = 0; j < 2; j++)
				g_assert_cmpint(verify(&keys[i], e[j].bytes,
						       r.bytes, s.bytes),
						==,
						i == j ? BSN_OK
						       : BSN_BAD_SIGNATURE);
}

static void
a_key_and_its_opposite_are_two(void)
{
	on_every_path(test_opposite_keys);
}

/* ---- keys ---------------------------------------------------------------- */

static void
key_at_the_edge(const Number *d, gboolean is_allowed)
{
	guint8 public_key[64], signature[64];
	const Number e = small(0x4242);
	Point expected;

	if (!is_allowed) {
		g_assert_cmpint(gm_sm2.public_key(d->bytes, public_key), ==,
				BSN_BAD_REQUEST);
		g_assert_cmpint(gm_sm2.sign(d->bytes, BSN_SIGN_DIGEST,
					    bsn_slice_of(NULL, 0),
					    bsn_slice_of(e.bytes, 32),
					    signature),
				==, BSN_BAD_REQUEST);
		return;
	}
	expected = times_g(d);
	g_assert_cmpint(gm_sm2.public_key(d->bytes, public_key), ==, BSN_OK);
	g_assert_true(memcmp(public_key, expected.bytes, 64) == 0);
	g_assert_cmpint(gm_sm2.sign(d->bytes, BSN_SIGN_DIGEST,
				    bsn_slice_of(NULL, 0),
				    bsn_slice_of(e.bytes, 32), signature),
			==, BSN_OK);
	g_assert_cmpint(verify(&expected, e.bytes, signature, signature + 32),
			==, BSN_OK);
}

static void
test_private_keys(void)
{
	Number all = small(0);

	memset(all.bytes, 0xff, 32);
	for (guint i = 1; i < 70; i++)
		key_at_the_edge(&(Number[]){ small(i) }[0], TRUE);
	for (gint i = 2; i < 70; i++)
		key_at_the_edge(&(Number[]){ near_order(-i) }[0], TRUE);
	for (guint bit = 6; bit < 256; bit++) {
		Number power = small(0), less;
		const Number one = small(1);

		power.bytes[31 - bit / 8] = (guint8)(1u << bit % 8);
		less = mod_sum(&power, -1, &one);
		key_at_the_edge(&power, TRUE);
		key_at_the_edge(&less, TRUE);
	}
	key_at_the_edge(&(Number[]){ small(0) }[0], FALSE);
	key_at_the_edge(&(Number[]){ near_order(-1) }[0], FALSE);
	key_at_the_edge(&(Number[]){ near_order(0) }[0], FALSE);
	key_at_the_edge(&(Number[]){ near_order(1) }[0], FALSE);
	key_at_the_edge(&all, FALSE);
}

static void
private_keys_are_within_1_and_n_less_2(void)
{
	on_every_path(test_private_keys);
}

/* A signature that would hold by the key's coordinates modulo p. */
static void
refused_key(const Point *good, const Point *bad)
{
	const Number r = small(1234), s = small(98765);
	Number e;

	g_assert_true(
		gm_fitting_number(good->bytes, r.bytes, s.bytes, e.bytes));
	must_be(BSN_OK, good, e.bytes, r.bytes, s.bytes);
	must_be(BSN_BAD_SIGNATURE, bad, e.bytes, r.bytes, s.bytes);
}

/* Adds p to one coordinate; FALSE when that is no longer 32 bytes. */
static gboolean
beyond_p(Point *point, gsize at)
{
	g_autoptr(BIGNUM) p = gm_prime();
	g_autoptr(BIGNUM) value = BN_bin2bn(point->bytes + at, 32, NULL);

	BN_add(value, value, p);
	return BN_bn2binpad(value, point->bytes + at, 32) == 32;
}

/* x of the third point on the line through p and q, wherever they are. */
static Number
chord(const Point *p, const Point *q)
{
	g_autoptr(BN_CTX) bn = BN_CTX_new();
	g_autoptr(BIGNUM) prime = gm_prime();
	g_autoptr(BIGNUM) x1 = BN_bin2bn(p->bytes, 32, NULL);
	g_autoptr(BIGNUM) y1 = BN_bin2bn(p->bytes + 32, 32, NULL);
	g_autoptr(BIGNUM) x2 = BN_bin2bn(q->bytes, 32, NULL);
	g_autoptr(BIGNUM) y2 = BN_bin2bn(q->bytes + 32, 32, NULL);
	g_autoptr(BIGNUM) slope = BN_new();

	BN_mod_sub(slope, x2, x1, prime, bn);
	g_assert_nonnull(BN_mod_inverse(slope, slope, prime, bn));
	BN_mod_sub(y2, y2, y1, prime, bn);
	BN_mod_mul(slope, slope, y2, prime, bn);
	BN_mod_sqr(slope, slope, prime, bn);
	BN_mod_sub(slope, slope, x1, prime, bn);
	BN_mod_sub(slope, slope, x2, prime, bn);
	return of_bn(slope);
}

/* s G + P, t being 1, by formulas that do not know the curve: with the e that
 * fits, all that speaks against the signature is that P is not on it. */
static int32_t
verify_by_chord(const Point *key)
{
	const Number s = small(5), one = small(1);
	const Number r = mod_sum(&one, -1, &s);
	const Point product = times_g(&s);
	const Number x1 = chord(&product, key), e = mod_sum(&r, -1, &x1);

	return verify(key, e.bytes, r.bytes, s.bytes);
}

static void
test_other_curves(void)
{
	const Number d = small(31337);
	const Point good = times_g(&d);

	g_assert_cmpint(verify_by_chord(&good), ==, BSN_OK);
	for (guint i = 33; i < 64; i += 7) {
		Point bad = good;

		bad.bytes[i] ^= 0x10;
		for (guint j = 0; j < 4; j++)
			g_assert_cmpint(verify_by_chord(&bad), ==,
					BSN_BAD_SIGNATURE);
	}
}

static void
keys_of_other_curves_are_refused(void)
{
	on_every_path(test_other_curves);
}

static void
test_public_keys(void)
{
	const Number d = small(31337);
	const Point good = times_g(&d);
	g_autoptr(BIGNUM) zero = BN_new();
	Point bad = good, near;

	for (guint i = 0; i < 64; i += 5) {
		bad = good;
		bad.bytes[i] ^= 0x10;
		refused_key(&good, &bad);
	}
	bad = good;
	memset(bad.bytes, 0, 64);
	refused_key(&good, &bad);
	memset(bad.bytes, 0xff, 64);
	refused_key(&good, &bad);
	memcpy(bad.bytes, good.bytes + 32, 32);
	memcpy(bad.bytes + 32, good.bytes, 32);
	refused_key(&good, &bad);
	/* The smallest x there is, and the same one beyond p. */
	near = point_near(zero, TRUE);
	bad = near;
	g_assert_true(beyond_p(&bad, 0));
	refused_key(&near, &bad);
}

static void
public_keys_are_points_of_the_curve(void)
{
	on_every_path(test_public_keys);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_assert_cmpint(gm_sm3_open(NULL), ==, BSN_OK);
	g_assert_cmpint(gm_sm2_open(NULL), ==, BSN_OK);
#define ADD(test) g_test_add_func("/gm/edges/" #test, test)
	ADD(r_and_s_are_within_1_and_n_less_1);
	ADD(t_is_any_number_but_0);
	ADD(x1_is_taken_modulo_n_wherever_it_lies);
	ADD(numbers_e_beyond_n_are_taken_modulo_n);
	ADD(sums_may_end_at_infinity_or_double);
	ADD(sums_may_pass_through_infinity);
	ADD(the_key_may_be_the_generator_or_its_opposite);
	ADD(a_key_and_its_opposite_are_two);
	ADD(private_keys_are_within_1_and_n_less_2);
	ADD(public_keys_are_points_of_the_curve);
	ADD(keys_of_other_curves_are_refused);
	return g_test_run();
}
