/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/net/private.h: what the parts of net/ share. All
 * functions: [strand].
 */
#ifndef XUPER_NET_PRIVATE_H
#define XUPER_NET_PRIVATE_H

#include "plugins/engine-xuper/net/message.h"
#include "plugins/engine-xuper/net/net.h"

/* A node that has lied is left alone for so long, twice as long each time. */
#define NET_LEFT_MS 10000u
#define NET_LEFT_MAX_MS 600000u
/* One that does not answer rests for so long, twice as long each time. */
#define NET_REST_MS 250u
#define NET_REST_MAX_MS 16000u
/* Who was removed gets the blocks up to the one that did it for so long. */
#define NET_LEAVING_MS 30000u
/* Ms for an answer, twice as long after each that did not come in time: one of
 * 16 MiB may be under way. */
#define NET_ANSWER_MS 4000u
#define NET_ANSWER_DOUBLINGS_MAX 3u
/* Ms until what the store refused is tried again. */
#define NET_REFUSED_MS 200u

/* Another node, or one that was. */
typedef struct {
	GBytes *key;
	char *name;
	GBytes *address;
	gboolean reachable;
	guint64 height; /* of final blocks that it says to have on disk */

	/* How it behaves. */
	guint64 rest_until_ms; /* it is asked for nothing before */
	guint timeouts;	       /* since it was last useful */
	guint strikes;	       /* lies */

	guint64 told_ms; /* status.c: when its asking was answered; 0: never */

	/* serve.c: what it waits for */
	guint64 wanted_first;
	guint32 wanted_count; /* 0: no final blocks */
	gboolean wants_branch;
	guint8 branch[HASH_LEN];
	guint64 branch_above;
	gint64 credit; /* bytes that it may be served now */
	guint64 credit_at_ms;

	/* Who was removed: the block that did it. */
	gboolean leaving;
	guint64 last;
	guint8 last_id[HASH_LEN];
	guint64 until_ms;
} Peer;

/* What was dropped, and why; for people. */
typedef struct {
	guint64 strangers; /* from none of the nodes */
	guint64 malformed;
	guint64 unasked; /* answers to no question, or to an old one */
	guint64 lies;
	guint64 timeouts;
	guint64 refused; /* transactions, at the door */
} NetDropped;

/* One that has come. */
typedef struct {
	Peer *giver;
	GBytes *block;
	GBytes *certificate;
} SyncItem;

/* Final blocks on their way: a run of them from one peer at a time, taken while
 * the next run is under way. */
typedef struct {
	GQueue items;  /* SyncItem: heights from `next` on */
	guint64 bytes; /* in them */
	guint64 next;  /* height of the block that is taken next */
	Peer *asked;   /* NULL: nobody is */
	guint64 asked_first;
	guint32 asked_count;
	guint64 deadline_ms;
	Peer *giver; /* of the last one, where nothing proves it yet: it goes on
		      * itself; NULL: anybody may */
	gboolean active;
	gboolean running; /* inside sync_run */
	gboolean waiting; /* whether the protocol will not have it by itself */
	guint64 waiting_height; /* of the root, since when */
	guint64 waiting_until_ms;
	guint64 pause_until_ms; /* no block is taken before */
	guint64 rest_until_ms;	/* nobody is asked before */
	guint turn;		/* which peer is asked first */
	guint64 start_height;
	guint64 start_ms;
} Sync;

struct Net {
	GPtrArray *peers; /* Peer: in the order of the members, then who leaves */
	GPtrArray *gone;  /* Peer: freed when nobody's call is under way */
	NetDropped dropped;
	guint64 wake_at_ms; /* when TIMER_NET comes; 0: it is not armed */

	/* forward.c */
	guint64 forward_at_ms; /* 0: nothing waits that others may lack */
	guint64 forward_ms;    /* the pause before */
	guint8 oldest[HASH_LEN]; /* what had waited longest then */

	/* status.c */
	guint64 tell_at_ms; /* 0: all know */
	guint64 tell_ms;    /* the pause before */
	guint64 told_height;

	Sync sync;
	GQueue fetches; /* branch.c: Fetch */
};

