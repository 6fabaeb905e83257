/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/query/events/service.h"

#include <string.h>

#include "plugins/engine-xuper/query/events/filter.h"
#include "plugins/engine-xuper/query/stored.h"
#include "plugins/engine-xuper/sdk/rpc.h"
#include "plugins/kit/sink.h"

/* Calls of one chain at a time. */
#define CALLS_MAX 1024u
/* Blocks that are given before the strand does other things. */
#define TURN_BLOCKS 64u

#define CODE_INTERNAL 13u
#define CODE_UNAVAILABLE 14u

/* A subscriber. */
typedef struct {
	bsn_ledger *ledger; /* NULL: the chain is closing */
	bsn_grpc_call *grpc;
	GList link; /* of EventService.calls */
	BlockFilter filter;
	guint64 next;	   /* height */
	gboolean busy;	   /* the host has no room: `writable` comes */
	gboolean finished; /* `closed` comes */
} Call;

struct EventService {
	GQueue calls;
	Block *block; /* the one that was given last: all who are at the head
		       * want the same */
};

static void
finish(Call *call, guint code, const char *message)
{
	if (call->finished)
		return;
	call->finished = TRUE;
	services.grpc->finish(call->grpc, code, bsn_slice_str(message),
			      bsn_slice_of(NULL, 0));
}

/* ---- giving ---- */

static const Block *
find_block(bsn_ledger *ledger, guint64 height, bsn_err *err)
{
	EventService *service = ledger->events;

	if (service->block != NULL && service->block->height == height)
		return service->block;
	g_clear_pointer(&service->block, block_unref);
	if (stored_block(ledger, height, &service->block, err) != BSN_OK)
		service->block = NULL;
	return service->block;
}

/* Whether it can be given a block now. */
static gboolean
is_due(const Call *call)
{
	return !call->finished && !call->busy &&
	       call->next <= call->ledger->durable;
}

static void
give(Call *call)
{
	g_autoptr(GByteArray) event = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	const Block *block = find_block(call->ledger, call->next, &err);
	int32_t status;

	if (block == NULL) {
		finish(call, CODE_INTERNAL, err.reason);
		return;
	}
	filter_block(&call->filter, block, event);
	status = services.grpc->send(call->grpc, buffer_slice(event));
	call->busy = status == BSN_BUSY;
	if (status == BSN_TOO_LARGE)
		finish(call, bsn_grpc_status_of(status),
		       "a block's events are too large for one message");
	if (status != BSN_OK)
		return;
	call->next++;
	if (call->next >= call->filter.end)
		finish(call, 0, "");
}

/* All in turn, a block each, until nobody waits or the turn is over. */
static void
pump(bsn_ledger *ledger)
{
	GQueue *calls = &ledger->events->calls;
	guint given = 0, idle = 0;

	while (idle < calls->length && given < TURN_BLOCKS) {
		GList *link = g_queue_pop_head_link(calls);
		Call *call = link->data;

		g_queue_push_tail_link(calls, link);
		idle++;
		if (!is_due(call))
			continue;
		give(call);
		given++;
		idle = 0;
	}
	if (given == TURN_BLOCKS)
		(void)services.timer->set(ledger->chain, TIMER_EVENTS, 0);
}

void
events_durable(bsn_ledger *ledger)
{
	if (ledger->events != NULL && ledger->events->calls.length > 0)
		(void)services.timer->set(ledger->chain, TIMER_EVENTS, 0);
}

void
events_timer(bsn_ledger *ledger)
{
	if (ledger->events != NULL)
		pump(ledger);
}

/* ---- calls ---- */

static int32_t
route(const bsn_grpc_method *method, bsn_slice message, bsn_sink *chain,
      bsn_err *err)
{
	const SdkMethod *sdk = sdk_find(method->path);
	g_autofree char *name = NULL;
	int32_t status;

	if (sdk != NULL)
		return sdk_rpc_route(sdk, message, chain, err);
	status = filter_chain(message, &name, err);
	return status == BSN_OK ? chain->write(chain, name, strlen(name))
				: status;
}

static void
call_free(Call *call)
{
	filter_clear(&call->filter);
	g_free(call);
}

