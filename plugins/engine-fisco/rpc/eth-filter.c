/* SPDX-License-Identifier: Apache-2.0
 *
 * Filters: eth_newFilter and those that go with it.
 */
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/rpc/feeds.h"
#include "plugins/engine-fisco/rpc/logs.h"
#include "plugins/engine-fisco/rpc/params.h"
#include "plugins/engine-fisco/rpc/value.h"
#include "plugins/engine-fisco/services.h"

static json_t *
id_of(const Feed *feed)
{
	return feed != NULL ? json_string(feed->id) : NULL;
}

/* A bound that is a number; "latest" and its like are no bound of what is to
 * come. */
static guint64
number_or(const json_t *object, const char *name, guint64 number,
	  guint64 fallback)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text != NULL && g_str_has_prefix(text, "0x") ? number
							    : fallback;
}

static json_t *
new_filter(RpcCall *call)
{
	g_auto(LogCriteria) criteria = { .n_topics = 0 };
	const json_t *object = params_at(call, 0);
	guint64 from = 0;
	guint64 to = 0;
	Feed *feed;

	if (!params_count(call, 1, 1) ||
	    !criteria_read(call, object, &criteria) ||
	    !logs_range(call, object, &from, &to))
		return NULL;
	feed = feed_new(call, FEED_LOGS, NULL, &criteria);
	if (feed == NULL)
		return NULL;
	feed->from = from;
	feed->to = number_or(object, "toBlock", to, G_MAXUINT64);
	return id_of(feed);
}

static json_t *
new_block_filter(RpcCall *call)
{
	return params_count(call, 0, 0)
		       ? id_of(feed_new(call, FEED_HEADS, NULL, NULL))
		       : NULL;
}

static json_t *
new_waiting_filter(RpcCall *call)
{
	return params_count(call, 0, 0)
		       ? id_of(feed_new(call, FEED_WAITING, NULL, NULL))
		       : NULL;
}

static Feed *
find_filter(RpcCall *call)
{
	const char *id = json_string_value(params_at(call, 0));
	Feed *feed;

	if (!params_count(call, 1, 1))
		return NULL;
	feed = feed_find(call->ledger, id, NULL);
	if (feed == NULL)
		rpc_fail(call, RPC_SERVER,
			 "filter not found: there is none of this id, or "
			 "nobody asked it for %u seconds",
			 FEED_IDLE_MS / 1000);
	return feed;
}

static json_t *
uninstall(RpcCall *call)
{
	const char *id = json_string_value(params_at(call, 0));
	Feed *feed;

	if (!params_count(call, 1, 1))
		return NULL;
	feed = feed_find(call->ledger, id, NULL);
	if (feed != NULL)
		feed_free(call->ledger, feed);
	return json_boolean(feed != NULL);
}

/* ---- answers ----------------------------------------------------------- */

static json_t *
block_hashes(RpcCall *call, guint64 from, guint64 to)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	json_t *array = json_array();
	BlockInfo info;

	for (guint64 number = from; number <= to; number++)
		if (info_load(call->ledger->chain, number, memory, &info) ==
		    BSN_OK)
			json_array_append_new(array, value_data(info.hash));
	return array;
}

static json_t *
take_waiting(Feed *feed)
{
	json_t *array = json_array();

	for (guint i = 0; i < feed->waiting->len; i++)
		json_array_append_new(
			array, value_hash((const guint8 *)feed->waiting->data +
					  i * HASH_LEN));
	g_array_set_size(feed->waiting, 0);
	return array;
}

static json_t *
changes(RpcCall *call, Feed *feed, guint64 to)
{
	switch (feed->kind) {
	case FEED_HEADS:
		return block_hashes(call, feed->next, to);
	case FEED_LOGS:
		return logs_search(call, &feed->criteria, feed->next,
				   MIN(to, feed->to));
	case FEED_WAITING:
		return take_waiting(feed);
	}
	return NULL;
}

/* A filter that was not asked for very long is told its last blocks only. */
static json_t *
get_changes(RpcCall *call)
{
	Feed *feed = find_filter(call);
	guint64 newest = call->ledger->durable.number;
	json_t *result;

	if (feed == NULL)
		return NULL;
	if (newest >= feed->next && newest - feed->next >= LOGS_BLOCKS_MAX)
		feed->next = newest - LOGS_BLOCKS_MAX + 1;
	result = changes(call, feed, newest);
	if (result == NULL)
		return NULL;
	feed->next = newest + 1;
	feed->asked_ms = services.clock->wall_ms(call->ledger->chain);
	return result;
}

static json_t *
get_filter_logs(RpcCall *call)
{
	Feed *feed = find_filter(call);

	if (feed == NULL)
		return NULL;
	if (feed->kind != FEED_LOGS)
		return rpc_fail(call, RPC_SERVER,
				"filter not found: this one is not of logs");
	feed->asked_ms = services.clock->wall_ms(call->ledger->chain);
	return logs_search(call, &feed->criteria, feed->from,
			   MIN(feed->to, call->ledger->durable.number));
}

const RpcMethod eth_filter_methods[] = {
	{ .name = "eth_newFilter", .run = new_filter },
	{ .name = "eth_newBlockFilter", .run = new_block_filter },
	{ .name = "eth_newPendingTransactionFilter",
	  .run = new_waiting_filter },
	{ .name = "eth_uninstallFilter", .run = uninstall },
	{ .name = "eth_getFilterChanges", .run = get_changes },
	{ .name = "eth_getFilterLogs", .run = get_filter_logs },
	{ .name = NULL },
};
