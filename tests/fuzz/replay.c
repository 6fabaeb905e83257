/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over its corpus, as a TAP test: each file as it is, and
 * each file cut short and with bytes changed in a reproducible way.
 */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#define MUTATIONS 64u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
run(const guint8 *data, gsize len)
{
	/* A copy of exactly that size, so that a sanitizer sees overreads. */
	guint8 *copy = g_memdup2(data, len);

	LLVMFuzzerTestOneInput(copy != NULL ? copy : (const guint8 *)"", len);
	g_free(copy);
}

static void
run_mutations(const guint8 *data, gsize len)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed((guint32)len);

	for (guint i = 0; i < MUTATIONS && len > 0; i++) {
		g_autofree guint8 *copy = g_memdup2(data, len);
		gsize cut = (gsize)g_rand_int_range(rand, 0, (gint32)len) + 1;

		for (guint j = 0; j < 1 + i % 4; j++)
			copy[(gsize)g_rand_int_range(rand, 0, (gint32)len)] =
				(guint8)g_rand_int(rand);
		run(copy, cut);
	}
}

static void
replay(gconstpointer path)
{
	g_autofree char *data = NULL;
	gsize len = 0;

	g_assert_true(g_file_get_contents(path, &data, &len, NULL));
	run((guint8 *)data, len);
	if (len < 65536)
		run_mutations((guint8 *)data, len);
}

static void
replay_empty(void)
{
	run(NULL, 0);
}

int
main(int argc, char **argv)
{
	const char *name;
	const char *entry;
	g_autofree char *dir = NULL;
	g_autofree char *base = g_path_get_basename(argv[0]);
	GDir *corpus;

	g_test_init(&argc, &argv, NULL);
	name = g_str_has_prefix(base, "lt-") ? base + 3 : base;
	name = g_str_has_prefix(name, "fuzz-") ? name + 5 : name;
	dir = g_test_build_filename(G_TEST_DIST, "tests/fuzz/corpus", name,
				    NULL);
	g_test_add_func("/replay/empty", replay_empty);
	corpus = g_dir_open(dir, 0, NULL);
	while (corpus != NULL && (entry = g_dir_read_name(corpus)) != NULL) {
		g_autofree char *test = g_strconcat("/replay/", entry, NULL);

		g_test_add_data_func_full(test,
					  g_build_filename(dir, entry, NULL),
					  replay, g_free);
	}
	if (corpus != NULL)
		g_dir_close(corpus);
	return g_test_run();
}
