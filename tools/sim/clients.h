/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/clients.h: applications: they build transactions through the
 * engine's own begin and sign_round, submit them to some node, wait, and submit
 * them again elsewhere when no answer comes. Some try what must not work.
 */
#ifndef TOOLS_SIM_CLIENTS_H
#define TOOLS_SIM_CLIENTS_H

#include "tools/sim/workload.h"
#include "tools/sim/world.h"

typedef enum {
	SIM_TX_LIVE,    /* submitted, or about to be, and not answered */
	SIM_TX_SETTLED, /* an honest node said where it stands */
	SIM_TX_REFUSED, /* an honest node said that it never will be */
} SimTxState;

typedef struct {
	guint64 number; /* from 1 */
	SimTxState state;
	gboolean forged; /* its signature was changed: it must not get in */
	gboolean by_liar; /* a Byzantine node has built it */
	const SimRequest *of; /* what was asked: the workload's */
	char *key;    /* that a secret of its is under; NULL: it has none */
	char *secret; /* the secret; NULL: it takes one away, or has none */
	GBytes *bytes;
	bsn_id id;
	guint by;	      /* node that has built it */
	guint64 built_us;     /* when */
	guint64 submitted_us;
	guint tries;
	gboolean placed; /* block and index are known from a block */
	gboolean took_effect; /* likewise: it is BSN_TX_COMMITTED there */
	gboolean told;   /* ... and from an honest node's answer */
	guint64 block, index;
	guint64 told_block, told_index;
	int32_t stage;
} SimTx;

SimClients *sim_clients_new(SimWorld *world);
void sim_clients_free(SimClients *clients);
void sim_clients_event(SimWorld *world, guint64 client);
/* No new transactions but one more of each client, to an honest node. */
void sim_clients_last(SimWorld *world);
/* Whether every transaction has an end. */
gboolean sim_clients_are_settled(const SimWorld *world);
/* The key of an account. */
const SimKey *sim_clients_account(const SimWorld *world, guint account);
/* The key of the node that a request names, modulo their number. */
const SimKey *sim_clients_node(const SimWorld *world,
			       const SimRequest *request);
/* All so far; SimTx. */
const GPtrArray *sim_clients_txs(const SimWorld *world);

#endif
