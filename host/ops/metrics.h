/* SPDX-License-Identifier: Apache-2.0
 *
 * host/ops/metrics.h: numbers in Prometheus' text format, version 0.0.4.
 *
 * A provider is asked at every scrape and writes what it knows, in any order:
 * samples of one name come out together, under one HELP and TYPE. Names are
 * "bsn_..." with the unit at the end, counters with "_total". Main loop only.
 */
#ifndef HOST_OPS_METRICS_H
#define HOST_OPS_METRICS_H

#include <glib.h>

#define METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

typedef struct Metrics Metrics;
typedef struct MetricsWriter MetricsWriter;
typedef void (*MetricsProvider)(MetricsWriter *w, void *owner);

Metrics *metrics_new(void);
void metrics_free(Metrics *metrics);
void metrics_add(Metrics *metrics, MetricsProvider provider, void *owner);
/* Asks every provider. The text is the caller's. */
char *metrics_render(const Metrics *metrics);

/* The arguments after `help` or the value are labels: pairs of name and value,
 * ended by NULL. The same name is always given with the same help and kind. */

/* Only rises while the process lives. */
void metrics_counter(MetricsWriter *w, const char *name, const char *help,
		     guint64 value, ...) G_GNUC_NULL_TERMINATED;
/* The same of a time, given in nanoseconds and written in seconds. */
void metrics_seconds(MetricsWriter *w, const char *name, const char *help,
		     guint64 ns, ...) G_GNUC_NULL_TERMINATED;
void metrics_gauge(MetricsWriter *w, const char *name, const char *help,
		   double value, ...) G_GNUC_NULL_TERMINATED;

/* Counts by size. */
typedef struct {
	const double *bounds;  /* upper bounds, rising */
	const guint64 *counts; /* in each bucket alone, and one above them */
	guint n;               /* of bounds */
	double sum;            /* of all that was counted */
} MetricsHistogram;

void metrics_histogram(MetricsWriter *w, const char *name, const char *help,
		       const MetricsHistogram *histogram, ...)
	G_GNUC_NULL_TERMINATED;

#endif
