/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/net/sync.h: catching up. Headers come first, each
 * certified by those who agreed on it, then bodies, from several peers at once;
 * each block is executed and compared like one that is voted on, in order. A
 * node that is stopped goes on at its head. All functions: [strand].
 */
#ifndef FISCO_NET_SYNC_H
#define FISCO_NET_SYNC_H

#include "plugins/engine-fisco/net/window.h"

typedef struct Sync {
	Window window;
	gboolean active;
	gboolean running;  /* inside sync_run */
	gboolean again;    /* there is more to do at once */
	gboolean hold;     /* no headers until the window is empty */
	gboolean waiting;  /* for consensus to bring one block */
	guint64 waiting_height; /* head since when */
	guint turn;        /* which peer is asked next */
	guint64 pause_until_ms; /* no block is executed before */
	struct Join *join; /* by a snapshot; NULL: by blocks */
	guint64 join_from_ms; /* not by a snapshot before */
	guint64 start_height;
	guint64 start_ms;
} Sync;

void sync_free(Sync *sync);

/* Consensus says that there are blocks up to `height`, and a peer that has
 * them; may be called from inside consensus. */
void sync_behind(Ledger *ledger, NetPeer *peer, guint64 height);
/* What peers have has changed. */
void sync_consider(Ledger *ledger);
/* Does what can be done now. */
void sync_run(Ledger *ledger);
/* The timer came. */
void sync_timer(Ledger *ledger);
/* The head has moved, by whatever way. */
void sync_head_moved(Ledger *ledger);
/* Everything on the way was judged by members that do not agree any more. */
void sync_forget(Ledger *ledger);
/* A peer's question is void; with `lied` all that it has given, too. */
void sync_let_go(Ledger *ledger, const NetPeer *peer, gboolean lied);

/* The highest that a reachable peer says to have. */
guint64 sync_target(const Ledger *ledger);
/* The next peer, in turn, that may be asked for a header; NULL. */
NetPeer *sync_pick(Ledger *ledger, guint64 number);

/* ---- headers.c, bodies.c, apply.c ---------------------------------------- */

void headers_ask(Ledger *ledger);
/* Whether somebody has been asked for headers and has not answered. */
gboolean headers_are_asked(const Ledger *ledger);
void headers_received(Ledger *ledger, NetPeer *peer,
		      const NetMessage *message);
void bodies_ask(Ledger *ledger);
void bodies_received(Ledger *ledger, NetPeer *peer, const NetMessage *message);
/* Executes what has come whole and is next; bounded: Sync.again says that
 * there is more. */
void sync_apply(Ledger *ledger);

#endif
