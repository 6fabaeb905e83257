/* SPDX-License-Identifier: Apache-2.0
 *
 * Private data before it is in a block: to whom it is given, and what waits.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-spread.h"

#define ALL "OR('Org1MSP.member','Org2MSP.member','Org3MSP.member')"
#define TWO "OR('Org1MSP.member','Org2MSP.member')"

/* What a spread ended with. */
typedef struct {
	guint n;
	int32_t status;
	bsn_err err;
} Done;

static void
spread_done(gpointer owner, int32_t status, const bsn_err *err)
{
	Done *done = owner;

	done->n++;
	done->status = status;
	if (err != NULL)
		done->err = *err;
}

static PrivateSpread *
spread(PrivateNet *net, guint node, const PrivateTx *tx, Done *done)
{
	PrivateSpread *made;

	*done = (Done){ .err = BSN_ERR_INIT };
	made = private_spread(&net->nodes[node].channel, tx->tx_id, 1,
			      buffer_slice(tx->sets), spread_done, done);
	if (!net->slow)
		private_net_sync(net);
	return done->n == 0 ? made : NULL;
}

static guint
waiting(PrivateNet *net, guint node)
{
	return private_net_count(net, node, "waiting");
}

/* A simulation on a node is given to others, as its collection asks. */
static void
assert_asked(PrivateNet *net, const char *want)
{
	g_autofree char *asked = private_net_asked(net);

	g_assert_cmpstr(asked, ==, want);
}

/* ---- spreading ---- */

/* Nobody has to have it: one is given it, and nobody waits. */
static void
test_spread_none_required(gconstpointer sm)
{
	g_autoptr(PrivateNet) net = private_net_new(GPOINTER_TO_INT(sm));
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	Done done;

	g_assert_null(spread(net, 0, tx, &done));
	g_assert_cmpuint(done.n, ==, 1);
	g_assert_cmpint(done.status, ==, BSN_OK);
	g_assert_cmpuint(net->questions.length, ==, 1);
	g_assert_cmpuint(waiting(net, 0), ==, 1);
	private_net_settle(net);
	g_assert_cmpuint(done.n, ==, 1);
	g_assert_cmpuint(waiting(net, 1) + waiting(net, 4), ==, 1);
	g_assert_cmpuint(waiting(net, PRIVATE_STRANGER), ==, 0);
}

/* Another organisation's peers come first. */
static void
test_spread_over_organisations(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;
	g_autofree char *asked = NULL;
	Done done;

	private_net_define(net, ALL, 2, 2, 0);
	tx = private_net_simulate(net, 0, "a=value");
	g_assert_nonnull(spread(net, 0, tx, &done));
	asked = private_net_asked(net);
	/* Node 3 is of node 0's own. */
	g_assert_true(strcmp(asked, "1 2") == 0 || strcmp(asked, "2 1") == 0 ||
		      strcmp(asked, "2 4") == 0 || strcmp(asked, "4 2") == 0);
	g_assert_true(private_net_deliver(net));
	g_assert_cmpuint(done.n, ==, 0);
	g_assert_true(private_net_deliver(net));
	g_assert_cmpuint(done.n, ==, 1);
	g_assert_cmpint(done.status, ==, BSN_OK);
}

/* The same transaction is given to the same peers; others' to others. */
static void
test_spread_is_deterministic(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	guint seen = 0;

	for (guint i = 0; i < 16; i++) {
		g_autoptr(PrivateTx) tx =
			private_net_simulate(net, 0, "a=value");
		g_autofree char *first = NULL;
		g_autofree char *second = NULL;
		Done done;

		(void)spread(net, 0, tx, &done);
		first = private_net_asked(net);
		private_net_settle(net);
		(void)spread(net, 0, tx, &done);
		second = private_net_asked(net);
		private_net_settle(net);
		g_assert_cmpstr(first, ==, second);
		seen |= 1u << (first[0] - '0');
	}
	g_assert_cmpuint(seen, ==, 1u << 1 | 1u << 4);
}

static void
test_spread_too_few_reachable(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;
	Done done;

	private_net_define(net, TWO, 3, 3, 0);
	private_net_reach(net, 4, FALSE);
	tx = private_net_simulate(net, 0, "a=value");
	g_assert_null(spread(net, 0, tx, &done));
	g_assert_cmpint(done.status, ==, BSN_UNAVAILABLE);
	g_assert_cmpstr(done.err.reason, ==,
			"collection secret of basic asks for 3 other members "
			"to have its data before it is endorsed, and 2 can be "
			"reached");
	/* What is not endorsed is nobody's business. */
	g_assert_cmpuint(net->questions.length, ==, 0);
	g_assert_cmpuint(waiting(net, 0), ==, 0);
}

