/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/metrics.h: what a host's /metrics says, before and after a run.
 */
#ifndef TOOLS_BENCH_METRICS_H
#define TOOLS_BENCH_METRICS_H

#include <bsn/ext/cpu.h>
#include <glib.h>

/* Largest page that is read, in bytes. */
#define METRICS_PAGE_MAX (16u << 20)

extern const char *const metrics_part_names[BSN_CPU_PARTS];

/* Sums over hosts are sums of these. */
typedef struct {
	double cpu_s[BSN_CPU_PARTS];
	double sync_s;  /* from the beginning of writes to the end of syncs */
	double syncs;
	double blocks;  /* of the chain */
} Metrics;

/* Adds what a page in Prometheus' text format says of the host and of a chain;
 * lines that are something else, or nothing sensible, are passed over. */
void metrics_add_page(Metrics *metrics, const char *page, gsize len,
		      const char *chain);
/* Asks an http address, "http://127.0.0.1:9464", and adds its page. */
gboolean metrics_add_host(Metrics *metrics, const char *url, const char *chain,
			  GError **error);
/* Adds each of its numbers. */
void metrics_add(Metrics *metrics, const Metrics *more);
/* What rose between the two. */
Metrics metrics_between(const Metrics *before, const Metrics *after);

#endif
