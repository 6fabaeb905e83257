/* SPDX-License-Identifier: Apache-2.0
 *
 * Private data with its block, and late: who gets it, from whom, and who never.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-spread.h"

#define ALL "OR('Org1MSP.member','Org2MSP.member','Org3MSP.member')"
#define MARKER "a value that nobody else has"

static void
ignore(gpointer owner, int32_t status, const bsn_err *err)
{
	(void)owner;
	(void)err;
	g_assert_cmpint(status, ==, BSN_OK);
}

/* Endorsed by a node; given to whom its collection says. */
static PrivateTx *
endorse(PrivateNet *net, guint node, const char *write)
{
	PrivateTx *tx = private_net_simulate(net, node, write);

	(void)private_spread(&net->nodes[node].channel, tx->tx_id, 1,
			     buffer_slice(tx->sets), ignore, NULL);
	private_net_settle(net);
	return tx;
}

static void
write(PrivateNet *net, const char *text, guint nodes)
{
	g_autoptr(PrivateTx) tx = endorse(net, 0, text);

	private_net_commit(net, tx, nodes);
}

static void
assert_value(PrivateNet *net, guint node, const char *key, const char *want)
{
	g_autofree char *value = private_net_value(net, node, key);

	g_assert_cmpstr(value, ==, want);
}

static guint
missing(PrivateNet *net, guint node)
{
	return private_net_count(net, node, "missing");
}

/* ---- with the block ---- */

static void
test_commit(gconstpointer sm)
{
	g_autoptr(PrivateNet) net = private_net_new(GPOINTER_TO_INT(sm));

	write(net, "a=" MARKER, ALL_NODES);
	assert_value(net, 0, "a", MARKER);
	private_net_advance(net, 60000);
	for (guint i = 0; i < PRIVATE_NODES; i++) {
		assert_value(net, i, "a",
			     i == PRIVATE_STRANGER ? "?" : MARKER);
		g_assert_cmpuint(missing(net, i), ==, 0);
		g_assert_cmpuint(net->nodes[i].due_ms, ==, 0);
	}
	g_assert_true(private_net_leaks(net, 1, MARKER));
	g_assert_false(private_net_leaks(net, PRIVATE_STRANGER, MARKER));
	g_assert_cmpuint(net->nodes[PRIVATE_STRANGER].asked, ==, 0);
	write(net, "a", ALL_NODES);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		assert_value(net, i, "a", "-");
	g_assert_cmpuint(net->questions.length, ==, 0);
}

/* What one endorser has is not what the block says; another one's is. */
static void
test_several_sets(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	g_autoptr(PrivateTx) wrong = private_net_simulate(net, 0, "a=other");

	for (guint i = 0; i < 2; i++) {
		const PrivateTx *one = i == 0 ? wrong : tx;

		(void)private_spread(&net->nodes[0].channel, tx->tx_id, 1,
				     buffer_slice(one->sets), ignore, NULL);
		private_net_settle(net);
	}
	private_net_commit(net, tx, 1u << 0);
	assert_value(net, 0, "a", "value");
	g_assert_cmpuint(missing(net, 0), ==, 0);
}

/* A block that the store refuses leaves everything as it was. */
static void
test_refused_block(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = endorse(net, 0, "a=value");
	FabricLedger *ledger = net->nodes[0].ledger;
	g_autoptr(GByteArray) block = NULL;

	fabric_ledger_add(ledger, g_byte_array_ref(tx->envelope));
	block = fabric_ledger_block(ledger);
	fake_chain_set_writable(ledger->chain, BSN_BUSY);
	g_assert_cmpint(fabric_ledger_append(ledger, buffer_slice(block), NULL),
			==, BSN_BUSY);
	fake_chain_set_writable(ledger->chain, BSN_OK);
	private_net_commit(net, tx, 1u << 0);
	assert_value(net, 0, "a", "value");
}

/* ---- late ---- */

