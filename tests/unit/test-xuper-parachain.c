/* SPDX-License-Identifier: Apache-2.0
 *
 * $parachain, and what it has the host do: chains that are begun and ended.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/cross/private.h"
#include "plugins/engine-xuper/ledger/ledger_private.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/services.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-kernel.h"

#define BFT "{\"consensus\":{\"name\":\"chainedbft\"}}"
#define DATA                                                                   \
	"{\"nofee\":true,\"predistribution\":[{\"address\":\"#5\","            \
	"\"quota\":\"100\"}],\"consensus\":{\"name\":\"single\"}}"
#define GROUP                                                                  \
	"{\"name\":\"side\",\"admin\":[\"#5\"],\"identities\":[\"#0\"]}"

static void
create(KernelChain *chain, const char *name, const char *group)
{
	kernel_done(chain, "5", "$parachain.createChain", "name", name, "data",
		    DATA, "group", group, NULL);
}

/* ---- the contract --------------------------------------------------------- */

static void
test_create(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);
	g_autofree char *admin = kernel_text(chain, "#5");

	create(chain, "side", GROUP);
	kernel_done(chain, "0", "$parachain.getGroup", "name", "side", NULL);
	g_assert_cmpstr(json_string_value(kernel_answered(chain, "admin.0")),
			==, admin);
	g_assert_cmpint(json_integer_value(kernel_answered(chain, "status")),
			==, 0);
	kernel_refused(chain, BSN_CONFLICT, "already", "5",
		       "$parachain.createChain", "name", "side", "data", DATA,
		       "group", GROUP, NULL);
	/* Whoever makes one is its administrator; here a node, too. */
	kernel_done(chain, "1", "$parachain.createChain", "name", "own",
		    "data", DATA, NULL);
	kernel_refused(chain, BSN_DENIED, "no administrator", "5",
		       "$parachain.stopChain", "name", "own", NULL);
	kernel_done(chain, "1", "$parachain.stopChain", "name", "own", NULL);
}

static void
test_create_refused(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);
	const char *method = "$parachain.createChain";

	kernel_refused(chain, BSN_BAD_REQUEST, "argument name", "5", method,
		       "name", "Side", "data", DATA, "group", GROUP, NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "name", "5", method, "data",
		       DATA, NULL);
	kernel_refused(chain, BSN_CONFLICT, "already", "0", method, "name",
		       "one", "data", DATA, NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "data", "0", method, "name",
		       "side", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "must be the chain's", "5",
		       method, "name", "other", "data", DATA, "group", GROUP,
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "administrator", "5", method,
		       "name", "side", "data", DATA, "group",
		       "{\"name\":\"side\",\"admin\":[]}", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "addresses", "5", method,
		       "name", "side", "data", DATA, "group",
		       "{\"name\":\"side\",\"admin\":[\"me\"]}", NULL);
	/* Nobody would run it. */
	kernel_refused(chain, BSN_BAD_REQUEST, "no node", "5", method, "name",
		       "side", "data", DATA, NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "crypto", "0", method, "name",
		       "side", "data",
		       "{\"crypto\":\"gm\",\"consensus\":{\"name\":\"single\"}"
		       "}",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "", "0", method, "name", "side",
		       "data", "{\"consensus\":{\"name\":\"none\"}}", NULL);
	kernel_refused(chain, BSN_NOT_FOUND, "no parallel chain", "0",
		       "$parachain.getGroup", "name", "side", NULL);
}

static void
test_not_root(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(
		"{\"parent\":\"root\",\"consensus\":{\"name\":\"chainedbft\"}}",
		FALSE, 4, 4);

	kernel_refused(chain, BSN_DENIED, "root", "0",
		       "$parachain.createChain", "name", "side", "data", DATA,
		       NULL);
	kernel_refused(chain, BSN_DENIED, "root", "0", "$parachain.stopChain",
		       "name", "side", NULL);
}

