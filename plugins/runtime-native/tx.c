/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "common/common.pb-c.h"
#include "msp/identities.pb-c.h"
#include "peer/chaincode_event.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"
#include "plugins/runtime-native/tx.h"

/* ---- questions ---- */

void
native_call_ask(Call *call, guint32 type, const void *message, TakeAnswer take,
		NativeStep then)
{
	call->asks = type;
	g_byte_array_set_size(call->question, 0);
	message_append(call->question, message);
	call->take = take;
	call->then = then;
}

void
native_call_take_value(Call *call, bsn_slice payload)
{
	call->tx.answer = payload;
}

void
native_get(NativeTx *tx, bsn_slice key, NativeStep then)
{
	Protos__GetState message = PROTOS__GET_STATE__INIT;

	message.key = message_bytes(key);
	native_call_ask(call_of(tx), ASKS(GET_STATE), &message, native_call_take_value,
			then);
}

void
native_put(NativeTx *tx, bsn_slice key, bsn_slice value, NativeStep then)
{
	Protos__PutState message = PROTOS__PUT_STATE__INIT;

	message.key = message_bytes(key);
	message.value = message_bytes(value);
	native_call_ask(call_of(tx), ASKS(PUT_STATE), &message, native_call_take_value,
			then);
}

void
native_del(NativeTx *tx, bsn_slice key, NativeStep then)
{
	Protos__DelState message = PROTOS__DEL_STATE__INIT;

	message.key = message_bytes(key);
	native_call_ask(call_of(tx), ASKS(DEL_STATE), &message, native_call_take_value,
			then);
}

/* ---- other chaincodes ---- */

static void
take_response(Call *call, bsn_slice payload)
{
	const Protos__Response *response =
		message_unpack(&call->tx.arena, &protos__response__descriptor,
			       payload, NULL, NULL);

	if (response == NULL) {
		native_fail(&call->tx, "the called chaincode's answer cannot "
				       "be read");
		return;
	}
	call->tx.status = response->status;
	call->tx.answer = response->status < 400
				  ? message_slice(response->payload)
				  : bsn_slice_str(response->message);
}

/* A ChaincodeMessage: the other chaincode's last one. */
static void
take_called(Call *call, bsn_slice payload)
{
	const Protos__ChaincodeMessage *message = message_unpack(
		&call->tx.arena, &protos__chaincode_message__descriptor,
		payload, NULL, NULL);

	if (message != NULL && message->type == ASKS(COMPLETED))
		take_response(call, message_slice(message->payload));
	else if (message != NULL)
		native_fail(&call->tx, "%.*s",
			    NATIVE_TEXT(message_slice(message->payload)));
	else
		take_response(call, bsn_slice_of("\xff", 1));
}

void
native_invoke(NativeTx *tx, const char *chaincode, const bsn_slice *args,
	      guint n, NativeStep then)
{
	Protos__ChaincodeID id = PROTOS__CHAINCODE_ID__INIT;
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	Protos__ChaincodeSpec spec = PROTOS__CHAINCODE_SPEC__INIT;

	id.name = (char *)chaincode;
	input.n_args = n;
	input.args = arena_room(&tx->arena, n * sizeof(*input.args));
	for (guint i = 0; i < n; i++)
		input.args[i] = message_bytes(args[i]);
	spec.chaincode_id = &id;
	spec.input = &input;
	native_call_ask(call_of(tx), ASKS(INVOKE_CHAINCODE), &spec, take_called,
			then);
}

/* ---- what it says ---- */

void
native_event(NativeTx *tx, const char *name, bsn_slice payload)
{
	Protos__ChaincodeEvent event = PROTOS__CHAINCODE_EVENT__INIT;
	GByteArray *bytes = call_of(tx)->event;

	event.event_name = (char *)name;
	event.payload = message_bytes(payload);
	g_byte_array_set_size(bytes, 0);
	message_append(bytes, &event);
}

static void
finish(NativeTx *tx, int32_t status, const char *message, bsn_slice payload)
{
	Protos__Response response = PROTOS__RESPONSE__INIT;
	Call *call = call_of(tx);

	response.status = status;
	response.message = (char *)message;
	response.payload = message_bytes(payload);
	g_byte_array_set_size(call->response, 0);
	message_append(call->response, &response);
	call->over = TRUE;
}

void
native_succeed(NativeTx *tx, bsn_slice payload)
{
	finish(tx, 200, "", payload);
}

