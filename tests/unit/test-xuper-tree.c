/* SPDX-License-Identifier: Apache-2.0
 *
 * The tree as a protocol sees it: blocks made, admitted, preferred and final;
 * what the store puts off; what is there after a start.
 */
#include "plugins/engine-xuper/chain/final.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-nodes.h"

#define BLOCK(name) bsn_tree_block name = { .size = sizeof(name) }

typedef struct {
	XuperNodes *all;
	bsn_proposer *proposer;
	const bsn_tree *tree;
	GByteArray *bytes;
} Fixture;

static void
setup(Fixture *fixture, gconstpointer data)
{
	fixture->all = nodes_new(2, 2, "xpoa");
	fixture->proposer = &nodes_ledger(fixture->all, 0)->proposer;
	fixture->tree = fixture->proposer->tree;
	fixture->bytes = g_byte_array_new();
}

static void
teardown(Fixture *fixture, gconstpointer data)
{
	g_byte_array_unref(fixture->bytes);
	nodes_free(fixture->all);
}

static bsn_id
root_id(const Fixture *fixture)
{
	BLOCK(block);

	g_assert_cmpint(fixture->tree->root(fixture->proposer, &block), ==,
			BSN_OK);
	return block.id;
}

static void
is_id(const bsn_id *a, const bsn_id *b)
{
	assert_bytes(a->bytes, a->len, b->bytes, b->len);
}

static void
test_genesis(Fixture *fixture, gconstpointer data)
{
	const bsn_id root = root_id(fixture);
	bsn_id chain;
	BLOCK(head);
	BLOCK(found);

	g_assert_cmpint(fixture->tree->head(fixture->proposer, &head), ==,
			BSN_OK);
	is_id(&head.id, &root);
	g_assert_cmpuint(head.height, ==, 0);
	g_assert_cmpuint(head.proposer.len, ==, 0);
	g_assert_cmpuint(head.flags & BSN_TREE_FINAL, ==, BSN_TREE_FINAL);
	g_assert_cmpint(fixture->proposer->chain_id(fixture->proposer, &chain),
			==, BSN_OK);
	is_id(&chain, &root);
	chain.bytes[0] ^= 1;
	g_assert_cmpint(fixture->tree->block(fixture->proposer, &chain, &found),
			==, BSN_NOT_FOUND);
	chain.len = 3;
	g_assert_cmpint(fixture->tree->block(fixture->proposer, &chain, &found),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(fixture->tree->waiting(fixture->proposer), ==,
			BSN_NOT_FOUND);
	g_assert_cmpuint(manual_tree_count(), ==, 2);
	g_assert_cmpuint(fixture->all->nodes[0].agreement->n, ==, 2);
}

static void
test_extend(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	g_autoptr(Tx) tx = NULL;
	g_autoptr(bsn_reply) reply = NULL;
	const bsn_id root = root_id(fixture);
	bsn_id first, second, third;
	BLOCK(block);

	g_assert_cmpint(nodes_extend(all, 0, NULL, 0, fixture->bytes, &first),
			==, BSN_NOT_FOUND);
	tx = nodes_transfer(all, 0, 1, 5);
	reply = nodes_submit(all, 0, tx);
	g_assert_cmpuint(all->nodes[0].agreement->pending, ==, 1);
	g_assert_cmpint(fixture->tree->waiting(fixture->proposer), ==, BSN_OK);
	/* A bare one takes nothing. */
	g_assert_cmpint(nodes_extend(all, 0, NULL,
				     BSN_EXTEND_EMPTY | BSN_EXTEND_BARE,
				     fixture->bytes, &first),
			==, BSN_OK);
	g_assert_cmpint(fixture->tree->block(fixture->proposer, &first, &block),
			==, BSN_OK);
	g_assert_cmpuint(block.flags, ==, 0);
	g_assert_cmpuint(block.height, ==, 1);
	is_id(&block.parent, &root);
	assert_bytes(block.proposer.data, block.proposer.len,
		     nodes_ledger(all, 0)->node_key, PUBLIC_KEY_LEN);
	g_assert_cmpint(nodes_extend(all, 0, NULL, 0, fixture->bytes, &second),
			==, BSN_OK);
	g_assert_cmpint(fixture->tree->waiting(fixture->proposer), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(fixture->tree->head(fixture->proposer, &block), ==,
			BSN_OK);
	g_assert_cmpuint(block.flags, ==, BSN_TREE_LOADED);
	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
				     fixture->bytes, &third),
			==, BSN_OK);
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	g_assert_cmpint(nodes_finalize(all, 0, &second), ==, BSN_OK);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(reply->tx.block, ==, 2);
	/* From the store, and from the tree. */
	g_assert_cmpint(fixture->tree->block(fixture->proposer, &first, &block),
			==, BSN_OK);
	g_assert_cmpuint(block.flags, ==, BSN_TREE_FINAL);
	g_assert_cmpuint(block.height, ==, 1);
	g_assert_cmpint(fixture->tree->block(fixture->proposer, &third, &block),
			==, BSN_OK);
	g_assert_cmpuint(block.flags, ==, 0);
}