/* Whoever leaves, is late or refuses is replaced while there is somebody. */
static void
test_spread_replaces(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;
	Done done;

	private_net_define(net, TWO, 1, 1, 0);
	tx = private_net_simulate(net, 0, "a=value");
	g_assert_nonnull(spread(net, 0, tx, &done));
	private_net_fail(net, BSN_TIMEOUT);
	g_assert_cmpuint(net->questions.length, ==, 1);
	g_assert_cmpuint(done.n, ==, 0);
	private_net_fail(net, BSN_DENIED);
	g_assert_cmpuint(net->questions.length, ==, 1);
	private_net_settle(net);
	g_assert_cmpuint(done.n, ==, 1);
	g_assert_cmpint(done.status, ==, BSN_OK);
	/* Whoever was asked last. */
	g_assert_cmpuint(waiting(net, 1) + waiting(net, 3) + waiting(net, 4),
			 ==, 1);
}

static void
test_spread_runs_out(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;
	Done done;

	private_net_define(net, TWO, 2, 2, 0);
	tx = private_net_simulate(net, 0, "a=value");
	g_assert_nonnull(spread(net, 0, tx, &done));
	private_net_reach(net, 1, FALSE);
	private_net_reach(net, 4, FALSE);
	g_assert_cmpuint(done.n, ==, 1);
	g_assert_cmpint(done.status, ==, BSN_UNAVAILABLE);
	g_assert_cmpstr(done.err.reason, ==,
			"collection secret of basic asks for 2 other members "
			"to have its data before it is endorsed, and 0 have "
			"it");
	private_net_settle(net);
	g_assert_cmpuint(done.n, ==, 1);
}

/* After a while nobody else is asked. */
static void
test_spread_is_bounded_in_time(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;
	Done done;

	private_net_define(net, TWO, 1, 1, 0);
	tx = private_net_simulate(net, 0, "a=value");
	g_assert_nonnull(spread(net, 0, tx, &done));
	net->now_ms += 9000;
	private_net_fail(net, BSN_TIMEOUT);
	g_assert_cmpuint(done.n, ==, 1);
	g_assert_cmpint(done.status, ==, BSN_UNAVAILABLE);
}

static void
test_spread_cancelled(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = NULL;
	PrivateSpread *under_way;
	Done done;

	private_net_define(net, TWO, 1, 1, 0);
	tx = private_net_simulate(net, 0, "a=value");
	under_way = spread(net, 0, tx, &done);
	g_assert_nonnull(under_way);
	private_cancel(under_way);
	g_assert_cmpuint(net->questions.length, ==, 0);
	g_assert_cmpuint(done.n, ==, 0);
}

/* Who is no member may endorse what it cannot read: somebody else must have it,
 * and it keeps nothing. */
static void
test_spread_of_stranger(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx =
		private_net_simulate(net, PRIVATE_STRANGER, "a=value");
	Done done;

	g_assert_nonnull(spread(net, PRIVATE_STRANGER, tx, &done));
	g_assert_cmpuint(waiting(net, PRIVATE_STRANGER), ==, 0);
	private_net_settle(net);
	g_assert_cmpint(done.status, ==, BSN_OK);
	g_assert_cmpuint(done.n, ==, 1);
}

static void
test_spread_unknown_collection(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(GByteArray) sets = g_byte_array_new();
	const PrivateSet set = { "basic", "other", { NULL, 0 } };
	PrivateTx tx = { (char *)"0", NULL, sets };
	Done done;

	private_sets_put(sets, &set, 1);
	g_assert_null(spread(net, 0, &tx, &done));
	g_assert_cmpint(done.status, ==, BSN_NOT_FOUND);
	g_byte_array_set_size(sets, 0);
	g_byte_array_append(sets, (const guint8 *)"\xff", 1);
	g_assert_null(spread(net, 0, &tx, &done));
	g_assert_cmpint(done.status, ==, BSN_BAD_REQUEST);
}

