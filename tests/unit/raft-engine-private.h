/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/raft-engine-private.h: what the sources of raft-engine share.
 */
#ifndef TESTS_UNIT_RAFT_ENGINE_PRIVATE_H
#define TESTS_UNIT_RAFT_ENGINE_PRIVATE_H

#include "tests/unit/raft-engine.h"

#define FLEET_ALGORITHM "ed25519"

/* A block, which is its own digest. */
typedef struct {
	guint64 height;
	guint64 txs;
	guint64 members; /* bits; 0: no change */
	guint64 total;   /* transactions up to and including it */
} FleetBlock;

typedef struct {
	FleetBlock block;
	GBytes *certificate;
} FleetKept;

struct bsn_ledger {
	bsn_proposer proposer;
	bsn_agreement *agreement;
	guint node;
};

typedef struct {
	bsn_chain *chain;
	bsn_ledger *ledger; /* NULL: closed */
	guint8 private_key[32], public_key[32];
	gboolean up;
	int32_t decision;
	GArray *chain_blocks; /* FleetKept, durable or not */
	guint64 durable;      /* height */
	guint fetched, verified;
} FleetNode;

extern FleetNode fleet_nodes[FLEET_MAX];

/* raft-engine-host.c */

/* What the plugin finds: the fake host, with a net between the nodes and a key
 * for each. */
extern const bsn_host fleet_host;
guint fleet_node_of(const bsn_chain *chain);
/* The scheme of the nodes' keys; loads its plugin. */
const bsn_signature *fleet_scheme(void);
/* Delivers one message; FALSE when there is none. */
gboolean fleet_deliver(void);
void fleet_lose_messages(void);

#endif
