/* SPDX-License-Identifier: Apache-2.0
 *
 * Who the other nodes are, and envelopes that are passed on to them.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/msp/certificate.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-nodes.h"

static gboolean
logged(const FabricNodes *all, const char *text)
{
	return strstr(all->log->str, text) != NULL;
}

/* ---- who they are -------------------------------------------------------- */

static void
test_introduction(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 3);
	g_autofree char *name = NULL;
	const Peer *peer;

	g_ptr_array_add(all->nodes[1].packages, g_strdup("basic:native"));
	g_ptr_array_add(all->nodes[1].packages, g_strdup("other:unknown"));
	net_packages_changed(all->nodes[1].channel);
	nodes_link_all(all);
	nodes_settle(all);
	peer = nodes_peer(all, 0, 1);
	g_assert_true(peer->open.reachable);
	g_assert_cmpuint(peer->open.height, ==, 1);
	g_assert_nonnull(peer->open.identity);
	g_assert_cmpstr(peer->open.identity->msp->id, ==, "Org2MSP");
	g_assert_true(memcmp(peer->open.identity->public_key, all->nodes[1].key,
			     PUBLIC_KEY_LEN) == 0);
	g_assert_cmpuint(g_hash_table_size(peer->open.packages), ==, 1);
	g_assert_true(
		g_hash_table_contains(peer->open.packages, "basic:native"));
	name = net_peer_name(all->nodes[0].channel, &peer->open);
	g_assert_cmpstr(name, ==, "n1");
	g_assert_nonnull(nodes_peer(all, 1, 2)->open.identity);
	g_assert_null(nodes_peer(all, 1, 1));
}

static void
test_sm(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new_of(TRUE, 3, 3);

	nodes_blocks(all, 3, 5);
	nodes_link_all(all);
	nodes_settle(all);
	nodes_alike(all, 0, 2);
	g_assert_nonnull(nodes_peer(all, 0, 1)->open.identity);
	g_assert_nonnull(nodes_peer(all, 2, 0)->open.identity);
}

/* When all have heard all, nothing is said and nothing armed. */
static void
test_quiet(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 3);
	guint64 trace;

	nodes_link_all(all);
	nodes_advance(all, 2000);
	trace = all->trace;
	for (guint i = 0; i < 3; i++)
		g_assert_cmpuint(fake_chain_timers(all->nodes[i].chain), ==, 0);
	nodes_advance(all, 100000);
	g_assert_cmpuint(all->trace, ==, trace);
}

static guint to_lose;

static gboolean
lose_hellos(FabricNodes *all, guint from, guint to, GByteArray *bytes)
{
	if (bytes->data[0] != NET_HELLO || to_lose == 0)
		return TRUE;
	to_lose--;
	return FALSE;
}

static void
test_lost_introduction(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);

	to_lose = 7;
	all->spoil = lose_hellos;
	nodes_link_all(all);
	nodes_settle(all);
	g_assert_null(nodes_peer(all, 0, 1)->open.identity);
	nodes_advance(all, 20000);
	g_assert_cmpuint(to_lose, ==, 0);
	g_assert_nonnull(nodes_peer(all, 0, 1)->open.identity);
	g_assert_nonnull(nodes_peer(all, 1, 0)->open.identity);
}

/* Node 1 claims to be the peer of an organisation. */
static FabricNodes *
with_claim(guint org)
{
	FabricNodes *all = fabric_nodes_new(2, 2);
	Channel *channel = all->nodes[1].channel;
	g_autoptr(GByteArray) identity =
		fabric_serialize(fabric_org_id(org), all->orgs->peers[org]);

	g_bytes_unref(channel->identity);
	channel->identity = g_bytes_new(identity->data, identity->len);
	nodes_link_all(all);
	nodes_settle(all);
	return all;
}

static void
test_other_key(void)
{
	g_autoptr(FabricNodes) all = with_claim(1);

	g_assert_null(nodes_peer(all, 0, 1)->open.identity);
	g_assert_true(logged(all, "n1 cannot endorse: its certificate has "
				  "another key than its link"));
	g_assert_nonnull(nodes_peer(all, 1, 0)->open.identity);
}

static void
test_other_organisation(void)
{
	g_autoptr(FabricNodes) all = with_claim(2);

	g_assert_null(nodes_peer(all, 0, 1)->open.identity);
	g_assert_true(logged(all, "no organisation with the MSP"));
}

