/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks: ids, Merkle roots, signatures, and that a block has one encoding.
 */
#define _GNU_SOURCE
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/block.h"
#include "plugins/engine-xuper/format/block_id.h"
#include "plugins/engine-xuper/format/frame.h"
#include "plugins/kit/codec/message.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/xuper-suite.h"

#define TXS_MAX 9u

/* A suite, a proposer, transactions. */
typedef struct {
	Suite suite;
	XuperPerson person;
	XuperSigner signer;
	Tx *txs[TXS_MAX];
	guint8 parent[HASH_LEN];
	guint8 justify[256];
	gsize justify_len;
} World;

static Tx *
make_tx(const Suite *suite, guint i)
{
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	g_autofree char *nonce = g_strdup_printf("%u", i);

	msg.version = TX_VERSION;
	msg.nonce = nonce;
	return tx_make(suite, &msg);
}

static void
make_justify(World *world)
{
	Xldgpb__QuorumCert cert = XLDGPB__QUORUM_CERT__INIT;
	Xldgpb__QCSignInfos infos = XLDGPB__QCSIGN_INFOS__INIT;
	Xldgpb__SignInfo info = XLDGPB__SIGN_INFO__INIT, *list[] = { &info };

	cert.proposalid = message_bytes(bsn_slice_of(world->parent, HASH_LEN));
	cert.proposalmsg = message_bytes(bsn_slice_str("message"));
	cert.viewnumber = 6;
	info.publickey = "abcd";
	info.sign = message_bytes(bsn_slice_str("signature"));
	infos.qcsigninfos = list;
	infos.n_qcsigninfos = 1;
	cert.signinfos = &infos;
	world->justify_len = xldgpb__quorum_cert__get_packed_size(&cert);
	g_assert_cmpuint(world->justify_len, <=, sizeof(world->justify));
	xldgpb__quorum_cert__pack(&cert, world->justify);
}

static void
set_up(World *world, gconstpointer gm)
{
	memset(world, 0, sizeof(*world));
	world->suite = xuper_suite(gm != NULL);
	world->person = xuper_person(&world->suite, 5);
	world->signer = (XuperSigner){ &world->suite, &world->person };
	memset(world->parent, 0xab, HASH_LEN);
	make_justify(world);
	for (guint i = 0; i < TXS_MAX; i++)
		world->txs[i] = make_tx(&world->suite, i);
}

static void
tear_down(World *world, gconstpointer gm)
{
	for (guint i = 0; i < TXS_MAX; i++)
		tx_unref(world->txs[i]);
}

static BlockPlan
plan_of(World *world, guint n_txs)
{
	return (BlockPlan){
		.parent = world->parent,
		.height = 7,
		.proposer_key =
			bsn_slice_of(world->person.public_key, PUBLIC_KEY_LEN),
		.seal = { .size = sizeof(bsn_seal),
			  .time_ms = 1700000000123,
			  .term = 3,
			  .round = 9,
			  .nonce = 1,
			  .target_bits = 2,
			  .justify = bsn_slice_of(world->justify,
						  world->justify_len) },
		.txs = world->txs,
		.n_txs = n_txs,
	};
}

static Block *
make(World *world, const BlockPlan *plan)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;
	Block *block = block_make(&world->suite, plan, xuper_sign,
				  &world->signer, &status, &err);

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_nonnull(block);
	return block;
}

static Block *
decode(World *world, bsn_slice bytes, int32_t expected)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = BSN_OK;
	Block *block = block_decode(&world->suite, bytes, TRUE, NULL, NULL,
				    &status, &err);

	g_assert_cmpint(status, ==, expected);
	g_assert_true((block != NULL) == (expected == BSN_OK));
	g_assert_true((err.reason[0] != '\0') == (expected != BSN_OK));
	return block;
}

/* ---- making and reading ---- */

