/* SPDX-License-Identifier: Apache-2.0
 *
 * Chains that refuse contracts for what the check of their code finds.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/eth-tx.h"
#include "tests/unit/fisco-chain.h"

#define OPEN "{\"crypto\":\"std\",\"chain_id\":20001}"
#define WITH(policy)                                                           \
	"{\"crypto\":\"std\",\"chain_id\":20001,\"contract_check\":" policy "}"
#define NO_SELFDESTRUCT WITH("{\"refuse\":[\"evm-selfdestruct\"]}")

/* FISCO BCOS: TransactionRefused. */
#define REFUSED 29

/* A constructor that returns what follows it: PUSH0 SELFDESTRUCT, PUSH0
 * SLOAD. */
static const guint8 destructs[] = { 0x60, 0x02, 0x80, 0x60, 0x0a, 0x5f, 0x39,
				    0x5f, 0xf3, 0x00, 0x5f, 0xff };
static const guint8 loads[] = { 0x60, 0x02, 0x80, 0x60, 0x0a, 0x5f, 0x39,
				0x5f, 0xf3, 0x00, 0x5f, 0x54 };
#define CODE(bytes) bsn_slice_of(bytes, sizeof(bytes))

static bsn_tx_request
deployment(const Account *account, bsn_slice code)
{
	bsn_tx_request request =
		fisco_of_kind(BSN_TX_DEPLOY, account, "thing");

	request.code = code;
	return request;
}

static json_t *
contracts(const FiscoChain *chain)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	fake_asked(reply, chain->engine->contract->list(fisco_ledger(chain), 0,
							9, reply,
							&reply->err));
	return fisco_json(reply->json);
}

static void
assert_contracts(const FiscoChain *chain, gsize n)
{
	g_autoptr(json_t) list = contracts(chain);

	g_assert_cmpuint(json_array_size(json_object_get(list, "contracts")),
			 ==, n);
}

/* In a block with that gas, without effect, and it says why. */
static void
assert_refused(const FiscoChain *chain, bsn_reply *reply, gint64 gas)
{
	g_autoptr(json_t) detail = NULL;
	const char *reason;

	g_assert_cmpstr(reply->err.reason, ==, "");
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(reply->tx.native, ==, REFUSED);
	g_assert_cmpint(reply->tx.status, ==, BSN_DENIED);
	detail = fisco_json(reply->tx.detail);
	reason = json_string_value(json_object_get(detail, "reason"));
	g_assert_nonnull(strstr(reason, "evm-selfdestruct at offset 11"));
	g_assert_cmpint(json_integer_value(json_object_get(detail, "gasUsed")),
			==, gas);
	assert_contracts(chain, 0);
	fake_reply_free(reply);
}

static void
assert_committed(bsn_reply *reply)
{
	g_assert_cmpstr(reply->err.reason, ==, "");
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	fake_reply_free(reply);
}

/* A deployment that was signed where it is not refused. */
static GByteArray *
signed_elsewhere(bsn_slice code)
{
	FiscoChain *open = fisco_new("open", OPEN);
	Account alice = fisco_account(open, 1);
	bsn_tx_request request = deployment(&alice, code);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	GByteArray *tx = fisco_build(open, &alice, &request, &status, &err);

	g_assert_cmpstr(err.reason, ==, "");
	fisco_free(open);
	return tx;
}

static bsn_reply *
settled(const FiscoChain *chain, const GByteArray *tx)
{
	bsn_reply *reply = fisco_submit(chain, tx);

	fake_host_settle();
	return reply;
}

static void
test_told_early(void)
{
	FiscoChain *chain;
	Account alice;
	bsn_tx_request request;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	fisco_reset(1);
	chain = fisco_new("strict", NO_SELFDESTRUCT);
	alice = fisco_account(chain, 1);
	request = deployment(&alice, CODE(destructs));
	g_assert_null(fisco_build(chain, &alice, &request, &status, &err));
	g_assert_cmpint(status, ==, BSN_DENIED);
	g_assert_cmpint(err.native, ==, REFUSED);
	g_assert_nonnull(strstr(err.reason, "evm-selfdestruct at offset 11"));
	request = deployment(&alice, CODE(loads));
	assert_committed(fisco_do(chain, &alice, &request));
	assert_contracts(chain, 1);
	fisco_free(chain);
}

static void
test_native(void)
{
	g_autoptr(GByteArray) tx = NULL;
	FiscoChain *chain;

	fisco_reset(1);
	tx = signed_elsewhere(CODE(destructs));
	chain = fisco_new("strict", NO_SELFDESTRUCT);
	assert_refused(chain, settled(chain, tx), 21000);
	fisco_free(chain);
}

static void
test_not_refused(void)
{
	g_autoptr(GByteArray) tx = NULL;
	FiscoChain *chain;

	fisco_reset(1);
	tx = signed_elsewhere(CODE(destructs));
	chain = fisco_new("lax", WITH("{\"refuse\":[\"evm-callcode\"]}"));
	assert_committed(settled(chain, tx));
	assert_contracts(chain, 1);
	fisco_free(chain);
}

static bsn_reply *
create(const FiscoChain *chain, const Account *account, guint64 nonce,
       bsn_slice code)
{
	EthTx made = eth_tx(nonce, bsn_slice_of(NULL, 0), code);
	g_autoptr(GByteArray) tx = eth_tx_sign(&made, account->private_key);

	return settled(chain, tx);
}

