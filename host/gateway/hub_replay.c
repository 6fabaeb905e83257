/* SPDX-License-Identifier: Apache-2.0
 *
 * Replays: asked for once for all who are at the same block, put into words
 * once, and given to each reader as fast as it takes them.
 */
#include <string.h>

#include "host/chain/reply.h"
#include "host/gateway/hub_private.h"
#include "host/ops/cpu.h"
#include "host/ops/log.h"

/* Blocks that one replay asks for: an idle reader's catching up must not hold
 * up the chain's strand. */
#define REPLAY_BLOCKS_MAX 16
/* Bytes that are given to one reader before it has taken the last ones. */
#define PIECE_BYTES 262144

/* ---- batches ---- */

void
batch_unref(Batch *batch)
{
	if (batch == NULL || --batch->refs > 0)
		return;
	g_ptr_array_unref(batch->events);
	g_free(batch);
}

/* ---- giving ---- */

static void
piece_taken(gpointer arg)
{
	Subscriber *subscriber = arg;
	const guint32 before = cpu_charge(CPU_NOTIFY);

	subscriber->sending = FALSE;
	subscriber_pump(subscriber);
	(void)cpu_charge(before);
}

void
subscriber_send(Subscriber *subscriber, struct evbuffer *piece)
{
	subscriber->sending = TRUE;
	subscriber->since = g_get_monotonic_time();
	exchange_stream_send(subscriber->exchange, piece, piece_taken,
			     subscriber);
}

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
	if (subscriber->name != NULL &&
	    strcmp(event->name, subscriber->name) != 0)
		return FALSE;
	return event_text_holds(event, subscriber->where);
}

/* Gives what the reader wants of its batch, a piece at a time. */
static void
give(Subscriber *subscriber)
{
	Batch *batch = subscriber->batch;
	Hubs *hubs = subscriber->hub->hubs;
	struct evbuffer *piece = evbuffer_new();
	guint64 n = 0;

	while (subscriber->at < batch->events->len &&
	       evbuffer_get_length(piece) < PIECE_BYTES) {
		EventText *event = batch->events->pdata[subscriber->at++];

		if (!wants(subscriber, event))
			continue;
		event_text_add(event, piece);
		n++;
	}
	hubs->events += n;
	hubs->event_bytes += evbuffer_get_length(piece);
	if (subscriber->at == batch->events->len) {
		subscriber->block = batch->next;
		subscriber->position = 0;
		subscriber->batch = NULL;
		batch_unref(batch);
	}
	if (evbuffer_get_length(piece) > 0)
		subscriber_send(subscriber, piece);
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
		subscriber_end(subscriber, fetched->reason);
		return;
	}
	fetched->batch->refs++;
	subscriber->batch = fetched->batch;
	subscriber->at = 0;
	subscriber_pump(subscriber);
}

static void
fetch_answered(bsn_reply *reply)
{
	Fetch *fetch = reply->owner;
	Hub *hub = fetch->hub;
	Fetched fetched = { fetch, NULL, reply->err.reason };

	cpu_enter(CPU_NOTIFY);
	g_ptr_array_remove_fast(hub->fetches, fetch);
	if (reply->status == BSN_OK) {
		fetched.batch = batch_of(fetch, reply);
		fetched.reason = "the chain's engine gave events that are out "
				 "of order or not JSON";
		if (fetched.batch == NULL)
			log_error("gateway", chain_name(hub->chain), "%s",
				  fetched.reason);
	}
	hub_for_each(hub, take_fetched, &fetched);
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

void
subscriber_pump(Subscriber *subscriber)
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
