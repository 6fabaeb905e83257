/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks judged by somebody who has nothing but the genesis: what is proven,
 * and that nothing else is.
 */
#include <stddef.h>
#include <string.h>

#include "plugins/engine-fisco/block.h"
#include "plugins/engine-fisco/ledger.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-cluster.h"

#define CONFIG_OF(crypto, consensus)                                           \
	"{\"crypto\":\"" crypto "\",\"chain_id\":1,"                           \
	"\"consensus\":{\"name\":\"" consensus "\"}}"
#define CONFIG CONFIG_OF("std", "pbft")
#define MEMBERS 4u /* node 4 observes */
/* The first transaction is agreed on alone, the others in the next block. */
#define NUMBER 2u
#define TXS 3u

static FiscoCluster cluster;
static GByteArray *good; /* its block NUMBER */

/* ---- a chain ------------------------------------------------------------- */

static GByteArray *
raw_block(const FiscoChain *chain, guint64 number)
{
	g_autoptr(bsn_reply) reply =
		fisco_block(chain, number, BSN_BLOCK_WITH_RAW);
	g_autoptr(json_t) detail = fisco_json(reply->block.detail);
	const char *hex = json_string_value(json_object_get(detail, "raw"));
	GByteArray *raw = g_byte_array_new();

	g_assert_nonnull(hex);
	g_assert_true(hex_decode(hex, strlen(hex), raw));
	return raw;
}

static void
submit(void)
{
	g_autoptr(GByteArray) tx = cluster_tx(&cluster, 0);

	g_ptr_array_add(cluster.replies,
			fisco_submit(cluster.nodes[0].chain, tx));
}

static void
start(const char *config)
{
	cluster_start(&cluster, MEMBERS + 1, 1, config);
	cluster_join_all(&cluster);
	for (guint i = 0; i < TXS + 1; i++)
		submit();
	cluster_advance(&cluster, 2000);
	g_assert_cmpuint(cluster_height(&cluster, 0), ==, NUMBER);
	good = raw_block(cluster.nodes[0].chain, NUMBER);
}

static void
stop(void)
{
	g_clear_pointer(&good, g_byte_array_unref);
	cluster_stop(&cluster);
}

static bsn_slice
genesis(void)
{
	return buffer_slice(cluster.nodes[0].chain->genesis);
}

static BlockView
view_of(const GByteArray *raw)
{
	BlockView view;

	g_assert_cmpint(block_read(&cluster_ledger(&cluster, 0)->suite,
				   buffer_slice(raw), &view, NULL),
			==, BSN_OK);
	return view;
}

/* ---- judging ------------------------------------------------------------- */

/* What is judged lies in memory of exactly its size, so that a sanitizer sees
 * who reads on. Nothing is told of what is not proven. */
static int32_t
judge(bsn_slice of, const bsn_member *members, guint64 n, bsn_slice block,
      GByteArray *told, bsn_err *err)
{
	g_autofree guint8 *copy = g_memdup2(block.data, block.len);
	g_autoptr(GByteArray) text = g_byte_array_new();
	BufferSink sink = buffer_sink(text, 1 << 20);
	int32_t status = fisco_engine()->block->verify(
		of, members, n, bsn_slice_of(copy, block.len), &sink.sink, err);

	if (status != BSN_OK)
		g_assert_cmpuint(text->len, ==, 0);
	else if (told != NULL)
		g_byte_array_append(told, text->data, text->len);
	return status;
}

static void
refused_to(bsn_slice of, const bsn_member *members, guint64 n,
	   const GByteArray *block, int32_t status, const char *reason)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(
		judge(of, members, n, buffer_slice(block), NULL, &err), ==,
		status);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" does not say \"%s\"", err.reason, reason);
}

static void
refused(const GByteArray *block, int32_t status, const char *reason)
{
	refused_to(genesis(), NULL, 0, block, status, reason);
}

