/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/report.h"

#include <math.h>

static double
seconds(gint64 us)
{
	return (double)us / G_USEC_PER_SEC;
}

static double
ms(guint64 us)
{
	return (double)us / 1000.0;
}

static double
rate_of(const Report *report)
{
	return report->elapsed_us > 0 ? (double)report->stats->committed /
						seconds(report->elapsed_us)
				      : 0;
}

static double
ratio(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

static double
cpu_total(const Metrics *metrics)
{
	double total = 0;

	for (guint i = 0; i < METRICS_PARTS; i++)
		total += metrics->cpu_s[i];
	return total;
}

/* Every host counts each block. */
static double
blocks_of(const Report *report)
{
	return report->metrics->blocks / report->hosts;
}

/* ---- for programs ------------------------------------------------------- */

/* Three digits behind the point are more than a measurement has. */
static json_t *
number(double value)
{
	return json_real(round(value * 1000) / 1000);
}

static json_t *
tally_json(const Tally *tally)
{
	g_autoptr(GPtrArray) names = tally_names(tally);
	json_t *json = json_object();

	for (guint i = 0; i < names->len; i++)
		json_object_set_new(
			json, names->pdata[i],
			json_integer((json_int_t)tally_get(tally,
							   names->pdata[i])));
	return json;
}

static json_t *
latency_json(const Latency *latency)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "min",
			 number(ms(latency->min)), "mean",
			 number(ms(latency->mean)), "p50",
			 number(ms(latency->p50)), "p90",
			 number(ms(latency->p90)), "p99",
			 number(ms(latency->p99)), "max",
			 number(ms(latency->max)));
}

static json_t *
hosts_json(const Report *report)
{
	const Metrics *metrics = report->metrics;
	const double total = cpu_total(metrics);
	json_t *cpu = json_object();
	json_t *share = json_object();

	for (guint i = 0; i < METRICS_PARTS; i++) {
		json_object_set_new(cpu, metrics_part_names[i],
				    number(metrics->cpu_s[i]));
		json_object_set_new(share, metrics_part_names[i],
				    number(ratio(metrics->cpu_s[i], total)));
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "cpu_s", cpu,
			 "cpu_share", share, "blocks",
			 number(blocks_of(report)), "syncs",
			 number(metrics->syncs), "sync_ms",
			 number(1000 * ratio(metrics->sync_s, metrics->syncs)));
}

json_t *
report_json(const Report *report)
{
	const BenchOptions *options = report->options;
	json_t *json = json_pack(
		"{s:s, s:i, s:s, s:i, s:i, s:I, s:I, s:I, s:I, s:o, s:o, s:o, "
		"s:o, s:o}",
		"chain", options->chain, "hosts", (int)report->hosts, "loop",
		options->rate > 0 ? "open" : "closed", "in_flight",
		(int)options->in_flight, "batch", (int)options->batch,
		"transactions", (json_int_t)options->transactions, "tx_bytes",
		(json_int_t)report->tx_bytes, "requests",
		(json_int_t)report->stats->requests, "committed",
		(json_int_t)report->stats->committed, "errors",
		tally_json(report->stats->errors), "retries",
		tally_json(report->stats->retries), "seconds",
		number(seconds(report->elapsed_us)), "committed_per_s",
		number(rate_of(report)), "latency_ms",
		latency_json(&report->latency));

	if (options->rate > 0)
		json_object_set_new(json, "rate", number(options->rate));
	if (report->metrics != NULL)
		json_object_update_new(json, json_pack("{s:o}", "on_hosts",
						       hosts_json(report)));
	return json;
}

/* ---- for people --------------------------------------------------------- */

static void
append_tally(GString *text, const char *what, const Tally *tally)
{
	g_autoptr(GPtrArray) names = tally_names(tally);

	if (names->len == 0)
		return;
	g_string_append_printf(text, "%-12s", what);
	for (guint i = 0; i < names->len; i++)
		g_string_append_printf(
			text, "%s%" G_GUINT64_FORMAT " %s",
			i > 0 ? ", " : "",
			tally_get(tally, names->pdata[i]),
			(const char *)names->pdata[i]);
	g_string_append_c(text, '\n');
}

static void
append_latency(GString *text, const Latency *latency)
{
	g_string_append_printf(text,
			       "latency     p50 %.1f, p90 %.1f, p99 %.1f, max "
			       "%.1f ms; mean %.1f\n",
			       ms(latency->p50), ms(latency->p90),
			       ms(latency->p99), ms(latency->max),
			       ms(latency->mean));
}

static void
append_hosts(GString *text, const Report *report)
{
	const Metrics *metrics = report->metrics;
	const double total = cpu_total(metrics);
	const double committed = (double)report->stats->committed;

	g_string_append_printf(
		text, "blocks      %.0f, %.1f transactions each\n",
		blocks_of(report), ratio(committed, blocks_of(report)));
	g_string_append_printf(text,
			       "syncs       %.0f on all hosts, %.1f ms each\n",
			       metrics->syncs,
			       1000 * ratio(metrics->sync_s, metrics->syncs));
	g_string_append_printf(
		text,
		"CPU         %.2f s on all hosts, %.2f ms a transaction\n",
		total, 1000 * ratio(total, committed));
	g_string_append(text, "           ");
	for (guint i = METRICS_PARTS; i-- > 0;)
		g_string_append_printf(
			text, " %s %.0f%%%s", metrics_part_names[i],
			100 * ratio(metrics->cpu_s[i], total),
			i > 0 ? "," : "\n");
}

char *
report_text(const Report *report)
{
	const BenchOptions *options = report->options;
	GString *text = g_string_new(NULL);

	g_string_append_printf(
		text,
		"%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
		" transactions committed in %.2f s, %" G_GSIZE_FORMAT
		" bytes each\n",
		options->chain, report->stats->committed,
		options->transactions, seconds(report->elapsed_us),
		report->tx_bytes);
	g_string_append_printf(text, "throughput  %.1f committed a second\n",
			       rate_of(report));
	append_latency(text, &report->latency);
	append_tally(text, "errors", report->stats->errors);
	append_tally(text, "retries", report->stats->retries);
	if (report->metrics != NULL)
		append_hosts(text, report);
	return g_string_free(text, FALSE);
}
