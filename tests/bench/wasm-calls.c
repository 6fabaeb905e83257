/* SPDX-License-Identifier: Apache-2.0
 *
 * What a call of a contract takes besides what it does: calls through
 * bsn_runtime.execute of a function that is empty, of a module that has nothing
 * else, and of tests/wasm/contracts/probe.wasm's "get" of a key that is not there,
 * on the unit tests' state. A line "NAME NANOSECONDS" each, of processor time, the
 * least of RUNS. By hand, in the build directory.
 *
 *   G_TEST_SRCDIR=.. G_TEST_BUILDDIR=. tests/bench/wasm-calls [RUNS]
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/arguments.h"
#include "tests/unit/wasm-ground.h"

#define CALLS 5000

/* (memory (export "memory") 2) (func (export "run")) */
static const guint8 empty[] = {
	0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 5, 3, 1,
	0, 2, 7, 16, 2, 6, 'm', 'e', 'm', 'o', 'r', 'y', 2, 0, 3, 'r', 'u',
	'n', 0, 0, 10, 4, 1, 2, 0, 0x0b,
};

static guint64
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (guint64)t.tv_sec * 1000000000u + (guint64)t.tv_nsec;
}

static bsn_call
call_of(const Ground *ground, guint32 kind, const char *contract,
	const char *function, bsn_slice input)
{
	return (bsn_call){ .size = sizeof(bsn_call),
			   .kind = kind,
			   .block = &ground->block,
			   .origin = bsn_slice_str("signer"),
			   .caller = bsn_slice_str("ann"),
			   .contract = bsn_slice_str(contract),
			   .function = bsn_slice_str(function),
			   .input = input,
			   .budget = GROUND_BUDGET };
}

static void
must(const Ground *ground, int32_t status)
{
	if (status != BSN_OK)
		g_error("%s", ground->reason);
}

static void
time_calls(Ground *ground, const char *contract, const char *function,
	   const char *arguments, int runs)
{
	g_autoptr(GByteArray) input = g_byte_array_new();
	guint64 least = G_MAXUINT64;
	bsn_call call;

	must(ground, arguments_from_json(bsn_slice_str(arguments), input,
					 NULL));
	call = call_of(ground, BSN_CALL_INVOKE, contract, function,
		       bsn_slice_of(input->data, input->len));
	for (int i = 0; i < runs; i++) {
		const guint64 begin = now_ns();

		for (int n = 0; n < CALLS; n++)
			must(ground, ground_run(ground, &call));
		least = MIN(least, (now_ns() - begin) / CALLS);
	}
	printf("%s %" G_GUINT64_FORMAT "\n", contract, least);
}

int
main(int argc, char **argv)
{
	const int runs = argc > 1 ? atoi(argv[1]) : 5;
	g_autoptr(Ground) ground = NULL;
	bsn_call create;

	argc = 1;
	g_test_init(&argc, &argv, NULL);
	ground = ground_new();
	create = call_of(ground, BSN_CALL_CREATE, "empty", "",
			 bsn_slice_of(empty, sizeof empty));
	must(ground, ground_run(ground, &create));
	must(ground, ground_create(ground, "probe", "probe.wasm", NULL));
	time_calls(ground, "empty", "run", "[]", runs);
	time_calls(ground, "probe", "get", "[\"none\"]", runs);
	return 0;
}
