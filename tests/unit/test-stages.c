/* SPDX-License-Identifier: Apache-2.0
 *
 * How long stages take, and what the process takes of the machine.
 */
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "host/ops/resources.h"
#include "host/ops/stages.h"

static char *
page_of(MetricsProvider provider)
{
	Metrics *metrics = metrics_new();
	char *page;

	metrics_add(metrics, provider, NULL);
	page = metrics_render(metrics);
	metrics_free(metrics);
	return page;
}

/* The value of the line that begins so. */
static double
value_of(const char *page, const char *sample)
{
	g_autofree char *line = g_strconcat("\n", sample, NULL);
	const char *at = strstr(page, line);

	g_assert_nonnull(at);
	return g_ascii_strtod(at + strlen(line), NULL);
}

/* ---- stages ------------------------------------------------------------- */

#define OF(stage) "{stage=\"" stage "\"} "

static void
test_stage(void)
{
	const guint64 now = stage_now_ns();
	g_autofree char *before = page_of(stages_metrics);
	g_autofree char *after = NULL;

	stage_over(STAGE_VERIFY, now - 2000000000, 50); /* 2 s */
	stage_over(STAGE_VERIFY, now, 7);
	after = page_of(stages_metrics);
	g_assert_cmpfloat(
		value_of(after, "bsn_stage_seconds_count" OF("verify")), ==,
		value_of(before, "bsn_stage_seconds_count" OF("verify")) + 2);
	g_assert_cmpfloat(
		value_of(after, "bsn_stage_transactions_total" OF("verify")),
		==, 57);
	g_assert_cmpfloat(value_of(after, "bsn_stage_seconds_sum" OF("verify")),
			  >=, 2);
	g_assert_cmpfloat(value_of(after,
				   "bsn_stage_seconds_bucket{stage=\"verify\","
				   "le=\"1\"} "),
			  <=, 1);
	g_assert_cmpfloat(
		value_of(after, "bsn_stage_seconds_count" OF("store")), ==, 0);
}

/* ---- resources ---------------------------------------------------------- */

static void
test_status(void)
{
	ResourcesMemory memory;

	resources_read_status("Name:\tx\nVmHWM:\t    2048 kB\n"
			      "VmRSS:\t    1024 kB\nRssAnon:\t     512 kB\n",
			      &memory);
	g_assert_cmpuint(memory.resident, ==, 1024 * 1024);
	g_assert_cmpuint(memory.anonymous, ==, 512 * 1024);
	g_assert_cmpuint(memory.peak, ==, 2048 * 1024);
	resources_read_status("VmRSS", &memory);
	g_assert_cmpuint(memory.resident, ==, 0);
	resources_read_status("VmRSS:\t99999999999999999999 kB", &memory);
	g_assert_cmpuint(memory.resident, ==, 0);
}

/* "cancelled_write_bytes" is another line. */
static void
test_io(void)
{
	guint64 written = 0;

	g_assert_true(resources_read_io("wchar: 9\ncancelled_write_bytes: 3\n"
					"write_bytes: 4096\n",
					&written));
	g_assert_cmpuint(written, ==, 4096);
	g_assert_false(resources_read_io("rchar: 9\n", &written));
}

static void
write_file(const char *directory, const char *name, gsize len)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);
	g_autofree char *text = g_malloc(len);

	memset(text, 'x', len);
	g_assert_true(g_file_set_contents(path, text, (gssize)len, NULL));
}

static void
remove_file(const char *directory, const char *name)
{
	g_autofree char *path = g_build_filename(directory, name, NULL);

	g_assert_cmpint(g_remove(path), ==, 0);
}

static void
test_disk(void)
{
	g_autofree char *directory = g_dir_make_tmp("stages-XXXXXX", NULL);
	g_autofree char *inner = g_build_filename(directory, "inner", NULL);
	g_autofree char *link = g_build_filename(directory, "link", NULL);

	g_assert_cmpint(g_mkdir(inner, 0700), ==, 0);
	write_file(directory, "a", 10000);
	write_file(inner, "b", 100000);
	g_assert_cmpint(symlink("/", link), ==, 0);
	g_assert_cmpuint(resources_disk_bytes(directory, 0), >=, 10000);
	g_assert_cmpuint(resources_disk_bytes(directory, 0), <, 100000);
	g_assert_cmpuint(resources_disk_bytes(directory, 1), >=, 110000);
	g_assert_cmpuint(resources_disk_bytes(directory, 1), <, 1000000);
	remove_file(directory, "a");
	remove_file(directory, "link");
	remove_file(inner, "b");
	g_assert_cmpint(g_rmdir(inner), ==, 0);
	g_assert_cmpint(g_rmdir(directory), ==, 0);
	g_assert_cmpuint(resources_disk_bytes(directory, 1), ==, 0);
}

static void
test_process(void)
{
	g_autofree char *page = page_of(resources_metrics);

	g_assert_cmpfloat(value_of(page, "bsn_process_resident_bytes "), >,
			  100000);
	g_assert_cmpfloat(value_of(page, "bsn_process_anonymous_bytes "), <=,
			  value_of(page, "bsn_process_resident_peak_bytes "));
	g_assert_cmpfloat(value_of(page, "bsn_process_cpu_seconds_total{of="
					 "\"self\",mode=\"user\"} "),
			  >=, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/stages/what-took-how-long-is-told", test_stage);
	g_test_add_func("/resources/memory-is-what-the-kernel-says",
			test_status);
	g_test_add_func("/resources/written-bytes-are-what-the-kernel-says",
			test_io);
	g_test_add_func("/resources/files-are-counted-down-to-a-depth",
			test_disk);
	g_test_add_func("/resources/the-process-tells-its-own", test_process);
	return g_test_run();
}
