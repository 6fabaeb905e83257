/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/amop/messages.h"

#include <string.h>

#include "plugins/engine-fisco/amop/private.h"
#include "plugins/engine-fisco/amop/topics.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/json.h"

/* A session that messages are pushed to. */
typedef struct {
	AmopMember member; /* first, so that it is cast back */
	bsn_session *session;
} Listener;

/* ---- words ------------------------------------------------------------- */

static json_t *
text_json(bsn_slice text)
{
	json_t *json = text.len > 0 ? json_stringn((const char *)text.data,
						   text.len)
				    : json_string("");

	return json != NULL ? json : json_null();
}

static void
set_payload(json_t *object, bsn_slice payload)
{
	g_autofree char *base64 = NULL;

	if (g_utf8_validate_len((const char *)payload.data, payload.len,
				NULL)) {
		json_object_set_new(object, "text", text_json(payload));
		return;
	}
	base64 = g_base64_encode(payload.data, payload.len);
	json_object_set_new(object, "base64", json_string(base64));
}

static json_t *
party_json(const AmopParty *party)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", text_json(party->name));
	json_object_set_new(object, "organisation",
			    text_json(party->organisation));
	json_object_set_new(object, "public_key",
			    party->public_key.len > 0
				    ? result_hex(party->public_key)
				    : json_null());
	return object;
}

static char *
message_text(const AmopMessage *message)
{
	g_autoptr(json_t) object = json_object();
	gboolean is_private;
	const char *topic = topics_shown(message->topic, &is_private);

	json_object_set_new(object, "id",
			    result_hex(bsn_slice_of(message->id,
						    AMOP_ID_LEN)));
	json_object_set_new(object, "topic", text_json(bsn_slice_str(topic)));
	json_object_set_new(object, "private", json_boolean(is_private));
	json_object_set_new(
		object, "mode",
		json_string(message->to_all ? "multicast" : "unicast"));
	json_object_set_new(object, "from", party_json(&message->from));
	set_payload(object, message->content);
	return json_text(object);
}

/* ---- listening --------------------------------------------------------- */

static gboolean
deliver(AmopMember *member, const AmopMessage *message)
{
	const Listener *listener = (const Listener *)member;
	g_autofree char *text = NULL;

	/* An SDK may send more than the host's clients take. */
	if (message->content.len > BSN_MESSAGE_PAYLOAD_MAX)
		return FALSE;
	text = message_text(message);
	return services.session->push(listener->session,
				      bsn_slice_str(text)) == BSN_OK;
}

static const AmopMemberKind listener_kind = { .deliver = deliver };

/* The topics' names in the hub, ended by NULL; NULL when one is not the
 * client's to have. */
static char **
names_of(const AmopHub *hub, const bsn_subscription *wanted, int32_t *status,
	 bsn_err *err)
{
	g_auto(GStrv) names = g_new0(char *, wanted->topic_count + 1u);

	for (guint i = 0; i < wanted->topic_count; i++) {
		const bsn_topic *topic = &wanted->topics[i];

		names[i] = topics_name(topic->name, topic->is_private != 0,
				       status, err);
		if (names[i] != NULL)
			*status = topics_judge(hub, names[i],
					       wanted->client->public_key,
					       wanted->proven_key, err);
		if (*status != BSN_OK)
			return NULL;
	}
	return g_steal_pointer(&names);
}

static int32_t
listen_to(AmopHub *hub, Listener *listener, char **names,
	  const bsn_subscription *wanted, bsn_err *err)
{
	AmopMember *member = &listener->member;
	int32_t status;

	amop_join(hub, member, &listener_kind, wanted->client);
	status = amop_set_topics(hub, member, (const char *const *)names, err);
	if (status != BSN_OK)
		amop_leave(hub, member);
	for (guint i = 0; status == BSN_OK && names[i] != NULL; i++)
		if (!amop_receives(member, names[i], NULL))
			(void)amop_prove(hub, member, names[i],
					 wanted->proven_key);
	return status;
}

static int32_t
subscribe(bsn_ledger *ledger, bsn_session *session,
	  const bsn_subscription *wanted, bsn_reply *reply, bsn_err *err)
{
	int32_t status = BSN_OK;
	g_auto(GStrv) names = names_of(ledger->amop, wanted, &status, err);
	Listener *listener;

	if (names == NULL)
		return status;
	listener = g_new0(Listener, 1);
	listener->session = session;
	status = listen_to(ledger->amop, listener, names, wanted, err);
	if (status == BSN_OK)
		services.reply->value(reply, bsn_slice_str("null"));
	else
		g_free(listener);
	return status;
}

typedef struct {
	const bsn_session *session;
	Listener *found;
} Search;

static void
match(AmopMember *member, gpointer with)
{
	Search *search = with;
	Listener *listener = (Listener *)member;

	if (member->kind == &listener_kind &&
	    listener->session == search->session)
		search->found = listener;
}