static void
test_round_trip(World *world, gconstpointer gm)
{
	const BlockPlan plan = plan_of(world, 3);
	g_autoptr(Block) block = make(world, &plan);
	g_autoptr(Block) again = decode(world, block->bytes, BSN_OK);
	bsn_seal seal;

	assert_bytes(again->id, HASH_LEN, block->id, HASH_LEN);
	assert_bytes(again->parent, HASH_LEN, world->parent, HASH_LEN);
	assert_bytes(again->proposer_key, PUBLIC_KEY_LEN,
		     world->person.public_key, PUBLIC_KEY_LEN);
	g_assert_cmpuint(again->height, ==, 7);
	g_assert_cmpuint(again->n_txs, ==, 3);
	for (guint i = 0; i < 3; i++)
		assert_bytes(again->txs[i]->id, HASH_LEN, world->txs[i]->id,
			     HASH_LEN);
	block_seal(again, &seal);
	g_assert_cmpuint(seal.time_ms, ==, 1700000000123);
	g_assert_cmpuint(seal.term, ==, 3);
	g_assert_cmpuint(seal.round, ==, 9);
	g_assert_cmpuint(seal.nonce, ==, 1);
	g_assert_cmpuint(seal.target_bits, ==, 2);
	g_assert_true(bsn_slice_equal(seal.justify, plan.seal.justify));
}

/* What we write is what protobuf reads as an InternalBlock. */
static void
test_is_an_internal_block(World *world, gconstpointer gm)
{
	const BlockPlan plan = plan_of(world, TXS_MAX);
	g_autoptr(Block) block = make(world, &plan);
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	const Xldgpb__InternalBlock *msg =
		message_unpack(&arena, &xldgpb__internal_block__descriptor,
			       block->bytes, NULL, &err);
	g_autoptr(GByteArray) packed = NULL;

	g_assert_cmpstr(err.reason, ==, "");
	g_assert_cmpuint(msg->n_transactions, ==, TXS_MAX);
	g_assert_cmpint(msg->tx_count, ==, TXS_MAX);
	g_assert_true(bsn_slice_equal(message_slice(msg->proposer),
				      bsn_slice_str(world->person.address)));
	packed = message_pack(msg);
	assert_bytes(packed->data, packed->len, block->bytes.data,
		     block->bytes.len);
}

static void
test_genesis(World *world, gconstpointer gm)
{
	static const guint8 zeros[PUBLIC_KEY_LEN];
	BlockPlan plan = { .txs = world->txs, .n_txs = 1 };
	g_autoptr(Block) block = make(world, &plan);
	g_autoptr(Block) again = decode(world, block->bytes, BSN_OK);

	g_assert_cmpuint(again->height, ==, 0);
	assert_bytes(again->parent, HASH_LEN, zeros, HASH_LEN);
	assert_bytes(again->proposer_key, PUBLIC_KEY_LEN, zeros,
		     PUBLIC_KEY_LEN);
	g_assert_cmpuint(again->justify.len, ==, 0);
}

static void
test_empty(World *world, gconstpointer gm)
{
	const BlockPlan plan = plan_of(world, 0);
	g_autoptr(Block) block = make(world, &plan);
	g_autoptr(Block) again = decode(world, block->bytes, BSN_OK);

	g_assert_cmpuint(again->n_txs, ==, 0);
}

/* ---- ids ---- */

static void
put(GByteArray *out, const void *data, gsize len)
{
	g_byte_array_append(out, data, (guint)len);
}

static void
put_le(GByteArray *out, guint64 number, guint len)
{
	for (guint i = 0; i < len; i++) {
		const guint8 byte = (guint8)(number >> 8 * i);

		put(out, &byte, 1);
	}
}

/* The id as xupercore's MakeBlockID writes its fields. */
static void
test_id(World *world, gconstpointer gm)
{
	const BlockPlan plan = plan_of(world, 2);
	g_autoptr(Block) block = make(world, &plan);
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autofree char *json =
		key_to_json(&world->suite, world->person.public_key);
	guint8 root[HASH_LEN], id[HASH_LEN];
	bsn_slice all;

	merkle_root(&world->suite, world->txs, 2, root);
	put_le(out, 1, 4);
	put_le(out, 1, 4);
	put_le(out, 2, 4);
	put(out, world->person.address, strlen(world->person.address));
	put_le(out, G_GUINT64_CONSTANT(1700000000123000000), 8);
	put(out, json, strlen(json));
	put(out, world->parent, HASH_LEN);
	put(out, root, HASH_LEN);
	put_le(out, 3, 8);
	put_le(out, 9, 8);
	put_le(out, 2, 4);
	put(out, world->parent, HASH_LEN);
	put(out, "message", 7);
	put_le(out, 0, 4);
	put_le(out, 6, 8);
	put(out, "abcdsignature", 13);
	all = bsn_slice_of(out->data, out->len);
	suite_double(&world->suite, &all, 1, id);
	assert_bytes(block->id, HASH_LEN, id, HASH_LEN);
}

