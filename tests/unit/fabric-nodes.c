/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-nodes.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/msp/certificate.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-nodes-parts.h"

/* Time passes in steps of so many ms, with messages in between. */
#define STEP_MS 10u
#define SETTLE_MAX 200000u

FabricNodes *the_nodes;
static GQueue messages = G_QUEUE_INIT;

typedef struct {
	guint from, to;
	GByteArray *bytes;
} Message;

/* ---- the network --------------------------------------------------------- */

static guint
node_with_key(bsn_slice key)
{
	guint i = 0;

	while (i < the_nodes->n &&
	       !bsn_slice_equal(key, bsn_slice_of(the_nodes->nodes[i].key,
						  PUBLIC_KEY_LEN)))
		i++;
	return i;
}

static int32_t
net_send_one(bsn_chain *chain, bsn_slice public_key, bsn_slice bytes)
{
	const guint from = node_index(chain);
	const guint to = node_with_key(public_key);
	g_autoptr(GBytes) key = g_bytes_new(public_key.data, public_key.len);
	Message *message;

	if (!g_hash_table_contains(the_nodes->nodes[from].may_speak_to, key))
		return BSN_NOT_FOUND;
	if (bytes.len > BSN_NET_MESSAGE_MAX)
		return BSN_TOO_LARGE;
	if (!the_nodes->linked[from][to])
		return BSN_UNAVAILABLE;
	message = g_new0(Message, 1);
	*message = (Message){ from, to, g_byte_array_new() };
	g_byte_array_append(message->bytes, bytes.data, (guint)bytes.len);
	g_queue_push_tail(&messages, message);
	for (guint64 i = 0; i < bytes.len; i++)
		the_nodes->trace = (the_nodes->trace ^ bytes.data[i]) *
				   G_GUINT64_CONSTANT(0x100000001b3);
	return BSN_OK;
}

static int32_t
net_broadcast(bsn_chain *chain, bsn_slice bytes)
{
	g_assert_not_reached();
}

static int32_t
net_set_members(bsn_chain *chain, const bsn_member *members, uint64_t n)
{
	FabricNode *node = &the_nodes->nodes[node_index(chain)];

	g_hash_table_remove_all(node->may_speak_to);
	for (uint64_t i = 0; i < n; i++)
		g_hash_table_add(node->may_speak_to,
				 g_bytes_new(members[i].public_key.data,
					     members[i].public_key.len));
	return BSN_OK;
}

const bsn_net nodes_net = { .size = sizeof(bsn_net),
			    .send = net_send_one,
			    .broadcast = net_broadcast,
			    .set_members = net_set_members };

static void
message_free(Message *message)
{
	g_byte_array_unref(message->bytes);
	g_free(message);
}

static void
deliver_one(FabricNodes *all)
{
	Message *message = g_queue_pop_head(&messages);
	FabricNode *from = &all->nodes[message->from];
	FabricNode *to = &all->nodes[message->to];
	const guint8 kind = message->bytes->data[0];

	if (to->channel != NULL && all->linked[message->from][message->to] &&
	    (all->spoil == NULL ||
	     all->spoil(all, message->from, message->to, message->bytes))) {
		all->delivered[message->from][kind]++;
		net_message(to->channel,
			    bsn_slice_of(from->key, PUBLIC_KEY_LEN),
			    buffer_slice(message->bytes));
	}
	message_free(message);
}

void
nodes_deliver(FabricNodes *all, guint n)
{
	fake_host_settle();
	for (; n > 0 && messages.length > 0; n--) {
		deliver_one(all);
		fake_host_settle();
	}
}

void
nodes_settle(FabricNodes *all)
{
	nodes_deliver(all, SETTLE_MAX);
	g_assert_cmpuint(messages.length, ==, 0);
}

void
nodes_advance(FabricNodes *all, guint64 ms)
{
	nodes_settle(all);
	for (guint64 i = 0; i < ms; i += STEP_MS) {
		fake_host_advance(STEP_MS);
		nodes_settle(all);
	}
}

