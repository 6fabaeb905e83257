/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/result.h: what a command measured, in memory. Reports are written
 * from it, and what they compare is read back into it.
 *
 * A result has one run or several, of the same workload: of a ramp its steps,
 * of a comparison one for each chain. Strings belong to who holds them; NULL
 * and 0 stand for what is not known or does not apply.
 */
#ifndef TOOLS_BENCH_RESULT_H
#define TOOLS_BENCH_RESULT_H

#include "tools/bench/hist.h"
#include "tools/bench/metrics.h"
#include "tools/bench/series.h"
#include "tools/bench/tally.h"

typedef enum {
	LOOP_CLOSED, /* each answer sends the next request */
	LOOP_OPEN,   /* requests go when their turn is; latencies begin then */
	LOOP_RAMP,   /* open, at rates that are looked for */
} LoopMode;

extern const char *const loop_mode_names[]; /* "closed", ... */

/* What was asked of a run. */
typedef struct {
	char *chain;	 /* the first one's name */
	char *framework; /* "fisco", ...; NULL: not asked */
	char *crypto;	 /* "sm", ...: of the chain's config */
	char *consensus; /* of the chain's config */
	char *contract, *function;
	char *signing; /* "here", "hosted", "file", or "none" of queries */
	guint chains;  /* that take it in turn */
	guint hosts;
	guint signers; /* keys; 0: one for each transaction, seen once */
	guint subscribers;
	LoopMode mode;
	double rate; /* a second, of an open loop */
	guint connections;
	guint in_flight;      /* requests at once */
	guint batch;	      /* transactions of a request */
	guint64 transactions; /* that were to be sent */
	guint64 warm_up;      /* that went before */
	gsize tx_bytes;	      /* of a transaction, the mean */
	gboolean reads;	      /* queries; nothing is committed */
} RunParameters;

/* A host, from before a run until after it. */
typedef struct {
	char *name; /* a directory or an address, as it was given */
	gboolean
		known; /* its /metrics could be read; else all of these are 0 */
	Metrics rise;
} RunNode;

/* One run. */
typedef struct {
	char *label; /* "fabric"; NULL when it is the only one, or ramp */
	RunParameters what;

	gint64 began_ms;   /* since 1970-01-01 */
	gint64 elapsed_us; /* from the first request to the last answer */
	guint64 committed; /* transactions, or queries answered */
	guint64 requests;
	guint64 sent_bytes, received_bytes; /* HTTP, before TLS */
	double client_cpu_s;		    /* of this program, while it ran */
	Tally *errors;	/* transactions that were not committed, by name */
	Tally *retries; /* transactions sent once more, by reason */
	Hist *latency;	/* us, of each that was committed, HIST_BITS */
	GArray *points; /* SeriesPoint */
	GArray *nodes;	/* RunNode */

	/* Of subscribers, all together. */
	guint64 events; /* that reached one */
	Hist *delivery; /* us from the transaction's turn until each; NULL: no
			 * subscribers */

	gboolean ended_early; /* by a signal */

	/* Of a step of a ramp. */
	gboolean stopped; /* before all was sent: the bound could not be kept */
	gboolean within; /* the bound was kept */
	char *why;	 /* it was not; NULL when it was */
} Run;

typedef struct {
	char *workload; /* its name */
	char *title;	/* a line that says what it is */
	char *version;	/* of bsn-bench */
	char *machine;	/* its processor, and how many */
	GPtrArray *runs; /* Run, at least one */

	/* Of ramps; 0: there was none. */
	guint64 bound_us;     /* that the quantile was to stay under */
	double bound_percent; /* which quantile */
} Result;

Run *run_new(void);
void run_free(Run *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_free)

/* Committed a second. */
double run_rate(const Run *run);
/* Of all hosts together. FALSE when one of them is not known. */
gboolean run_metrics(const Run *run, Metrics *all);
void run_add_node(Run *run, const char *name, const Metrics *rise);

Result *result_new(const char *workload, const char *title);
void result_free(Result *result);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Result, result_free)
void result_add(Result *result, Run *run); /* takes it */
/* Whether all runs committed all they sent; the steps of a ramp beyond its
 * bound do not count. */
gboolean result_is_whole(const Result *result);

#endif
