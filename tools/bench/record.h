/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/record.h: what a run came to, as it is shown and compared: read
 * from a file, which may be anybody's, or taken from a run.
 * docs/benchmarking.md says what each member is; the JSON of it is bsn-bench's
 * schema, version 1.
 */
#ifndef TOOLS_BENCH_RECORD_H
#define TOOLS_BENCH_RECORD_H

#include <jansson.h>

#include "tools/bench/result.h"

#define RECORD_SCHEMA "bsn-bench"
#define RECORD_VERSION 1
/* Of a file that is read. */
#define RECORD_FILE_MAX (64u << 20) /* bytes */
#define RECORD_RUNS_MAX 64u
#define RECORD_POINTS_MAX 4096u /* of a series, or buckets */
#define RECORD_NAMES_MAX 256u	/* of errors, parts, nodes, steps */
#define RECORD_TEXT_MAX 256u	/* bytes */

/* A number that nobody knows; such members are not in the JSON. */
#define RECORD_UNKNOWN (-1.0)

typedef struct {
	char *name;
	double value;
} RecordValue;

typedef struct {
	char *name, *text;
} RecordFact;

typedef struct {
	double min, mean, p50, p90, p95, p99, p999, max; /* ms */
} RecordLatency;

/* `count` transactions took up to `upto_ms`, and longer than the bucket before.
 */
typedef struct {
	double upto_ms, count;
} RecordBucket;

typedef struct {
	double at_s, seconds, committed, failed;
	double p50_ms, p99_ms, max_ms; /* unknown where nothing was committed */
} RecordPoint;

/* A stage by the clock, of all nodes together. */
typedef struct {
	char *name;
	double count;	     /* requests, batches or blocks */
	double mean_ms;	     /* of one of them */
	double transactions; /* in them; 0: not known */
} RecordStage;

typedef struct {
	char *name;
	double cpu_s;
	double resident_bytes, anonymous_bytes;	    /* afterwards */
	double disk_before_bytes, disk_after_bytes; /* of its files */
	double written_bytes;			    /* to disks meanwhile */
} RecordNode;

/* One rate of a ramp. */
typedef struct {
	double rate, committed_per_s; /* asked for, and had */
	double p50_ms, p99_ms, failed;
	gboolean held; /* the bound was kept */
	char *why;     /* it was not */
} RecordStep;

typedef struct {
	char *tool, *started; /* "bsn-bench 1.0"; ISO 8601 */
	char *workload, *title, *label;
	char *framework, *crypto, *consensus, *chain;
	char *contract, *function, *signing;
	char *loop;	/* "closed", "open", "ramp" */
	gboolean reads; /* queries: "committed" are those answered */
	gboolean ended_early; /* by a signal, before all was sent */
	double chains, hosts, signers, subscribers, connections, in_flight;
	double batch, rate, warm_up; /* rate: asked for, of an open loop */
	double transactions, tx_bytes, requests, committed;
	double seconds, committed_per_s;
	double sent_bytes, received_bytes, client_cpu_s;
	RecordLatency latency;
	RecordLatency delivery; /* of events to their subscribers */
	double events;
	GArray *latencies;	  /* RecordBucket, rising */
	GArray *points;		  /* RecordPoint, in order */
	GArray *errors, *retries; /* RecordValue */
	/* Of all nodes together. */
	GArray *cpu;	/* RecordValue: seconds by part */
	GArray *stages; /* RecordStage */
	double blocks, syncs, sync_ms;
	GArray *nodes;				   /* RecordNode */
	double bound_ms, bound_percent, best_rate; /* of a ramp */
	GArray *steps;				   /* RecordStep */
	GArray *machine;			   /* RecordFact */
} Record;

/* All unknown, no text, no elements. */
Record *record_new(void);
void record_free(Record *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Record, record_free)

void record_add_value(GArray *values, const char *name, double value);
void record_add_fact(GArray *facts, const char *name, const char *text);
/* From a histogram of microseconds; all unknown of nothing. */
RecordLatency record_latency_of(const Hist *us);
/* Fills latency and latencies. */
void record_set_latency(Record *record, const Hist *us);
/* Fills points, of SeriesPoint. */
void record_set_points(Record *record, const GArray *points);

/* Of what was measured: a record for each run; a ramp, whose runs have the same
 * label, is one, that of its best step, with the others as steps. */
GPtrArray *records_of(const Result *result);

/* To be released. */
json_t *record_to_json(const Record *record);
/* Several: {schema, version, runs}. */
json_t *records_to_json(const GPtrArray *records);

/* One or several, as either of them writes it; Record, at least one. NULL with
 * an error whose sentence names `what` and the member that is wrong. */
GPtrArray *records_from_json(const json_t *json, const char *what,
			     GError **error);
/* The same of text. */
GPtrArray *records_parse(const char *text, gsize len, const char *what,
			 GError **error);
GPtrArray *records_load(const char *file, GError **error);

/* What many need of them. */
double record_total(const GArray *values);
double record_value(const GArray *values, const char *name);	/* 0: none */
const char *record_fact(const GArray *facts, const char *name); /* NULL */
gboolean record_knows(double value);
/* What it is called where several are shown: its label, or framework, workload
 * and chain. To be freed. */
char *record_title(const Record *record);
/* Bytes that all nodes' files grew by, and memory of all; unknown when one's
 * is. */
double record_disk_growth(const Record *record);
double record_resident(const Record *record);

#endif
