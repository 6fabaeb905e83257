/* SPDX-License-Identifier: Apache-2.0
 *
 * host/gateway/hub.h: event streams. For each chain one hub asks the engine for
 * the events of blocks once and gives them to all who are at that block. Main
 * loop only.
 *
 * Each subscriber has a cursor, the next block and position that it wants. One
 * who is behind the chain's head is replayed to in steps; one who is at the
 * head waits for the next block: both are the same path, so nothing is lost or
 * comes twice between them.
 */
#ifndef HOST_GATEWAY_HUB_H
#define HOST_GATEWAY_HUB_H

#include <glib.h>

#include "host/chain/chain.h"

typedef struct Hubs Hubs;
struct Exchange;

/* What a subscriber wants. Texts are copied. */
typedef struct {
	gboolean from_now; /* from the block after the present head on */
	guint64 block;	   /* else from this block on */
	guint64 position;  /* of it: 0 is the block's own event */
	guint32 kind;	   /* BSN_EVENT_*, or 0 for all */
	const char *contract, *name; /* NULL for all */
	struct EventWhere *where;    /* referred to; NULL for all */
} Subscription;

/* At most `streams_max` subscribers; one who takes nothing for `stall_s` is
 * dropped. */
Hubs *hubs_new(guint streams_max, guint stall_s);
/* When no subscriber is left. */
void hubs_free(Hubs *hubs);

/* Makes the exchange a stream of events, or answers why not. */
void hubs_subscribe(Hubs *hubs, struct Exchange *exchange, Chain *chain,
		    const Subscription *wanted);
/* Ends the streams of a chain, or of all, with a reason. */
void hubs_end_chain(Hubs *hubs, Chain *chain, const char *reason);
void hubs_end_all(Hubs *hubs, const char *reason);

/* A block became durable; the listener of chain_table_set_block_listener, whose
 * owner is the Hubs. */
void hubs_block(void *owner, Chain *chain, guint64 number);
/* Heartbeats and stalled readers; about once a second. */
void hubs_tick(Hubs *hubs, gint64 now);

guint hubs_streams(const Hubs *hubs);
/* What their readers were given until now. */
guint64 hubs_events(const Hubs *hubs);
guint64 hubs_event_bytes(const Hubs *hubs);

#endif
