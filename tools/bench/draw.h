/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/draw.h: numbers by chance that are the same for the same seed,
 * and which of n records a request is about: uniform, by Zipf's law as YCSB
 * draws it (Gray et al., "Quickly generating billion-record synthetic
 * databases", SIGMOD 1994, section 3), or a hot spot.
 */
#ifndef TOOLS_BENCH_DRAW_H
#define TOOLS_BENCH_DRAW_H

#include <glib.h>

/* Not for keys. Seeded for each transaction, so that it can be made again. */
typedef struct {
	guint64 state;
} Dice;

Dice dice_new(guint64 seed, guint64 number);
guint64 dice_u64(Dice *dice);
/* Below n, n > 0, each as likely up to 2^-64 n. */
guint64 dice_below(Dice *dice, guint64 n);
/* In [0, 1). */
double dice_share(Dice *dice);

typedef enum { DRAW_UNIFORM, DRAW_ZIPFIAN, DRAW_HOTSPOT } DrawKind;

typedef struct {
	DrawKind kind;
	guint64 n;
	/* Zipfian: record k, from 0, comes as often as 1 / (k + 1)^theta says;
	 * which record is k is by chance, so that the frequent ones are spread.
	 */
	double theta, zeta_n, eta, alpha, half_power;
	/* Hot spot: so much of the requests is about so much of the records. */
	double hot_share, hot_records;
} Draw;

/* n > 0. */
Draw draw_uniform(guint64 n);
/* theta above 0 and below 1; YCSB's is 0.99. */
Draw draw_zipfian(guint64 n, double theta);
/* Both above 0 and up to 1. */
Draw draw_hotspot(guint64 n, double share, double records);

/* "uniform", "zipfian", "zipfian 0.8", "hotspot", "hotspot 0.8 0.2" (80 % of
 * the requests about 20 % of the records); FALSE when it is something else. */
gboolean draw_parse(const char *text, guint64 n, Draw *draw);

/* One of the n, from 0. */
guint64 draw(const Draw *draw, Dice *dice);
/* Before which are spread: 0 is the most frequent. */
guint64 draw_rank(const Draw *draw, Dice *dice);

#endif
