/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/channel/clients.h: the clients of a chain's channel, for
 * the sources of this directory. All functions: [strand].
 */
#ifndef FISCO_CHANNEL_CLIENTS_H
#define FISCO_CHANNEL_CLIENTS_H

#include "plugins/engine-fisco/amop/hub.h"
#include "plugins/engine-fisco/channel/channel.h"
#include "plugins/engine-fisco/channel/frame.h"

/* Transactions whose commit one client waits to be told. */
#define SENT_PER_CLIENT 16384u

/* Result of an AMOP response. */
#define AMOP_NO_NODE 100 /* nobody has the topic */
#define AMOP_NO_SDK 101  /* who had it has left */
#define AMOP_TIMEOUT 102

typedef struct {
	AmopMember member;  /* first, so that it is cast back */
	bsn_session *session;
	GByteArray *input;  /* of a message that is not whole yet */
	guint protocol;     /* agreed in the handshake; 1 before */
	gboolean blocks;    /* wants to be told of blocks */
	gboolean broken;    /* is being closed: nothing more is read */
	guint sent;         /* of its entries in Channels.sent */
	GQueue registrations; /* for events; events.c */
} Client;

struct Channels {
	GQueue clients;   /* Client */
	GHashTable *sent; /* Sent, a set by transaction */
	guint64 expire_at; /* no entry of `sent` expires before this block */
};

/* FALSE: the client takes no more now. */
gboolean client_push(const Client *client, const Frame *frame);
/* An answer to a message: same sequence. */
void client_answer(const Client *client, const Frame *to, FrameType type,
		   gint32 result, bsn_slice data);

/* ---- amop.c ---- */

extern const AmopMemberKind amop_client_kind;

/* A list of topics, JSON: those that the client has from now on. */
gboolean amop_topics(Ledger *ledger, Client *client, const Frame *frame);
/* To one of those who have the topic, or to all of them. */
gboolean amop_request(Ledger *ledger, Client *client, const Frame *frame);
gboolean amop_multicast(Ledger *ledger, Client *client, const Frame *frame);
/* The receiver has answered. */
gboolean amop_answered(Ledger *ledger, Client *client, const Frame *frame);

/* ---- notice.c ---- */

/* A new Channels.sent. */
GHashTable *notice_table(void);
/* The client waits for the transaction in an answer to sendRawTransaction. */
void notice_sent(Ledger *ledger, Client *client, const Frame *request,
		 bsn_slice answer);
void notice_leave(Ledger *ledger, const Client *client);

#endif
