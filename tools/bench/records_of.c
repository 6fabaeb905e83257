/* SPDX-License-Identifier: Apache-2.0
 *
 * Records of what was measured.
 */
#include <sys/utsname.h>

#include "tools/bench/record.h"

#define US_PER_MS 1000.0
#define MS_PER_S 1000.0

/* 0 stands for what is not known or does not apply. */
static double
if_any(double value)
{
	return value > 0 ? value : RECORD_UNKNOWN;
}

static char *
iso_time(gint64 ms)
{
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(ms / 1000);

	return time != NULL ? g_date_time_format_iso8601(time) : NULL;
}

/* ---- what was asked ----------------------------------------------------- */

static void
take_parameters(Record *record, const RunParameters *what)
{
	record->framework = g_strdup(what->framework);
	record->crypto = g_strdup(what->crypto);
	record->consensus = g_strdup(what->consensus);
	record->chain = g_strdup(what->chain);
	record->contract = g_strdup(what->contract);
	record->function = g_strdup(what->function);
	record->signing = g_strdup(what->signing);
	record->reads = what->reads;
	record->chains = if_any(what->chains);
	record->hosts = if_any(what->hosts);
	record->signers = if_any(what->signers);
	record->subscribers = if_any(what->subscribers);
	record->connections = if_any(what->connections);
	record->in_flight = if_any(what->in_flight);
	record->batch = if_any(what->batch);
	record->rate = if_any(what->rate);
	record->transactions = (double)what->transactions;
	record->warm_up = (double)what->warm_up;
	record->tx_bytes = if_any((double)what->tx_bytes);
}

static void
take_machine(Record *record, const Result *result)
{
	struct utsname names;
	g_autofree char *kernel = NULL;

	record_add_fact(record->machine, "machine", result->machine);
	if (uname(&names) != 0)
		return;
	kernel = g_strdup_printf("%s %s, %s", names.sysname, names.release,
				 names.machine);
	record_add_fact(record->machine, "kernel", kernel);
}

/* ---- what came of it ---------------------------------------------------- */

static void
take_tally(GArray *values, const Tally *tally)
{
	g_autoptr(GPtrArray) names = tally_names(tally);

	for (guint i = 0; i < names->len; i++)
		record_add_value(values, names->pdata[i],
				 (double)tally_get(tally, names->pdata[i]));
}

static void
take_stage(Record *record, const char *name, const MetricsStage *from)
{
	RecordStage stage = {
		.name = g_strdup(name),
		.count = from->count,
		.mean_ms = from->count > 0
				   ? from->seconds * MS_PER_S / from->count
				   : 0,
		.transactions = from->transactions,
	};

	g_array_append_val(record->stages, stage);
}

/* Every host counts each block. */
static void
take_metrics(Record *record, const Metrics *all, guint nodes)
{
	for (guint i = 0; i < METRICS_PARTS; i++)
		record_add_value(record->cpu, metrics_part_names[i],
				 all->cpu_s[i]);
	for (guint i = 0; i < METRICS_STAGES; i++)
		if (all->stages[i].count > 0)
			take_stage(record, metrics_stage_names[i],
				   &all->stages[i]);
	record->blocks = all->blocks / nodes;
	record->syncs = all->syncs;
	record->sync_ms =
		all->syncs > 0 ? all->sync_s * MS_PER_S / all->syncs : 0;
}

static void
take_node(Record *record, const RunNode *from)
{
	const Metrics *rise = &from->rise;
	const double *cpu = rise->cpu_s;
	RecordNode node = { .name = g_strdup(from->name) };

	node.cpu_s = if_any(rise->process_cpu_s);
	for (guint i = 0; i < METRICS_PARTS && rise->process_cpu_s <= 0; i++)
		node.cpu_s = MAX(node.cpu_s, 0) + cpu[i];
	node.resident_bytes = if_any(rise->resident_bytes);
	node.anonymous_bytes = if_any(rise->anonymous_bytes);
	node.disk_before_bytes = if_any(rise->disk_before_bytes);
	node.disk_after_bytes = if_any(rise->disk_bytes);
	node.written_bytes = if_any(rise->written_bytes);
	g_array_append_val(record->nodes, node);
}

