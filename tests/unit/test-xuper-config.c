/* SPDX-License-Identifier: Apache-2.0
 *
 * A chain's config, its genesis, and the agreement that begins there.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/agreement.h"
#include "tests/unit/xuper-kernel.h"

/* ---- configs ----------------------------------------------------------- */

static ChainConfig *
parse(const char *json)
{
	bsn_err err = BSN_ERR_INIT;
	ChainConfig *config = NULL;

	if (config_parse(bsn_slice_str("one"), bsn_slice_str(json), &config,
			 &err) != BSN_OK)
		g_error("%s", err.reason);
	return config;
}

static void
test_defaults(void)
{
	g_autoptr(ChainConfig) config = parse("{}");

	g_assert_cmpstr(config->name, ==, "one");
	g_assert_cmpstr(config->json, ==, "{}");
	g_assert_false(config->gm);
	g_assert_true(config->nofee);
	g_assert_true(amount_is_zero(config->award));
	g_assert_cmpuint(config->predistribution->len, ==, 0);
	g_assert_cmpstr(config->consensus, ==, "single");
	g_assert_cmpstr(config->consensus_config, ==, "{}");
	g_assert_cmpuint(config->cpu_rate, ==, 1000);
	g_assert_cmpuint(config->mem_rate, ==, 1000000);
	g_assert_cmpuint(config->new_account_fee, ==, 1000);
	g_assert_cmpuint(config->block_bytes, ==, 8u << 20);
	g_assert_cmpuint(config->governance_supply_ratio, ==, 1);
	g_assert_null(config->parent);
	g_assert_null(config->evm_rules);
}

static void
test_everything(void)
{
	g_autoptr(ChainConfig) config = parse(
		"{\"predistribution\":[{\"quota\":\"1000000000000000000000\","
		"\"address\":\"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY\"}],"
		"\"crypto\":\"gm\",\"nofee\":false,\"award\":\"428100000000\","
		"\"gas_price\":{\"cpu_rate\":7,\"mem_rate\":\"8\","
		"\"disk_rate\":9,\"xfee_rate\":10},"
		"\"new_account_resource_amount\":\"11\",\"maxblocksize\":\"6\","
		"\"limits\":{\"cpu\":12,\"memory\":13,\"disk\":14},"
		"\"contracts\":{\"languages\":[\"solidity\"],"
		"\"rules\":\"london\"},\"contract_check\":{\"refuse\":"
		"[\"evm-a\",\"evm-b\"]},\"members\":{\"votes\":\"two-thirds\"},"
		"\"consensus\":{\"name\":\"tdpos\",\"proposer_num\":\"3\"},"
		"\"governance\":{\"supply_ratio\":5},\"parent\":\"root\"}");
	const Predistribution *share =
		&g_array_index(config->predistribution, Predistribution, 0);
	g_autofree char *quota = amount_to_text(share->quota);
	g_autofree char *award = amount_to_text(config->award);

	g_assert_true(config->gm);
	g_assert_false(config->nofee);
	g_assert_cmpstr(quota, ==, "1000000000000000000000");
	g_assert_cmpstr(award, ==, "428100000000");
	g_assert_cmpuint(config->cpu_rate, ==, 7);
	g_assert_cmpuint(config->mem_rate, ==, 8);
	g_assert_cmpuint(config->disk_rate, ==, 9);
	g_assert_cmpuint(config->xfee_rate, ==, 10);
	g_assert_cmpuint(config->new_account_fee, ==, 11);
	g_assert_cmpuint(config->block_bytes, ==, 6u << 20);
	g_assert_cmpuint(config->limits[RESOURCE_CPU], ==, 12);
	g_assert_cmpuint(config->limits[RESOURCE_MEMORY], ==, 13);
	g_assert_cmpuint(config->limits[RESOURCE_DISK], ==, 14);
	g_assert_cmpstr(config->evm_rules, ==, "london");
	g_assert_cmpuint(g_strv_length(config->check_refuse), ==, 2);
	g_assert_cmpstr(config->check_refuse[1], ==, "evm-b");
	g_assert_null(config->check_forbidden);
	g_assert_cmpint(config->member_votes, ==, MEMBER_VOTES_TWO_THIRDS);
	g_assert_cmpstr(config->consensus, ==, "tdpos");
	g_assert_cmpstr(config->consensus_config, ==,
			"{\"proposer_num\":3}");
	g_assert_cmpuint(config->governance_supply_ratio, ==, 5);
	g_assert_cmpstr(config->parent, ==, "root");
	/* Sorted, so that equal configs are equal bytes. */
	g_assert_true(g_str_has_prefix(config->json, "{\"award\":"));
}