/* Nobody who can be reached has it; then somebody has. */
static void
test_retries(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");

	private_net_commit(net, tx, ALL_NODES);
	private_net_advance(net, 2000);
	assert_value(net, 1, "a", "?");
	g_assert_cmpuint(missing(net, 1), ==, 1);
	/* It is looked for ever less often. */
	g_assert_cmpuint(net->nodes[1].due_ms, >, net->now_ms);
	private_net_advance(net, 600000);
	g_assert_cmpuint(net->nodes[1].due_ms, <=, net->now_ms + 60000);
	g_assert_cmpuint(net->nodes[PRIVATE_STRANGER].asked, ==, 0);
	/* As if node 0 had got it from somewhere. */
	{
		g_autoptr(GTree) updates = state_tree_new();
		g_auto(Arena) arena = ARENA_INIT;
		const bsn_slice value = TEXT("value");

		state_tree_take(
			updates,
			state_item_new(private_state_key(&arena, TEXT("basic"),
							 TEXT("secret"),
							 TEXT("a")),
				       (Version){ 1, 0 },
				       bsn_slice_of(NULL, 0), &value));
		g_assert_cmpint(private_put_late(net->nodes[0].ledger->ledger,
						 updates, NULL, 0, 0, NULL),
				==, BSN_OK);
	}
	private_net_advance(net, 60000);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		assert_value(net, i, "a",
			     i == PRIVATE_STRANGER ? "?" : "value");
	g_assert_cmpuint(missing(net, 1), ==, 0);
}

/* A node that was down gets what it has missed when it is back, but for what was
 * overwritten or deleted. */
static void
test_after_downtime(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(GPtrArray) txs = g_ptr_array_new_with_free_func(
		(GDestroyNotify)private_tx_free);
	static const char *const writes[] = { "a=1", "b=1", "c=1", "a=2",
					      "c" };

	private_net_reach(net, 4, FALSE);
	for (guint i = 0; i < G_N_ELEMENTS(writes); i++) {
		PrivateTx *tx = endorse(net, 0, writes[i]);

		g_ptr_array_add(txs, tx);
		private_net_commit(net, tx, ALL_NODES & ~(1u << 4));
	}
	private_net_advance(net, 60000);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		private_net_reach(net, i, i == 4);
	for (guint i = 0; i < txs->len; i++)
		private_net_commit(net, txs->pdata[i], 1u << 4);
	/* Nobody can be asked: nothing is tried either. */
	private_net_advance(net, 60000);
	g_assert_cmpuint(net->nodes[4].due_ms, ==, 0);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		private_net_reach(net, i, TRUE);
	private_net_advance(net, 60000);
	assert_value(net, 4, "a", "2");
	assert_value(net, 4, "b", "1");
	assert_value(net, 4, "c", "-");
	g_assert_cmpuint(missing(net, 4), ==, 0);
}

/* It is still looked for after a restart, and after a crash. */
static void
test_after_restart(gconstpointer crash)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = endorse(net, 0, "a=value");
	guint who;

	private_net_reach(net, 0, FALSE);
	private_net_commit(net, tx, ALL_NODES & ~1u);
	private_net_advance(net, 60000);
	for (guint i = 1; i < PRIVATE_NODES; i++)
		private_net_reach(net, i, FALSE);
	/* It came to one that was given it, and from there. */
	private_net_commit(net, tx, 1u);
	assert_value(net, 0, "a", "value");
	who = 3;
	assert_value(net, who, "a", "value");
	fake_host_settle();
	private_net_restart(net, who, GPOINTER_TO_INT(crash));
	assert_value(net, who, "a", "value");
	for (guint i = 0; i < PRIVATE_NODES; i++)
		private_net_reach(net, i, TRUE);
	private_net_advance(net, 60000);
	g_assert_cmpuint(missing(net, who), ==, 0);
}

