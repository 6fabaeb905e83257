/* SPDX-License-Identifier: Apache-2.0
 *
 * Chains of the FISCO engine whose contracts are WebAssembly.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fisco-pair.h"
#include "tests/unit/wasm-samples.h"

#define CONFIG(crypto) "{\"crypto\":\"" crypto "\",\"runtime\":\"wasm\"}"
#define DIGEST                                                                 \
	"\"0x1111111111111111111111111111111111111111111111111111111111111111\""
#define DEPOSIT "[" DIGEST ",\"u\",\"n\"]"

static FiscoChain *chain;
static Account alice, bob;

static void
start(const char *config)
{
	fisco_reset(3);
	fake_host_load("runtime-wasm.so");
	chain = fisco_new("one", config);
	alice = fisco_account(chain, 1);
	bob = fisco_account(chain, 2);
}

static const char *
member(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static bsn_reply *
deploy(const Account *account, const char *name, const char *sample,
       const char *args)
{
	g_autoptr(GByteArray) code = wasm_sample(sample);
	bsn_tx_request request = fisco_of_kind(BSN_TX_DEPLOY, account, name);

	request.code = buffer_slice(code);
	request.args = bsn_slice_str(args);
	return fisco_do(chain, account, &request);
}

static bsn_reply *
invoke(const Account *account, const char *contract, const char *function,
       const char *args)
{
	bsn_tx_request request =
		fisco_invoke(account, contract, function, args, NULL);

	return fisco_do(chain, account, &request);
}

/* The detail of what is in a block and had effect. */
static json_t *
committed(bsn_reply *reply)
{
	json_t *detail;

	g_assert_cmpstr(reply->err.reason, ==, "");
	g_assert_cmpint(reply->status, ==, BSN_OK);
	detail = fisco_json(reply->tx.detail);
	if (reply->tx.stage != BSN_TX_COMMITTED)
		g_error("invalid: %s", member(detail, "reason"));
	fake_reply_free(reply);
	return detail;
}

static void
done(bsn_reply *reply)
{
	json_decref(committed(reply));
}

static void
invalid(bsn_reply *reply, int32_t status, const char *word)
{
	g_autoptr(json_t) detail = NULL;

	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(reply->tx.status, ==, status);
	detail = fisco_json(reply->tx.detail);
	if (strstr(member(detail, "reason"), word) == NULL)
		g_error("\"%s\" is not in: %s", word, member(detail, "reason"));
	fake_reply_free(reply);
}

static void
refused(bsn_reply *reply, int32_t status, const char *word)
{
	g_assert_cmpint(reply->status, ==, status);
	if (strstr(reply->err.reason, word) == NULL)
		g_error("\"%s\" is not in: %s", word, reply->err.reason);
	fake_reply_free(reply);
}

static json_t *
described(const char *name)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	g_assert_cmpint(fake_asked(reply, chain->engine->contract->get(
						  fisco_ledger(chain),
						  bsn_slice_str(name), reply,
						  &reply->err)), ==, BSN_OK);
	return fisco_json(reply->json);
}

/* ---- one contract ---------------------------------------------------------- */

static void
check_receipt(const json_t *receipt)
{
	const json_t *log =
		json_array_get(json_object_get(receipt, "logs"), 0);

	g_assert_cmpstr(member(receipt, "function"), ==, "deposit");
	g_assert_cmpstr(member(log, "event"), ==, "Deposited");
	g_assert_nonnull(member(json_object_get(log, "args"), "digest"));
}

static void
check_events(void)
{
	g_autoptr(bsn_reply) events = fisco_events(chain, 0, 10);
	gboolean found = FALSE;

	for (guint i = 0; i < events->events->len; i++) {
		const bsn_event *event =
			&g_array_index(events->events, bsn_event, i);

		found |= event->kind == BSN_EVENT_CONTRACT &&
			 bsn_slice_equal(event->name,
					 bsn_slice_str("Deposited")) &&
			 bsn_slice_equal(event->contract,
					 bsn_slice_str("evidence"));
	}
	g_assert_true(found);
}

static void
contracts_live(const char *config, const char *sample)
{
	g_autoptr(json_t) receipt = NULL;
	g_autoptr(json_t) name = NULL;
	g_autoptr(json_t) entry = NULL;
	g_autoptr(json_t) contract = NULL;
	g_autofree char *depositor = NULL;

	start(config);
	done(deploy(&alice, "evidence", sample, "[\"register\"]"));
	name = fisco_result(chain, "evidence", "name", NULL);
	g_assert_cmpstr(json_string_value(name), ==, "register");
	receipt = committed(invoke(&alice, "evidence", "deposit", DEPOSIT));
	check_receipt(receipt);
	check_events();
	invalid(invoke(&bob, "evidence", "deposit", DEPOSIT), BSN_REVERTED,
		"is deposited already");
	invalid(invoke(&bob, "evidence", "nothing", "[]"), BSN_NOT_FOUND, "");
	entry = fisco_result(chain, "evidence", "get", "[" DIGEST "]");
	depositor = g_strdup(member(receipt, "from"));
	g_assert_cmpstr(member(entry, "depositor"), ==, depositor);
	contract = described("evidence");
	g_assert_cmpuint(json_array_size(json_object_get(contract, "abi")), >=,
			 5);
	fisco_free(chain);
}

