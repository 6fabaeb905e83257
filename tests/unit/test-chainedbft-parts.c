/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts that need no network: config, slots, certificates.
 */
#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/consensus-chainedbft/agreement.h"
#include "plugins/consensus-tdpos/tdpos.h"
#include "plugins/consensus-xpoa/xpoa.h"
#include "plugins/kit/sink.h"
#include "tests/unit/chained-net.h"

typedef ChainedNet Net;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Net, net_free)

/* ---- config ------------------------------------------------------------ */

static void
refuses(const bsn_consensus *consensus, const char *config, guint members,
	const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(consensus->check_config(bsn_slice_str(config), members,
						&err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, reason));
}

static void
test_config(void)
{
	const bsn_consensus *chained = &chainedbft_consensus;
	const bsn_consensus *tdpos = &tdpos_consensus;

	g_assert_cmpint(chained->check_config(bsn_slice_str(""), 4, NULL), ==,
			BSN_OK);
	refuses(chained, "", 0, "1 to 256");
	refuses(chained, "", 257, "1 to 256");
	refuses(chained, "{\"timeout_ms\":1}", 4, "timeout_ms");
	refuses(chained, "{\"timeout_ms\":500,\"timeout_max_ms\":400}", 4,
		"timeout_max_ms is below");
	refuses(chained, "{\"timeout_ms\":500,\"block_interval_ms\":500}", 4,
		"raise timeout_ms");
	refuses(chained, "{\"timeuot_ms\":500}", 4, "timeuot_ms");
	refuses(tdpos, "", 4, "proposer_num is missing");
	refuses(tdpos, "{\"proposer_num\":3}", 4, "below the number");
	refuses(tdpos, "{\"proposer_num\":4,\"alternate_interval\":100}", 4,
		"alternate_interval is below period");
	refuses(tdpos, "{\"proposer_num\":4,\"term_interval\":100}", 4,
		"term_interval is below");
	g_assert_cmpint(tdpos->check_config(
				bsn_slice_str("{\"proposer_num\":4}"), 4,
				NULL),
			==, BSN_OK);
	refuses(&xpoa_consensus, "{\"period\":1}", 4, "period");
}

/* ---- slots ------------------------------------------------------------- */

/* Each time is in one slot, which begins then or before and ends later; slots
 * follow each other. */
static void
check_slots(const Mode *mode, const Config *config, guint64 begin)
{
	for (guint64 ms = begin; ms < begin + 20000; ms += 7) {
		guint64 slot = mode->slot_at(config, ms);

		g_assert_cmpuint(mode->slot_start(config, slot), <=, ms);
		g_assert_cmpuint(mode->slot_start(config, slot + 1), >, ms);
		g_assert_cmpuint(
			mode->slot_at(config,
				      mode->slot_start(config, slot)),
			==, slot);
	}
}

static void
test_slots(void)
{
	Config config;

	g_assert_cmpint(tdpos_mode.read_config(
				bsn_slice_str("{\"proposer_num\":3,"
					      "\"block_num\":4,\"period\":100,"
					      "\"alternate_interval\":250,"
					      "\"term_interval\":700,"
					      "\"timestamp\":5000000000}"),
				0, &config, NULL),
			==, BSN_OK);
	check_slots(&tdpos_mode, &config, 0);
	/* Three turns of 300 ms and the last slot's 250, 250, 700. */
	g_assert_cmpuint(tdpos_mode.slot_start(&config, 13), ==,
			 5000 + 3 * 300 + 250 + 250 + 700);
	g_assert_cmpuint(tdpos_mode.term(&config, 0), ==, 0);
	g_assert_cmpuint(tdpos_mode.term(&config, 12), ==, 1);
	g_assert_cmpuint(tdpos_mode.term(&config, 13), ==, 2);
	g_assert_cmpuint(tdpos_mode.leader(&config, 3, 4), ==, 0);
	g_assert_cmpuint(tdpos_mode.leader(&config, 3, 5), ==, 1);
	g_assert_cmpuint(tdpos_mode.leader(&config, 2, 9), ==, 0);
	g_assert_cmpint(xpoa_mode.read_config(
				bsn_slice_str("{\"period\":90}"), 0, &config,
				NULL),
			==, BSN_OK);
	check_slots(&xpoa_mode, &config, NET_BEGIN_MS);
}

/* ---- certificates ------------------------------------------------------ */

static Certificate *
sign(Net *net, const VoteInfo *info, guint first, guint n)
{
	g_autoptr(Members) members = NULL;
	g_autoptr(GByteArray) text = g_byte_array_new();
	Signature signatures[NET_NODES_MAX];
	guint signers[NET_NODES_MAX];

	g_assert_cmpint(members_new(tree_members(net, 0xf), net->n, WHO,
				    &members, NULL),
			==, BSN_OK);
	vote_info_put_text(info, text);
	for (guint i = 0; i < n; i++) {
		signers[i] = (first + i) % 4;
		net_sign(net, signers[i], buffer_slice(text), &signatures[i]);
	}
	return certificate_new(info, members, signers, signatures, n);
}

static int32_t
verify(Net *net, guint members, guint64 height, const char *digest,
       const Certificate *certificate)
{
	return chainedbft_consensus.verify_in(
		&net_chain_id, tree_members(net, members), net->n, height,
		bsn_slice_str(digest), bytes_slice(certificate->bytes), NULL);
}

static VoteInfo
example(void)
{
	return (VoteInfo){ .id = bsn_id_of("third", 5),
			   .round = 9,
			   .protocol = PROTOCOL_CHAINEDBFT,
			   .chain_id = net_chain_id,
			   .epoch = bsn_id_of("epoch", 5),
			   .height = 7,
			   .parent = bsn_id_of("second", 6),
			   .parent_round = 8,
			   .final = bsn_id_of("first", 5),
			   .final_height = 5 };
}