static void
test_missing_survives(gconstpointer crash)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = endorse(net, 0, "a=value");

	for (guint i = 0; i < 4; i++)
		private_net_reach(net, i, FALSE);
	private_net_commit(net, tx, 1u << 3 | 1u << 0);
	fake_host_settle();
	g_assert_cmpuint(missing(net, 3), ==, 1);
	private_net_restart(net, 3, GPOINTER_TO_INT(crash));
	g_assert_cmpuint(missing(net, 3), ==, 1);
	private_net_reach(net, 0, TRUE);
	private_net_advance(net, 60000);
	assert_value(net, 3, "a", "value");
	g_assert_cmpuint(missing(net, 3), ==, 0);
}

/* Many, in more than one question, and answers that do not take all. */
static void
test_many(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	const guint n = PRIVATE_TAKE_MAX + 40;
	g_autofree char *long_value = g_strnfill(PRIVATE_TAKEN_BYTES / 4, 'x');

	private_net_reach(net, 4, FALSE);
	for (guint i = 0; i < n; i++) {
		g_autofree char *text =
			i % 64 == 0 ? g_strdup_printf("key%u=%s", i, long_value)
				    : g_strdup_printf("key%u=%u", i, i);
		g_autoptr(PrivateTx) tx = endorse(net, 0, text);

		private_net_commit(net, tx, 1u | 1u << 4);
	}
	g_assert_cmpuint(missing(net, 4), ==, n);
	private_net_advance(net, 0);
	net->nodes[0].asked = 0;
	private_net_reach(net, 4, TRUE);
	private_net_advance(net, 60000);
	g_assert_cmpuint(missing(net, 4), ==, 0);
	for (guint i = 1; i < n; i += 64) {
		g_autofree char *key = g_strdup_printf("key%u", i);
		g_autofree char *value = g_strdup_printf("%u", i);

		assert_value(net, 4, key, value);
	}
	assert_value(net, 4, "key64", long_value);
}

/* ---- who lies ---- */

static void
test_liar(gconstpointer kind)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;

	private_net_reach(net, 4, FALSE);
	tx = endorse(net, 0, "a=value");
	private_net_commit(net, tx, ALL_NODES & ~(1u << 4));
	private_net_advance(net, 60000);
	/* Whoever is asked first lies, and only one does not. */
	for (guint i = 0; i < 3; i++)
		net->nodes[i].kind = (AnswerKind)GPOINTER_TO_INT(kind);
	private_net_reach(net, 4, TRUE);
	private_net_commit(net, tx, 1u << 4);
	private_net_settle(net);
	assert_value(net, 4, "a", "value");
	private_net_advance(net, 1000);
	g_assert_cmpuint(missing(net, 4), ==, 0);
}

/* Everybody lies: nothing is believed, nothing is given up. */
static void
test_all_lie(gconstpointer kind)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;

	private_net_reach(net, 4, FALSE);
	tx = endorse(net, 0, "a=value");
	private_net_commit(net, tx, ALL_NODES & ~(1u << 4));
	private_net_advance(net, 60000);
	for (guint i = 0; i < 4; i++)
		net->nodes[i].kind = (AnswerKind)GPOINTER_TO_INT(kind);
	private_net_reach(net, 4, TRUE);
	private_net_commit(net, tx, 1u << 4);
	private_net_advance(net, 60000);
	assert_value(net, 4, "a", "?");
	g_assert_cmpuint(missing(net, 4), ==, 1);
	net->nodes[3].kind = ANSWER_HONEST;
	private_net_advance(net, 60000);
	assert_value(net, 4, "a", "value");
}

/* Some values that node 4 has missed. */
static void
miss(PrivateNet *net, guint n)
{
	private_net_reach(net, 4, FALSE);
	for (guint i = 0; i < n; i++) {
		g_autofree char *text = g_strdup_printf("key%u=%u", i, i);
		g_autoptr(PrivateTx) tx = endorse(net, 0, text);

		private_net_commit(net, tx, ALL_NODES);
	}
	private_net_advance(net, 60000);
	g_assert_cmpuint(missing(net, 4), ==, n);
}

