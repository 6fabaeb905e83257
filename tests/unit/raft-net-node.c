/* SPDX-License-Identifier: Apache-2.0
 *
 * raft-net: a node with its engine, and what happens to it.
 */
#include "tests/unit/raft-net-private.h"

/* ---- blocks -------------------------------------------------------------- */

const Block *
net_block(GBytes *bytes)
{
	gsize len;
	const Block *block = g_bytes_get_data(bytes, &len);

	g_assert_cmpuint(len, ==, sizeof(Block));
	return block;
}

guint64
net_head_id(const Node *node)
{
	guint n = node->chain->len;

	return n == 0 ? 0 : net_block(node->chain->pdata[n - 1])->id;
}

static gboolean
chain_has(const Node *node, guint64 tx)
{
	for (guint i = 0; i < node->chain->len; i++) {
		const Block *block = net_block(node->chain->pdata[i]);

		for (guint64 k = 0; k < block->n; k++)
			if (block->txs[k] == tx)
				return TRUE;
	}
	return FALSE;
}

static gboolean
made_has(const Node *node, guint64 tx)
{
	const Block *block;

	if (node->made_block == NULL)
		return FALSE;
	block = net_block(node->made_block);
	for (guint64 k = 0; k < block->n; k++)
		if (block->txs[k] == tx)
			return TRUE;
	return FALSE;
}

static int
by_number(gconstpointer a, gconstpointer b)
{
	guint64 x = *(const guint64 *)a;
	guint64 y = *(const guint64 *)b;

	return x < y ? -1 : x > y;
}

static void
fill_block(Net *net, const Node *node, Block *block, gboolean on_made)
{
	g_autoptr(GArray) all = g_array_new(FALSE, FALSE, sizeof(guint64));
	GHashTableIter iter;
	gpointer key, value;

	g_hash_table_iter_init(&iter, net->waiting);
	while (g_hash_table_iter_next(&iter, &key, &value)) {
		guint64 tx = GPOINTER_TO_UINT(key);

		if (!chain_has(node, tx) && !(on_made && made_has(node, tx)))
			g_array_append_val(all, tx);
	}
	g_array_sort(all, by_number);
	for (guint i = 0; i < all->len && block->n < G_N_ELEMENTS(block->txs);
	     i++) {
		guint64 tx = g_array_index(all, guint64, i);

		block->txs[block->n++] = tx;
		value = g_hash_table_lookup(net->waiting, GUINT_TO_POINTER(tx));
		if (GPOINTER_TO_UINT(value) == 0)
			continue;
		block->members = GPOINTER_TO_UINT(value);
		break;
	}
}

static GBytes *
make_block(Net *net, Node *node, guint64 height)
{
	gboolean on_made =
		node->made_block != NULL && height == node->public.height + 2;
	Block block = { .height = height,
			.id = ++net->next_block,
			.author = (guint32)(node - net->nodes) };

	/* A leader that was replaced may have fetched newer blocks. */
	if (node->public.mute_engine || height <= node->public.height)
		return NULL;
	if (height != node->public.height + 1 && !on_made)
		net_broken(net, "block %u is asked for upon %u", (guint)height,
			   (guint)node->public.height);
	block.parent =
		on_made ? net_block(node->made_block)->id : net_head_id(node);
	fill_block(net, node, &block, on_made);
	return block.n == 0 ? NULL : g_bytes_new(&block, sizeof(block));
}

/* ---- one node ------------------------------------------------------------ */

RaftVoters *
net_voters_of(Net *net, guint bits)
{
	RaftVoters *voters = raft_voters_new();

	for (guint i = 0; i < NET_NODES; i++) {
		RaftVoters *more;

		if ((bits & 1u << i) == 0)
			continue;
		more = raft_voters_with(voters, net->nodes[i].public.key);
		g_ptr_array_unref(voters);
		voters = more;
	}
	return voters;
}

guint
net_members_at(const Net *net, const Node *node, guint64 height)
{
	while (height > 0) {
		const Block *block = net_block(node->chain->pdata[--height]);

		if (block->members != 0)
			return block->members;
	}
	return (1u << net->first) - 1;
}

