/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fake-grpc.h"

bsn_grpc_call *
fake_grpc_call_new(void)
{
	bsn_grpc_call *call = g_new0(bsn_grpc_call, 1);

	call->sent = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	return call;
}

void
fake_grpc_call_free(bsn_grpc_call *call)
{
	g_ptr_array_unref(call->sent);
	g_free(call->message);
	g_clear_pointer(&call->details, g_bytes_unref);
	g_free(call);
}

static int32_t
send_message(bsn_grpc_call *call, bsn_slice message)
{
	if (message.len > BSN_GRPC_MESSAGE_MAX)
		return BSN_TOO_LARGE;
	if (call->finished)
		return BSN_UNAVAILABLE;
	if (call->full)
		return BSN_BUSY;
	g_ptr_array_add(call->sent, g_bytes_new(message.data, message.len));
	return BSN_OK;
}

static void
read_message(bsn_grpc_call *call)
{
	call->reads++;
}

static void
finish(bsn_grpc_call *call, uint32_t code, bsn_slice message, bsn_slice details)
{
	if (call->finished)
		return;
	call->finished = TRUE;
	call->code = code;
	call->message = message.len > 0 ? g_strndup((const char *)message.data,
						    message.len)
					: g_strdup("");
	call->details = g_bytes_new(details.data, details.len);
}

const bsn_grpc fake_grpc_table = {
	.size = sizeof(bsn_grpc),
	.send = send_message,
	.read = read_message,
	.finish = finish,
};
