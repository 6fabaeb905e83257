/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/draw.h"

#include <math.h>
#include <string.h>

#define GOLDEN G_GUINT64_CONSTANT(0x9e3779b97f4a7c15)
#define THETA_DEFAULT 0.99
#define HOT_SHARE_DEFAULT 0.8
#define HOT_RECORDS_DEFAULT 0.2
/* Beyond so many terms the sum is continued by its integral. */
#define ZETA_TERMS 1000000u

/* ---- dice --------------------------------------------------------------- */

/* The finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014). */
static guint64
mix(guint64 x)
{
	x = (x ^ (x >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

Dice
dice_new(guint64 seed, guint64 number)
{
	return (Dice){ .state = mix(seed + GOLDEN * (number + 1)) };
}

guint64
dice_u64(Dice *dice)
{
	dice->state += GOLDEN;
	return mix(dice->state);
}

guint64
dice_below(Dice *dice, guint64 n)
{
	__extension__ typedef unsigned __int128 u128;

	return (guint64)(((u128)dice_u64(dice) * n) >> 64);
}

double
dice_share(Dice *dice)
{
	return (double)(dice_u64(dice) >> 11) * 0x1p-53;
}

/* ---- distributions ------------------------------------------------------ */

Draw
draw_uniform(guint64 n)
{
	return (Draw){ .kind = DRAW_UNIFORM, .n = n };
}

/* The sum of 1 / k^theta for k from 1 to n. */
static double
zeta(guint64 n, double theta)
{
	const guint64 terms = MIN(n, ZETA_TERMS);
	double sum = 0;

	for (guint64 k = 1; k <= terms; k++)
		sum += pow((double)k, -theta);
	if (n > terms) /* between the middles of terms */
		sum += (pow((double)n + 0.5, 1 - theta) -
			pow((double)terms + 0.5, 1 - theta)) /
		       (1 - theta);
	return sum;
}

Draw
draw_zipfian(guint64 n, double theta)
{
	const double zeta_n = zeta(n, theta);
	const double zeta_2 = 1 + pow(0.5, theta);

	return (Draw){
		.kind = DRAW_ZIPFIAN,
		.n = n,
		.theta = theta,
		.zeta_n = zeta_n,
		.alpha = 1 / (1 - theta),
		.eta = n > 2 ? (1 - pow(2.0 / (double)n, 1 - theta)) /
				       (1 - zeta_2 / zeta_n)
			     : 0,
		.half_power = pow(0.5, theta),
	};
}

Draw
draw_hotspot(guint64 n, double share, double records)
{
	return (Draw){ .kind = DRAW_HOTSPOT,
		       .n = n,
		       .hot_share = share,
		       .hot_records = records };
}

static guint64
zipfian_rank(const Draw *draw, Dice *dice)
{
	const double u = dice_share(dice);
	const double uz = u * draw->zeta_n;

	if (uz < 1 || draw->n == 1)
		return 0;
	if (uz < 1 + draw->half_power || draw->n == 2)
		return 1;
	return MIN((guint64)((double)draw->n *
			     pow(draw->eta * u - draw->eta + 1, draw->alpha)),
		   draw->n - 1);
}

static guint64
hotspot_rank(const Draw *draw, Dice *dice)
{
	const guint64 hot = CLAMP(
		(guint64)((double)draw->n * draw->hot_records), 1, draw->n);

	if (hot == draw->n || dice_share(dice) < draw->hot_share)
		return dice_below(dice, hot);
	return hot + dice_below(dice, draw->n - hot);
}

guint64
draw_rank(const Draw *draw, Dice *dice)
{
	switch (draw->kind) {
	case DRAW_UNIFORM:
		return dice_below(dice, draw->n);
	case DRAW_ZIPFIAN:
		return zipfian_rank(draw, dice);
	case DRAW_HOTSPOT:
		return hotspot_rank(draw, dice);
	}
	return 0;
}

guint64
draw(const Draw *draw, Dice *dice)
{
	const guint64 rank = draw_rank(draw, dice);

	return draw->kind == DRAW_ZIPFIAN ? mix(rank + GOLDEN) % draw->n : rank;
}

/* ---- words -------------------------------------------------------------- */

static gboolean
number(const char *text, double otherwise, double *value)
{
	char *end;

	if (text == NULL) {
		*value = otherwise;
		return TRUE;
	}
	*value = g_ascii_strtod(text, &end);
	return end != text && *end == '\0';
}

gboolean
draw_parse(const char *text, guint64 n, Draw *draw)
{
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	const guint count = g_strv_length(words);
	const char *first = count > 1 ? words[1] : NULL;
	const char *second = count > 2 ? words[2] : NULL;
	double a, b;

	if (n == 0 || count == 0)
		return FALSE;
	if (strcmp(words[0], "uniform") == 0 && count == 1) {
		*draw = draw_uniform(n);
		return TRUE;
	}
	if (strcmp(words[0], "zipfian") == 0 && count <= 2 &&
	    number(first, THETA_DEFAULT, &a) && a > 0 && a < 1) {
		*draw = draw_zipfian(n, a);
		return TRUE;
	}
	if (strcmp(words[0], "hotspot") == 0 && count <= 3 && count != 2 &&
	    number(first, HOT_SHARE_DEFAULT, &a) &&
	    number(second, HOT_RECORDS_DEFAULT, &b) && a > 0 && a <= 1 &&
	    b > 0 && b <= 1) {
		*draw = draw_hotspot(n, a, b);
		return TRUE;
	}
	return FALSE;
}