static const struct {
	const char *json, *reason;
} wrong[] = {
	{ "[]", "config must be a JSON object" },
	{ "{\"nofe\":true}", "its members are: crypto, predistribution, nofee" },
	{ "{\"crypto\":\"sm\"}", "\"default\", \"gm\"" },
	{ "{\"predistribution\":[{\"address\":\"x\",\"quota\":\"1\"}]}",
	  "config.predistribution.address" },
	{ "{\"predistribution\":[{\"address\":"
	  "\"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY\"}]}",
	  "config.predistribution.quota is missing" },
	{ "{\"predistribution\":[{\"address\":"
	  "\"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY\",\"quota\":\"-1\"}]}",
	  "config.predistribution.quota" },
	{ "{\"nofee\":false}", "nobody has tokens" },
	{ "{\"award\":\"0x10\"}", "config.award" },
	{ "{\"award\":\""
	  "62771017353866807638357894232076664161023554444640"
	  "34512896"
	  "\"}",
	  "config.award" },
	{ "{\"award\":\"1\",\"predistribution\":[{\"address\":"
	  "\"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY\",\"quota\":\""
	  "57896044618658097711785492504343953926634992332820"
	  "282019728792003956564819968"
	  "\"}]}",
	  "no room for awards" },
	{ "{\"gas_price\":{\"cpu_rate\":0}}", "config.gas_price.cpu_rate" },
	{ "{\"gas_price\":{\"cpu\":1}}", "config.gas_price has no member" },
	{ "{\"max_block_size\":1024}", "config.max_block_size" },
	{ "{\"maxblocksize\":\"1000\"}", "config.maxblocksize" },
	{ "{\"limits\":{\"gas\":1}}", "config.limits has no member" },
	{ "{\"contracts\":{\"languages\":[\"go\"]}}",
	  "\"solidity\" and \"wasm\" alone" },
	{ "{\"contracts\":{\"rules\":\"x\"}}", "config.contracts.rules" },
	{ "{\"contract_check\":{\"refuse\":[1]}}", "1 to 64 bytes" },
	{ "{\"contract_check\":{\"forbid\":[]}}",
	  "config.contract_check has no member" },
	{ "{\"members\":{\"votes\":\"one\"}}", "two-thirds" },
	{ "{\"consensus\":{}}", "needs a \"name\"" },
	{ "{\"consensus\":{\"name\":1}}", "needs a \"name\"" },
	{ "{\"governance\":{\"supply_ratio\":0}}", "supply_ratio" },
	{ "{\"parent\":\"\"}", "config.parent" },
	{ "{\"reserved_contracts\":[1]}", "config.reserved_contracts" },
	{ "{\"reserved_contracts\":[{\"contract_name\":\"guard\"}]}",
	  "method_name is missing" },
	{ "{\"reserved_contracts\":[{\"contract_name\":\"guard\","
	  "\"method_name\":\"see\",\"args\":{\"a\":1}}]}",
	  "texts of at most 4096 bytes" },
	{ "{\"nofee\":true,\"nofee\":true}", "duplicate" },
};

