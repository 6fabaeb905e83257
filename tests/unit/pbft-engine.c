/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pbft/pbft.h"
#include "plugins/kit/sink.h"
#include "tests/unit/pbft-net.h"

#define BLOCK_TXS 3u

/* ---- blocks ------------------------------------------------------------ */

static Node *
node_of(bsn_proposer *proposer)
{
	return (Node *)((char *)proposer - offsetof(Node, proposer));
}

static void
block_free(gpointer data)
{
	NetBlock *block = data;

	g_bytes_unref(block->body);
	g_bytes_unref(block->certificate);
	g_free(block);
}

/* Height, a number that means nothing, and each transaction. */
GBytes *
engine_body(guint64 height, const guint *txs, guint n)
{
	GByteArray *bytes = g_byte_array_new();

	wire_put(bytes, height, 8);
	wire_put(bytes, 0, 1);
	for (guint i = 0; i < n; i++)
		wire_put(bytes, txs[i], 8);
	return g_byte_array_free_to_bytes(bytes);
}

GBytes *
engine_alternative(bsn_slice body)
{
	guint8 *copy = g_memdup2(body.data, body.len);

	copy[8] ^= 1;
	return g_bytes_new_take(copy, body.len);
}

/* A reader at the first transaction. */
static Wire
read_body(bsn_slice body, guint64 *height)
{
	Wire reader = wire_of(body);

	*height = wire_u64(&reader);
	(void)wire_u8(&reader);
	return reader;
}

bsn_id
engine_digest(const bsn_id *parent, bsn_slice body)
{
	g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
	bsn_id id = { .len = NET_DIGEST_LEN };
	gsize len = NET_DIGEST_LEN;

	g_checksum_update(sum, parent->bytes, parent->len);
	g_checksum_update(sum, body.data, (gssize)body.len);
	g_checksum_get_digest(sum, id.bytes, &len);
	return id;
}

bsn_id
engine_head(const Node *node)
{
	const NetBlock *last;

	if (node->blocks->len == 0)
		return bsn_id_of("genesis", 7);
	last = node->blocks->pdata[node->blocks->len - 1];
	return last->digest;
}

static gboolean
has_tx(bsn_slice body, guint64 tx)
{
	guint64 height;
	Wire reader = read_body(body, &height);

	while (reader.rest.len > 0 && !reader.bad)
		if (wire_u64(&reader) == tx)
			return TRUE;
	return FALSE;
}

static gboolean
is_decided(const Node *node, guint64 tx)
{
	for (guint i = 0; i < node->blocks->len; i++) {
		const NetBlock *block = node->blocks->pdata[i];

		if (has_tx(bytes_slice(block->body), tx))
			return TRUE;
	}
	return FALSE;
}

/* ---- what the consensus asks ------------------------------------------- */

/* What a block of `height` follows; FALSE when the node cannot tell yet. */
static gboolean
find_parent(const Node *node, guint64 height, bsn_id *parent)
{
	*parent = engine_head(node);
	if (height == node->blocks->len + 1)
		return TRUE;
	if (height != node->blocks->len + 2 ||
	    node->expected_height != height - 1)
		return FALSE;
	*parent = node->expected;
	return TRUE;
}

static gboolean
is_taken(const Node *node, guint64 height, guint64 tx)
{
	return is_decided(node, tx) ||
	       (height == node->blocks->len + 2 &&
		has_tx(bytes_slice(node->expected_body), tx));
}

static guint
choose(const Node *node, guint64 height, guint *txs)
{
	GHashTableIter iter;
	gpointer tx;
	guint n = 0;
	g_autoptr(GList) all = NULL;

	g_hash_table_iter_init(&iter, node->pool);
	while (g_hash_table_iter_next(&iter, &tx, NULL))
		if (!is_taken(node, height, GPOINTER_TO_UINT(tx)))
			all = g_list_prepend(all, tx);
	for (GList *link = all; link != NULL && n < BLOCK_TXS;
	     link = link->next)
		txs[n++] = GPOINTER_TO_UINT(link->data);
	return n;
}

static void
keep(Node *node, bsn_slice body)
{
	g_ptr_array_add(node->known, g_bytes_new(body.data, body.len));
}

