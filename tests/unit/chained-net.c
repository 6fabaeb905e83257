/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/chained-net.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "plugins/kit/votes/services.h"
#include "plugins/kit/sink.h"

#define FETCH_MAX_MS 20
/* Ms between two times that an engine asks another for final blocks. */
#define SYNC_MS 150u

typedef enum {
	EVENT_MESSAGE,
	EVENT_TIMER,
	EVENT_DURABLE,
	EVENT_FETCH,
	EVENT_SYNC
} EventKind;

typedef struct {
	guint64 at;
	guint64 sequence;
	EventKind kind;
	Node *node;
	guint incarnation;
	guint from;
	GBytes *message;
	bsn_id id;    /* EVENT_FETCH */
	guint64 timer; /* EVENT_TIMER */
	guint setting;
} Event;

/* ---- events ------------------------------------------------------------ */

static gint
compare_events(gconstpointer a, gconstpointer b, gpointer data)
{
	const Event *left = a, *right = b;

	if (left->at != right->at)
		return left->at < right->at ? -1 : 1;
	return left->sequence < right->sequence ? -1 : 1;
}

static void
event_free(gpointer data)
{
	Event *event = data;

	g_clear_pointer(&event->message, g_bytes_unref);
	g_free(event);
}

static void
later(ChainedNet *net, guint64 delay, Event event)
{
	Event *own = g_memdup2(&event, sizeof(event));

	own->at = net->now + delay;
	own->sequence = net->sequence++;
	own->incarnation = event.node->incarnation;
	g_sequence_insert_sorted(net->events, own, compare_events, NULL);
}

static guint64
some(ChainedNet *net, guint max)
{
	return (guint64)g_rand_int_range(net->rand, 1, (gint32)max + 1);
}

void
net_later_durable(Node *node)
{
	later(node->net, some(node->net, node->net->disk_max),
	      (Event){ .kind = EVENT_DURABLE, .node = node });
}

void
net_later_fetch(Node *node, guint from, const bsn_id *id)
{
	later(node->net, some(node->net, FETCH_MAX_MS),
	      (Event){ .kind = EVENT_FETCH,
		       .node = node,
		       .from = from,
		       .id = *id });
}

void
net_later_timer(Node *node, guint64 delay, guint64 id, guint setting)
{
	later(node->net, delay,
	      (Event){ .kind = EVENT_TIMER,
		       .node = node,
		       .timer = id,
		       .setting = setting });
}

void
net_later_message(Node *to, guint from, GBytes *message)
{
	later(to->net, some(to->net, to->net->delay_max),
	      (Event){ .kind = EVENT_MESSAGE,
		       .node = to,
		       .from = from,
		       .message = g_bytes_ref(message) });
}

static void
later_sync(Node *node)
{
	later(node->net, SYNC_MS, (Event){ .kind = EVENT_SYNC, .node = node });
}

void
net_give(Node *to, const Node *from, bsn_slice message)
{
	to->net->consensus->message(
		to->agreement, to->net->members[from->index].public_key,
		message);
}

static gboolean
is_set(const Node *node, const Event *event)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(
		       node->timers, GSIZE_TO_POINTER(event->timer))) ==
	       event->setting;
}

static void
sync_with_some(Node *node)
{
	ChainedNet *net = node->net;
	guint from = (guint)g_rand_int_range(net->rand, 0, (gint32)net->n);

	later_sync(node);
	if (net->syncs && from != node->index && net->nodes[from]->up &&
	    !net->cut[from][node->index] && !net->cut[node->index][from])
		tree_sync(node, net->nodes[from]);
}

static void
dispatch(ChainedNet *net, const Event *event)
{
	Node *node = event->node;

	if (!node->up || event->incarnation != node->incarnation)
		return;
	switch (event->kind) {
	case EVENT_MESSAGE:
		net->messages++;
		net_give(node, net->nodes[event->from],
			 bytes_slice(event->message));
		break;
	case EVENT_TIMER:
		if (is_set(node, event))
			net->consensus->timer(node->agreement, event->timer);
		break;
	case EVENT_DURABLE:
		disk_step(node);
		break;
	case EVENT_FETCH:
		if (net->nodes[event->from]->up &&
		    !net->cut[event->from][node->index])
			tree_fetch(node, net->nodes[event->from], &event->id);
		break;
	case EVENT_SYNC:
		sync_with_some(node);
		break;
	}
}