static void
take_run(Record *record, const Run *run)
{
	Metrics all;

	take_parameters(record, &run->what);
	record->label = g_strdup(run->label);
	record->started = iso_time(run->began_ms);
	record->ended_early = run->ended_early;
	record->requests = (double)run->requests;
	record->committed = (double)run->committed;
	record->seconds = (double)run->elapsed_us / G_USEC_PER_SEC;
	record->committed_per_s = run_rate(run);
	record->sent_bytes = if_any((double)run->sent_bytes);
	record->received_bytes = if_any((double)run->received_bytes);
	record->client_cpu_s = if_any(run->client_cpu_s);
	record_set_latency(record, run->latency);
	record_set_points(record, run->points);
	take_tally(record->errors, run->errors);
	take_tally(record->retries, run->retries);
	if (run->delivery != NULL) {
		record->events = (double)run->events;
		record->delivery = record_latency_of(run->delivery);
	}
	for (guint i = 0; i < run->nodes->len; i++) {
		const RunNode *node = &g_array_index(run->nodes, RunNode, i);

		if (node->known)
			take_node(record, node);
	}
	if (run_metrics(run, &all))
		take_metrics(record, &all, run->nodes->len);
}

static Record *
record_of(const Result *result, const Run *run)
{
	Record *record = record_new();

	record->tool = g_strconcat("bsn-bench ", result->version, NULL);
	record->workload = g_strdup(result->workload);
	record->title = g_strdup(result->title);
	record->loop = g_strdup(loop_mode_names[run->what.mode]);
	take_machine(record, result);
	take_run(record, run);
	return record;
}

/* ---- a ramp ------------------------------------------------------------- */

static void
add_step(Record *record, const Run *run)
{
	const RecordLatency latency = record_latency_of(run->latency);
	RecordStep step = {
		.rate = run->what.rate,
		.committed_per_s = run_rate(run),
		.p50_ms = latency.p50,
		.p99_ms = latency.p99,
		.failed = (double)tally_total(run->errors),
		.held = run->within,
		.why = g_strdup(run->why),
	};

	g_array_append_val(record->steps, step);
}

/* How many runs from there on are steps of one ramp. */
static guint
steps_from(const GPtrArray *runs, guint first)
{
	const Run *run = runs->pdata[first];
	guint n = 1;

	for (; first + n < runs->len; n++) {
		const Run *next = runs->pdata[first + n];

		if (next->what.mode != LOOP_RAMP ||
		    g_strcmp0(next->label, run->label) != 0)
			break;
	}
	return n;
}

/* The one of the highest rate that was kept; NULL when none was. */
static const Run *
best_step(const GPtrArray *runs, guint first, guint n)
{
	const Run *best = NULL;

	for (guint i = first; i < first + n; i++) {
		const Run *run = runs->pdata[i];

		if (run->within &&
		    (best == NULL || run->what.rate > best->what.rate))
			best = run;
	}
	return best;
}

static Record *
record_of_ramp(const Result *result, guint first, guint n)
{
	const GPtrArray *runs = result->runs;
	const Run *best = best_step(runs, first, n);
	Record *record =
		record_of(result, best != NULL ? best : runs->pdata[first]);

	record->bound_ms = (double)result->bound_us / US_PER_MS;
	record->bound_percent = result->bound_percent;
	record->best_rate = best != NULL ? best->what.rate : 0;
	for (guint i = first; i < first + n; i++) {
		const Run *run = runs->pdata[i];

		record->ended_early |= run->ended_early;
		add_step(record, run);
	}
	return record;
}

GPtrArray *
records_of(const Result *result)
{
	const GPtrArray *runs = result->runs;
	GPtrArray *records =
		g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
	guint n = 1;

	for (guint i = 0; i < runs->len; i += n) {
		const Run *run = runs->pdata[i];
		const gboolean ramp = run->what.mode == LOOP_RAMP;

		n = ramp ? steps_from(runs, i) : 1;
		g_ptr_array_add(records, ramp ? record_of_ramp(result, i, n)
					      : record_of(result, run));
	}
	return records;
}