static int32_t
opened(bsn_ledger *ledger, bsn_grpc_call *grpc, const bsn_grpc_request *request,
       void **own, bsn_err *err)
{
	EventService *service = ledger->events;
	const SdkMethod *sdk = sdk_find(request->method->path);
	Call *call;
	int32_t status;

	if (sdk != NULL)
		return sdk_rpc_serve(ledger, sdk, grpc, request->message, err);
	if (service == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE, "the chain is closing");
	if (service->calls.length >= CALLS_MAX)
		return bsn_fail(err, BSN_BUSY,
				"%u subscriptions are open, as many as may be",
				CALLS_MAX);
	call = g_new0(Call, 1);
	status = filter_read(request->message, &call->filter, err);
	if (status != BSN_OK) {
		call_free(call);
		return status;
	}
	call->ledger = ledger;
	call->grpc = grpc;
	call->link.data = call;
	call->next =
		call->filter.from_latest ? ledger->durable : call->filter.start;
	g_queue_push_tail_link(&service->calls, &call->link);
	*own = call;
	if (call->next >= call->filter.end)
		finish(call, 0, "");
	events_durable(ledger);
	return BSN_OK;
}

static void
writable(bsn_ledger *ledger, void *own)
{
	Call *call = own;

	call->busy = FALSE;
	events_durable(ledger);
}

static void
closed(bsn_ledger *ledger, void *own)
{
	Call *call = own;

	/* Of the other services nothing was kept. */
	if (call == NULL)
		return;
	if (call->ledger != NULL)
		g_queue_unlink(&call->ledger->events->calls, &call->link);
	call_free(call);
}

/* ---- with the chain ---- */

void
events_open(bsn_ledger *ledger)
{
	if (services.grpc != NULL)
		ledger->events = g_new0(EventService, 1);
}

void
events_close(bsn_ledger *ledger)
{
	EventService *service = ledger->events;
	GList *link;

	if (service == NULL)
		return;
	services.timer->cancel(ledger->chain, TIMER_EVENTS);
	while ((link = g_queue_pop_head_link(&service->calls)) != NULL) {
		Call *call = link->data;

		finish(call, CODE_UNAVAILABLE, "the chain is closing");
		call->ledger = NULL;
	}
	block_unref(service->block);
	g_clear_pointer(&ledger->events, g_free);
}

static const bsn_grpc_method subscribe = {
	.size = sizeof(bsn_grpc_method),
	.flags = BSN_GRPC_SERVER_STREAMS,
	.path = "/pb.EventService/Subscribe",
};

#define SDK(name, its_path)                                                    \
	static const bsn_grpc_method name = {                                  \
		.size = sizeof(bsn_grpc_method),                               \
		.path = "/pb." its_path,                                       \
	}

SDK(blockchain_status, "Xchain/GetBlockChainStatus");
SDK(balance, "Xchain/GetBalance");
SDK(frozen_balance, "Xchain/GetFrozenBalance");
SDK(balance_detail, "Xchain/GetBalanceDetail");
SDK(select_utxo, "Xchain/SelectUTXO");
SDK(pre_exec, "Xchain/PreExec");
SDK(pre_exec_select, "Xchain/PreExecWithSelectUTXO");
SDK(post_tx, "Xchain/PostTx");
SDK(query_tx, "Xchain/QueryTx");
SDK(get_block, "Xchain/GetBlock");
SDK(block_by_height, "Xchain/GetBlockByHeight");
SDK(account_contracts, "Xchain/GetAccountContracts");
SDK(address_contracts, "Xchain/GetAddressContracts");
SDK(account_by_ak, "Xchain/GetAccountByAK");
SDK(query_acl, "Xchain/QueryACL");
SDK(stat_data, "Xchain/QueryContractStatData");
SDK(endorser_call, "xendorser/EndorserCall");

static const bsn_grpc_method *const methods[] = {
	&subscribe,	    &blockchain_status, &balance,	  &frozen_balance,
	&balance_detail,    &select_utxo,	&pre_exec,	  &pre_exec_select,
	&post_tx,	    &query_tx,		&get_block,	  &block_by_height,
	&account_contracts, &address_contracts, &account_by_ak,	  &query_acl,
	&stat_data,	    &endorser_call,	NULL,
};

const bsn_engine_grpc xuper_engine_grpc = {
	.size = sizeof(bsn_engine_grpc),
	.methods = methods,
	.route = route,
	.opened = opened,
	.writable = writable,
	.closed = closed,
};
