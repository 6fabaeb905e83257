/* SPDX-License-Identifier: Apache-2.0
 *
 * host/peer/lane.h: messages that wait to be sent to one host: a queue (lane)
 * for each chain. What may be sent next is chosen by deficit round robin
 * (Shreedhar and Varghese 1996): each chain gets the same share of bytes,
 * whatever the sizes of its messages. A lane sends only while it has credit,
 * which the other side gives as its chain takes messages, so that a chain that
 * is slow there holds up no other. Pure. Main loop.
 */
#ifndef HOST_PEER_LANE_H
#define HOST_PEER_LANE_H

#include <glib.h>

#include "host/service/net.h"

/* What may be under way to a chain and not yet taken; the last message may go
 * beyond. Cost, in bytes. */
#define LANE_CREDIT (4u << 20)

typedef struct Lanes Lanes;

/* One chain's. Its owner embeds it. */
typedef struct {
	Lanes *lanes;
	GList link;	    /* among those that have messages */
	GQueue messages;    /* GBytes */
	gsize waiting;	    /* their cost */
	gint64 credit;	    /* cost that may be sent; below zero once spent */
	gint64 deficit;	    /* of its turn */
	guint64 dropped;    /* messages */
	gboolean lost;	    /* some since the owner last looked */
} Lane;

struct Lanes {
	gsize lane_max, all_max; /* cost */
	gsize waiting;
	gboolean lost; /* a lane has lost some since the owner last looked */
	GQueue active; /* lanes with messages; the head's turn is on */
};

void lanes_init(Lanes *lanes, gsize lane_max, gsize all_max);
void lane_init(Lane *lane, Lanes *lanes);
/* Drops what waits. */
void lane_clear(Lane *lane);

/* TRUE when the message would not fit: something must be dropped for it. */
gboolean lane_is_full(const Lane *lane, gsize len);
/* Queues; takes the message. Drops the oldest of this lane, and when all lanes
 * are too long, of the longest, until there is room. */
void lane_push(Lane *lane, GBytes *message);

/* The next message and its lane; NULL when nothing may be sent. The message is
 * the caller's. */
GBytes *lanes_next(Lanes *lanes, Lane **lane);

#endif
