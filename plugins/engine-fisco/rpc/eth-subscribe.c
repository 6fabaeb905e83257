/* SPDX-License-Identifier: Apache-2.0
 *
 * Subscriptions: eth_subscribe and eth_unsubscribe, over sessions.
 */
#include "plugins/engine-fisco/rpc/feeds.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/services.h"

static gboolean
has_session(RpcCall *call)
{
	if (call->session != NULL && services.session != NULL)
		return TRUE;
	rpc_fail(call, RPC_SERVER,
		 "notifications not supported: subscribe over a WebSocket");
	return FALSE;
}

static json_t *
subscribe_to(RpcCall *call, FeedKind kind)
{
	g_auto(LogCriteria) criteria = { .n_topics = 0 };
	const Feed *feed;

	if (kind == FEED_LOGS &&
	    !criteria_read(call, params_at(call, 1), &criteria))
		return NULL;
	feed = feed_new(call, kind, call->session, &criteria);
	return feed != NULL ? json_string(feed->id) : NULL;
}

static json_t *
subscribe(RpcCall *call)
{
	static const struct {
		const char *name;
		FeedKind kind;
	} names[] = {
		{ "newHeads", FEED_HEADS },
		{ "logs", FEED_LOGS },
		{ "newPendingTransactions", FEED_WAITING },
	};
	const char *name = json_string_value(params_at(call, 0));

	if (!params_count(call, 1, 2) || !has_session(call))
		return NULL;
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		if (g_strcmp0(name, names[i].name) == 0)
			return subscribe_to(call, names[i].kind);
	return rpc_fail(call, RPC_INVALID_PARAMS,
			"params[0] must be newHeads, logs or "
			"newPendingTransactions");
}

static json_t *
unsubscribe(RpcCall *call)
{
	const char *id = json_string_value(params_at(call, 0));
	Feed *feed;

	if (!params_count(call, 1, 1) || !has_session(call))
		return NULL;
	feed = feed_find(call->ledger, id, call->session);
	if (feed != NULL)
		feed_free(call->ledger, feed);
	return json_boolean(feed != NULL);
}

const RpcMethod eth_subscribe_methods[] = {
	{ .name = "eth_subscribe", .run = subscribe },
	{ .name = "eth_unsubscribe", .run = unsubscribe },
	{ .name = NULL },
};