static int32_t
propose(bsn_proposer *proposer, uint64_t height, bsn_sink *proposal,
	bsn_id *digest)
{
	Node *node = node_of(proposer);
	guint txs[BLOCK_TXS];
	g_autoptr(GBytes) body = NULL;
	bsn_id parent;
	guint n;

	if (!find_parent(node, height, &parent))
		return BSN_BUSY;
	n = choose(node, height, txs);
	if (n == 0)
		return BSN_NOT_FOUND;
	body = engine_body(height, txs, n);
	*digest = engine_digest(&parent, bytes_slice(body));
	keep(node, bytes_slice(body));
	return proposal->write(proposal, g_bytes_get_data(body, NULL),
			       g_bytes_get_size(body));
}

static int32_t
check_txs(const Node *node, uint64_t height, bsn_slice body, bsn_err *err)
{
	guint64 own;
	Wire reader = read_body(body, &own);

	if (own != height || reader.rest.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST, "no such block");
	while (reader.rest.len > 0) {
		guint64 tx = wire_u64(&reader);

		if (reader.bad ||
		    !g_hash_table_contains(node->net->submitted,
					   GUINT_TO_POINTER((guint)tx)))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"a transaction is not authorised");
		if (is_taken(node, height, tx))
			return bsn_fail(err, BSN_DUPLICATE,
					"a transaction is decided already");
	}
	return BSN_OK;
}

static int32_t
check(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
      bsn_id *digest, bsn_err *err)
{
	Node *node = node_of(proposer);
	bsn_id parent;
	int32_t status;

	if (!find_parent(node, height, &parent))
		return bsn_fail(err, BSN_UNAVAILABLE, "not there yet");
	status = check_txs(node, height, proposal, err);
	if (status != BSN_OK)
		return status;
	*digest = engine_digest(&parent, proposal);
	keep(node, proposal);
	return BSN_OK;
}

static void
check_chosen(Node *node, guint64 height, const bsn_id *digest)
{
	GPtrArray *chosen = node->net->chosen;

	if (node->byzantine)
		return;
	g_assert_cmpuint(height, <=, chosen->len + 1);
	if (height == chosen->len + 1) {
		g_ptr_array_add(chosen, g_memdup2(digest, sizeof(*digest)));
		return;
	}
	if (!id_equal(chosen->pdata[height - 1], digest))
		g_error("node %u decides otherwise at height %u", node->index,
			(guint)height);
}

static void
append(Node *node, bsn_slice body, bsn_slice certificate)
{
	NetBlock *block = g_new0(NetBlock, 1);
	bsn_id parent = engine_head(node);
	guint64 height;
	Wire reader = read_body(body, &height);

	block->digest = engine_digest(&parent, body);
	block->body = g_bytes_new(body.data, body.len);
	block->certificate = g_bytes_new(certificate.data, certificate.len);
	g_ptr_array_add(node->blocks, block);
	while (reader.rest.len > 0)
		g_hash_table_remove(node->pool,
				    GUINT_TO_POINTER((guint)wire_u64(&reader)));
	node->expected_height = 0;
	check_chosen(node, node->blocks->len, &block->digest);
	if (node->net->rotates &&
	    node->blocks->len % NET_EPOCH == NET_EPOCH - 1)
		g_assert_cmpint(
			pbft_consensus.set_members(
				node->agreement, node->blocks->len + 1,
				net_members(node->net, node->blocks->len + 1),
				node->net->n, NULL),
			==, BSN_OK);
}

static gboolean
is_known(const Node *node, bsn_slice body)
{
	for (guint i = 0; i < node->known->len; i++)
		if (bsn_slice_equal(bytes_slice(node->known->pdata[i]), body))
			return TRUE;
	return FALSE;
}

static int32_t
decide(bsn_proposer *proposer, uint64_t height, bsn_slice proposal,
       bsn_slice certificate, bsn_err *err)
{
	Node *node = node_of(proposer);
	const NetBlock *block;
	bsn_err reason = BSN_ERR_INIT;

	if (height <= node->blocks->len)
		return BSN_DUPLICATE;
	g_assert_cmpuint(height, ==, node->blocks->len + 1);
	if (!node->byzantine && node->incarnation == 1)
		g_assert_true(is_known(node, proposal));
	append(node, proposal, certificate);
	block = node->blocks->pdata[height - 1];
	if (node->net->decided == NULL &&
	    pbft_consensus.verify(net_members(node->net, height), node->net->n,
				  height, bsn_id_slice(&block->digest),
				  certificate, &reason) != BSN_OK)
		g_error("%s", reason.reason);
	if (node->net->decided != NULL)
		node->net->decided(node, height);
	disk_put_block(node, height);
	return BSN_OK;
}

