/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/raft-engine.h: some nodes of one chain in the fake host, each with
 * a store and a key of its own, a net between them, and a small engine: it
 * counts transactions into blocks, checks every block's certificate, and
 * fetches blocks that it has missed from the node that has them.
 */
#ifndef TESTS_UNIT_RAFT_ENGINE_H
#define TESTS_UNIT_RAFT_ENGINE_H

#include <bsn/bsn.h>
#include <glib.h>
#include <jansson.h>

#define FLEET_MAX 5u

/* Nodes 0 to n - 1 are open and the founders; one host at a time. */
void fleet_start(guint n, const char *config);
void fleet_stop(void);

/* Opens a node with the members that its last block has; what that returns. */
int32_t fleet_open(guint i, bsn_err *err);
void fleet_close(guint i);
void fleet_crash(guint i);
bsn_chain *fleet_chain(guint i);
/* The consensus of an open node. */
bsn_agreement *fleet_agreement(guint i);
bsn_slice fleet_key(guint i);

/* Gives a closed node the durable blocks of another, as an engine that synced
 * them before it joined. */
void fleet_copy_blocks(guint to, guint from);

/* Whether a node's messages go out and come in. */
void fleet_link(guint i, gboolean up);
/* What decide answers from now on. */
void fleet_set_decision(guint i, int32_t status);
/* Transactions that every engine has. */
void fleet_submit(guint n);
/* The next block makes these nodes (bits) the consensus members. */
void fleet_submit_members(guint bits);
/* A message that comes from another node. */
void fleet_message(guint to, guint from, const void *data, gsize len);

/* Lets time pass, with all that happens in it. */
void fleet_advance(guint64 ms);
guint64 fleet_messages(void);

/* How it stands: durable height; transactions in it; blocks fetched; blocks of
 * which the certificate was verified. */
guint64 fleet_height(guint i);
guint64 fleet_txs(guint i);
guint fleet_fetched(guint i);
guint fleet_verified(guint i);
/* All open nodes have so many transactions, in the same blocks. */
gboolean fleet_agrees(guint64 txs);
/* The certificate and digest of a node's block; borrowed. */
bsn_slice fleet_certificate(guint i, guint64 height, bsn_id *digest);
/* Its members as records, of the founders. */
const bsn_member *fleet_members(guint *n);
/* bsn_consensus.status; the caller unrefs it. */
json_t *fleet_status(guint i);
/* The node that says that it leads, or -1. */
gint fleet_leader(void);

#endif
