/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/snapshot.h: the whole state of a channel after
 * one block, in parts, with a signed manifest, from which a node can begin
 * instead of from block 0 (bsn.engine.snapshot/1).
 *
 *	manifest.c   what a snapshot is: proto/bsn/snapshot.proto; its hash
 *	entries.c walk.c   the entries of the store that it has, in order
 *	undo.c       what later blocks replace, until the walk has passed it
 *	make.c       made in the background, in bounded steps
 *	keep.c sweep.c   those that are there
 *	request.c    at which blocks further ones are due
 *	interface.c  bsn.engine.snapshot/1
 *	vouch.c      a node's word for a snapshot; who has given enough
 *	serve.c      for nodes that begin
 *	join.c       beginning: when and with which
 *	offers.c fetch.c   who has it; manifests and parts, from several peers
 *	install.c    into the store
 *
 * All functions: [strand].
 */
#ifndef FABRIC_SNAPSHOT_SNAPSHOT_H
#define FABRIC_SNAPSHOT_SNAPSHOT_H

#include <bsn/ext/snapshot.h>

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/net/net.h"

extern const bsn_engine_snapshot fabric_snapshot_ops;

/* The ledger is there; before anything else reads the state.
 *
 * Returns: BSN_OK. Errors: BSN_E_IO, BSN_E_CORRUPT. */
int32_t channel_snapshots_open(Channel *channel, bsn_err *err);
void channel_snapshots_close(Channel *channel);
/* A block was committed: the one that a snapshot is due after? */
void channel_snapshots_committed(Channel *channel);
/* TIMER_SNAPSHOT. */
void channel_snapshots_timer(Channel *channel);
/* What was handed to the store with one of these cookies is on disk: all of a
 * snapshot that was put in; the request to begin with one. */
#define SNAPSHOT_COOKIE (G_GUINT64_CONSTANT(1) << 62)
#define SNAPSHOT_COOKIE_JOIN (SNAPSHOT_COOKIE + 1)
void channel_snapshots_durable(Channel *channel, guint64 cookie);
/* NET_ASK_SNAPSHOT. */
void channel_snapshots_asked(Channel *channel, NetQuestion *question,
			     bsn_slice bytes);
/* The first block that is here; 0 unless the node began from a snapshot. Blocks,
 * transactions and histories before it are elsewhere. */
guint64 channel_first_block(const Channel *channel);
/* Whether the node is about to begin with a snapshot, so that it does nothing
 * else: it fetches no blocks, endorses and orders nothing.
 *
 * Returns: BSN_OK, or BSN_UNAVAILABLE with how far it is. */
int32_t channel_snapshots_ready(const Channel *channel, bsn_err *err);

#endif
