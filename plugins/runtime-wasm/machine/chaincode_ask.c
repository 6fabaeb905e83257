/* SPDX-License-Identifier: Apache-2.0 */
#include "ledger/queryresult/kv_query_result.pb-c.h"
#include "peer/chaincode_event.pb-c.h"
#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/chaincode_run.h"
#include "plugins/runtime-wasm/machine/plugin.h"

/* From this status on a response is a failure. */
#define RESPONSE_FAILED 400

static ChaincodeRun *
run_of(Frame *frame)
{
	return (ChaincodeRun *)frame;
}

static int32_t
ask(ChaincodeRun *run, guint32 type, const void *message, TakeAnswer take)
{
	run->asks = type;
	run->take = take;
	g_byte_array_set_size(run->question, 0);
	message_append(run->question, message);
	return WASM_WAIT;
}

/* An ERROR's payload is a sentence. */
static int32_t
refused(ChaincodeRun *run, bsn_slice payload)
{
	const gsize len = (gsize)MIN(payload.len, BSN_REASON_MAX);
	g_autofree char *text = g_utf8_make_valid(
		len > 0 ? (const char *)payload.data : "", (gssize)len);

	return wasm_frame_fail(&run->frame, BSN_FAULT, "%s", text);
}

static void
hold(ChaincodeRun *run, bsn_slice bytes)
{
	g_byte_array_set_size(run->frame.held, 0);
	if (bytes.len > 0)
		g_byte_array_append(run->frame.held, bytes.data,
				    (guint)bytes.len);
}

/* ---- single entries ------------------------------------------------------- */

/* Fabric has no empty values: an empty answer says that there is none. */
static int32_t
take_value(ChaincodeRun *run, guint32 type, bsn_slice payload, guint64 *result)
{
	if (type != ASKS(RESPONSE))
		return refused(run, payload);
	hold(run, payload);
	return wasm_frame_got(&run->frame,
			      payload.len > 0 ? BSN_OK : BSN_NOT_FOUND,
			      result);
}

static int32_t
take_nothing(ChaincodeRun *run, guint32 type, bsn_slice payload,
	     guint64 *result)
{
	return type == ASKS(RESPONSE) ? BSN_OK : refused(run, payload);
}

static int32_t
get(Frame *frame, bsn_slice key)
{
	ChaincodeRun *run = run_of(frame);
	const Write *write = wasm_writes_find(&run->writes, key);
	Protos__GetState message = PROTOS__GET_STATE__INIT;

	if (write != NULL && write->value == NULL)
		return BSN_NOT_FOUND;
	if (write != NULL) {
		hold(run, bytes_slice(write->value));
		return BSN_OK;
	}
	message.key = message_bytes(key);
	return ask(run, ASKS(GET_STATE), &message, take_value);
}

static int32_t
put(Frame *frame, bsn_slice key, bsn_slice value)
{
	return wasm_writes_put(&run_of(frame)->writes, key, value);
}

static int32_t
del(Frame *frame, bsn_slice key)
{
	return wasm_writes_del(&run_of(frame)->writes, key);
}

static int32_t
tell(ChaincodeRun *run, const Write *write)
{
	Protos__PutState put_state = PROTOS__PUT_STATE__INIT;
	Protos__DelState del_state = PROTOS__DEL_STATE__INIT;

	run->shared->changes++;
	if (write->value == NULL) {
		del_state.key = message_bytes(bytes_slice(write->key));
		return ask(run, ASKS(DEL_STATE), &del_state, take_nothing);
	}
	put_state.key = message_bytes(bytes_slice(write->key));
	put_state.value = message_bytes(bytes_slice(write->value));
	return ask(run, ASKS(PUT_STATE), &put_state, take_nothing);
}