/* Two upon the same parent: what the one has is undone for the other. */
static void
test_prefer(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	const bsn_id root = root_id(fixture);
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 5);
	g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);
	bsn_id loaded, empty;
	BLOCK(block);

	g_assert_cmpint(nodes_extend(all, 0, NULL, 0, fixture->bytes, &loaded),
			==, BSN_OK);
	g_assert_cmpint(nodes_extend(all, 0, &root,
				     BSN_EXTEND_EMPTY | BSN_EXTEND_BARE,
				     fixture->bytes, &empty),
			==, BSN_OK);
	g_assert_cmpint(fixture->tree->waiting(fixture->proposer), ==, BSN_OK);
	g_assert_cmpint(fixture->tree->prefer(fixture->proposer, &loaded), ==,
			BSN_OK);
	g_assert_cmpint(fixture->tree->waiting(fixture->proposer), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(fixture->tree->prefer(fixture->proposer, &empty), ==,
			BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 0, &empty), ==, BSN_OK);
	g_assert_cmpint(fixture->tree->block(fixture->proposer, &loaded,
					     &block),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(fixture->tree->prefer(fixture->proposer, &loaded), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(nodes_extend(all, 0, NULL, 0, fixture->bytes, &loaded),
			==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 0, &loaded), ==, BSN_OK);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(reply->tx.block, ==, 2);
}

/* Another node's block excludes what waits here. */
static void
test_excluded(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	const Person before = all->people[0];
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 5);
	g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);
	g_autoptr(Tx) other = NULL;
	g_autoptr(bsn_reply) there = NULL;
	g_autoptr(bsn_reply) again = NULL;
	bsn_id id;

	all->people[0] = before;
	other = nodes_transfer(all, 0, 2, 9);
	there = nodes_submit(all, 1, other);
	g_assert_cmpint(nodes_extend(all, 1, NULL, 0, fixture->bytes, &id), ==,
			BSN_OK);
	g_assert_cmpint(nodes_admit(all, 0, fixture->bytes), ==, BSN_OK);
	/* Not for ever, while that block is not final. */
	g_assert_cmpint(reply->status, ==, BSN_BUSY);
	g_assert_cmpint(reply->err.native, ==, XUPER_DOUBLE_SPEND);
	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(nodes_finalize(all, i, &id), ==, BSN_OK);
	fake_host_settle();
	g_assert_cmpint(there->status, ==, BSN_OK);
	again = nodes_submit(all, 0, tx);
	g_assert_cmpint(again->status, ==, BSN_CONFLICT);
	g_assert_cmpint(again->err.native, ==, XUPER_DOUBLE_SPEND);
}

static void
test_admit(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	g_autoptr(GByteArray) above = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;
	bsn_id id;
	BLOCK(block);

	nodes_block(all, 1);
	g_assert_cmpint(nodes_extend(all, 1, NULL, BSN_EXTEND_EMPTY, above,
				     &id),
			==, BSN_OK);
	/* Its parent is not here. */
	g_assert_cmpint(nodes_admit(all, 0, above), ==, BSN_NOT_FOUND);
	g_assert_cmpint(fixture->tree->read(fixture->proposer,
					    buffer_slice(above), &block, &err),
			==, BSN_OK);
	is_id(&block.id, &id);
	g_assert_cmpuint(block.height, ==, 2);
	above->data[above->len - 1] ^= 1;
	g_assert_cmpint(fixture->tree->read(fixture->proposer,
					    buffer_slice(above), &block, &err),
			>, BSN_OK);
	/* One of a height that is final. */
	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
				     fixture->bytes, &id),
			==, BSN_OK);
	g_assert_cmpint(nodes_admit(all, 1, fixture->bytes), ==, BSN_EXPIRED);
	/* One that is there is fine. */
	g_assert_cmpint(nodes_admit(all, 0, fixture->bytes), ==, BSN_OK);
}

/* ---- the store ------------------------------------------------------------ */

/* What is final while the store is full counts at once, and is carried out in
 * order when it can be. */
