/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/table.h"

#include <string.h>

#include "plugins/engine-fisco/services.h"

/* Written once, 0 until then. */
static gsize seed;

/* It is the process's, so no chain's numbers are taken for it. */
int32_t
table_seed(void)
{
	gsize drawn;
	int32_t status;

	if (!g_once_init_enter(&seed))
		return BSN_OK;
	drawn = 0;
	status = services.random->fill(NULL, &drawn, sizeof(drawn));
	g_once_init_leave(&seed, drawn | 1);
	return status;
}

/* Multiply and fold; the seed is in every step. */
static guint64
mix(guint64 state, guint64 word)
{
	state = (state ^ word ^ seed) *
		G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);
	return state ^ (state >> 29);
}

guint64
table_hash64(guint64 before, const guint8 *data, gsize len)
{
	guint64 state = mix(before, len);
	gsize at = 0;

	for (; at + 8 <= len; at += 8) {
		guint64 word;

		memcpy(&word, data + at, 8);
		state = mix(state, word);
	}
	for (; at < len; at++)
		state = mix(state, data[at]);
	return mix(state, len);
}

guint
table_hash(const guint8 *data, gsize len)
{
	return (guint)(table_hash64(0, data, len) >> 32);
}

guint
table_hash32(gconstpointer key)
{
	return table_hash(key, 32);
}

gboolean
table_equal32(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, 32) == 0;
}
