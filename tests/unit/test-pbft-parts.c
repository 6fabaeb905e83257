/* SPDX-License-Identifier: Apache-2.0
 *
 * consensus-pbft: certificates as anybody verifies them, changing members, what
 * hostile members can send, config and status.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/consensus-pbft/pbft.h"
#include "plugins/kit/sink.h"
#include "tests/unit/pbft-byzantine.h"
#include "tests/unit/pbft-net.h"

#define SECOND 1000u

/* ---- certificates ------------------------------------------------------ */

typedef struct {
	PbftNet *net;
	bsn_id digest;
	Certificate certificate; /* of height 1, good */
} Proof;

static Proof *
proof_new(void)
{
	Proof *proof = g_new0(Proof, 1);
	const NetBlock *block;

	proof->net = net_new(7, 2, "");
	net_submit(proof->net, 1);
	g_assert_true(net_run_dry(proof->net, SECOND));
	block = proof->net->nodes[0]->blocks->pdata[0];
	proof->digest = block->digest;
	g_assert_true(certificate_read(bytes_slice(block->certificate),
				       &proof->certificate));
	g_assert_cmpuint(proof->certificate.n, ==, 5);
	return proof;
}

static void
proof_free(Proof *proof)
{
	net_free(proof->net);
	g_free(proof);
}

static int32_t
judge_as(const Proof *proof, guint64 height, guint members, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	certificate_put(&proof->certificate, bytes);
	return pbft_consensus.verify(proof->net->members, members, height,
				     bsn_id_slice(&proof->digest),
				     buffer_slice(bytes), err);
}

static void
assert_worthless(const Proof *proof, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(judge_as(proof, 1, 7, &err), ==, BSN_BAD_SIGNATURE);
	g_assert_nonnull(strstr(err.reason, reason));
}

static void
sign_by(Proof *proof, guint place, guint8 kind, guint signer)
{
	const Statement statement = { .kind = kind,
				      .height = 1,
				      .view = proof->certificate.view,
				      .digest = proof->digest };

	proof->certificate.list[place].signer = signer;
	net_sign(proof->net, signer, &statement,
		 &proof->certificate.list[place].signature);
}

static void
test_certificate(void)
{
	Proof *proof = proof_new();
	bsn_member shuffled[NET_NODES_MAX];

	g_assert_cmpint(judge_as(proof, 1, 7, NULL), ==, BSN_OK);
	/* The members' order does not matter, their being the members does. */
	for (guint i = 0; i < 7; i++)
		shuffled[i] = proof->net->members[6 - i];
	memcpy(proof->net->members, shuffled, sizeof(shuffled[0]) * 7);
	g_assert_cmpint(judge_as(proof, 1, 7, NULL), ==, BSN_OK);
	memset(proof->net->keys[proof->certificate.list[0].signer], 99,
	       NET_KEY_LEN);
	g_assert_cmpint(judge_as(proof, 1, 7, NULL), ==, BSN_BAD_SIGNATURE);
	memset(proof->net->keys[proof->certificate.list[0].signer],
	       (gint)proof->certificate.list[0].signer + 1, NET_KEY_LEN);
	/* Nor is it one for anything else. */
	g_assert_cmpint(judge_as(proof, 2, 7, NULL), ==, BSN_BAD_SIGNATURE);
	proof->digest.bytes[3] ^= 1;
	assert_worthless(proof, "does not verify");
	proof->digest.bytes[3] ^= 1;
	proof->certificate.view++;
	assert_worthless(proof, "does not verify");
	proof->certificate.view--;
	proof->certificate.chain_id.bytes[0] ^= 1;
	assert_worthless(proof, "does not verify");
	proof_free(proof);
}

/* Nodes sign for all chains that they share with the same keys. */
static void
test_of_its_chain_only(void)
{
	Proof *proof = proof_new();
	bsn_id chain_id = proof->certificate.chain_id;
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	certificate_put(&proof->certificate, bytes);
	g_assert_cmpint(pbft_consensus.verify_in(
				&chain_id, proof->net->members, 7, 1,
				bsn_id_slice(&proof->digest),
				buffer_slice(bytes), NULL),
			==, BSN_OK);
	chain_id.bytes[0] ^= 1;
	g_assert_cmpint(pbft_consensus.verify_in(
				&chain_id, proof->net->members, 7, 1,
				bsn_id_slice(&proof->digest),
				buffer_slice(bytes), NULL),
			==, BSN_BAD_SIGNATURE);
	proof_free(proof);
}