/* XuperChain's tree, built node by node as it builds it. */
static void
tree_root(const Suite *suite, Tx *const *txs, guint n, guint8 root[HASH_LEN])
{
	guint8 tree[32][HASH_LEN];
	gboolean there[32] = { FALSE };
	guint leaves = 1, next;

	while (leaves < n)
		leaves *= 2;
	for (guint i = 0; i < n; i++) {
		memcpy(tree[i], txs[i]->id, HASH_LEN);
		there[i] = TRUE;
	}
	next = leaves;
	for (guint i = 0; i + 1 < 2 * leaves - 1; i += 2, next++) {
		const guint right = there[i + 1] ? i + 1 : i;
		const bsn_slice pair[] = { bsn_slice_of(tree[i], HASH_LEN),
					   bsn_slice_of(tree[right],
							HASH_LEN) };

		there[next] = there[i];
		if (there[i])
			suite_double(suite, pair, 2, tree[next]);
	}
	memcpy(root, tree[2 * leaves - 2], HASH_LEN);
}

static void
test_merkle(World *world, gconstpointer gm)
{
	guint8 root[HASH_LEN], expected[HASH_LEN], zeros[HASH_LEN] = { 0 };

	for (guint n = 1; n <= TXS_MAX; n++) {
		merkle_root(&world->suite, world->txs, n, root);
		tree_root(&world->suite, world->txs, n, expected);
		assert_bytes(root, HASH_LEN, expected, HASH_LEN);
	}
	merkle_root(&world->suite, world->txs, 1, root);
	assert_bytes(root, HASH_LEN, world->txs[0]->id, HASH_LEN);
	merkle_root(&world->suite, world->txs, 0, root);
	assert_bytes(root, HASH_LEN, zeros, HASH_LEN);
}

/* ---- what is refused ---- */

/* Changes one field of a right block, as someone who can sign it again. */
typedef void (*Spoil)(Xldgpb__InternalBlock *msg);

static void
assert_spoilt(World *world, Spoil spoil, gboolean signs, int32_t expected)
{
	const BlockPlan plan = plan_of(world, 2);
	g_autoptr(Block) block = make(world, &plan);
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) der = g_byte_array_new();
	g_autoptr(GByteArray) bytes = NULL;
	guint8 id[HASH_LEN];
	Xldgpb__InternalBlock *msg =
		message_unpack(&arena, &xldgpb__internal_block__descriptor,
			       block->bytes, NULL, NULL);

	spoil(msg);
	if (signs) {
		block_id(&world->suite, msg, id);
		msg->blockid = message_bytes(bsn_slice_of(id, HASH_LEN));
		xuper_sign(&world->signer, id, der, NULL);
		msg->sign = message_bytes(bsn_slice_of(der->data, der->len));
	}
	bytes = message_pack(msg);
	block_unref(decode(world, bsn_slice_of(bytes->data, bytes->len),
			   expected));
}

static const ProtobufCBinaryData odd = { 3, (uint8_t *)"odd" };
static ProtobufCBinaryData odd_list[1] = { { 3, (uint8_t *)"odd" } };
static Xldgpb__FailedTx failed = XLDGPB__FAILED_TX__INIT;
static Xldgpb__FailedTx *failed_list[1] = { &failed };

static void
nothing(Xldgpb__InternalBlock *msg)
{
}
static void
version(Xldgpb__InternalBlock *msg)
{
	msg->version = 2;
}
static void
nonce(Xldgpb__InternalBlock *msg)
{
	msg->nonce = -1;
}
static void
bits(Xldgpb__InternalBlock *msg)
{
	msg->targetbits = -1;
}
static void
term(Xldgpb__InternalBlock *msg)
{
	msg->curterm = -1;
}
static void
round_(Xldgpb__InternalBlock *msg)
{
	msg->curblocknum = -1;
}
static void
negative(Xldgpb__InternalBlock *msg)
{
	msg->height = -7;
}
static void
trunk(Xldgpb__InternalBlock *msg)
{
	msg->in_trunk = TRUE;
}
static void
next(Xldgpb__InternalBlock *msg)
{
	msg->next_hash = odd;
}
static void
parent(Xldgpb__InternalBlock *msg)
{
	msg->pre_hash = odd;
}
static void
root(Xldgpb__InternalBlock *msg)
{
	msg->merkle_root = odd;
}
static void
moment(Xldgpb__InternalBlock *msg)
{
	msg->timestamp += 1;
}
static void
count(Xldgpb__InternalBlock *msg)
{
	msg->tx_count = 3;
}
static void
fewer(Xldgpb__InternalBlock *msg)
{
	msg->n_transactions = 1;
}
static void
proposer(Xldgpb__InternalBlock *msg)
{
	msg->proposer = odd;
}
static void
pubkey(Xldgpb__InternalBlock *msg)
{
	msg->pubkey = odd;
}
static void
genesis(Xldgpb__InternalBlock *msg)
{
	msg->height = 0;
}
static void
other_id(Xldgpb__InternalBlock *msg)
{
	msg->blockid.data[0] ^= 1;
}
static void
sign(Xldgpb__InternalBlock *msg)
{
	msg->sign.data[20] ^= 1;
}
static void
no_sign(Xldgpb__InternalBlock *msg)
{
	msg->sign.len = 0;
}

