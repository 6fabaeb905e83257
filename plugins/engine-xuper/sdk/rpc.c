/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/sdk/rpc.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"

#define AT(type, message, offset)                                              \
	(*(type *)(void *)((guint8 *)(message) + (offset)))

/* The chain that a message names in a field of that name; NULL: in none. */
static const char *
chain_in(const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (unsigned i = 0; i < type->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (g_ascii_strcasecmp(field->name, "bcname") == 0)
			return AT(const char *, message, field->offset);
	}
	return NULL;
}

/* The same, or in the first item of its list of chains. */
static const char *
chain_of(const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;
	const char *chain = chain_in(message);

	for (unsigned i = 0; i < type->n_fields && chain == NULL; i++) {
		const ProtobufCFieldDescriptor *field = &type->fields[i];

		if (field->label == PROTOBUF_C_LABEL_REPEATED &&
		    field->type == PROTOBUF_C_TYPE_MESSAGE &&
		    AT(size_t, message, field->quantifier_offset) > 0)
			chain = chain_in(AT(ProtobufCMessage **, message,
					    field->offset)[0]);
	}
	return chain;
}

int32_t
sdk_rpc_route(const SdkMethod *method, bsn_slice message, bsn_sink *chain,
	      bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const void *request = message_unpack(&arena, method->type, message,
					     &status, err);
	const char *name = request != NULL ? chain_of(request) : NULL;

	if (request == NULL)
		return status;
	if (name == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"%s does not say for which chain it is; over "
				"HTTP the path does",
				method->rpc);
	return chain->write(chain, name, strlen(name));
}

static int32_t
run(SdkCall *call, const SdkMethod *method, bsn_slice message, GByteArray *out,
    bsn_err *err)
{
	int32_t status = BSN_OK;

	call->request = message_unpack(&call->arena, method->type, message,
				       &status, err);
	if (call->request != NULL)
		status = method->run(call, err);
	if (status == BSN_OK)
		message_append(out, call->answer);
	return status;
}

int32_t
sdk_rpc_serve(bsn_ledger *ledger, const SdkMethod *method, bsn_grpc_call *grpc,
	      bsn_slice message, bsn_err *err)
{
	const bsn_slice none = bsn_slice_of(NULL, 0);
	g_autoptr(GByteArray) out = g_byte_array_new();
	SdkCall call;
	int32_t status;

	sdk_call_begin(&call, ledger);
	status = run(&call, method, message, out, err);
	sdk_call_clear(&call);
	if (status == BSN_OK)
		status = services.grpc->send(grpc, buffer_slice(out));
	if (status == BSN_OK)
		services.grpc->finish(grpc, 0, none, none);
	return status;
}