void
nodes_inject(FabricNodes *all, guint from, guint to, guint8 kind,
	     const void *body)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	net_message_put(bytes, kind, body);
	net_message(all->nodes[to].channel,
		    bsn_slice_of(all->nodes[from].key, PUBLIC_KEY_LEN),
		    buffer_slice(bytes));
}

static void
tell(FabricNodes *all, guint node, guint about)
{
	if (all->nodes[node].channel != NULL)
		net_peer_changed(
			all->nodes[node].channel,
			bsn_slice_of(all->nodes[about].key, PUBLIC_KEY_LEN),
			all->linked[node][about]);
}

void
nodes_link(FabricNodes *all, guint a, guint b, gboolean linked)
{
	if (all->linked[a][b] == linked)
		return;
	all->linked[a][b] = all->linked[b][a] = linked;
	tell(all, a, b);
	tell(all, b, a);
}

void
nodes_link_all(FabricNodes *all)
{
	for (guint i = 0; i < all->n; i++)
		for (guint j = 0; j < i; j++)
			nodes_link(all, i, j, TRUE);
}

/* ---- members ------------------------------------------------------------- */

static gint
by_key(gconstpointer a, gconstpointer b)
{
	const bsn_member *one = a, *two = b;

	return memcmp(one->public_key.data, two->public_key.data,
		      PUBLIC_KEY_LEN);
}

static void
make_members(FabricNodes *all, Channel *channel, guint n)
{
	g_array_set_size(channel->members.list, 0);
	for (guint i = 0; i < n; i++) {
		const bsn_member member = {
			.size = sizeof(member),
			.role = i < all->consensus ? BSN_ROLE_CONSENSUS
						   : BSN_ROLE_OBSERVER,
			.algorithm = all->orgs->suite.algorithm,
			.public_key =
				bsn_slice_of(all->nodes[i].key, PUBLIC_KEY_LEN),
			.name = TEXT(all->nodes[i].name),
		};

		g_array_append_val(channel->members.list, member);
	}
	g_array_sort(channel->members.list, by_key);
}

void
nodes_set_members(FabricNodes *all, guint node, guint n)
{
	make_members(all, all->nodes[node].channel, n);
	net_members_changed(all->nodes[node].channel);
}

/* ---- one node ------------------------------------------------------------ */

static int32_t
chain_open(bsn_chain *chain, bsn_slice genesis, bsn_ledger **ledger,
	   bsn_err *err)
{
	FabricNodes *all = the_nodes;
	FabricNode *node = &all->nodes[node_index(chain)];
	Channel *channel = g_new0(Channel, 1);
	g_autoptr(GByteArray) identity = fabric_serialize(
		fabric_org_id(node_index(chain) % 2), node->certificate);

	channel->chain = chain;
	channel->suite = all->orgs->suite;
	channel->config = fabric_config_read(buffer_slice(all->config));
	channel->ledger = g_new0(ChannelLedger, 1);
	channel->members.list = g_array_new(FALSE, FALSE, sizeof(bsn_member));
	channel->public_key = g_bytes_new(node->key, PUBLIC_KEY_LEN);
	channel->identity = g_bytes_new(identity->data, identity->len);
	channel->consensus = all->no_certificates ? &nodes_plain_consensus
						  : &nodes_consensus;
	make_members(all, channel, all->n);
	node->channel = *ledger = channel;
	parts_read(node);
	net_open(channel);
	return BSN_OK;
}

static void
chain_close(Channel *channel)
{
	the_nodes->nodes[node_index(channel->chain)].channel = NULL;
	net_close(channel);
	net_close(channel);
	g_assert_null(channel->net);
	channel_config_free(channel->config);
	g_free(channel->ledger);
	g_array_unref(channel->members.list);
	g_bytes_unref(channel->public_key);
	g_bytes_unref(channel->identity);
	g_free(channel);
}