static int32_t
chain_id(bsn_proposer *proposer, bsn_id *id)
{
	*id = net_chain_id;
	return BSN_OK;
}

static int32_t
waiting(bsn_proposer *proposer)
{
	guint txs[BLOCK_TXS];
	Node *node = node_of(proposer);

	return choose(node, node->blocks->len + 1, txs) > 0 ? BSN_OK
							    : BSN_NOT_FOUND;
}

static int32_t
expect(bsn_proposer *proposer, uint64_t height, const bsn_id *digest)
{
	Node *node = node_of(proposer);
	bsn_id parent = engine_head(node);

	if (height != node->blocks->len + 1)
		return BSN_BUSY;
	for (guint i = 0; i < node->known->len; i++) {
		GBytes *body = node->known->pdata[i];
		bsn_id own = engine_digest(&parent, bytes_slice(body));

		if (!id_equal(&own, digest))
			continue;
		node->expected = *digest;
		node->expected_height = height;
		g_clear_pointer(&node->expected_body, g_bytes_unref);
		node->expected_body = g_bytes_ref(body);
		return BSN_OK;
	}
	g_error("node %u does not know what it is to expect", node->index);
}

static void
behind(bsn_proposer *proposer, uint64_t height, bsn_slice from)
{
	Node *node = node_of(proposer);

	node->behind_calls++;
	for (guint i = 0; i < node->net->n; i++)
		if (bsn_slice_equal(node->net->members[i].public_key, from))
			net_later_sync(node, i);
}

/* ---- the node's life --------------------------------------------------- */

void
engine_init(Node *node)
{
	node->blocks = g_ptr_array_new_with_free_func(block_free);
	node->pool = g_hash_table_new(NULL, NULL);
	node->known =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	node->proposer = (bsn_proposer){
		.size = sizeof(bsn_proposer),
		.propose = propose,
		.check = check,
		.decide = decide,
		.chain_id = chain_id,
		.behind = behind,
		.waiting = waiting,
		.expect = node->net->pipelined ? expect : NULL,
	};
}

void
engine_clear(Node *node)
{
	g_ptr_array_unref(node->blocks);
	g_ptr_array_unref(node->known);
	g_hash_table_unref(node->pool);
	g_clear_pointer(&node->expected_body, g_bytes_unref);
}

void
engine_lose(Node *node)
{
	g_ptr_array_set_size(node->blocks, (gint)node->durable_blocks);
	g_hash_table_remove_all(node->pool);
	g_ptr_array_set_size(node->known, 0);
	node->expected_height = 0;
}

void
engine_durable(Node *node, guint64 height)
{
	pbft_consensus.applied(node->agreement, height);
}

/* Takes what another node has, if it can prove it. */
void
engine_take(Node *node, const Node *from, guint64 up_to)
{
	while (node->blocks->len < MIN(from->blocks->len, up_to)) {
		guint64 height = node->blocks->len + 1;
		const NetBlock *block = from->blocks->pdata[height - 1];
		bsn_id parent = engine_head(node);
		bsn_id digest =
			engine_digest(&parent, bytes_slice(block->body));

		if (node->net->decided == NULL &&
		    pbft_consensus.verify(
			    net_members(node->net, height), node->net->n,
			    height, bsn_id_slice(&digest),
			    bytes_slice(block->certificate), NULL) != BSN_OK)
			return;
		append(node, bytes_slice(block->body),
		       bytes_slice(block->certificate));
		disk_put_block(node, height);
	}
}

void
engine_sync(Node *node, const Node *from)
{
	if (from->up && !node->net->cut[from->index][node->index])
		engine_take(node, from, G_MAXUINT64);
}

void
engine_check_node(const Node *node)
{
	g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

	for (guint i = 0; i < node->blocks->len; i++) {
		const NetBlock *block = node->blocks->pdata[i];
		guint64 height;
		Wire reader =
			read_body(bytes_slice(block->body), &height);

		g_assert_cmpuint(height, ==, i + 1);
		while (reader.rest.len > 0) {
			gpointer tx =
				GUINT_TO_POINTER((guint)wire_u64(&reader));

			g_assert_true(g_hash_table_contains(
				node->net->submitted, tx));
			g_assert_true(g_hash_table_add(seen, tx));
		}
	}
}

void
engine_resubmit(Node *node, guint tx)
{
	if (node->up && !is_decided(node, tx))
		g_hash_table_add(node->pool, GUINT_TO_POINTER(tx));
}
