/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/CommitStatus: waits until a transaction is in a block on disk
 * and says what became of it; the client, or its deadline, ends the wait.
 */
#include <string.h>

#include "gateway/gateway.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/call.h"
#include "plugins/engine-fabric/gateway/client.h"
#include "plugins/engine-fabric/ledger/blocks.h"

/* Bytes of a transaction's id: 64 as clients make them; who makes config
 * updates may choose. */
#define TX_ID_MAX 256u

typedef struct {
	Call call;
	char *tx_id;   /* NULL: nothing is waited for */
	GQueue *queue; /* that it is in: of `unresolved`, or `resolved` */
	GList link;    /* of it */
	guint64 block;
	TxCode code;
} StatusCall;

static int32_t
route(Arena *arena, bsn_slice message, const char **channel, bsn_err *err)
{
	const Gateway__CommitStatusRequest *request;
	int32_t status = BSN_OK;
	const Gateway__SignedCommitStatusRequest *outer = message_unpack(
		arena, &gateway__signed_commit_status_request__descriptor,
		message, &status, err);

	if (outer == NULL)
		return status;
	request = message_unpack(arena,
				 &gateway__commit_status_request__descriptor,
				 message_slice(outer->request), &status, err);
	if (request == NULL)
		return status;
	*channel = request->channel_id;
	return BSN_OK;
}

static void
answer(Call *call, guint64 block, TxCode code)
{
	Gateway__CommitStatusResponse response =
		GATEWAY__COMMIT_STATUS_RESPONSE__INIT;

	response.result = (Protos__TxValidationCode)code;
	response.block_number = block;
	call_answer(call, &response);
}

/* ---- waiting ------------------------------------------------------------- */

static void
wait_unresolved(StatusCall *own)
{
	GHashTable *all = own->call.channel->gateway->unresolved;
	GQueue *queue = g_hash_table_lookup(all, own->tx_id);

	if (queue == NULL) {
		queue = g_queue_new();
		g_hash_table_insert(all, g_strdup(own->tx_id), queue);
	}
	own->queue = queue;
	g_queue_push_tail_link(queue, &own->link);
}

/* In the order of blocks, since those become durable in theirs. What is committed
 * comes last; who asks later may ask for what came before. */
static void
wait_resolved(StatusCall *own, guint64 block, TxCode code)
{
	GQueue *queue = &own->call.channel->gateway->resolved;
	GList *before = queue->tail;

	own->queue = queue;
	own->block = block;
	own->code = code;
	while (before != NULL &&
	       ((const StatusCall *)before->data)->block > block)
		before = before->prev;
	if (before != NULL)
		g_queue_insert_after_link(queue, before, &own->link);
	else
		g_queue_push_head_link(queue, &own->link);
}

static void
stop_waiting(StatusCall *own)
{
	FabricGateway *gateway = own->call.channel->gateway;
	GQueue *queue = own->queue;

	if (queue == NULL)
		return;
	own->queue = NULL;
	g_queue_unlink(queue, &own->link);
	if (queue != &gateway->resolved && queue->length == 0)
		g_hash_table_remove(gateway->unresolved, own->tx_id);
}

void
gateway_committed(Channel *channel, guint64 block, const char *tx_id,
		  TxCode code)
{
	FabricGateway *gateway = channel->gateway;
	GQueue *queue =
		gateway != NULL
			? g_hash_table_lookup(gateway->unresolved, tx_id)
			: NULL;
	GList *link;

	if (queue == NULL)
		return;
	while ((link = g_queue_pop_head_link(queue)) != NULL)
		wait_resolved(link->data, block, code);
	g_hash_table_remove(gateway->unresolved, tx_id);
}

void
status_durable(Channel *channel)
{
	GQueue *resolved = &channel->gateway->resolved;
	StatusCall *own;

	while ((own = g_queue_peek_head(resolved)) != NULL &&
	       own->block < channel->ledger->durable.height) {
		stop_waiting(own);
		answer(&own->call, own->block, own->code);
	}
}

/* ---- the call ------------------------------------------------------------ */

static void
find(StatusCall *own)
{
	Channel *channel = own->call.channel;
	bsn_err err = BSN_ERR_INIT;
	TxPlace place;
	const int32_t status = ledger_tx(
		channel->ledger, bsn_slice_str(own->tx_id), &place, &err);

	if (status == BSN_NOT_FOUND)
		wait_unresolved(own);
	else if (status != BSN_OK)
		call_fail_text(&own->call, PROBLEM_ABORTED, "%s", err.reason);
	else if (place.block < channel->ledger->durable.height)
		answer(&own->call, place.block, place.code);
	else
		wait_resolved(own, place.block, place.code);
}

static void
begin(Call *call, bsn_slice message)
{
	g_auto(Arena) arena = ARENA_INIT;
	StatusCall *own = (StatusCall *)call;
	const Gateway__SignedCommitStatusRequest *outer = message_unpack(
		&arena, &gateway__signed_commit_status_request__descriptor,
		message, NULL, NULL);
	const Gateway__CommitStatusRequest *request =
		outer != NULL
			? message_unpack(
				  &arena,
				  &gateway__commit_status_request__descriptor,
				  message_slice(outer->request), NULL, NULL)
			: NULL;
	ClientClaim claim;

	if (request == NULL) {
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "invalid status request");
		return;
	}
	if (request->transaction_id[0] == '\0' ||
	    strlen(request->transaction_id) > TX_ID_MAX) {
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "a transaction ID of 1 to %u bytes is required",
			       TX_ID_MAX);
		return;
	}
	claim = (ClientClaim){ message_slice(request->identity),
			       message_slice(outer->request),
			       message_slice(outer->signature),
			       "gateway/CommitStatus" };
	if (!client_may(call, &claim))
		return;
	own->link.data = own;
	own->tx_id = g_strdup(request->transaction_id);
	find(own);
}

static void
release(Call *call)
{
	StatusCall *own = (StatusCall *)call;

	stop_waiting(own);
	g_free(own->tx_id);
}

const Method status_method = {
	.grpc = { .size = sizeof(bsn_grpc_method),
		  .path = "/gateway.Gateway/CommitStatus" },
	.size = sizeof(StatusCall),
	.route = route,
	.begin = begin,
	.release = release,
};
