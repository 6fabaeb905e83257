/* SPDX-License-Identifier: Apache-2.0
 *
 * Records written as JSON.
 */
#include "tools/bench/record_members.h"

static json_t *
values_json(const GArray *values)
{
	json_t *json = json_object();

	for (guint i = 0; i < values->len; i++) {
		const RecordValue *value =
			&g_array_index(values, RecordValue, i);

		json_object_set_new(json, value->name,
				    members_number(value->value));
	}
	return json;
}

static json_t *
facts_json(const GArray *facts)
{
	json_t *json = json_object();

	for (guint i = 0; i < facts->len; i++) {
		const RecordFact *fact = &g_array_index(facts, RecordFact, i);

		json_object_set_new(json, fact->name, json_string(fact->text));
	}
	return json;
}

static json_t *
list_json(const GArray *array, const Member *members)
{
	const gsize size = g_array_get_element_size((GArray *)array);
	json_t *json = json_array();

	for (guint i = 0; i < array->len; i++) {
		json_t *element = json_object();

		members_write(element, members, array->data + i * size);
		json_array_append_new(json, element);
	}
	return json;
}

static json_t *
buckets_json(const GArray *buckets)
{
	json_t *json = json_array();

	for (guint i = 0; i < buckets->len; i++) {
		const RecordBucket *bucket =
			&g_array_index(buckets, RecordBucket, i);

		json_array_append_new(json,
				      json_pack("[o, o]",
						members_number(bucket->upto_ms),
						members_number(bucket->count)));
	}
	return json;
}

static json_t *
shares_json(const GArray *values)
{
	const double total = record_total(values);
	json_t *json = json_object();

	for (guint i = 0; i < values->len; i++) {
		const RecordValue *value =
			&g_array_index(values, RecordValue, i);

		json_object_set_new(
			json, value->name,
			members_number(total > 0 ? value->value / total : 0));
	}
	return json;
}

static json_t *
hosts_json(const Record *record)
{
	json_t *json = json_object();

	json_object_set_new(json, "cpu_s", values_json(record->cpu));
	json_object_set_new(json, "cpu_share", shares_json(record->cpu));
	members_write(json, hosts_members, record);
	json_object_set_new(json, "stages",
			    list_json(record->stages, stage_members));
	return json;
}

static json_t *
ramp_json(const Record *record)
{
	json_t *json = json_object();

	members_write(json, ramp_members, record);
	json_object_set_new(json, "steps",
			    list_json(record->steps, step_members));
	return json;
}

static json_t *
latency_json(const RecordLatency *latency)
{
	json_t *json = json_object();

	members_write(json, latency_members, latency);
	return json;
}

static json_t *
run_json(const Record *record)
{
	json_t *json = json_object();

	members_write(json, record_members, record);
	json_object_set_new(json, "errors", values_json(record->errors));
	json_object_set_new(json, "retries", values_json(record->retries));
	json_object_set_new(json, "latency_ms", latency_json(&record->latency));
	json_object_set_new(json, "latency_buckets_ms",
			    buckets_json(record->latencies));
	json_object_set_new(json, "series",
			    list_json(record->points, point_members));
	if (record_knows(record->delivery.p50))
		json_object_set_new(json, "delivery_ms",
				    latency_json(&record->delivery));
	if (record->cpu->len > 0)
		json_object_set_new(json, "on_hosts", hosts_json(record));
	if (record->nodes->len > 0)
		json_object_set_new(json, "nodes",
				    list_json(record->nodes, node_members));
	if (record->steps->len > 0)
		json_object_set_new(json, "ramp", ramp_json(record));
	json_object_set_new(json, "machine", facts_json(record->machine));
	return json;
}

static json_t *
head_json(void)
{
	return json_pack("{s:s, s:i}", "schema", RECORD_SCHEMA, "version",
			 RECORD_VERSION);
}

json_t *
record_to_json(const Record *record)
{
	json_t *json = head_json();

	json_object_update_new(json, run_json(record));
	return json;
}

json_t *
records_to_json(const GPtrArray *records)
{
	json_t *json = head_json();
	json_t *runs = json_array();

	for (guint i = 0; i < records->len; i++)
		json_array_append_new(runs, run_json(records->pdata[i]));
	json_object_set_new(json, "runs", runs);
	return json;
}
