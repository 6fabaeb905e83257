/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench run: measures.
 */
#include "config.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "tools/bench/commands.h"
#include "tools/bench/ramp.h"
#include "tools/bench/report_out.h"
#include "tools/bench/session.h"
#include "tools/ctl/error.h"

#define ASK_TIMEOUT_MS 30000u

static gboolean
add_chains(Target *target, const BenchOptions *options, GError **error)
{
	if (options->chains == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"no chain is named\nName one with --chain.");
	for (char **chain = options->chains; *chain != NULL; chain++)
		if (!target_add_chain(target, *chain, error))
			return FALSE;
	return TRUE;
}

static gboolean
measure(const BenchOptions *options, Target *target, Ticker *ticker,
	Result *result, GError **error)
{
	g_auto(Session) session = { .options = options,
				    .target = target,
				    .ticker = ticker,
				    .result = result };

	if (!add_chains(target, options, error) ||
	    !session_open(&session, error))
		return FALSE;
	return session.plan.mode == LOOP_RAMP
		       ? ramp_run(&session, NULL, error)
		       : session_run(&session, NULL, error);
}

static gboolean
run(const BenchOptions *options, Ticker *ticker, GError **error)
{
	const ReportOutputs outputs = { options->json, options->json_file,
					options->html_file };
	g_auto(Target) target = { 0 };
	g_autoptr(Result) result =
		result_new(options->workload->name, options->workload->title);

	if (!target_init(&target, options->nodes, options->id, ASK_TIMEOUT_MS,
			 error) ||
	    !measure(options, &target, ticker, result, error))
		return FALSE;
	ticker_end(ticker);
	if (!report_out(result, &outputs, error))
		return FALSE;
	if (result_is_whole(result))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"not all transactions were committed\nThe errors above "
			"are the hosts' words; \"lost\" is a connection.");
}

static int
run_line(gboolean short_form, int argc, char **argv)
{
	GError *error = NULL;
	BenchOptions options;
	Ticker ticker;
	int status = 0;

	ticker_init(&ticker, stderr);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	switch (bench_options_parse(&options, short_form, argc, argv, &error)) {
	case BENCH_HELP:
		fputs(bench_options_help(), stdout);
		break;
	case BENCH_VERSION:
		puts("bsn-bench " PACKAGE_VERSION);
		break;
	case BENCH_RUN:
		(void)run(&options, &ticker, &error);
		break;
	case BENCH_USAGE:
		break;
	}
	ticker_end(&ticker);
	if (error != NULL)
		status = bench_fail(error, options.json);
	bench_options_clear(&options);
	curl_global_cleanup();
	return status;
}

int
bench_run(int argc, char **argv)
{
	return run_line(FALSE, argc, argv);
}

int
bench_run_chain(int argc, char **argv)
{
	return run_line(TRUE, argc, argv);
}