/* What is given twice does not stand for what is not given. */
static void
test_given_twice(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);

	miss(net, 5);
	for (guint i = 0; i < 4; i++)
		net->nodes[i].kind = ANSWER_TWICE;
	private_net_reach(net, 4, TRUE);
	private_net_settle(net);
	for (guint i = 0; i < 4; i++)
		net->nodes[i].kind = ANSWER_HONEST;
	private_net_advance(net, 60000);
	g_assert_cmpuint(missing(net, 4), ==, 0);
	assert_value(net, 4, "key4", "4");
}

/* Members that give little or nothing at a time do not keep it from asking
 * others. */
static void
hold_up(AnswerKind kind, guint honest)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	const guint64 begun_ms = net->now_ms;

	miss(net, 60);
	for (guint i = 0; i < 4; i++) {
		net->nodes[i].kind = i == honest ? ANSWER_HONEST : kind;
		net->nodes[i].asked = 0;
	}
	private_net_reach(net, 4, TRUE);
	private_net_advance(net, 1000);
	g_assert_cmpuint(missing(net, 4), ==, 0);
	g_assert_cmpuint(net->now_ms, <, begun_ms + 60000 + 3 * 70000);
	for (guint i = 0; i < 4; i++)
		g_assert_cmpuint(net->nodes[i].asked, <, 10);
}

static void
test_hold_up(gconstpointer kind)
{
	static const guint honest[] = { 0, 1, 3 };

	for (guint i = 0; i < G_N_ELEMENTS(honest); i++)
		hold_up((AnswerKind)GPOINTER_TO_INT(kind), honest[i]);
}

/* ---- members that come and go ---- */

/* Who becomes a member gets what there is now, and what comes. */
static void
test_late_member(gconstpointer restarts)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	const guint n = 250; /* pages of digests */

	for (guint i = 0; i < n; i++) {
		g_autofree char *text = g_strdup_printf("key%u=%u", i, i);

		write(net, text, ALL_NODES);
	}
	write(net, "key7=" MARKER, ALL_NODES);
	write(net, "key8", ALL_NODES);
	private_net_advance(net, 60000);
	g_assert_false(private_net_leaks(net, PRIVATE_STRANGER, MARKER));
	private_net_define(net, ALL, 0, 1, 0);
	if (GPOINTER_TO_INT(restarts)) {
		fake_host_settle();
		private_net_restart(net, PRIVATE_STRANGER, TRUE);
	}
	private_net_advance(net, 60000);
	assert_value(net, PRIVATE_STRANGER, "key7", MARKER);
	assert_value(net, PRIVATE_STRANGER, "key8", "-");
	assert_value(net, PRIVATE_STRANGER, "key0", "0");
	assert_value(net, PRIVATE_STRANGER, "key249", "249");
	g_assert_cmpuint(missing(net, PRIVATE_STRANGER), ==, 0);
	g_assert_cmpuint(net->nodes[PRIVATE_STRANGER].due_ms, ==, 0);
	write(net, "key8=again", ALL_NODES);
	private_net_advance(net, 60000);
	assert_value(net, PRIVATE_STRANGER, "key8", "again");
}

/* Who is a member no more asks nobody, and is answered by nobody. */
static void
test_former_member(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;

	private_net_define(net, ALL, 0, 0, 0);
	private_net_advance(net, 0);
	private_net_reach(net, PRIVATE_STRANGER, FALSE);
	tx = endorse(net, 0, "a=" MARKER);
	private_net_commit(net, tx, ALL_NODES & ~(1u << PRIVATE_STRANGER));
	private_net_advance(net, 60000);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		private_net_reach(net, i, FALSE);
	private_net_commit(net, tx, 1u << PRIVATE_STRANGER);
	g_assert_cmpuint(missing(net, PRIVATE_STRANGER), ==, 1);
	private_net_define(net, "OR('Org1MSP.member','Org2MSP.member')", 0, 0,
			   0);
	for (guint i = 0; i < PRIVATE_NODES; i++)
		private_net_reach(net, i, TRUE);
	private_net_advance(net, 60000);
	assert_value(net, PRIVATE_STRANGER, "a", "?");
	g_assert_cmpuint(missing(net, PRIVATE_STRANGER), ==, 0);
	g_assert_false(private_net_leaks(net, PRIVATE_STRANGER, MARKER));
}