static void
closed(bsn_ledger *ledger, bsn_session *session)
{
	Search search = { session, NULL };

	amop_each(ledger->amop, match, &search);
	if (search.found == NULL)
		return;
	amop_leave(ledger->amop, &search.found->member);
	g_free(search.found);
}

/* ---- sending ----------------------------------------------------------- */

static void
answer_status(bsn_reply *reply, const char *status, const bsn_slice *answer,
	      json_int_t receivers)
{
	g_autoptr(json_t) object = json_object();
	g_autofree char *text = NULL;

	json_object_set_new(object, "status", json_string(status));
	if (answer != NULL)
		set_payload(object, *answer);
	if (receivers > 0)
		json_object_set_new(object, "receivers",
				    json_integer(receivers));
	text = json_text(object);
	services.reply->value(reply, bsn_slice_str(text));
}

static void
refuse(bsn_reply *reply, int32_t status, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	bsn_fail(&err, status, "%s", reason);
	services.reply->fail(reply, status, &err);
}

static void
told(gpointer owner, const AmopStatus *status)
{
	bsn_reply *reply = owner;

	switch (status->outcome) {
	case AMOP_ANSWERED:
		answer_status(reply, "delivered", &status->answer, 0);
		break;
	case AMOP_NOBODY:
		answer_status(reply, "no-receiver", NULL, 0);
		break;
	case AMOP_LEFT:
		answer_status(reply, "receiver-left", NULL, 0);
		break;
	case AMOP_TIMED_OUT:
		answer_status(reply, "timed-out", NULL, 0);
		break;
	case AMOP_FULL:
		refuse(reply, BSN_BUSY, "too many messages wait for answers");
		break;
	case AMOP_SENDER_LEFT:
	case AMOP_CLOSING:
		refuse(reply, BSN_UNAVAILABLE, "the chain is being closed");
		break;
	}
}

static void
send_to_all(AmopHub *hub, const AmopMessage *message, bsn_reply *reply)
{
	guint reached = amop_send_all(hub, NULL, message);

	answer_status(reply, reached > 0 ? "delivered" : "no-receiver", NULL,
		      reached);
}

static int32_t
publish(bsn_ledger *ledger, const bsn_message *message, bsn_reply *reply,
	bsn_err *err)
{
	const AmopSender sender = { .done = told, .owner = reply };
	int32_t status;
	g_autofree char *topic =
		topics_name(message->topic.name,
			    message->topic.is_private != 0, &status, err);
	AmopMessage sent = {
		.to_all = message->mode == BSN_MESSAGE_MULTICAST,
		.topic = topic,
		.content = message->payload,
		.from = { message->from->name, message->from->organisation,
			  message->from->public_key },
	};

	if (status == BSN_OK)
		status = topics_judge(ledger->amop, topic,
				      sent.from.public_key,
				      bsn_slice_of(NULL, 0), err);
	if (status == BSN_OK)
		status = services.random->fill(ledger->chain, sent.id,
					       AMOP_ID_LEN);
	if (status != BSN_OK)
		return status;
	if (sent.to_all)
		send_to_all(ledger->amop, &sent, reply);
	else
		amop_send(ledger->amop, &sender, &sent, message->timeout_ms);
	return BSN_OK;
}

/* ---- answering --------------------------------------------------------- */

/* Whose sessions may answer, to which message. */
typedef struct {
	AmopHub *hub;
	const bsn_client *from;
	const bsn_id *id;
	bsn_slice payload;
	gboolean done;
} Answering;

static gboolean
is_client(const AmopParty *party, const bsn_client *client)
{
	return bsn_slice_equal(party->name, client->name) &&
	       bsn_slice_equal(party->organisation, client->organisation) &&
	       bsn_slice_equal(party->public_key, client->public_key);
}

static void
try_answer(AmopMember *member, gpointer with)
{
	Answering *answering = with;

	if (!answering->done && member->kind == &listener_kind &&
	    is_client(&member->who, answering->from))
		answering->done =
			amop_answer(answering->hub, member,
				    answering->id->bytes, 0,
				    answering->payload);
}

static int32_t
answer(bsn_ledger *ledger, const bsn_client *from, const bsn_id *id,
       bsn_slice payload, bsn_reply *reply, bsn_err *err)
{
	Answering answering = { ledger->amop, from, id, payload, FALSE };

	if (id->len == AMOP_ID_LEN)
		amop_each(ledger->amop, try_answer, &answering);
	if (!answering.done)
		return bsn_fail(err, BSN_NOT_FOUND,
				"nobody waits for your answer to this message "
				"(any more)");
	services.reply->value(reply, bsn_slice_str("null"));
	return BSN_OK;
}

const bsn_engine_messages fisco_messages = {
	.size = sizeof(bsn_engine_messages),
	.subscribe = subscribe,
	.publish = publish,
	.answer = answer,
	.declare = topics_declare,
	.withdraw = topics_withdraw,
	.topics = topics_list,
	.closed = closed,
};
