/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench run: measures.
 */
#include "config.h"

#include <curl/curl.h>
#include <stdio.h>
#include <string.h>

#include "tools/bench/chains.h"
#include "tools/bench/commands.h"
#include "tools/bench/ramp.h"
#include "tools/bench/report_out.h"
#include "tools/bench/session.h"
#include "tools/bench/stop.h"
#include "tools/ctl/error.h"

#define ASK_TIMEOUT_MS 30000u

/* What a command line has come to. */
typedef struct {
	const BenchOptions *options;
	Target *target;
	Ticker *ticker;
	Result *result;
} Job;

static gboolean
measure(const Job *job, const char *label, GError **error)
{
	g_auto(Session) session = { .options = job->options,
				    .target = job->target,
				    .ticker = job->ticker,
				    .result = job->result };

	if (!session_open(&session, error))
		return FALSE;
	return session.plan.mode == LOOP_RAMP
		       ? ramp_run(&session, label, error)
		       : session_run(&session, label, error);
}

static gboolean
measure_there(const Job *job, GError **error)
{
	for (char **chain = job->options->chains; *chain != NULL; chain++)
		if (!target_add_chain(job->target, *chain, error))
			return FALSE;
	return measure(job, NULL, error);
}

/* On chains that are made for it. `engine` NULL: of the framework that the
 * workload or the command line names. */
static gboolean
measure_made(const Job *job, const char *engine, GError **error)
{
	const Workload *workload = job->options->workload;
	g_auto(ChainsPlan) plan = { 0 };
	gboolean ok;

	if (!workload_chains(workload, engine, &plan, error))
		return FALSE;
	if (engine != NULL) {
		g_free(plan.framework);
		plan.framework = g_strdup(engine);
	}
	ticker_say(job->ticker, "making chains");
	ok = chains_make(job->target, &plan, (guint)plan.count, error) &&
	     measure(job, engine, error);
	ticker_end(job->ticker);
	if (job->options->keep)
		g_ptr_array_set_size(job->target->chains, 0);
	else
		chains_drop(job->target);
	return ok;
}

static gboolean
measure_all(const Job *job, GError **error)
{
	GStrv engines = job->options->workload->engines;

	if (job->options->chains != NULL)
		return measure_there(job, error);
	if (engines == NULL)
		return measure_made(job, NULL, error);
	for (; *engines != NULL; engines++)
		if (!measure_made(job, *engines, error))
			return FALSE;
	return TRUE;
}

static gboolean
run(const BenchOptions *options, Ticker *ticker, GError **error)
{
	const ReportOutputs outputs = { options->json, options->json_file,
					options->html_file };
	g_auto(Target) target = { 0 };
	g_autoptr(Result) result =
		result_new(options->workload->name, options->workload->title);

	const Job job = { options, &target, ticker, result };
	gboolean measured;

	stop_on_signals();
	if (!target_init(&target, options->nodes, options->id, ASK_TIMEOUT_MS,
			 error))
		return FALSE;
	measured = measure_all(&job, error);
	ticker_end(ticker);
	if (!measured && (stop_signal() == 0 || result->runs->len == 0))
		return FALSE;
	if (!report_out(result, &outputs, measured ? error : NULL) || !measured)
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
