/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts with some of their bytes changed, valid and broken, through the fuzz
 * target: no crash, no hang, no difference between two runs. BSN_WASM_STORM says
 * how many, 20,000 unless it does.
 */
#include <glib.h>
#include <stdint.h>

#include "tools/conform/sanitized.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#if SANITIZED
#define MODULES 2000u /* sanitized code is slow, and looks for something else */
#else
#define MODULES 20000u
#endif

/* Small ones more often: they are through sooner. */
static const char *const files[] = {
	"float-taken", "segment", "start",   "revised", "entry-type",
	"recurse",     "start",	  "revised", "wasi",	"large-table",
};
#define LARGE_EVERY 50u

static GByteArray *
read_file(const char *name)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "tests/fuzz/corpus/wasm-runtime", name, NULL);
	char *data;
	gsize len;

	g_assert_true(g_file_get_contents(path, &data, &len, NULL));
	return g_byte_array_new_take((guint8 *)data, len);
}

/* One to three bytes are changed, half of them to small numbers, of which indices
 * and instructions are; and half of them in the module's second half, where the
 * code is. */
static void
change(GRand *rand, GByteArray *bytes)
{
	const guint n = (guint)g_rand_int_range(rand, 1, 4);

	for (guint i = 0; i < n; i++) {
		const gint32 from =
			g_rand_boolean(rand) ? (gint32)bytes->len / 2 : 0;
		const guint at =
			(guint)g_rand_int_range(rand, from, (gint32)bytes->len);

		if (at > 0 && at <= 8)
			continue; /* the header */
		bytes->data[at] = (guint8)(g_rand_boolean(rand) ?
						   g_rand_int(rand) :
						   g_rand_int(rand) % 8);
	}
}

static void
test_changed_modules_do_the_same_twice(void)
{
	const char *wanted = g_getenv("BSN_WASM_STORM");
	const guint64 n = wanted != NULL ?
				  g_ascii_strtoull(wanted, NULL, 10) :
				  MODULES;
	g_autoptr(GRand) rand = g_rand_new_with_seed(9);

	for (guint64 i = 0; i < n; i++) {
		const char *name =
			i % LARGE_EVERY == 0 ? "probe" :
					       files[i % G_N_ELEMENTS(files)];
		g_autoptr(GByteArray) bytes = read_file(name);

		change(rand, bytes);
		(void)LLVMFuzzerTestOneInput(bytes->data, bytes->len);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wasm-storm/changed-modules-do-the-same-twice",
			test_changed_modules_do_the_same_twice);
	return g_test_run();
}
