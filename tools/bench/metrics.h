/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/metrics.h: what a host's /metrics says, before and after a run.
 */
#ifndef TOOLS_BENCH_METRICS_H
#define TOOLS_BENCH_METRICS_H

#include <glib.h>

/* Largest page that is read, in bytes. */
#define METRICS_PAGE_MAX (16u << 20)

/* In the order of a transaction's way; "engine" and "host" are what is no other
 * part's. */
enum {
	METRICS_PARSE,
	METRICS_CRYPTO,
	METRICS_CONSENSUS,
	METRICS_EXECUTION,
	METRICS_STORAGE,
	METRICS_NOTIFY,
	METRICS_ENGINE,
	METRICS_HOST,
	METRICS_PARTS
};
extern const char *const metrics_part_names[METRICS_PARTS];
#define METRICS_STAGES 5u
extern const char *const metrics_stage_names[METRICS_STAGES];

/* By the clock. */
typedef struct {
	double count, seconds, transactions;
} MetricsStage;

/* Sums over hosts are sums of these. */
typedef struct {
	double cpu_s[METRICS_PARTS];
	double process_cpu_s; /* as the kernel counts it, with children */
	MetricsStage stages[METRICS_STAGES];
	double sync_s; /* from the beginning of writes to the end of syncs */
	double syncs;
	double blocks;		    /* of the chain */
	double written_bytes;	    /* to disks */
	/* As they are; between two pages those of the later one. */
	double resident_bytes, anonymous_bytes;
	double disk_bytes;	  /* of the store's files */
	double disk_before_bytes; /* between two: of the earlier one */
} Metrics;

/* Adds what a page in Prometheus' text format says of the host and of a chain,
 * NULL: of all that it has; lines that are something else, or nothing sensible,
 * are passed over. */
void metrics_add_page(Metrics *metrics, const char *page, gsize len,
		      const char *chain);
/* Asks an http address, "http://127.0.0.1:9464", and adds its page. */
gboolean metrics_add_host(Metrics *metrics, const char *url, const char *chain,
			  GError **error);
/* Adds up. */
void metrics_add(Metrics *into, const Metrics *more);
/* What rose between the two, and how it was afterwards. */
Metrics metrics_between(const Metrics *before, const Metrics *after);

#endif
