/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/hub_private.h: the inside of hubs, for hub.c (who listens) and
 * hub_replay.c (what they are given).
 */
#ifndef HOST_GATEWAY_HUB_PRIVATE_H
#define HOST_GATEWAY_HUB_PRIVATE_H

#include "host/gateway/event_text.h"
#include "host/gateway/event_where.h"
#include "host/gateway/exchange.h"
#include "host/gateway/hub.h"

typedef struct Hub Hub;

/* The events of blocks from..next-1, shared by all who want them. */
typedef struct {
	guint refs;
	guint64 next;
	GPtrArray *events; /* EventText */
} Batch;

/* A replay under way; freed when it is answered. */
typedef struct {
	Hub *hub; /* holds a reference */
	guint64 from, to;
} Fetch;

typedef struct {
	Hub *hub;
	GList link; /* in hub->subscribers; data points here */
	Exchange *exchange;
	guint32 kind;
	char *contract, *name;
	EventWhere *where;	 /* NULL for all */
	guint64 block, position; /* the next that is wanted */
	gboolean placed;	 /* block and position are set */
	const Fetch *fetch;	 /* waits for it */
	Batch *batch;		 /* is being given it */
	guint at;		 /* of batch->events */
	gboolean sending;	 /* a piece is not taken yet */
	gint64 since;		 /* the last piece began; monotonic */
} Subscriber;

struct Hub {
	guint refs;
	Hubs *hubs; /* NULL once the gateway has ended */
	Chain *chain;
	gboolean head_known, asking_head;
	guint64 head; /* newest durable block */
	GQueue subscribers;
	GPtrArray *fetches; /* Fetch, under way; borrowed */
};

struct Hubs {
	GHashTable *by_chain; /* Chain -> Hub; those with subscribers */
	guint streams, streams_max;
	guint stall_s;
	guint64 events, event_bytes; /* given to readers */
};

/* hub.c */
Hub *hub_ref(Hub *hub);
void hub_unref(Hub *hub);
/* Calls `act` for each subscriber, which it may free. */
void hub_for_each(Hub *hub, void (*act)(Subscriber *, gconstpointer),
		  gconstpointer with);
/* Tells why, ends the stream and frees the subscriber. */
void subscriber_end(Subscriber *subscriber, const char *reason);

/* hub_replay.c */
void batch_unref(Batch *batch); /* NULL is allowed */
/* Sends a piece, emptying it; goes on when it has been taken. */
void subscriber_send(Subscriber *subscriber, struct evbuffer *piece);
/* Moves a subscriber on as far as it goes by itself. */
void subscriber_pump(Subscriber *subscriber);

#endif
