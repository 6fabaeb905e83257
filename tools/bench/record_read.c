/* SPDX-License-Identifier: Apache-2.0
 *
 * Records read from JSON, which may come from anywhere.
 */
#include <glib/gstdio.h>
#include <string.h>

#include "tools/bench/record_members.h"
#include "tools/ctl/error.h"

/* "runs[0].ramp" */
static char *
inside(const char *path, const char *name)
{
	return g_strconcat(path, *path != '\0' ? "." : "", name, NULL);
}

/* ---- parts -------------------------------------------------------------- */

static gboolean
is_object(const json_t *json, const char *path, const char *name,
	  GError **error)
{
	if (!json_is_object(json))
		return members_fail(error, path, name, "an object is needed");
	if (json_object_size(json) > RECORD_NAMES_MAX)
		return members_fail(error, path, name,
				    "it has too many members");
	return TRUE;
}

static gboolean
is_list(const json_t *json, gsize max, const char *path, const char *name,
	GError **error)
{
	if (!json_is_array(json))
		return members_fail(error, path, name, "a list is needed");
	if (json_array_size(json) > max)
		return members_fail(error, path, name,
				    "it has too many elements");
	return TRUE;
}

static gboolean
is_name(const char *name)
{
	return strlen(name) <= RECORD_TEXT_MAX;
}

static gboolean
read_values(json_t *object, const char *path, const char *member, GArray *out,
	    GError **error)
{
	json_t *values = json_object_get(object, member);
	g_autofree char *at = inside(path, member);
	const char *name;
	json_t *json;

	if (values == NULL)
		return TRUE;
	if (!is_object(values, path, member, error))
		return FALSE;
	json_object_foreach(values, name, json)
	{
		double value;

		if (!is_name(name))
			return members_fail(error, path, member,
					    "a name in it is too long");
		if (!members_read_number(json, at, name, &value, error))
			return FALSE;
		record_add_value(out, name, value);
	}
	return TRUE;
}

static gboolean
read_facts(json_t *object, const char *path, const char *member, GArray *out,
	   GError **error)
{
	json_t *facts = json_object_get(object, member);
	const char *name;
	json_t *json;

	if (facts == NULL)
		return TRUE;
	if (!is_object(facts, path, member, error))
		return FALSE;
	json_object_foreach(facts, name, json)
	{
		if (!is_name(name) || !json_is_string(json) ||
		    !is_name(json_string_value(json)))
			return members_fail(error, path, member,
					    "short texts are needed in it");
		record_add_fact(out, name, json_string_value(json));
	}
	return TRUE;
}

static gboolean
read_element(const json_t *json, const Member *members, GArray *out,
	     const char *path, GError **error)
{
	const gsize size = g_array_get_element_size(out);
	void *element;

	g_array_set_size(out, out->len + 1);
	element = out->data + (out->len - 1) * size;
	members_forget(element, members);
	return is_object(json, path, "", error) &&
	       members_read(json, members, element, path, error);
}

static gboolean
read_list(json_t *object, const char *path, const char *member, gsize max,
	  const Member *members, GArray *out, GError **error)
{
	json_t *list = json_object_get(object, member);

	if (list == NULL)
		return TRUE;
	if (!is_list(list, max, path, member, error))
		return FALSE;
	for (gsize i = 0; i < json_array_size(list); i++) {
		g_autofree char *whole = inside(path, member);
		g_autofree char *at =
			g_strdup_printf("%s[%" G_GSIZE_FORMAT "]", whole, i);

		if (!read_element(json_array_get(list, i), members, out, at,
				  error))
			return FALSE;
	}
	return TRUE;
}

static gboolean
read_bucket(const json_t *json, double above, RecordBucket *out,
	    const char *path, GError **error)
{
	if (json_array_size(json) != 2)
		return members_fail(error, path, "latency_buckets_ms",
				    "pairs of numbers are needed");
	if (!members_read_number(json_array_get(json, 0), path,
				 "latency_buckets_ms", &out->upto_ms, error) ||
	    !members_read_number(json_array_get(json, 1), path,
				 "latency_buckets_ms", &out->count, error))
		return FALSE;
	if (out->upto_ms >= above)
		return TRUE;
	return members_fail(error, path, "latency_buckets_ms",
			    "the bounds fall");
}

static gboolean
read_buckets(json_t *object, const char *path, GArray *out, GError **error)
{
	json_t *list = json_object_get(object, "latency_buckets_ms");
	double above = -1;

	if (list == NULL)
		return TRUE;
	if (!is_list(list, RECORD_POINTS_MAX * 2, path, "latency_buckets_ms",
		     error))
		return FALSE;
	for (gsize i = 0; i < json_array_size(list); i++) {
		RecordBucket bucket;

		if (!read_bucket(json_array_get(list, i), above, &bucket, path,
				 error))
			return FALSE;
		above = bucket.upto_ms;
		g_array_append_val(out, bucket);
	}
	return TRUE;
}

/* The member's object, or NULL when there is none; FALSE with an error. */
static gboolean
find_object(json_t *object, const char *path, const char *member, json_t **out,
	    GError **error)
{
	*out = json_object_get(object, member);
	return *out == NULL || is_object(*out, path, member, error);
}

/* ---- a run -------------------------------------------------------------- */

