/* SPDX-License-Identifier: Apache-2.0
 *
 * host/ops/stages.h: how long transactions take from stage to stage, by the
 * clock, of all chains together. Counted a request, a batch or a block at a
 * time, not a transaction: no lock, and one reading of the clock at each end.
 */
#ifndef HOST_OPS_STAGES_H
#define HOST_OPS_STAGES_H

#include <glib.h>

#include "host/ops/metrics.h"

typedef enum {
	STAGE_PARSE,  /* a request's body is decoded */
	STAGE_COMMIT, /* from there until its last transaction has ended */
	STAGE_QUEUE,  /* a batch waits until its engine is given it */
	STAGE_VERIFY, /* the engine's call: decoded, verified, in its pool */
	STAGE_STORE,  /* from an engine's batch until it is told that it is
		       * durable */
	STAGE_COUNT
} Stage;

/* Monotonic, in nanoseconds. Any thread. */
guint64 stage_now_ns(void);
/* Counts one that began then and is over now; `items` are the transactions in
 * it, 0 where they are not known. Any thread. */
void stage_over(Stage stage, guint64 began_ns, guint64 items);

/* A MetricsProvider: bsn_stage_seconds and bsn_stage_transactions_total. */
void stages_metrics(MetricsWriter *w, void *owner);

#endif
