/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/snapshot.h: the whole state of a channel after
 * one block, in parts, with a signed manifest, from which a node can begin
 * instead of from block 0 (bsn.engine.snapshot/1).
 *
 *	manifest.c   what a snapshot is: proto/bsn/snapshot.proto; its hash
 *	make.c       made in the background, in bounded steps
 *	keep.c       those that are there; at which heights further ones are due
 *	serve.c      for nodes that begin
 *	join.c       beginning: manifests, who vouches, parts, into the store
 *
 * All functions: [strand].
 */
#ifndef FABRIC_SNAPSHOT_SNAPSHOT_H
#define FABRIC_SNAPSHOT_SNAPSHOT_H

#include "plugins/engine-fabric/engine.h"
#include "plugins/engine-fabric/net/net.h"

int32_t channel_snapshots_open(Channel *channel, bsn_err *err);
void channel_snapshots_close(Channel *channel);
/* A block was committed: the one that a snapshot is due after? */
void channel_snapshots_committed(Channel *channel);
/* TIMER_SNAPSHOT. */
void channel_snapshots_timer(Channel *channel);
/* NET_ASK_SNAPSHOT. */
void channel_snapshots_asked(Channel *channel, NetQuestion *question,
			     bsn_slice bytes);
/* The first block that is here; 0 unless the node began from a snapshot. Blocks,
 * transactions and histories before it are elsewhere. */
guint64 channel_first_block(const Channel *channel);

#endif