/* The right key, in a certificate of a client. */
static void
test_no_peer(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);
	Channel *channel = all->nodes[1].channel;
	g_autoptr(Issued) client =
		fabric_member(all->orgs->roots[1], "a client", "client");
	g_autoptr(GByteArray) identity = fabric_serialize("Org2MSP", client);

	g_assert_true(
		certificate_public_key(client->certificate, all->nodes[1].key));
	nodes_set_members(all, 0, 2);
	g_bytes_unref(channel->identity);
	channel->identity = g_bytes_new(identity->data, identity->len);
	nodes_link_all(all);
	nodes_settle(all);
	g_assert_null(nodes_peer(all, 0, 1)->open.identity);
	g_assert_true(logged(all, "is not one of a peer of Org2MSP"));
}

/* Identities are judged by the config of the moment. */
static void
test_judged_anew(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);
	g_autoptr(json_t) founding = fabric_founding(all->orgs, 1);
	g_autoptr(GByteArray) config = fabric_config_bytes(all->orgs, founding);
	Channel *channel = all->nodes[0].channel;
	ChannelConfig *both = channel->config;

	nodes_link_all(all);
	nodes_settle(all);
	g_assert_nonnull(nodes_peer(all, 0, 1)->open.identity);
	channel->config = fabric_config_read(buffer_slice(config));
	net_members_changed(channel);
	g_assert_null(nodes_peer(all, 0, 1)->open.identity);
	channel_config_free(channel->config);
	channel->config = both;
	net_members_changed(channel);
	g_assert_nonnull(nodes_peer(all, 0, 1)->open.identity);
}

static void
test_packages_change(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);

	nodes_link_all(all);
	nodes_advance(all, 2000);
	g_ptr_array_add(all->nodes[1].packages, g_strdup("new:native"));
	net_packages_changed(all->nodes[1].channel);
	nodes_settle(all);
	g_assert_true(g_hash_table_contains(
		nodes_peer(all, 0, 1)->open.packages, "new:native"));
}

/* Also when there is nothing else to tell. */
static void
test_lost_packages(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);

	nodes_link_all(all);
	nodes_advance(all, 2000);
	to_lose = 3;
	all->spoil = lose_hellos;
	g_ptr_array_add(all->nodes[1].packages, g_strdup("new:native"));
	net_packages_changed(all->nodes[1].channel);
	nodes_advance(all, 20000);
	g_assert_cmpuint(to_lose, ==, 0);
	g_assert_cmpuint(
		g_hash_table_size(nodes_peer(all, 0, 1)->open.packages), ==, 1);
}

/* Whoever introduces itself all the time is not judged each time. */
static void
test_hello_flood(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);
	const Peer *peer = nodes_peer(all, 0, 1);
	Bsn__Net__Hello hello = BSN__NET__HELLO__INIT;
	Bsn__Net__Status status = BSN__NET__STATUS__INIT;
	guint8 hash[HASH_LEN] = { 0 };
	char id[] = "basic:native";
	char *ids[] = { id };

	status.height = 2;
	status.hash = (ProtobufCBinaryData){ HASH_LEN, hash };
	hello.status = &status;
	hello.packages = ids;
	nodes_link_all(all);
	nodes_advance(all, 1000);
	g_assert_nonnull(peer->open.identity);
	for (hello.version = 100; hello.version < 200; hello.version++) {
		hello.n_packages = hello.version % 2;
		nodes_inject(all, 1, 0, NET_HELLO, &hello);
	}
	g_assert_null(peer->open.identity);
	g_assert_cmpuint(peer->version, ==, 100);
	g_assert_cmpuint(g_hash_table_size(peer->open.packages), ==, 0);
	nodes_advance(all, 200);
	nodes_inject(all, 1, 0, NET_HELLO, &hello);
	g_assert_cmpuint(peer->version, ==, 200);
}