static void
test_forged_certificates(void)
{
	Proof *proof = proof_new();
	Certificate good = proof->certificate;

	proof->certificate.n = 4;
	assert_worthless(proof, "no quorum");
	proof->certificate = good;
	proof->certificate.list[2].signature.bytes[7] ^= 1;
	assert_worthless(proof, "does not verify");
	/* One signature in another's name. */
	proof->certificate = good;
	proof->certificate.list[4].signature =
		proof->certificate.list[3].signature;
	assert_worthless(proof, "does not verify");
	/* One signer twice does not even parse. */
	proof->certificate = good;
	proof->certificate.list[4] = proof->certificate.list[3];
	assert_worthless(proof, "not one of consensus pbft");
	/* Prepare votes are no decision, whatever the certificate says. */
	proof->certificate = good;
	for (guint i = 0; i < 5; i++)
		sign_by(proof, i, STATEMENT_PREPARE, i);
	assert_worthless(proof, "does not verify");
	proof->certificate.kind = STATEMENT_PREPARE;
	assert_worthless(proof, "another kind");
	/* A signer that there is not. */
	proof->certificate = good;
	sign_by(proof, 4, STATEMENT_COMMIT, 6);
	g_assert_cmpint(judge_as(proof, 1, 7, NULL), ==, BSN_OK);
	g_assert_cmpint(judge_as(proof, 1, 6, NULL), ==, BSN_BAD_SIGNATURE);
	proof_free(proof);
}

static void
test_rubbish_is_no_certificate(void)
{
	Proof *proof = proof_new();
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	certificate_put(&proof->certificate, bytes);
	for (guint len = 0; len < bytes->len; len++)
		g_assert_cmpint(pbft_consensus.verify(
					proof->net->members, 7, 1,
					bsn_id_slice(&proof->digest),
					bsn_slice_of(bytes->data, len), NULL),
				==, BSN_BAD_SIGNATURE);
	proof_free(proof);
}

/* ---- members ----------------------------------------------------------- */

/* Blocks up to CHANGE are agreed on by nodes 0 to 3, later ones by 1 to 4. */
#define CHANGE 3u

static bsn_member *
members_at(PbftNet *net, guint64 height)
{
	net->members[0].role =
		height <= CHANGE ? BSN_ROLE_CONSENSUS : BSN_ROLE_OBSERVER;
	net->members[4].role =
		height <= CHANGE ? BSN_ROLE_OBSERVER : BSN_ROLE_CONSENSUS;
	return net->members;
}

static void
change_members(Node *node, guint64 height)
{
	if (height == CHANGE)
		g_assert_cmpint(pbft_consensus.set_members(
					node->agreement, height + 1,
					members_at(node->net, height + 1),
					node->net->n, NULL),
				==, BSN_OK);
}

static int32_t
verify_at(PbftNet *net, const Node *node, guint64 height, guint64 as_of)
{
	const NetBlock *block = node->blocks->pdata[height - 1];

	return pbft_consensus.verify(members_at(net, as_of), net->n, height,
				     bsn_id_slice(&block->digest),
				     bytes_slice(block->certificate), NULL);
}

