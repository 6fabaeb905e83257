/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/private.h: the inside of the connections to other hosts.
 */
#ifndef HOST_PEER_PRIVATE_H
#define HOST_PEER_PRIVATE_H

#include <event2/listener.h>
#include <string.h>

#include "host/config/address.h"
#include "host/peer/budget.h"
#include "host/ops/log.h"
#include "host/peer/gate.h"
#include "host/peer/lane.h"
#include "host/peer/link.h"
#include "host/peer/peers.h"

typedef struct Peer Peer;
typedef struct Dialer Dialer;
typedef struct Dial Dial;

/* ---- chains ---- */

/* A chain of this host, while it is open. */
typedef struct {
	NetChain *net;	     /* which is open; its id is the key */
	GHashTable *members; /* NetMember by key */
	char **algorithms;   /* of their keys */
} PeerChain;

/* ---- the whole ---- */

/* Lines of one minute, about strangers and about known hosts; the others are
 * counted: who cannot get in tries again and again. */
#define TOLD_PER_MINUTE 30u

typedef struct {
	guint told, untold;
} LineCount;

typedef struct {
	guint64 accepted, refused, turned_away; /* connections */
	guint64 known;				/* handshakes that succeeded */
	guint64 lost;				/* connections of known hosts */
	guint64 no_member; /* frames of no member of their chain */
	guint64 overflowed;			/* messages */
	guint64 messages_received, messages_sent;
	guint64 received, sent;			/* bytes, of links that ended */
} PeersCounters;

struct Peers {
	PeersDeps deps;
	LinkDeps link_deps;
	NetCarrier carrier;
	PeerTls *tls;
	Gate *gate;
	Dialer *dialer;
	GPtrArray *listeners; /* struct evconnlistener */
	struct event *tick;
	guint64 ticks;
	GQueue links;		/* Link, oldest first */
	GHashTable *by_host;	/* Peer by its host's id */
	GHashTable *chains;	/* PeerChain by its id */
	gboolean stopping;
	void (*stopped)(void *owner); /* once there is no link any more */
	void *stopped_owner;
	gint64 minute;
	LineCount of_strangers, of_known;
	GHashTable *banned;	/* gint64, until when, by a host's id */
	char *introductions;	/* their directory; NULL for none */
	char **introduced;	/* addresses of them, which are called */
	guint64 files_stamp;	/* of the files of the credential */
	PeersCounters counters;
};

/* A line of the log, if there are not too many; level info or warning. */
void peers_log(Peers *peers, LogLevel level, const char *format, ...)
	G_GNUC_PRINTF(3, 4);
/* The same about who is not known: such lines may be provoked at will, and must
 * not crowd out the others. */
void peers_log_stranger(Peers *peers, const char *format, ...)
	G_GNUC_PRINTF(2, 3);

/* Reads the files of the config; FALSE with an error, and nothing changed but
 * that they are not tried again until they do. reload.c */
gboolean peers_load_credential(Peers *peers, GError **error);
/* Once a second: reads changed files again, and judges one known host again. */
void peers_review(Peers *peers);

/* ---- known.c: connections that become known, and that end ---- */

extern const LinkEvents peers_link_events;
/* The known host whose connection it is, or NULL. */
Peer *peers_find(const Peers *peers, const Link *link);
void peers_end_peer(Peers *peers, Peer *peer);
/* One that came in shakes hands no more. */
void peers_leave_gate(Peers *peers, const Link *link);
/* Tells who stops the peers when no link is left. */
void peers_check_stopped(Peers *peers);

/* Of hosts and of chains. */
static inline guint
peers_hash_id(gconstpointer id)
{
	guint hash;

	memcpy(&hash, id, sizeof(hash));
	return hash;
}

static inline gboolean
peers_equal_ids(gconstpointer a, gconstpointer b)
{
	G_STATIC_ASSERT(HOST_ID_LEN == CHAIN_ID_LEN);

	return memcmp(a, b, HOST_ID_LEN) == 0;
}

/* ---- ban.c: hosts that have flooded this one ---- */

/* The host is not let in for some time. */
void peers_ban(Peers *peers, const PeerHost *host);
gboolean peers_is_banned(const Peers *peers, const PeerHost *host);
/* Forgets whose time is over. */
void peers_end_bans(Peers *peers, gint64 now);

/* ---- members.c: the carrier ---- */

extern const NetCarrier peers_net_carrier;
void peers_free_chains(Peers *peers);

/* ---- peer.c: a host that is known ---- */

