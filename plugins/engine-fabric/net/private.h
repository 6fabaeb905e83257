/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/net/private.h: what the parts of net/ share. All
 * functions: [strand].
 */
#ifndef FABRIC_NET_PRIVATE_H
#define FABRIC_NET_PRIVATE_H

#include "plugins/engine-fabric/net/message.h"
#include "plugins/engine-fabric/net/net.h"

/* A peer that has lied is left for so long, twice as long each time. */
#define NET_LEFT_MS 10000u
#define NET_LEFT_MAX_MS 600000u
/* A peer that does not answer rests for so long, twice as long each time. */
#define NET_REST_MS 250u
#define NET_REST_MAX_MS 16000u
/* A former member gets the blocks up to the one that removed it for so long. */
#define NET_LEAVING_MS 30000u
/* Questions of one peer, and to one peer, that are open. */
#define NET_QUESTIONS_MAX 1024u

/* A member, or a former one that is leaving. */
typedef struct {
	NetPeer open; /* what other parts see; its height is what it says */
	char *name;
	GBytes *address;
	guint32 role;

	guint64 warned_ms; /* that its identity does not count; 0: never */

	/* status.c */
	guint64 version; /* of its last Hello; 0: none since it is there */
	guint64 introduced_ms;
	guint64 heard;	 /* version of ours that it has heard */
	guint64 told_ms; /* when its asking was answered; 0: never */

	/* sync.c */
	guint64 has; /* blocks, by its account or by consensus */
	guint64 first; /* the first of them beside block 0 */
	guint64 asked_first;
	guint64 asked_count; /* 0: it is asked for none */
	guint64 deadline_ms; /* for these */

	/* serve.c */
	guint64 wanted_first;
	guint64 wanted_count; /* 0: it waits for none */
	gint64 credit;	      /* bytes that it may be served now */
	guint64 credit_at_ms;

	/* How it behaved. */
	guint64 rest_until_ms; /* it is asked for nothing before */
	guint timeouts;	       /* since it was last useful */
	guint strikes;	       /* lies */

	/* ask.c */
	guint asking;	 /* our questions that it has not answered */
	guint answering; /* its questions that are open here */

	/* A former member: blocks that it may have; 0: it is a member. */
	guint64 last;
	guint8 last_hash[HASH_LEN];
	guint64 until_ms;
} Peer;

/* What was dropped, and why; for people. */
typedef struct {
	guint64 strangers; /* from no member */
	guint64 malformed;
	guint64 unasked; /* answers to no question, or to an old one */
	guint64 lies;
	guint64 timeouts;
	guint64 refused; /* envelopes, at the door */
} NetDropped;

/* A block on its way, or waiting for those before it. */
typedef struct {
	const Peer *asked;
	Peer *giver;
	GBytes *block; /* NULL: not there yet */
	GBytes *certificate;
} SyncSlot;

typedef struct {
	GPtrArray *slots; /* SyncSlot, from the block after the head on */
	guint64 first;	  /* number of the first slot's block */
	guint64 bytes;	  /* in them */
	gboolean active;
	gboolean running;	/* inside sync_run */
	gboolean again;		/* there is more to do at once */
	gboolean waiting;	/* for consensus to bring one block */
	guint64 waiting_height; /* of the head, since when */
	guint64 waiting_until_ms;
	guint turn;		/* which peer is asked first */
	guint64 pause_until_ms; /* no block is taken before */
	guint64 start_height;
	guint64 start_ms;
} Sync;

struct FabricNet {
	GPtrArray *peers; /* Peer: members by key, then who is leaving */
	/* Peer: forgotten, and freed when nobody's call is under way. */
	GPtrArray *gone;
	NetDropped dropped;
	gboolean closing;

	/* forward.c */
	gboolean forwarding; /* the timer is armed */
	guint64 forward_ms;  /* its interval */

	/* status.c */
	guint64 version;     /* of this node's Hello */
	GPtrArray *packages; /* char *, of this version */
	gboolean telling;    /* the timer is armed */
	guint64 tell_ms;     /* its interval */
	guint64 told_height; /* that all were told of */

	Sync sync;
	guint64 sync_at_ms; /* when TIMER_SYNC comes; 0: it is not armed */

	/* ask.c */
	GHashTable *asks; /* guint64 id: NetAsk, to find one alone */
	GQueue ask_order; /* NetAsk, by id */
	guint64 last_id;
	guint64 ask_at_ms; /* when TIMER_ASK comes; 0: it is not armed */
	GQueue questions;  /* NetQuestion that are open */
};