static void
test_put_off(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	bsn_chain *chain = all->nodes[0].chain;
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 5);
	g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);
	bsn_id ids[3], none;
	BLOCK(block);

	for (guint i = 0; i < 3; i++)
		g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
					     fixture->bytes, &ids[i]),
				==, BSN_OK);
	fake_chain_set_writable(chain, BSN_FULL);
	g_assert_cmpint(nodes_finalize(all, 0, &ids[0]), ==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 0, &ids[1]), ==, BSN_OK);
	g_assert_cmpuint(nodes_height(all, 0), ==, 0);
	none = root_id(fixture);
	is_id(&none, &ids[1]);
	g_assert_cmpint(fixture->tree->block(fixture->proposer, &ids[0],
					     &block),
			==, BSN_OK);
	g_assert_cmpuint(block.flags & BSN_TREE_FINAL, !=, 0);
	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
				     fixture->bytes, &none),
			==, BSN_BUSY);
	/* It is not above what was decided. */
	g_assert_null(fake_chain_given_up(chain));
	g_assert_cmpint(nodes_finalize(all, 0, &ids[0]), ==, BSN_E_STATE);
	g_assert_true(g_str_has_prefix(fake_chain_given_up(chain),
				       "block 1 is final and cannot be "
				       "applied: block 1 was decided"));
	all->nodes[0].agreement->pending = 0;
	fake_host_advance(1000);
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	g_assert_cmpuint(all->nodes[0].agreement->pending, ==, 0);
	fake_chain_set_writable(chain, BSN_OK);
	fake_host_advance(1000);
	g_assert_cmpuint(nodes_height(all, 0), ==, 2);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(all->nodes[0].agreement->pending, ==, 1);
	g_assert_cmpuint(fake_chain_blocks(chain)->len, ==, 2);
	g_assert_cmpint(nodes_finalize(all, 0, &ids[2]), ==, BSN_OK);
	fake_host_settle();
	g_assert_cmpuint(nodes_height(all, 0), ==, 3);
	fake_host_advance(2000);
	g_assert_cmpuint(fake_chain_timers(chain), ==, 0);
}

typedef struct {
	bsn_tree_sink sink;
	GArray *ids; /* bsn_id */
} Walk;

static int32_t
note_block(bsn_tree_sink *sink, const bsn_tree_block *block)
{
	g_array_append_val(((Walk *)sink)->ids, block->id);
	return BSN_OK;
}

/* What was not final is there again, and may be built upon. */
typedef struct {
	guint n;
	guint64 newest;
} Grown;

static void
count_node(void *owner, LedgerNode *node)
{
	Grown *grown = owner;

	grown->n++;
	grown->newest = MAX(grown->newest, node->block->height);
}

static Grown
grown(const XuperNodes *all)
{
	Grown grown = { 0 };

	ledger_each(nodes_ledger(all, 0)->ledger, count_node, &grown);
	return grown;
}

/* Where nothing becomes final, the oldest blocks that lead nowhere are forgotten
 * on disk, too; the way to the head is kept. */
static void
test_bounded(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_id root = bsn_id_of(ledger_root(nodes_ledger(all, 0)->ledger)
					->block->id,
				HASH_LEN);
	bsn_id id, head;

	for (guint i = 0; i < 5; i++)
		g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
					     bytes, &head),
				==, BSN_OK);
	for (guint i = 0; i < LEDGER_TREE_MAX + 100; i++) {
		fake_host_advance(1);
		g_assert_cmpint(nodes_extend(all, 0, &root, BSN_EXTEND_EMPTY,
					     bytes, &id),
				==, BSN_OK);
		g_assert_cmpint(nodes_tree(all, 0)->prefer(
					&nodes_ledger(all, 0)->proposer, &head),
				==, BSN_OK);
	}
	g_assert_cmpuint(grown(all).n, ==, LEDGER_TREE_MAX);
	g_assert_cmpuint(grown(all).newest, ==, 5);
	g_assert_nonnull(ledger_find(nodes_ledger(all, 0)->ledger, id.bytes));
	nodes_close(all, 0);
	nodes_reopen(all, 0);
	g_assert_cmpuint(grown(all).n, ==, LEDGER_TREE_MAX);
	g_assert_cmpint(nodes_finalize(all, 0, &head), ==, BSN_OK);
	g_assert_cmpuint(grown(all).n, ==, 0);
}

