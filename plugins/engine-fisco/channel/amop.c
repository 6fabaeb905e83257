/* SPDX-License-Identifier: Apache-2.0
 *
 * AMOP: messages between the clients of a chain by topic; nothing of them is
 * on the ledger. A message to one of those who have the topic goes to the one
 * who waited longest for any, and its answer goes back.
 */
#include "plugins/engine-fisco/channel/clients.h"

#include "plugins/engine-fisco/services.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define TOPICS_JSON_MAX (128u * 1024u)
#define MS_NS G_GUINT64_CONSTANT(1000000)

/* A message that somebody must answer. */
typedef struct {
	guint8 seq[FRAME_SEQ];
	Client *from; /* NULL: has left */
	Client *to;
	guint64 until_ms;
} Relay;

static guint64
now_ms(const Ledger *ledger)
{
	return services.clock->mono_ns(ledger->chain) / MS_NS;
}

/* ---- topics ------------------------------------------------------------ */

/* "_block_notify_1" for group 1. */
static gboolean
is_block_topic(const Ledger *ledger, const char *topic)
{
	char own[40];

	(void)g_snprintf(own, sizeof(own),
			 "_block_notify_%" G_GUINT64_FORMAT,
			 ledger_config(ledger)->group_id);
	return strcmp(topic, own) == 0;
}

static gboolean
add_topic(const Ledger *ledger, Client *client, const json_t *item)
{
	const char *topic = json_string_value(item);

	if (topic == NULL || json_string_length(item) > TOPIC_MAX)
		return FALSE;
	if (is_block_topic(ledger, topic))
		client->blocks = TRUE;
	g_hash_table_add(client->topics, g_strdup(topic));
	return TRUE;
}

gboolean
amop_topics(Ledger *ledger, Client *client, const Frame *frame)
{
	g_autoptr(json_t) list = json_parse(frame->data, TOPICS_JSON_MAX,
					    "topics", NULL, NULL);
	const json_t *item;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > TOPICS_PER_CLIENT)
		return FALSE;
	if (client->topics == NULL)
		client->topics = g_hash_table_new_full(g_str_hash, g_str_equal,
						       g_free, NULL);
	g_hash_table_remove_all(client->topics);
	client->blocks = FALSE;
	json_array_foreach(list, i, item)
		if (!add_topic(ledger, client, item))
			return FALSE;
	return TRUE;
}

static gboolean
has_topic(const Client *client, const char *topic)
{
	return !client->broken && client->topics != NULL &&
	       g_hash_table_contains(client->topics, topic);
}

/* The topic of a message as a text; NULL: it is none. */
static char *
topic_of(const Frame *frame)
{
	bsn_slice topic, content;

	if (!frame_topic(frame->data, &topic, &content))
		return NULL;
	return g_strndup((const char *)topic.data, topic.len);
}

/* ---- to one ------------------------------------------------------------ */

/* Moves the receiver to the end, so that the next message is another's. */
static Client *
take_receiver(Channels *channels, const Client *from, const char *topic)
{
	for (GList *link = channels->clients.head; link != NULL;
	     link = link->next) {
		Client *client = link->data;

		if (client == from || !has_topic(client, topic))
			continue;
		g_queue_unlink(&channels->clients, link);
		g_queue_push_tail_link(&channels->clients, link);
		return client;
	}
	return NULL;
}

static void
arm(const Ledger *ledger)
{
	const Relay *oldest = g_queue_peek_head(&ledger->channels->relays);
	const guint64 now = now_ms(ledger);

	if (oldest == NULL)
		return;
	(void)services.timer->set(
		ledger->chain, TIMER_AMOP,
		oldest->until_ms > now ? oldest->until_ms - now : 0);
}

static void
relay(Ledger *ledger, Client *from, Client *to, const Frame *frame)
{
	GQueue *relays = &ledger->channels->relays;
	Relay *waiting = g_new0(Relay, 1);

	memcpy(waiting->seq, frame->seq, FRAME_SEQ);
	waiting->from = from;
	waiting->to = to;
	waiting->until_ms = now_ms(ledger) + AMOP_TIMEOUT_MS;
	g_queue_push_tail(relays, waiting);
	if (relays->length == 1)
		arm(ledger);
	client_push(to, frame);
}

static void
respond(const Client *client, const Frame *frame, gint32 result)
{
	client_answer(client, frame, FRAME_AMOP_RESPONSE, result,
		      bsn_slice_of(NULL, 0));
}

gboolean
amop_send(Ledger *ledger, Client *client, const Frame *frame)
{
	g_autofree char *topic = topic_of(frame);
	Client *to;

	if (topic == NULL)
		return FALSE;
	to = take_receiver(ledger->channels, client, topic);
	if (to == NULL)
		respond(client, frame, AMOP_NO_NODE);
	else if (ledger->channels->relays.length >= RELAYS_MAX)
		respond(client, frame, AMOP_TIMEOUT);
	else
		relay(ledger, client, to, frame);
	return TRUE;
}

static void
finish(const Relay *waiting, gint32 result, bsn_slice data)
{
	Frame frame = { .type = FRAME_AMOP_RESPONSE, .result = result,
			.data = data };

	memcpy(frame.seq, waiting->seq, FRAME_SEQ);
	if (waiting->from != NULL)
		client_push(waiting->from, &frame);
}

/* An answer that comes too late, or to nothing, is passed over. */
gboolean
amop_answered(Ledger *ledger, Client *client, const Frame *frame)
{
	GQueue *relays = &ledger->channels->relays;

	for (GList *link = relays->head; link != NULL; link = link->next) {
		Relay *waiting = link->data;

		if (waiting->to != client ||
		    memcmp(waiting->seq, frame->seq, FRAME_SEQ) != 0)
			continue;
		finish(waiting, frame->result, frame->data);
		g_queue_delete_link(relays, link);
		g_free(waiting);
		break;
	}
	return TRUE;
}

void
amop_leave(Ledger *ledger, const Client *client)
{
	GQueue *relays = &ledger->channels->relays;
	GList *link = relays->head;

	while (link != NULL) {
		GList *next = link->next;
		Relay *waiting = link->data;

		if (waiting->from == client)
			waiting->from = NULL;
		if (waiting->to == client) {
			finish(waiting, AMOP_NO_SDK, bsn_slice_of(NULL, 0));
			g_queue_delete_link(relays, link);
			g_free(waiting);
		}
		link = next;
	}
}

void
amop_timer(Ledger *ledger)
{
	GQueue *relays = &ledger->channels->relays;
	const guint64 now = now_ms(ledger);
	Relay *waiting;

	while ((waiting = g_queue_peek_head(relays)) != NULL &&
	       waiting->until_ms <= now) {
		(void)g_queue_pop_head(relays);
		finish(waiting, AMOP_TIMEOUT, bsn_slice_of(NULL, 0));
		g_free(waiting);
	}
	arm(ledger);
}

void
amop_clear(Channels *channels)
{
	g_queue_clear_full(&channels->relays, g_free);
}

/* ---- to all ------------------------------------------------------------ */

gboolean
amop_multicast(Ledger *ledger, Client *client, const Frame *frame)
{
	g_autofree char *topic = topic_of(frame);
	guint receivers = 0;

	if (topic == NULL)
		return FALSE;
	for (GList *link = ledger->channels->clients.head; link != NULL;
	     link = link->next) {
		const Client *to = link->data;

		if (to == client || !has_topic(to, topic))
			continue;
		client_push(to, frame);
		receivers++;
	}
	respond(client, frame, receivers > 0 ? 0 : AMOP_NO_NODE);
	return TRUE;
}