static void
test_wrong(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		bsn_err err = BSN_ERR_INIT;
		ChainConfig *config = NULL;

		g_assert_cmpint(config_parse(bsn_slice_str("one"),
					     bsn_slice_str(wrong[i].json),
					     &config, &err),
				==, BSN_BAD_REQUEST);
		g_assert_null(config);
		if (strstr(err.reason, wrong[i].reason) == NULL)
			g_error("%s: %s", wrong[i].json, err.reason);
	}
}

static void
test_names(void)
{
	static const char *const names[] = { "", "One", "a_b",
					     "0123456789012345678901234567890"
					     "12345678901234567890123456789012"
					     "3" };

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		bsn_err err = BSN_ERR_INIT;
		ChainConfig *config;

		g_assert_cmpint(config_parse(bsn_slice_str(names[i]),
					     bsn_slice_str("{}"), &config,
					     &err),
				==, BSN_BAD_REQUEST);
	}
}

/* ---- genesis ----------------------------------------------------------- */

#define CONFIG                                                                 \
	"{\"predistribution\":[{\"address\":\"#7\",\"quota\":\"100\"},"        \
	"{\"address\":\"#8\",\"quota\":\"0\"},"                                \
	"{\"address\":\"#7\",\"quota\":\"20\"}],"                              \
	"\"consensus\":{\"name\":\"chainedbft\"}"
#define CONFIG_GM CONFIG ",\"crypto\":\"gm\"}"
#define CONFIG_STD CONFIG "}"

static void
round_trip(const char *text, gboolean gm)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(text, gm, 5, 4);
	g_autoptr(ChainConfig) config = NULL;
	g_autoptr(Block) block = NULL;
	Suite suite;

	g_assert_cmpuint(chain->genesis->height, ==, 0);
	g_assert_cmpuint(chain->genesis->txs[0]->msg->n_tx_outputs, ==, 2);
	g_assert_cmpint(genesis_read(chain->genesis->bytes,
				     bsn_host_crypto(fake_host()), &suite,
				     &config, &block, &chain->err),
			==, BSN_OK);
	g_assert_cmpint(suite.sm, ==, gm);
	g_assert_cmpstr(config->json, ==, chain->config->json);
	g_assert_cmpstr(config->name, ==, "one");
	g_assert_true(memcmp(block->id, chain->genesis->id, HASH_LEN) == 0);
}

static void
test_round_trip(void)
{
	round_trip(CONFIG_STD, FALSE);
	round_trip(CONFIG_GM, TRUE);
}

/* One byte changed anywhere: it is none any more, and never two configs. */
static void
test_changed(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG_STD, FALSE, 5, 4);
	bsn_slice bytes = chain->genesis->bytes;
	g_autofree guint8 *copy = g_memdup2(bytes.data, bytes.len);

	for (gsize i = 0; i < bytes.len; i++) {
		ChainConfig *config;
		Block *block;
		Suite suite;

		copy[i] ^= 1;
		g_assert_cmpint(genesis_read(bsn_slice_of(copy, bytes.len),
					     bsn_host_crypto(fake_host()),
					     &suite, &config, &block,
					     &chain->err),
				>, BSN_OK);
		g_assert_null(config);
		g_assert_null(block);
		copy[i] ^= 1;
	}
}

/* A block that is well made but says more than its config does. */
static void
test_forged(void)
{
	static const guint8 nobody[HASH_LEN] = { 0 };
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG_STD, FALSE, 5, 4);
	Xldgpb__Transaction msg = *chain->genesis->txs[0]->msg;
	Xldgpb__TxOutput output = *msg.tx_outputs[0];
	Xldgpb__TxOutput *outputs[] = { msg.tx_outputs[0], &output };
	guint8 more[] = { 1, 0 };
	Tx *txs[1];
	BlockPlan plan = { .parent = nobody, .txs = txs, .n_txs = 1 };
	g_autoptr(Block) block = NULL;
	ChainConfig *config;
	Block *read;
	Suite suite;
	int32_t status;

	output.amount.data = more;
	output.amount.len = sizeof(more);
	msg.tx_outputs = outputs;
	txs[0] = tx_make(&chain->suite, &msg);
	block_seal(chain->genesis, &plan.seal);
	block = block_make(&chain->suite, &plan, NULL, NULL, &status,
			   &chain->err);
	g_assert_nonnull(block);
	tx_unref(txs[0]);
	g_assert_cmpint(genesis_read(block->bytes, bsn_host_crypto(fake_host()),
				     &suite, &config, &read, &chain->err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(chain->err.reason, "not the genesis"));
}