/* Each organisation has a collection of its own. */
static void
test_spread_implicit(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(GByteArray) sets = g_byte_array_new();
	const PrivateSet set = { "basic", "_implicit_org_Org1MSP",
				 { NULL, 0 } };
	g_autofree char *id = g_strnfill(64, 'a');
	PrivateTx tx = { id, NULL, sets };
	Done done;

	private_sets_put(sets, &set, 1);
	g_assert_null(spread(net, 0, &tx, &done));
	g_assert_cmpint(done.status, ==, BSN_OK);
	assert_asked(net, "3");
	private_net_settle(net);
	g_assert_cmpuint(waiting(net, 3), ==, 1);
}

/* ---- who is a member of all that is written ---- */

/* Nobody says that he keeps it before it is on his disk: who endorsed, and who
 * was given it. */
static void
test_spread_durable(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	Done done;

	private_net_define(net, TWO, 1, 1, 0);
	net->slow = TRUE;
	g_assert_nonnull(spread(net, 0, tx, &done));
	private_net_settle(net);
	g_assert_cmpuint(done.n, ==, 0);
	private_durable(&net->nodes[0].channel,
			PRIVATE_COOKIE + net->nodes[0].channel.private_batches);
	g_assert_cmpuint(done.n, ==, 0);
	private_net_sync(net);
	g_assert_cmpuint(done.n, ==, 1);
	g_assert_cmpint(done.status, ==, BSN_OK);
}

/* With nobody else to wait for, and again when the same is endorsed twice. */
static void
test_spread_durable_alone(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	Done done, again;

	net->slow = TRUE;
	g_assert_nonnull(spread(net, 0, tx, &done));
	g_assert_nonnull(spread(net, 0, tx, &again));
	private_net_sync(net);
	g_assert_cmpuint(done.n + again.n, ==, 2);
	g_assert_null(spread(net, 0, tx, &again));
	g_assert_cmpint(again.status, ==, BSN_OK);
	private_net_settle(net);
	private_net_sync(net);
}

static void
test_stranger_to(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	Channel *channel = &net->nodes[0].channel;
	Kvrwset__KVWriteHash *writes[1];
	Kvrwset__HashedRWSet read = KVRWSET__HASHED_RWSET__INIT;
	Kvrwset__HashedRWSet written = KVRWSET__HASHED_RWSET__INIT;
	TransactionCollection collections[] = {
		{ .name = "_implicit_org_Org1MSP", .set = &read },
		{ .name = "secret", .set = &written },
	};
	TransactionNamespace namespaces[] = {
		{ .name = "_lifecycle",
		  .collections = collections,
		  .n_collections = 1 },
		{ .name = "basic",
		  .collections = collections,
		  .n_collections = G_N_ELEMENTS(collections) },
	};
	const Transaction tx = { .namespaces = namespaces,
				 .n_namespaces = G_N_ELEMENTS(namespaces) };

	written.n_hashed_writes = 1;
	written.hashed_writes = writes;
	g_assert_null(private_stranger_to(channel, &tx, FALSE,
					  &net->nodes[0].self));
	g_assert_null(private_stranger_to(channel, &tx, TRUE,
					  &net->nodes[0].self));
	g_assert_null(private_stranger_to(channel, &tx, FALSE,
					  &net->nodes[1].self));
	g_assert_cmpstr(private_stranger_to(channel, &tx, TRUE,
					    &net->nodes[1].self),
			==, "_implicit_org_Org1MSP");
	g_assert_cmpstr(private_stranger_to(channel, &tx, FALSE,
					    &net->nodes[2].self),
			==, "secret");
}

/* ---- what is given ---- */

static GByteArray *
make_give(const char *tx_id, guint64 height, const GByteArray *sets)
{
	Bsn__Private__Give give = BSN__PRIVATE__GIVE__INIT;

	give.tx_id = (char *)tx_id;
	give.height = height;
	give.sets = (ProtobufCBinaryData){ sets->len, sets->data };
	return message_pack(&give);
}

static int32_t
give(PrivateNet *net, guint from, guint to, const char *tx_id, guint64 height,
     const GByteArray *sets)
{
	g_autoptr(GByteArray) bytes = make_give(tx_id, height, sets);

	private_net_ask(net, from, to, NET_ASK_PRIVATE_GIVE,
			buffer_slice(bytes));
	return net->status;
}

