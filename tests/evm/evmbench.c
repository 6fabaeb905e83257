/* SPDX-License-Identifier: Apache-2.0
 *
 * Times executions by the EVM plugin. Input, from a file: a JSON array of
 * {"name", "code", "other", "otherSlots": {slot: value}}, in hex; "other" is
 * the code of a second contract, at 0x0e0e..., which may be missing. Output:
 * for each a line {"name", "gas", "ns"}, gas without the intrinsic one and the
 * shortest CPU time of all runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "tests/evm/fixture.h"
#include "tests/unit/fake-host.h"

#define BUDGET G_GUINT64_CONSTANT(10000000000)
#define INTRINSIC 21000u
#define RUNS_MIN 5u
#define RUNS_MAX 10000u
#define NS_ENOUGH 400000000

static gint64
cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (gint64)now.tv_sec * 1000000000 + now.tv_nsec;
}

static const char *
text_of(const json_t *bench, const char *name)
{
	const char *text = json_string_value(json_object_get(bench, name));

	return text != NULL ? text : "";
}

static void
put_other(Fixture *fixture, const json_t *bench)
{
	const json_t *slots = json_object_get(bench, "otherSlots");
	const char *key;
	json_t *value;

	fixture_put_code(fixture, OTHER_BYTE, text_of(bench, "other"));
	json_object_foreach((json_t *)slots, key, value) {
		const char *text = json_string_value(value);
		guint8 slot[32];
		guint8 word[32];

		g_assert_true(hex_decode_fixed(key, strlen(key), slot, 32));
		g_assert_true(hex_decode_fixed(text, strlen(text), word, 32));
		world_put_slot(fixture->world, fixture->other, slot, word);
	}
}

/* One run in a world of its own; the time of the execution alone. */
static gint64
run_once(const json_t *bench, guint64 *gas)
{
	g_autoptr(Fixture) fixture = fixture_new();
	gint64 began, ns;

	fixture_put_code(fixture, CONTRACT_BYTE, text_of(bench, "code"));
	put_other(fixture, bench);
	fixture->block.budget = fixture->call.budget = BUDGET;
	began = cpu_ns();
	fixture_execute(fixture);
	ns = cpu_ns() - began;
	if (fixture->world->status != BSN_OK)
		g_error("%s: %s", text_of(bench, "name"),
			fixture->world->reason);
	*gas = fixture->world->used;
	return ns;
}

static void
run_bench(const json_t *bench)
{
	gint64 best = G_MAXINT64, sum = 0;
	guint64 gas = 0;

	for (guint i = 0; i < RUNS_MAX && (i < RUNS_MIN || sum < NS_ENOUGH);
	     i++) {
		gint64 ns = run_once(bench, &gas);

		sum += ns;
		best = MIN(best, ns);
	}
	printf("{\"name\":\"%s\",\"gas\":%" G_GUINT64_FORMAT
	       ",\"ns\":%" G_GINT64_FORMAT "}\n",
	       text_of(bench, "name"), gas - INTRINSIC, best);
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	json_error_t error;
	g_autoptr(json_t) benches = NULL;

	if (argc != 2) {
		fprintf(stderr, "usage: %s FILE\n", argv[0]);
		return 2;
	}
	benches = json_load_file(argv[1], 0, &error);
	if (benches == NULL) {
		fprintf(stderr, "%s: %s\n", argv[1], error.text);
		return 2;
	}
	g_setenv("G_TEST_BUILDDIR", BUILDDIR, FALSE);
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	for (gsize i = 0; i < json_array_size(benches); i++)
		run_bench(json_array_get(benches, i));
	return EXIT_SUCCESS;
}
