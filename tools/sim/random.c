/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/random.h"

#include <string.h>

#define FNV_PRIME G_GUINT64_CONSTANT(0x100000001b3)

guint64
sim_fnv(guint64 hash, const void *data, gsize len)
{
	const guint8 *bytes = data;

	for (gsize i = 0; i < len; i++)
		hash = (hash ^ bytes[i]) * FNV_PRIME;
	return hash;
}

SimRandom
sim_random(guint64 seed, const char *purpose, guint64 index)
{
	SimRandom random = { seed };

	random.state ^= sim_fnv(SIM_FNV_START, purpose, strlen(purpose));
	random.state = sim_random_u64(&random) + index;
	random.state = sim_random_u64(&random);
	return random;
}

guint64
sim_random_u64(SimRandom *random)
{
	guint64 z = random->state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* The remainder favours small numbers by less than n / 2^64. */
guint64
sim_random_below(SimRandom *random, guint64 n)
{
	guint64 draw = sim_random_u64(random);

	return n > 0 ? draw % n : 0;
}

guint64
sim_random_range(SimRandom *random, guint64 low, guint64 high)
{
	return low + sim_random_below(random, high - low + 1);
}

gboolean
sim_random_chance(SimRandom *random, guint64 per_million)
{
	return sim_random_below(random, 1000000) < per_million;
}

void
sim_random_fill(SimRandom *random, void *data, gsize len)
{
	guint8 *bytes = data;

	for (gsize i = 0; i < len; i++)
		bytes[i] = (guint8)(sim_random_u64(random) >> 56);
}