static void
assert_proven(const char *config)
{
	g_autoptr(GByteArray) told = g_byte_array_new();
	g_autoptr(json_t) json = NULL;
	g_autoptr(json_t) expected = NULL;
	g_autofree char *hash = NULL;
	bsn_err err = BSN_ERR_INIT;
	BlockView view;

	start(config);
	view = view_of(good);
	if (judge(genesis(), NULL, 0, buffer_slice(good), told, &err) != BSN_OK)
		g_error("%s", err.reason);
	json = fisco_json(buffer_slice(told));
	hash = hex_encode(view.hash);
	expected = json_pack("{s:i, s:s, s:I, s:i, s:s, s:i, s:i}", "number",
			     NUMBER, "hash", hash, "time_ms",
			     (json_int_t)view.header.time_ms, "txs", TXS,
			     "consensus", "pbft", "members", MEMBERS, "quorum",
			     3);
	g_assert_true(json_equal(json, expected));
	stop();
}

static void
test_good(void)
{
	assert_proven(CONFIG);
	assert_proven(CONFIG_OF("sm", "pbft"));
}

/* The fuzzer begins with a block that is proven by this chain's genesis. */
static void
test_corpus(void)
{
	g_autofree char *path =
		g_test_build_filename(G_TEST_DIST, "tests/fuzz/corpus",
				      "fisco-proof", "good", NULL);
	g_autofree char *data = NULL;
	gsize len;

	start(CONFIG);
	g_assert_true(g_file_get_contents(path, &data, &len, NULL));
	g_assert_cmpint(judge(genesis(), NULL, 0, bsn_slice_of(data, len), NULL,
			      NULL),
			==, BSN_OK);
	stop();
}

/* ---- a block that was altered ------------------------------------------- */

/* A block of these parts, under its own hash or, NULL, the header's. */
static GByteArray *
block_of(const Header *header, const guint8 *hash, bsn_slice txs,
	 bsn_slice sigs, bsn_slice receipts)
{
	g_autoptr(GByteArray) raw = g_byte_array_new();
	GByteArray *block = g_byte_array_new();
	guint8 digest[HASH_LEN];

	header_put(header, raw);
	suite_digest1(&cluster_ledger(&cluster, 0)->suite, buffer_slice(raw),
		      digest);
	block_put(buffer_slice(raw), hash != NULL ? hash : digest, txs, sigs,
		  receipts, block);
	return block;
}

static void
header_refused(const Header *header, int32_t status, const char *reason)
{
	const BlockView view = view_of(good);
	g_autoptr(GByteArray) same = block_of(header, view.hash.data, view.txs,
					      view.sigs, view.receipts);
	g_autoptr(GByteArray) rehashed =
		block_of(header, NULL, view.txs, view.sigs, view.receipts);

	refused(same, BSN_BAD_REQUEST, "hash is not its header's");
	refused(rehashed, status, reason);
}

static void
test_header(void)
{
	static const struct {
		gsize at;
		int32_t status;
		const char *reason;
	} fields[] = {
		{ offsetof(Header, parent_hash), BSN_BAD_SIGNATURE,
		  "does not verify" },
		{ offsetof(Header, state_root), BSN_BAD_SIGNATURE,
		  "does not verify" },
		{ offsetof(Header, txs_root), BSN_BAD_REQUEST,
		  "its transactions are not" },
		{ offsetof(Header, receipts_root), BSN_BAD_REQUEST,
		  "its receipts are not" },
		{ offsetof(Header, db_hash), BSN_BAD_SIGNATURE,
		  "does not verify" },
		{ offsetof(Header, bloom), BSN_BAD_SIGNATURE,
		  "does not verify" },
		{ offsetof(Header, gas_limit), BSN_BAD_SIGNATURE,
		  "does not verify" },
		{ offsetof(Header, gas_used), BSN_BAD_SIGNATURE,
		  "does not verify" },
		{ offsetof(Header, time_ms), BSN_BAD_SIGNATURE,
		  "does not verify" },
	};
	Header header;

	start(CONFIG);
	for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
		header = view_of(good).header;
		((guint8 *)&header)[fields[i].at] ^= 1;
		header_refused(&header, fields[i].status, fields[i].reason);
	}
	header = view_of(good).header;
	header.number = NUMBER + 1;
	header_refused(&header, BSN_BAD_SIGNATURE, "does not verify");
	/* Who could be said to have agreed. */
	header = view_of(good).header;
	header.sealers.len = header.sealers.len / MEMBERS * (MEMBERS - 1);
	header_refused(&header, BSN_BAD_SIGNATURE,
		       "3 members agreed on it, 3 of them among the 4");
	stop();
}

