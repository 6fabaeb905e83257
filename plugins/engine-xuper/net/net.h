/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/net/net.h: a chain among its other nodes.
 *
 *	message.c  what they send each other (proto/bsn/nodes.proto)
 *	peers.c    what is known of each, and how it behaves
 *	forward.c  what waits is passed on
 *	status.c   who has which final blocks
 *	sync.c     final blocks from others, with their certificates; take.c
 *	branch.c   blocks of the tree from others, by id
 *	serve.c    both, for others
 *
 * A chain on a host without a transport has none of it: bsn_ledger.net is NULL,
 * and all of this does nothing. TIMER_NET is armed only while something is on
 * its way or somebody is behind. All functions: [strand].
 */
#ifndef XUPER_NET_NET_H
#define XUPER_NET_NET_H

#include <jansson.h>

#include "plugins/engine-xuper/chain/chain.h"
#include "plugins/engine-xuper/net/message.h"

/* Tells the transport who the nodes are. */
void net_open(bsn_ledger *ledger);
void net_close(bsn_ledger *ledger); /* more than once is fine */

/* As bsn_chain_ops.message, timer and peer, of what is not the protocol's. */
void net_message(bsn_ledger *ledger, bsn_slice from, bsn_slice bytes);
void net_timer(bsn_ledger *ledger);
void net_peer_changed(bsn_ledger *ledger, bsn_slice public_key,
		      gboolean reachable);

/* The agreement is another one, by the block that is the root now. Who is no
 * node any more gets the blocks up to this one for half a minute, and then is
 * forgotten. */
void net_members_changed(bsn_ledger *ledger);
/* A parallel chain's group has, or has not, other nodes than it had. */
void net_group_changed(bsn_ledger *ledger);
/* Another block is the root; final blocks are on disk. */
void net_root_moved(bsn_ledger *ledger);
void net_durable(bsn_ledger *ledger);
/* Blocks can be judged again that could not be for a while. */
void net_goes_on(bsn_ledger *ledger);

/* Passes transactions on to all nodes. */
void net_forward(bsn_ledger *ledger, Tx *const *txs, guint n);
/* Gets a block, and those on the way to it, into the tree. */
void net_fetch(bsn_ledger *ledger, const guint8 id[HASH_LEN], bsn_slice from);

/* Sends one node a message of the kind (message.h). FALSE: it is not reached. */
gboolean net_tell(bsn_ledger *ledger, bsn_slice public_key, guint8 kind,
		  const void *body);

gboolean net_is_syncing(const bsn_ledger *ledger);
/* The newest final block that this node or one that it reaches has. */
guint64 net_highest(const bsn_ledger *ledger);
/* Nodes that can be reached, this one included. */
guint net_connected(const bsn_ledger *ledger);
/* Where it stands among the others: an object for people; a new reference. */
json_t *net_json(const bsn_ledger *ledger);

#endif
