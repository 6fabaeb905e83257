/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/pbft-net.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "plugins/consensus-pbft/pbft.h"
#include "plugins/kit/votes/services.h"
#include "plugins/kit/sink.h"

#define SYNC_MAX_MS 50

typedef enum {
	EVENT_MESSAGE,
	EVENT_TIMER,
	EVENT_DURABLE,
	EVENT_SYNC
} EventKind;

typedef struct {
	guint64 at;
	guint64 sequence;
	EventKind kind;
	Node *node;
	guint incarnation;
	guint from;	 /* EVENT_MESSAGE, EVENT_SYNC */
	GBytes *message; /* EVENT_MESSAGE */
	guint64 id;	 /* EVENT_TIMER */
	guint generation;
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
event_free(Event *event)
{
	if (event->message != NULL)
		g_bytes_unref(event->message);
	g_free(event);
}

static void
free_event(gpointer event, gpointer data)
{
	event_free(event);
}

static void
later(PbftNet *net, guint64 delay, Event event)
{
	Event *own = g_memdup2(&event, sizeof(event));

	own->at = net->now + delay;
	own->sequence = net->sequence++;
	own->incarnation = event.node->incarnation;
	g_sequence_insert_sorted(net->events, own, compare_events, NULL);
}

static guint64
some(PbftNet *net, guint max)
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
net_later_sync(Node *node, guint from)
{
	later(node->net, some(node->net, SYNC_MAX_MS),
	      (Event){ .kind = EVENT_SYNC, .node = node, .from = from });
}

void
net_later_timer(Node *node, guint64 delay, guint64 id, guint setting)
{
	later(node->net, delay,
	      (Event){ .kind = EVENT_TIMER,
		       .node = node,
		       .id = id,
		       .generation = setting });
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

static guint
generation(const Node *node, guint64 id)
{
	return GPOINTER_TO_UINT(
		g_hash_table_lookup(node->timers, GSIZE_TO_POINTER(id)));
}

static void
dispatch(PbftNet *net, const Event *event)
{
	Node *node = event->node;

	if (!node->up || event->incarnation != node->incarnation)
		return;
	switch (event->kind) {
	case EVENT_MESSAGE:
		net->messages++;
		pbft_consensus.message(node->agreement,
				       net->members[event->from].public_key,
				       bytes_slice(event->message));
		break;
	case EVENT_TIMER:
		if (generation(node, event->id) == event->generation)
			pbft_consensus.timer(node->agreement, event->id);
		break;
	case EVENT_DURABLE:
		disk_step(node);
		break;
	case EVENT_SYNC:
		engine_sync(node, net->nodes[event->from]);
		break;
	}
}

/* FALSE when nothing happens until `until`. */
static gboolean
step(PbftNet *net, guint64 until)
{
	GSequenceIter *first = g_sequence_get_begin_iter(net->events);
	Event *event;

	if (g_sequence_iter_is_end(first))
		return FALSE;
	event = g_sequence_get(first);
	if (event->at > until)
		return FALSE;
	net->now = event->at;
	g_sequence_remove(first);
	dispatch(net, event);
	event_free(event);
	return TRUE;
}

void
net_run(PbftNet *net, guint64 ms)
{
	guint64 until = net->now + ms;

	while (step(net, until))
		;
	net->now = until;
}

static gboolean
all_at(const PbftNet *net, guint64 height)
{
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up && !net->nodes[i]->byzantine &&
		    net_height(net->nodes[i]) < height)
			return FALSE;
	return TRUE;
}

gboolean
net_run_to(PbftNet *net, guint64 height, guint64 ms)
{
	guint64 until = net->now + ms;

	while (!all_at(net, height))
		if (!step(net, until))
			return FALSE;
	return TRUE;
}

static gboolean
is_dry(const PbftNet *net)
{
	for (guint i = 0; i < net->n; i++) {
		const Node *node = net->nodes[i];

		if (node->up && !node->byzantine &&
		    g_hash_table_size(node->pool) > 0)
			return FALSE;
	}
	return all_at(net, net->chosen->len);
}

gboolean
net_run_dry(PbftNet *net, guint64 ms)
{
	guint64 until = net->now + ms;

	while (!is_dry(net))
		if (!step(net, until))
			return FALSE;
	return TRUE;
}

/* ---- members ----------------------------------------------------------- */

static gboolean
agrees(const PbftNet *net, guint node, guint64 height)
{
	return !net->rotates || height / NET_EPOCH % net->n != node;
}

const bsn_member *
net_members(PbftNet *net, guint64 height)
{
	for (guint i = 0; net->rotates && i < net->n; i++)
		net->members[i].role = agrees(net, i, height)
					       ? BSN_ROLE_CONSENSUS
					       : BSN_ROLE_OBSERVER;
	return net->members;
}

/* ---- nodes ------------------------------------------------------------- */

void
net_start(Node *node)
{
	PbftNet *net = node->net;
	bsn_err err = BSN_ERR_INIT;

	g_assert_false(node->up);
	node->up = TRUE;
	node->incarnation++;
	if (pbft_consensus.create(
		    node, &node->proposer, bsn_slice_str(net->config),
		    net_members(net, node->durable_blocks + 1), net->n,
		    node->durable_blocks, &node->agreement, &err) != BSN_OK)
		g_error("%s", err.reason);
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i] != NULL && net->nodes[i]->up &&
		    i != node->index)
			pbft_consensus.peer(
				net->nodes[i]->agreement,
				net->members[node->index].public_key, 1);
}