void
native_succeed_number(NativeTx *tx, guint64 number)
{
	native_succeed(tx, native_format(tx, "%" G_GUINT64_FORMAT, number));
}

void
native_succeed_json(NativeTx *tx, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS |
					      JSON_ENCODE_ANY);

	native_succeed(tx, bsn_slice_str(text));
	free(text);
	json_decref(json);
}

void
native_fail(NativeTx *tx, const char *format, ...)
{
	g_autofree char *text = NULL;
	g_autofree char *valid = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	valid = g_utf8_make_valid(text, -1);
	finish(tx, 500, valid, bsn_slice_of(NULL, 0));
}

void
native_hang(NativeTx *tx)
{
	call_of(tx)->hangs = TRUE;
}

/* ---- help ---- */

bsn_slice
native_keep(NativeTx *tx, bsn_slice bytes)
{
	return bsn_slice_of(
		arena_copy(&tx->arena, bytes.data, (gsize)bytes.len),
		bytes.len);
}

bsn_slice
native_format(NativeTx *tx, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	return native_keep(tx, bsn_slice_str(text));
}

bsn_slice
native_composite(NativeTx *tx, const char *type, const bsn_slice *attributes,
		 guint n)
{
	g_autoptr(GByteArray) key = g_byte_array_new();

	wire_put(key, 0, 1);
	wire_put_bytes(key, bsn_slice_of(type, strlen(type) + 1));
	for (guint i = 0; i < n; i++) {
		wire_put_bytes(key, attributes[i]);
		wire_put(key, 0, 1);
	}
	return native_keep(tx, buffer_slice(key));
}

/* U+10FFFF behind, as Fabric's shim ends them. */
bsn_slice
native_composite_end(NativeTx *tx, bsn_slice key)
{
	g_autoptr(GByteArray) end = g_byte_array_new();

	wire_put_bytes(end, key);
	wire_put_bytes(end, bsn_slice_str("\xf4\x8f\xbf\xbf"));
	return native_keep(tx, buffer_slice(end));
}

gboolean
native_number(bsn_slice text, guint64 *number)
{
	g_autofree char *copy =
		g_strndup((const char *)text.data, (gsize)text.len);

	return text.len > 0 && strlen(copy) == text.len &&
	       g_ascii_string_to_unsigned(copy, 10, 0, G_MAXUINT64, number,
					  NULL);
}

json_t *
native_json(bsn_slice text)
{
	json_t *json = json_loadb((const char *)text.data, (size_t)text.len,
				  JSON_REJECT_DUPLICATES, NULL);

	if (json_is_object(json))
		return json;
	json_decref(json);
	return NULL;
}

json_t *
native_json_text(bsn_slice text)
{
	json_t *json = json_stringn(text.len > 0 ? (const char *)text.data : "",
				    (size_t)text.len);
	g_autofree char *base64 = NULL;

	if (json != NULL)
		return json;
	base64 = g_base64_encode(text.data, (gsize)text.len);
	return json_pack("{s:s}", "base64", base64);
}

/* As GetCreator of the shim: proposal, header, signature header, identity. */
bsn_slice
native_creator(NativeTx *tx)
{
	const bsn_slice bytes = call_of(tx)->proposal;
	Arena *arena = &tx->arena;
	const Protos__SignedProposal *signed_one = message_unpack(
		arena, &protos__signed_proposal__descriptor, bytes, NULL, NULL);
	const Protos__Proposal *proposal = NULL;
	const Common__Header *header = NULL;
	const Common__SignatureHeader *signer = NULL;
	const Msp__SerializedIdentity *identity = NULL;

	if (signed_one != NULL)
		proposal = message_unpack(
			arena, &protos__proposal__descriptor,
			message_slice(signed_one->proposal_bytes), NULL, NULL);
	if (proposal != NULL)
		header = message_unpack(arena, &common__header__descriptor,
					message_slice(proposal->header), NULL,
					NULL);
	if (header != NULL)
		signer = message_unpack(
			arena, &common__signature_header__descriptor,
			message_slice(header->signature_header), NULL, NULL);
	if (signer != NULL)
		identity = message_unpack(
			arena, &msp__serialized_identity__descriptor,
			message_slice(signer->creator), NULL, NULL);
	return bsn_slice_str(identity != NULL ? identity->mspid : NULL);
}
