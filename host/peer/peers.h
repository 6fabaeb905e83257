/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/peers.h: the connections to other hosts. There is one for each pair
 * of hosts, whoever dialled, and it carries the messages of all chains that the
 * two share. Main loop only. The process ignores SIGPIPE.
 *
 * Who is at the other end is known twice over: as a host, by the certificate
 * that the handshake proved; and as a member of chains, by the node keys that
 * it then proves to hold, each by a signature over the same exporter value. A
 * chain's messages go to and come from such hosts only whose proven keys the
 * chain's engine has named as members.
 */
#ifndef HOST_PEER_PEERS_H
#define HOST_PEER_PEERS_H

#include "host/config/config.h"
#include "host/loop.h"
#include "host/ops/metrics.h"
#include "host/peer/credential.h"
#include "host/service/keystore.h"
#include "host/service/net.h"

typedef struct Peers Peers;

/* What they work with; all outlive them. */
typedef struct {
	Loop *loop;
	Workers *workers;
	const Config *config;
	Keystore *keystore;
} PeersDeps;

/* Whether the config asks for connections to other hosts at all. */
gboolean peers_are_wanted(const Config *config);

/* Listens where [peers] listen says, and dials who is in [peers] connect. */
Peers *peers_new(const PeersDeps *deps, GError **error);
/* Accepts and dials nobody else, and says goodbye to everybody, within some
 * seconds; then calls `done` on the main loop. After the chains have closed. */
void peers_stop(Peers *peers, void (*done)(void *owner), void *owner);
/* After that, and when the workers have ended and what they posted has run;
 * outside the running loop. peers_free(NULL) does nothing. */
void peers_free(Peers *peers);

/* From now on hosts of these CAs (PEM) are spoken to on the chain of that name,
 * and called at these addresses (NULL-ended): host/peer/introduction.h. Whoever
 * calls this has asked an admin of this host. */
gboolean peers_introduce(Peers *peers, const char *chain, const char *pem,
			 const char *const *addresses, GError **error);
/* The chain is deleted: nothing of that holds any longer. */
void peers_forget_chain(Peers *peers, const char *chain);

/* For chain_table_new, with the peers as its owner. */
extern const NetCarrier *peers_carrier(const Peers *peers);

/* A MetricsProvider; its owner is the peers. */
void peers_measure(MetricsWriter *w, void *peers);
/* The port of an item of [peers] listen, from 0. */
guint16 peers_port(const Peers *peers, guint index);

/* ---- what there is, for people ---- */

typedef struct {
	const PeerHost *host;
	const char *address;
	gboolean dialled;	   /* by this host */
	gint64 connected_ms;	   /* for so long */
	guint64 received, sent;	   /* bytes */
	gsize waiting;		   /* to be sent */
	guint64 dropped;	   /* frames of it that concerned no chain that
				    * the two share */
	const char *const *chains; /* names; NULL-ended */
} PeerView;

typedef struct {
	const char *address;
	gboolean connected;
	guint failures;	       /* since it was last reached */
	gint64 next_ms;	       /* until the next attempt; -1: none is due */
	const char *last_error; /* "" for none */
} DialView;

/* Borrowed for the call. */
typedef struct {
	void (*peer)(void *data, const PeerView *view);
	void (*dial)(void *data, const DialView *view);
} PeersVisitor;
void peers_visit(const Peers *peers, const PeersVisitor *visitor, void *data);
const PeerHost *peers_self(const Peers *peers);

#endif