void
net_crash(Node *node)
{
	if (!node->up)
		return;
	/* What destroy would still do must not have an effect. */
	disk_crash(node);
	pbft_consensus.destroy(node->agreement);
	node->agreement = NULL;
	node->up = FALSE;
	g_hash_table_remove_all(node->timers);
	engine_lose(node);
}

static Node *
node_new(PbftNet *net, guint index)
{
	Node *node = g_new0(Node, 1);

	node->net = net;
	node->index = index;
	node->timers = g_hash_table_new(NULL, NULL);
	disk_init(node);
	engine_init(node);
	return node;
}

PbftNet *
net_new(guint n, guint64 seed, const char *config)
{
	PbftNet *net = g_new0(PbftNet, 1);

	services_open(&net_host);
	net->n = n;
	net->rand = g_rand_new_with_seed((guint32)seed);
	net->config = g_strdup(config);
	net->events = g_sequence_new(NULL);
	net->voted =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	net->submitted = g_hash_table_new(NULL, NULL);
	net->chosen = g_ptr_array_new_with_free_func(g_free);
	net->delay_max = 5;
	net->disk_max = 10;
	net->pipelined = seed % 2 == 1;
	for (guint i = 0; i < n; i++) {
		memset(net->keys[i], (gint)i + 1, NET_KEY_LEN);
		net->members[i] = (bsn_member){
			.size = sizeof(bsn_member),
			.role = BSN_ROLE_CONSENSUS,
			.algorithm = "test",
			.public_key = { net->keys[i], NET_KEY_LEN },
			.name = bsn_slice_str("a node"),
		};
	}
	for (guint i = 0; i < n; i++)
		net->nodes[i] = node_new(net, i);
	for (guint i = 0; i < n; i++)
		net_start(net->nodes[i]);
	return net;
}

void
net_free(PbftNet *net)
{
	for (guint i = 0; i < net->n; i++) {
		Node *node = net->nodes[i];

		if (!node->byzantine)
			engine_check_node(node);
		if (node->up)
			pbft_consensus.destroy(node->agreement);
		disk_clear(node);
		engine_clear(node);
		g_hash_table_unref(node->timers);
		g_free(node);
	}
	g_sequence_foreach(net->events, free_event, NULL);
	g_sequence_free(net->events);
	g_hash_table_unref(net->submitted);
	g_hash_table_unref(net->voted);
	g_ptr_array_unref(net->chosen);
	g_rand_free(net->rand);
	g_free(net->config);
	g_free(net);
}

/* ---- what a test does -------------------------------------------------- */

void
net_submit_to(Node *node, guint tx)
{
	g_hash_table_add(node->net->submitted, GUINT_TO_POINTER(tx));
	if (!node->up)
		return;
	g_hash_table_add(node->pool, GUINT_TO_POINTER(tx));
	pbft_consensus.pending(node->agreement);
}

void
net_submit(PbftNet *net, guint tx)
{
	for (guint i = 0; i < net->n; i++)
		net_submit_to(net->nodes[i], tx);
}

void
net_resubmit(PbftNet *net)
{
	GHashTableIter iter;
	gpointer tx;

	g_hash_table_iter_init(&iter, net->submitted);
	while (g_hash_table_iter_next(&iter, &tx, NULL))
		for (guint i = 0; i < net->n; i++)
			engine_resubmit(net->nodes[i], GPOINTER_TO_UINT(tx));
	for (guint i = 0; i < net->n; i++)
		if (net->nodes[i]->up)
			pbft_consensus.pending(net->nodes[i]->agreement);
}

void
net_isolate(Node *node, gboolean cut)
{
	for (guint i = 0; i < node->net->n; i++)
		node->net->cut[i][node->index] =
			node->net->cut[node->index][i] =
				cut && i != node->index;
}

void
net_heal(PbftNet *net)
{
	memset(net->cut, 0, sizeof(net->cut));
}

guint64
net_height(const Node *node)
{
	return node->durable_blocks;
}

gint64
net_status(Node *node, const char *member)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	BufferSink sink = buffer_sink(bytes, 65536);
	json_t *status;
	json_t *value;
	gint64 number;

	g_assert_cmpint(pbft_consensus.status(node->agreement, &sink.sink), ==,
			BSN_OK);
	status = json_loadb((const char *)bytes->data, bytes->len, 0, NULL);
	value = json_object_get(status, member);
	if (value == NULL)
		value = json_object_get(json_object_get(status, "dropped"),
					member);
	g_assert_nonnull(value);
	number = json_is_boolean(value) ? json_is_true(value)
					: json_integer_value(value);
	json_decref(status);
	return number;
}

void
net_give(Node *to, const Node *from, const Message *message)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	message_put(message, bytes);
	pbft_consensus.message(to->agreement,
			       to->net->members[from->index].public_key,
			       buffer_slice(bytes));
}