static void
contracts_live_by_sm(gconstpointer sample)
{
	contracts_live(CONFIG("sm"), sample);
}

static void
contracts_live_by_std(gconstpointer sample)
{
	contracts_live(CONFIG("std"), sample);
}

static void
check_name(const char *contract, const char *name)
{
	g_autoptr(json_t) result = fisco_result(chain, contract, "name", NULL);

	g_assert_cmpstr(json_string_value(result), ==, name);
}

/* A further version is another contract of the same name. */
static void
versions_and_their_ends(void)
{
	bsn_tx_request freeze;

	start(CONFIG("std"));
	done(deploy(&alice, "evidence", SAMPLE_EVIDENCE_C, "[\"one\"]"));
	done(deploy(&alice, "evidence", SAMPLE_EVIDENCE_AS,
		    "{\"name\":\"two\"}"));
	check_name("evidence", "two");
	check_name("evidence@1", "one");
	freeze = fisco_of_kind(BSN_TX_FREEZE, &alice, "evidence@2");
	done(fisco_do(chain, &alice, &freeze));
	refused(invoke(&bob, "evidence@2", "deposit", DEPOSIT), BSN_FROZEN,
		"frozen");
	invalid(deploy(&alice, "", SAMPLE_EVIDENCE_C, "[]"), BSN_REVERTED,
		"name");
	fisco_free(chain);
}

/* ---- contracts that call ---------------------------------------------------- */

static char *
address_of(const char *name)
{
	g_autoptr(json_t) contract = described(name);

	return g_strdup(member(contract, "address"));
}

static bsn_reply *
ask(const char *contract, const char *function)
{
	g_autofree char *args = g_strdup_printf(
		"{\"contract\":\"%s\",\"function\":\"%s\"}", contract,
		function);

	return invoke(&alice, "asker", "ask", args);
}

static void
contracts_call_contracts(void)
{
	g_autoptr(json_t) receipt = NULL;
	g_autofree char *asker = NULL;
	g_autofree char *other = NULL;
	g_autofree char *who = NULL;
	bsn_tx_request freeze;

	start(CONFIG("std"));
	done(deploy(&alice, "asker", SAMPLE_ASKER, ""));
	done(deploy(&alice, "other", SAMPLE_ASKER, ""));
	asker = address_of("asker");
	other = address_of("other");
	receipt = committed(ask(other, "who"));
	who = g_strdup_printf("%s %s %s", asker, member(receipt, "from"),
			      other);
	g_assert_cmpstr(member(receipt, "result"), ==, who);
	freeze = fisco_of_kind(BSN_TX_FREEZE, &alice, "other");
	done(fisco_do(chain, &alice, &freeze));
	invalid(ask(other, "who"), BSN_REVERTED, "frozen");
	invalid(ask("nowhere", "who"), BSN_REVERTED, "");
	invalid(invoke(&alice, "asker", "trap", "[]"), BSN_FAULT, "");
	invalid(invoke(&alice, "asker", "spin", "[]"), BSN_OUT_OF_BUDGET, "");
	fisco_free(chain);
}

#define GOVERNANCE "0x0000000000000000000000000000000000001008"

/* The engine's own contracts are the same on every chain. */
static void
own_contracts_are_there(void)
{
	g_autoptr(json_t) direct = NULL;
	g_autoptr(json_t) receipt = NULL;

	start(CONFIG("std"));
	done(deploy(&alice, "asker", SAMPLE_ASKER, ""));
	direct = fisco_result(chain, "0x1008", "queryThreshold", NULL);
	g_assert_cmpstr(json_string_value(direct), ==, "50");
	receipt = committed(ask(GOVERNANCE, "queryThreshold()"));
	g_assert_true(g_str_has_suffix(member(receipt, "result"), "0032"));
	invalid(ask(GOVERNANCE, "queryThreshold"), BSN_REVERTED, "signature");
	invalid(ask(GOVERNANCE, "nothing()"), BSN_REVERTED, "");
	fisco_free(chain);
}

/* ---- what the chain takes --------------------------------------------------- */

