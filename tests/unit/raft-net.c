/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/raft-net.h"

#include <string.h>

#include "tests/unit/raft-disk.h"

/* For so long a host lets a member go on that was removed. */
#define GRACE_MS (10u * NET_ELECTION_MS)

/* A block: parent's number in `blocks`, members (0: no change), transactions. */
typedef struct {
	guint64 height;
	guint64 parent; /* id */
	guint64 id;
	guint32 members;
	guint32 author; /* node */
	guint64 n;
	guint64 txs[4];
} Block;

typedef enum { MESSAGE, SYNC, TIMER, FETCHED, RETRY } EventKind;

typedef struct {
	guint64 due, order;
	EventKind kind;
	guint node, from;
	guint64 life; /* of the node, when it was made */
	GBytes *message;
	guint64 height; /* FETCHED: up to it */
} Event;

typedef struct {
	NetNode public;
	RaftDisk *disk;
	GPtrArray *chain; /* GBytes of blocks, from height 1, on disk or not */
	guint64 durable;  /* height */
	guint64 life;
	guint64 synced;   /* time of the last sync */
	guint64 armed;    /* timer */
	guint64 made;     /* proposal that the engine builds upon: height */
	GBytes *made_block;
	gboolean fetching;
	guint members;
} Node;

struct Net {
	guint64 seed, random, now, order, messages;
	NetOptions options;
	GSequence *events;
	Node nodes[NET_NODES];
	gboolean down[NET_NODES][NET_NODES];
	guint first;
	guint members; /* at last sight, since: */
	guint64 members_since;
	gboolean cuts;
	guint64 next_block, next_tx;
	GHashTable *waiting;   /* tx -> members bits */
	GHashTable *committed; /* tx -> height */
	GPtrArray *decided;    /* GBytes by height */
	GHashTable *leaders;   /* term -> node + 1 */
	GHashTable *entries;   /* "index:term" -> GBytes */
	GArray *chosen;        /* terms of committed entries, by index */
};

static void run_node(Net *net, guint i);

G_GNUC_PRINTF(2, 3)
static void
broken(const Net *net, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_error("seed %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT " ms: %s",
		net->seed, net->now, text);
}

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

static void
add_event(Net *net, Event event)
{
	event.order = net->order++;
	event.life = net->nodes[event.node].life;
	g_sequence_insert_sorted(net->events,
				 g_memdup2(&event, sizeof(event)), by_time,
				 NULL);
}

/* ---- blocks -------------------------------------------------------------- */

static const Block *
block_of(GBytes *bytes)
{
	gsize len;
	const Block *block = g_bytes_get_data(bytes, &len);

	g_assert_cmpuint(len, ==, sizeof(Block));
	return block;
}

static guint64
head_id(const Node *node)
{
	guint n = node->chain->len;

	return n == 0 ? 0 : block_of(node->chain->pdata[n - 1])->id;
}

