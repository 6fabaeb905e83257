/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/channel/events.h"

#include "plugins/engine-fisco/rpc/logs.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define PARAMS_MAX (256u << 10)
/* Blocks that are looked at in one go, of all registrations, so that the strand
 * does other things in between; a look costs one read of a header. */
#define PUMP_BLOCKS 256u
/* Logs of one message, at least; those of a block stay together. */
#define PUSH_LOGS 256u
/* Bytes that wait for a client beyond which it is pushed no more of the past,
 * and how long until it is looked at again. */
#define WAITING_MAX (2u << 20)
#define WAITING_MS 20u

typedef struct {
	char *id;
	LogCriteria criteria;
	guint64 next; /* block to look at */
	guint64 last; /* that it wants; G_MAXUINT64: no last one */
} Registration;

static void
registration_free(gpointer data)
{
	Registration *registration = data;

	criteria_clear(&registration->criteria);
	g_free(registration->id);
	g_free(registration);
}

static GList *
find(const Client *client, const char *id)
{
	GList *link = client->registrations.head;

	while (link != NULL &&
	       strcmp(((const Registration *)link->data)->id, id) != 0)
		link = link->next;
	return link;
}

static void
forget(Client *client, GList *link)
{
	registration_free(link->data);
	g_queue_delete_link(&client->registrations, link);
}

void
events_leave(Client *client)
{
	g_queue_clear_full(&client->registrations, registration_free);
}

/* ---- parameters -------------------------------------------------------- */

/* "17", "0x11" or 17; "latest" and nothing are `latest`. */
static gboolean
read_block(const json_t *value, guint64 latest, guint64 *out)
{
	const char *text = json_string_value(value);
	const gboolean hex = text != NULL && g_str_has_prefix(text, "0x");

	*out = latest;
	if (value == NULL || json_is_null(value) ||
	    g_strcmp0(text, "latest") == 0)
		return TRUE;
	if (text != NULL)
		return g_ascii_string_to_unsigned(hex ? text + 2 : text,
						  hex ? 16 : 10, 0,
						  G_MAXINT64, out, NULL);
	*out = (guint64)json_integer_value(value);
	return json_is_integer(value) && json_integer_value(value) >= 0;
}

static gboolean
is_own_group(const Ledger *ledger, const json_t *params)
{
	const json_t *group = json_object_get(params, "groupID");
	guint64 number;

	return group != NULL && read_block(group, 0, &number) &&
	       number == ledger_config(ledger)->group_id;
}

/* One topic may stand for a list of one. */
static gboolean
read_criteria(Ledger *ledger, json_t *params, LogCriteria *out)
{
	json_t *topics = json_object_get(params, "topics");
	g_autoptr(json_t) object = json_object();
	RpcCall call = { .ledger = ledger };
	gboolean read;

	json_object_set(object, "address",
			json_object_get(params, "addresses"));
	if (json_is_string(topics))
		json_object_set_new(object, "topics",
				    json_pack("[O]", topics));
	else
		json_object_set(object, "topics", topics);
	read = criteria_read(&call, object, out);
	g_free(call.message);
	return read;
}

/* EVENTS_OK, or why not. */
static int
read_params(Ledger *ledger, json_t *params, Registration *out)
{
	const json_t *id = json_object_get(params, "filterID");
	guint64 last;

	if (!json_is_string(id) || json_string_length(id) == 0 ||
	    json_string_length(id) > FILTER_ID_MAX)
		return EVENTS_INVALID;
	out->id = g_strdup(json_string_value(id));
	if (!is_own_group(ledger, params))
		return EVENTS_NO_GROUP;
	if (!read_criteria(ledger, params, &out->criteria) ||
	    !read_block(json_object_get(params, "fromBlock"),
			ledger->durable.number + 1, &out->next) ||
	    !read_block(json_object_get(params, "toBlock"), G_MAXUINT64,
			&last))
		return EVENTS_INVALID;
	out->last = last;
	return out->next > last ? EVENTS_BAD_RANGE : EVENTS_OK;
}

/* SDKs put a topic in front, an empty one, and expect it back. */
static json_t *
read_frame(const Frame *frame, gboolean *with_topic)
{
	bsn_slice topic, content = frame->data;

	*with_topic = frame->data.len > 0 && frame->data.data[0] != '{';
	if (*with_topic && !frame_topic(frame->data, &topic, &content))
		return NULL;
	return json_parse_object(content, PARAMS_MAX, "event parameters", NULL,
				 NULL);
}

static void
answer(const Client *client, const Frame *frame, gboolean with_topic,
       const char *id, int result)
{
	g_autoptr(json_t) json = json_pack("{s:s, s:i}", "filterID",
					   id != NULL ? id : "", "result",
					   result);
	g_autofree char *text = json_text(json);
	g_autoptr(GByteArray) data = g_byte_array_new();

	if (with_topic)
		frame_put_topic(bsn_slice_of(NULL, 0), bsn_slice_str(text),
				data);
	client_answer(client, frame, (FrameType)frame->type, 0,
		      with_topic ? buffer_slice(data) : bsn_slice_str(text));
}

/* ---- registering ------------------------------------------------------- */

