/* SPDX-License-Identifier: Apache-2.0
 *
 * The formulas of SM2's points on a small curve: every pair of points in many
 * representations, every scalar; sums that pass through infinity or double on
 * their way are among them.
 */
#include <glib.h>

#include "tests/unit/gm-small.h"

/* Number i is i G as the definition of the group has it; number 0, infinity,
 * has no coordinates. */
static Affine points[SMALL_N];

static uint64_t
inverse_of(uint64_t value)
{
	Fe r, a = fe_of(value);

	fe_inv(&r, &a);
	return r.w[0];
}

/* The chord and the tangent, by the book: neither is infinity, nor the sum. */
static Affine
sum_by_the_book(const Affine *p, const Affine *q)
{
	const uint64_t x1 = p->x.w[0], y1 = p->y.w[0];
	const uint64_t x2 = q->x.w[0], y2 = q->y.w[0];
	uint64_t slope, x3;

	if (x1 == x2)
		slope = (3 * x1 * x1 + SMALL_P - 3) * inverse_of(2 * y1) %
			SMALL_P;
	else
		slope = (y2 + SMALL_P - y1) * inverse_of(x2 + SMALL_P - x1) %
			SMALL_P;
	x3 = (slope * slope + 2 * SMALL_P - x1 - x2) % SMALL_P;
	return (Affine){ fe_of(x3),
			 fe_of(slope * (x1 + SMALL_P - x3) + SMALL_P - y1) };
}

static void
list_points(void)
{
	points[1] = curve_g;
	for (unsigned i = 2; i < SMALL_N; i++) {
		points[i] = sum_by_the_book(&points[i - 1], &curve_g);
		g_assert_true(affine_on_curve(&points[i]));
	}
	/* The last is -G: there are as many as there should be. */
	g_assert_cmpuint(points[SMALL_N - 1].x.w[0], ==, curve_g.x.w[0]);
	g_assert_cmpuint(points[SMALL_N - 1].y.w[0], ==,
			 SMALL_P - curve_g.y.w[0]);
}

static const unsigned scales[] = { 1, 2, SMALL_P - 1, 340 };

static Projective
projective(unsigned i, unsigned scale)
{
	const Fe z = fe_of(scale);
	Projective r;

	projective_infinity(&r);
	if (i > 0)
		projective_of(&r, &points[i]);
	fe_mul(&r.x, &r.x, &z);
	fe_mul(&r.y, &r.y, &z);
	fe_mul(&r.z, &r.z, &z);
	return r;
}

static Jacobian
jacobian(unsigned i, unsigned scale)
{
	const Fe z = fe_of(scale);
	Jacobian r;

	if (i == 0) {
		jacobian_infinity(&r);
		return r;
	}
	jacobian_of(&r, &points[i]);
	fe_mul(&r.x, &r.x, &z);
	fe_mul(&r.x, &r.x, &z);
	fe_mul(&r.y, &r.y, &z);
	fe_mul(&r.y, &r.y, &z);
	fe_mul(&r.y, &r.y, &z);
	r.z = z;
	return r;
}

/* x = X / Z, y = Y / Z without a division, which would cost most of the test.
 */
static gboolean
projective_is(const Projective *p, unsigned i)
{
	Fe x, y;

	if (i == 0)
		return fe_is_zero(&p->z) && fe_is_zero(&p->x) &&
		       !fe_is_zero(&p->y);
	fe_mul(&x, &points[i].x, &p->z);
	fe_mul(&y, &points[i].y, &p->z);
	return !fe_is_zero(&p->z) && fe_equal(&x, &p->x) && fe_equal(&y, &p->y);
}

static gboolean
jacobian_is(const Jacobian *p, unsigned i)
{
	Fe x, y, power;

	if (i == 0)
		return fe_is_zero(&p->z) != 0;
	fe_sqr(&power, &p->z);
	fe_mul(&x, &points[i].x, &power);
	fe_mul(&power, &power, &p->z);
	fe_mul(&y, &points[i].y, &power);
	return !fe_is_zero(&p->z) && fe_equal(&x, &p->x) && fe_equal(&y, &p->y);
}

/* ---- formulas ------------------------------------------------------------ */

