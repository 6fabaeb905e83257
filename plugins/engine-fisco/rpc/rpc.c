/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/rpc.h"

#include "plugins/engine-fisco/agree.h"
#include "plugins/engine-fisco/rpc/feeds.h"
#include "plugins/engine-fisco/rpc/held.h"
#include "plugins/engine-fisco/rpc/methods.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/submit.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of one request: a transaction in hex and what is around it. */
#define REQUEST_MAX (4u << 20)
/* Bytes of one answer. */
#define ANSWER_MAX (64u << 20)
/* Requests that came together hold up the chain while they are answered: when
 * their answers have so many bytes, or contracts were run for so much gas, the
 * rest is refused. */
#define TOGETHER_BYTES_MAX (128u << 20)
#define TOGETHER_GAS_MAX 500000000u
/* Methods whose names clients choose are named in reasons up to here. */
#define NAME_MAX_SHOWN 64

/* One request being answered. */
typedef struct {
	RpcRequest *request;
	json_t *object; /* holds what the others point to */
	const json_t *id;
	gboolean notification;
	const RpcMethod *method;
	json_t *no_params; /* when the request has none */
	RpcCall call;
	json_t *result;
	GByteArray *raw; /* a transaction that goes to the pool */
} Item;

/* ---- reading ----------------------------------------------------------- */

static gboolean
id_is_valid(const json_t *id)
{
	return id == NULL || json_is_string(id) || json_is_number(id) ||
	       json_is_null(id);
}

static const json_t *
read_params(Item *item)
{
	const json_t *params = json_object_get(item->object, "params");

	if (json_is_array(params))
		return params;
	item->no_params = json_array();
	if (params != NULL && !json_is_null(params))
		rpc_fail(&item->call, RPC_INVALID_PARAMS,
			 "params must be an array");
	return item->no_params;
}

static void
read_object(Item *item)
{
	bsn_err err = BSN_ERR_INIT;
	RpcCall *call = &item->call;
	const char *version = json_string_value(
		json_object_get(item->object, "jsonrpc"));
	const json_t *method = json_object_get(item->object, "method");

	item->id = json_object_get(item->object, "id");
	if (g_strcmp0(version, "2.0") != 0)
		rpc_fail(call, RPC_INVALID_REQUEST,
			 "jsonrpc must be \"2.0\"");
	if (!id_is_valid(item->id))
		rpc_fail(call, RPC_INVALID_REQUEST,
			 "id must be a string, a number or null");
	if (!json_is_string(method))
		rpc_fail(call, RPC_INVALID_REQUEST,
			 "method must be a string");
	if (call->code != 0)
		return;
	item->notification = item->id == NULL;
	call->method = json_string_value(method);
	call->params = read_params(item);
	item->method = rpc_method(call->method);
	if (ledger_usable(call->ledger, &err) != BSN_OK)
		rpc_fail_status(call, BSN_UNAVAILABLE, &err);
	if (item->method == NULL)
		rpc_fail(call, RPC_NO_METHOD,
			 "the method %.*s does not exist here", NAME_MAX_SHOWN,
			 call->method);
}

static void
read_item(Ledger *ledger, RpcRequest *request, Item *item)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;
	json_t *value =
		json_parse(request->text, REQUEST_MAX, "request", &status, &err);

	*item = (Item){ .request = request,
			.object = value,
			.call = { .ledger = ledger,
				  .session = request->session } };
	if (value == NULL)
		rpc_fail(&item->call,
			 status == BSN_TOO_LARGE ? RPC_LIMIT : RPC_PARSE, "%s",
			 err.reason);
	else if (!json_is_object(value))
		rpc_fail(&item->call, RPC_INVALID_REQUEST,
			 "a request must be an object");
	else
		read_object(item);
}

/* ---- answers ----------------------------------------------------------- */

