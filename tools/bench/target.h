/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/target.h: the hosts that are asked, and the chains that it is
 * about.
 */
#ifndef TOOLS_BENCH_TARGET_H
#define TOOLS_BENCH_TARGET_H

#include "tools/bench/metrics.h"
#include "tools/bench/wire.h"
#include "tools/ctl/ctl.h"

typedef struct {
	Ctl ctl;
	char *name;    /* as it was given, or its address */
	char *ops_url; /* of /metrics; NULL when it is not known */
	WireHost *wire;
} TargetHost;

typedef struct {
	char *name, *framework;
	json_t *config; /* as the host has it; an object */
} TargetChain;

typedef struct {
	GPtrArray *hosts;  /* TargetHost, at least one */
	GPtrArray *chains; /* TargetChain */
} Target;

/* Finds the hosts: node directories or addresses, ended by NULL; `nodes` NULL:
 * as bsnctl finds one. `id` is who asks. The arguments outlive it. */
gboolean target_init(Target *target, char **nodes, const char *id,
		     guint timeout_ms, GError **error);
void target_clear(Target *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Target, target_clear)

/* Asks the first host what a chain is. FALSE with an error. */
gboolean target_add_chain(Target *target, const char *name, GError **error);
const TargetChain *target_chain(const Target *target, guint i);
TargetHost *target_host(const Target *target, guint i);

/* Asks a host, with its own connection; the path is taken. */
json_t *target_ask(const Target *target, guint host, const char *method,
		   GString *path, json_t *body, GError **error);
/* The number of a chain's newest block, as the first host has it. */
gboolean target_height(const Target *target, const char *chain, guint64 *height,
		       GError **error);

/* What /metrics of a host says of it and of the chains, together; FALSE without
 * an error when its address is not known. */
gboolean target_metrics(const Target *target, guint host, Metrics *metrics,
			GError **error);
/* The directory of who asks: certificate and keys. NULL with an error. */
char *target_identity(const Target *target, GError **error);

#endif