static void
test_edit(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);

	create(chain, "side", GROUP);
	kernel_refused(chain, BSN_DENIED, "no administrator", "0",
		       "$parachain.editGroup", "name", "side", "identities",
		       "[\"#0\"]", NULL);
	kernel_done(chain, "5", "$parachain.editGroup", "name", "side",
		    "identities", "[\"#1\",\"#2\"]", NULL);
	kernel_done(chain, "1", "$parachain.getGroup", "name", "side", NULL);
	g_assert_cmpuint(json_array_size(kernel_answered(chain, "identities")),
			 ==, 2);
	g_assert_cmpuint(json_array_size(kernel_answered(chain, "admin")), ==,
			 1);
	kernel_done(chain, "5", "$parachain.editGroup", "name", "side",
		    "admin", "[\"#6\"]", NULL);
	kernel_refused(chain, BSN_DENIED, "no administrator", "5",
		       "$parachain.stopChain", "name", "side", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "administrator", "6",
		       "$parachain.editGroup", "name", "side", "admin", "[]",
		       NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "array", "6",
		       "$parachain.editGroup", "name", "side", "admin", "x",
		       NULL);
	/* An edit does not start a chain that was stopped. */
	kernel_done(chain, "6", "$parachain.stopChain", "name", "side", NULL);
	kernel_done(chain, "6", "$parachain.editGroup", "name", "side",
		    "identities", "[]", NULL);
	kernel_done(chain, "6", "$parachain.getGroup", "name", "side", NULL);
	g_assert_cmpint(json_integer_value(kernel_answered(chain, "status")),
			==, 1);
}

/* Who is not in a group is not told it. */
static void
test_get(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);

	create(chain, "side", GROUP);
	kernel_done(chain, "5", "$parachain.getGroup", "name", "side", NULL);
	kernel_refused(chain, BSN_DENIED, "told to its members", "7",
		       "$parachain.getGroup", "name", "side", NULL);
	kernel_done(chain, "5", "$parachain.editGroup", "name", "side",
		    "identities", "[\"#7\"]", NULL);
	kernel_done(chain, "7", "$parachain.getGroup", "name", "side", NULL);
	kernel_refused(chain, BSN_DENIED, "told to its members", "0",
		       "$parachain.getGroup", "name", "side", NULL);
}

static void
test_readers(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);

	create(chain, "side",
	       "{\"name\":\"side\",\"admin\":[\"#5\"],\"identities\":[\"#0\"],"
	       "\"readers\":[\"wide\"]}");
	kernel_done(chain, "5", "$parachain.getGroup", "name", "side", NULL);
	g_assert_cmpstr(json_string_value(kernel_answered(chain, "readers.0")),
			==, "wide");
	kernel_done(chain, "5", "$parachain.editGroup", "name", "side",
		    "readers", "[\"*\"]", NULL);
	kernel_done(chain, "5", "$parachain.getGroup", "name", "side", NULL);
	g_assert_cmpstr(json_string_value(kernel_answered(chain, "readers.0")),
			==, "*");
	kernel_refused(chain, BSN_BAD_REQUEST, "names of chains", "5",
		       "$parachain.editGroup", "name", "side", "readers",
		       "[\"No Name\"]", NULL);
	kernel_refused(chain, BSN_BAD_REQUEST, "readers must be an array", "5",
		       "$parachain.editGroup", "name", "side", "readers", "{}",
		       NULL);
}

/* ---- what the host is asked for -------------------------------------------- */

static GString *orders; /* "+side -own " */
static GBytes *genesis; /* of the last one that was begun */
static int32_t verdict;

static int32_t
begin(bsn_chain *parent, bsn_slice name, bsn_slice bytes, bsn_err *err)
{
	if (verdict != BSN_OK)
		return bsn_fail(err, verdict, "not now");
	g_string_append_printf(orders, "+%.*s ", (int)name.len, name.data);
	g_clear_pointer(&genesis, g_bytes_unref);
	genesis = g_bytes_new(bytes.data, bytes.len);
	return BSN_OK;
}

static int32_t
end(bsn_chain *parent, bsn_slice name, bsn_err *err)
{
	g_string_append_printf(orders, "-%.*s ", (int)name.len, name.data);
	return BSN_OK;
}

static GString *told; /* "side {...} " */

static int32_t
question(bsn_chain *chain, bsn_slice name, uint64_t cookie, bsn_slice text,
	 bsn_err *err)
{
	g_string_append_printf(told, "%.*s %.*s ", (int)name.len, name.data,
			       (int)text.len, text.data);
	return BSN_OK;
}

static const bsn_chains table = { .size = sizeof(table),
				  .begin = begin,
				  .end = end,
				  .ask = question };

/* A node of the chain as it stands, with nothing but what cross/ needs. */
typedef struct {
	KernelChain *chain;
	LedgerNode root;
	Ledger blocks;
	struct bsn_ledger ledger;
} Node;