static void
append(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

static json_t *
error_json(const RpcCall *call)
{
	json_t *error = json_object();
	json_t *message = json_string(call->message);

	json_object_set_new(error, "code", json_integer(call->code));
	json_object_set_new(error, "message",
			    message != NULL ? message
					    : json_string("invalid text"));
	if (call->data != NULL)
		json_object_set(error, "data", call->data);
	return error;
}

static int32_t
write_answer(const Item *item, GByteArray *out)
{
	BufferSink sink = buffer_sink(out, ANSWER_MAX);
	g_autoptr(json_t) error =
		item->call.code != 0 ? error_json(&item->call) : NULL;
	int32_t status;

	g_byte_array_set_size(out, 0);
	append(out, "{\"jsonrpc\":\"2.0\",\"id\":");
	if (id_is_valid(item->id) && item->id != NULL)
		(void)json_write(item->id, &sink.sink);
	else
		append(out, "null");
	append(out, error != NULL ? ",\"error\":" : ",\"result\":");
	status = json_write(error != NULL ? error : item->result, &sink.sink);
	append(out, "}");
	return status;
}

static void
answer(Item *item)
{
	if (item->notification)
		return;
	item->request->answer = g_byte_array_new();
	if (write_answer(item, item->request->answer) == BSN_OK)
		return;
	rpc_fail(&item->call, RPC_LIMIT,
		 "the answer is over %u bytes; ask for less", ANSWER_MAX);
	(void)write_answer(item, item->request->answer);
}

static void
item_clear(Item *item)
{
	json_decref(item->object);
	json_decref(item->no_params);
	json_decref(item->result);
	json_decref(item->call.data);
	g_free(item->call.message);
	if (item->raw != NULL)
		g_byte_array_unref(item->raw);
}

/* What was spent on requests that came together. */
typedef struct {
	guint64 bytes;
	guint64 gas;
} Spent;

/* Nothing but the answer stays. */
static void
finish(Item *item, Spent *spent)
{
	answer(item);
	if (item->request->answer != NULL)
		spent->bytes += item->request->answer->len;
	spent->gas += item->call.gas;
	item_clear(item);
}

/* ---- transactions ------------------------------------------------------ */

static void
sent(Item *item, const Tx *tx)
{
	item->result = value_hash(tx->hash);
	item->request->held = item->method->held;
	memcpy(item->request->tx_hash, tx->hash, HASH_LEN);
}

/* Those that came one after the other go to the pool together. */
static gboolean
submit_waiting(Ledger *ledger, GPtrArray *waiting, Spent *spent)
{
	g_autofree Intake *intakes = g_new0(Intake, waiting->len);
	bsn_err err = BSN_ERR_INIT;
	int32_t door = submit_door(ledger, &err);
	gboolean admitted = FALSE;

	for (guint i = 0; i < waiting->len; i++) {
		const Item *item = waiting->pdata[i];

		intakes[i].raw = buffer_slice(item->raw);
		intakes[i].untold = TRUE;
	}
	if (door == BSN_OK)
		admitted = submit_run(ledger, intakes, waiting->len);
	for (guint i = 0; i < waiting->len; i++) {
		Item *item = waiting->pdata[i];

		if (door != BSN_OK)
			item->method->refused(&item->call, door, &err);
		else if (intakes[i].status != BSN_OK)
			item->method->refused(&item->call, intakes[i].status,
					      &intakes[i].err);
		else
			sent(item, intakes[i].tx);
		finish(item, spent);
	}
	intake_clear(intakes, waiting->len);
	g_ptr_array_set_size(waiting, 0);
	return admitted;
}

/* ---- runs -------------------------------------------------------------- */

static gboolean
is_too_much(const Spent *spent)
{
	return spent->bytes > TOGETHER_BYTES_MAX ||
	       spent->gas > TOGETHER_GAS_MAX;
}

static void
run_method(Item *item, const Spent *spent)
{
	if (is_too_much(spent)) {
		rpc_fail(&item->call, RPC_LIMIT,
			 "too much was asked for together: ask for it in "
			 "parts");
		return;
	}
	item->result = item->method->run(&item->call);
	if (item->result == NULL)
		rpc_fail(&item->call, RPC_INTERNAL, "%s gave no result",
			 item->call.method);
}

/* Whether it is a transaction, which waits for those that follow. */
static gboolean
waits(Item *item, GPtrArray *waiting)
{
	if (item->call.code != 0 || item->method->raw == NULL)
		return FALSE;
	item->raw = g_byte_array_new();
	if (!item->method->raw(&item->call, item->raw))
		return FALSE;
	g_ptr_array_add(waiting, item);
	return TRUE;
}

gboolean
rpc_run(Ledger *ledger, RpcRequest *requests, guint64 n)
{
	g_autofree Item *items = g_new0(Item, n);
	g_autoptr(GPtrArray) waiting = g_ptr_array_new();
	Spent spent = { 0, 0 };
	gboolean admitted = FALSE;

	for (guint64 i = 0; i < n; i++) {
		Item *item = &items[i];

		read_item(ledger, &requests[i], item);
		if (waits(item, waiting))
			continue;
		/* What is asked after a transaction sees it in the pool. */
		if (waiting->len > 0)
			admitted |= submit_waiting(ledger, waiting, &spent);
		if (item->call.code == 0)
			run_method(item, &spent);
		finish(item, &spent);
	}
	if (waiting->len > 0)
		admitted |= submit_waiting(ledger, waiting, &spent);
	return admitted;
}

GByteArray *
rpc_answer(Ledger *ledger, bsn_session *session, bsn_slice request)
{
	RpcRequest one = { .text = request, .session = session };

	if (rpc_run(ledger, &one, 1))
		agree_pending(ledger);
	return one.answer;
}

/* ---- the engine's table ------------------------------------------------ */

/* Items come with a stride of their own: rule 2 of the ABI. */
static const bsn_rpc_request *
item_at(const bsn_rpc_request *items, guint64 index)
{
	return (const bsn_rpc_request *)(const void *)((const char *)items +
						       index * items->size);
}

/* Sends the answer, or has it wait. */
static void
send_answer(Ledger *ledger, const RpcRequest *request, bsn_reply *reply)
{
	GByteArray *text = request->answer;

	if (text == NULL) {
		services.reply->value(reply, bsn_slice_str("null"));
		return;
	}
	if (request->held &&
	    held_keep(ledger, request->tx_hash, reply, text))
		return;
	services.reply->value(reply, buffer_slice(text));
	g_byte_array_unref(text);
}

static int32_t
requests(bsn_ledger *ledger, const bsn_rpc_request *items, uint64_t n,
	 bsn_err *err)
{
	g_autofree RpcRequest *own = g_new0(RpcRequest, n);
	gboolean admitted;

	for (guint64 i = 0; i < n; i++) {
		own[i].text = item_at(items, i)->request;
		own[i].session = item_at(items, i)->session;
	}
	admitted = rpc_run(ledger, own, n);
	for (guint64 i = 0; i < n; i++)
		send_answer(ledger, &own[i], item_at(items, i)->reply);
	if (admitted)
		agree_pending(ledger);
	return BSN_OK;
}

static void
closed(bsn_ledger *ledger, bsn_session *session)
{
	feeds_closed(ledger, session);
}

const bsn_engine_jsonrpc fisco_jsonrpc = {
	.size = sizeof(bsn_engine_jsonrpc),
	.requests = requests,
	.closed = closed,
};