static void
body_refused(bsn_slice txs, bsn_slice receipts, const char *what)
{
	const BlockView view = view_of(good);
	g_autoptr(GByteArray) block =
		block_of(&view.header, NULL, txs, view.sigs, receipts);

	refused(block, BSN_BAD_REQUEST, what);
}

/* The item of a list that has so many, all alike in size, is there twice. */
static GByteArray *
doubled(bsn_slice items)
{
	RlpReader reader = rlp_reader(items);
	bsn_slice first = rlp_read_raw(&reader, "item");
	GByteArray *more = g_byte_array_new();

	g_byte_array_append(more, first.data, (guint)first.len);
	g_byte_array_append(more, items.data, (guint)items.len);
	return more;
}

/* The first one comes last. */
static GByteArray *
rotated(bsn_slice items)
{
	RlpReader reader = rlp_reader(items);
	bsn_slice first = rlp_read_raw(&reader, "item");
	GByteArray *other = g_byte_array_new();

	g_byte_array_append(other, items.data + first.len,
			    (guint)(items.len - first.len));
	g_byte_array_append(other, first.data, (guint)first.len);
	return other;
}

/* The first transaction, a list, as the string of bytes that types have. */
static GByteArray *
wrapped(bsn_slice txs)
{
	RlpReader reader = rlp_reader(txs);
	bsn_slice first = rlp_read_raw(&reader, "item");
	const RlpItem item = rlp_bytes(first);
	GByteArray *other = g_byte_array_new();

	rlp_put(other, &item);
	g_byte_array_append(other, txs.data + first.len,
			    (guint)(txs.len - first.len));
	return other;
}

static void
test_body(void)
{
	static const char txs_reason[] = "its transactions are not";
	static const char receipts_reason[] = "its receipts are not";
	const bsn_slice none = bsn_slice_of(NULL, 0);
	g_autoptr(GByteArray) more = NULL;
	g_autoptr(GByteArray) other = NULL;
	g_autoptr(GByteArray) receipts = NULL;
	g_autoptr(GByteArray) strange = NULL;
	BlockView view;

	start(CONFIG);
	view = view_of(good);
	body_refused(none, view.receipts, txs_reason);
	body_refused(view.txs, none, receipts_reason);
	more = doubled(view.txs);
	body_refused(buffer_slice(more), view.receipts, txs_reason);
	other = rotated(view.txs);
	body_refused(buffer_slice(other), view.receipts, txs_reason);
	receipts = doubled(view.receipts);
	body_refused(view.txs, buffer_slice(receipts), receipts_reason);
	strange = wrapped(view.txs);
	body_refused(buffer_slice(strange), view.receipts, "transaction");
	stop();
}

static void
test_every_byte(void)
{
	start(CONFIG);
	for (guint i = 0; i < good->len; i++) {
		good->data[i] ^= 1;
		if (judge(genesis(), NULL, 0, buffer_slice(good), NULL,
			  NULL) == BSN_OK)
			g_error("byte %u of %u may be another", i, good->len);
		good->data[i] ^= 1;
	}
	stop();
}

static void
test_every_length(void)
{
	start(CONFIG);
	for (guint len = 0; len < good->len; len++)
		g_assert_cmpint(judge(genesis(), NULL, 0,
				      bsn_slice_of(good->data, len), NULL,
				      NULL),
				==, BSN_BAD_REQUEST);
	g_byte_array_append(good, (const guint8 *)"", 1);
	refused(good, BSN_BAD_REQUEST, "");
	stop();
}

/* ---- its certificate ----------------------------------------------------- */

/* Of the encoding that plugins/consensus-pbft/certificate.h has: where the
 * number of signatures is, after the chain's id. */
#define KIND_AT 1u
#define COUNT_AT (3u + HASH_LEN + 8u)

static GByteArray *
certificate(void)
{
	const BlockView view = view_of(good);
	RlpReader reader = rlp_reader(view.sigs);
	GByteArray *copy = g_byte_array_new();
	bsn_slice bytes;

	rlp_enter(&reader, "certificate");
	(void)rlp_read_u64(&reader, "sealer");
	bytes = rlp_read_bytes(&reader, "certificate", COUNT_AT + 2, 65536);
	g_byte_array_append(copy, bytes.data, (guint)bytes.len);
	g_assert_cmpuint(copy->data[2], ==, HASH_LEN);
	return copy;
}

