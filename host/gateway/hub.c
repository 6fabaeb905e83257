/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/hub.h"

#include <string.h>

#include "host/chain/reply.h"
#include "host/gateway/event_text.h"
#include "host/gateway/exchange.h"
#include "host/gateway/json.h"
#include "host/ops/log.h"

/* Blocks that one replay asks for: an idle reader's catching up must not hold
 * up the chain's strand. */
#define REPLAY_BLOCKS_MAX 16
/* Bytes that are given to one reader before it has taken the last ones. */
#define PIECE_BYTES 262144
/* A comment is sent so often when there is nothing else, so that proxies and
 * readers see that the stream lives. */
#define HEARTBEAT_S 15

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
	guint64 block, position; /* the next that is wanted */
	gboolean placed;  /* block and position are set */
	const Fetch *fetch; /* waits for it */
	Batch *batch;     /* is being given it */
	guint at;         /* of batch->events */
	gboolean sending; /* a piece is not taken yet */
	gint64 since;     /* the last piece began; monotonic */
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
};

static void pump(Subscriber *subscriber);

/* ---- batches ---- */

static void
batch_unref(Batch *batch)
{
	if (batch == NULL || --batch->refs > 0)
		return;
	g_ptr_array_unref(batch->events);
	g_free(batch);
}

/* ---- hubs ---- */

static Hub *
hub_ref(Hub *hub)
{
	hub->refs++;
	return hub;
}

static void
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
	g_free(subscriber);
}

static void
reader_gone(gpointer arg)
{
	subscriber_free(arg);
}

static void
piece_taken(gpointer arg)
{
	Subscriber *subscriber = arg;

	subscriber->sending = FALSE;
	pump(subscriber);
}

static void
send_piece(Subscriber *subscriber, struct evbuffer *piece)
{
	subscriber->sending = TRUE;
	subscriber->since = g_get_monotonic_time();
	exchange_stream_send(subscriber->exchange, piece, piece_taken,
			     subscriber);
}

/* Tells why and ends the stream. */
static void
end(Subscriber *subscriber, const char *reason)
{
	struct evbuffer *piece = evbuffer_new();
	g_autoptr(json_t) data = json_object();
	g_autofree char *text = NULL;
	gsize len;

	json_object_set_new(data, "reason", json_text(reason));
	text = json_write(data, &len);
	evbuffer_add_printf(piece, "event: end\ndata: %s\n\n", text);
	send_piece(subscriber, piece);
	evbuffer_free(piece);
	exchange_stream_end(subscriber->exchange);
	subscriber_free(subscriber);
}

static void
for_each(Hub *hub, void (*act)(Subscriber *, gconstpointer), gconstpointer with)
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
	end(subscriber, reason);
}

/* ---- giving ---- */

static gboolean
wants(const Subscriber *subscriber, const EventText *event)
{
	if (event->block == subscriber->block &&
	    event->position < subscriber->position)
		return FALSE;
	if (subscriber->kind != 0 && event->kind != subscriber->kind)
		return FALSE;
	if (subscriber->contract != NULL &&
	    strcmp(event->contract, subscriber->contract) != 0)
		return FALSE;
	return subscriber->name == NULL ||
	       strcmp(event->name, subscriber->name) == 0;
}

/* Gives what the reader wants of its batch, a piece at a time. */
static void
give(Subscriber *subscriber)
{
	Batch *batch = subscriber->batch;
	struct evbuffer *piece = evbuffer_new();

	while (subscriber->at < batch->events->len &&
	       evbuffer_get_length(piece) < PIECE_BYTES) {
		EventText *event = batch->events->pdata[subscriber->at++];

		if (wants(subscriber, event))
			event_text_add(event, piece);
	}
	if (subscriber->at == batch->events->len) {
		subscriber->block = batch->next;
		subscriber->position = 0;
		subscriber->batch = NULL;
		batch_unref(batch);
	}
	if (evbuffer_get_length(piece) > 0)
		send_piece(subscriber, piece);
	evbuffer_free(piece);
}

/* ---- fetching ---- */

static int32_t
ask_replay(bsn_reply *reply, const bsn_engine *engine, bsn_ledger *ledger,
	   bsn_err *err)
{
	const Fetch *fetch = reply->owner;

	return engine->event->replay(ledger, fetch->from, fetch->to, reply,
				     err);
}

/* What the engine gave, checked and put into words once for all. NULL when it
 * broke the rules. */