/* The members after all that was decided. */
guint
net_members_now(const Net *net)
{
	for (guint i = net->decided->len; i-- > 0;) {
		const Block *block = net_block(net->decided->pdata[i]);

		if (block->members != 0)
			return block->members;
	}
	return (1u << net->first) - 1;
}

/* Takes a decided or fetched block into the engine's chain. */
static void
take_block(Net *net, guint i, GBytes *bytes)
{
	Node *node = &net->nodes[i];
	const Block *block = net_block(bytes);

	net_check_block(net, i, node, bytes);
	g_ptr_array_add(node->chain, g_bytes_ref(bytes));
	node->public.height = block->height;
	if (node->made_block != NULL &&
	    net_block(node->made_block)->height <= block->height)
		g_clear_pointer(&node->made_block, g_bytes_unref);
	raft_disk_add_block(node->disk, block->height);
	if (block->members == 0)
		return;
	node->members = block->members;
	raft_set_members(node->public.raft, net->now, block->height + 1,
			 net_voters_of(net, block->members));
}

static void
plan_sync(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	guint64 due = net->now + 1 + net_random(net, net->options.sync);

	/* Batches become durable in order. */
	node->synced = MAX(node->synced, due);
	net_add_event(net, (Event){ .due = node->synced,
				    .kind = SYNC,
				    .node = i,
				    .height = raft_disk_batches(node->disk) });
}

static void
save(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	RaftSave change;

	if (!raft_save(node->public.raft, &change))
		return;
	if (node->public.full) {
		net_add_event(net, (Event){ .due = net->now + 20,
					    .kind = RETRY,
					    .node = i });
		return;
	}
	for (guint64 k = change.put_first; k <= change.put_last; k++)
		net_check_entry(net, k, raft_entry(node->public.raft, k));
	raft_disk_add(node->disk, node->public.raft, &change);
	raft_saved(node->public.raft, &change);
	plan_sync(net, i);
}

gint
net_index_of(const Net *net, GBytes *key)
{
	for (guint i = 0; i < NET_NODES; i++)
		if (g_bytes_equal(net->nodes[i].public.key, key))
			return (gint)i;
	return -1;
}

static void
transmit(Net *net, guint from, RaftOut *out)
{
	gint to = net_index_of(net, out->to);
	guint copies = 1;
	GBytes *message = g_byte_array_free_to_bytes(out->message);

	g_bytes_unref(out->to);
	g_assert_cmpint(to, >=, 0);
	if ((net_members_now(net) & 1u << from) != 0)
		net->messages++;
	if (net_random(net, 1000) < net->options.repeat)
		copies++;
	if (net_random(net, 1000) < net->options.drop)
		copies = 0;
	while (copies-- > 0)
		net_add_event(
			net, (Event){
				     .due = net->now + 1 +
					    net_random(net, net->options.delay),
				     .kind = MESSAGE,
				     .node = (guint)to,
				     .from = from,
				     .message = g_bytes_ref(message),
			     });
	g_bytes_unref(message);
}

static gboolean
decide_some(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	RaftDecision decision;
	gboolean any = FALSE;

	while (raft_next_decision(node->public.raft, &decision)) {
		any = TRUE;
		/* The engine may have it by itself. */
		if (decision.height > node->public.height) {
			take_block(net, i, decision.data);
			plan_sync(net, i);
		}
		g_bytes_unref(decision.data);
	}
	return any;
}

static gboolean
propose_some(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	gboolean any = FALSE;
	guint64 height;

	while (raft_wants_proposal(node->public.raft, &height)) {
		GBytes *block = make_block(net, node, height);
		gboolean expects = net->options.expects && block != NULL &&
				   height == node->public.height + 1 &&
				   net_block(block)->members == 0;

		if (block == NULL) {
			raft_no_proposal(node->public.raft);
			continue;
		}
		any = TRUE;
		if (expects) {
			g_clear_pointer(&node->made_block, g_bytes_unref);
			node->made_block = g_bytes_ref(block);
		}
		raft_propose(node->public.raft, net->now, height, block,
			     expects);
	}
	return any;
}

