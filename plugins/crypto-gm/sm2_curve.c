/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_curve.h"

#include <openssl/crypto.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/lanes.h"
#include "plugins/crypto-gm/scan.h"
#include "plugins/crypto-gm/secret.h"
#include "plugins/crypto-gm/window.h"

#include "plugins/crypto-gm/mul.inc"

#define SEED_LEN 48

/* Multiples of the generator for sums in variable time. */
#define G_SPAN 16u
#define G_WIDTH 10u

/* Of a point that is met once. */
#define ONCE_SPAN SCALAR_BITS
#define ONCE_WIDTH 5u

static Affine g_points[ODDS_ROWS(G_SPAN) * ODDS_ROW(G_WIDTH)]
	__attribute__((aligned(64)));
static const Odds g_odds = { G_SPAN, G_WIDTH, g_points };
static int opened;

void
sm2_curve_open(void)
{
	if (opened)
		return;
	fe_open();
	scan_use(1);
	base_table_make();
	odds_make(g_points, &curve_g, G_SPAN, G_WIDTH);
	opened = 1;
}

/* a || b || xG || yG, GB/T 32918.5. */
static const uint8_t parameters[] = {
	0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc, 0x28, 0xe9, 0xfa, 0x9e,
	0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
	0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41,
	0x4d, 0x94, 0x0e, 0x93, 0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19,
	0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94, 0x8f, 0xe3, 0x0b, 0xbf,
	0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7,
	0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3,
	0x6b, 0x69, 0x21, 0x53, 0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40,
	0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0,
};

bsn_slice
sm2_curve_parameters(void)
{
	return bsn_slice_of(parameters, sizeof(parameters));
}

void
sm2_scalar_from_seed(const uint8_t *seed, uint8_t *private_key)
{
	Sc d;

	sc_read_key(&d, seed, SEED_LEN);
	sc_write(private_key, &d);
	OPENSSL_cleanse(&d, sizeof(d));
}

uint64_t
sm2_private_read(Sc *d, const uint8_t *private_key)
{
	uint64_t below_n = sc_read(d, private_key);
	Sc next;

	sc_add(&next, d, &sc_one);
	return below_n & ~sc_is_zero(d) & ~sc_is_zero(&next);
}

int32_t
sm2_derive(const uint8_t *private_key, uint8_t *public_key)
{
	uint64_t valid;
	Affine point;
	Sc d;

	valid = sm2_private_read(&d, private_key);
	secret_reveal(&valid, sizeof(valid));
	if (!valid)
		return BSN_BAD_REQUEST;
	sm2_mul_base(&point, &d);
	sm2_point_write(public_key, &point);
	secret_reveal(public_key, SM2_POINT_LEN);
	OPENSSL_cleanse(&d, sizeof(d));
	return BSN_OK;
}

/* The next two have frames of their own, which can be wiped. */
__attribute__((noinline)) static uint64_t
multiple_of_g(Affine *r, const Sc *k)
{
	Projective point;

	if (lanes_runs())
		lanes_mul_base(&point, k, base_table[0]);
	else
		mul_base(&point, k);
	return projective_affine(r, &point);
}

__attribute__((noinline)) static uint64_t
multiple_of(Affine *r, const Sc *k, const Affine *p)
{
	Projective point;

	mul(&point, k, p);
	return projective_affine(r, &point);
}

uint64_t
sm2_mul_base(Affine *r, const Sc *k)
{
	const uint64_t finite = multiple_of_g(r, k);

	secret_wipe_stack();
	return finite;
}

uint64_t
sm2_mul(Affine *r, const Sc *k, const Affine *p)
{
	const uint64_t finite = multiple_of(r, k, p);

	secret_wipe_stack();
	return finite;
}

int
sm2_point_read(Affine *r, const uint8_t *public_key)
{
	return fe_read(&r->x, public_key) != 0 &&
	       fe_read(&r->y, public_key + SM2_SCALAR_LEN) != 0 &&
	       affine_on_curve(r);
}

void
sm2_point_write(uint8_t *public_key, const Affine *p)
{
	fe_write(public_key, &p->x);
	fe_write(public_key + SM2_SCALAR_LEN, &p->y);
}

void
sm2_table_make(Affine *table, const Affine *p)
{
	odds_make(table, p, SM2_TABLE_SPAN, SM2_TABLE_WIDTH);
}

static void
sum(Jacobian *r, const Sc *s, const Sc *t, const Odds *p)
{
	Sum sum;

	sum_init(&sum);
	sum_multiple(&sum, s, &g_odds);
	sum_multiple(&sum, t, p);
	sum_evaluate(r, &sum);
}

void
sm2_sum(Jacobian *r, const Sc *s, const Sc *t, const Affine *table)
{
	const Odds odds = { SM2_TABLE_SPAN, SM2_TABLE_WIDTH, table };

	sum(r, s, t, &odds);
}

void
sm2_sum_once(Jacobian *r, const Sc *s, const Sc *t, const Affine *p)
{
	Affine points[ODDS_ROW(ONCE_WIDTH)];
	const Odds odds = { ONCE_SPAN, ONCE_WIDTH, points };

	odds_make(points, p, ONCE_SPAN, ONCE_WIDTH);
	sum(r, s, t, &odds);
}

/* Eight sums side by side, the last one again in lanes that are left. */
static void
sums_in_lanes(Jacobian *r, const LaneSum *sums, unsigned n, int tables)
{
	Jacobian results[LANES];
	LaneSum filled[LANES];

	for (unsigned i = 0; i < LANES; i++)
		filled[i] = sums[i < n ? i : n - 1];
	if (tables)
		lanes_sum(results, filled, &g_odds, SM2_TABLE_SPAN,
			  SM2_TABLE_WIDTH);
	else
		lanes_sum_once(results, filled, &g_odds);
	memcpy(r, results, n * sizeof(*r));
}

/* The tables of n points, made with one inversion. */
static void
odds_make_once(Affine *r, const LaneSum *sums, unsigned n)
{
	Jacobian points[LANES * ODDS_ROW(ONCE_WIDTH)], base;

	for (unsigned i = 0; i < n; i++) {
		jacobian_of(&base, sums[i].p);
		odd_multiples(points + i * ODDS_ROW(ONCE_WIDTH), &base,
			      ODDS_ROW(ONCE_WIDTH));
	}
	normalise(r, points, n * ODDS_ROW(ONCE_WIDTH));
}

static void
sums_one_by_one(Jacobian *r, const LaneSum *sums, unsigned n, int tables)
{
	Affine points[LANES * ODDS_ROW(ONCE_WIDTH)];
	Odds odds = { ONCE_SPAN, ONCE_WIDTH, points };

	if (!tables)
		odds_make_once(points, sums, n);
	for (unsigned i = 0; i < n; i++) {
		if (tables)
			sm2_sum(&r[i], sums[i].s, sums[i].t, sums[i].p);
		else
			sum(&r[i], sums[i].s, sums[i].t, &odds);
		odds.points += ODDS_ROW(ONCE_WIDTH);
	}
}

void
sm2_sums(Jacobian *r, const LaneSum *sums, unsigned n, int tables)
{
	if (n < 2 || !lanes_runs()) {
		sums_one_by_one(r, sums, n, tables);
		return;
	}
	sums_in_lanes(r, sums, n, tables);
	for (unsigned i = 0; i < n; i++)
		if (fe_is_zero(&r[i].z))
			sums_one_by_one(&r[i], &sums[i], 1, tables);
}