static Batch *
batch_of(const Fetch *fetch, const bsn_reply *reply)
{
	Batch *batch;
	guint64 next = reply->events_next;
	GPtrArray *events;

	if (next <= fetch->from || next > fetch->to + 1)
		return NULL;
	events = event_texts_new(reply->events, fetch->from, next);
	if (events == NULL)
		return NULL;
	batch = g_new0(Batch, 1);
	batch->refs = 1;
	batch->next = next;
	batch->events = events;
	return batch;
}

typedef struct {
	const Fetch *fetch;
	Batch *batch;
	const char *reason; /* when there is no batch */
} Fetched;

static void
take_fetched(Subscriber *subscriber, gconstpointer with)
{
	const Fetched *fetched = with;

	if (subscriber->fetch != fetched->fetch)
		return;
	subscriber->fetch = NULL;
	if (fetched->batch == NULL) {
		end(subscriber, fetched->reason);
		return;
	}
	fetched->batch->refs++;
	subscriber->batch = fetched->batch;
	subscriber->at = 0;
	pump(subscriber);
}

static void
fetch_answered(bsn_reply *reply)
{
	Fetch *fetch = reply->owner;
	Hub *hub = fetch->hub;
	Fetched fetched = { fetch, NULL, reply->err.reason };

	g_ptr_array_remove_fast(hub->fetches, fetch);
	if (reply->status == BSN_OK) {
		fetched.batch = batch_of(fetch, reply);
		fetched.reason = "the chain's engine gave events that are out "
				 "of order or not JSON";
		if (fetched.batch == NULL)
			log_error("gateway", chain_name(hub->chain),
				  "%s", fetched.reason);
	}
	for_each(hub, take_fetched, &fetched);
	batch_unref(fetched.batch);
	hub_unref(hub);
	g_free(fetch);
	reply_free(reply);
}

static const Fetch *
fetch_new(Hub *hub, guint64 from)
{
	Fetch *fetch = g_new0(Fetch, 1);
	bsn_reply *reply = reply_new(ANSWER_EVENTS, fetch_answered, fetch);

	fetch->hub = hub_ref(hub);
	fetch->from = from;
	fetch->to = MIN(hub->head, from + REPLAY_BLOCKS_MAX - 1);
	g_ptr_array_add(hub->fetches, fetch);
	reply->ask = ask_replay;
	chain_request(hub->chain, reply);
	return fetch;
}

/* The replay under way from that block, or a new one. */
static const Fetch *
fetch_from(Hub *hub, guint64 from)
{
	for (guint i = 0; i < hub->fetches->len; i++) {
		const Fetch *fetch = hub->fetches->pdata[i];

		if (fetch->from == from)
			return fetch;
	}
	return fetch_new(hub, from);
}

/* Moves a subscriber on as far as it goes by itself. */
static void
pump(Subscriber *subscriber)
{
	Hub *hub = subscriber->hub;

	while (!subscriber->sending && subscriber->batch != NULL)
		give(subscriber);
	if (subscriber->sending || subscriber->fetch != NULL ||
	    !subscriber->placed || !hub->head_known ||
	    subscriber->block > hub->head)
		return;
	subscriber->fetch = fetch_from(hub, subscriber->block);
}

/* ---- the head ---- */

static void
place_and_pump(Subscriber *subscriber, gconstpointer unused)
{
	if (!subscriber->placed) {
		subscriber->block = subscriber->hub->head + 1;
		subscriber->placed = TRUE;
	}
	pump(subscriber);
}

static void
head_is(Hub *hub, guint64 number)
{
	hub->head = hub->head_known ? MAX(hub->head, number) : number;
	hub->head_known = TRUE;
	for_each(hub, place_and_pump, NULL);
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
		for_each(hub, end_with, reply->err.reason);
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
	send_piece(subscriber, piece);
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
	exchange_stream(exchange, "text/event-stream", reader_gone,
			subscriber);
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
		for_each(hub, end_with, reason);
}

void
hubs_end_all(Hubs *hubs, const char *reason)
{
	g_autoptr(GList) all = g_hash_table_get_values(hubs->by_chain);

	for (const GList *link = all; link != NULL; link = link->next)
		for_each(link->data, end_with, reason);
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
	send_piece(subscriber, piece);
	evbuffer_free(piece);
}

void
hubs_tick(Hubs *hubs, gint64 now)
{
	Tick tick = { now, hubs->stall_s };
	g_autoptr(GList) all = g_hash_table_get_values(hubs->by_chain);

	for (const GList *link = all; link != NULL; link = link->next)
		for_each(link->data, tick_one, &tick);
}