int32_t
wasm_run_tell(ChaincodeRun *run)
{
	GTreeNode *node;

	if (!run->ends)
		run->untold = g_tree_node_first(run->writes.tree);
	run->ends = TRUE;
	node = run->untold;
	if (node == NULL)
		return BSN_OK;
	run->untold = g_tree_node_next(node);
	return tell(run, wasm_writes_at(node));
}

/* ---- entries in order ----------------------------------------------------- */

static int32_t
open_iterator(Frame *frame, WasmIterator *iterator)
{
	const ChaincodeRun *run = run_of(frame);
	GTreeNode *node =
		wasm_writes_from(&run->writes, bytes_slice(iterator->from));

	for (; node != NULL; node = g_tree_node_next(node)) {
		const Write *write = wasm_writes_at(node);
		const bsn_slice key = bytes_slice(write->key);

		if (!wasm_iterator_has(iterator, key))
			break;
		wasm_iterator_add_own(iterator, key, write->value);
	}
	return BSN_OK;
}

static int32_t
add_entry(ChaincodeRun *run, WasmIterator *iterator, bsn_slice bytes)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Queryresult__KV *entry = message_unpack(
		&arena, &queryresult__kv__descriptor, bytes, NULL, NULL);

	if (entry == NULL)
		return wasm_frame_fail(&run->frame, BSN_FAULT,
				       "a result cannot be read");
	(void)wasm_iterator_add(iterator, message_slice(entry->key),
				message_slice(entry->value));
	return BSN_OK;
}

static int32_t
take_page(ChaincodeRun *run, guint32 type, bsn_slice payload, guint64 *result)
{
	g_auto(Arena) arena = ARENA_INIT;
	WasmIterator *iterator = run->frame.waits;
	const Protos__QueryResponse *response;
	int32_t status = BSN_OK;

	if (type != ASKS(RESPONSE))
		return refused(run, payload);
	response = message_unpack(&arena, &protos__query_response__descriptor,
				  payload, NULL, NULL);
	if (response == NULL)
		return wasm_frame_fail(&run->frame, BSN_FAULT,
				       "results cannot be read");
	for (gsize i = 0; i < response->n_results && status == BSN_OK; i++)
		status = add_entry(
			run, iterator,
			message_slice(response->results[i]->resultbytes));
	if (status != BSN_OK)
		return status;
	iterator->more = response->has_more != 0;
	g_free(iterator->id);
	iterator->id = g_strdup(response->id);
	return wasm_frame_next(&run->frame, result);
}

/* Composite keys, which begin with a zero byte, are not in a range without a
 * beginning: Fabric's shim begins it behind them. */
static int32_t
ask_range(ChaincodeRun *run, const WasmIterator *iterator)
{
	Protos__GetStateByRange message = PROTOS__GET_STATE_BY_RANGE__INIT;
	const bsn_slice from = bytes_slice(iterator->from);

	message.startkey =
		message_bytes(from.len > 0 ? from : bsn_slice_str("\x01"));
	message.endkey = message_bytes(bytes_slice(iterator->to));
	return ask(run, ASKS(GET_STATE_BY_RANGE), &message, take_page);
}

static int32_t
fetch(Frame *frame, WasmIterator *iterator)
{
	ChaincodeRun *run = run_of(frame);
	Protos__QueryStateNext message = PROTOS__QUERY_STATE_NEXT__INIT;

	if (iterator->id == NULL)
		return ask_range(run, iterator);
	message.id = iterator->id;
	return ask(run, ASKS(QUERY_STATE_NEXT), &message, take_page);
}

/* ---- others --------------------------------------------------------------- */

/* Of several events the last one counts, as with Fabric's shim. */
static int32_t
emit(Frame *frame, bsn_slice name, bsn_slice data)
{
	Protos__ChaincodeEvent event = PROTOS__CHAINCODE_EVENT__INIT;
	g_autofree char *text = g_strndup((const char *)name.data, name.len);

	if (!g_utf8_validate(text, -1, NULL))
		return wasm_frame_fail(frame, BSN_FAULT,
				       "an event's name must be UTF-8");
	event.event_name = text;
	event.payload = message_bytes(data);
	g_byte_array_set_size(run_of(frame)->event, 0);
	message_append(run_of(frame)->event, &event);
	return BSN_OK;
}