static void
test_given(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	g_autoptr(GByteArray) none = g_byte_array_new();
	MspIdentity *proven = net->nodes[0].peer.identity;

	g_assert_cmpint(give(net, 0, 1, tx->tx_id, 1, tx->sets), ==, BSN_OK);
	g_assert_cmpuint(waiting(net, 1), ==, 1);
	/* Again: it is there. */
	g_assert_cmpint(give(net, 3, 1, tx->tx_id, 1, tx->sets), ==, BSN_OK);
	g_assert_cmpuint(waiting(net, 1), ==, 1);
	/* No member takes it. */
	g_assert_cmpint(give(net, 0, PRIVATE_STRANGER, tx->tx_id, 1, tx->sets),
			==, BSN_DENIED);
	g_assert_cmpuint(waiting(net, PRIVATE_STRANGER), ==, 0);
	g_assert_cmpint(give(net, 0, 4, "../../etc", 1, tx->sets), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpint(give(net, 0, 4, tx->tx_id, 1, none), ==,
			BSN_BAD_REQUEST);
	net->nodes[0].peer.identity = NULL;
	g_assert_cmpint(give(net, 0, 4, tx->tx_id, 1, tx->sets), ==,
			BSN_DENIED);
	net->nodes[0].peer.identity = proven;
	g_assert_cmpuint(waiting(net, 4), ==, 0);
	/* It is in a block: nothing waits for that any more. */
	private_net_commit(net, tx, 1u << 4);
	g_assert_cmpint(give(net, 0, 4, tx->tx_id, 1, tx->sets), ==, BSN_OK);
	g_assert_cmpuint(waiting(net, 4), ==, 0);
	private_net_advance(net, 0);
}

/* One peer has its share, and no more tries with another's transaction than
 * anybody. */
static void
test_limits(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	Privacy *privacy = net->nodes[1].channel.privacy;
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	g_autofree char *id = g_strnfill(64, 'a');
	guint64 before;

	for (guint i = 0; i <= TRANSIENT_SETS_MAX; i++) {
		g_autofree char *write = g_strdup_printf("a=value%u", i);
		g_autoptr(PrivateTx) other =
			private_net_simulate(net, 0, write);

		g_assert_cmpint(give(net, 0, 1, id, 1, other->sets), ==,
				i < TRANSIENT_SETS_MAX ? BSN_OK : BSN_FULL);
	}
	g_assert_cmpint(give(net, 3, 1, id, 1, tx->sets), ==, BSN_OK);
	/* As if it had much there already. */
	before = privacy->bytes;
	for (guint i = 0; i < 2; i++) {
		GBytes *giver = net->nodes[0].peer.key;
		const guint64 full = TRANSIENT_GIVER_BYTES_MAX;

		g_hash_table_insert(privacy->givers, g_bytes_ref(giver),
				    g_memdup2(&full, sizeof(full)));
		g_assert_cmpint(give(net, 0, 1, tx->tx_id, 1, tx->sets), ==,
				BSN_FULL);
	}
	g_assert_cmpint(give(net, 3, 1, tx->tx_id, 1, tx->sets), ==, BSN_OK);
	g_assert_cmpuint(privacy->bytes, >, before);
	privacy->bytes = TRANSIENT_BYTES_MAX;
	g_assert_cmpint(give(net, 4, 1, tx->tx_id, 1, tx->sets), ==, BSN_OK);
	g_free(id);
	id = g_strnfill(64, 'b');
	g_assert_cmpint(give(net, 4, 1, id, 1, tx->sets), ==, BSN_FULL);
	fake_chain_set_writable(net->nodes[4].channel.chain, BSN_BUSY);
	g_assert_cmpint(give(net, 0, 4, id, 1, tx->sets), ==, BSN_BUSY);
	fake_chain_set_writable(net->nodes[4].channel.chain, BSN_OK);
	g_assert_cmpuint(waiting(net, 4), ==, 0);
}

/* What this node cannot keep is not endorsed. */
static void
test_own_store_is_full(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	Done done;

	fake_chain_set_writable(net->nodes[0].channel.chain, BSN_FULL);
	g_assert_null(spread(net, 0, tx, &done));
	g_assert_cmpint(done.status, ==, BSN_FULL);
	g_assert_cmpuint(net->questions.length, ==, 0);
}

/* ---- how long it waits ---- */

static void
test_survives_a_restart(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	guint64 bytes;

	g_assert_cmpint(give(net, 0, 1, tx->tx_id, 1, tx->sets), ==, BSN_OK);
	bytes = net->nodes[1].channel.privacy->bytes;
	fake_host_settle();
	private_net_restart(net, 1, TRUE);
	g_assert_cmpuint(waiting(net, 1), ==, 1);
	g_assert_cmpuint(net->nodes[1].channel.privacy->bytes, ==, bytes);
	private_net_commit(net, tx, 1u << 1);
	g_assert_cmpuint(waiting(net, 1), ==, 0);
	g_assert_cmpuint(net->nodes[1].channel.privacy->bytes, ==, 0);
	private_net_restart(net, 1, FALSE);
	g_assert_cmpuint(waiting(net, 1), ==, 0);
	{
		g_autofree char *value = private_net_value(net, 1, "a");

		g_assert_cmpstr(value, ==, "value");
	}
}

/* Fabric's 1,000 blocks. */
static void
test_expires(void)
{
	g_autoptr(PrivateNet) net = private_net_new(FALSE);
	g_autoptr(PrivateTx) tx = private_net_simulate(net, 0, "a=value");
	Privacy *privacy = net->nodes[1].channel.privacy;
	LedgerHead *head = &net->nodes[1].ledger->ledger->head;
	const guint64 height = head->height;
	const guint keys = fake_chain_keys(net->nodes[1].channel.chain);

	g_assert_cmpint(give(net, 0, 1, tx->tx_id, G_MAXINT64, tx->sets), ==,
			BSN_OK);
	transient_expire(privacy, height + TRANSIENT_BLOCKS);
	g_assert_cmpuint(waiting(net, 1), ==, 1); /* so far ahead is believed */
	/* The store does not take it: another time. */
	fake_chain_set_writable(net->nodes[1].channel.chain, BSN_BUSY);
	transient_expire(privacy, height + 2 * TRANSIENT_BLOCKS);
	g_assert_cmpuint(waiting(net, 1), ==, 1);
	fake_chain_set_writable(net->nodes[1].channel.chain, BSN_OK);
	transient_expire(privacy, height + 2 * TRANSIENT_BLOCKS);
	g_assert_cmpuint(waiting(net, 1), ==, 0);
	g_assert_cmpuint(privacy->bytes, ==, 0);
	g_assert_cmpuint(fake_chain_keys(net->nodes[1].channel.chain), ==,
			 keys);
	/* What is so old does not come any more. */
	head->height = 1 + TRANSIENT_BLOCKS;
	g_assert_cmpint(give(net, 0, 1, tx->tx_id, 1, tx->sets), ==,
			BSN_EXPIRED);
	head->height = height;
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_reset(1);
	fake_host_load("crypto-std.so");
	fake_host_load("crypto-gm.so");
	g_test_add_data_func("/fabric-spread/spread/none-required",
			     GINT_TO_POINTER(FALSE), test_spread_none_required);
	g_test_add_data_func("/fabric-spread/spread/none-required/sm",
			     GINT_TO_POINTER(TRUE), test_spread_none_required);
	g_test_add_func("/fabric-spread/spread/organisations",
			test_spread_over_organisations);
	g_test_add_func("/fabric-spread/spread/deterministic",
			test_spread_is_deterministic);
	g_test_add_func("/fabric-spread/spread/too-few",
			test_spread_too_few_reachable);
	g_test_add_func("/fabric-spread/spread/replaces",
			test_spread_replaces);
	g_test_add_func("/fabric-spread/spread/runs-out",
			test_spread_runs_out);
	g_test_add_func("/fabric-spread/spread/time",
			test_spread_is_bounded_in_time);
	g_test_add_func("/fabric-spread/spread/cancelled",
			test_spread_cancelled);
	g_test_add_func("/fabric-spread/spread/stranger",
			test_spread_of_stranger);
	g_test_add_func("/fabric-spread/spread/unknown",
			test_spread_unknown_collection);
	g_test_add_func("/fabric-spread/spread/implicit",
			test_spread_implicit);
	g_test_add_func("/fabric-spread/spread/durable", test_spread_durable);
	g_test_add_func("/fabric-spread/spread/durable-alone",
			test_spread_durable_alone);
	g_test_add_func("/fabric-spread/stranger-to", test_stranger_to);
	g_test_add_func("/fabric-spread/given", test_given);
	g_test_add_func("/fabric-spread/limits", test_limits);
	g_test_add_func("/fabric-spread/own-store", test_own_store_is_full);
	g_test_add_func("/fabric-spread/restart", test_survives_a_restart);
	g_test_add_func("/fabric-spread/expires", test_expires);
	return g_test_run();
}