/* ---- net.c ---- */

gboolean net_send(bsn_ledger *ledger, const Peer *peer, guint8 kind,
		  const void *body);
/* TIMER_NET comes at that time, or before. */
void net_wake_at(bsn_ledger *ledger, guint64 at_ms);

/* ---- peers.c ---- */

/* Makes the peers what the agreement says, and tells the transport. */
void peers_follow_members(bsn_ledger *ledger);
/* Says who they are, without those that cross_admits keeps out. */
void peers_tell_transport(bsn_ledger *ledger);
Peer *peer_at(const bsn_ledger *ledger, guint index);
Peer *peer_find(const bsn_ledger *ledger, bsn_slice public_key);
void peer_free(gpointer peer);
/* Whether it may be asked for something now. */
gboolean peer_may_be_asked(const bsn_ledger *ledger, const Peer *peer);
/* Whether it has lied lately. */
gboolean peer_is_left(const bsn_ledger *ledger, const Peer *peer);
/* Ms that it is given for an answer. */
guint64 peer_patience(const Peer *peer);
/* It can be reached again: what it has not answered was lost. */
void peer_came(bsn_ledger *ledger, Peer *peer);
/* It did not answer, or could not be asked. */
void peer_rests(bsn_ledger *ledger, Peer *peer);
/* It has lied: it is left alone, and believed to have no more than the root. */
void peer_lied(bsn_ledger *ledger, Peer *peer, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* Who has left for long enough, or has all that it may have, is forgotten. */
void peers_expire(bsn_ledger *ledger);
gboolean peers_are_leaving(const bsn_ledger *ledger);

/* ---- forward.c ---- */

void forward_received(bsn_ledger *ledger, Peer *peer,
		      const Bsn__Nodes__Transactions *message);
/* There is somebody new to tell. */
void forward_soon(bsn_ledger *ledger);
void forward_timer(bsn_ledger *ledger);

/* ---- status.c ---- */

void status_tell(bsn_ledger *ledger, Peer *peer, gboolean asks);
void status_received(bsn_ledger *ledger, Peer *peer,
		     const Bsn__Nodes__Status *status);
/* Who seems to be behind is told until it says that it is not. */
void status_watch(bsn_ledger *ledger);
void status_timer(bsn_ledger *ledger);

/* ---- serve.c ---- */

void serve_final(bsn_ledger *ledger, Peer *peer,
		 const Bsn__Nodes__GetFinal *get);
void serve_branch(bsn_ledger *ledger, Peer *peer,
		  const Bsn__Nodes__GetBranch *get);
void serve_timer(bsn_ledger *ledger);

/* ---- sync.c ---- */

void sync_clear(Sync *sync);
/* What others have has changed. */
void sync_consider(bsn_ledger *ledger);
void sync_received(bsn_ledger *ledger, Peer *peer,
		   const Bsn__Nodes__Final *final);
/* Does what can be done now. */
void sync_run(bsn_ledger *ledger);
void sync_timer(bsn_ledger *ledger);
/* What it was asked for is void; with `lied` what it has given, too. */
void sync_let_go(bsn_ledger *ledger, const Peer *peer, gboolean lied);
/* The newest final block that one has who can be reached. */
guint64 sync_target(const bsn_ledger *ledger);

/* Begins again at the root; its height. */
void sync_start_over(bsn_ledger *ledger);
guint64 sync_root(const bsn_ledger *ledger);
gsize sync_item_bytes(const SyncItem *item);
void sync_item_free(gpointer item);

/* ---- take.c ---- */

/* Drops what the protocol has made final by itself meanwhile. */
void sync_skip(bsn_ledger *ledger);
/* Takes some of what has come. */
void sync_take(bsn_ledger *ledger);

/* ---- branch.c ---- */

void branch_clear(bsn_ledger *ledger);
void branch_received(bsn_ledger *ledger, Peer *peer,
		     const Bsn__Nodes__Branch *branch);
void branch_timer(bsn_ledger *ledger);
void branch_let_go(bsn_ledger *ledger, const Peer *peer);

#endif
