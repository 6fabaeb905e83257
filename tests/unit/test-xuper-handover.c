/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain goes from one protocol to another, each of them the plugin: blocks go on
 * being final, before and after a crash of all.
 */
#include <string.h>

#include "plugins/engine-xuper/net/private.h"
#include "tests/unit/xuper-nodes.h"

#define NODES 4u

/* A protocol, and what it is told. */
typedef struct {
	const char *name;
	const char *config; /* JSON's members */
} Protocol;

static const Protocol single = { "single", "\"period\":0" };
static const Protocol chainedbft = { "chainedbft", "\"timeout_ms\":1000" };
static const Protocol tdpos = { "tdpos",
				"\"proposer_num\":4,\"period\":200,"
				"\"block_num\":4" };
static const Protocol xpoa = { "xpoa", "\"period\":200,\"block_num\":4" };

static void
wait_for(XuperNodes *all, bsn_reply *reply)
{
	for (guint i = 0; i < 600 && reply->status == FAKE_PENDING; i++)
		nodes_advance(all, 100);
	g_assert_cmpint(reply->status, ==, BSN_OK);
}

static void
pay(XuperNodes *all, guint node)
{
	g_autoptr(Tx) tx = nodes_transfer(all, 0, 1, 3);
	g_autoptr(bsn_reply) reply = nodes_submit(all, node, tx);

	wait_for(all, reply);
}

static void
call(XuperNodes *all, guint person, const char *method,
     const char *const *words)
{
	g_autoptr(Tx) tx =
		nodes_call(all, 0, person, "$proposal", method, words);
	g_autoptr(bsn_reply) reply = nodes_submit(all, 0, tx);

	wait_for(all, reply);
}

/* The first `validators` nodes agree by it. */
static char *
wanted_text(const XuperNodes *all, const Protocol *protocol, guint validators)
{
	g_autoptr(GString) text = g_string_new(NULL);

	g_string_append_printf(text, "{\"name\":\"%s\",\"config\":{%s}",
			       protocol->name, protocol->config);
	for (guint i = 0; i < validators; i++)
		g_string_append_printf(text, "%s\"%s\"",
				       i > 0 ? "," : ",\"validators\":[",
				       nodes_ledger(all, i)->node_address);
	g_string_append(text, "]}");
	return g_strdup(text->str);
}

static gboolean
all_agree_by(const XuperNodes *all, const char *name)
{
	for (guint i = 0; i < all->n; i++)
		if (strcmp(nodes_ledger(all, i)->consensus->name, name) != 0 ||
		    nodes_ledger(all, i)->changing)
			return FALSE;
	return TRUE;
}

/* Proposes it, votes for it, and has blocks made until it is in force. */
static void
change(XuperNodes *all, const Protocol *protocol, guint validators)
{
	const guint64 height = nodes_height(all, 0);
	g_autofree char *wanted = wanted_text(all, protocol, validators);
	g_autofree char *text = g_strdup_printf(
		"{\"args\":{\"min_vote_percent\":\"60\",\"stop_vote_height\":"
		"\"%u\"},\"trigger\":{\"height\":%u,\"module\":\"xkernel\","
		"\"contract\":\"$consensus\",\"method\":\"updateConsensus\","
		"\"args\":%s}}",
		(guint)height + 30, (guint)height + 32, wanted);
	const char *const propose[] = { "proposal", text, NULL };
	const char *const vote[] = { "proposal_id", "1", "amount", "900000",
				     NULL };

	call(all, 0, "Propose", propose);
	for (guint i = 1; i < PEOPLE_MAX; i++)
		call(all, i, "Vote", vote);
	for (guint i = 0; i < 60 && !all_agree_by(all, protocol->name); i++)
		pay(all, i % all->n);
	g_assert_true(all_agree_by(all, protocol->name));
}

static void
restart_all(XuperNodes *all)
{
	for (guint i = 0; i < all->n; i++)
		nodes_crash(all, i);
	for (guint i = 0; i < all->n; i++)
		nodes_reopen(all, i);
	nodes_join_all(all);
}

/* It goes on, also after a start. */
static void
check_goes_on(XuperNodes *all, const char *name)
{
	for (guint i = 0; i < 3; i++)
		pay(all, i);
	restart_all(all);
	g_assert_true(all_agree_by(all, name));
	for (guint i = 0; i < 3; i++)
		pay(all, i);
	nodes_advance(all, 10000);
	for (guint i = 0; i < all->n; i++) {
		nodes_alike(all, 0, i);
		g_assert_null(nodes_ledger(all, i)->stopped);
		g_assert_cmpuint(nodes_ledger(all, i)->net->dropped.lies, ==,
				 0);
	}
}

static void
run(const Protocol *from, guint before, const Protocol *to, guint after)
{
	g_autofree char *text = g_strdup_printf(
		"{\"name\":\"%s\",%s}", from->name, from->config);
	g_autoptr(XuperNodes) all = nodes_new(NODES, before, text);

	nodes_join_all(all);
	nodes_advance(all, 500);
	pay(all, 0);
	change(all, to, after);
	check_goes_on(all, to->name);
}

static void
test_single_to_chainedbft(void)
{
	run(&single, 1, &chainedbft, NODES);
	g_assert_false(nodes_logged("the chain stops"));
}

/* What the members have built upon their last block is not the producer's. */
static void
test_chainedbft_to_single(void)
{
	run(&chainedbft, NODES, &single, 1);
}

static void
test_tdpos_to_xpoa(void)
{
	run(&tdpos, NODES, &xpoa, NODES);
}

static void
test_chainedbft_to_tdpos(void)
{
	run(&chainedbft, NODES, &tdpos, NODES);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/handover/single-to-chainedbft",
			test_single_to_chainedbft);
	g_test_add_func("/xuper/handover/chainedbft-to-single",
			test_chainedbft_to_single);
	g_test_add_func("/xuper/handover/tdpos-to-xpoa", test_tdpos_to_xpoa);
	g_test_add_func("/xuper/handover/chainedbft-to-tdpos",
			test_chainedbft_to_tdpos);
	return g_test_run();
}
