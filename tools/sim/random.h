/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/random.h: the simulator's only source of chance. Integers alone, so
 * that every machine draws the same (SplitMix64: Steele, Lea, Flood, "Fast
 * splittable pseudorandom number generators", OOPSLA 2014).
 *
 * Each purpose has a stream of its own, made of the seed and a name, so that
 * what one purpose draws does not change what another one sees.
 */
#ifndef TOOLS_SIM_RANDOM_H
#define TOOLS_SIM_RANDOM_H

#include <glib.h>

typedef struct {
	guint64 state;
} SimRandom;

SimRandom sim_random(guint64 seed, const char *purpose, guint64 index);
guint64 sim_random_u64(SimRandom *random);
/* From 0 to n - 1; 0 when n is 0. */
guint64 sim_random_below(SimRandom *random, guint64 n);
/* From low to high, both included. */
guint64 sim_random_range(SimRandom *random, guint64 low, guint64 high);
/* TRUE so many times in a million. */
gboolean sim_random_chance(SimRandom *random, guint64 per_million);
void sim_random_fill(SimRandom *random, void *data, gsize len);

/* FNV-1a, 64 bits: names streams and digests traces. */
#define SIM_FNV_START G_GUINT64_CONSTANT(0xcbf29ce484222325)
guint64 sim_fnv(guint64 hash, const void *data, gsize len);

#endif
