/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/record_members.h"

#include <math.h>
#include <string.h>

#include "tools/ctl/error.h"

/* Whole numbers beyond it are not exact. */
#define WHOLE_MAX 9007199254740992.0
#define NUMBER_MAX 1e18

#define NUMBER(type, member)                                                 \
	{                                                                    \
#member, MEMBER_NUMBER, FALSE, G_STRUCT_OFFSET(type, member) \
	}
#define NEEDED(type, member)                                                \
	{                                                                   \
#member, MEMBER_NUMBER, TRUE, G_STRUCT_OFFSET(type, member) \
	}
#define TEXT(type, member)                                                 \
	{                                                                  \
#member, MEMBER_TEXT, FALSE, G_STRUCT_OFFSET(type, member) \
	}
#define FLAG(type, member)                                                 \
	{                                                                  \
#member, MEMBER_FLAG, FALSE, G_STRUCT_OFFSET(type, member) \
	}
#define NAME(type)                                                     \
	{                                                              \
		"name", MEMBER_TEXT, TRUE, G_STRUCT_OFFSET(type, name) \
	}
#define END                                 \
	{                                   \
		NULL, MEMBER_TEXT, FALSE, 0 \
	}

const Member record_members[] = {
	TEXT(Record, tool),
	TEXT(Record, started),
	TEXT(Record, workload),
	TEXT(Record, title),
	TEXT(Record, label),
	TEXT(Record, framework),
	TEXT(Record, crypto),
	TEXT(Record, consensus),
	TEXT(Record, chain),
	TEXT(Record, contract),
	TEXT(Record, function),
	TEXT(Record, signing),
	{ "loop", MEMBER_TEXT, TRUE, G_STRUCT_OFFSET(Record, loop) },
	FLAG(Record, reads),
	FLAG(Record, ended_early),
	NUMBER(Record, chains),
	NUMBER(Record, hosts),
	NUMBER(Record, signers),
	NUMBER(Record, subscribers),
	NUMBER(Record, connections),
	NUMBER(Record, in_flight),
	NUMBER(Record, batch),
	NUMBER(Record, rate),
	NUMBER(Record, warm_up),
	NUMBER(Record, transactions),
	NUMBER(Record, tx_bytes),
	NUMBER(Record, requests),
	NEEDED(Record, committed),
	NEEDED(Record, seconds),
	NEEDED(Record, committed_per_s),
	NUMBER(Record, sent_bytes),
	NUMBER(Record, received_bytes),
	NUMBER(Record, client_cpu_s),
	NUMBER(Record, events),
	END,
};

const Member latency_members[] = {
	NUMBER(RecordLatency, min),
	NUMBER(RecordLatency, mean),
	NUMBER(RecordLatency, p50),
	NUMBER(RecordLatency, p90),
	NUMBER(RecordLatency, p95),
	NUMBER(RecordLatency, p99),
	NUMBER(RecordLatency, p999),
	NUMBER(RecordLatency, max),
	END,
};

const Member point_members[] = {
	NEEDED(RecordPoint, at_s),	NEEDED(RecordPoint, seconds),
	NEEDED(RecordPoint, committed), NUMBER(RecordPoint, failed),
	NUMBER(RecordPoint, p50_ms),	NUMBER(RecordPoint, p99_ms),
	NUMBER(RecordPoint, max_ms),	END,
};

const Member stage_members[] = {
	NAME(RecordStage),
	NEEDED(RecordStage, count),
	NEEDED(RecordStage, mean_ms),
	NUMBER(RecordStage, transactions),
	END,
};

const Member node_members[] = {
	NAME(RecordNode),
	NUMBER(RecordNode, cpu_s),
	NUMBER(RecordNode, resident_bytes),
	NUMBER(RecordNode, anonymous_bytes),
	NUMBER(RecordNode, disk_before_bytes),
	NUMBER(RecordNode, disk_after_bytes),
	NUMBER(RecordNode, written_bytes),
	END,
};

const Member step_members[] = {
	NEEDED(RecordStep, rate),
	NEEDED(RecordStep, committed_per_s),
	NUMBER(RecordStep, p50_ms),
	NUMBER(RecordStep, p99_ms),
	NUMBER(RecordStep, failed),
	{ "held", MEMBER_FLAG, TRUE, G_STRUCT_OFFSET(RecordStep, held) },
	TEXT(RecordStep, why),
	END,
};