/* FALSE when nothing happens until `until`. */
static gboolean
step(ChainedNet *net, guint64 until)
{
	GSequenceIter *first = g_sequence_get_begin_iter(net->events);
	Event *event;

	if (g_sequence_iter_is_end(first))
		return FALSE;
	event = g_sequence_get(first);
	if (event->at > until)
		return FALSE;
	net->now = event->at;
	event = g_memdup2(event, sizeof(*event));
	if (event->message != NULL)
		g_bytes_ref(event->message);
	g_sequence_remove(first);
	dispatch(net, event);
	event_free(event);
	return TRUE;
}

void
net_run(ChainedNet *net, guint64 ms)
{
	guint64 until = net->now + ms;

	while (step(net, until))
		;
	net->now = until;
}

static gboolean
is_dry(const ChainedNet *net)
{
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up && !net->nodes[i]->byzantine &&
		    !tree_is_dry(net->nodes[i]))
			return FALSE;
	return TRUE;
}

gboolean
net_run_dry(ChainedNet *net, guint64 ms)
{
	guint64 until = net->now + ms;

	while (!is_dry(net))
		if (!step(net, until))
			return FALSE;
	return TRUE;
}

/* ---- nodes ------------------------------------------------------------- */

static void
tell_peers(Node *node, guint32 reachable)
{
	ChainedNet *net = node->net;

	for (guint i = 0; i < net->n; i++) {
		Node *other = net->nodes[i];

		if (other == NULL || !other->up || other == node ||
		    net->cut[i][node->index])
			continue;
		net->consensus->peer(other->agreement,
				     net->members[node->index].public_key,
				     reachable);
		if (reachable != 0)
			net->consensus->peer(node->agreement,
					     net->members[i].public_key, 1);
	}
}

static void
join(Node *node)
{
	const ChainedNet *net = node->net;
	bsn_err err = BSN_ERR_INIT;

	if (net->consensus->create(node, &node->proposer,
				   bsn_slice_str(net->config),
				   tree_members(net, node->root->members),
				   net->n, node->root->height,
				   &node->agreement, &err) != BSN_OK)
		g_error("%s", err.reason);
}

void
net_start(Node *node)
{
	g_assert_false(node->up);
	node->up = TRUE;
	node->incarnation++;
	join(node);
	later_sync(node);
	if (BSN_HAS(node->net->consensus, peer))
		tell_peers(node, 1);
}

static void
stop(Node *node)
{
	node->net->consensus->destroy(node->agreement);
	node->agreement = NULL;
	node->up = FALSE;
	g_hash_table_remove_all(node->timers);
	tree_lose(node);
	if (BSN_HAS(node->net->consensus, peer))
		tell_peers(node, 0);
}

void
net_crash(Node *node)
{
	if (!node->up)
		return;
	disk_crash(node);
	stop(node);
}

void
net_crash_putting_off(Node *node, NetBlock *root)
{
	disk_crash_putting_off(node);
	node->durable_root = root;
	stop(node);
}

void
net_change(ChainedNet *net, const bsn_consensus *consensus, const char *config)
{
	for (guint i = 0; i < net->n; i++)
		net->consensus->destroy(net->nodes[i]->agreement);
	net->consensus = consensus;
	g_free(net->config);
	net->config = g_strdup(config);
	for (guint i = 0; i < net->n; i++)
		join(net->nodes[i]);
}

void
net_isolate(Node *node, gboolean cut)
{
	ChainedNet *net = node->net;

	for (guint i = 0; i < net->n; i++)
		if (i != node->index) {
			net->cut[i][node->index] = cut;
			net->cut[node->index][i] = cut;
		}
	if (node->up && BSN_HAS(net->consensus, peer) && !cut)
		tell_peers(node, 1);
}

