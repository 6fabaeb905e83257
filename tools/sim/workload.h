/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/workload.h: what clients ask of a framework, read from JSON:
 *
 *	{ "framework": "fisco",
 *	  "config": { ... },          the chain's, in the framework's words
 *	  "consensus": "consensus.name",  where in it the protocol is named
 *	  "accounts": 8,              signers, 1 to 64
 *	  "requests": [ { "contract": "...", "function": "...",
 *	                  "args": [ ... ], "options": { ... } } ] }
 *
 * In args and options {n} is a number that no other transaction has, {a} one
 * of few.
 */
#ifndef TOOLS_SIM_WORKLOAD_H
#define TOOLS_SIM_WORKLOAD_H

#include "tools/sim/random.h"

#define SIM_ACCOUNTS_MAX 64u

typedef struct {
	char *contract, *function, *args, *options; /* JSON texts, {n}, {a} */
} SimRequest;

typedef struct SimWorkload {
	char *framework;
	char *config; /* JSON text, with the consensus in it */
	guint accounts;
	GArray *requests; /* SimRequest */
} SimWorkload;

/* The bytes of a workload file at most. */
#define SIM_WORKLOAD_MAX (1u << 20)

/* Reads a workload from its text; `more` is a JSON object that is merged into
 * the config, or NULL. NULL with a reason in *message. */
SimWorkload *sim_workload_parse(const char *text, gsize len,
				const char *consensus, const char *more,
				char **message);
/* The text of the one for a framework that comes with the simulator; NULL. */
const char *sim_workload_builtin(const char *framework);
void sim_workload_free(SimWorkload *workload);

/* One of the requests, its texts with {n} and {a} filled in; free with
 * sim_request_clear. */
void sim_workload_draw(const SimWorkload *workload, SimRandom *random,
		       guint64 n, SimRequest *out);
void sim_request_clear(gpointer request);

#endif
