/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/hub.h"

#include "host/chain/reply.h"
#include "host/gateway/hub_private.h"
#include "host/gateway/json.h"

/* A comment is sent so often when there is nothing else, so that proxies and
 * readers see that the stream lives. */
#define HEARTBEAT_S 15

/* ---- hubs ---- */

Hub *
hub_ref(Hub *hub)
{
	hub->refs++;
	return hub;
}

void
hub_unref(Hub *hub)
{
	if (--hub->refs > 0)
		return;
	g_ptr_array_unref(hub->fetches);
	chain_unref(hub->chain);
	g_free(hub);
}

static Hub *
hub_new(Hubs *hubs, Chain *chain)
{
	Hub *hub = g_new0(Hub, 1);

	hub->refs = 1;
	hub->hubs = hubs;
	hub->chain = chain_ref(chain);
	hub->fetches = g_ptr_array_new();
	g_queue_init(&hub->subscribers);
	g_hash_table_insert(hubs->by_chain, chain, hub);
	return hub;
}

Hubs *
hubs_new(guint streams_max, guint stall_s)
{
	Hubs *hubs = g_new0(Hubs, 1);

	hubs->by_chain = g_hash_table_new(NULL, NULL);
	hubs->streams_max = streams_max;
	hubs->stall_s = stall_s;
	return hubs;
}

void
hubs_free(Hubs *hubs)
{
	if (hubs == NULL)
		return;
	g_hash_table_unref(hubs->by_chain);
	g_free(hubs);
}

guint64
hubs_events(const Hubs *hubs)
{
	return hubs->events;
}

guint64
hubs_event_bytes(const Hubs *hubs)
{
	return hubs->event_bytes;
}

guint
hubs_streams(const Hubs *hubs)
{
	return hubs->streams;
}

/* ---- subscribers ---- */

static void
subscriber_free(Subscriber *subscriber)
{
	Hub *hub = subscriber->hub;

	g_queue_unlink(&hub->subscribers, &subscriber->link);
	hub->hubs->streams--;
	if (hub->subscribers.length == 0) {
		g_hash_table_remove(hub->hubs->by_chain, hub->chain);
		hub_unref(hub);
	}
	batch_unref(subscriber->batch);
	exchange_unref(subscriber->exchange);
	g_free(subscriber->contract);
	g_free(subscriber->name);
	event_where_unref(subscriber->where);
	g_free(subscriber);
}

static void
reader_gone(gpointer arg)
{
	subscriber_free(arg);
}

/* Tells why and ends the stream. */
void
subscriber_end(Subscriber *subscriber, const char *reason)
{
	struct evbuffer *piece = evbuffer_new();
	g_autoptr(json_t) data = json_object();
	g_autofree char *text = NULL;
	gsize len;

	json_object_set_new(data, "reason", json_text(reason));
	text = json_write(data, &len);
	evbuffer_add_printf(piece, "event: end\ndata: %s\n\n", text);
	subscriber_send(subscriber, piece);
	evbuffer_free(piece);
	exchange_stream_end(subscriber->exchange);
	subscriber_free(subscriber);
}

void
hub_for_each(Hub *hub, void (*act)(Subscriber *, gconstpointer),
	     gconstpointer with)
{
	GList *link;

	hub_ref(hub);
	for (link = hub->subscribers.head; link != NULL;) {
		GList *next = link->next;

		act(link->data, with);
		link = next;
	}
	hub_unref(hub);
}

static void
end_with(Subscriber *subscriber, gconstpointer reason)
{
	subscriber_end(subscriber, reason);
}

/* ---- the head ---- */

static void
place_and_pump(Subscriber *subscriber, gconstpointer unused)
{
	if (!subscriber->placed) {
		subscriber->block = subscriber->hub->head + 1;
		subscriber->placed = TRUE;
	}
	subscriber_pump(subscriber);
}

static void
head_is(Hub *hub, guint64 number)
{
	hub->head = hub->head_known ? MAX(hub->head, number) : number;
	hub->head_known = TRUE;
	hub_for_each(hub, place_and_pump, NULL);
}

void
hubs_block(void *owner, Chain *chain, guint64 number)
{
	Hubs *hubs = owner;
	Hub *hub = g_hash_table_lookup(hubs->by_chain, chain);

	/* Until the head is known for certain it is not guessed from here: a
	 * subscriber "from now" would be placed behind this block. */
	if (hub != NULL && hub->head_known)
		head_is(hub, number);
}

