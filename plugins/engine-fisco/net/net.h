/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/net.h: a chain among other nodes:
 *
 *	message.c  what they send each other
 *	peers.c    what is known of each
 *	leaving.c  former members get the block that removed them
 *	forward.c  transactions are passed on
 *	status.c   who has which blocks
 *	serve.c    blocks for others
 *	sync.c     blocks from others; window.c: those on their way,
 *	headers.c, certified.c and bodies.c: their parts
 *	join.c join-headers.c join-parts.c: a late state instead of old blocks
 *
 * A chain on a host without a transport has none of it (Ledger.net is NULL).
 * A timer is armed only while something is on its way or somebody is behind.
 * All functions: [strand].
 */
#ifndef FISCO_NET_NET_H
#define FISCO_NET_NET_H

#include <jansson.h>

#include "plugins/engine-fisco/net/peers.h"

struct FiscoNet {
	GPtrArray *peers; /* NetPeer */
	GPtrArray *leaving; /* NetLeaver */
	NetDropped dropped;

	/* forward.c */
	gboolean forwarding; /* the timer is armed */
	guint64 forward_ms;  /* its interval */

	/* status.c */
	gboolean telling;      /* the timer is armed */
	guint64 tell_ms;       /* its interval */
	guint64 told_height;   /* that all were told of */

	/* serve.c */
	gboolean serving; /* the timer is armed */
	guint64 served;   /* block or checkpoint of which others get pieces */
	guint64 served_part; /* of the checkpoint */
	GByteArray *served_body; /* that body or part; NULL: none */

	struct Sync *sync; /* NULL: never needed so far */
};

/* Joins the other nodes, if the host has a transport; the members are known. */
void net_open(Ledger *ledger);
/* Leaves them; more than once is fine. */
void net_close(Ledger *ledger);

/* As bsn_chain_ops.message, timer and peer, of what is not the consensus's. */
void net_message(Ledger *ledger, bsn_slice from, bsn_slice bytes);
void net_timer(Ledger *ledger, guint64 id);
void net_peer_changed(Ledger *ledger, bsn_slice public_key,
		      gboolean reachable);

/* The store has accepted a block: the head has moved. When other members agree
 * from now on, certificates that the former ones made count no more. */
void net_head_moved(Ledger *ledger);
/* The head has jumped. */
void net_jumped(Ledger *ledger);
/* What was committed under this cookie has become durable: a snapshot, maybe. */
void net_installed(Ledger *ledger, guint64 cookie);
/* Blocks have become durable. */
void net_durable(Ledger *ledger);
/* Lets go of what an idle chain does not need. */
void net_idle(Ledger *ledger);

/* Whether it is catching up. */
gboolean net_is_syncing(const Ledger *ledger);
/* The highest block that this node or a peer says to have on disk. */
guint64 net_highest(const Ledger *ledger);
/* Where it stands among the others: an object for people. */
json_t *net_json(Ledger *ledger);

/* The members of the next block: all that this directory knows of them.
 * Borrowed. */
const bsn_member *net_members(const Ledger *ledger, guint *n);

/* This node's public key. Borrowed. */
bsn_slice net_self(const Ledger *ledger);
/* Sends to one peer; FALSE when it cannot go now. */
gboolean net_send(Ledger *ledger, const NetPeer *peer,
		  const NetMessage *message);

#endif