static void
node_open(Node *node, KernelChain *chain, guint person)
{
	*node = (Node){ .chain = chain };
	node->root = (LedgerNode){ .block = chain->genesis,
				   .layer = chain->layer };
	node->blocks.root = &node->root;
	node->ledger.chain = chain->chain;
	node->ledger.suite = chain->suite;
	node->ledger.config = chain->config;
	node->ledger.ledger = &node->blocks;
	g_strlcpy(node->ledger.node_address, chain->people[person].address,
		  ADDRESS_MAX);
	services.chains = &table;
	verdict = BSN_OK;
	orders = g_string_new(NULL);
	told = g_string_new(NULL);
	cross_open(&node->ledger);
}

static void
node_close(Node *node)
{
	cross_close(&node->ledger);
	g_string_free(g_steal_pointer(&orders), TRUE);
	g_string_free(g_steal_pointer(&told), TRUE);
	g_clear_pointer(&genesis, g_bytes_unref);
	services.chains = NULL;
}

static void
expect(const char *text)
{
	g_assert_cmpstr(orders->str, ==, text);
	g_string_truncate(orders, 0);
}

/* A final block has changed a group. */
static void
changed(Node *node)
{
	Xldgpb__TxOutputExt output = XLDGPB__TX_OUTPUT_EXT__INIT;
	Xldgpb__TxOutputExt *outputs[] = { &output };
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	Tx tx = { 0 };
	Tx *txs[] = { &tx };
	Block block = { 0 };

	output.bucket = (char *)BUCKET_PARACHAIN;
	msg.n_tx_outputs_ext = 1;
	msg.tx_outputs_ext = outputs;
	tx.msg = &msg;
	block.n_txs = 1;
	block.txs = txs;
	cross_final(&node->ledger, &block);
	cross_durable(&node->ledger);
}

static void
test_group_decides(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);
	Node node;

	create(chain, "side", GROUP);
	create(chain, "wide",
	       "{\"name\":\"wide\",\"admin\":[\"#5\"],\"identities\":[\"#1\"]}");
	node_open(&node, chain, 0);
	expect("+side -wide ");
	changed(&node);
	expect(""); /* nothing is new */
	kernel_done(chain, "5", "$parachain.editGroup", "name", "wide",
		    "identities", "[\"#0\"]", NULL);
	expect(""); /* it is not final */
	changed(&node);
	expect("+wide ");
	kernel_done(chain, "5", "$parachain.editGroup", "name", "side",
		    "identities", "[\"#1\"]", NULL);
	kernel_done(chain, "5", "$parachain.stopChain", "name", "wide", NULL);
	changed(&node);
	expect("-side -wide ");
	node_close(&node);
	/* All that should be there is asked for after a start. */
	node_open(&node, chain, 1);
	expect("+side -wide ");
	node_close(&node);
}

static void
test_genesis(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);
	g_autoptr(ChainConfig) config = NULL;
	g_autoptr(Block) block = NULL;
	g_autoptr(GBytes) first = NULL;
	Suite suite;
	bsn_err err = BSN_ERR_INIT;
	Node node;

	create(chain, "side", GROUP);
	node_open(&node, chain, 0);
	expect("+side ");
	first = g_bytes_ref(genesis);
	g_assert_cmpint(genesis_read(bsn_slice_of(g_bytes_get_data(first, NULL),
						  g_bytes_get_size(first)),
				     services.crypto, &suite, &config, &block,
				     &err),
			==, BSN_OK);
	g_assert_cmpstr(config->name, ==, "side");
	g_assert_cmpstr(config->parent, ==, "one");
	g_assert_cmpstr(config->consensus, ==, "single");
	node_close(&node);
	/* It is the same on a node that comes later. */
	kernel_done(chain, "5", "$parachain.editGroup", "name", "side",
		    "identities", "[\"#0\",\"#3\"]", NULL);
	node_open(&node, chain, 3);
	expect("+side ");
	g_assert_true(g_bytes_equal(first, genesis));
	node_close(&node);
}

static void
test_refusals(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);
	bsn_err err = BSN_ERR_INIT;
	Node node;

	node_open(&node, chain, 0);
	create(chain, "side", GROUP);
	verdict = BSN_BUSY;
	changed(&node);
	verdict = BSN_OK;
	expect("");
	cross_timer(&node.ledger);
	expect("+side ");
	/* What is denied is not asked for again and again. */
	create(chain, "wide",
	       "{\"name\":\"wide\",\"admin\":[\"#5\"],\"identities\":[\"#0\"]}");
	verdict = BSN_DENIED;
	changed(&node);
	verdict = BSN_OK;
	changed(&node);
	expect("");
	bsn_fail(&err, BSN_UNAVAILABLE, "closed");
	xuper_engine_chains.began(&node.ledger, bsn_slice_str("side"),
				  BSN_UNAVAILABLE, &err);
	expect("");
	node_close(&node);
}

