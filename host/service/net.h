/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/net.h: messages between the nodes of a chain (bsn.net/1): the
 * way between the chain's strand and whoever has the connections, on the main
 * loop. Nothing here waits.
 */
#ifndef HOST_SERVICE_NET_H
#define HOST_SERVICE_NET_H

#include <bsn/host.h>
#include <glib.h>

#include "host/chain/callqueue.h"

#define NET_CHAIN_ID_LEN 32u
/* Members of one chain. */
#define NET_MEMBERS_MAX 1024u
/* What a message costs besides its bytes, in memory; so a bound on cost is also
 * one on the number of messages. */
#define NET_MESSAGE_COST 256u

static inline gsize
net_message_cost(gsize len)
{
	return len + NET_MESSAGE_COST;
}

typedef struct NetChain NetChain;
typedef struct NetMember NetMember;

/* A member of a chain, shared by both sides. What has no remark never
 * changes. */
struct NetMember {
	gint refs; /* atomic */
	NetChain *chain;
	char *algorithm;
	GBytes *public_key;
	gboolean self;	/* this host's own key */
	gint reachable; /* atomic; the main loop's to set */
	gsize handed;	/* atomic: cost on its way to the main loop */
	/* The strand's. */
	gboolean gone; /* no member any more */
	gboolean told; /* the engine has been told that it is reachable */
	/* The main loop's. */
	char *address; /* "" when unknown */
	void *carried; /* by what the carrier reaches it */
};
NetMember *net_member_ref(NetMember *member); /* any thread */
void net_member_unref(NetMember *member);

/* One opening of a chain, from the first set_members to its close. */
struct NetChain {
	gint refs; /* atomic */
	bsn_chain *chain;
	guint8 id[NET_CHAIN_ID_LEN]; /* the same on all hosts of the chain */
	GHashTable *members; /* the strand's: NetMember by key */
	gboolean closed;     /* the strand's */
	/* Since the chain opened; atomic. */
	guint64 received, refused_late, sent, busy;
};

/* Who has the connections. All on the main loop. */
typedef struct {
	/* The members are now these (NetMember, borrowed), and these the
	 * algorithms of their keys; both ended by NULL. Called again when they
	 * change. */
	void (*members)(void *carrier, NetChain *chain,
			NetMember *const *members, const char *const *algorithms);
	/* The chain has closed. */
	void (*closed)(void *carrier, NetChain *chain);
	/* Takes a message for a member; drops it if that is not reachable. */
	void (*send)(void *carrier, NetMember *member, GBytes *message);
	/* Cost of messages that may wait for one member. */
	gsize queue_max;
} NetCarrier;

/* Lends bsn.net/1 to plugins when there is somebody to carry it. Main thread,
 * before plugins are opened. */
void net_lend(gboolean lent);
/* service_net, or NULL when it is not lent. [any] */
const bsn_net *net_service(void);

/* bsn_net.set_members. */
int32_t net_set_members(bsn_chain *chain, const bsn_member *members,
			uint64_t n);
/* The chain closes: no member hears of it any more. Strand. */
void net_close(bsn_chain *chain);

/* ---- from the carrier to the strand; main loop ---- */

/* The member is reachable or not: the engine is told if that is news. */
void net_tell(NetMember *member, gboolean reachable);

/* A message on its way to a chain. The carrier embeds it. */
typedef struct NetDelivery NetDelivery;
struct NetDelivery {
	StrandCall call;
	NetMember *from;
	GBytes *message;
	/* On the main loop, once the engine has taken it. */
	void (*taken)(NetDelivery *delivery);
};
/* Gives it to the engine; takes the message. */
void net_deliver(NetDelivery *delivery, NetMember *from, GBytes *message);

extern const bsn_net service_net;

#endif