/* One of the same id takes the place of the earlier. */
static int
add(Client *client, Registration *registration)
{
	GList *earlier = find(client, registration->id);

	if (earlier != NULL)
		forget(client, earlier);
	if (client->registrations.length >= EVENTS_PER_CLIENT)
		return EVENTS_FAILED;
	g_queue_push_tail(&client->registrations, registration);
	return EVENTS_OK;
}

gboolean
events_register(Ledger *ledger, Client *client, const Frame *frame)
{
	gboolean with_topic;
	g_autoptr(json_t) params = read_frame(frame, &with_topic);
	Registration *registration = g_new0(Registration, 1);
	int result = params != NULL
			     ? read_params(ledger, params, registration)
			     : EVENTS_INVALID;

	if (result == EVENTS_OK)
		result = add(client, registration);
	answer(client, frame, with_topic, registration->id, result);
	if (result != EVENTS_OK)
		registration_free(registration);
	else
		events_pump(ledger);
	return TRUE;
}

gboolean
events_unregister(Ledger *ledger, Client *client, const Frame *frame)
{
	gboolean with_topic;
	g_autoptr(json_t) params = read_frame(frame, &with_topic);
	const char *id =
		json_string_value(json_object_get(params, "filterID"));
	GList *link = id != NULL ? find(client, id) : NULL;

	if (link != NULL)
		forget(client, link);
	answer(client, frame, with_topic, id,
	       link != NULL ? EVENTS_OK : EVENTS_UNKNOWN);
	return TRUE;
}

/* ---- pushing ----------------------------------------------------------- */

/* FALSE: the client is being dropped. */
static gboolean
push(const Client *client, const Registration *registration, int result,
     json_t *logs)
{
	g_autoptr(json_t) json =
		json_pack("{s:s, s:i, s:O}", "filterID", registration->id,
			  "result", result, "logs", logs);
	g_autofree char *text = json_text(json);
	Frame frame = { .type = FRAME_EVENT_PUSH,
			.data = bsn_slice_str(text) };

	memset(frame.seq, '0', FRAME_SEQ);
	return client_push(client, &frame);
}

/* What it wants of the blocks from `next` on, up to `room` of them; FALSE: a
 * block cannot be read now. */
static gboolean
gather(Ledger *ledger, Registration *registration, guint *room, json_t *logs)
{
	const guint64 last =
		MIN(registration->last, ledger->durable.number);
	bsn_err err = BSN_ERR_INIT;

	while (registration->next <= last && *room > 0 &&
	       json_array_size(logs) < PUSH_LOGS) {
		if (logs_of_block(ledger, &registration->criteria,
				  registration->next, logs, &err) != BSN_OK) {
			services_log(ledger->chain, BSN_LOG_WARNING,
				     "channel: events of block %"
				     G_GUINT64_FORMAT " are not pushed: %s",
				     registration->next, err.reason);
			return FALSE;
		}
		registration->next++;
		(*room)--;
	}
	return TRUE;
}

static gboolean
is_behind(const Ledger *ledger, const Registration *registration)
{
	return registration->next <=
	       MIN(registration->last, ledger->durable.number);
}

static gboolean
is_full(const Client *client)
{
	return BSN_HAS(services.session, waiting) &&
	       services.session->waiting(client->session) > WAITING_MAX;
}

/* Goes on with one; FALSE: there is no more to do for it now. */
static gboolean
go_on(Ledger *ledger, Client *client, GList *link, guint *room)
{
	Registration *registration = link->data;
	g_autoptr(json_t) logs = json_array();
	g_autoptr(json_t) none = json_array();
	gboolean fine = gather(ledger, registration, room, logs);

	if (json_array_size(logs) > 0 &&
	    !push(client, registration, EVENTS_OK, logs))
		return FALSE;
	if (registration->next > registration->last) {
		(void)push(client, registration, EVENTS_DONE, none);
		forget(client, link);
		return FALSE;
	}
	return fine && is_behind(ledger, registration);
}

typedef struct {
	guint room;       /* blocks that may still be looked at */
	gboolean behind;  /* somebody has more to get, now */
	gboolean waiting; /* somebody has, once it has read */
} Pump;

static void
pump_client(Ledger *ledger, Client *client, Pump *pump)
{
	GList *link = client->registrations.head;

	while (link != NULL && !client->broken) {
		GList *next = link->next;

		if (is_behind(ledger, link->data)) {
			if (is_full(client))
				pump->waiting = TRUE;
			else if (pump->room == 0 ||
				 go_on(ledger, client, link, &pump->room))
				pump->behind = TRUE;
		}
		link = next;
	}
}

/* Whoever was first in this round is last in the next. */
static void
turn(GQueue *clients)
{
	if (clients->length > 1)
		g_queue_push_tail_link(clients, g_queue_pop_head_link(clients));
}

void
events_pump(Ledger *ledger)
{
	Pump pump = { .room = PUMP_BLOCKS };
	GQueue *clients = &ledger->channels->clients;

	for (GList *link = clients->head; link != NULL; link = link->next)
		pump_client(ledger, link->data, &pump);
	if (pump.behind)
		turn(clients);
	if (pump.behind || pump.waiting)
		(void)services.timer->set(ledger->chain, TIMER_EVENTS,
					  pump.behind ? 0 : WAITING_MS);
}
