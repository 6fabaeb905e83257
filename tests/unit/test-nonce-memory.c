/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory of used nonces: it refuses rather than forget.
 */
#include <string.h>

#include "identity/nonce_memory.h"

static void
id_of(guint n, guint8 *id)
{
	memset(id, 0, NONCE_ID_LEN);
	memcpy(id, &n, sizeof(n));
}

static NonceVerdict
use(NonceMemory *memory, guint n, gint64 time_ms, gint64 now_ms)
{
	guint8 id[NONCE_ID_LEN];

	id_of(n, id);
	return nonce_memory_use(memory, id, time_ms, now_ms);
}

static void
a_full_memory_refuses_and_does_not_forget(void)
{
	NonceMemory *memory = nonce_memory_new(1, 3);
	gint64 now = 1000000;

	for (guint i = 0; i < 3; i++)
		g_assert_cmpint(use(memory, i, now, now), ==, NONCE_NEW);
	g_assert_cmpint(use(memory, 3, now, now), ==, NONCE_NO_ROOM);
	g_assert_cmpint(use(memory, 0, now, now), ==, NONCE_USED);
	/* Room comes back with time. */
	now += 3000;
	g_assert_cmpint(use(memory, 3, now, now), ==, NONCE_NEW);
	nonce_memory_free(memory);
}

static void
a_clock_set_back_does_not_open_the_past(void)
{
	NonceMemory *memory = nonce_memory_new(10, 100);
	gint64 now = 1000000;

	g_assert_cmpint(use(memory, 1, now, now), ==, NONCE_NEW);
	g_assert_cmpint(use(memory, 2, now + 50000, now + 50000), ==,
			NONCE_NEW);
	/* The first is forgotten by now, so its time is closed. */
	g_assert_cmpint(use(memory, 1, now, now), ==, NONCE_OUT_OF_TIME);
	g_assert_cmpint(use(memory, 2, now + 50000, now + 45000), ==,
			NONCE_USED);
	nonce_memory_free(memory);
}

/* Against a list that forgets nothing. */
static void
no_nonce_is_accepted_twice_at_any_times(void)
{
	NonceMemory *memory = nonce_memory_new(1, 1000000);
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);
	gint64 now = 1000000;

	for (guint i = 0; i < 200000; i++) {
		guint n = (guint)g_test_rand_int_range(1, 4000);
		/* A nonce's time is signed: always the same. */
		gint64 time_ms = 1000000 + (gint64)n * 7;

		now += g_test_rand_int_range(-30, 31);
		if (g_test_rand_int_range(0, 10000) == 0)
			now = 1000000 + g_test_rand_int_range(0, 28000);
		if (use(memory, n, time_ms, now) != NONCE_NEW)
			continue;
		g_assert_true(g_hash_table_add(seen, GUINT_TO_POINTER(n)));
	}
	g_assert_cmpuint(g_hash_table_size(seen), >, 100);
	nonce_memory_free(memory);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/nonce-memory/a-full-one-refuses-and-does-not-forget",
			a_full_memory_refuses_and_does_not_forget);
	g_test_add_func("/nonce-memory/a-clock-set-back-does-not-open-the-past",
			a_clock_set_back_does_not_open_the_past);
	g_test_add_func("/nonce-memory/no-nonce-is-accepted-twice-at-any-times",
			no_nonce_is_accepted_twice_at_any_times);
	return g_test_run();
}