static int32_t
ask_head(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	 bsn_err *err)
{
	return engine->ledger->info(ledger, reply, err);
}

static void
head_answered(bsn_reply *reply)
{
	Hub *hub = reply->owner;

	hub->asking_head = FALSE;
	if (reply->status == BSN_OK)
		head_is(hub, reply->ledger.height);
	else
		hub_for_each(hub, end_with, reply->err.reason);
	hub_unref(hub);
	reply_free(reply);
}

static void
find_head(Hub *hub)
{
	bsn_reply *reply;

	if (hub->asking_head)
		return;
	hub->asking_head = TRUE;
	reply = reply_new(ANSWER_LEDGER, head_answered, hub_ref(hub));
	reply->ask = ask_head;
	chain_request(hub->chain, reply);
}

/* ---- subscribing ---- */

static Subscriber *
subscriber_new(Hub *hub, Exchange *exchange, const Subscription *wanted)
{
	Subscriber *subscriber = g_new0(Subscriber, 1);

	subscriber->hub = hub;
	subscriber->link.data = subscriber;
	subscriber->exchange = exchange_ref(exchange);
	subscriber->kind = wanted->kind;
	subscriber->contract = g_strdup(wanted->contract);
	subscriber->name = g_strdup(wanted->name);
	subscriber->where = event_where_ref(wanted->where);
	subscriber->block = wanted->block;
	subscriber->position = wanted->position;
	subscriber->placed = !wanted->from_now;
	g_queue_push_tail_link(&hub->subscribers, &subscriber->link);
	hub->hubs->streams++;
	return subscriber;
}

/* The first bytes, so that the reader knows that it is listened to. */
static void
greet(Subscriber *subscriber)
{
	struct evbuffer *piece = evbuffer_new();

	evbuffer_add_printf(piece, ": %s\n\n",
			    chain_name(subscriber->hub->chain));
	subscriber_send(subscriber, piece);
	evbuffer_free(piece);
}

void
hubs_subscribe(Hubs *hubs, Exchange *exchange, Chain *chain,
	       const Subscription *wanted)
{
	Hub *hub = g_hash_table_lookup(hubs->by_chain, chain);
	Subscriber *subscriber;

	if (chain_state(chain) != CHAIN_OPEN) {
		exchange_failf(exchange, BSN_UNAVAILABLE, NULL,
			       "chain %s is not open", chain_name(chain));
		return;
	}
	if (hubs->streams >= hubs->streams_max) {
		exchange_failf(exchange, BSN_BUSY, NULL,
			       "%u event streams are open, as many as may be",
			       hubs->streams);
		return;
	}
	if (hub == NULL)
		hub = hub_new(hubs, chain);
	subscriber = subscriber_new(hub, exchange, wanted);
	exchange_stream(exchange, "text/event-stream", reader_gone, subscriber);
	greet(subscriber);
	if (hub->head_known)
		place_and_pump(subscriber, NULL);
	else
		find_head(hub);
}

void
hubs_end_chain(Hubs *hubs, Chain *chain, const char *reason)
{
	Hub *hub = g_hash_table_lookup(hubs->by_chain, chain);

	if (hub != NULL)
		hub_for_each(hub, end_with, reason);
}

void
hubs_end_all(Hubs *hubs, const char *reason)
{
	g_autoptr(GList) all = g_hash_table_get_values(hubs->by_chain);

	for (const GList *link = all; link != NULL; link = link->next)
		hub_for_each(link->data, end_with, reason);
}

/* ---- time ---- */

typedef struct {
	gint64 now;
	guint stall_s;
} Tick;

static void
tick_one(Subscriber *subscriber, gconstpointer with)
{
	const Tick *tick = with;
	gint64 quiet_s = (tick->now - subscriber->since) / G_USEC_PER_SEC;
	struct evbuffer *piece;

	if (subscriber->sending) {
		if (quiet_s >= tick->stall_s)
			exchange_stream_drop(subscriber->exchange);
		return;
	}
	if (quiet_s < HEARTBEAT_S)
		return;
	piece = evbuffer_new();
	evbuffer_add(piece, ":\n\n", 3);
	subscriber_send(subscriber, piece);
	evbuffer_free(piece);
}

void
hubs_tick(Hubs *hubs, gint64 now)
{
	Tick tick = { now, hubs->stall_s };
	g_autoptr(GList) all = g_hash_table_get_values(hubs->by_chain);

	for (const GList *link = all; link != NULL; link = link->next)
		hub_for_each(link->data, tick_one, &tick);
}