static void
tree(Xldgpb__InternalBlock *msg)
{
	msg->merkle_tree = odd_list;
	msg->n_merkle_tree = 1;
}

static void
failures(Xldgpb__InternalBlock *msg)
{
	msg->failed_txs = failed_list;
	msg->n_failed_txs = 1;
}

static void
swapped(Xldgpb__InternalBlock *msg)
{
	Xldgpb__Transaction *tx = msg->transactions[0];

	msg->transactions[0] = msg->transactions[1];
	msg->transactions[1] = tx;
}

static void
blanks(Xldgpb__InternalBlock *msg)
{
	/* Its text with a blank behind, which the arena has room for. */
	static uint8_t text[512];

	memcpy(text, msg->pubkey.data, msg->pubkey.len);
	text[msg->pubkey.len] = ' ';
	msg->pubkey.data = text;
	msg->pubkey.len++;
}

static void
no_signers(Xldgpb__InternalBlock *msg)
{
	msg->justify->signinfos->n_qcsigninfos = 0;
}

static void
short_proposal(Xldgpb__InternalBlock *msg)
{
	msg->justify->proposalid.len = 31;
}

static void
test_refused(World *world, gconstpointer gm)
{
	static const Spoil signed_ones[] = {
		version, nonce,	   bits,       term,	       round_, negative,
		trunk,	 next,	   parent,     root,	       moment, count,
		fewer,	 proposer, pubkey,     genesis,	       tree,   failures,
		swapped, blanks,   no_signers, short_proposal,
	};

	assert_spoilt(world, nothing, TRUE, BSN_OK);
	for (guint i = 0; i < G_N_ELEMENTS(signed_ones); i++)
		assert_spoilt(world, signed_ones[i], TRUE, BSN_BAD_REQUEST);
	assert_spoilt(world, other_id, FALSE, BSN_BAD_REQUEST);
	assert_spoilt(world, sign, FALSE, BSN_BAD_SIGNATURE);
	assert_spoilt(world, no_sign, FALSE, BSN_BAD_SIGNATURE);
}

static void
test_other_encodings(World *world, gconstpointer gm)
{
	static const guint8 unknown[] = { 0xf8, 0x7f, 0x01 };
	const BlockPlan plan = plan_of(world, 2);
	g_autoptr(Block) block = make(world, &plan);
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_auto(Frame) frame = { 0 };

	decode(world, bsn_slice_of(NULL, 0), BSN_BAD_REQUEST);
	put(out, block->bytes.data, block->bytes.len);
	put(out, unknown, sizeof(unknown));
	decode(world, bsn_slice_of(out->data, out->len), BSN_BAD_REQUEST);
	/* Transactions at the end, or in two places. */
	g_assert_true(frame_cut(block->bytes, &frame));
	g_assert_cmpuint(frame.txs->len, ==, 2);
	for (guint first = 0; first < 2; first++) {
		g_byte_array_set_size(out, 0);
		put(out, frame.before.data, frame.before.len);
		if (first == 1)
			frame_put_tx(out, world->txs[0]->bytes);
		put(out, frame.after.data, frame.after.len);
		for (guint i = first; i < 2; i++)
			frame_put_tx(out, world->txs[i]->bytes);
		decode(world, bsn_slice_of(out->data, out->len),
		       BSN_BAD_REQUEST);
	}
	for (guint64 len = 0; len < block->bytes.len; len++)
		decode(world, bsn_slice_of(block->bytes.data, len),
		       BSN_BAD_REQUEST);
}

