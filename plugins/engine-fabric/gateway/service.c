/* SPDX-License-Identifier: Apache-2.0
 *
 * The host's table: which chain a call is for, its beginning and its end.
 */
#include <stdarg.h>
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/event_block.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

static const bsn_grpc_method *const methods[] = {
	&evaluate_method.grpc,	       &endorse_method.grpc,
	&submit_method.grpc,	       &status_method.grpc,
	&events_method.grpc,	       &deliver_method.grpc,
	&deliver_filtered_method.grpc, &deliver_private_method.grpc,
	&orderer_deliver_method.grpc,  &broadcast_method.grpc,
	&process_method.grpc,	       NULL,
};

/* They begin with it. */
static const Method *
method_of(const bsn_grpc_method *method)
{
	return (const Method *)(const void *)method;
}

/* ---- what methods do ----------------------------------------------------- */

static void
finish(Call *call, guint code, const char *message, bsn_slice details)
{
	if (call->finished)
		return;
	call->finished = TRUE;
	turns_drop(call);
	services.grpc->finish(call->grpc, code, bsn_slice_str(message),
			      details);
}

void
call_finish(Call *call)
{
	finish(call, 0, "", bsn_slice_of(NULL, 0));
}

void
call_fail(Call *call, const Problem *problem)
{
	g_autoptr(GByteArray) details = problem_pack(problem);

	finish(call, problem->code, problem->message, buffer_slice(details));
}

void
call_fail_text(Call *call, guint code, const char *format, ...)
{
	g_auto(Problem) problem = { 0 };
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	problem_set(&problem, code, "%s", text);
	call_fail(call, &problem);
}

int32_t
call_send(Call *call, bsn_slice message)
{
	int32_t status;

	if (call->finished)
		return BSN_OK;
	status = services.grpc->send(call->grpc, message);
	if (status == BSN_OK || status == BSN_UNAVAILABLE)
		return BSN_OK;
	if (status == BSN_BUSY && call->method->step != NULL) {
		call->busy = TRUE;
		return status;
	}
	call_fail_text(call, PROBLEM_RESOURCE_EXHAUSTED,
		       "the answer of %" G_GUINT64_FORMAT " bytes is too large",
		       message.len);
	return status;
}

void
call_answer(Call *call, const void *message)
{
	g_autoptr(GByteArray) bytes = message_pack(message);

	(void)call_send(call, buffer_slice(bytes));
	call_finish(call);
}

gboolean
call_is_bound(const Call *call, bsn_slice tls_cert_hash)
{
	return tls_cert_hash.len == 0 ||
	       (call->has_tls &&
		bsn_slice_equal(tls_cert_hash,
				bsn_slice_of(call->tls_hash, TLS_HASH_LEN)));
}

/* ---- beginning ----------------------------------------------------------- */

static int32_t
route(const bsn_grpc_method *method, bsn_slice message, bsn_sink *chain,
      bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const char *channel = "";
	const int32_t status =
		method_of(method)->route(&arena, message, &channel, err);

	if (status != BSN_OK)
		return status;
	if (*channel == '\0')
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the request names no channel");
	return chain->write(chain, channel, strlen(channel));
}

static int32_t
check_room(const FabricGateway *gateway, const Method *method, bsn_err *err)
{
	return gateway->calls.length < GATEWAY_CALLS_MAX
		       ? BSN_OK
		       : bsn_fail(err, BSN_BUSY,
				  "too many requests for %s, exceeding "
				  "concurrency limit (%u)",
				  method->grpc.path, GATEWAY_CALLS_MAX);
}

static void
hash_certificate(Call *call, const bsn_client *client)
{
	g_autoptr(GChecksum) sum = NULL;
	gsize len = TLS_HASH_LEN;

	if (client == NULL || client->certificate.len == 0)
		return;
	sum = g_checksum_new(G_CHECKSUM_SHA256);
	g_checksum_update(sum, client->certificate.data,
			  (gssize)client->certificate.len);
	g_checksum_get_digest(sum, call->tls_hash, &len);
	call->has_tls = TRUE;
}

static int32_t
opened(bsn_ledger *channel, bsn_grpc_call *grpc,
       const bsn_grpc_request *request, void **own, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	const Method *method = method_of(request->method);
	FabricGateway *gateway = channel->gateway;
	int32_t status;
	Call *call;

	if (gateway == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE, "the chain is closing");
	status = check_room(gateway, method, err);
	if (status != BSN_OK)
		return status;
	call = g_malloc0(method->size);
	call->channel = channel;
	call->method = method;
	call->grpc = grpc;
	call->link.data = call;
	call->turn.data = call;
	hash_certificate(call, request->client);
	g_queue_push_tail_link(&gateway->calls, &call->link);
	*own = call;
	method->begin(call, request->message);
	return BSN_OK;
}

/* ---- meanwhile ----------------------------------------------------------- */

static void
message(bsn_ledger *channel, void *own, bsn_slice bytes)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	Call *call = own;

	if (!call->finished && call->method->message != NULL)
		call->method->message(call, bytes);
}

static void
ended(bsn_ledger *channel, void *own)
{
	Call *call = own;

	if (!call->finished && call->method->ended != NULL)
		call->method->ended(call);
}

static void
writable(bsn_ledger *channel, void *own)
{
	Call *call = own;

	call->busy = FALSE;
	call_wake(call);
}

void
gateway_config_changed(Channel *channel)
{
	GList *next;

	if (channel->gateway == NULL)
		return;
	for (GList *link = channel->gateway->calls.head; link != NULL;
	     link = next) {
		Call *call = link->data;

		next = link->next;
		if (!call->finished && call->method->config_changed != NULL)
			call->method->config_changed(call);
	}
}

void
gateway_durable(Channel *channel)
{
	if (channel->gateway == NULL)
		return;
	status_durable(channel);
	turns_wake_all(channel->gateway);
}

/* ---- the end ------------------------------------------------------------- */

/* The call's own memory stays until the host has said that it is closed. */
static void
release(Call *call)
{
	call->finished = TRUE;
	turns_drop(call);
	g_queue_unlink(&call->channel->gateway->calls, &call->link);
	if (call->method->release != NULL)
		call->method->release(call);
	call->channel = NULL;
}

static void
closed(bsn_ledger *channel, void *own)
{
	Call *call = own;

	if (call->channel != NULL)
		release(call);
	g_free(call);
}

void
gateway_open(Channel *channel)
{
	if (services.grpc == NULL)
		return;
	channel->gateway = g_new0(FabricGateway, 1);
	channel->gateway->unresolved = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_queue_free);
}

void
gateway_close(Channel *channel)
{
	FabricGateway *gateway = channel->gateway;
	Call *call;

	if (gateway == NULL)
		return;
	services.timer->cancel(channel->chain, TIMER_GATEWAY);
	while ((call = g_queue_peek_head(&gateway->calls)) != NULL) {
		call_fail_text(call, PROBLEM_UNAVAILABLE,
			       "the chain is closing");
		release(call);
	}
	event_blocks_clear(gateway);
	g_hash_table_unref(gateway->unresolved);
	g_clear_pointer(&channel->gateway, g_free);
}

const bsn_engine_grpc fabric_engine_grpc = {
	.size = sizeof(bsn_engine_grpc),
	.methods = methods,
	.route = route,
	.opened = opened,
	.message = message,
	.ended = ended,
	.writable = writable,
	.closed = closed,
};
