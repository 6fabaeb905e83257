/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn-bench run: measures.
 */
#include "config.h"

#include <curl/curl.h>
#include <stdio.h>
#include <unistd.h>

#include "tools/bench/commands.h"
#include "tools/bench/load.h"
#include "tools/bench/report.h"
#include "tools/ctl/error.h"

/* ---- the line on the terminal ------------------------------------------- */

typedef struct {
	const char *what;
	guint64 n;
} Watched;

static gboolean
is_watched(void)
{
	return isatty(STDERR_FILENO) != 0;
}

static void
show(guint64 answered, gint64 elapsed_us, void *user)
{
	const Watched *watched = user;
	double s = (double)elapsed_us / G_USEC_PER_SEC;

	if (!is_watched())
		return;
	fprintf(stderr,
		"\r\033[K%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
		", %.0f a second, %.0f s",
		watched->what, answered, watched->n,
		s > 0 ? (double)answered / s : 0, s);
	fflush(stderr);
}

static void
say(const char *what)
{
	if (is_watched())
		fprintf(stderr, "\r\033[K%s", what);
}

/* ---- the run ------------------------------------------------------------ */

/* Metrics are missed where they cannot be read, not asked for. */
static gboolean
read_metrics(const Target *target, Metrics *metrics)
{
	g_autoptr(GError) why = NULL;
	gboolean known = target_metrics(target, metrics, &why);

	if (why != NULL)
		fprintf(stderr, "bsn-bench: %s\n", why->message);
	return known;
}

static void
warm_up(Load *load, const BenchOptions *options, GPtrArray *txs, guint64 limit)
{
	Watched watched = { "warming up", options->warm_up };
	gint64 elapsed_us;

	if (options->warm_up > 0)
		stats_free(load_run(load, (GBytes *const *)txs->pdata,
				    options->warm_up, limit, &elapsed_us, show,
				    &watched));
}

static void
print(const Report *report)
{
	g_autofree char *text = NULL;
	json_t *json;

	say("");
	if (!report->options->json) {
		text = report_text(report);
		fputs(text, stdout);
		return;
	}
	json = report_json(report);
	json_dumpf(json, stdout, JSON_INDENT(2));
	fputc('\n', stdout);
	json_decref(json);
}

/* Whether all were committed. */
static gboolean
measure(Target *target, Load *load, const BenchOptions *options, GPtrArray *txs,
	guint64 limit)
{
	Watched watched = { "measuring", options->transactions };
	Report report = { .options = options,
			  .hosts = target->hosts->len,
			  .tx_bytes = g_bytes_get_size(txs->pdata[0]) };
	g_autoptr(Stats) stats = NULL;
	Metrics before, after;
	gboolean known;

	warm_up(load, options, txs, limit);
	known = read_metrics(target, &before);
	stats = load_run(load, (GBytes *const *)txs->pdata + options->warm_up,
			 options->transactions, limit, &report.elapsed_us, show,
			 &watched);
	if (known && read_metrics(target, &after)) {
		after = metrics_between(&before, &after);
		report.metrics = &after;
	}
	report.stats = stats;
	report.latency = latency_of((guint64 *)(void *)stats->latencies->data,
				    stats->latencies->len);
	print(&report);
	return stats->committed == options->transactions;
}

static GPtrArray *
make(Workshop *workshop, Target *target, const BenchOptions *options,
     GError **error)
{
	const guint64 n = options->warm_up + options->transactions;

	if (options->from != NULL)
		return file_read_txs(options->from, n, error);
	say("signing");
	return workshop_init(workshop, target, options, error)
		       ? workshop_make(workshop, n, error)
		       : NULL;
}

static gboolean
run(const BenchOptions *options, GError **error)
{
	g_auto(Target) target = { 0 };
	g_auto(Workshop) workshop = { 0 };
	g_autoptr(GPtrArray) txs = NULL;
	g_autoptr(Load) load = NULL;

	if (!target_init(&target, options, error))
		return FALSE;
	txs = make(&workshop, &target, options, error);
	if (txs == NULL)
		return FALSE;
	load = load_new(&target, &workshop, options, error);
	if (load == NULL)
		return FALSE;
	if (measure(&target, load, options, txs,
		    workshop.pattern != NULL
			    ? fisco_pattern_block_limit(workshop.pattern)
			    : 0))
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"not all transactions were committed\nThe errors above "
			"are the hosts' words; \"lost\" is a connection.");
}

int
bench_run(int argc, char **argv)
{
	GError *error = NULL;
	BenchOptions options;
	int status = 0;

	curl_global_init(CURL_GLOBAL_DEFAULT);
	switch (bench_options_parse(&options, argc, argv, &error)) {
	case BENCH_HELP:
		fputs(bench_options_help(), stdout);
		break;
	case BENCH_VERSION:
		puts("bsn-bench " PACKAGE_VERSION);
		break;
	case BENCH_RUN:
		(void)run(&options, &error);
		break;
	case BENCH_USAGE:
		break;
	}
	say("");
	if (error != NULL)
		status = bench_fail(error, options.json);
	bench_options_clear(&options);
	curl_global_cleanup();
	return status;
}