/* A node that is of another organisation from now on. */
static void
test_other_self(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	PrivateNode *node = &net->nodes[PRIVATE_STRANGER];

	write(net, "a=value", ALL_NODES);
	private_net_advance(net, 60000);
	assert_value(net, PRIVATE_STRANGER, "a", "?");
	node->self.msp = net->nodes[1].self.msp;
	private_members_changed(&node->channel);
	private_net_advance(net, 60000);
	assert_value(net, PRIVATE_STRANGER, "a", "value");
}

/* ---- who asks ---- */

static GByteArray *
make_take(const Suite *suite, const char *collection, const char *key,
	  guint64 block)
{
	Bsn__Private__TakeKey one = BSN__PRIVATE__TAKE_KEY__INIT;
	Bsn__Private__TakeKey *keys[] = { &one };
	Bsn__Private__TakeCollection of = BSN__PRIVATE__TAKE_COLLECTION__INIT;
	Bsn__Private__TakeCollection *collections[] = { &of };
	Bsn__Private__Take take = BSN__PRIVATE__TAKE__INIT;
	const bsn_slice bytes = TEXT(key);
	guint8 hash[HASH_LEN];

	g_assert_cmpint(suite_digest(suite, &bytes, 1, hash), ==, BSN_OK);
	one.key_hash = (ProtobufCBinaryData){ sizeof(hash), hash };
	one.block = block;
	of.namespace_ = (char *)"basic";
	of.collection = (char *)collection;
	of.n_keys = 1;
	of.keys = keys;
	take.n_collections = 1;
	take.collections = collections;
	return message_pack(&take);
}

static int32_t
ask(PrivateNet *net, guint from, guint to, const char *collection,
    guint64 block)
{
	g_autoptr(GByteArray) bytes = make_take(&net->suite, collection, "a", block);

	private_net_ask(net, from, to, NET_ASK_PRIVATE_TAKE,
			buffer_slice(bytes));
	return net->status;
}

static guint
count_answered(const PrivateNet *net)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Bsn__Private__Taken *taken;
	PrivateSet *sets;
	guint n;

	g_assert_cmpint(private_taken_read(&arena, bytes_slice(net->answer), 1,
					   &taken, &sets, &n, NULL),
			==, BSN_OK);
	g_assert_cmpuint(taken->looked_at, ==, 1);
	return n;
}

static void
test_asked(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	MspIdentity *proven = net->nodes[1].peer.identity;

	write(net, "a=" MARKER, ALL_NODES);
	g_assert_cmpint(ask(net, 1, 0, "secret", 1), ==, BSN_OK);
	g_assert_cmpuint(count_answered(net), ==, 1);
	/* Another version than the one that is there. */
	g_assert_cmpint(ask(net, 1, 0, "secret", 2), ==, BSN_OK);
	g_assert_cmpuint(count_answered(net), ==, 0);
	g_assert_cmpint(ask(net, PRIVATE_STRANGER, 0, "secret", 1), ==,
			BSN_DENIED);
	g_assert_cmpint(ask(net, 1, 0, "other", 1), ==, BSN_DENIED);
	g_assert_cmpint(ask(net, 1, 0, "_implicit_org_Org1MSP", 1), ==,
			BSN_DENIED);
	net->nodes[1].peer.identity = NULL;
	g_assert_cmpint(ask(net, 1, 0, "secret", 1), ==, BSN_DENIED);
	net->nodes[1].peer.identity = proven;
	private_net_ask(net, 1, 0, NET_ASK_PRIVATE_TAKE, TEXT(""));
	g_assert_cmpint(net->status, ==, BSN_BAD_REQUEST);
	g_assert_false(private_net_leaks(net, PRIVATE_STRANGER, MARKER));
	private_net_advance(net, 60000);
	g_assert_false(private_net_leaks(net, PRIVATE_STRANGER, MARKER));
}