const Member hosts_members[] = {
	NUMBER(Record, blocks),
	NUMBER(Record, syncs),
	NUMBER(Record, sync_ms),
	END,
};

const Member ramp_members[] = {
	NUMBER(Record, bound_ms),
	NUMBER(Record, bound_percent),
	NUMBER(Record, best_rate),
	END,
};

/* ---- making ------------------------------------------------------------- */

void
members_forget(void *structure, const Member *members)
{
	for (; members->name != NULL; members++)
		if (members->kind == MEMBER_NUMBER) {
			void *number = (char *)structure + members->offset;

			*(double *)number = RECORD_UNKNOWN;
		}
}

void
members_free(void *structure, const Member *members)
{
	for (; members->name != NULL; members++)
		if (members->kind == MEMBER_TEXT) {
			void *text = (char *)structure + members->offset;

			g_clear_pointer((char **)text, g_free);
		}
}

/* ---- writing ------------------------------------------------------------ */

json_t *
members_number(double value)
{
	const double rounded = round(value * 1e6) / 1e6;

	if (fabs(rounded) < WHOLE_MAX && rint(rounded) >= rounded &&
	    rint(rounded) <= rounded)
		return json_integer((json_int_t)rounded);
	return json_real(rounded);
}

static const void *
at(const void *structure, const Member *member)
{
	return (const char *)structure + member->offset;
}

static json_t *
member_json(const Member *member, const void *from)
{
	const char *text;
	double value;

	switch (member->kind) {
	case MEMBER_TEXT:
		text = *(char *const *)at(from, member);
		return text != NULL ? json_string(text) : NULL;
	case MEMBER_NUMBER:
		value = *(const double *)at(from, member);
		return record_knows(value) ? members_number(value) : NULL;
	case MEMBER_FLAG:
		return json_boolean(*(const gboolean *)at(from, member));
	}
	return NULL;
}

void
members_write(json_t *object, const Member *members, const void *from)
{
	for (; members->name != NULL; members++) {
		json_t *value = member_json(members, from);

		if (value != NULL)
			json_object_set_new(object, members->name, value);
	}
}

/* ---- reading ------------------------------------------------------------ */

gboolean
members_fail(GError **error, const char *path, const char *name,
	     const char *what)
{
	return ctl_fail(error, CTL_ERROR_FAILED,
			"%s%s%.64s: %s\nA report is "
			"what bsn-bench --json writes.",
			path, *path != '\0' && *name != '\0' ? "." : "", name,
			what);
}

gboolean
members_read_number(const json_t *json, const char *path, const char *name,
		    double *out, GError **error)
{
	const double value = json_number_value(json);

	if (!json_is_number(json) || !isfinite(value) || value < 0 ||
	    value > NUMBER_MAX)
		return members_fail(error, path, name,
				    "a number from 0 on is needed");
	*out = value;
	return TRUE;
}

static gboolean
read_text(const json_t *json, const char *path, const char *name, char **out,
	  GError **error)
{
	if (!json_is_string(json) ||
	    json_string_length(json) > RECORD_TEXT_MAX ||
	    strlen(json_string_value(json)) != json_string_length(json))
		return members_fail(error, path, name,
				    "a text of at most 256 bytes is needed");
	g_free(*out);
	*out = g_strdup(json_string_value(json));
	return TRUE;
}

static gboolean
read_flag(const json_t *json, const char *path, const char *name, gboolean *out,
	  GError **error)
{
	if (!json_is_boolean(json))
		return members_fail(error, path, name,
				    "true or false is needed");
	*out = json_is_true(json);
	return TRUE;
}

static gboolean
read_member(const json_t *json, const Member *member, void *into,
	    const char *path, GError **error)
{
	void *out = (char *)into + member->offset;

	switch (member->kind) {
	case MEMBER_TEXT:
		return read_text(json, path, member->name, out, error);
	case MEMBER_NUMBER:
		return members_read_number(json, path, member->name, out,
					   error);
	case MEMBER_FLAG:
		return read_flag(json, path, member->name, out, error);
	}
	return FALSE;
}

gboolean
members_read(const json_t *object, const Member *members, void *into,
	     const char *path, GError **error)
{
	for (; members->name != NULL; members++) {
		const json_t *json = json_object_get(object, members->name);

		if (json == NULL && members->needed)
			return members_fail(error, path, members->name,
					    "it is missing");
		if (json != NULL &&
		    !read_member(json, members, into, path, error))
			return FALSE;
	}
	return TRUE;
}