void
net_heal(ChainedNet *net)
{
	memset(net->cut, 0, sizeof(net->cut));
	net->drop = 0;
	memset(net->drop_kind, 0, sizeof(net->drop_kind));
	net->store_refuses = 0;
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up && BSN_HAS(net->consensus, peer))
			tell_peers(net->nodes[i], 1);
}

static Node *
node_new(ChainedNet *net, guint index)
{
	Node *node = g_new0(Node, 1);

	node->net = net;
	node->index = index;
	node->timers = g_hash_table_new(NULL, NULL);
	disk_init(node);
	tree_init(node);
	return node;
}

static guint
hash_id(gconstpointer key)
{
	const bsn_id *id = key;
	guint hash;

	memcpy(&hash, id->bytes, sizeof(hash));
	return hash;
}

static gboolean
equal_ids(gconstpointer a, gconstpointer b)
{
	return id_equal(a, b);
}

ChainedNet *
net_new(const bsn_consensus *consensus, guint n, guint members, guint64 seed,
	const char *config)
{
	ChainedNet *net = g_new0(ChainedNet, 1);

	services_open(&net_host);
	net->consensus = consensus;
	net->n = n;
	net->rand = g_rand_new_with_seed((guint32)seed);
	net->config = g_strdup(config);
	net->events = g_sequence_new(event_free);
	net->blocks = g_hash_table_new_full(hash_id, equal_ids, NULL,
					    tree_block_free);
	net->submitted = g_hash_table_new(NULL, NULL);
	net->said =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	net->chosen = g_ptr_array_new();
	net->delay_max = 5;
	net->disk_max = 10;
	net->syncs = TRUE;
	for (guint i = 0; i < n; i++) {
		memset(net->keys[i], (gint)i + 1, NET_KEY_LEN);
		net->members[i] = (bsn_member){
			.size = sizeof(bsn_member),
			.algorithm = "test",
			.public_key = { net->keys[i], NET_KEY_LEN },
			.name = bsn_slice_str("a node"),
		};
	}
	net->genesis = tree_genesis(net, members);
	for (guint i = 0; i < n; i++)
		net->nodes[i] = node_new(net, i);
	for (guint i = 0; i < n; i++)
		net_start(net->nodes[i]);
	return net;
}

static void
node_free(Node *node)
{
	node->net->consensus->destroy(node->agreement);
	g_hash_table_unref(node->timers);
	disk_clear(node);
	tree_clear(node);
	g_free(node);
}

void
net_free(ChainedNet *net)
{
	for (guint i = 0; i < net->n; i++)
		node_free(net->nodes[i]);
	g_sequence_free(net->events);
	g_hash_table_unref(net->blocks);
	g_hash_table_unref(net->submitted);
	g_hash_table_unref(net->said);
	g_ptr_array_unref(net->chosen);
	g_rand_free(net->rand);
	g_free(net->config);
	g_free(net);
}

/* ---- transactions ------------------------------------------------------ */

void
net_submit(ChainedNet *net, guint tx)
{
	g_hash_table_add(net->submitted, GUINT_TO_POINTER(tx));
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up)
			tree_submit(net->nodes[i], tx);
}

void
net_resubmit(ChainedNet *net)
{
	GHashTableIter iter;
	gpointer tx;

	g_hash_table_iter_init(&iter, net->submitted);
	while (g_hash_table_iter_next(&iter, &tx, NULL))
		for (guint i = 0; i < net->n; i++)
			if (net->nodes[i]->up)
				tree_submit(net->nodes[i],
					    GPOINTER_TO_UINT(tx));
}

guint64
net_depth(const ChainedNet *net)
{
	return BSN_HAS(net->consensus, depth)
		       ? net->consensus->depth(bsn_slice_str(net->config))
		       : 0;
}

gint64
net_status(Node *node, const char *member)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, 4096);
	json_t *object;
	gint64 value;

	g_assert_cmpint(
		node->net->consensus->status(node->agreement, &sink.sink), ==,
		BSN_OK);
	object = json_loadb((const char *)text->data, text->len, 0, NULL);
	value = json_integer_value(json_object_get(object, member));
	json_decref(object);
	return value;
}
