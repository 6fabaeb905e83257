/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/net/net.h: a channel among other nodes.
 *
 *	message.c  what they send each other: one byte that names the kind, then
 *	           a protobuf message of our own (proto/bsn/net.proto)
 *	peers.c    what is known of each: identity, height, packages, behaviour
 *	forward.c  envelopes are passed on to those who order
 *	status.c   who has which blocks
 *	sync.c     blocks from others, whole, each with its certificate
 *	ask.c      one question, one answer, by a deadline
 *
 * A chain on a host without a transport has none of it (Channel.net is NULL).
 * Timers are armed only while something is on its way or somebody is behind.
 * All functions: [strand].
 */
#ifndef FABRIC_NET_NET_H
#define FABRIC_NET_NET_H

#include <jansson.h>

#include "plugins/engine-fabric/engine.h"

typedef struct {
	GBytes *key;
	gboolean reachable;
	guint64 height;	       /* blocks that it says to have on disk */
	MspIdentity *identity; /* proven: its certificate has this key, and is
				* one of a peer of the channel; NULL: none */
	GBytes *serialized;    /* SerializedIdentity */
	GHashTable *packages;  /* ids, char *: what it can run */
} NetPeer;

/* Tells the transport who the members are; lifecycle/ is open, and blocks are
 * there. */
void net_open(Channel *channel);
/* More than once is fine. Questions are answered with BSN_UNAVAILABLE. */
void net_close(Channel *channel);

/* As bsn_chain_ops.message, timer and peer, of what is not the consensus's. */
void net_message(Channel *channel, bsn_slice from, bsn_slice bytes);
void net_timer(Channel *channel, guint64 id);
void net_peer_changed(Channel *channel, bsn_slice public_key,
		      gboolean reachable);

/* The members or the config have changed (commit of a config block, which is
 * the head now): identities are judged anew, the transport is told; former
 * members get the blocks up to this one for half a minute, and then are
 * forgotten. */
void net_members_changed(Channel *channel);
/* Who this node is, or what it can run, has changed: others are told. */
void net_packages_changed(Channel *channel);
/* Blocks were accepted by the store; are on disk. */
void net_head_moved(Channel *channel);
void net_durable(Channel *channel);
/* Consensus says that there are blocks up to the one with number `height`, and
 * who has them. */
void net_behind(Channel *channel, guint64 height, bsn_slice from);

/* Passes envelopes that came in here on to all that take part in consensus. */
void net_forward(Channel *channel, const bsn_slice *envelopes, guint n);

/* The node is not beginning with a snapshot (any more): blocks are fetched again
 * from where it stands now, and others hear of that. */
void net_goes_on(Channel *channel);

gboolean net_is_syncing(const Channel *channel);
/* The highest number of blocks that this node or a reachable peer has. */
guint64 net_highest(const Channel *channel);
/* Where it stands among the others: an object for people. */
json_t *net_json(Channel *channel);

/* Walks over the peers, index from 0: NULL at the end; by key. Borrowed until
 * the next call of net_message, net_timer or net_close. */
NetPeer *net_peer_at(const Channel *channel, guint index);
NetPeer *net_peer_find(const Channel *channel, bsn_slice public_key);
/* What people call it; g_free it. */
char *net_peer_name(const Channel *channel, const NetPeer *peer);

/* ---- ask.c ---- */

#define NET_ASK_ENDORSE 1u /* a SignedProposal; a ProposalResponse */
#define NET_ASK_PACKAGE 2u /* package id and offset; a piece of it */
#define NET_ASK_PRIVATE_GIVE 3u /* private data for a member; nothing */
#define NET_ASK_PRIVATE_TAKE 4u /* what is missing; what there is of it */
#define NET_ASK_SNAPSHOT 5u /* a list, a manifest or a part; that */

/* Who asked; answered once by net_answer, or dropped when the asker is gone. */
typedef struct NetQuestion NetQuestion;

typedef void (*NetAnswerFn)(gpointer owner, int32_t status, bsn_slice answer,
			    const bsn_err *err);

/* Asks a peer.
 *
 * Returns: an id for net_ask_cancel; 0: it is not reachable or has too many
 *          questions open, and `answered` is not called.
 * In:      answered: called once, later: with BSN_OK and the answer, with the
 *          other node's own status and reason, with BSN_TIMEOUT, or with
 *          BSN_UNAVAILABLE when it became unreachable. */
guint64 net_ask(Channel *channel, NetPeer *peer, guint kind, bsn_slice question,
		guint timeout_ms, NetAnswerFn answered, gpointer owner);
/* `answered` is not called. 0 does nothing. */
void net_ask_cancel(Channel *channel, guint64 id);

/* Answers; err for any status but BSN_OK. The question is freed. */
void net_answer(Channel *channel, NetQuestion *question, int32_t status,
		bsn_slice answer, const bsn_err *err);
/* Who asked; NULL: it is gone. */
NetPeer *net_question_peer(const NetQuestion *question);
/* Who takes questions: endorse_asked (endorse/endorse.h), package_asked
 * (lifecycle/lifecycle.h), private_given and private_asked (private/private.h),
 * channel_snapshots_asked (snapshot/snapshot.h). Questions of one peer that are
 * open are bounded. */

#endif
