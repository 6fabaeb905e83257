/* SPDX-License-Identifier: Apache-2.0
 *
 * raft-net: the nodes, the clock and the queue of what is to happen.
 */
#include <string.h>

#include "tests/unit/raft-net-private.h"

guint64
net_random(Net *net, guint64 below)
{
	guint64 z = net->random += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
	return below == 0 ? 0 : (z ^ z >> 31) % below;
}

guint64
net_now(const Net *net)
{
	return net->now;
}

NetNode *
net_node(Net *net, guint i)
{
	return &net->nodes[i].public;
}

/* ---- events -------------------------------------------------------------- */

static int
by_time(gconstpointer a, gconstpointer b, gpointer unused)
{
	const Event *x = a;
	const Event *y = b;

	(void)unused;
	if (x->due != y->due)
		return x->due < y->due ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static void
event_free(gpointer data)
{
	Event *event = data;

	g_clear_pointer(&event->message, g_bytes_unref);
	g_free(event);
}

void
net_add_event(Net *net, Event event)
{
	event.order = net->order++;
	event.life = net->nodes[event.node].life;
	g_sequence_insert_sorted(net->events, g_memdup2(&event, sizeof(event)),
				 by_time, NULL);
}

static gboolean
step(Net *net, guint64 until)
{
	GSequenceIter *first = g_sequence_get_begin_iter(net->events);
	Event *event;

	if (g_sequence_iter_is_end(first))
		return FALSE;
	event = g_sequence_get(first);
	if (event->due > until)
		return FALSE;
	net->now = MAX(net->now, event->due);
	event = g_memdup2(event, sizeof(*event));
	if (event->message != NULL)
		g_bytes_ref(event->message);
	g_sequence_remove(first);
	net_handle(net, event);
	event_free(event);
	return TRUE;
}

void
net_run(Net *net, guint64 ms)
{
	guint64 until = net->now + ms;

	while (step(net, until))
		;
	net->now = until;
}

gboolean
net_run_until(Net *net, guint64 ms, gboolean (*done)(Net *net))
{
	guint64 until = net->now + ms;

	while (!done(net))
		if (!step(net, until)) {
			net->now = until;
			return done(net);
		}
	return TRUE;
}

/* ---- control ------------------------------------------------------------- */

static GBytes *
load_entry(gpointer user, guint64 index)
{
	return raft_disk_load(((Node *)user)->disk, index);
}

void
net_start(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	RaftOptions options = {
		.election_ms = NET_ELECTION_MS,
		.pipeline = net->options.pipeline,
		.keep = net->options.keep,
		.seed = net_random(net, G_MAXUINT64),
		.self = g_bytes_ref(node->public.key),
		.load = load_entry,
		.user = node,
	};

	g_assert_null(node->public.raft);
	node->life++;
	node->durable = raft_disk_crash(node->disk);
	g_ptr_array_set_size(node->chain, (gint)node->durable);
	node->public.height = node->durable;
	node->members = net_members_at(net, node, node->durable);
	node->armed = G_MAXUINT64;
	node->synced = net->now;
	node->fetching = FALSE;
	g_clear_pointer(&node->made_block, g_bytes_unref);
	node->public.raft = raft_new(
		options,
		raft_disk_record(node->disk,
				 net_voters_of(net, (1u << net->first) - 1)),
		net_voters_of(net, node->members), node->durable, net->now);
	if (g_hash_table_size(net->waiting) > g_hash_table_size(net->committed))
		raft_pending(node->public.raft, net->now);
	net_run_node(net, i);
}

void
net_crash(Net *net, guint i)
{
	Node *node = &net->nodes[i];

	g_clear_pointer(&node->public.raft, raft_free);
}

void
net_link(Net *net, guint i, guint j, gboolean up)
{
	net->down[i][j] = !up;
}

void
net_isolate(Net *net, guint i, gboolean isolated)
{
	for (guint j = 0; j < NET_NODES; j++)
		net->down[i][j] = net->down[j][i] = isolated && i != j;
}

void
net_heal(Net *net)
{
	memset(net->down, 0, sizeof(net->down));
}

void
net_set_faults(Net *net, guint drop, guint repeat, guint64 delay, guint64 sync)
{
	net->options.drop = drop;
	net->options.repeat = repeat;
	net->options.delay = delay;
	net->options.sync = sync;
}

void
net_notice(Net *net, guint i, guint j, gboolean reachable)
{
	Node *node = &net->nodes[i];

	if (node->public.raft == NULL)
		return;
	raft_peer(node->public.raft, net->now, net->nodes[j].public.key,
		  reachable);
	net_run_node(net, i);
}

void
net_hand_over(Net *net, guint i)
{
	Node *node = &net->nodes[i];

	if (node->public.raft == NULL)
		return;
	raft_hand_over(node->public.raft, net->now);
	net_run_node(net, i);
}

void
net_submit_members(Net *net, guint members)
{
	guint64 tx = ++net->next_tx;

	g_hash_table_insert(net->waiting, GUINT_TO_POINTER(tx),
			    GUINT_TO_POINTER(members));
	for (guint i = 0; i < NET_NODES; i++) {
		if (net->nodes[i].public.raft == NULL)
			continue;
		raft_pending(net->nodes[i].public.raft, net->now);
		net_run_node(net, i);
	}
}

void
net_submit(Net *net)
{
	net_submit_members(net, 0);
}

void
net_cut_removed(Net *net)
{
	net->cuts = TRUE;
}

gboolean
net_inject(Net *net, guint to, guint from, const RaftMessage *message)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	gboolean good;

	raft_message_put(message, bytes);
	good = raft_receive(net->nodes[to].public.raft, net->now,
			    net->nodes[from].public.key,
			    bsn_slice_of(bytes->data, bytes->len));
	net_run_node(net, to);
	return good;
}

/* ---- making -------------------------------------------------------------- */

static void
make_node(Node *node, guint i)
{
	guint8 key[4] = { 'k', 'e', 'y', (guint8)i };

	node->public.key = g_bytes_new(key, sizeof(key));
	node->disk = raft_disk_new();
	node->chain =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

Net *
net_new(guint64 seed, guint n, NetOptions options)
{
	Net *net = g_new0(Net, 1);

	net->seed = net->random = seed;
	net->now = 1000;
	net->first = n;
	net->options = options;
	net->events = g_sequence_new(event_free);
	net->waiting = g_hash_table_new(NULL, NULL);
	net->committed = g_hash_table_new(NULL, NULL);
	net->leaders = g_hash_table_new(NULL, NULL);
	net->decided =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	net->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					     (GDestroyNotify)g_bytes_unref);
	net->chosen = g_array_new(FALSE, TRUE, sizeof(guint64));
	for (guint i = 0; i < NET_NODES; i++)
		make_node(&net->nodes[i], i);
	for (guint i = 0; i < n; i++)
		net_start(net, i);
	return net;
}

void
net_free(Net *net)
{
	for (guint i = 0; i < NET_NODES; i++) {
		Node *node = &net->nodes[i];

		raft_free(node->public.raft);
		g_bytes_unref(node->public.key);
		raft_disk_free(node->disk);
		g_ptr_array_unref(node->chain);
		g_clear_pointer(&node->made_block, g_bytes_unref);
	}
	g_sequence_free(net->events);
	g_hash_table_unref(net->waiting);
	g_hash_table_unref(net->committed);
	g_hash_table_unref(net->leaders);
	g_hash_table_unref(net->entries);
	g_ptr_array_unref(net->decided);
	g_array_unref(net->chosen);
	g_free(net);
}
