/* SPDX-License-Identifier: Apache-2.0
 *
 * `bsn-bench report`: shows what was measured before.
 */
#include <stdio.h>

#include "tools/bench/commands.h"
#include "tools/bench/report_html.h"
#include "tools/bench/report_out.h"
#include "tools/ctl/error.h"

static const char help[] =
	"Usage: bsn-bench report FILE.json... [OPTIONS]\n"
	"\n"
	"Shows reports that bsn-bench --json wrote; the runs of several files "
	"stand side\n"
	"by side.\n"
	"\n"
	"      --html FILE    as a page by itself, instead of on the terminal\n"
	"  -h, --help\n"
	"\n"
	"Exit status: 0; 1 a file cannot be read or written; 2 the command "
	"line is wrong.\n";

typedef struct {
	char *html;
	char **files;
	gboolean help;
} Options;

static gboolean
parse(Options *options, int *argc, char ***argv, GError **error)
{
	const GOptionEntry entries[] = {
		BENCH_OPTION("html", 0, FILENAME, &options->html),
		BENCH_OPTION("help", 'h', NONE, &options->help),
		BENCH_OPTION(G_OPTION_REMAINING, 0, FILENAME_ARRAY,
			     &options->files),
		BENCH_OPTIONS_END,
	};

	if (!bench_parse("report", entries, argc, argv, error))
		return FALSE;
	if (options->files != NULL || options->help)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"no report is named\nUsage: bsn-bench report "
			"FILE.json... [OPTIONS]");
}

static gboolean
add_file(GPtrArray *records, const char *file, GError **error)
{
	g_autoptr(GPtrArray) more = records_load(file, error);

	if (more == NULL)
		return FALSE;
	g_ptr_array_extend_and_steal(records, g_steal_pointer(&more));
	if (records->len <= RECORD_RUNS_MAX)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"these are more than %u runs\nShow some of them.",
			RECORD_RUNS_MAX);
}

static gboolean
show(const Options *options, GError **error)
{
	g_autoptr(GPtrArray) records =
		g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
	g_autofree char *text = NULL;

	for (char **file = options->files; *file != NULL; file++)
		if (!add_file(records, *file, error))
			return FALSE;
	if (options->html != NULL) {
		text = report_html(records);
		return g_file_set_contents(options->html, text, -1, error);
	}
	text = report_text_of(records);
	fputs(text, stdout);
	return TRUE;
}

int
bench_report(int argc, char **argv)
{
	Options options = { 0 };
	GError *error = NULL;
	int status = 0;

	if (!parse(&options, &argc, &argv, &error) ||
	    (!options.help && !show(&options, &error)))
		status = bench_fail(error, FALSE);
	else if (options.help)
		fputs(help, stdout);
	g_free(options.html);
	g_strfreev(options.files);
	return status;
}