/* 53000 (EIP-2), 4 or 16 for each byte (EIP-2028), 2 for a word (EIP-3860). */
static void
test_ethereum(void)
{
	FiscoChain *chain;
	Account alice;

	fisco_reset(1);
	chain = fisco_new("strict", NO_SELFDESTRUCT);
	alice = fisco_account(chain, 1);
	assert_refused(chain, create(chain, &alice, 0, CODE(destructs)),
		       53000 + 11 * 16 + 4 + 2);
	assert_committed(create(chain, &alice, 1, CODE(loads)));
	assert_contracts(chain, 1);
	fisco_free(chain);
}

/* What the chain forbids, a node that reads its genesis anew forbids too. */
static void
test_forbidden(void)
{
	FiscoChain *chain;
	Account alice;
	bsn_tx_request request;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	fisco_reset(1);
	chain = fisco_new("strict",
			  WITH("{\"forbidden_opcodes\":[\"SLOAD\"]}"));
	alice = fisco_account(chain, 1);
	request = deployment(&alice, CODE(loads));
	g_assert_null(fisco_build(chain, &alice, &request, &status, &err));
	g_assert_nonnull(strstr(err.reason, "evm-forbidden-opcode"));
	request = deployment(&alice, CODE(destructs));
	assert_committed(fisco_do(chain, &alice, &request));
	fisco_free(chain);
}

static json_t *
check(const FiscoChain *chain, bsn_slice code, const char *options,
      int32_t *status)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	fake_asked(reply, chain->engine->contract->check(
				  fisco_ledger(chain), code,
				  bsn_slice_str(options), reply, &reply->err));
	*status = reply->status;
	return *status == BSN_OK ? fisco_json(reply->json) : NULL;
}

static const char *
where_of(const json_t *answer, const char *rule)
{
	const json_t *finding;
	size_t i;

	json_array_foreach(json_object_get(answer, "findings"), i, finding)
		if (strcmp(json_string_value(json_object_get(finding, "rule")),
			   rule) == 0)
			return json_string_value(
				json_object_get(finding, "where"));
	return "";
}

static void
test_check(void)
{
	static const char sources[] =
		"{\"deployed_source_map\":\"0:1:0;2:1\",\"sources\":"
		"[{\"file\":\"Thing.sol\",\"text\":\"a\\nb\"}],"
		"\"forbidden_opcodes\":[\"PUSH0\"]}";
	g_autoptr(json_t) strict = NULL;
	g_autoptr(json_t) wrong = NULL;
	g_autoptr(json_t) open = NULL;
	FiscoChain *chain;
	int32_t status;

	fisco_reset(1);
	chain = fisco_new("strict", NO_SELFDESTRUCT);
	strict = check(chain, CODE(destructs), sources, &status);
	g_assert_true(json_is_false(json_object_get(strict, "ok")));
	g_assert_cmpstr(where_of(strict, "evm-selfdestruct"), ==,
			"Thing.sol:2, offset 11");
	g_assert_cmpstr(where_of(strict, "evm-forbidden-opcode"), !=, "");
	wrong = check(chain, CODE(loads), "{\"forbidden_opcodes\":[\"PSUH\"]}",
		      &status);
	g_assert_cmpint(status, ==, BSN_BAD_REQUEST);
	fisco_free(chain);
	chain = fisco_new("open", OPEN);
	open = check(chain, CODE(destructs), "{}", &status);
	g_assert_true(json_is_true(json_object_get(open, "ok")));
	g_assert_cmpstr(where_of(open, "evm-selfdestruct"), ==, "offset 11");
	fisco_free(chain);
}

static void
test_config(void)
{
	static const char *const wrong[] = {
		WITH("{\"forbidden_opcodes\":[\"PSUH\"]}"),
		WITH("{\"refuse\":[\"\"]}"),
		WITH("{\"refuse\":[1]}"),
		WITH("{\"refused\":[]}"),
		WITH("{\"refuse\":[\"evm-selfdestuct\"]}"),
	};

	fisco_reset(1);
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_autoptr(GByteArray) genesis = g_byte_array_new();
		bsn_err err = BSN_ERR_INIT;

		g_assert_cmpint(fisco_genesis("wrong", wrong[i], genesis,
					      &err),
				==, BSN_BAD_REQUEST);
		g_assert_nonnull(strstr(err.reason, "contract_check"));
	}
}

/* With all that there are, whole. */
static void
test_misspelt(void)
{
	g_autoptr(GByteArray) genesis = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	fisco_reset(1);
	g_assert_cmpint(fisco_genesis("wrong",
				      WITH("{\"refuse\":[\"evm-callcode\","
					   "\"evm-delegatecall-caller-chosn\"]}"),
				      genesis, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"contract_check: no rule evm-delegatecall-cal; evm- "
			"and undefined-opcode,delegatecall-caller-chosen,"
			"selfdestruct,origin-authorisation,unbounded-loop,"
			"create-caller-chosen,unchecked-call,callcode,"
			"delegatecall,caller-bounded-loop,code-size,"
			"incomplete");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco/policy/a-request-is-told-early",
			test_told_early);
	g_test_add_func("/fisco/policy/a-refused-deployment-leaves-no-trace",
			test_native);
	g_test_add_func("/fisco/policy/what-is-not-refused-is-deployed",
			test_not_refused);
	g_test_add_func("/fisco/policy/a-refused-creation-only-uses-its-nonce",
			test_ethereum);
	g_test_add_func("/fisco/policy/forbidden-opcodes-are-refused",
			test_forbidden);
	g_test_add_func("/fisco/policy/findings-name-lines-and-the-verdict",
			test_check);
	g_test_add_func("/fisco/policy/a-misspelt-rule-is-told-with-all-rules",
			test_misspelt);
	g_test_add_func("/fisco/policy/wrong-policies-are-told",
			test_config);
	return g_test_run();
}