static void
refuse(const char *text, guint members, guint validators, const char *reason)
{
	XuperPerson people[KERNEL_PEOPLE];
	Suite suite = xuper_suite(FALSE);
	g_autoptr(ChainConfig) config = NULL;
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < KERNEL_PEOPLE; i++)
		people[i] = xuper_person(&suite, (guint8)(i % 6 + 1));
	g_assert_null(kernel_genesis(&suite, people, text, members, validators,
				     &config, &err));
	if (strstr(err.reason, reason) == NULL)
		g_error("%s: %s", text, err.reason);
}

static void
test_refused(void)
{
	refuse("{}", 2, 0, "1 to 256 members");
	refuse("{}", 2, 2, "single has one member");
	refuse("{\"consensus\":{\"name\":\"pbft\"}}", 1, 1, "chainedbft");
	refuse("{\"consensus\":{\"name\":\"tdpos\"}}", 1, 1, "proposer_num");
	refuse("{\"consensus\":{\"name\":\"tdpos\",\"proposer_num\":0}}", 1, 1,
	       "proposer_num");
	refuse("{\"consensus\":{\"name\":\"xpoa\",\"accept_value\":0.2}}", 1, 1,
	       "accept_value");
	refuse("{\"consensus\":{\"name\":\"tdpos\",\"proposer_num\":2,"
	       "\"period\":\"3000\",\"alternate_interval\":\"100\"}}",
	       2, 2, "alternate_interval is below period");
	refuse("{\"consensus\":{\"name\":\"chainedbft\",\"timeout_ms\":200,"
	       "\"timeout_max_ms\":100}}",
	       1, 1, "timeout_max_ms is below timeout_ms");
	refuse("{\"consensus\":{\"name\":\"chainedbft\",\"timeout_ms\":200,"
	       "\"block_interval_ms\":200}}",
	       1, 1, "block_interval_ms is not below");
	refuse("{\"consensus\":{\"name\":\"single\",\"miner\":\"x\"}}", 1, 1,
	       "has no member \"miner\"");
	refuse(CONFIG_STD, 7, 4, "key of another one");
	refuse("{\"predistribution\":[{\"address\":\"#0\",\"quota\":\"1157920"
	       "892373161954235709850086879078532699846656405640394575840079131"
	       "29639935\"}],\"governance\":{\"supply_ratio\":2}}",
	       1, 1, "256 bits");
}

/* ---- the agreement ----------------------------------------------------- */

static void
check_equal(const Agreement *a, const Agreement *b)
{
	g_assert_cmpstr(a->protocol, ==, b->protocol);
	g_assert_cmpstr(a->config, ==, b->config);
	g_assert_cmpuint(a->n_validators, ==, b->n_validators);
	g_assert_cmpuint(a->list->len, ==, b->list->len);
	for (guint i = 0; i < a->list->len; i++) {
		const bsn_member *one =
			&g_array_index(a->list, bsn_member, i);
		const bsn_member *other =
			&g_array_index(b->list, bsn_member, i);

		g_assert_cmpuint(one->role, ==, other->role);
		g_assert_true(bsn_slice_equal(one->public_key,
					      other->public_key));
		g_assert_true(bsn_slice_equal(one->name, other->name));
		g_assert_true(bsn_slice_equal(one->address, other->address));
	}
}

