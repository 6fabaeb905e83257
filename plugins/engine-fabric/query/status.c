/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "plugins/engine-fabric/chaincode/run.h"
#include "plugins/engine-fabric/channel/items.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/private/private.h"
#include "plugins/engine-fabric/query/json.h"
#include "plugins/engine-fabric/query/query.h"
#include "plugins/kit/capabilities.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

#define CONSENSUS_TEXT_MAX (64u << 10)

/* Consensus text is another plugin's: anything but an object is left out. */
static void
add_consensus(const Channel *channel, json_t *detail)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, CONSENSUS_TEXT_MAX);
	g_autoptr(json_t) status = NULL;

	if (channel->agreement == NULL ||
	    channel->consensus->status(channel->agreement, &sink.sink) !=
		    BSN_OK)
		return;
	status = json_parse_object(buffer_slice(text), CONSENSUS_TEXT_MAX,
				   "consensus", NULL, NULL);
	if (status == NULL)
		return;
	json_object_set_new(status, "name",
			    json_string(channel->consensus->name));
	json_object_set(detail, "consensus", status);
}

static json_t *
roles_json(const MspIdentity *self)
{
	json_t *roles = json_array();

	for (guint i = 0; i <= COMMON__MSPROLE__MSPROLE_TYPE__ORDERER; i++)
		if (msp_identity_has_role(self, i))
			json_array_append_new(
				roles, json_string(principal_role_name(i)));
	return roles;
}

/* Whose node this is, or why it is nobody's. */
static json_t *
identity_of(const Channel *channel)
{
	g_auto(Identities) identities = { NULL };
	json_t *json;

	if (channel->identity == NULL)
		return json_pack("{s:s}", "missing",
				 channel->no_identity != NULL
					 ? channel->no_identity
					 : "");
	identities_init(&identities);
	json = identity_json(&identities, bytes_slice(channel->identity));
	if (channel->self != NULL)
		json_object_set_new(json, "roles", roles_json(channel->self));
	return json;
}

static gint
compare_texts(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static json_t *
policies_json(const Channel *channel)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GHashTable) items = NULL;
	g_autoptr(GPtrArray) paths = g_ptr_array_new();
	json_t *list = json_array();
	GHashTableIter iter;
	gpointer data;

	if (items_map(&arena, channel->config->message->channel_group, &items,
		      NULL) != BSN_OK)
		return list;
	g_hash_table_iter_init(&iter, items);
	while (g_hash_table_iter_next(&iter, NULL, &data)) {
		const Item *item = data;

		if (item->kind == ITEM_POLICY)
			g_ptr_array_add(paths, (gpointer)item->path);
	}
	g_ptr_array_sort(paths, compare_texts);
	for (guint i = 0; i < paths->len; i++)
		json_array_append_new(list, json_string(paths->pdata[i]));
	return list;
}

static guint
count_connected(const Channel *channel)
{
	guint n = 1;
	const NetPeer *peer;

	for (guint i = 0;
	     channel->net != NULL && (peer = net_peer_at(channel, i)) != NULL;
	     i++)
		n += peer->reachable &&
		     members_find(channel, bytes_slice(peer->key)) != NULL;
	return n;
}

static json_t *
detail_json(Channel *channel, int32_t writable, const bsn_err *why)
{
	json_t *detail = json_object();

	json_object_set_new(detail, "undurable_blocks",
			    integer_json(channel->ledger->head.height -
					 channel->ledger->durable.height));
	if (writable != BSN_OK)
		json_object_set_new(detail, "readOnly",
				    json_string(why->reason));
	json_object_set_new(detail, "role",
			    json_string(members_own_role(channel)));
	json_object_set_new(detail, "identity", identity_of(channel));
	add_consensus(channel, detail);
	if (channel->net != NULL)
		json_object_set_new(detail, "sync", net_json(channel));
	json_object_set_new(detail, "private_data", private_json(channel));
	json_object_set_new(detail, "runtimes", runtimes_json(channel));
	json_object_set_new(detail, "policies", policies_json(channel));
	return detail;
}

/* A block's header stands for its envelopes, not for what the validation made of
 * them, upon which events and the state rest. Chaincode has no time but the one
 * that the transaction's sender has put into it: it cannot lock. */
static bsn_capabilities
capabilities(const Channel *channel)
{
	bsn_capabilities can = capabilities_of(channel->consensus,
					       members_settings(channel));

	can.tx = provable_by(capabilities_certificate(channel->consensus),
			     BSN_PATH_BLOCK);
	return can;
}

int32_t
query_status(Channel *channel, bsn_reply *reply, bsn_err *err)
{
	const bsn_capabilities can = capabilities(channel);
	bsn_err why = BSN_ERR_INIT;
	const int32_t writable = services.store->writable(channel->chain, &why);
	g_autoptr(json_t) detail = detail_json(channel, writable, &why);
	g_autofree char *text = json_text(detail);
	g_autoptr(json_t) list = runtimes_languages(channel);
	g_autofree char *languages = json_text(list);
	const gboolean syncing =
		channel->net != NULL && net_is_syncing(channel);
	const bsn_chain_status status = {
		.size = sizeof(status),
		.state = writable != BSN_OK ? BSN_CHAIN_READONLY
			 : syncing	    ? BSN_CHAIN_SYNCING
					    : BSN_CHAIN_RUNNING,
		.height = channel->ledger->durable.height - 1,
		.pending_txs = order_pending_count(channel),
		.members = channel->members.list->len,
		.connected = count_connected(channel),
		.detail = bsn_slice_str(text),
		.capabilities = &can,
		.languages = bsn_slice_str(languages),
	};

	services.reply->status(reply, &status);
	return BSN_OK;
}
