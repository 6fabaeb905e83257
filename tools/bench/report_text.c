/* SPDX-License-Identifier: Apache-2.0
 *
 * A report for the terminal.
 */
#include <string.h>

#include "tools/bench/html.h"
#include "tools/bench/measure.h"
#include "tools/bench/report_out.h"
#include "tools/bench/units.h"

#define NAME_WIDTH "%-12s"
#define BAR_CELLS 30u

static void
append(GString *text, char *word, const char *behind)
{
	g_string_append(text, word);
	g_string_append(text, behind);
	g_free(word);
}

static void
begin(GString *text, const char *name)
{
	g_string_append_printf(text, NAME_WIDTH, name);
}

/* ---- the run ------------------------------------------------------------ */

static void
append_head(GString *text, const Record *record)
{
	g_autofree char *title = record_title(record);
	g_autofree char *clean = clean_text(title);

	g_string_append_printf(text, "%s: ", clean);
	append(text, units_count(record->committed), "");
	if (record_knows(record->transactions)) {
		g_string_append(text, " of ");
		append(text, units_count(record->transactions), "");
	}
	g_string_append(text, record->reads ? " queries answered in "
					    : " transactions committed in ");
	append(text, units_seconds(record->seconds),
	       record->ended_early ? ", ended early" : "");
	if (record_knows(record->tx_bytes)) {
		g_string_append(text, ", ");
		append(text, units_count(record->tx_bytes), " bytes each");
	}
	g_string_append_c(text, '\n');
}

static void
append_throughput(GString *text, const Record *record)
{
	begin(text, "throughput");
	append(text, units_rate(record->committed_per_s),
	       record->reads ? " answered a second" : " committed a second");
	if (record_knows(record->rate)) {
		g_string_append(text, ", ");
		append(text, units_rate(record->rate), " asked for");
	}
	g_string_append_c(text, '\n');
}

static void
append_latency(GString *text, const char *name, const RecordLatency *of)
{
	const struct {
		const char *name;
		double ms;
	} values[] = {
		{ "p50", of->p50 },   { "p90", of->p90 },    { "p95", of->p95 },
		{ "p99", of->p99 },   { "p99.9", of->p999 }, { "max", of->max },
		{ "mean", of->mean },
	};

	if (!record_knows(of->p50))
		return;
	begin(text, name);
	for (guint i = 0; i < G_N_ELEMENTS(values); i++) {
		g_string_append_printf(text, "%s%s ", i > 0 ? ", " : "",
				       values[i].name);
		append(text, units_ms(values[i].ms), "");
	}
	g_string_append_c(text, '\n');
}

static void
append_values(GString *text, const char *name, const GArray *values)
{
	if (values->len == 0)
		return;
	begin(text, name);
	for (guint i = 0; i < values->len; i++) {
		const RecordValue *value =
			&g_array_index(values, RecordValue, i);
		g_autofree char *clean = clean_text(value->name);

		g_string_append(text, i > 0 ? ", " : "");
		append(text, units_count(value->value), " ");
		g_string_append(text, clean);
	}
	g_string_append_c(text, '\n');
}

/* ---- the hosts ---------------------------------------------------------- */

static void
append_blocks(GString *text, const Record *record)
{
	if (record->blocks > 0) {
		begin(text, "blocks");
		append(text, units_count(record->blocks), ", ");
		append(text, units_rate(record->committed / record->blocks),
		       " transactions each\n");
	}
	if (record->syncs > 0) {
		begin(text, "syncs");
		append(text, units_count(record->syncs), " on all hosts, ");
		append(text, units_ms(record->sync_ms), " each\n");
	}
}

static void
append_part(GString *text, const Record *record, const RecordValue *part,
	    double total)
{
	const double share = total > 0 ? part->value / total : 0;
	const guint cells = (guint)(share * BAR_CELLS + 0.5);
	g_autofree char *name = clean_text(part->name);
	g_autofree char *us = units_us(measure_cpu_us(record, part->name));
	g_autofree char *percent = units_percent(share);

	g_string_append_printf(text, "  %-10s%*s%s%*s%s  ", name,
			       (int)MAX(9 - g_utf8_strlen(us, -1), 0), "", us,
			       (int)MAX(8 - g_utf8_strlen(percent, -1), 0), "",
			       percent);
	for (guint i = 0; i < MIN(cells, BAR_CELLS); i++)
		g_string_append_c(text, '#');
	g_string_append_c(text, '\n');
}