static void
test_strangers(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 3);
	Bsn__Net__GetBlocks get = BSN__NET__GET_BLOCKS__INIT;
	struct FabricNet *net = all->nodes[0].channel->net;

	nodes_link_all(all);
	nodes_advance(all, 1000);
	nodes_set_members(all, 0, 2);
	nodes_advance(all, 40000);
	g_assert_null(nodes_peer(all, 0, 2));
	get.count = 1;
	nodes_inject(all, 2, 0, NET_GET_BLOCKS, &get);
	g_assert_cmpuint(net->dropped.strangers, >=, 1);
	net_message(all->nodes[0].channel,
		    bsn_slice_of(all->nodes[1].key, PUBLIC_KEY_LEN),
		    TEXT("\x09nothing"));
	g_assert_cmpuint(net->dropped.malformed, ==, 1);
}

/* ---- passing on ---------------------------------------------------------- */

static guint64
copies(const FabricNodes *all, guint node, const char *envelope)
{
	const GPtrArray *forwarded = all->nodes[node].forwarded;
	guint64 n = 0;

	for (guint i = 0; i < forwarded->len; i++)
		n += strcmp(forwarded->pdata[i], envelope) == 0;
	return n;
}

static void
wait_with(FabricNodes *all, guint node, const char *envelope)
{
	const NodeWaiting waiting = { g_bytes_new(envelope, strlen(envelope)),
				      fake_host_now_ms() };

	g_array_append_val(all->nodes[node].waiting, waiting);
}

static void
test_forward(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(4, 3);
	const bsn_slice envelopes[] = { TEXT("one"), TEXT("two") };

	nodes_link_all(all);
	nodes_settle(all);
	net_forward(all->nodes[3].channel, envelopes, 2);
	net_forward(all->nodes[0].channel, envelopes, 1);
	nodes_settle(all);
	g_assert_cmpuint(copies(all, 0, "two"), ==, 1);
	g_assert_cmpuint(copies(all, 1, "one"), ==, 2);
	g_assert_cmpuint(copies(all, 3, "one"), ==, 0);
	g_assert_cmpuint(all->delivered[3][NET_ENVELOPES], ==, 3);
}

static void
test_forward_much(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);
	g_autofree char *text = g_strnfill(NET_BYTES_MAX / 2 + 1, 'x');
	const bsn_slice envelopes[] = { TEXT(text), TEXT(text), TEXT("s") };

	nodes_link_all(all);
	nodes_settle(all);
	net_forward(all->nodes[0].channel, envelopes, 3);
	nodes_settle(all);
	g_assert_cmpuint(all->delivered[0][NET_ENVELOPES], ==, 2);
	g_assert_cmpuint(copies(all, 1, text), ==, 2);
	g_assert_cmpuint(copies(all, 1, "s"), ==, 1);
}

/* What waits is sent again, ever less often, until it does not. */
static void
test_forward_again(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);
	const bsn_slice envelope = TEXT("one");
	guint64 n;

	net_forward(all->nodes[0].channel, &envelope, 1);
	wait_with(all, 0, "one");
	nodes_advance(all, 500);
	g_assert_cmpuint(copies(all, 1, "one"), ==, 0);
	nodes_link_all(all);
	nodes_advance(all, 1500);
	g_assert_cmpuint(copies(all, 1, "one"), ==, 1);
	nodes_advance(all, 118000);
	n = copies(all, 1, "one");
	g_assert_cmpuint(n, >=, 5);
	g_assert_cmpuint(n, <=, 9);
	g_bytes_unref(
		g_array_index(all->nodes[0].waiting, NodeWaiting, 0).envelope);
	g_array_set_size(all->nodes[0].waiting, 0);
	nodes_advance(all, 120000);
	g_assert_cmpuint(copies(all, 1, "one"), ==, n);
	g_assert_cmpuint(fake_chain_timers(all->nodes[0].chain), ==, 0);
}

/* As much as may go at once, the oldest first, and a long one in its turn. */
static void
test_forward_again_much(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);
	g_autofree char *text = g_strnfill(600 << 10, 'x');

	nodes_link_all(all);
	nodes_settle(all);
	wait_with(all, 0, text);
	for (guint i = 0; i < 3; i++)
		wait_with(all, 0, text + (500 << 10));
	net_forward(all->nodes[0].channel, NULL, 0);
	nodes_advance(all, 1500);
	g_assert_cmpuint(all->nodes[1].forwarded->len, ==, 1);
	g_assert_cmpuint(copies(all, 1, text), ==, 1);
	g_bytes_unref(
		g_array_index(all->nodes[0].waiting, NodeWaiting, 0).envelope);
	g_array_remove_index(all->nodes[0].waiting, 0);
	nodes_advance(all, 2000);
	g_assert_cmpuint(copies(all, 1, text + (500 << 10)), ==, 2);
}