/* ---- net.c ---- */

gboolean net_send_message(Channel *channel, const Peer *peer, guint8 kind,
			  const void *body);
/* TIMER_SYNC comes at that time, or before. */
void net_wake_at(Channel *channel, guint64 at_ms);
/* Whether this node is a member, and takes part in consensus. */
gboolean net_is_member(const Channel *channel);
gboolean net_takes_part(const Channel *channel);

/* ---- peers.c ---- */

/* Makes the peers those that the members are, and tells the transport. */
void peers_follow_members(Channel *channel);
Peer *peer_at(const Channel *channel, guint index);
Peer *peer_find(const Channel *channel, bsn_slice public_key);
/* It has introduced itself. */
void peer_introduced(Channel *channel, Peer *peer,
		     const Bsn__Net__Hello *hello);
/* Judges by the present config who it is. */
void peer_identify(Channel *channel, Peer *peer);
void peer_free(gpointer peer);

/* Whether it has lied lately. */
gboolean peer_is_left(const Channel *channel, const Peer *peer);
/* It can be reached again: what it did not answer before was lost. */
void peer_came(Channel *channel, Peer *peer);
void peer_was_useful(Peer *peer);
/* It did not answer, or could not be asked. */
void peer_rests(Channel *channel, Peer *peer);
/* It has lied: it is left, and believed to have no more than `height`. */
void peer_lied(Channel *channel, Peer *peer, guint64 height, const char *format,
	       ...) G_GNUC_PRINTF(4, 5);
/* Those that have been leaving for long enough, or have all they may have, are
 * forgotten. */
void peers_expire(Channel *channel);
gboolean peers_are_leaving(const Channel *channel);

/* ---- forward.c ---- */

void forward_received(Channel *channel, Peer *peer,
		      const Bsn__Net__Envelopes *envelopes);
/* What waits is looked after soon: there is somebody new to tell. */
void forward_soon(Channel *channel);
void forward_timer(Channel *channel);

/* ---- status.c ---- */

/* Tells one peer what is on disk, and who this node is unless it knows. */
void status_tell(Channel *channel, Peer *peer, gboolean asks);
void status_received(Channel *channel, Peer *peer,
		     const Bsn__Net__Status *status);
void hello_received(Channel *channel, Peer *peer, const Bsn__Net__Hello *hello);
/* Identity or packages of this node are others now: all are told. */
void status_introduce(Channel *channel);
/* Who seems to be behind is told until it says that it is not. */
void status_watch(Channel *channel);
void status_timer(Channel *channel);

/* ---- serve.c ---- */

void serve_question(Channel *channel, Peer *peer,
		    const Bsn__Net__GetBlocks *get);
/* Those that wait. */
void serve_timer(Channel *channel);

/* ---- sync.c, blocks.c ---- */

void sync_init(Sync *sync);
void sync_clear(Sync *sync);
/* What peers have has changed. */
void sync_consider(Channel *channel);
/* Does what can be done now. */
void sync_run(Channel *channel);
void sync_timer(Channel *channel);
void sync_head_moved(Channel *channel);
/* A peer's question is void; with `lied` all that it has given, too. */
void sync_let_go(Channel *channel, const Peer *peer, gboolean lied);
/* The most blocks that a reachable peer has. */
guint64 sync_target(const Channel *channel);

/* The slot of a block; NULL: there is none. */
SyncSlot *slot_find(const Sync *sync, guint64 number);
void slot_empty(Sync *sync, SyncSlot *slot);
void slots_drop(Sync *sync, guint64 height);
/* Asks whoever may be asked. */
void blocks_ask(Channel *channel);
void blocks_received(Channel *channel, Peer *peer,
		     const Bsn__Net__Blocks *blocks);
/* Takes what is next, some of it: Sync.again says that there is more. */
void blocks_take(Channel *channel);

/* ---- ask.c ---- */

void ask_open(struct FabricNet *net);
/* Answers all with BSN_UNAVAILABLE. */
void ask_close(Channel *channel);
/* What is open with this peer is over. */
void ask_peer_gone(Channel *channel, Peer *peer);
void ask_timer(Channel *channel);
void question_received(Channel *channel, Peer *peer,
		       const Bsn__Net__Question *question);
void answer_received(Channel *channel, Peer *peer,
		     const Bsn__Net__Answer *answer);

#endif