static void
test_members_change(void)
{
	PbftNet *net = net_new(5, 1, "");
	Node *node = net->nodes[1];

	for (guint i = 0; i < 5; i++)
		net_crash(net->nodes[i]);
	members_at(net, 1);
	net->decided = change_members;
	for (guint i = 0; i < 5; i++)
		net_start(net->nodes[i]);
	for (guint tx = 1; tx <= 24; tx++)
		for (guint i = 0; i < 4; i++)
			net_submit_to(net->nodes[i], tx);
	/* Node 4 watches, and has what its engine fetches. */
	while (net_height(node) < CHANGE + 3) {
		net_run(net, 10);
		if (net->nodes[4]->blocks->len < CHANGE &&
		    node->blocks->len >= CHANGE) {
			g_assert_cmpint(net_status(net->nodes[4], "votes"), ==,
					0);
			g_assert_cmpint(
				pbft_consensus.set_members(
					net->nodes[4]->agreement, CHANGE + 1,
					members_at(net, CHANGE + 1), 5, NULL),
				==, BSN_OK);
			engine_take(net->nodes[4], node, CHANGE);
		}
	}
	g_assert_cmpint(net_status(net->nodes[0], "votes"), ==, 0);
	g_assert_cmpint(net_status(net->nodes[4], "votes"), ==, 1);
	g_assert_cmpint(verify_at(net, node, CHANGE, CHANGE), ==, BSN_OK);
	g_assert_cmpint(verify_at(net, node, CHANGE + 1, CHANGE + 1), ==,
			BSN_OK);
	/* The new one is needed when another is gone. */
	net_crash(net->nodes[2]);
	net_submit(net, 100);
	while (net_height(net->nodes[4]) < net_height(node) ||
	       g_hash_table_size(node->pool) > 0)
		net_run(net, 10);
	g_assert_cmpuint(net_height(net->nodes[4]), >, CHANGE + 3);
	net_free(net);
}

static void
test_members_are_judged(void)
{
	PbftNet *net = net_new(4, 1, "");
	bsn_agreement *agreement = net->nodes[0]->agreement;
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < 4; i++)
		net->members[i].role = BSN_ROLE_OBSERVER;
	g_assert_cmpint(
		pbft_consensus.set_members(agreement, 1, net->members, 4, &err),
		==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"consensus pbft is for 1 to 256 consensus members and "
			"the chain has 0: make some of them observers");
	for (guint i = 0; i < 4; i++)
		net->members[i].role = BSN_ROLE_CONSENSUS;
	net->members[0].algorithm = "rot13";
	g_assert_cmpint(
		pbft_consensus.set_members(agreement, 1, net->members, 4, &err),
		==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"a member's key is for \"rot13\", which no loaded "
			"plugin offers: load one that does");
	net->members[0].algorithm = "test";
	net_submit(net, 1);
	while (g_tree_nnodes(net->nodes[0]->visible) == 0)
		net_run(net, 1);
	g_assert_true(net_run_dry(net, SECOND));
	net_free(net);
}

static guint to_observer;

static void
count_for_observer(PbftNet *net, Node *from, Node *to, GBytes **bytes)
{
	to_observer += to->index == 4;
}

static void
test_observers_are_left_alone(void)
{
	PbftNet *net = net_new(5, 1, "");

	for (guint i = 0; i < 5; i++)
		net_crash(net->nodes[i]);
	net->members[4].role = BSN_ROLE_OBSERVER;
	to_observer = 0;
	net->filter = count_for_observer;
	for (guint i = 0; i < 5; i++)
		net_start(net->nodes[i]);
	for (guint i = 0; i < 4; i++)
		net_submit_to(net->nodes[i], 1);
	while (net_height(net->nodes[0]) < 1)
		net_run(net, 10);
	g_assert_cmpuint(to_observer, ==, 0);
	net_free(net);
}

/* ---- hostile members --------------------------------------------------- */

static void
give_rubbish(PbftNet *net, Node *to, guint from)
{
	guint8 bytes[64];
	gint32 len = g_rand_int_range(net->rand, 0, sizeof(bytes));

	for (gint32 i = 0; i < len; i++)
		bytes[i] = (guint8)g_rand_int(net->rand);
	if (len > 1) {
		bytes[0] = BSN_CONSENSUS_BYTE;
		bytes[1] = (guint8)g_rand_int_range(net->rand, 0, 10);
	}
	pbft_consensus.message(to->agreement, net->members[from].public_key,
			       bsn_slice_of(bytes, (guint64)len));
}