static void
fetch_if_behind(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	guint64 height;
	GBytes *from;

	while (raft_take_behind(node->public.raft, &height, &from)) {
		gint other = net_index_of(net, from);

		g_bytes_unref(from);
		node->public.behind++;
		if (node->fetching)
			continue;
		node->fetching = TRUE;
		net_add_event(
			net, (Event){ .due = net->now + 5 + net_random(net, 50),
				      .kind = FETCHED,
				      .node = i,
				      .from = (guint)other,
				      .height = height });
	}
}

static void
arm(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	guint64 due = raft_deadline(node->public.raft);

	if (due >= node->armed)
		return;
	node->armed = due;
	net_add_event(
		net,
		(Event){ .due = MAX(due, net->now), .kind = TIMER, .node = i });
}

void
net_run_node(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	RaftOut out;

	while (decide_some(net, i) || propose_some(net, i))
		;
	fetch_if_behind(net, i);
	save(net, i);
	while (raft_take_message(node->public.raft, &out))
		transmit(net, i, &out);
	arm(net, i);
	net_check_commit(net, i);
	net_check_leader(net, i);
}

/* ---- what happens -------------------------------------------------------- */

static void
on_synced(Net *net, guint i, guint64 batches)
{
	Node *node = &net->nodes[i];
	guint64 seq;
	guint64 height;

	raft_disk_sync(node->disk, batches, &seq, &height);
	if (seq > 0)
		raft_durable(node->public.raft, net->now, seq);
	if (height > node->durable) {
		node->durable = height;
		raft_applied(node->public.raft, net->now, height);
	}
}

/* Block sync: takes what another node has durable. */
static void
on_fetched(Net *net, guint i, guint from)
{
	Node *node = &net->nodes[i];
	const Node *other = &net->nodes[from];

	node->fetching = FALSE;
	if (other->public.raft == NULL || net->down[from][i])
		return;
	while (node->public.height < other->durable)
		take_block(net, i, other->chain->pdata[node->public.height]);
	plan_sync(net, i);
}

/* Hosts drop what comes from no member. Some time after a node was removed, and
 * when it is no voter any more, all have it so, those that were away from the
 * ticket with which they came back. */
static gboolean
is_dropped(Net *net, guint to, guint from)
{
	guint members = net_members_now(net);
	gint leader = net_leader(net);

	if (net->cuts)
		return (net->nodes[to].members & 1u << from) == 0;
	if (members != net->members) {
		net->members = members;
		net->members_since = net->now;
	}
	members |= net_voters(net, to);
	if (leader >= 0)
		members |= net_voters(net, (guint)leader);
	return (members & 1u << from) == 0 &&
	       net->now > net->members_since + GRACE_MS;
}

static void
on_message(Net *net, const Event *event)
{
	Node *node = &net->nodes[event->node];
	gsize len;
	const void *data = g_bytes_get_data(event->message, &len);

	if (net->down[event->from][event->node] ||
	    is_dropped(net, event->node, event->from))
		return;
	if (!raft_receive(node->public.raft, net->now,
			  net->nodes[event->from].public.key,
			  bsn_slice_of(data, len)))
		net_broken(net, "node %u gets a bad message from %u",
			   event->node, event->from);
}

void
net_handle(Net *net, const Event *event)
{
	Node *node = &net->nodes[event->node];

	if (node->public.raft == NULL ||
	    (event->life != node->life && event->kind != MESSAGE))
		return;
	switch (event->kind) {
	case MESSAGE:
		on_message(net, event);
		break;
	case SYNC:
		on_synced(net, event->node, event->height);
		break;
	case TIMER:
		if (event->due == node->armed)
			node->armed = G_MAXUINT64;
		if (raft_deadline(node->public.raft) <= net->now)
			raft_tick(node->public.raft, net->now);
		break;
	case FETCHED:
		on_fetched(net, event->node, event->from);
		break;
	case RETRY:
		break;
	}
	net_run_node(net, event->node);
}