/* The block with `times` times this certificate. */
static GByteArray *
certified(const GByteArray *bytes, guint times)
{
	const BlockView view = view_of(good);
	const RlpItem sig[] = { rlp_u64(view.header.sealer),
				rlp_bytes(buffer_slice(bytes)) };
	g_autoptr(GByteArray) sigs = g_byte_array_new();

	for (guint i = 0; i < times; i++)
		rlp_put_list(sigs, sig, G_N_ELEMENTS(sig));
	return block_of(&view.header, NULL, view.txs, buffer_slice(sigs),
			view.receipts);
}

static void
certificate_refused(const GByteArray *bytes, guint times, int32_t status,
		    const char *reason)
{
	g_autoptr(GByteArray) block = certified(bytes, times);

	refused(block, status, reason);
}

/* Leaves the first n signers. */
static void
cut_signers(GByteArray *bytes, guint n)
{
	guint at = COUNT_AT + 2;

	g_assert_cmpuint(bytes->data[COUNT_AT + 1], >, n);
	for (guint i = 0; i < n; i++)
		at += 3u + bytes->data[at + 2];
	bytes->data[COUNT_AT + 1] = (guint8)n;
	g_byte_array_set_size(bytes, at);
}

static void
test_certificate(void)
{
	g_autoptr(GByteArray) bytes = NULL;
	g_autoptr(GByteArray) same = NULL;

	start(CONFIG);
	bytes = certificate();
	same = certified(bytes, 1);
	assert_bytes(same->data, same->len, good->data, good->len);
	certificate_refused(bytes, 0, BSN_BAD_SIGNATURE, "no certificate");
	certificate_refused(bytes, 2, BSN_BAD_REQUEST, "");
	bytes->data[KIND_AT]--;
	certificate_refused(bytes, 1, BSN_BAD_SIGNATURE, "another kind");
	bytes->data[KIND_AT]++;
	for (guint n = 2; n > 0; n--) {
		cut_signers(bytes, n);
		certificate_refused(bytes, 1, BSN_BAD_SIGNATURE, "no quorum");
	}
	g_byte_array_set_size(bytes, 1);
	certificate_refused(bytes, 1, BSN_BAD_SIGNATURE,
			    "not one of consensus pbft");
	stop();
}

static void
test_genesis_block(void)
{
	g_autoptr(GByteArray) raw = NULL;

	start(CONFIG);
	raw = raw_block(cluster.nodes[0].chain, 0);
	refused(raw, BSN_BAD_REQUEST, "compare genesis files");
	stop();
}

/* ---- of which chain, by whom --------------------------------------------- */

/* The members as the genesis has them, observers last. */
static void
get_members(bsn_member *members)
{
	for (guint i = 0; i <= MEMBERS; i++)
		members[i] = (bsn_member){
			.size = sizeof(bsn_member),
			.role = i < MEMBERS ? BSN_ROLE_CONSENSUS
					    : BSN_ROLE_OBSERVER,
			.algorithm = cluster.algorithm,
			.public_key = fake_node_key(i, cluster.algorithm),
		};
}

static GByteArray *
other_genesis(const char *config, guint64 time_ms)
{
	GByteArray *out = g_byte_array_new();
	BufferSink sink = buffer_sink(out, 1 << 20);
	bsn_member members[MEMBERS + 1];
	const bsn_genesis request = { .size = sizeof(request),
				      .member_count = MEMBERS + 1,
				      .name = bsn_slice_str("cluster"),
				      .config = bsn_slice_str(config),
				      .members = members,
				      .time_ms = time_ms };
	bsn_err err = BSN_ERR_INIT;

	get_members(members);
	if (fisco_engine()->chain->genesis(&request, &sink.sink, &err) !=
	    BSN_OK)
		g_error("%s", err.reason);
	return out;
}

/* Nodes sign for all chains that they share with the same keys. */
static void
test_other_chain(void)
{
	g_autoptr(GByteArray) other = NULL;

	start(CONFIG);
	other = other_genesis(CONFIG, FAKE_START_MS);
	refused_to(buffer_slice(other), NULL, 0, good, BSN_BAD_SIGNATURE,
		   "another chain");
	stop();
}

