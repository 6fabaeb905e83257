/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages of the gateway tests' engine. What was asked is answered; besides,
 * by the topic:
 *   push   the payload is pushed to the newest session, as it is
 *   deny   may not be listened to
 */
#include <string.h>

#include <bsn/ext/messages.h>
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "host/service/services.h"
#include "tests/unit/gateway_engine.h"

gint gateway_messages_closed;

static bsn_session *newest;

static void
value(bsn_reply *reply, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);

	bsn_host_reply(&host_as_plugins_see_it)
		->value(reply, bsn_slice_str(text));
	free(text);
	json_decref(json);
}

static json_t *
text_of(bsn_slice slice)
{
	return json_stringn((const char *)slice.data, slice.len);
}

static gboolean
is_word(bsn_slice slice, const char *word)
{
	return bsn_slice_equal(slice, bsn_slice_str(word));
}

static int32_t
subscribe(bsn_ledger *ledger, bsn_session *session,
	  const bsn_subscription *wanted, bsn_reply *reply, bsn_err *err)
{
	if (is_word(wanted->topics[0].name, "deny"))
		return bsn_fail(err, BSN_DENIED, "it is denied");
	newest = session;
	value(reply, json_null());
	return BSN_OK;
}

static json_t *
echo(const bsn_message *message)
{
	return json_pack("{s:s, s:o, s:b, s:b, s:I, s:o, s:o, s:i, s:o}",
			 "status", "delivered", "topic",
			 text_of(message->topic.name), "private",
			 message->topic.is_private, "multicast",
			 message->mode == BSN_MESSAGE_MULTICAST, "timeout",
			 (json_int_t)message->timeout_ms, "name",
			 text_of(message->from->name), "organisation",
			 text_of(message->from->organisation), "key_len",
			 (int)message->from->public_key.len, "text",
			 text_of(message->payload));
}

static int32_t
publish(bsn_ledger *ledger, const bsn_message *message, bsn_reply *reply,
	bsn_err *err)
{
	if (is_word(message->topic.name, "push"))
		(void)bsn_host_session(&host_as_plugins_see_it)
			->push(newest, message->payload);
	value(reply, echo(message));
	return BSN_OK;
}

static int32_t
answer(bsn_ledger *ledger, const bsn_client *from, const bsn_id *id,
       bsn_slice payload, bsn_reply *reply, bsn_err *err)
{
	if (id->len != 2 || payload.len != 2)
		return bsn_fail(err, BSN_NOT_FOUND, "nobody waits");
	value(reply, json_null());
	return BSN_OK;
}

static int32_t
declare(bsn_ledger *ledger, const bsn_client *owner, bsn_slice topic,
	const bsn_slice *keys, uint64_t n, bsn_reply *reply, bsn_err *err)
{
	if (n != 2 || keys[1].len != 3)
		return bsn_fail(err, BSN_CONFLICT, "other keys");
	value(reply, json_null());
	return BSN_OK;
}

static int32_t
withdraw(bsn_ledger *ledger, const bsn_client *who, bsn_slice topic,
	 bsn_reply *reply, bsn_err *err)
{
	if (who != NULL)
		return bsn_fail(err, BSN_DENIED, "it is somebody else's");
	value(reply, json_null());
	return BSN_OK;
}

static int32_t
topics(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	value(reply, json_pack("[s]", "one"));
	return BSN_OK;
}

static void
closed(bsn_ledger *ledger, bsn_session *session)
{
	g_atomic_int_inc(&gateway_messages_closed);
}

const bsn_engine_messages gateway_messages = {
	.size = sizeof(bsn_engine_messages),
	.subscribe = subscribe,
	.publish = publish,
	.answer = answer,
	.declare = declare,
	.withdraw = withdraw,
	.topics = topics,
	.closed = closed,
};