/* All that can happen, and nothing of it comes to who is no member. */
static void
test_marker(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	const guint who = PRIVATE_STRANGER;

	private_net_define(net, "OR('Org1MSP.member','Org2MSP.member')", 1, 3,
			   0);
	for (guint i = 0; i < 20; i++) {
		g_autofree char *text =
			g_strdup_printf("key%u=" MARKER "%u", i % 7, i);
		g_autoptr(PrivateTx) tx = NULL;

		private_net_reach(net, 1 + i % 4, FALSE);
		tx = endorse(net, i % 2 == 0 ? 0 : 3, text);
		private_net_reach(net, 1 + i % 4, TRUE);
		private_net_commit(net, tx, ALL_NODES);
		private_net_advance(net, 100);
		(void)ask(net, who, i % 2, "secret", i);
		if (i % 5 == 0)
			private_net_restart(net, i % 4, FALSE);
	}
	private_net_advance(net, 120000);
	for (guint i = 0; i < PRIVATE_NODES; i++) {
		g_assert_cmpuint(missing(net, i), ==, 0);
		g_assert_true(private_net_leaks(net, i, MARKER) == (i != who));
	}
	assert_value(net, 1, "key5", MARKER "19");
	assert_value(net, 4, "key6", MARKER "13");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	fake_host_load("crypto-std.so");
	fake_host_load("crypto-gm.so");
#define TEST(name, function) \
	g_test_add_func("/fabric-reconcile/" name, function)
#define TEST_WITH(name, data, function)                 \
	g_test_add_data_func("/fabric-reconcile/" name, \
			     GINT_TO_POINTER(data), function)
	TEST_WITH("commit", FALSE, test_commit);
	TEST_WITH("commit/sm", TRUE, test_commit);
	TEST("several-sets", test_several_sets);
	TEST("refused-block", test_refused_block);
	TEST("retries", test_retries);
	TEST("downtime", test_after_downtime);
	TEST_WITH("restart", FALSE, test_after_restart);
	TEST_WITH("crash", TRUE, test_after_restart);
	TEST_WITH("missing/restart", FALSE, test_missing_survives);
	TEST_WITH("missing/crash", TRUE, test_missing_survives);
	TEST("many", test_many);
	TEST_WITH("liar/value", ANSWER_OTHER_VALUE, test_liar);
	TEST_WITH("liar/junk", ANSWER_JUNK, test_liar);
	TEST_WITH("liar/nothing", ANSWER_NOTHING, test_liar);
	TEST_WITH("all-lie/value", ANSWER_OTHER_VALUE, test_all_lie);
	TEST_WITH("all-lie/junk", ANSWER_JUNK, test_all_lie);
	TEST_WITH("all-lie/nothing", ANSWER_NOTHING, test_all_lie);
	TEST_WITH("all-lie/evasive", ANSWER_EVASIVE, test_all_lie);
	TEST("given-twice", test_given_twice);
	TEST_WITH("hold-up/evasive", ANSWER_EVASIVE, test_hold_up);
	TEST_WITH("hold-up/slow", ANSWER_SLOW, test_hold_up);
	TEST_WITH("late-member", FALSE, test_late_member);
	TEST_WITH("late-member/crash", TRUE, test_late_member);
	TEST("former-member", test_former_member);
	TEST("other-self", test_other_self);
	TEST("asked", test_asked);
	TEST("marker", test_marker);
	return g_test_run();
}