/* What a host may cost with frames that serve nobody. */
extern const BudgetRule peer_budget_rule;

/* A chain that the two hosts share, as far as this one knows. */
typedef struct {
	Lane lane;
	Peer *peer;
	PeerChain *chain;
	NetMember *member;	/* whom the other host is there */
	gboolean joined;	/* we have said JOIN, and it stands */
	gboolean they_joined;
	gboolean overflowed;	/* told as unreachable until it has drained */
	guint64 epoch;		/* of our JOINs */
	gsize outstanding;	/* cost that came and is not taken */
	gsize to_credit;	/* cost that was taken, and not told */
} PeerLane;

typedef struct {
	char *algorithm;
	GBytes *key;
} PeerKey;

struct Peer {
	gint refs; /* its connection's, and one for each delivery */
	Peers *hub;
	Link *link; /* NULL once that is over */
	GPtrArray *keys; /* PeerKey, proven */
	GPtrArray *proven; /* char *: algorithms of our keys, proven to it */
	GHashTable *lanes; /* PeerLane by its chain's id */
	Lanes queue;
	gsize in_flight; /* cost given to strands */
	Budget budget;
	guint64 dropped;
	guint64 last_epoch;
};

Peer *peer_new(Peers *hub, Link *link);
/* Its connection is over, or another one has taken its place. */
void peer_end(Peer *peer);
void peer_unref(Peer *peer);
void peer_frame(Peer *peer, FrameType type, const guint8 *chain,
		GBytes *payload);
/* Proves our node's key of an algorithm to it, once. */
void peer_prove(Peer *peer, const char *algorithm);
const PeerKey *peer_find_key(const Peer *peer, const NetMember *member);
/* FALSE when it has used up what is tolerated, and its connection ends. */
gboolean peer_charge(Peer *peer, gint64 cost);
/* Ends the connection of one that floods. */
void peer_cut_off(Peer *peer, const char *why);

/* ---- peer_lane.c: a chain that is shared ---- */

/* The chain has a member whose key this host has proven. */
void peer_meet(Peer *peer, PeerChain *chain, NetMember *member);
/* It is none any more, or the chain closes. */
void peer_part(PeerLane *lane);
/* Queues a message for the member; drops it if that cannot be. Takes it. */
void peer_send(PeerLane *lane, GBytes *message);

/* Sends what may be sent. */
void peer_pump(Peer *peer);
/* What either side has said of the chain holds no longer. */
void peer_unjoin(PeerLane *lane);
/* Frames of the chain; `lane` is NULL when it is not shared. */
void peer_take_join(Peer *peer, PeerLane *lane, const guint8 *chain);
void peer_take_refuse(Peer *peer, PeerLane *lane, GBytes *payload);
void peer_take_credit(Peer *peer, PeerLane *lane, GBytes *payload);
/* Takes the message. */
void peer_take_message(Peer *peer, PeerLane *lane, GBytes *message);
void peer_lane_free(gpointer lane);

/* key.c: FRAME_KEY */
/* NULL when this host has no such key, or cannot sign with it. */
GBytes *peer_key_write(Keystore *keystore, const char *algorithm, PeerSide side,
		       const guint8 exporter[EXPORTER_LEN], GError **error);
/* What the other side proves; NULL, with an error, when it does not. */
PeerKey *peer_key_read(GBytes *payload, PeerSide side,
		       const guint8 exporter[EXPORTER_LEN], GError **error);
void peer_key_free(gpointer key);

/* ---- dialer.c: whom we call ---- */

Dialer *dialer_new(Peers *peers);
void dialer_free(Dialer *dialer);
/* An address of the config (member NULL) or of a member is wanted; what is no
 * address is logged and ignored. */
void dialer_want(Dialer *dialer, const char *address, NetMember *member);
/* The same of an address that was wanted without a member. */
void dialer_unwant_address(Dialer *dialer, const char *address);
/* The member's address is wanted no longer. */
void dialer_unwant(Dialer *dialer, NetMember *member);
/* Forgets what nobody wants. */
void dialer_forget(Dialer *dialer);
/* Something has changed: calls who should be called. */
void dialer_review(Dialer *dialer);
void dialer_stop(Dialer *dialer);
/* News of a link that it has dialled. */
void dialer_known(Dialer *dialer, Link *link);
void dialer_over(Dialer *dialer, Link *link, const GError *why);
void dialer_visit(const Dialer *dialer, const PeersVisitor *visitor,
		  void *data);

#endif
