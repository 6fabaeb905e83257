/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/peers.h: the other nodes of a chain, as this one
 * knows them: what they say they have, what they were asked, how they behaved.
 * Its size is bounded by the number of members. All functions: [strand].
 */
#ifndef FISCO_NET_PEERS_H
#define FISCO_NET_PEERS_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/net/message.h"

/* Bytes that a peer is served in a ms, and at once after it was quiet. */
#define NET_CREDIT_PER_MS (32 << 10)
#define NET_CREDIT_MAX (8 << 20)
/* A peer that has lied is left for so long, twice as long each time. */
#define NET_LEFT_MS 10000u
#define NET_LEFT_MAX_MS 600000u
/* A peer that does not answer rests for so long, twice as long each time. */
#define NET_REST_MS 250u
#define NET_REST_MAX_MS 16000u

/* A question. */
typedef struct {
	guint8 kind; /* NET_GET_*; 0: none */
	guint64 first;
	guint64 count;
	guint64 offset;
} NetQuestion;

typedef struct {
	GBytes *key; /* its identity on the chain */
	gboolean reachable;
	guint64 height; /* that it has, by its account or by consensus */
	guint64 told;   /* that it says to have on disk */
	guint8 hash[HASH_LEN]; /* of that block, as it says */
	guint64 earliest;
	guint64 told_ms; /* when its asking was answered with a status */

	NetQuestion asked;   /* what it has not answered yet */
	guint64 deadline_ms; /* for that */
	guint64 rest_until_ms; /* it is asked nothing before */
	guint timeouts;      /* since it was last useful */
	guint strikes;       /* lies */

	NetQuestion waiting; /* what it has asked and not been answered */
	gint64 credit;       /* bytes that it may be served now */
	guint64 credit_at_ms;
} NetPeer;

/* A former member: leaving.h. */
typedef struct {
	GBytes *key;
	GBytes *name;
	GBytes *address;
	guint64 last;           /* block that removed it: the last it gets */
	guint8 hash[HASH_LEN];  /* of that block */
	guint64 until_ms;
} NetLeaver;

/* What was dropped, and why; for people. */
typedef struct {
	guint64 strangers; /* from no member */
	guint64 malformed;
	guint64 unasked;   /* answers to no question, or to an old one */
	guint64 lies;
	guint64 timeouts;
	guint64 refused;   /* transactions, at the door or in it */
} NetDropped;

/* The peer with this identity, made at first need for a member and for one who is
 * leaving; NULL for anybody else. */
NetPeer *net_peer(Ledger *ledger, bsn_slice public_key);
/* Walks over those there are, index from 0: NULL at the end. */
NetPeer *net_peer_at(const Ledger *ledger, guint index);
/* Forgets whoever is no member any more; nothing points to them. */
void net_peers_prune(Ledger *ledger);
void net_peer_free(gpointer peer);

/* What people call it; g_free it. */
char *net_peer_name(const Ledger *ledger, const NetPeer *peer);

/* Whether it has lied lately. */
gboolean net_peer_is_left(const NetPeer *peer, guint64 now_ms);
/* Whether it may be asked now for what comes with a block, but for its body,
 * which it may not keep. */
gboolean net_peer_is_free(const NetPeer *peer, guint64 number,
			  guint64 now_ms);
/* Asks; FALSE when the message could not go: it rests then. */
gboolean net_peer_ask(Ledger *ledger, NetPeer *peer,
		      const NetQuestion *question);
/* It has answered usefully. */
void net_peer_was_useful(NetPeer *peer);
/* It has not answered in time. */
void net_peer_timed_out(Ledger *ledger, NetPeer *peer);
/* It has answered that it has not got what not every node has. */
void net_peer_rests(Ledger *ledger, NetPeer *peer);
/* It has answered that it has not got a block: a lie, unless only consensus
 * said so; then it may not be on its disk yet; or it keeps none so old. */
void net_peer_has_not(Ledger *ledger, NetPeer *peer, guint64 number);
/* It has lied: it is left, and believed no more than `height`. */
void net_peer_lied(Ledger *ledger, NetPeer *peer, guint64 height,
		   const char *format, ...) G_GNUC_PRINTF(4, 5);

#endif
