/* SPDX-License-Identifier: Apache-2.0
 *
 * One run: charts, then what a node took, what went wrong, how it was run.
 */
#include "tools/bench/charts.h"
#include "tools/bench/html.h"
#include "tools/bench/measure.h"
#include "tools/bench/page.h"
#include "tools/bench/report_html.h"
#include "tools/bench/units.h"

/* ---- numbers ------------------------------------------------------------ */

static void
append_numbers(GString *page, const Record *record)
{
	const double failed = record_total(record->errors);
	g_autofree char *rate = units_rate(record->committed_per_s);

	g_string_append(page, "<dl class=\"numbers\">\n");
	if (record->ended_early)
		page_number(page, "the run was", g_strdup("ended early"), TRUE);
	if (record_knows(record->best_rate)) {
		g_autofree char *best = units_rate(record->best_rate);

		page_number(page, "highest rate within the bound",
			    g_strconcat(best, "/s", NULL), FALSE);
	}
	page_number(page, record->reads ? "answered" : "committed",
		    g_strconcat(rate, "/s", NULL), FALSE);
	page_number(page, "latency p50", units_ms(record->latency.p50), FALSE);
	page_number(page, "latency p99", units_ms(record->latency.p99), FALSE);
	page_number(page, "failed", units_count(failed), failed > 0);
	if (record_knows(measure_cpu_us(record, NULL)))
		page_number(page, "CPU of the nodes, each",
			    units_us(measure_cpu_us(record, NULL)), FALSE);
	if (record_knows(measure_disk_per_tx(record)))
		page_number(page, "disk, each",
			    units_bytes(measure_disk_per_tx(record)), FALSE);
	g_string_append(page, "</dl>\n");
}

/* ---- latencies ---------------------------------------------------------- */

static void
latency_row(GString *page, const char *name, const RecordLatency *of)
{
	const double values[] = { of->min, of->mean, of->p50,  of->p90,
				  of->p95, of->p99,  of->p999, of->max };

	markup_append(page, "<tr><th>%s</th>", name);
	for (guint i = 0; i < G_N_ELEMENTS(values); i++)
		page_cell(page, units_ms(values[i]));
	g_string_append(page, "</tr>\n");
}

static void
append_latencies(GString *page, const Record *record)
{
	static const char *const columns[] = { "least", "mean",	   "p50",
					       "p90",	"p95",	   "p99",
					       "p99.9", "slowest", NULL };

	if (!record_knows(record->latency.p50))
		return;
	page_begin_table(page, "Latencies", TRUE);
	page_column(page, "");
	page_number_columns(page, columns);
	page_begin_rows(page);
	latency_row(page, record->reads ? "to the answer" : "to the commit",
		    &record->latency);
	if (record_knows(record->delivery.p50))
		latency_row(page, "to a subscriber", &record->delivery);
	page_end_table(page);
}

/* ---- stages by the clock ------------------------------------------------ */

static void
stage_row(GString *page, const RecordStage *stage)
{
	g_autofree char *name = clean_text(stage->name);

	markup_append(page, "<tr><th>%s</th>", name);
	page_cell(page, units_count(stage->count));
	page_cell(page, units_ms(stage->mean_ms));
	page_cell(page, stage->count > 0 && stage->transactions > 0
				? units_rate(stage->transactions / stage->count)
				: g_strdup("-"));
	g_string_append(page, "</tr>\n");
}

static void
append_stages(GString *page, const Record *record)
{
	static const char *const columns[] = { "requests, batches, blocks",
					       "each took",
					       "transactions in it", NULL };

	if (record->stages->len == 0)
		return;
	page_begin_table(page, "Stages on the nodes by the clock", FALSE);
	page_column(page, "stage");
	page_number_columns(page, columns);
	page_begin_rows(page);
	for (guint i = 0; i < record->stages->len; i++)
		stage_row(page, &g_array_index(record->stages, RecordStage, i));
	page_end_table(page);
}

/* ---- nodes -------------------------------------------------------------- */

static void
node_row(GString *page, const Record *record, const RecordNode *node)
{
	const gboolean disk = record_knows(node->disk_before_bytes) &&
			      record_knows(node->disk_after_bytes);
	const double grown =
		MAX(node->disk_after_bytes - node->disk_before_bytes, 0);
	g_autofree char *name = clean_text(node->name);

	markup_append(page, "<tr><th>%s</th>", name);
	page_cell(page, units_seconds(node->cpu_s));
	page_cell(page, record_knows(node->cpu_s) && record->seconds > 0
				? units_percent(node->cpu_s / record->seconds)
				: g_strdup("-"));
	page_cell(page, units_bytes(node->resident_bytes));
	page_cell(page, units_bytes(node->anonymous_bytes));
	page_cell(page, units_bytes(node->disk_before_bytes));
	page_cell(page, units_bytes(node->disk_after_bytes));
	page_cell(page, units_bytes(disk && record->committed > 0
					    ? grown / record->committed
					    : RECORD_UNKNOWN));
	page_cell(page,
		  units_bytes(record_knows(node->written_bytes) &&
					      record->committed > 0
				      ? node->written_bytes / record->committed
				      : RECORD_UNKNOWN));
	g_string_append(page, "</tr>\n");
}

static void
append_nodes(GString *page, const Record *record)
{
	static const char *const columns[] = { "CPU",	      "of a core",
					       "memory",      "without files",
					       "disk before", "after",
					       "each",	      "written, each",
					       NULL };

	if (record->nodes->len == 0)
		return;
	page_begin_table(page, "What the nodes took", TRUE);
	page_column(page, "node");
	page_number_columns(page, columns);
	page_begin_rows(page);
	for (guint i = 0; i < record->nodes->len; i++)
		node_row(page, record,
			 &g_array_index(record->nodes, RecordNode, i));
	page_end_table(page);
}