static void
chain_timer(Channel *channel, uint64_t id)
{
	net_timer(channel, id);
}

static const bsn_chain_ops chain_ops = { .size = sizeof(chain_ops),
					 .open = chain_open,
					 .close = chain_close,
					 .timer = chain_timer };
static const bsn_engine engine = { .size = sizeof(engine),
				   .chain = &chain_ops };

void
nodes_open(FabricNodes *all, guint node)
{
	g_assert_cmpint(fake_chain_open(all->nodes[node].chain, &engine,
					TEXT(""), NULL),
			==, BSN_OK);
}

void
nodes_close(FabricNodes *all, guint node)
{
	for (guint i = 0; i < all->n; i++)
		if (i != node)
			nodes_link(all, i, node, FALSE);
	fake_chain_close(all->nodes[node].chain);
}

static void
add_node(FabricNodes *all, guint i)
{
	FabricNode *node = &all->nodes[i];

	g_snprintf(node->name, sizeof(node->name), "n%u", i);
	node->certificate =
		fabric_member(all->orgs->roots[i % 2], node->name, "peer");
	g_assert_true(certificate_public_key(node->certificate->certificate,
					     node->key));
	node->chain = fake_chain_new(node->name);
	node->blocks =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	node->certificates =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	node->may_speak_to =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, NULL);
	node->waiting = g_array_new(FALSE, FALSE, sizeof(NodeWaiting));
	node->forwarded = g_ptr_array_new_with_free_func(g_free);
	node->packages = g_ptr_array_new_with_free_func(g_free);
}

FabricNodes *
fabric_nodes_new(guint n, guint consensus)
{
	return fabric_nodes_new_of(FALSE, n, consensus);
}

FabricNodes *
fabric_nodes_new_of(gboolean sm, guint n, guint consensus)
{
	FabricNodes *all = g_new0(FabricNodes, 1);
	g_autoptr(json_t) founding = NULL;

	the_nodes = all;
	fake_host_reset(1);
	all->n = n;
	all->consensus = consensus;
	all->orgs = fabric_orgs_new(sm);
	all->rand = g_rand_new_with_seed(1);
	all->log = g_string_new(NULL);
	founding = fabric_founding(all->orgs, 2);
	all->config = fabric_config_bytes(all->orgs, founding);
	parts_offer();
	for (guint i = 0; i < n; i++)
		add_node(all, i);
	nodes_block(all, (1u << n) - 1, "genesis", 0);
	for (guint i = 0; i < n; i++)
		nodes_open(all, i);
	return all;
}

static void
node_clear(FabricNode *node)
{
	fake_chain_free(node->chain);
	issued_free(node->certificate);
	g_ptr_array_unref(node->blocks);
	g_ptr_array_unref(node->certificates);
	g_hash_table_unref(node->may_speak_to);
	for (guint i = 0; i < node->waiting->len; i++)
		g_bytes_unref(
			g_array_index(node->waiting, NodeWaiting, i).envelope);
	g_array_unref(node->waiting);
	g_ptr_array_unref(node->forwarded);
	g_ptr_array_unref(node->packages);
}

void
fabric_nodes_free(FabricNodes *all)
{
	for (guint i = 0; i < all->n; i++)
		if (all->nodes[i].channel != NULL)
			nodes_close(all, i);
	for (guint i = 0; i < all->n; i++)
		node_clear(&all->nodes[i]);
	g_queue_clear_full(&messages, (GDestroyNotify)message_free);
	g_byte_array_unref(all->config);
	g_rand_free(all->rand);
	g_string_free(all->log, TRUE);
	fabric_orgs_free(all->orgs);
	g_free(all);
	the_nodes = NULL;
}

Peer *
nodes_peer(FabricNodes *all, guint node, guint other)
{
	return (Peer *)net_peer_find(
		all->nodes[node].channel,
		bsn_slice_of(all->nodes[other].key, PUBLIC_KEY_LEN));
}