static gboolean
read_hosts(json_t *object, Record *record, const char *path, GError **error)
{
	g_autofree char *at = inside(path, "on_hosts");
	json_t *hosts;

	if (!find_object(object, path, "on_hosts", &hosts, error))
		return FALSE;
	return hosts == NULL ||
	       (members_read(hosts, hosts_members, record, at, error) &&
		read_values(hosts, at, "cpu_s", record->cpu, error) &&
		read_list(hosts, at, "stages", RECORD_NAMES_MAX, stage_members,
			  record->stages, error));
}

static gboolean
read_ramp(json_t *object, Record *record, const char *path, GError **error)
{
	g_autofree char *at = inside(path, "ramp");
	json_t *ramp;

	if (!find_object(object, path, "ramp", &ramp, error))
		return FALSE;
	return ramp == NULL ||
	       (members_read(ramp, ramp_members, record, at, error) &&
		read_list(ramp, at, "steps", RECORD_NAMES_MAX, step_members,
			  record->steps, error));
}

static gboolean
read_latencies(json_t *object, const char *member, RecordLatency *out,
	       const char *path, GError **error)
{
	g_autofree char *at = inside(path, member);
	json_t *latency;

	if (!find_object(object, path, member, &latency, error))
		return FALSE;
	return latency == NULL ||
	       members_read(latency, latency_members, out, at, error);
}

static gboolean
read_latency(json_t *object, Record *record, const char *path, GError **error)
{
	return read_latencies(object, "latency_ms", &record->latency, path,
			      error) &&
	       read_latencies(object, "delivery_ms", &record->delivery, path,
			      error) &&
	       read_buckets(object, path, record->latencies, error);
}

static gboolean
read_run(json_t *object, Record *record, const char *path, GError **error)
{
	return is_object(object, path, "", error) &&
	       members_read(object, record_members, record, path, error) &&
	       read_latency(object, record, path, error) &&
	       read_values(object, path, "errors", record->errors, error) &&
	       read_values(object, path, "retries", record->retries, error) &&
	       read_list(object, path, "series", RECORD_POINTS_MAX,
			 point_members, record->points, error) &&
	       read_hosts(object, record, path, error) &&
	       read_list(object, path, "nodes", RECORD_NAMES_MAX, node_members,
			 record->nodes, error) &&
	       read_ramp(object, record, path, error) &&
	       read_facts(object, path, "machine", record->machine, error);
}

static gboolean
add_run(GPtrArray *records, json_t *object, const char *path, GError **error)
{
	Record *record = record_new();

	g_ptr_array_add(records, record);
	return read_run(object, record, path, error);
}

static gboolean
add_runs(GPtrArray *records, const json_t *runs, GError **error)
{
	if (!is_list(runs, RECORD_RUNS_MAX, "", "runs", error))
		return FALSE;
	if (json_array_size(runs) == 0)
		return members_fail(error, "", "runs", "it is empty");
	for (gsize i = 0; i < json_array_size(runs); i++) {
		g_autofree char *path =
			g_strdup_printf("runs[%" G_GSIZE_FORMAT "]", i);

		if (!add_run(records, json_array_get(runs, i), path, error))
			return FALSE;
	}
	return TRUE;
}

/* ---- a file ------------------------------------------------------------- */

static gboolean
check_schema(const json_t *json, GError **error)
{
	const char *schema = json_string_value(json_object_get(json, "schema"));
	const json_t *version = json_object_get(json, "version");

	if (schema == NULL || strcmp(schema, RECORD_SCHEMA) != 0)
		return ctl_fail(error, CTL_ERROR_FAILED,
				"this is no report of bsn-bench\nA report is "
				"what bsn-bench --json writes; its \"schema\" "
				"is \"" RECORD_SCHEMA "\".");
	if (json_is_integer(version) &&
	    json_integer_value(version) == RECORD_VERSION)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"its version is not %d\nAnother version of bsn-bench "
			"has written it: read it with that one.",
			RECORD_VERSION);
}

GPtrArray *
records_from_json(const json_t *json, const char *what, GError **error)
{
	g_autoptr(GPtrArray) records =
		g_ptr_array_new_with_free_func((GDestroyNotify)record_free);
	json_t *runs = json_object_get(json, "runs");

	if (check_schema(json, error) &&
	    (runs != NULL ? add_runs(records, runs, error)
			  : add_run(records, (json_t *)json, "", error)))
		return g_steal_pointer(&records);
	g_prefix_error(error, "%s: ", what);
	return NULL;
}

GPtrArray *
records_parse(const char *text, gsize len, const char *what, GError **error)
{
	json_error_t why;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	GPtrArray *records;

	if (json == NULL) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s: line %d: %s\nA report is what bsn-bench --json "
			 "writes.",
			 what, why.line, why.text);
		return NULL;
	}
	records = records_from_json(json, what, error);
	json_decref(json);
	return records;
}

GPtrArray *
records_load(const char *file, GError **error)
{
	g_autofree char *text = NULL;
	GStatBuf known;
	gsize len;

	if (g_stat(file, &known) == 0 &&
	    known.st_size > (goffset)RECORD_FILE_MAX) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "%s: it is larger than 64 MB\nA report is what "
			 "bsn-bench --json writes.",
			 file);
		return NULL;
	}
	if (!g_file_get_contents(file, &text, &len, error))
		return NULL;
	return records_parse(text, len, file, error);
}