static void
test_agreement(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG_GM, TRUE, 5, 4);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(Agreement) read = NULL;
	g_autoptr(Agreement) again = NULL;

	g_assert_cmpint(agreement_read(chain->layer, &chain->suite, &read,
				       &chain->err),
			==, BSN_OK);
	g_assert_cmpstr(read->protocol, ==, "chainedbft");
	g_assert_cmpstr(read->config, ==, "{}");
	g_assert_cmpuint(read->n_validators, ==, 4);
	g_assert_cmpuint(read->list->len, ==, 5);
	for (guint i = 0; i < 5; i++) {
		const bsn_member *member =
			&g_array_index(read->list, bsn_member, i);

		g_assert_true(bsn_slice_equal(
			member->public_key,
			bsn_slice_of(chain->people[i].public_key,
				     PUBLIC_KEY_LEN)));
		g_assert_cmpstr(member->algorithm, ==, "sm2");
		g_assert_cmpuint(member->role, ==,
				 i < 4 ? BSN_ROLE_CONSENSUS
				       : BSN_ROLE_OBSERVER);
	}
	agreement_write(read, bytes);
	g_assert_cmpint(agreement_parse(bsn_slice_of(bytes->data, bytes->len),
					&chain->suite, &again, &chain->err),
			==, BSN_OK);
	check_equal(read, again);
	g_assert_true(agreement_changed(chain->genesis->txs, 1));
	g_assert_false(agreement_changed(chain->genesis->txs, 0));
}

/* A plugin sees numbers, and nothing that is not its own. */
static void
test_plugin_config(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(
		"{\"consensus\":{\"name\":\"xpoa\",\"period\":\"3000\","
		"\"accept_value\":0.75}}",
		FALSE, 1, 1);
	g_autoptr(Agreement) read = NULL;

	g_assert_cmpint(agreement_read(chain->layer, &chain->suite, &read,
				       &chain->err),
			==, BSN_OK);
	g_assert_cmpstr(read->config, ==, "{\"period\":3000}");
	g_assert_cmpstr(chain->config->consensus_config, ==, read->config);
	kernel_done(chain, "0", "$consensus.queryConsensus", NULL);
	g_assert_true(json_number_value(kernel_answered(
			      chain, "config.accept_value")) == 0.75);
}

static void
test_agreement_cut(void)
{
	g_autoptr(KernelChain) chain = kernel_chain_new(CONFIG_STD, FALSE, 5, 4);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(Agreement) read = NULL;

	g_assert_cmpint(agreement_read(chain->layer, &chain->suite, &read,
				       &chain->err),
			==, BSN_OK);
	agreement_write(read, bytes);
	for (guint i = 0; i < bytes->len; i++) {
		Agreement *none;

		g_assert_cmpint(agreement_parse(bsn_slice_of(bytes->data, i),
						&chain->suite, &none,
						&chain->err),
				==, BSN_E_CORRUPT);
		g_assert_null(none);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/config/what-is-not-said-has-a-default",
			test_defaults);
	g_test_add_func("/xuper/config/every-key-is-read", test_everything);
	g_test_add_func("/xuper/config/wrong-keys-are-named", test_wrong);
	g_test_add_func("/xuper/config/chains-have-the-abi-s-names",
			test_names);
	g_test_add_func("/xuper/genesis/both-suites-read-what-they-made",
			test_round_trip);
	g_test_add_func("/xuper/genesis/no-byte-can-be-another", test_changed);
	g_test_add_func("/xuper/genesis/says-what-its-config-does", test_forged);
	g_test_add_func("/xuper/genesis/members-must-fit-the-protocol",
			test_refused);
	g_test_add_func("/xuper/agreement/is-read-from-state-and-record",
			test_agreement);
	g_test_add_func("/xuper/agreement/a-plugin-sees-its-own-config",
			test_plugin_config);
	g_test_add_func("/xuper/agreement/a-cut-record-is-corrupt",
			test_agreement_cut);
	return g_test_run();
}