static int32_t
called(ChaincodeRun *run, int32_t ended, bsn_slice bytes, guint64 *result)
{
	if (run->shared->broken)
		return wasm_frame_fail(&run->frame, BSN_FAULT,
				       "a called contract has failed, and what "
				       "those that it called have changed "
				       "cannot be taken back");
	hold(run, bytes);
	return wasm_frame_called(&run->frame, ended, result);
}

/* A ChaincodeMessage: the other chaincode's last one. */
static int32_t
take_called(ChaincodeRun *run, guint32 type, bsn_slice payload,
	    guint64 *result)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Protos__ChaincodeMessage *message = NULL;
	const Protos__Response *response = NULL;

	if (type != ASKS(RESPONSE))
		return called(run, BSN_FAULT, payload, result);
	message = message_unpack(&arena, &protos__chaincode_message__descriptor,
				 payload, NULL, NULL);
	if (message != NULL && message->type != ASKS(COMPLETED))
		return called(run, BSN_FAULT, message_slice(message->payload),
			      result);
	if (message != NULL)
		response = message_unpack(&arena, &protos__response__descriptor,
					  message_slice(message->payload), NULL,
					  NULL);
	if (response == NULL)
		return wasm_frame_fail(&run->frame, BSN_FAULT,
				       "the called chaincode's answer cannot "
				       "be read");
	return response->status < RESPONSE_FAILED ?
		       called(run, BSN_OK, message_slice(response->payload),
			      result) :
		       called(run, BSN_REVERTED,
			      bsn_slice_str(response->message), result);
}

static int32_t
ask_call(ChaincodeRun *run, const char *name, ProtobufCBinaryData *args,
	 gsize n)
{
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	Protos__ChaincodeSpec spec = PROTOS__CHAINCODE_SPEC__INIT;

	id.name = (char *)name;
	input.n_args = n;
	input.args = args;
	spec.chaincode_id = &id;
	spec.input = &input;
	return ask(run, ASKS(INVOKE_CHAINCODE), &spec, take_called);
}

/* A chaincode has no names of arguments: they go by their order. */
static int32_t
call_contract(Frame *frame, bsn_slice contract, bsn_slice function,
	      bsn_slice arguments, int32_t *ended)
{
	g_autofree ProtobufCBinaryData *args =
		g_new(ProtobufCBinaryData, ARGUMENTS_MAX + 1);
	g_autofree char *text =
		contract.len > 0 ? g_strndup((const char *)contract.data,
					     (gsize)contract.len) :
				   g_strdup("");
	bsn_slice name, value;
	gsize n = 0;
	int32_t status;

	args[n++] = message_bytes(function);
	while ((status = arguments_next(&arguments, &name, &value)) == BSN_OK &&
	       n <= ARGUMENTS_MAX)
		args[n++] = message_bytes(value);
	if (status != BSN_NOT_FOUND || !g_utf8_validate(text, -1, NULL))
		return wasm_frame_fail(frame, BSN_FAULT,
				       "the arguments of a call are not "
				       "encoded as arguments are");
	return ask_call(run_of(frame), text, args, n);
}

static void
write_log(Frame *frame, bsn_slice text)
{
	g_autofree char *self = clip_text(frame->self);
	g_autofree char *line =
		g_utf8_make_valid((const char *)text.data, (gssize)text.len);

	wasm_plugin_log("contract %s: %s", self,
			g_strdelimit(line, "\r\n", ' '));
}

const WasmWorld wasm_peer_world = {
	.get = get,
	.put = put,
	.del = del,
	.open = open_iterator,
	.fetch = fetch,
	.emit = emit,
	.call = call_contract,
	.log = write_log,
};
