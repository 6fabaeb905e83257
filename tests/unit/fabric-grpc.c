/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-grpc.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "google/rpc/status.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

static const char *certificate = "";

static const bsn_grpc_method *
find_method(const char *path)
{
	const bsn_grpc_method *const *at = fabric_engine_grpc.methods;

	for (; *at != NULL; at++)
		if (strcmp((*at)->path + 1, path) == 0)
			return *at;
	g_error("there is no method %s", path);
}

void
grpc_call_certificate(const char *bytes)
{
	certificate = bytes;
}

GrpcCall *
grpc_call(Channel *channel, const char *path, bsn_slice message)
{
	GrpcCall *call = g_new0(GrpcCall, 1);
	const bsn_client client = { .size = sizeof(client),
				    .certificate = bsn_slice_str(certificate) };
	const bsn_grpc_request request = {
		.size = sizeof(request),
		.method = find_method(path),
		.client = &client,
		.message = message,
	};

	call->channel = channel;
	call->grpc = fake_grpc_call_new();
	call->err.size = sizeof(call->err);
	call->status = fabric_engine_grpc.opened(channel, call->grpc, &request,
						 &call->own, &call->err);
	if (call->status != BSN_OK)
		g_assert_cmpstr(call->err.reason, !=, "");
	return call;
}

GrpcCall *
grpc_call_message(Channel *channel, const char *path, const void *message)
{
	g_autoptr(GByteArray) bytes = message_pack(message);

	return grpc_call(channel, path, buffer_slice(bytes));
}

char *
grpc_route(const char *path, bsn_slice message)
{
	g_autoptr(GByteArray) name = g_byte_array_new();
	BufferSink sink = buffer_sink(name, 1024);
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = fabric_engine_grpc.route(
		find_method(path), message, &sink.sink, &err);

	if (status != BSN_OK)
		g_assert_cmpstr(err.reason, !=, "");
	return status == BSN_OK ? g_strndup((const char *)name->data, name->len)
				: NULL;
}

void
grpc_call_writable(GrpcCall *call)
{
	call->grpc->full = FALSE;
	fabric_engine_grpc.writable(call->channel, call->own);
}

void
grpc_call_end(GrpcCall *call)
{
	if (call->own != NULL)
		fabric_engine_grpc.closed(call->channel, call->own);
	fake_grpc_call_free(call->grpc);
	g_free(call);
}

void
grpc_assert_pending(const GrpcCall *call)
{
	if (call->grpc->finished)
		g_error("it is over: %u %s", call->grpc->code,
			call->grpc->message);
}

void
grpc_assert_over(const GrpcCall *call, guint code, const char *message)
{
	g_assert_cmpint(call->status, ==, BSN_OK);
	g_assert_true(call->grpc->finished);
	if (call->grpc->code != code ||
	    !g_str_has_prefix(call->grpc->message, message))
		g_error("it is over with %u %s, not %u %s", call->grpc->code,
			call->grpc->message, code, message);
	g_assert_true(g_utf8_validate(call->grpc->message, -1, NULL));
}

void *
grpc_answer(const GrpcCall *call, const ProtobufCMessageDescriptor *type)
{
	void *message;
	gsize len;
	const void *data;

	grpc_assert_over(call, 0, "");
	g_assert_cmpuint(call->grpc->sent->len, ==, 1);
	data = g_bytes_get_data(call->grpc->sent->pdata[0], &len);
	message = protobuf_c_message_unpack(type, NULL, len, data);
	g_assert_nonnull(message);
	return message;
}

char *
grpc_details(const GrpcCall *call)
{
	g_auto(Arena) arena = ARENA_INIT;
	GString *text = g_string_new(NULL);
	const Google__Rpc__Status *status;

	g_assert_true(call->grpc->finished);
	if (g_bytes_get_size(call->grpc->details) == 0)
		return g_string_free(text, FALSE);
	g_assert_cmpuint(g_bytes_get_size(call->grpc->details), <=,
			 PROBLEM_DETAILS_MAX);
	status = message_unpack(&arena, &google__rpc__status__descriptor,
				bytes_slice(call->grpc->details), NULL, NULL);
	g_assert_nonnull(status);
	g_assert_cmpint(status->code, ==, call->grpc->code);
	g_assert_cmpstr(status->message, ==, call->grpc->message);
	for (gsize i = 0; i < status->n_details; i++) {
		const Gateway__ErrorDetail *detail = message_unpack(
			&arena, &gateway__error_detail__descriptor,
			message_slice(status->details[i]->value), NULL, NULL);

		g_assert_cmpstr(status->details[i]->type_url, ==,
				"type.googleapis.com/gateway.ErrorDetail");
		g_assert_nonnull(detail);
		g_string_append_printf(text, "%s%s %s %s", i > 0 ? "; " : "",
				       detail->address, detail->msp_id,
				       detail->message);
	}
	return g_string_free(text, FALSE);
}
