/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/rpc_call.h"

#include <string.h>

#include "host/gateway/json.h"
#include "host/gateway/rpc_scan.h"
#include "host/service/session.h"
#include "host/status.h"

typedef struct Call Call;

typedef struct {
	Call *call;
	RpcItem item;
	GString *answer; /* NULL: none */
} Slot;

struct Call {
	RpcCaller caller;
	GBytes *message;
	gboolean batch;
	guint n, waiting;
	Slot slots[];
};

/* ---- errors that are the host's to say ---- */

static GString *
error_text(const char *id, gsize id_len, int code, const char *message)
{
	GString *text = g_string_new("{\"jsonrpc\":\"2.0\",\"id\":");
	json_t *words = json_text(message);
	gsize len;
	g_autofree char *quoted = json_write(words, &len);

	g_string_append_len(text, id, (gssize)id_len);
	g_string_append_printf(text, ",\"error\":{\"code\":%d,\"message\":%s}}",
			       code, quoted);
	json_decref(words);
	return text;
}

GString *
rpc_error(int code, const char *message)
{
	return error_text("null", 4, code, message);
}

static const char *
text_at(const Call *call, RpcSpan span)
{
	return (const char *)g_bytes_get_data(call->message, NULL) + span.at;
}

/* A notification is not even told that it failed. */
static void
fail(Slot *slot, int code, const char *message)
{
	RpcSpan id = slot->item.id;

	if (id.len > 0)
		slot->answer = error_text(text_at(slot->call, id), id.len, code,
					  message);
	else if (!slot->item.valid)
		slot->answer = rpc_error(code, message);
}

static int
code_of(int32_t status)
{
	switch (status) {
	case BSN_BAD_REQUEST:
		return RPC_INVALID_REQUEST;
	case BSN_NOT_OFFERED:
		return RPC_METHOD_NOT_FOUND;
	case BSN_BUSY:
	case BSN_TOO_LARGE:
		return RPC_LIMIT_EXCEEDED;
	case BSN_UNAVAILABLE:
	case BSN_TIMEOUT:
	case BSN_FULL:
		return RPC_UNAVAILABLE;
	default: /* an engine's number */
		return status < 0 ? RPC_INTERNAL_ERROR : RPC_REJECTED;
	}
}

/* ---- who may ask what ---- */

/* eth_sendRawTransaction, sendRawTransaction and their kin: what a framework's
 * clients call that changes the ledger begins so, behind its namespace. */
static gboolean
changes_something(const Slot *slot)
{
	const char *method = text_at(slot->call, slot->item.method);
	gsize len = slot->item.method.len;
	const char *space = memchr(method, '_', len);
	gsize skip = space != NULL ? (gsize)(space + 1 - method) : 0;

	return len - skip >= 4 && memcmp(method + skip, "send", 4) == 0;
}

static gboolean
may_ask(Slot *slot)
{
	if (!slot->item.valid) {
		fail(slot, RPC_INVALID_REQUEST,
		     "not a request: an object with one `method` and one `id`");
		return FALSE;
	}
	if (!changes_something(slot) ||
	    role_allows(slot->call->caller.role, ROLE_CLIENT))
		return TRUE;
	fail(slot, RPC_REJECTED, "this access may only read");
	return FALSE;
}

/* ---- the answer ---- */

static GString *
join(Call *call)
{
	GString *all = NULL;

	if (!call->batch)
		return g_steal_pointer(&call->slots[0].answer);
	for (guint i = 0; i < call->n; i++) {
		const GString *answer = call->slots[i].answer;

		if (answer == NULL)
			continue;
		if (all == NULL)
			all = g_string_new("[");
		else
			g_string_append_c(all, ',');
		g_string_append_len(all, answer->str, (gssize)answer->len);
	}
	return all != NULL ? g_string_append_c(all, ']') : NULL;
}

static void
finish(Call *call)
{
	call->caller.done(call->caller.owner, join(call));
	for (guint i = 0; i < call->n; i++)
		if (call->slots[i].answer != NULL)
			g_string_free(call->slots[i].answer, TRUE);
	g_bytes_unref(call->message);
	g_free(call);
}

static void
settle(Call *call)
{
	if (--call->waiting == 0)
		finish(call);
}

static void
answered(bsn_reply *reply)
{
	Slot *slot = reply->owner;

	if (reply->status != BSN_OK)
		fail(slot, code_of(reply->status),
		     reply->err.reason[0] != '\0'
			     ? reply->err.reason
			     : status_sentence(reply->status));
	else if (reply->json == NULL)
		fail(slot, RPC_INTERNAL_ERROR, "the engine answered nothing");
	else if (strcmp(reply->json->str, "null") != 0)
		slot->answer = g_steal_pointer(&reply->json);
	reply_free(reply);
	settle(slot->call);
}

/* ---- asking ---- */

static bsn_reply *
reply_of(Slot *slot)
{
	const Call *call = slot->call;
	bsn_reply *reply = reply_new(ANSWER_VALUE, answered, slot);

	reply->input = g_bytes_new_from_bytes(call->message, slot->item.text.at,
					      slot->item.text.len);
	if (call->caller.session != NULL)
		reply->session = session_ref(call->caller.session);
	return reply;
}

static gboolean
ask(Call *call)
{
	g_autofree bsn_reply **replies = g_new(bsn_reply *, call->n);
	gboolean changes = FALSE;
	guint n = 0;

	for (guint i = 0; i < call->n; i++) {
		if (!may_ask(&call->slots[i]))
			continue;
		changes |= changes_something(&call->slots[i]);
		replies[n++] = reply_of(&call->slots[i]);
	}
	call->waiting = n + 1; /* and this function */
	if (n > 0)
		chain_rpc(call->caller.chain, replies, n);
	settle(call);
	return changes;
}

static Call *
call_new(const RpcCaller *caller, GBytes *message, const GArray *items)
{
	Call *call = g_malloc0(sizeof(*call) + items->len * sizeof(Slot));

	call->caller = *caller;
	call->message = g_bytes_ref(message);
	call->n = items->len;
	for (guint i = 0; i < items->len; i++) {
		call->slots[i].call = call;
		call->slots[i].item = g_array_index(items, RpcItem, i);
	}
	return call;
}

static GString *
too_many(guint max)
{
	char text[80];

	g_snprintf(text, sizeof(text),
		   "the batch has more than %u requests: send fewer at a time",
		   max);
	return rpc_error(RPC_LIMIT_EXCEEDED, text);
}

gboolean
rpc_call(const RpcCaller *caller, GBytes *message)
{
	g_autoptr(GArray) items = g_array_new(FALSE, FALSE, sizeof(RpcItem));
	gsize len;
	const void *data = g_bytes_get_data(message, &len);
	RpcShape shape = rpc_scan(data, len, caller->batch_max, items);
	GString *answer = NULL;
	Call *call;

	switch (shape) {
	case RPC_ONE:
	case RPC_BATCH:
		call = call_new(caller, message, items);
		call->batch = shape == RPC_BATCH;
		return ask(call);
	case RPC_NOT_JSON:
		answer = rpc_error(RPC_PARSE_ERROR, "the message is not JSON");
		break;
	case RPC_NO_REQUEST:
		answer = rpc_error(RPC_INVALID_REQUEST, "the batch is empty");
		break;
	case RPC_TOO_MANY:
		answer = too_many(caller->batch_max);
		break;
	}
	caller->done(caller->owner, answer);
	return FALSE;
}