#define MUST_BE(kind, got, i, j)                       \
	if (!kind##_is(&(got), ((i) + (j)) % SMALL_N)) \
	g_error(#kind ": %u G + %u G is something else", (i), (j))

static void
complete_sums(unsigned i, unsigned j, unsigned scale)
{
	const Projective p = projective(i, scale);
	const Projective q = projective(j, scales[(i + j) % 4]);
	Projective r;

	projective_add(&r, &p, &q);
	MUST_BE(projective, r, i, j);
	r = p;
	projective_add(&r, &r, &q); /* over an operand */
	MUST_BE(projective, r, i, j);
	if (j == 0)
		return;
	projective_add_affine(&r, &p, &points[j]);
	MUST_BE(projective, r, i, j);
}

static void
quick_sums(unsigned i, unsigned j, unsigned scale)
{
	const Jacobian p = jacobian(i, scale);
	const Jacobian q = jacobian(j, scales[(i + j) % 4]);
	Jacobian r;

	jacobian_add(&r, &p, &q);
	MUST_BE(jacobian, r, i, j);
	r = p;
	jacobian_add(&r, &r, &q);
	MUST_BE(jacobian, r, i, j);
	r = q;
	jacobian_add(&r, &p, &r);
	MUST_BE(jacobian, r, i, j);
	if (j == 0)
		return;
	jacobian_add_affine(&r, &p, &points[j]);
	MUST_BE(jacobian, r, i, j);
	r = p;
	jacobian_add_affine(&r, &r, &points[j]);
	MUST_BE(jacobian, r, i, j);
}

static void
every_pair_of_points_is_added(void)
{
	for (unsigned i = 0; i < SMALL_N; i++)
		for (unsigned j = 0; j < SMALL_N; j++) {
			complete_sums(i, j, scales[(i ^ j) % 4]);
			quick_sums(i, j, scales[(i ^ j) % 4]);
		}
}

static void
every_point_is_doubled(void)
{
	for (unsigned i = 0; i < SMALL_N; i++)
		for (unsigned scale = 1; scale < SMALL_P; scale++) {
			Projective p = projective(i, scale);
			Jacobian q = jacobian(i, scale);

			projective_dbl(&p, &p);
			MUST_BE(projective, p, i, i);
			jacobian_dbl(&q, &q);
			MUST_BE(jacobian, q, i, i);
		}
}

static void
every_point_comes_back_from_projective(void)
{
	for (unsigned i = 0; i < SMALL_N; i++) {
		const Projective p = projective(i, scales[i % 4]);
		Affine a;
		uint64_t mask = projective_affine(&a, &p);

		g_assert_cmpuint(mask, ==, i == 0 ? 0 : UINT64_MAX);
		g_assert_cmpuint(a.x.w[0], ==, points[i].x.w[0]);
		g_assert_cmpuint(a.y.w[0], ==, points[i].y.w[0]);
	}
}

static void
only_points_of_the_curve_are_on_it(void)
{
	unsigned count = 1;

	for (unsigned x = 0; x < SMALL_P; x++)
		for (unsigned y = 0; y < SMALL_P; y++) {
			const Affine p = { fe_of(x), fe_of(y) };

			count += affine_on_curve(&p) ? 1 : 0;
		}
	g_assert_cmpuint(count, ==, SMALL_N);
}

/* ---- multiples ----------------------------------------------------------- */

static Sc
scalar(uint64_t value)
{
	return (Sc){ { value, 0, 0, 0 } };
}

/* Of 256 bits; and what it is modulo the order of the small curve. */
static Sc
long_scalar(GRand *rand, unsigned *residue)
{
	uint64_t left = 0;
	Sc r;

	for (unsigned i = 0; i < LIMBS; i++)
		switch (g_rand_int_range(rand, 0, 4)) {
		case 0:
			r.w[i] = 0;
			break;
		case 1:
			r.w[i] = UINT64_MAX;
			break;
		default:
			r.w[i] = (uint64_t)g_rand_int(rand) << 32 |
				 g_rand_int(rand);
			break;
		}
	for (unsigned i = LIMBS; i-- > 0;)
		left = (uint64_t)(((Limbs2)left << 64 | r.w[i]) % SMALL_N);
	*residue = (unsigned)left;
	return r;
}

static void
every_multiple_of_the_generator(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(1);
	Projective r;

	base_table_make();
	for (unsigned k = 0; k < 3 * SMALL_N; k++) {
		const Sc small = scalar(k);

		mul_base(&r, &small);
		g_assert_true(projective_is(&r, k % SMALL_N));
	}
	for (unsigned i = 0; i < 20000; i++) {
		unsigned residue;
		const Sc k = long_scalar(rand, &residue);

		mul_base(&r, &k);
		g_assert_true(projective_is(&r, residue));
	}
}

static void
every_multiple_of_every_point(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(2);
	Projective r;

	/* Doublings of infinity make most of the time of a small scalar. */
	for (unsigned k = 0; k < SMALL_N; k++)
		for (unsigned i = 1 + k % 29; i < SMALL_N; i += 29) {
			const Sc small = scalar(k);

			mul(&r, &small, &points[i]);
			g_assert_true(projective_is(&r, i * k % SMALL_N));
		}
	for (unsigned i = 1; i < SMALL_N; i++) {
		unsigned residue;
		const Sc k = long_scalar(rand, &residue);

		mul(&r, &k, &points[i]);
		g_assert_true(projective_is(&r, i * residue % SMALL_N));
	}
}

/* ---- sums of two multiples ----------------------------------------------- */

#define G_SPAN 16u
#define G_WIDTH 10u
#define P_SPAN 8u
#define P_WIDTH 6u
#define ONCE_WIDTH 5u

static Affine g_table[ODDS_ROWS(G_SPAN) * ODDS_ROW(G_WIDTH)];
static Affine p_table[ODDS_ROWS(P_SPAN) * ODDS_ROW(P_WIDTH)];
static Affine once_table[ODDS_ROW(ONCE_WIDTH)];
static const Odds g_odds = { G_SPAN, G_WIDTH, g_table };
static const Odds p_odds = { P_SPAN, P_WIDTH, p_table };
static const Odds once_odds = { SCALAR_BITS, ONCE_WIDTH, once_table };

static void
must_sum(const Sc *s, const Sc *t, const Odds *odds, unsigned expected)
{
	Jacobian r;
	Sum sum;

	sum_init(&sum);
	sum_multiple(&sum, s, &g_odds);
	sum_multiple(&sum, t, odds);
	sum_evaluate(&r, &sum);
	g_assert_true(jacobian_is(&r, expected));
}

/* s G + t P for one P and all s, t. */
static void
all_sums_with(unsigned p, unsigned s_step)
{
	odds_make(p_table, &points[p], P_SPAN, P_WIDTH);
	odds_make(once_table, &points[p], SCALAR_BITS, ONCE_WIDTH);
	for (unsigned t = 0; t < SMALL_N; t++)
		for (unsigned s = t % s_step; s < SMALL_N; s += s_step) {
			const Sc left = scalar(s), right = scalar(t);
			const unsigned expected = (s + t * p) % SMALL_N;

			must_sum(&left, &right, &p_odds, expected);
			must_sum(&left, &right, &once_odds, expected);
		}
}

static void
every_sum_of_two_multiples(void)
{
	odds_make(g_table, &curve_g, G_SPAN, G_WIDTH);
	all_sums_with(1, 7);
	all_sums_with(SMALL_N - 1, 7);
	for (unsigned p = 2; p < SMALL_N - 1; p += 37)
		all_sums_with(p, 29);
}

/* Below 2^255: beyond, a scalar's negative is taken, modulo the order of the
 * real curve. */
static void
sums_of_long_scalars(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(3);

	odds_make(g_table, &curve_g, G_SPAN, G_WIDTH);
	for (unsigned p = 1; p < SMALL_N; p += 5) {
		odds_make(p_table, &points[p], P_SPAN, P_WIDTH);
		odds_make(once_table, &points[p], SCALAR_BITS, ONCE_WIDTH);
		for (unsigned i = 0; i < 20;) {
			unsigned a, b;
			const Sc s = long_scalar(rand, &a);
			const Sc t = long_scalar(rand, &b);

			if (s.w[3] >> 63 != 0 || t.w[3] >> 63 != 0)
				continue;
			must_sum(&s, &t, &p_odds, (a + b * p) % SMALL_N);
			must_sum(&s, &t, &once_odds, (a + b * p) % SMALL_N);
			i++;
		}
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	list_points();
#define ADD(test) g_test_add_func("/gm/points/" #test, test)
	ADD(every_pair_of_points_is_added);
	ADD(every_point_is_doubled);
	ADD(every_point_comes_back_from_projective);
	ADD(only_points_of_the_curve_are_on_it);
	ADD(every_multiple_of_the_generator);
	ADD(every_multiple_of_every_point);
	ADD(every_sum_of_two_multiples);
	ADD(sums_of_long_scalars);
	return g_test_run();
}