static void
test_restart(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(bsn_id));
	Walk walk = { { note_block }, found };
	bsn_id ids[3], next;

	for (guint i = 0; i < 3; i++)
		g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
					     fixture->bytes, &ids[i]),
				==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 0, &ids[0]), ==, BSN_OK);
	fake_host_settle();
	nodes_crash(all, 0);
	nodes_reopen(all, 0);
	fixture->proposer = &nodes_ledger(all, 0)->proposer;
	g_assert_cmpuint(all->nodes[0].agreement->height, ==, 1);
	next = root_id(fixture);
	is_id(&next, &ids[0]);
	g_assert_cmpint(fixture->tree->walk(fixture->proposer, &walk.sink), ==,
			BSN_OK);
	g_assert_cmpuint(found->len, ==, 2);
	is_id(&g_array_index(found, bsn_id, 0), &ids[1]);
	is_id(&g_array_index(found, bsn_id, 1), &ids[2]);
	g_assert_cmpint(fixture->tree->prefer(fixture->proposer, &ids[2]), ==,
			BSN_OK);
	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
				     fixture->bytes, &next),
			==, BSN_OK);
	g_assert_cmpint(nodes_finalize(all, 0, &next), ==, BSN_OK);
	fake_host_settle();
	g_assert_cmpuint(nodes_height(all, 0), ==, 4);
}

/* ---- members -------------------------------------------------------------- */

typedef struct {
	bsn_members_sink sink;
	guint n;
} Count;

static int32_t
count_member(bsn_members_sink *sink, const bsn_member *member)
{
	((Count *)sink)->n++;
	g_assert_cmpuint(member->role, ==, BSN_ROLE_CONSENSUS);
	return BSN_OK;
}

static void
test_members(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	const bsn_id genesis = root_id(fixture);
	bsn_id id = genesis;
	Count count = { { count_member }, 0 };

	g_assert_cmpint(fixture->tree->members(fixture->proposer, &id,
					       &count.sink),
			==, BSN_OK);
	g_assert_cmpuint(count.n, ==, 2);
	g_assert_cmpint(nodes_extend(all, 0, NULL, BSN_EXTEND_EMPTY,
				     fixture->bytes, &id),
			==, BSN_OK);
	g_assert_cmpint(fixture->tree->members(fixture->proposer, &id,
					       &count.sink),
			==, BSN_OK);
	g_assert_cmpuint(count.n, ==, 4);
	g_assert_cmpint(nodes_finalize(all, 0, &id), ==, BSN_OK);
	g_assert_cmpint(fixture->tree->members(fixture->proposer, &genesis,
					       &count.sink),
			==, BSN_OK);
	g_assert_cmpuint(count.n, ==, 6);
	id.bytes[0] ^= 1;
	g_assert_cmpint(fixture->tree->members(fixture->proposer, &id,
					       &count.sink),
			==, BSN_NOT_FOUND);
}

/* Timers, cookies, messages and peers reach the protocol. */
static void
test_dispatch(Fixture *fixture, gconstpointer data)
{
	XuperNodes *all = fixture->all;
	const bsn_chain_ops *ops = nodes_engine()->chain;
	bsn_ledger *ledger = nodes_ledger(all, 0);
	const bsn_agreement *agreement = all->nodes[0].agreement;
	const guint8 own[] = { BSN_CONSENSUS_BYTE, 1 };

	ops->timer(ledger, BSN_CONSENSUS_BIT | 7);
	g_assert_cmpuint(agreement->timer, ==, BSN_CONSENSUS_BIT | 7);
	ops->durable(ledger, BSN_CONSENSUS_BIT | 9);
	g_assert_cmpuint(agreement->cookie, ==, BSN_CONSENSUS_BIT | 9);
	ops->message(ledger, fake_node_key(1, "ecdsa-p256"),
		     bsn_slice_of(own, 2));
	ops->message(ledger, fake_node_key(1, "ecdsa-p256"),
		     bsn_slice_of(own + 1, 1));
	g_assert_cmpuint(agreement->messages, ==, 1);
	nodes_join(all, 0, 1, TRUE);
	g_assert_cmpuint(agreement->peers, ==, 1);
}

#define ADD(path, test)                                                        \
	g_test_add("/xuper/tree/" path, Fixture, NULL, setup, test, teardown)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("genesis", test_genesis);
	ADD("extend", test_extend);
	ADD("prefer", test_prefer);
	ADD("excluded", test_excluded);
	ADD("admit", test_admit);
	ADD("put-off", test_put_off);
	ADD("restart", test_restart);
	ADD("bounded", test_bounded);
	ADD("members", test_members);
	ADD("dispatch", test_dispatch);
	return g_test_run();
}