/* Votes of every kind for any height and view, in numbers. */
static void
give_noise(PbftNet *net, Node *to, const Node *from)
{
	Message message = {
		.kind = (guint8)g_rand_int_range(net->rand, 2, 9),
		.height = (guint64)g_rand_int_range(net->rand, 0, 8),
		.view = (guint64)g_rand_int_range(net->rand, 0, 5),
		.digest = bsn_id_of("nonsense", 8),
		.signature = { 32, { 1 } },
	};

	if (message.kind == MESSAGE_VIEW_CHANGE)
		message.certificate = bsn_slice_of("x", 1);
	if (g_rand_int_range(net->rand, 0, 9) == 0)
		message.height = G_MAXUINT64;
	if (g_rand_int_range(net->rand, 0, 9) == 0)
		message.view = G_MAXUINT64;
	net_give(to, from, &message);
}

static void
test_noise(void)
{
	PbftNet *net = net_new(4, 1, "");
	Node *liar = net->nodes[2];

	liar->byzantine = TRUE;
	for (guint i = 1; i <= 60; i++) {
		for (guint j = 0; j < 300; j++) {
			give_noise(net, net->nodes[j % 2], liar);
			give_rubbish(net, net->nodes[j % 2], 2);
		}
		net_submit(net, i);
		g_assert_true(net_run_dry(net, 60 * SECOND));
	}
	g_assert_cmpint(net_status(net->nodes[0], "malformed"), >, 0);
	net_free(net);
}

static void
test_wrong_signatures(void)
{
	PbftNet *net = net_new(4, 2, "");
	gint64 forged = 0;

	byzantine_set(net, 2, BYZANTINE_CORRUPT);
	for (guint tx = 1; tx <= 30; tx++) {
		net_submit(net, tx);
		g_assert_true(net_run_dry(net, 60 * SECOND));
	}
	for (guint i = 0; i < 4; i++)
		forged += net_status(net->nodes[i], "forged");
	g_assert_cmpint(forged, >, 0);
	net_free(net);
}

static void
test_equivocation_is_seen(void)
{
	PbftNet *net = net_new(4, 2, "");
	Message message = { .kind = MESSAGE_COMMIT,
			    .height = 1,
			    .digest = bsn_id_of("one", 3),
			    .signature = { 1, { 1 } } };

	net->nodes[2]->byzantine = TRUE;
	net_give(net->nodes[0], net->nodes[2], &message);
	net_give(net->nodes[0], net->nodes[2], &message);
	g_assert_cmpint(net_status(net->nodes[0], "equivocations"), ==, 0);
	message.digest = bsn_id_of("two", 3);
	net_give(net->nodes[0], net->nodes[2], &message);
	net_give(net->nodes[0], net->nodes[2], &message);
	g_assert_cmpint(net_status(net->nodes[0], "equivocations"), ==, 1);
	net_free(net);
}

static void
test_strangers(void)
{
	PbftNet *net = net_new(4, 1, "");
	Node *node = net->nodes[0];
	const guint8 bytes[] = { BSN_CONSENSUS_BYTE, 5 };

	pbft_consensus.message(node->agreement, bsn_slice_of("who", 3),
			       bsn_slice_of(bytes, sizeof(bytes)));
	pbft_consensus.message(node->agreement, net->members[0].public_key,
			       bsn_slice_of(bytes, sizeof(bytes)));
	g_assert_cmpint(net_status(node, "strangers"), ==, 2);
	g_assert_cmpint(net_status(node, "malformed"), ==, 0);
	net_free(net);
}

/* ---- config ------------------------------------------------------------ */

static void
assert_config(const char *config, guint64 members, int32_t want,
	      const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(pbft_consensus.check_config(bsn_slice_str(config),
						    members, &err),
			==, want);
	g_assert_cmpstr(err.reason, ==, reason);
}

static void
test_config(void)
{
	assert_config("", 4, BSN_OK, "");
	assert_config("{\"block_interval_ms\": 1000, \"pipeline\": false}", 1,
		      BSN_OK, "");
	assert_config("{\"view_timeout_ms\": 50}", 4, BSN_BAD_REQUEST,
		      "consensus config.view_timeout_ms must be an integer "
		      "from 100 to 600000, got 50");
	assert_config("{\"view_timeout_ms\": 5000,"
		      " \"view_timeout_max_ms\": 4000}",
		      4, BSN_BAD_REQUEST,
		      "consensus config.view_timeout_max_ms is below "
		      "view_timeout_ms: raise it");
	assert_config("{\"suspect_timeout_ms\": 4000}", 4, BSN_BAD_REQUEST,
		      "consensus config.suspect_timeout_ms is above "
		      "view_timeout_ms: lower it");
	assert_config("{\"blok\": 1}", 4, BSN_BAD_REQUEST,
		      "consensus config has no member \"blok\"; its members "
		      "are: block_interval_ms, view_timeout_ms, "
		      "view_timeout_max_ms, suspect_timeout_ms, resend_ms, "
		      "pipeline");
	assert_config("{}", 257, BSN_BAD_REQUEST,
		      "consensus pbft is for 1 to 256 consensus members and "
		      "the chain has 257: make some of them observers");
}