static void
configs_are_checked(void)
{
	static const struct {
		const char *config, *word;
	} cases[] = {
		{ "{\"runtime\":\"evm\",\"wasm_floats\":true}", "wasm" },
		{ "{\"runtime\":\"wasm\",\"evm\":{}}", "evm" },
		{ "{\"runtime\":\"wasm\",\"contract_check\":{\"refuse\":"
		  "[\"evm-selfdestruct\"]}}", "wasm-" },
		{ "{\"runtime\":\"wasm\",\"contract_check\":"
		  "{\"forbidden_opcodes\":[\"CALL\"]}}", "runtime evm" },
	};
	g_autoptr(GByteArray) genesis = g_byte_array_new();

	start(CONFIG("std"));
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		bsn_err err = BSN_ERR_INIT;

		g_assert_cmpint(fisco_genesis("x", cases[i].config, genesis,
					      &err), ==, BSN_BAD_REQUEST);
		if (strstr(err.reason, cases[i].word) == NULL)
			g_error("\"%s\" is not in: %s", cases[i].word,
				err.reason);
	}
	fisco_free(chain);
}

static void
policies_hold(void)
{
	start("{\"crypto\":\"std\",\"runtime\":\"wasm\",\"contract_check\":"
	      "{\"refuse\":[\"wasm-start\",\"wasm-no-function\"]}}");
	done(deploy(&alice, "c", SAMPLE_EVIDENCE_C, "[\"r\"]"));
	fisco_free(chain);
}

static void
status_has_languages(void)
{
	g_autoptr(bsn_reply) status = NULL;

	start(CONFIG("std"));
	status = fisco_status(chain);
	g_assert_true(bsn_slice_equal(
		status->chain_status.languages,
		bsn_slice_str("[\"c\",\"c++\",\"rust\",\"assemblyscript\"]")));
	fisco_free(chain);
}

/* ---- side by side ----------------------------------------------------------- */

#define ACCOUNTS 6u
#define TXS 24u

static void
pair_do(FiscoPair *pair, const Account *account, const bsn_tx_request *request)
{
	int32_t status;
	g_autoptr(GByteArray) tx = fisco_build(pair->ahead.chain, account,
					       request, &status, NULL);

	g_assert_nonnull(tx);
	pair_submit(pair, tx);
}

static void
pair_deploy(FiscoPair *pair, const Account *account)
{
	g_autoptr(GByteArray) code = wasm_sample(SAMPLE_EVIDENCE_C);
	bsn_tx_request request =
		fisco_of_kind(BSN_TX_DEPLOY, account, "evidence");

	request.code = buffer_slice(code);
	request.args = bsn_slice_str("[\"register\"]");
	pair_do(pair, account, &request);
}

/* Deposits of which some meet, and walks over all of them. */
static void
pair_send(FiscoPair *pair, const Account *account, guint i)
{
	g_autofree char *args = g_strdup_printf(
		"[\"0x%064x\",\"u\",\"n\"]", 1 + i % (TXS / 2));
	const bsn_tx_request request =
		i % 8 == 7 ? fisco_invoke(account, "evidence", "count", "[]",
					  NULL)
			   : fisco_invoke(account, "evidence", "deposit", args,
					  NULL);

	pair_do(pair, account, &request);
}

static void
blocks_are_the_same(void)
{
	Account accounts[ACCOUNTS];
	FiscoPair pair;

	fisco_reset(3);
	fake_host_load("runtime-wasm.so");
	pair_start(&pair, "{\"crypto\":\"std\",\"runtime\":\"wasm\","
			  "\"consensus\":{\"name\":\"manual\"}}", 2);
	for (guint8 i = 0; i < ACCOUNTS; i++)
		accounts[i] = fisco_account(pair.ahead.chain,
					    (guint8)(i + 1));
	pair_deploy(&pair, &accounts[0]);
	pair_agree(&pair);
	for (guint i = 0; i < TXS; i++)
		pair_send(&pair, &accounts[i % ACCOUNTS], i);
	pair_agree(&pair);
	pair_stop(&pair);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/wasm/live/sm", SAMPLE_EVIDENCE_C,
			     contracts_live_by_sm);
	g_test_add_data_func("/wasm/live/std", SAMPLE_EVIDENCE_AS,
			     contracts_live_by_std);
	g_test_add_func("/wasm/versions", versions_and_their_ends);
	g_test_add_func("/wasm/contracts", contracts_call_contracts);
	g_test_add_func("/wasm/own", own_contracts_are_there);
	g_test_add_func("/wasm/configs", configs_are_checked);
	g_test_add_func("/wasm/policy", policies_hold);
	g_test_add_func("/wasm/status", status_has_languages);
	g_test_add_func("/wasm/parallel", blocks_are_the_same);
	return g_test_run();
}