/* ---- groups of parallel chains --------------------------------------------- */

static void
test_told(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(BFT, FALSE, 4, 4);
	Node node;

	create(chain, "side", GROUP);
	node_open(&node, chain, 0);
	g_assert_cmpstr(told->str, ==, "");
	xuper_engine_chains.began(&node.ledger, bsn_slice_str("side"), BSN_OK,
				  NULL);
	g_assert_true(g_str_has_prefix(told->str, "side {\"group\":{"));
	g_string_truncate(told, 0);
	kernel_done(chain, "5", "$parachain.editGroup", "name", "side",
		    "identities", "[\"#0\",\"#1\"]", NULL);
	changed(&node);
	g_assert_true(g_str_has_prefix(told->str, "side {\"group\":{"));
	g_assert_nonnull(strstr(told->str, chain->people[1].address));
	node_close(&node);
}

static gboolean
admits(const Node *node, guint person)
{
	return cross_admits(&node->ledger,
			    bsn_slice_of(node->chain->people[person].public_key,
					 PUBLIC_KEY_LEN));
}

static int32_t
tell(Node *node, const char *from, const char *text)
{
	g_autofree char *whole = kernel_text(node->chain, text);
	bsn_reply *reply = fake_reply_new(node->chain->chain,
					  FAKE_ANSWER_VALUE);
	int32_t status = xuper_engine_chains.asked(
		&node->ledger, bsn_slice_str(from), bsn_slice_str(whole), reply,
		&reply->err);

	fake_asked(reply, status);
	fake_reply_free(reply);
	return status;
}

/* What it asks its root chain for comes. */
static void
answer_group(Node *node, const char *group)
{
	Bsn__Cross__Answer answer = BSN__CROSS__ANSWER__INIT;
	g_autoptr(GByteArray) bytes = NULL;

	answer.there = TRUE;
	answer.value = message_bytes(bsn_slice_str(group));
	bytes = message_pack(&answer);
	xuper_engine_chains.answered(&node->ledger, 2, BSN_OK,
				     buffer_slice(bytes), NULL);
}

static void
test_group(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(
		"{\"parent\":\"root\",\"consensus\":{\"name\":\"chainedbft\"}}",
		FALSE, 4, 4);
	bsn_err err = BSN_ERR_INIT;
	Node node;

	node_open(&node, chain, 0);
	/* It asks its root chain for its group. */
	g_assert_true(g_str_has_prefix(told->str, "root "));
	g_assert_nonnull(strstr(told->str, "$parachain"));
	/* Until it is known all count. */
	g_assert_true(admits(&node, 3));
	bsn_fail(&err, BSN_NOT_FOUND, "no chain root is open");
	xuper_engine_chains.answered(&node.ledger, 2, BSN_NOT_FOUND,
				     bsn_slice_of(NULL, 0), &err);
	g_assert_true(admits(&node, 3));
	answer_group(&node, "{\"admin\":[],\"identities\":[]}");
	g_assert_false(admits(&node, 3));
	g_assert_cmpint(tell(&node, "root",
			     "{\"group\":{\"admin\":[\"#5\"],\"identities\":"
			     "[\"#0\",\"#1\"]}}"),
			==, BSN_OK);
	g_assert_true(admits(&node, 0));
	g_assert_true(admits(&node, 5));
	g_assert_false(admits(&node, 3));
	/* Nobody else may say so. */
	g_assert_cmpint(tell(&node, "other",
			     "{\"group\":{\"admin\":[\"#3\"],"
			     "\"identities\":[]}}"),
			==, BSN_BAD_REQUEST);
	g_assert_false(admits(&node, 3));
	node_close(&node);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/parachain/create", test_create);
	g_test_add_func("/xuper/parachain/create-refused",
			test_create_refused);
	g_test_add_func("/xuper/parachain/not-root", test_not_root);
	g_test_add_func("/xuper/parachain/edit", test_edit);
	g_test_add_func("/xuper/parachain/a-group-is-told-to-its-members",
			test_get);
	g_test_add_func("/xuper/parachain/readers", test_readers);
	g_test_add_func("/xuper/cross/group-decides", test_group_decides);
	g_test_add_func("/xuper/cross/genesis", test_genesis);
	g_test_add_func("/xuper/cross/refusals", test_refusals);
	g_test_add_func("/xuper/cross/told", test_told);
	g_test_add_func("/xuper/cross/group", test_group);
	return g_test_run();
}