static void
test_engine_without_chain_id(void)
{
	PbftNet *net = net_new(4, 1, "");
	bsn_proposer bare = net->nodes[0]->proposer;
	bsn_agreement *agreement = NULL;
	bsn_err err = BSN_ERR_INIT;

	bare.chain_id = NULL;
	g_assert_cmpint(pbft_consensus.create(net->nodes[0], &bare,
					      bsn_slice_str(""), net->members,
					      4, 0, &agreement, &err),
			==, BSN_E_VERSION);
	g_assert_cmpstr(err.reason, ==,
			"consensus pbft needs bsn_proposer.chain_id, which "
			"this engine does not offer");
	net_free(net);
}

static void
test_unreadable_votes(void)
{
	PbftNet *net = net_new(4, 1, "");
	Node *node = net->nodes[0];
	bsn_agreement *agreement = NULL;
	bsn_err err = BSN_ERR_INIT;

	net_submit(net, 1);
	g_assert_true(net_run_dry(net, SECOND));
	net_crash(node);
	g_tree_replace(node->visible, g_bytes_new("\xff\x64", 2),
		       g_bytes_new("broken", 6));
	g_assert_cmpint(pbft_consensus.create(node, &node->proposer,
					      bsn_slice_str(""), net->members,
					      4, 1, &agreement, &err),
			==, BSN_E_CORRUPT);
	g_assert_nonnull(strstr(err.reason, "cannot be read"));
	net_free(net);
}

/* n - f, when n is 3 f + 1 (Castro and Liskov 1999); two of them always have a
 * correct node in common. */
static void
test_quorum(void)
{
	for (guint64 n = 1; n <= 100; n++) {
		guint64 f = (n - 1) / 3;
		guint64 quorum = pbft_consensus.quorum(n);

		g_assert_cmpuint(quorum, <=, n - f);
		g_assert_cmpuint(2 * quorum - n, >, f);
	}
	g_assert_cmpuint(pbft_consensus.quorum(4), ==, 3);
	g_assert_cmpuint(pbft_consensus.quorum(7), ==, 5);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/pbft/certificate/proves-one-block", test_certificate);
	g_test_add_func("/pbft/certificate/is-of-its-chain-only",
			test_of_its_chain_only);
	g_test_add_func("/pbft/certificate/forgeries-are-worthless",
			test_forged_certificates);
	g_test_add_func("/pbft/certificate/rubbish-is-none",
			test_rubbish_is_no_certificate);
	g_test_add_func("/pbft/members/change-at-a-height",
			test_members_change);
	g_test_add_func("/pbft/members/are-judged", test_members_are_judged);
	g_test_add_func("/pbft/members/observers-are-left-alone",
			test_observers_are_left_alone);
	g_test_add_func("/pbft/hostile/noise-changes-nothing", test_noise);
	g_test_add_func("/pbft/hostile/wrong-signatures-do-not-count",
			test_wrong_signatures);
	g_test_add_func("/pbft/hostile/equivocation-is-seen",
			test_equivocation_is_seen);
	g_test_add_func("/pbft/hostile/strangers-are-not-heard",
			test_strangers);
	g_test_add_func("/pbft/config-says-what-is-wrong", test_config);
	g_test_add_func("/pbft/engine-without-chain-id-is-refused",
			test_engine_without_chain_id);
	g_test_add_func("/pbft/unreadable-votes-are-not-ignored",
			test_unreadable_votes);
	g_test_add_func("/pbft-parts/quorums-share-a-correct-node",
			test_quorum);
	return g_test_run();
}
