/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/target.h: the hosts of a chain, and transactions for it.
 */
#ifndef TOOLS_BENCH_TARGET_H
#define TOOLS_BENCH_TARGET_H

#include "tools/bench/fisco_tx.h"
#include "tools/bench/metrics.h"
#include "tools/bench/options.h"
#include "tools/ctl/ctl.h"

typedef struct {
	Ctl ctl;
	char *ops_url; /* of /metrics; NULL when it is not known */
} TargetHost;

typedef struct {
	const char *chain; /* borrowed */
	GPtrArray *hosts;  /* TargetHost, at least one */
} Target;

/* Finds the hosts that the options name, which outlive it. */
gboolean target_init(Target *target, const BenchOptions *options,
		     GError **error);
void target_clear(Target *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Target, target_clear)

/* How the options' transactions are made. */
typedef struct {
	FiscoPattern *pattern; /* NULL: they come from a file */
	Signer *signer;   /* the identity's key, or a new one when it has none
			   * for the chain's algorithm */
	guint64 lifetime; /* blocks after which they expire */
} Workshop;

/* Learns from the first host how; FALSE with an error. */
gboolean workshop_init(Workshop *workshop, Target *target,
		       const BenchOptions *options, GError **error);
void workshop_clear(Workshop *workshop);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Workshop, workshop_clear)

/* So many transactions, GBytes; all cores take part. NULL with an error. */
GPtrArray *workshop_make(const Workshop *workshop, guint64 n, GError **error);
/* The first n of a file, which has one a line in hexadecimal digits. NULL with an
 * error, also when there are fewer. */
GPtrArray *file_read_txs(const char *file, guint64 n, GError **error);

/* The number of the chain's newest block, as a host has it. */
gboolean target_height(Client *client, const char *chain, guint timeout_ms,
		       guint64 *height, GError **error);

/* What /metrics of all hosts say together; FALSE without an error when one's
 * address is not known. */
gboolean target_metrics(const Target *target, Metrics *metrics,
			GError **error);

#endif
