/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/channel/channel.h"

#include "plugins/engine-fisco/channel/clients.h"
#include "plugins/engine-fisco/channel/events.h"
#include "plugins/engine-fisco/channel/verify.h"
#include "plugins/engine-fisco/rpc/rpc.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Versions of the protocol that are spoken. */
#define PROTOCOL_MIN 1
#define PROTOCOL_MAX 3
#define NODE_VERSION "2.9.1"
#define HANDSHAKE_MAX 1024u

/* ---- sending ----------------------------------------------------------- */

gboolean
client_push(const Client *client, const Frame *frame)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	frame_put(frame, bytes);
	return services.session->push(client->session, buffer_slice(bytes)) ==
	       BSN_OK;
}

void
client_answer(const Client *client, const Frame *to, FrameType type,
	      gint32 result, bsn_slice data)
{
	Frame frame = { .type = (guint16)type, .result = result,
			.data = data };

	memcpy(frame.seq, to->seq, FRAME_SEQ);
	(void)client_push(client, &frame);
}

/* ---- messages ---------------------------------------------------------- */

/* A bound of the versions that a client speaks; SDKs call it by either name,
 * and some by none. */
static json_int_t
bound(const json_t *wish, const char *name, const char *other)
{
	const json_t *value = json_object_get(wish, name);

	if (value == NULL)
		value = json_object_get(wish, other);
	return json_is_integer(value) ? json_integer_value(value)
				      : PROTOCOL_MIN;
}

static gboolean
handshake(Ledger *ledger, Client *client, const Frame *frame)
{
	g_autoptr(json_t) wish = json_parse_object(
		frame->data, HANDSHAKE_MAX, "handshake", NULL, NULL);
	const json_int_t least =
		bound(wish, "minimumProtocol", "minimumSupport");
	const json_int_t most =
		bound(wish, "maximumProtocol", "maximumSupport");
	g_autofree char *text = NULL;

	if (wish == NULL || least > PROTOCOL_MAX || most < PROTOCOL_MIN)
		return FALSE;
	client->protocol = (guint)MIN(most, PROTOCOL_MAX);
	text = g_strdup_printf("{\"nodeVersion\":\"" NODE_VERSION
			       "\",\"protocol\":%u}",
			       client->protocol);
	client_answer(client, frame, FRAME_HANDSHAKE, 0, bsn_slice_str(text));
	return TRUE;
}

/* Of the first version "0" and "1", later JSON. */
static gboolean
heartbeat(Ledger *ledger, Client *client, const Frame *frame)
{
	const gboolean old = bsn_slice_equal(frame->data, bsn_slice_str("0"));

	client_answer(client, frame, FRAME_HEARTBEAT, 0,
		      bsn_slice_str(old ? "1" : "{\"heartBeat\":1}"));
	return TRUE;
}

/* Subscriptions of Ethereum's are no messages of this protocol: none is made. */
static gboolean
rpc(Ledger *ledger, Client *client, const Frame *frame)
{
	g_autoptr(GByteArray) answer =
		rpc_answer(ledger, NULL, frame->data);

	if (answer == NULL)
		return TRUE;
	client_answer(client, frame, FRAME_RPC, 0, buffer_slice(answer));
	notice_sent(ledger, client, frame, buffer_slice(answer));
	return TRUE;
}

static const struct {
	FrameType type;
	gboolean (*act)(Ledger *ledger, Client *client, const Frame *frame);
} handlers[] = {
	{ FRAME_RPC, rpc },
	{ FRAME_HEARTBEAT, heartbeat },
	{ FRAME_HANDSHAKE, handshake },
	{ FRAME_REGISTER_EVENT, events_register },
	{ FRAME_UNREGISTER_EVENT, events_unregister },
	{ FRAME_TOPICS, amop_topics },
	{ FRAME_AMOP_REQUEST, amop_request },
	{ FRAME_AMOP_RESPONSE, amop_answered },
	{ FRAME_AMOP_MULTICAST, amop_multicast },
	{ FRAME_TOPIC_VERDICT, verify_verdict },
};

/* FALSE: the message makes no sense. Those of kinds that are not known are
 * passed over, as newer clients may send them. */
static gboolean
act(Ledger *ledger, Client *client, const Frame *frame)
{
	for (guint i = 0; i < G_N_ELEMENTS(handlers); i++)
		if (handlers[i].type == frame->type)
			return handlers[i].act(ledger, client, frame);
	services_log(ledger->chain, BSN_LOG_DEBUG,
		     "channel: a message of kind 0x%x is passed over",
		     frame->type);
	return TRUE;
}

/* ---- sessions ---------------------------------------------------------- */

static Client *
find(const Ledger *ledger, const bsn_session *session)
{
	GList *link = ledger->channels != NULL
			      ? ledger->channels->clients.head
			      : NULL;

	for (; link != NULL; link = link->next) {
		Client *client = link->data;

		if (client->session == session)
			return client;
	}
	return NULL;
}

static int32_t
opened(bsn_ledger *ledger, bsn_session *session, const bsn_client *who,
       bsn_err *err)
{
	Client *client;

	if (services.session == NULL)
		return bsn_fail(err, BSN_E_VERSION, BSN_SESSION_ID);
	if (ledger->channels == NULL) {
		ledger->channels = g_new0(Channels, 1);
		ledger->channels->sent = notice_table();
	}
	client = g_new0(Client, 1);
	client->session = session;
	client->input = g_byte_array_new();
	client->protocol = PROTOCOL_MIN;
	g_queue_push_tail(&ledger->channels->clients, client);
	amop_join(ledger->amop, &client->member, &amop_client_kind, who);
	return BSN_OK;
}

static void
received(bsn_ledger *ledger, bsn_session *session, bsn_slice bytes)
{
	Client *client = find(ledger, session);
	guint64 at = 0;
	gint64 taken = 0;
	Frame frame;

	if (client == NULL || client->broken || bytes.len == 0)
		return;
	g_byte_array_append(client->input, bytes.data, (guint)bytes.len);
	while ((taken = frame_read(bsn_slice_of(client->input->data + at,
						client->input->len - at),
				   &frame)) > 0) {
		at += (guint64)taken;
		if (!act(ledger, client, &frame)) {
			taken = -1;
			break;
		}
	}
	g_byte_array_remove_range(client->input, 0, (guint)at);
	if (taken < 0) {
		client->broken = TRUE;
		services.session->close(session);
	}
}

static void
client_free(Client *client)
{
	events_leave(client);
	g_byte_array_unref(client->input);
	g_free(client);
}

static void
closed(bsn_ledger *ledger, bsn_session *session)
{
	Client *client = find(ledger, session);

	if (client == NULL)
		return;
	g_queue_remove(&ledger->channels->clients, client);
	amop_leave(ledger->amop, &client->member);
	notice_leave(ledger, client);
	client_free(client);
}

void
channel_timer(Ledger *ledger)
{
	if (ledger->channels != NULL)
		events_pump(ledger);
}

void
channel_free(Ledger *ledger)
{
	Channels *channels = g_steal_pointer(&ledger->channels);
	Client *client;

	if (channels == NULL)
		return;
	services.timer->cancel(ledger->chain, TIMER_EVENTS);
	g_hash_table_unref(channels->sent);
	while ((client = g_queue_pop_head(&channels->clients)) != NULL) {
		amop_leave(ledger->amop, &client->member);
		client_free(client);
	}
	g_free(channels);
}

const bsn_engine_stream fisco_stream = {
	.size = sizeof(bsn_engine_stream),
	.opened = opened,
	.received = received,
	.closed = closed,
};