static void
test_bad_genesis(void)
{
	bsn_slice cut;

	start(CONFIG);
	for (cut = genesis(), cut.len = 0; cut.len < genesis().len; cut.len++) {
		g_autofree guint8 *copy = g_memdup2(cut.data, cut.len);

		refused_to(bsn_slice_of(copy, cut.len), NULL, 0, good,
			   BSN_BAD_REQUEST, "");
	}
	stop();
}

static void
test_members(void)
{
	bsn_member members[MEMBERS + 1];
	bsn_member swapped;

	start(CONFIG);
	get_members(members);
	swapped = members[0];
	members[0] = members[MEMBERS];
	members[MEMBERS] = swapped;
	/* In any order, observers among them. */
	g_assert_cmpint(judge(genesis(), members, MEMBERS + 1,
			      buffer_slice(good), NULL, NULL),
			==, BSN_OK);
	/* One too few, one that is another, one too many. */
	refused_to(genesis(), members, MEMBERS, good, BSN_BAD_SIGNATURE,
		   "4 members agreed on it, 3 of them among the 3");
	members[0].role = BSN_ROLE_CONSENSUS;
	refused_to(genesis(), members, MEMBERS, good, BSN_BAD_SIGNATURE,
		   "4 members agreed on it, 3 of them among the 4");
	refused_to(genesis(), members, MEMBERS + 1, good, BSN_BAD_SIGNATURE,
		   "4 members agreed on it, 4 of them among the 5");
	/* Who is there twice is not two. */
	members[0] = members[1];
	refused_to(genesis(), members, MEMBERS, good, BSN_BAD_SIGNATURE,
		   "4 members agreed on it, 3 of them among the 4");
	refused_to(genesis(), members, MEMBERS + 1, good, BSN_BAD_SIGNATURE,
		   "4 members agreed on it, 4 of them among the 5");
	members[0].role = BSN_ROLE_OBSERVER;
	members[1].algorithm = "rot13";
	refused_to(genesis(), members, MEMBERS + 1, good, BSN_BAD_REQUEST,
		   "rot13");
	stop();
}

/* ---- chains without certificates ----------------------------------------- */

static void
assert_unprovable(const char *config, const char *consensus)
{
	FiscoChain *chain;
	Account account;
	g_autofree char *address = NULL;
	g_autoptr(GByteArray) block = NULL;

	fisco_reset(2);
	chain = fisco_new("alone", config);
	fake_host_advance(5000);
	account = fisco_account(chain, 1);
	address = fisco_deployed(chain, &account, "", "");
	block = raw_block(chain, 1);
	refused_to(buffer_slice(chain->genesis), NULL, 0, block,
		   BSN_NOT_OFFERED, consensus);
	refused_to(buffer_slice(chain->genesis), NULL, 0, block,
		   BSN_NOT_OFFERED, "its blocks prove nothing to others");
	fisco_free(chain);
}

static void
test_unprovable(void)
{
	assert_unprovable(CONFIG_OF("std", "raft"), "agrees by raft");
	assert_unprovable(CONFIG_OF("sm", "solo"), "agrees by solo");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco-proof/a-good-block-is-proven", test_good);
	g_test_add_func("/fisco-proof/the-fuzzer-begins-with-a-good-one",
			test_corpus);
	g_test_add_func("/fisco-proof/an-altered-header-is-refused",
			test_header);
	g_test_add_func("/fisco-proof/an-altered-body-is-refused", test_body);
	g_test_add_func("/fisco-proof/any-altered-byte-is-refused",
			test_every_byte);
	g_test_add_func("/fisco-proof/a-cut-block-is-refused",
			test_every_length);
	g_test_add_func("/fisco-proof/a-quorum-must-have-certified-it",
			test_certificate);
	g_test_add_func("/fisco-proof/block-0-is-the-genesis",
			test_genesis_block);
	g_test_add_func("/fisco-proof/another-chain-proves-nothing",
			test_other_chain);
	g_test_add_func("/fisco-proof/a-cut-genesis-is-refused",
			test_bad_genesis);
	g_test_add_func("/fisco-proof/members-are-those-that-are-trusted",
			test_members);
	g_test_add_func("/fisco-proof/some-protocols-certify-nothing",
			test_unprovable);
	return g_test_run();
}