/* Who passes on what is forged is left for a while; one who passes on what is
 * out of date is not. */
static void
test_forged(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(2, 2);
	const bsn_slice envelope = TEXT("one");
	const NetDropped *dropped = &all->nodes[1].channel->net->dropped;

	nodes_link_all(all);
	nodes_settle(all);
	all->nodes[1].forwarded_status = BSN_EXPIRED;
	net_forward(all->nodes[0].channel, &envelope, 1);
	nodes_settle(all);
	g_assert_cmpuint(dropped->refused, ==, 1);
	g_assert_cmpuint(dropped->lies, ==, 0);
	all->nodes[1].forwarded_status = BSN_BAD_SIGNATURE;
	net_forward(all->nodes[0].channel, &envelope, 1);
	nodes_settle(all);
	g_assert_cmpuint(dropped->lies, ==, 1);
	g_assert_true(logged(all, "n0 is left for 10 s: it passed on what is "
				  "no transaction: it is refused"));
	all->nodes[1].forwarded_status = BSN_OK;
	net_forward(all->nodes[0].channel, &envelope, 1);
	nodes_settle(all);
	g_assert_cmpuint(copies(all, 1, "one"), ==, 0);
	nodes_advance(all, 11000);
	net_forward(all->nodes[0].channel, &envelope, 1);
	nodes_settle(all);
	g_assert_cmpuint(copies(all, 1, "one"), ==, 1);
}

/* ---- hostile bytes ------------------------------------------------------- */

static gboolean
damage(FabricNodes *all, guint from, guint to, GByteArray *bytes)
{
	if (from != 1)
		return TRUE;
	for (gint n = g_rand_int_range(all->rand, 0, 4); n > 0; n--)
		bytes->data[g_rand_int_range(all->rand, 0,
					     (gint32)bytes->len)] ^=
			(guint8)(1u << g_rand_int_range(all->rand, 0, 8));
	if (g_rand_int_range(all->rand, 0, 8) == 0)
		g_byte_array_set_size(
			bytes, (guint)g_rand_int_range(all->rand, 1,
						       (gint32)bytes->len + 1));
	return TRUE;
}

/* A node that sends rubbish harms nobody: the others go on. */
static void
test_rubbish(void)
{
	g_autoptr(FabricNodes) all = fabric_nodes_new(3, 3);
	const bsn_slice envelopes[] = { TEXT("one"), TEXT("two") };

	all->spoil = damage;
	nodes_blocks(all, 3, 80);
	nodes_link_all(all);
	for (guint i = 0; i < 200; i++) {
		net_forward(all->nodes[1].channel, envelopes, 2);
		nodes_advance(all, 100);
		if (i % 10 == 0)
			nodes_blocks(all, 3, 1);
	}
	g_assert_cmpuint(all->nodes[0].channel->net->dropped.malformed, >, 0);
	nodes_advance(all, 5000);
	nodes_alike(all, 0, 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add_func("/fabric-net/" name, function)
	TEST("nodes-introduce-themselves", test_introduction);
	TEST("with-sm2-and-sm3", test_sm);
	TEST("quiet-when-all-is-said", test_quiet);
	TEST("a-lost-introduction-is-made-again", test_lost_introduction);
	TEST("a-certificate-of-another-key", test_other_key);
	TEST("a-certificate-of-another-organisation", test_other_organisation);
	TEST("a-certificate-of-no-peer", test_no_peer);
	TEST("identities-are-judged-anew", test_judged_anew);
	TEST("packages-change", test_packages_change);
	TEST("lost-packages-are-told-again", test_lost_packages);
	TEST("introductions-without-end", test_hello_flood);
	TEST("strangers-and-malformed-messages", test_strangers);
	TEST("envelopes-go-to-those-who-order", test_forward);
	TEST("many-envelopes-take-several-messages", test_forward_much);
	TEST("what-waits-is-sent-again", test_forward_again);
	TEST("what-waits-is-sent-again-in-turn", test_forward_again_much);
	TEST("forged-envelopes", test_forged);
	TEST("rubbish", test_rubbish);
	return g_test_run();
}