static void
test_too_large(World *world, gconstpointer gm)
{
	g_autofree guint8 *zeros = g_malloc0(BSN_PROPOSAL_MAX + 1);

	decode(world, bsn_slice_of(zeros, BSN_PROPOSAL_MAX + 1), BSN_TOO_LARGE);
	decode(world, bsn_slice_of(zeros, BSN_PROPOSAL_MAX), BSN_BAD_REQUEST);
}

/* ---- transactions that are known ---- */

static Tx *
known(void *owner, const guint8 id[HASH_LEN])
{
	World *world = owner;

	for (guint i = 0; i < TXS_MAX; i++)
		if (memcmp(world->txs[i]->id, id, HASH_LEN) == 0)
			return tx_ref(world->txs[i]);
	return NULL;
}

static void
test_known(World *world, gconstpointer gm)
{
	const BlockPlan plan = plan_of(world, 3);
	g_autoptr(Block) block = make(world, &plan);
	g_autoptr(Block) again = NULL;

	tx_unref(world->txs[1]);
	world->txs[1] = make_tx(&world->suite, 100);
	again = block_decode(&world->suite, block->bytes, TRUE, known, world,
			     NULL, NULL);
	g_assert_nonnull(again);
	g_assert_true(again->txs[0] == world->txs[0]);
	g_assert_true(again->txs[1] != world->txs[1]);
	g_assert_true(again->txs[2] == world->txs[2]);
}

/* Names the first one's id, and has other bytes. */
static void
test_known_by_a_false_id(World *world, gconstpointer gm)
{
	const BlockPlan plan = plan_of(world, 1);
	g_autoptr(Block) block = make(world, &plan);
	guint8 *at =
		memmem(block->bytes.data, block->bytes.len,
		       world->txs[0]->bytes.data, world->txs[0]->bytes.len);
	int32_t status = BSN_OK;

	g_assert_nonnull(at);
	at[world->txs[0]->bytes.len - 1] ^= 2;
	g_assert_null(block_decode(&world->suite, block->bytes, TRUE, known,
				   world, &status, NULL));
	g_assert_cmpint(status, ==, BSN_BAD_REQUEST);
}

/* ---- plans that cannot be ---- */

static int32_t
refuse_to_sign(void *owner, const guint8 digest[HASH_LEN], GByteArray *der,
	       bsn_err *err)
{
	return bsn_fail(err, BSN_E_IO, "the keystore is gone");
}

static void
test_plans(World *world, gconstpointer gm)
{
	BlockPlan plan = plan_of(world, 1);
	int32_t status = BSN_OK;

	g_assert_null(block_make(&world->suite, &plan, refuse_to_sign, NULL,
				 &status, NULL));
	g_assert_cmpint(status, ==, BSN_E_IO);
	plan.seal.justify = bsn_slice_str("\xff");
	g_assert_null(block_make(&world->suite, &plan, xuper_sign,
				 &world->signer, &status, NULL));
	g_assert_cmpint(status, ==, BSN_BAD_REQUEST);
	plan = plan_of(world, 1);
	plan.seal.term = G_MAXUINT64;
	status = BSN_OK;
	g_assert_null(block_make(&world->suite, &plan, xuper_sign,
				 &world->signer, &status, NULL));
	g_assert_cmpint(status, ==, BSN_BAD_REQUEST);
}

static void
add(const char *name, void (*test)(World *world, gconstpointer gm))
{
	for (gint gm = 0; gm < 2; gm++) {
		g_autofree char *path = g_strdup_printf(
			"/xuper/block/%s/%s", gm ? "gm" : "default", name);

		g_test_add(path, World, GINT_TO_POINTER(gm), set_up, test,
			   tear_down);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("round-trip", test_round_trip);
	add("is-an-internal-block", test_is_an_internal_block);
	add("genesis", test_genesis);
	add("empty", test_empty);
	add("id-is-xuperchains", test_id);
	add("merkle-root-is-xuperchains", test_merkle);
	add("others-are-refused", test_refused);
	add("has-one-encoding", test_other_encodings);
	add("too-large", test_too_large);
	add("known-transactions-are-not-decoded-again", test_known);
	add("known-by-a-false-id", test_known_by_a_false_id);
	add("plans-that-cannot-be", test_plans);
	return g_test_run();
}