static void
test_offline(void)
{
	g_autoptr(Net) net =
		net_new(&chainedbft_consensus, 5, 0xf, 1, "");
	VoteInfo info = example();
	g_autoptr(Certificate) good = sign(net, &info, 2, 3);
	g_autoptr(Certificate) few = sign(net, &info, 0, 2);
	g_autoptr(Certificate) twice = sign(net, &info, 3, 5);
	g_autoptr(Certificate) read = NULL;
	g_autoptr(Certificate) other = NULL;

	g_assert_cmpint(verify(net, 0xf, 5, "first", good), ==, BSN_OK);
	g_assert_cmpint(verify(net, 0xf, 6, "first", good), ==,
			BSN_BAD_SIGNATURE);
	g_assert_cmpint(verify(net, 0xf, 7, "third", good), ==,
			BSN_BAD_SIGNATURE);
	g_assert_cmpint(verify(net, 0x1e, 5, "first", good), ==,
			BSN_BAD_SIGNATURE);
	g_assert_cmpint(verify(net, 0xf, 5, "first", few), ==,
			BSN_BAD_SIGNATURE);
	/* One signer twice has no encoding. */
	g_assert_null(certificate_read(bytes_slice(twice->bytes)));
	read = certificate_read(bytes_slice(good->bytes));
	g_assert_true(g_bytes_equal(read->bytes, good->bytes));
	info.chain_id = bsn_id_of("other", 5);
	other = sign(net, &info, 0, 4);
	g_assert_cmpint(verify(net, 0xf, 5, "first", other), ==,
			BSN_BAD_SIGNATURE);
}

/* Whatever byte is another, it proves nothing, or cannot be read. */
static void
test_tampered(void)
{
	g_autoptr(Net) net = net_new(&chainedbft_consensus, 4, 0xf, 1, "");
	const VoteInfo info = example();
	g_autoptr(Certificate) good = sign(net, &info, 0, 3);
	gsize len;
	const guint8 *bytes = g_bytes_get_data(good->bytes, &len);

	for (gsize i = 0; i < len; i++) {
		g_autofree guint8 *copy = g_memdup2(bytes, len);

		copy[i] ^= 0x01;
		g_assert_cmpint(chainedbft_consensus.verify_in(
					&net_chain_id, tree_members(net, 0xf),
					net->n, 5, bsn_slice_str("first"),
					bsn_slice_of(copy, len), NULL),
				==, BSN_BAD_SIGNATURE);
	}
}

/* Once a round, in ascending rounds, and not upon what is before the lock. */
static void
test_rules(void)
{
	const Agreement agreement = { .voted = 10, .lock = 7 };
	Candidate candidate = { .round = 11, .justify_round = 7 };

	g_assert_true(vote_is_safe(&agreement, &candidate));
	candidate.justify_round = 6;
	g_assert_false(vote_is_safe(&agreement, &candidate));
	candidate.justify_round = 10;
	g_assert_true(vote_is_safe(&agreement, &candidate));
	candidate.round = 10;
	g_assert_false(vote_is_safe(&agreement, &candidate));
	/* Two quorums share more members than may be faulty. */
	for (guint n = 1; n <= MEMBERS_MAX; n++)
		g_assert_cmpuint(2 * members_quorum(n), >, n + (n - 1) / 3);
}

static void
test_engine(void)
{
	const bsn_proposer without = { .size = sizeof(without) };
	bsn_agreement *agreement;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(chainedbft_consensus.create(
				NULL, (bsn_proposer *)&without,
				bsn_slice_str(""), NULL, 0, 0, &agreement,
				&err),
			==, BSN_E_VERSION);
	g_assert_nonnull(strstr(err.reason, "bsn_proposer.tree"));
}

/* One member after the other: what is behind it may as well not be there. */
static void
test_parts_of_a_tree(void)
{
	static const struct {
		gsize end;
		const char *lacks;
	} parts[] = {
#define PART(member) { offsetof(bsn_tree, member), "bsn_tree." #member "," },
		BSN_TREE_REQUIRED(PART)
#undef PART
	};
	bsn_tree tree;
	const bsn_proposer proposer = { .size = sizeof(proposer),
					.tree = &tree };

	/* What nobody calls. */
	memset(&tree, 0x11, sizeof(tree));
	for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
		bsn_agreement *agreement;
		bsn_err err = BSN_ERR_INIT;

		tree.size = (guint32)parts[i].end;
		g_assert_cmpint(chainedbft_consensus.create(
					NULL, (bsn_proposer *)&proposer,
					bsn_slice_str(""), NULL, 0, 0,
					&agreement, &err),
				==, BSN_E_VERSION);
		g_assert_nonnull(strstr(err.reason, parts[i].lacks));
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/chainedbft/parts/config-says-what-is-wrong",
			test_config);
	g_test_add_func("/chainedbft/parts/slots-follow-each-other",
			test_slots);
	g_test_add_func("/chainedbft/parts/certificates-prove-offline",
			test_offline);
	g_test_add_func("/chainedbft/parts/tampered-certificates-do-not",
			test_tampered);
	g_test_add_func("/chainedbft/parts/when-a-vote-is-safe", test_rules);
	g_test_add_func("/chainedbft/parts/an-engine-without-a-tree",
			test_engine);
	g_test_add_func("/chainedbft/parts/an-engine-with-a-part-of-one",
			test_parts_of_a_tree);
	return g_test_run();
}
