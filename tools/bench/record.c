/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/record_members.h"

#include <string.h>

#define US_PER_MS 1000.0

/* ---- making ------------------------------------------------------------- */

static void
value_clear(gpointer data)
{
	g_free(((RecordValue *)data)->name);
}

static void
fact_clear(gpointer data)
{
	RecordFact *fact = data;

	g_free(fact->name);
	g_free(fact->text);
}

static void
stage_clear(gpointer data)
{
	g_free(((RecordStage *)data)->name);
}

static void
node_clear(gpointer data)
{
	g_free(((RecordNode *)data)->name);
}

static void
step_clear(gpointer data)
{
	g_free(((RecordStep *)data)->why);
}

static GArray *
array_new(gsize size, GDestroyNotify clear)
{
	GArray *array = g_array_new(FALSE, TRUE, (guint)size);

	g_array_set_clear_func(array, clear);
	return array;
}

static RecordLatency
unknown_latency(void)
{
	return (RecordLatency){
		RECORD_UNKNOWN, RECORD_UNKNOWN, RECORD_UNKNOWN, RECORD_UNKNOWN,
		RECORD_UNKNOWN, RECORD_UNKNOWN, RECORD_UNKNOWN, RECORD_UNKNOWN,
	};
}

Record *
record_new(void)
{
	Record *record = g_new0(Record, 1);

	members_forget(record, record_members);
	members_forget(record, hosts_members);
	members_forget(record, ramp_members);
	record->latency = record->delivery = unknown_latency();
	record->latencies = array_new(sizeof(RecordBucket), NULL);
	record->points = array_new(sizeof(RecordPoint), NULL);
	record->errors = array_new(sizeof(RecordValue), value_clear);
	record->retries = array_new(sizeof(RecordValue), value_clear);
	record->cpu = array_new(sizeof(RecordValue), value_clear);
	record->stages = array_new(sizeof(RecordStage), stage_clear);
	record->nodes = array_new(sizeof(RecordNode), node_clear);
	record->steps = array_new(sizeof(RecordStep), step_clear);
	record->machine = array_new(sizeof(RecordFact), fact_clear);
	return record;
}

void
record_free(Record *record)
{
	if (record == NULL)
		return;
	members_free(record, record_members);
	g_array_unref(record->latencies);
	g_array_unref(record->points);
	g_array_unref(record->errors);
	g_array_unref(record->retries);
	g_array_unref(record->cpu);
	g_array_unref(record->stages);
	g_array_unref(record->nodes);
	g_array_unref(record->steps);
	g_array_unref(record->machine);
	g_free(record);
}

void
record_add_value(GArray *values, const char *name, double value)
{
	RecordValue added = { g_strdup(name), value };

	g_array_append_val(values, added);
}

void
record_add_fact(GArray *facts, const char *name, const char *text)
{
	RecordFact added = { g_strdup(name), g_strdup(text) };

	g_array_append_val(facts, added);
}

/* ---- from a run --------------------------------------------------------- */

static double
ms(guint64 us)
{
	return (double)us / US_PER_MS;
}

RecordLatency
record_latency_of(const Hist *us)
{
	if (us->n == 0)
		return unknown_latency();
	return (RecordLatency){
		.min = ms(us->min),
		.mean = hist_mean(us) / US_PER_MS,
		.p50 = ms(hist_percentile(us, 50)),
		.p90 = ms(hist_percentile(us, 90)),
		.p95 = ms(hist_percentile(us, 95)),
		.p99 = ms(hist_percentile(us, 99)),
		.p999 = ms(hist_percentile(us, 99.9)),
		.max = ms(us->max),
	};
}

void
record_set_latency(Record *record, const Hist *us)
{
	g_array_set_size(record->latencies, 0);
	record->latency = record_latency_of(us);
	for (guint i = 0; i < us->buckets; i++) {
		RecordBucket bucket = { ms(hist_high(us, i)),
					(double)us->counts[i] };

		if (us->counts[i] > 0)
			g_array_append_val(record->latencies, bucket);
	}
}

void
record_set_points(Record *record, const GArray *points)
{
	g_array_set_size(record->points, 0);
	for (guint i = 0; i < points->len; i++) {
		const SeriesPoint *from =
			&g_array_index(points, SeriesPoint, i);
		const gboolean any = from->committed > 0;
		RecordPoint point = {
			.at_s = from->at_s,
			.seconds = from->seconds,
			.committed = (double)from->committed,
			.failed = (double)from->failed,
			.p50_ms = any ? ms(from->p50_us) : RECORD_UNKNOWN,
			.p99_ms = any ? ms(from->p99_us) : RECORD_UNKNOWN,
			.max_ms = any ? ms(from->max_us) : RECORD_UNKNOWN,
		};

		g_array_append_val(record->points, point);
	}
}

/* ---- asking ------------------------------------------------------------- */

gboolean
record_knows(double value)
{
	return value >= 0;
}

double
record_total(const GArray *values)
{
	double total = 0;

	for (guint i = 0; i < values->len; i++)
		total += g_array_index(values, RecordValue, i).value;
	return total;
}

double
record_value(const GArray *values, const char *name)
{
	for (guint i = 0; i < values->len; i++)
		if (strcmp(g_array_index(values, RecordValue, i).name, name) ==
		    0)
			return g_array_index(values, RecordValue, i).value;
	return 0;
}

const char *
record_fact(const GArray *facts, const char *name)
{
	for (guint i = 0; i < facts->len; i++)
		if (strcmp(g_array_index(facts, RecordFact, i).name, name) == 0)
			return g_array_index(facts, RecordFact, i).text;
	return NULL;
}

static void
append_word(GString *text, const char *word)
{
	if (word != NULL && *word != '\0')
		g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "",
				       word);
}

char *
record_title(const Record *record)
{
	GString *text = g_string_new(NULL);

	if (record->label != NULL && *record->label != '\0')
		return g_string_free(g_string_append(text, record->label),
				     FALSE);
	append_word(text, record->framework);
	append_word(text, record->workload);
	if (text->len == 0 || record->workload == NULL)
		append_word(text, record->chain);
	if (text->len == 0)
		g_string_append(text, "run");
	return g_string_free(text, FALSE);
}

double
record_disk_growth(const Record *record)
{
	double bytes = 0;

	for (guint i = 0; i < record->nodes->len; i++) {
		const RecordNode *node =
			&g_array_index(record->nodes, RecordNode, i);

		if (!record_knows(node->disk_before_bytes) ||
		    !record_knows(node->disk_after_bytes))
			return RECORD_UNKNOWN;
		bytes += node->disk_after_bytes - node->disk_before_bytes;
	}
	return record->nodes->len > 0 ? MAX(bytes, 0) : RECORD_UNKNOWN;
}

double
record_resident(const Record *record)
{
	double bytes = 0;

	for (guint i = 0; i < record->nodes->len; i++) {
		const RecordNode *node =
			&g_array_index(record->nodes, RecordNode, i);

		if (!record_knows(node->resident_bytes))
			return RECORD_UNKNOWN;
		bytes += node->resident_bytes;
	}
	return record->nodes->len > 0 ? bytes : RECORD_UNKNOWN;
}
