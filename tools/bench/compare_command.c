/* SPDX-License-Identifier: Apache-2.0
 *
 * `bsn-bench compare`.
 */
#include <stdio.h>

#include "tools/bench/commands.h"
#include "tools/bench/compare.h"
#include "tools/ctl/error.h"

#define PERCENT_MAX 1000.0

static const char help[] =
	"Usage: bsn-bench compare A.json B.json [OPTIONS]\n"
	"\n"
	"Says what is better or worse in B than in A, and by how much. Both "
	"are what\n"
	"bsn-bench --json wrote, of the same workload in the same kind of "
	"loop; what else\n"
	"was different is named.\n"
	"\n"
	"      --html FILE           also as a page by itself\n"
	"      --fail-below PERCENT  exit status 1 when B's throughput, of a "
	"ramp its\n"
	"                            highest rate, is less than so much of "
	"A's\n"
	"  -j, --json                one JSON object, errors too\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0; 1 below the percentage, or they cannot be compared; 2 "
	"the command\n"
	"line is wrong.\n";

typedef struct {
	char *html;
	double fail_below; /* percent; 0: whatever it is */
	gboolean json, help;
	const char *before, *after; /* borrowed of argv */
} Options;

static gboolean
parse(Options *options, int argc, char **argv, GError **error)
{
	const GOptionEntry entries[] = {
		BENCH_OPTION("html", 0, FILENAME, &options->html),
		BENCH_OPTION("fail-below", 0, DOUBLE, &options->fail_below),
		BENCH_OPTION("json", 'j', NONE, &options->json),
		BENCH_OPTION("help", 'h', NONE, &options->help),
		BENCH_OPTIONS_END,
	};

	if (!bench_parse("compare", entries, &argc, &argv, error))
		return FALSE;
	if (options->help)
		return TRUE;
	if (argc != 3)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"two reports are compared\nUsage: bsn-bench "
				"compare A.json B.json [OPTIONS]");
	if (options->fail_below < 0 || options->fail_below > PERCENT_MAX)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--fail-below is %g\nGive percent of A's "
				"throughput: 95.",
				options->fail_below);
	options->before = argv[1];
	options->after = argv[2];
	return TRUE;
}

static void
print(const Options *options, const GPtrArray *pairs)
{
	g_autofree char *text = NULL;
	json_t *json;

	if (!options->json) {
		text = compare_text(pairs, options->before, options->after);
		fputs(text, stdout);
		return;
	}
	json = compare_json(pairs, options->before, options->after);
	json_dumpf(json, stdout, JSON_INDENT(2));
	fputc('\n', stdout);
	json_decref(json);
}

static gboolean
check_percent(const Options *options, const GPtrArray *pairs, GError **error)
{
	const double percent = 100 * compare_worst(pairs);

	if (options->fail_below <= 0 || percent >= options->fail_below)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"the throughput is %.1f %% of what it was\n"
			"--fail-below wants %g %% at least.",
			percent, options->fail_below);
}

static gboolean
compare(const Options *options, GError **error)
{
	g_autoptr(GPtrArray) before = records_load(options->before, error);
	g_autoptr(GPtrArray) after = NULL;
	g_autoptr(GPtrArray) pairs = NULL;
	g_autofree char *page = NULL;

	if (before == NULL)
		return FALSE;
	after = records_load(options->after, error);
	if (after == NULL)
		return FALSE;
	pairs = compare_runs(before, options->before, after, options->after,
			     error);
	if (pairs == NULL)
		return FALSE;
	print(options, pairs);
	if (options->html != NULL) {
		page = compare_html(pairs, options->before, options->after);
		if (!g_file_set_contents(options->html, page, -1, error))
			return FALSE;
	}
	return check_percent(options, pairs, error);
}

int
bench_compare(int argc, char **argv)
{
	Options options = { 0 };
	GError *error = NULL;
	int status = 0;

	if (!parse(&options, argc, argv, &error) ||
	    (!options.help && !compare(&options, &error)))
		status = bench_fail(error, options.json);
	else if (options.help)
		fputs(help, stdout);
	g_free(options.html);
	return status;
}