static gboolean
chain_has(const Node *node, guint64 tx)
{
	for (guint i = 0; i < node->chain->len; i++) {
		const Block *block = block_of(node->chain->pdata[i]);

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
	block = block_of(node->made_block);
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
	for (guint i = 0; i < all->len && block->n < G_N_ELEMENTS(block->txs); i++) {
		guint64 tx = g_array_index(all, guint64, i);

		block->txs[block->n++] = tx;
		value = g_hash_table_lookup(net->waiting,
					    GUINT_TO_POINTER(tx));
		if (GPOINTER_TO_UINT(value) == 0)
			continue;
		block->members = GPOINTER_TO_UINT(value);
		break;
	}
}

static GBytes *
make_block(Net *net, Node *node, guint64 height)
{
	gboolean on_made = node->made_block != NULL &&
			   height == node->public.height + 2;
	Block block = { .height = height,
			.id = ++net->next_block,
			.author = (guint32)(node - net->nodes) };

	/* A leader that was replaced may have fetched newer blocks. */
	if (node->public.mute_engine || height <= node->public.height)
		return NULL;
	if (height != node->public.height + 1 && !on_made)
		broken(net, "block %u is asked for upon %u", (guint)height,
		       (guint)node->public.height);
	block.parent = on_made ? block_of(node->made_block)->id
			       : head_id(node);
	fill_block(net, node, &block, on_made);
	return block.n == 0 ? NULL : g_bytes_new(&block, sizeof(block));
}

/* ---- checks -------------------------------------------------------------- */

static void
check_leader(Net *net, guint i)
{
	RaftStatus status = raft_status(net->nodes[i].public.raft);
	gpointer term = GUINT_TO_POINTER(status.term);
	guint seen;

	if (status.role != RAFT_LEADER)
		return;
	seen = GPOINTER_TO_UINT(g_hash_table_lookup(net->leaders, term));
	if (seen != 0 && seen != i + 1)
		broken(net, "nodes %u and %u both lead term %u", seen - 1, i,
		       (guint)status.term);
	if (seen != 0)
		return;
	g_hash_table_insert(net->leaders, term, GUINT_TO_POINTER(i + 1));
	if (status.last < net->chosen->len)
		broken(net, "leader %u has not all that is committed", i);
	for (guint64 k = status.first; k <= net->chosen->len; k++)
		if (raft_entry(net->nodes[i].public.raft, k)->term !=
		    g_array_index(net->chosen, guint64, k - 1))
			broken(net, "leader %u has another entry %u", i,
			       (guint)k);
}

static void
check_commit(Net *net, guint i)
{
	Raft *raft = net->nodes[i].public.raft;
	RaftStatus status = raft_status(raft);
	guint64 from = status.commit > 16 ? status.commit - 16 : 1;

	for (guint64 k = MAX(status.first, from); k <= status.commit; k++) {
		guint64 term = raft_entry(raft, k)->term;

		if (k > net->chosen->len)
			g_array_set_size(net->chosen, (guint)k);
		if (g_array_index(net->chosen, guint64, k - 1) == 0)
			g_array_index(net->chosen, guint64, k - 1) = term;
		if (g_array_index(net->chosen, guint64, k - 1) != term)
			broken(net, "node %u commits another entry %u", i,
			       (guint)k);
	}
}

static void
check_entry(Net *net, guint64 index, const RaftEntry *entry)
{
	char *name = g_strdup_printf("%u:%u", (guint)index,
				     (guint)entry->term);
	GBytes *known = g_hash_table_lookup(net->entries, name);
	GBytes *bytes = entry->data != NULL ? g_bytes_ref(entry->data)
					    : g_bytes_new(NULL, 0);

	if (known != NULL && !g_bytes_equal(known, bytes))
		broken(net, "there are two entries %s", name);
	g_hash_table_replace(net->entries, name, bytes);
}

static void
check_block(Net *net, guint i, const Node *node, GBytes *bytes)
{
	const Block *block = block_of(bytes);

	if (block->height != node->public.height + 1 ||
	    block->parent != head_id(node))
		broken(net, "node %u: block %u does not follow", i,
		       (guint)block->height);
	if ((node->members & 1u << block->author) == 0)
		broken(net, "block %u is by no member",
		       (guint)block->height);
	if (block->height <= net->decided->len) {
		if (!g_bytes_equal(net->decided->pdata[block->height - 1],
				   bytes))
			broken(net, "node %u decides another block %u", i,
			       (guint)block->height);
		return;
	}
	g_ptr_array_add(net->decided, g_bytes_ref(bytes));
	for (guint64 k = 0; k < block->n; k++) {
		gpointer tx = GUINT_TO_POINTER(block->txs[k]);

		if (!g_hash_table_contains(net->waiting, tx) ||
		    !g_hash_table_insert(net->committed, tx,
					 GUINT_TO_POINTER(block->height)))
			broken(net, "transaction %u is in two blocks",
			       (guint)block->txs[k]);
	}
}

/* ---- one node ------------------------------------------------------------ */

static RaftVoters *
voters_of(Net *net, guint bits)
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

static guint
members_at(const Net *net, const Node *node, guint64 height)
{
	while (height > 0) {
		const Block *block =
			block_of(node->chain->pdata[--height]);

		if (block->members != 0)
			return block->members;
	}
	return (1u << net->first) - 1;
}

/* The members after all that was decided. */
static guint
members_now(const Net *net)
{
	for (guint i = net->decided->len; i-- > 0;) {
		const Block *block = block_of(net->decided->pdata[i]);

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
	const Block *block = block_of(bytes);

	check_block(net, i, node, bytes);
	g_ptr_array_add(node->chain, g_bytes_ref(bytes));
	node->public.height = block->height;
	if (node->made_block != NULL &&
	    block_of(node->made_block)->height <= block->height)
		g_clear_pointer(&node->made_block, g_bytes_unref);
	raft_disk_add_block(node->disk, block->height);
	if (block->members == 0)
		return;
	node->members = block->members;
	raft_set_members(node->public.raft, net->now,
			 voters_of(net, block->members));
}

static void
plan_sync(Net *net, guint i)
{
	Node *node = &net->nodes[i];
	guint64 due = net->now + 1 + net_random(net, net->options.sync);

	/* Batches become durable in order. */
	node->synced = MAX(node->synced, due);
	add_event(net, (Event){ .due = node->synced,
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
		add_event(net, (Event){ .due = net->now + 20,
					.kind = RETRY,
					.node = i });
		return;
	}
	for (guint64 k = change.put_first; k <= change.put_last; k++)
		check_entry(net, k, raft_entry(node->public.raft, k));
	raft_disk_add(node->disk, node->public.raft, &change);
	raft_saved(node->public.raft, &change);
	plan_sync(net, i);
}

static gint
index_of(const Net *net, GBytes *key)
{
	for (guint i = 0; i < NET_NODES; i++)
		if (g_bytes_equal(net->nodes[i].public.key, key))
			return (gint)i;
	return -1;
}

static void
transmit(Net *net, guint from, RaftOut *out)
{
	gint to = index_of(net, out->to);
	guint copies = 1;
	GBytes *message = g_byte_array_free_to_bytes(out->message);

	g_bytes_unref(out->to);
	g_assert_cmpint(to, >=, 0);
	if ((members_now(net) & 1u << from) != 0)
		net->messages++;
	if (net_random(net, 1000) < net->options.repeat)
		copies++;
	if (net_random(net, 1000) < net->options.drop)
		copies = 0;
	while (copies-- > 0)
		add_event(net, (Event){
				       .due = net->now + 1 +
					      net_random(net,
							 net->options.delay),
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
				   block_of(block)->members == 0;

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
		gint other = index_of(net, from);

		g_bytes_unref(from);
		node->public.behind++;
		if (node->fetching)
			continue;
		node->fetching = TRUE;
		add_event(net, (Event){ .due = net->now + 5 +
					       net_random(net, 50),
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
	add_event(net, (Event){ .due = MAX(due, net->now),
				.kind = TIMER,
				.node = i });
}

static void
run_node(Net *net, guint i)
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
	check_commit(net, i);
	check_leader(net, i);
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
	guint members = members_now(net);
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
		broken(net, "node %u gets a bad message from %u",
		       event->node, event->from);
}

static void
handle(Net *net, const Event *event)
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
	run_node(net, event->node);
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
	handle(net, event);
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
	node->members = members_at(net, node, node->durable);
	node->armed = G_MAXUINT64;
	node->synced = net->now;
	node->fetching = FALSE;
	g_clear_pointer(&node->made_block, g_bytes_unref);
	node->public.raft = raft_new(
		options,
		raft_disk_record(node->disk,
				 voters_of(net, (1u << net->first) - 1)),
		voters_of(net, node->members), node->durable, net->now);
	if (g_hash_table_size(net->waiting) >
	    g_hash_table_size(net->committed))
		raft_pending(node->public.raft, net->now);
	run_node(net, i);
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
	run_node(net, i);
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
		run_node(net, i);
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
	run_node(net, to);
	return good;
}

/* ---- how it stands ------------------------------------------------------- */

gint
net_leader(Net *net)
{
	guint64 term = 0;
	gint leader = -1;

	for (guint i = 0; i < NET_NODES; i++) {
		RaftStatus status;

		if (net->nodes[i].public.raft == NULL)
			continue;
		status = raft_status(net->nodes[i].public.raft);
		if (status.role == RAFT_LEADER && status.term >= term) {
			term = status.term;
			leader = (gint)i;
		}
	}
	return leader;
}

gboolean
net_has_leader(Net *net)
{
	return net_leader(net) >= 0;
}

guint64
net_height(const Net *net)
{
	return net->decided->len;
}

gboolean
net_is_settled(Net *net)
{
	guint members = members_now(net);

	if (g_hash_table_size(net->committed) <
	    g_hash_table_size(net->waiting))
		return FALSE;
	for (guint i = 0; i < NET_NODES; i++) {
		const Node *node = &net->nodes[i];

		if ((members & 1u << i) != 0 &&
		    (node->public.raft == NULL ||
		     node->durable < net->decided->len ||
		     net_voters(net, i) != members))
			return FALSE;
	}
	return TRUE;
}

gboolean
net_is_quiet(Net *net)
{
	guint members = members_now(net);

	if (!net_is_settled(net))
		return FALSE;
	for (guint i = 0; i < NET_NODES; i++)
		if ((members & 1u << i) != 0 &&
		    raft_deadline(net->nodes[i].public.raft) != G_MAXUINT64)
			return FALSE;
	return TRUE;
}

guint64
net_messages(const Net *net)
{
	return net->messages;
}

guint
net_voters(Net *net, guint i)
{
	RaftStatus status = raft_status(net->nodes[i].public.raft);
	guint bits = 0;

	for (guint k = 0; k < status.voters->len; k++)
		bits |= 1u << index_of(net, status.voters->pdata[k]);
	return bits;
}

static void
describe_node(Net *net, guint i, GString *text)
{
	const Node *node = &net->nodes[i];
	RaftStatus status;

	g_string_append_printf(text, "node %u: height %u, durable %u, "
				     "members %02x",
			       i, (guint)node->public.height,
			       (guint)node->durable, node->members);
	if (node->public.raft != NULL) {
		status = raft_status(node->public.raft);
		g_string_append_printf(
			text, ", role %d, leader %d, term %u, log %u-%u, "
			      "commit %u, voters %02x, quiet %d",
			(int)status.role,
			status.leader != NULL ? index_of(net, status.leader)
					      : -1,
			(guint)status.term, (guint)status.first,
			(guint)status.last, (guint)status.commit,
			net_voters(net, i), status.quiet);
	}
	g_string_append_c(text, '\n');
}

char *
net_describe(Net *net)
{
	GString *text = g_string_new("\n");

	g_string_append_printf(text, "members %02x, height %u, %u of %u "
				     "transactions\n",
			       members_now(net), net->decided->len,
			       g_hash_table_size(net->committed),
			       g_hash_table_size(net->waiting));
	for (guint i = 0; i < NET_NODES; i++)
		describe_node(net, i, text);
	return g_string_free(text, FALSE);
}

/* ---- making -------------------------------------------------------------- */

static void
make_node(Node *node, guint i)
{
	guint8 key[4] = { 'k', 'e', 'y', (guint8)i };

	node->public.key = g_bytes_new(key, sizeof(key));
	node->disk = raft_disk_new();
	node->chain = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
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
	net->decided = g_ptr_array_new_with_free_func(
		(GDestroyNotify)g_bytes_unref);
	net->entries = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free,
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