static void
append_cpu(GString *text, const Record *record)
{
	const double total = record_total(record->cpu);

	if (!record_knows(measure_cpu_us(record, NULL)))
		return;
	begin(text, "CPU");
	append(text, units_seconds(total), " on all hosts, ");
	append(text, units_us(measure_cpu_us(record, NULL)),
	       " a transaction:\n");
	for (guint i = 0; i < record->cpu->len; i++)
		append_part(text, record,
			    &g_array_index(record->cpu, RecordValue, i), total);
}

static void
append_stages(GString *text, const Record *record)
{
	if (record->stages->len == 0)
		return;
	begin(text, "by clock");
	for (guint i = 0; i < record->stages->len; i++) {
		const RecordStage *stage =
			&g_array_index(record->stages, RecordStage, i);
		g_autofree char *name = clean_text(stage->name);

		g_string_append_printf(text, "%s%s ", i > 0 ? ", " : "", name);
		append(text, units_ms(stage->mean_ms), "");
	}
	g_string_append(text, " (a request, batch or block)\n");
}

static void
append_resources(GString *text, const Record *record)
{
	const double disk = measure_disk_per_tx(record);
	const double resident = record_resident(record);

	if (record_knows(resident)) {
		begin(text, "memory");
		append(text, units_bytes(resident), " on all hosts\n");
	}
	if (record_knows(disk)) {
		begin(text, "disk");
		append(text, units_bytes(disk),
		       " a transaction on all hosts, ");
		append(text, units_bytes(record_disk_growth(record)),
		       " in all\n");
	}
}

static void
append_client(GString *text, const Record *record)
{
	if (!record_knows(record->client_cpu_s) || record->committed <= 0)
		return;
	begin(text, "client");
	append(text, units_seconds(record->client_cpu_s), " of CPU, ");
	append(text, units_us(record->client_cpu_s * 1e6 / record->committed),
	       " a transaction\n");
}

/* ---- a ramp ------------------------------------------------------------- */

static void
append_step(GString *text, const RecordStep *step)
{
	g_autofree char *why = clean_text(step->why);
	g_autofree char *rate = units_rate(step->rate);
	g_autofree char *had = units_rate(step->committed_per_s);
	g_autofree char *p99 = units_ms(step->p99_ms);

	g_string_append_printf(
		text, "  %10s/s asked for, %10s/s had, p99 %s: %s%s%s\n", rate,
		had, p99, step->held ? "kept" : "not kept",
		*why != '\0' ? ", " : "", why);
}

static void
append_ramp(GString *text, const Record *record)
{
	if (record->steps->len == 0)
		return;
	for (guint i = 0; i < record->steps->len; i++)
		append_step(text, &g_array_index(record->steps, RecordStep, i));
	begin(text, "highest");
	if (record->best_rate > 0)
		append(text, units_rate(record->best_rate), "/s");
	else
		g_string_append(text, "none of these");
	g_string_append(text, " with ");
	if (record->bound_percent > 0) {
		g_autofree char *percent = units_short(record->bound_percent);

		g_string_append_printf(text, "p%s", percent);
	} else {
		g_string_append(text, "latency");
	}
	g_string_append(text, " under ");
	append(text, units_ms(record->bound_ms),
	       "; what follows is that step's\n");
}

/* ---- all ---------------------------------------------------------------- */

static void
append_record(GString *text, const Record *record)
{
	append_head(text, record);
	append_ramp(text, record);
	append_throughput(text, record);
	append_latency(text, "latency", &record->latency);
	append_latency(text, "delivery", &record->delivery);
	append_values(text, "errors", record->errors);
	append_values(text, "retries", record->retries);
	append_blocks(text, record);
	append_cpu(text, record);
	append_stages(text, record);
	append_resources(text, record);
	append_client(text, record);
}

char *
report_text_of(const GPtrArray *records)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < records->len; i++) {
		if (i > 0)
			g_string_append_c(text, '\n');
		append_record(text, records->pdata[i]);
	}
	return g_string_free(text, FALSE);
}
