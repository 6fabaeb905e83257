/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/channel/verify.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/json.h"

/* A publisher has this in front of the private topic's name; a receiver has
 * the topic itself, and a topic of its own for the question: this, the name,
 * "_" and what is its alone. */
#define PUBLISHER "#!$PushChannel_"
#define RECEIVER "#!$VerifyChannel_"
#define VERDICT_MAX 2048u

static gboolean
publishes(const Client *client, const char *topic)
{
	g_autofree char *name = g_strconcat(PUBLISHER, topic, NULL);

	return amop_has_topic(&client->member, name);
}

static void
ask(const Client *publisher, const Client *receiver, const char *topic,
    const char *question)
{
	g_autofree char *id = g_strdup_printf("%" G_GUINT64_FORMAT,
					      receiver->member.serial);
	g_autoptr(json_t) json = json_pack("{s:s, s:s, s:s}", "nodeId", id,
					   "topic", topic, "topicForCert",
					   question);
	g_autofree char *text = json_text(json);
	Frame frame = { .type = FRAME_TOPIC_VERIFY,
			.data = bsn_slice_str(text) };

	memset(frame.seq, '0', FRAME_SEQ);
	(void)client_push(publisher, &frame);
}

/* The private topic that a receiver's own topic is for; NULL: none. */
static char *
topic_of(const char *question)
{
	const char *end = strrchr(question, '_');

	if (!g_str_has_prefix(question, RECEIVER AMOP_PRIVATE))
		return NULL;
	question += strlen(RECEIVER);
	return g_strndup(question, (gsize)(end - question));
}

static gboolean
needs(const Client *receiver, const Client *publisher, const char *topic)
{
	return receiver != publisher && !publisher->broken &&
	       publishes(publisher, topic) &&
	       amop_has_topic(&receiver->member, topic) &&
	       !amop_receives(&receiver->member, topic, &publisher->member);
}

static void
ask_of(const Client *publisher, const Client *receiver)
{
	GHashTableIter iter;
	gpointer question;

	if (receiver->member.topics == NULL)
		return;
	g_hash_table_iter_init(&iter, receiver->member.topics);
	while (g_hash_table_iter_next(&iter, &question, NULL)) {
		g_autofree char *topic = topic_of(question);

		if (topic != NULL && needs(receiver, publisher, topic))
			ask(publisher, receiver, topic, question);
	}
}

void
verify_topics(Ledger *ledger, Client *client)
{
	for (GList *link = ledger->channels->clients.head; link != NULL;
	     link = link->next) {
		const Client *other = link->data;

		if (other == client)
			continue;
		ask_of(other, client);
		ask_of(client, other);
	}
}

/* ---- what the publisher's SDK found ------------------------------------- */

static Client *
find(const Ledger *ledger, const char *id)
{
	guint64 serial;

	if (id == NULL ||
	    !g_ascii_string_to_unsigned(id, 10, 0, G_MAXINT64, &serial, NULL))
		return NULL;
	for (GList *link = ledger->channels->clients.head; link != NULL;
	     link = link->next) {
		Client *client = link->data;

		if (client->member.serial == serial)
			return client;
	}
	return NULL;
}

/* Only who publishes a topic judges who receives it, and the receiver may have
 * left: a verdict for nobody is passed over. */
gboolean
verify_verdict(Ledger *ledger, Client *client, const Frame *frame)
{
	g_autoptr(json_t) json = json_parse_object(frame->data, VERDICT_MAX,
						   "verdict", NULL, NULL);
	const char *topic = json_string_value(json_object_get(json, "topic"));
	const json_t *result = json_object_get(json, "checkResult");
	Client *receiver = find(
		ledger, json_string_value(json_object_get(json, "nodeId")));

	if (topic == NULL || !json_is_integer(result))
		return FALSE;
	if (receiver != NULL && publishes(client, topic))
		(void)amop_set_verified(ledger->amop, &client->member,
					&receiver->member, topic,
					json_integer_value(result) == 0);
	client_answer(client, frame, FRAME_TOPIC_VERDICT, 0,
		      bsn_slice_of(NULL, 0));
	return TRUE;
}
