/* SPDX-License-Identifier: Apache-2.0
 *
 * raft-net: what Raft promises, and how it stands.
 */
#include "tests/unit/raft-net-private.h"

void
net_broken(const Net *net, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_error("seed %" G_GUINT64_FORMAT ", %" G_GUINT64_FORMAT " ms: %s",
		net->seed, net->now, text);
}

/* ---- checks -------------------------------------------------------------- */

void
net_check_leader(Net *net, guint i)
{
	RaftStatus status = raft_status(net->nodes[i].public.raft);
	gpointer term = GUINT_TO_POINTER(status.term);
	guint seen;

	if (status.role != RAFT_LEADER)
		return;
	seen = GPOINTER_TO_UINT(g_hash_table_lookup(net->leaders, term));
	if (seen != 0 && seen != i + 1)
		net_broken(net, "nodes %u and %u both lead term %u", seen - 1,
			   i, (guint)status.term);
	if (seen != 0)
		return;
	g_hash_table_insert(net->leaders, term, GUINT_TO_POINTER(i + 1));
	if (status.last < net->chosen->len)
		net_broken(net, "leader %u has not all that is committed", i);
	for (guint64 k = status.first; k <= net->chosen->len; k++) {
		guint64 want = g_array_index(net->chosen, guint64, k - 1);

		/* 0: compacted away with the step that committed it. */
		if (want != 0 &&
		    raft_entry(net->nodes[i].public.raft, k)->term != want)
			net_broken(net, "leader %u has another entry %u", i,
				   (guint)k);
	}
}

void
net_check_commit(Net *net, guint i)
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
			net_broken(net, "node %u commits another entry %u", i,
				   (guint)k);
	}
}

void
net_check_entry(Net *net, guint64 index, const RaftEntry *entry)
{
	char *name = g_strdup_printf("%u:%u", (guint)index, (guint)entry->term);
	GBytes *known = g_hash_table_lookup(net->entries, name);
	GBytes *bytes = entry->data != NULL ? g_bytes_ref(entry->data)
					    : g_bytes_new(NULL, 0);

	if (known != NULL && !g_bytes_equal(known, bytes))
		net_broken(net, "there are two entries %s", name);
	g_hash_table_replace(net->entries, name, bytes);
}

void
net_check_block(Net *net, guint i, const Node *node, GBytes *bytes)
{
	const Block *block = net_block(bytes);

	if (block->height != node->public.height + 1 ||
	    block->parent != net_head_id(node))
		net_broken(net, "node %u: block %u does not follow", i,
			   (guint)block->height);
	if ((node->members & 1u << block->author) == 0)
		net_broken(net, "block %u is by no member",
			   (guint)block->height);
	if (block->height <= net->decided->len) {
		if (!g_bytes_equal(net->decided->pdata[block->height - 1],
				   bytes))
			net_broken(net, "node %u decides another block %u", i,
				   (guint)block->height);
		return;
	}
	g_ptr_array_add(net->decided, g_bytes_ref(bytes));
	for (guint64 k = 0; k < block->n; k++) {
		gpointer tx = GUINT_TO_POINTER(block->txs[k]);

		if (!g_hash_table_contains(net->waiting, tx) ||
		    !g_hash_table_insert(net->committed, tx,
					 GUINT_TO_POINTER(block->height)))
			net_broken(net, "transaction %u is in two blocks",
				   (guint)block->txs[k]);
	}
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
	guint members = net_members_now(net);

	if (g_hash_table_size(net->committed) < g_hash_table_size(net->waiting))
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
	guint members = net_members_now(net);

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
		bits |= 1u << net_index_of(net, status.voters->pdata[k]);
	return bits;
}

static void
describe_node(Net *net, guint i, GString *text)
{
	const Node *node = &net->nodes[i];
	RaftStatus status;

	g_string_append_printf(text,
			       "node %u: height %u, durable %u, "
			       "members %02x",
			       i, (guint)node->public.height,
			       (guint)node->durable, node->members);
	if (node->public.raft != NULL) {
		status = raft_status(node->public.raft);
		g_string_append_printf(
			text,
			", role %d, leader %d, term %u, log %u-%u, "
			"commit %u, voters %02x, quiet %d",
			(int)status.role,
			status.leader != NULL ? net_index_of(net, status.leader)
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

	g_string_append_printf(text,
			       "members %02x, height %u, %u of %u "
			       "transactions\n",
			       net_members_now(net), net->decided->len,
			       g_hash_table_size(net->committed),
			       g_hash_table_size(net->waiting));
	for (guint i = 0; i < NET_NODES; i++)
		describe_node(net, i, text);
	return g_string_free(text, FALSE);
}