/* ---- what went wrong ---------------------------------------------------- */

static void
append_tally(GString *page, const char *what, const GArray *values)
{
	for (guint i = 0; i < values->len; i++) {
		const RecordValue *value =
			&g_array_index(values, RecordValue, i);
		g_autofree char *name = clean_text(value->name);

		markup_append(page, "<tr><th>%s</th><td>%s</td>", name, what);
		page_cell(page, units_count(value->value));
		g_string_append(page, "</tr>\n");
	}
}

static void
append_errors(GString *page, const Record *record)
{
	static const char *const columns[] = { "transactions", NULL };

	if (record->errors->len + record->retries->len == 0) {
		page_begin_figure(page, "Errors", FALSE);
		g_string_append(page, "<p class=\"soft\">None.</p>\n");
		page_end_figure(page);
		return;
	}
	page_begin_table(page, "Errors", FALSE);
	page_column(page, "what the hosts called it");
	page_column(page, "which was");
	page_number_columns(page, columns);
	page_begin_rows(page);
	append_tally(page, "the end of it", record->errors);
	append_tally(page, "tried again", record->retries);
	page_end_table(page);
}

/* ---- a ramp ------------------------------------------------------------- */

static void
step_row(GString *page, const RecordStep *step)
{
	g_autofree char *why = clean_text(step->why);

	g_string_append(page, "<tr>");
	page_cell(page, units_rate(step->rate));
	page_cell(page, units_rate(step->committed_per_s));
	page_cell(page, units_ms(step->p50_ms));
	page_cell(page, units_ms(step->p99_ms));
	page_cell(page, units_count(step->failed));
	markup_append(page, "<td><span class=\"verdict %s\">%s</span> %s</td>",
		      step->held ? "better" : "worse",
		      step->held ? "kept" : "not kept", why);
	g_string_append(page, "</tr>\n");
}

static void
append_steps(GString *page, const Record *record)
{
	static const char *const columns[] = { "asked for", "had",    "p50",
					       "p99",	    "failed", NULL };

	if (record->steps->len == 0)
		return;
	page_begin_table(page, "Steps of the ramp, in the order they were run",
			 FALSE);
	page_number_columns(page, columns);
	page_column(page, "bound");
	page_begin_rows(page);
	for (guint i = 0; i < record->steps->len; i++)
		step_row(page, &g_array_index(record->steps, RecordStep, i));
	page_end_table(page);
}

/* ---- how it was run ----------------------------------------------------- */

static void
number_fact(GString *page, const char *name, double value,
	    char *(*unit)(double))
{
	g_autofree char *text = unit(value);

	if (record_knows(value))
		page_fact(page, name, text);
}

static void
append_how(GString *page, const Record *record)
{
	page_begin_figure(page, "How it was run", TRUE);
	g_string_append(page, "<dl class=\"facts\">\n");
	page_fact(page, "workload", record->workload);
	page_fact(page, "loop", record->loop);
	number_fact(page, "rate asked for", record->rate, units_rate);
	page_fact(page, "framework", record->framework);
	page_fact(page, "algorithms", record->crypto);
	page_fact(page, "consensus", record->consensus);
	page_fact(page, "chain", record->chain);
	page_fact(page, "contract", record->contract);
	page_fact(page, "function", record->function);
	page_fact(page, "signed", record->signing);
	number_fact(page, "chains", record->chains, units_count);
	number_fact(page, "hosts", record->hosts, units_count);
	number_fact(page, "signers", record->signers, units_count);
	number_fact(page, "subscribers", record->subscribers, units_count);
	number_fact(page, "connections", record->connections, units_count);
	number_fact(page, "requests at once", record->in_flight, units_count);
	number_fact(page, "transactions of a request", record->batch,
		    units_count);
	number_fact(page, "transactions", record->transactions, units_count);
	number_fact(page, "before, unmeasured", record->warm_up, units_count);
	number_fact(page, "bytes of a transaction", record->tx_bytes,
		    units_count);
	number_fact(page, "requests", record->requests, units_count);
	number_fact(page, "it took", record->seconds, units_seconds);
	number_fact(page, "blocks", record->blocks, units_count);
	number_fact(page, "syncs of all stores", record->syncs, units_count);
	number_fact(page, "each sync", record->sync_ms, units_ms);
	number_fact(page, "events received", record->events, units_count);
	number_fact(page, "sent", record->sent_bytes, units_bytes);
	number_fact(page, "received", record->received_bytes, units_bytes);
	number_fact(page, "CPU of bsn-bench", record->client_cpu_s,
		    units_seconds);
	for (guint i = 0; i < record->machine->len; i++) {
		const RecordFact *fact =
			&g_array_index(record->machine, RecordFact, i);

		page_fact(page, fact->name, fact->text);
	}
	page_fact(page, "began", record->started);
	page_fact(page, "measured by", record->tool);
	g_string_append(page, "</dl>\n");
	page_end_figure(page);
}

void
report_html_run(GString *page, const Record *record)
{
	append_numbers(page, record);
	g_string_append(page, "<div class=\"charts\">\n");
	chart_ramp(page, record);
	append_steps(page, record);
	chart_throughput(page, record);
	chart_latency(page, record);
	chart_distribution(page, record);
	chart_percentiles(page, &record, 1);
	append_latencies(page, record);
	chart_stages(page, &record, 1);
	append_nodes(page, record);
	append_stages(page, record);
	append_errors(page, record);
	append_how(page, record);
	g_string_append(page, "</div>\n");
}
