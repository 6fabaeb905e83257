/* SPDX-License-Identifier: Apache-2.0
 *
 * AMOP in the channel's frames; the messages themselves are amop/'s.
 */
#include "plugins/engine-fisco/channel/verify.h"

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define TOPICS_JSON_MAX (128u * 1024u)

/* ---- topics ------------------------------------------------------------ */

/* Whether it has "_block_notify_1", for group 1. */
static gboolean
has_block_topic(const Ledger *ledger, const Client *client)
{
	char own[40];

	(void)g_snprintf(own, sizeof(own),
			 "_block_notify_%" G_GUINT64_FORMAT,
			 ledger_config(ledger)->group_id);
	return amop_has_topic(&client->member, own);
}

gboolean
amop_topics(Ledger *ledger, Client *client, const Frame *frame)
{
	g_autoptr(json_t) list = json_parse(frame->data, TOPICS_JSON_MAX,
					    "topics", NULL, NULL);
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const json_t *item;
	size_t i;

	if (!json_is_array(list))
		return FALSE;
	json_array_foreach(list, i, item) {
		if (!json_is_string(item))
			return FALSE;
		g_ptr_array_add(names, (gpointer)json_string_value(item));
	}
	g_ptr_array_add(names, NULL);
	if (amop_set_topics(ledger->amop, &client->member,
			    (const char *const *)names->pdata,
			    NULL) != BSN_OK)
		return FALSE;
	client->blocks = has_block_topic(ledger, client);
	verify_topics(ledger, client);
	return TRUE;
}

/* ---- to the client ----------------------------------------------------- */

static gboolean
deliver(AmopMember *member, const AmopMessage *message)
{
	const Client *client = (const Client *)member;
	g_autoptr(GByteArray) data = g_byte_array_new();
	Frame frame = {
		.type = message->to_all ? FRAME_AMOP_MULTICAST
					: FRAME_AMOP_REQUEST,
	};

	if (client->broken)
		return FALSE;
	memcpy(frame.seq, message->id, FRAME_SEQ);
	frame_put_topic(bsn_slice_str(message->topic), message->content, data);
	frame.data = buffer_slice(data);
	return client_push(client, &frame);
}

const AmopMemberKind amop_client_kind = { .deliver = deliver };

/* ---- from the client --------------------------------------------------- */

/* Splits a message; FALSE when it is none. */
static gboolean
read_message(const Client *client, const Frame *frame, char **topic,
	     AmopMessage *message)
{
	bsn_slice name;

	if (!frame_topic(frame->data, &name, &message->content))
		return FALSE;
	*topic = g_strndup((const char *)name.data, name.len);
	memcpy(message->id, frame->seq, AMOP_ID_LEN);
	message->to_all = frame->type == FRAME_AMOP_MULTICAST;
	message->topic = *topic;
	message->from = client->member.who;
	return TRUE;
}

/* Who waits for an answer, and to what. */
typedef struct {
	const Client *client;
	guint8 seq[FRAME_SEQ];
	char *topic;
} Request;

static gint32
result_of(const AmopStatus *status)
{
	switch (status->outcome) {
	case AMOP_ANSWERED:
		return status->result;
	case AMOP_NOBODY:
		return AMOP_NO_NODE;
	case AMOP_LEFT:
	case AMOP_SENDER_LEFT:
	case AMOP_CLOSING:
		return AMOP_NO_SDK;
	case AMOP_TIMED_OUT:
	case AMOP_FULL:
		return AMOP_TIMEOUT;
	}
	return AMOP_TIMEOUT;
}

static void
respond(gpointer owner, const AmopStatus *status)
{
	Request *request = owner;
	g_autoptr(GByteArray) data = g_byte_array_new();
	Frame frame = { .type = FRAME_AMOP_RESPONSE,
			.result = result_of(status) };

	memcpy(frame.seq, request->seq, FRAME_SEQ);
	if (status->outcome == AMOP_ANSWERED)
		frame_put_topic(bsn_slice_str(request->topic), status->answer,
				data);
	frame.data = buffer_slice(data);
	if (status->outcome != AMOP_SENDER_LEFT)
		(void)client_push(request->client, &frame);
	g_free(request->topic);
	g_free(request);
}

gboolean
amop_request(Ledger *ledger, Client *client, const Frame *frame)
{
	AmopSender sender = { .done = respond, .self = &client->member };
	AmopMessage message;
	Request *request;
	char *topic;

	if (!read_message(client, frame, &topic, &message))
		return FALSE;
	request = g_new0(Request, 1);
	request->client = client;
	memcpy(request->seq, frame->seq, FRAME_SEQ);
	request->topic = topic;
	sender.owner = request;
	amop_send(ledger->amop, &sender, &message, AMOP_TIMEOUT_MS);
	return TRUE;
}

gboolean
amop_multicast(Ledger *ledger, Client *client, const Frame *frame)
{
	g_autofree char *topic = NULL;
	AmopMessage message;
	guint reached;

	if (!read_message(client, frame, &topic, &message))
		return FALSE;
	reached = amop_send_all(ledger->amop, &client->member, &message);
	client_answer(client, frame, FRAME_AMOP_RESPONSE,
		      reached > 0 ? 0 : AMOP_NO_NODE, bsn_slice_of(NULL, 0));
	return TRUE;
}

/* An answer that comes too late, or to nothing, is passed over. One without a
 * topic is one of an SDK that could not make sense of the message. */
gboolean
amop_answered(Ledger *ledger, Client *client, const Frame *frame)
{
	bsn_slice topic, answer;

	if (!frame_topic(frame->data, &topic, &answer))
		answer = frame->data;
	(void)amop_answer(ledger->amop, &client->member, frame->seq,
			  frame->result, answer);
	return TRUE;
}
