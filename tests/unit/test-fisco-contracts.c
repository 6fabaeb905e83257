/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts of the FISCO engine: versions, owners, life cycle, reverts, calls,
 * events.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "tests/unit/fisco-chain.h"

#define STD "{\"crypto\":\"std\"}"

static FiscoChain *chain;
static Account alice, bob;

static void
start(const char *config)
{
	fisco_reset(3);
	chain = fisco_new("one", config);
	alice = fisco_account(chain, 1);
	bob = fisco_account(chain, 2);
}

static const char *
member(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

/* The contract as the catalogue has it. */
static json_t *
contract(const char *text)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	fake_asked(reply, chain->engine->contract->get(
				  fisco_ledger(chain), bsn_slice_str(text),
				  reply, &reply->err));
	return reply->status == BSN_OK ? fisco_json(reply->json) : NULL;
}

static json_t *
contract_list(guint64 from, guint64 limit)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	fake_asked(reply, chain->engine->contract->list(
				  fisco_ledger(chain), from, limit, reply,
				  &reply->err));
	return fisco_json(reply->json);
}

static bsn_reply *
deploy_as(const Account *account, const char *name, const char *version)
{
	g_autofree char *options = NULL;
	bsn_tx_request request =
		fisco_deploy(account, name, version, &options);

	return fisco_do(chain, account, &request);
}

static bsn_reply *
lifecycle(const Account *account, guint32 kind, const char *text)
{
	bsn_tx_request request = fisco_of_kind(kind, account, text);

	return fisco_do(chain, account, &request);
}

static void
assert_refused(bsn_reply *reply, int32_t status, int32_t native)
{
	g_assert_cmpint(reply->status, ==, status);
	g_assert_cmpint(reply->err.native, ==, native);
	g_assert_cmpstr(reply->err.reason, !=, "");
	fake_reply_free(reply);
}

/* In a block, without effect. */
static void
assert_invalid(bsn_reply *reply, int32_t status, int32_t native,
	       const char *reason)
{
	g_autoptr(json_t) detail = NULL;

	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(reply->tx.status, ==, status);
	g_assert_cmpint(reply->tx.native, ==, native);
	detail = fisco_json(reply->tx.detail);
	g_assert_nonnull(strstr(member(detail, "reason"), reason));
	fake_reply_free(reply);
}

static void
assert_committed(bsn_reply *reply)
{
	g_assert_cmpstr(reply->err.reason, ==, "");
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	fake_reply_free(reply);
}

/* ---- versions and owners ------------------------------------------------ */

static void
test_versions(void)
{
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autoptr(json_t) json = NULL;
	g_autoptr(json_t) old = NULL;
	g_autoptr(json_t) fresh = NULL;

	start(STD);
	first = fisco_deployed(chain, &alice, "evidence", "1.0");
	assert_committed(
		fisco_deposit(chain, &alice, "evidence", 1, "old one"));
	second = fisco_deployed(chain, &alice, "evidence", NULL);
	g_assert_cmpstr(first, !=, second);
	json = contract("evidence");
	g_assert_cmpstr(member(json, "address"), ==, second);
	g_assert_cmpstr(member(json, "version"), ==, "2");
	g_assert_cmpuint(json_array_size(json_object_get(json, "versions")),
			 ==, 2);
	old = fisco_result(chain, "evidence@1.0", "total", NULL);
	fresh = fisco_result(chain, "evidence", "total", NULL);
	g_assert_cmpstr(json_string_value(old), ==, "1");
	g_assert_cmpstr(json_string_value(fresh), ==, "0");
	fisco_free(chain);
}

static void
test_owner(void)
{
	start(STD);
	g_free(fisco_deployed(chain, &alice, "evidence", "1"));
	assert_refused(deploy_as(&bob, "evidence", "2"), BSN_DENIED, 18);
	assert_refused(deploy_as(&alice, "evidence", "1"), BSN_CONFLICT, 24);
	assert_refused(lifecycle(&bob, BSN_TX_FREEZE, "evidence"), BSN_DENIED,
		       25);
	g_free(fisco_deployed(chain, &bob, "other", NULL));
	fisco_free(chain);
}

/* Both were signed before either was in a block: the second one is in a block
 * without effect. */
static void
test_race(void)
{
	g_autofree char *mine = NULL;
	g_autofree char *theirs = NULL;
	bsn_tx_request first, second;
	g_autoptr(GByteArray) first_tx = NULL;
	g_autoptr(GByteArray) second_tx = NULL;
	int32_t status;

	start(STD);
	first = fisco_deploy(&alice, "evidence", NULL, &mine);
	second = fisco_deploy(&bob, "evidence", NULL, &theirs);
	first_tx = fisco_build(chain, &alice, &first, &status, NULL);
	second_tx = fisco_build(chain, &bob, &second, &status, NULL);
	fake_chain_set_automatic(chain->chain, FALSE);
	{
		bsn_reply *one = fisco_submit(chain, first_tx);
		bsn_reply *two = fisco_submit(chain, second_tx);

		fake_chain_set_automatic(chain->chain, TRUE);
		fake_host_settle();
		assert_committed(one);
		assert_invalid(two, BSN_DENIED, 18, "another account");
	}
	fisco_free(chain);
}

/* ---- life cycle --------------------------------------------------------- */

static void
test_freeze(void)
{
	g_autofree char *address = NULL;
	g_autoptr(GByteArray) tx = NULL;
	bsn_tx_request request;
	int32_t status;

	start(STD);
	address = fisco_deployed(chain, &alice, "evidence", NULL);
	request = fisco_invoke(&bob, address, "spin", NULL, NULL);
	tx = fisco_build(chain, &bob, &request, &status, NULL);
	assert_committed(lifecycle(&alice, BSN_TX_FREEZE, "evidence"));
	assert_refused(fisco_deposit(chain, &alice, "evidence", 1, "no one"),
		       BSN_FROZEN, 30);
	{
		bsn_reply *reply = fisco_submit(chain, tx);

		fake_host_settle();
		assert_invalid(reply, BSN_FROZEN, 30, "frozen");
	}
	assert_refused(lifecycle(&alice, BSN_TX_FREEZE, address),
		       BSN_CONFLICT, 21);
	assert_committed(lifecycle(&alice, BSN_TX_UNFREEZE, address));
	assert_committed(
		fisco_deposit(chain, &bob, "evidence", 1, "again"));
	fisco_free(chain);
}

/* Signed twice before either is in a block. */
static void
test_freeze_twice(void)
{
	g_autoptr(GByteArray) first = NULL;
	g_autoptr(GByteArray) second = NULL;
	bsn_tx_request request;
	int32_t status;

	start(STD);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	request = fisco_of_kind(BSN_TX_FREEZE, &alice, "evidence");
	first = fisco_build(chain, &alice, &request, &status, NULL);
	second = fisco_build(chain, &alice, &request, &status, NULL);
	{
		bsn_reply *one = fisco_submit(chain, first);
		bsn_reply *two = fisco_submit(chain, second);

		fake_host_settle();
		assert_committed(one);
		assert_invalid(two, BSN_BAD_REQUEST, 21, "understand");
	}
	fisco_free(chain);
}

static void
test_uninstall(void)
{
	g_autofree char *first = NULL;
	g_autofree char *second = NULL;
	g_autoptr(json_t) json = NULL;
	g_autoptr(bsn_reply) events = NULL;

	start(STD);
	first = fisco_deployed(chain, &alice, "evidence", "1");
	second = fisco_deployed(chain, &alice, "evidence", "2");
	assert_committed(fisco_deposit(chain, &bob, second, 1, "a deed"));
	assert_committed(
		lifecycle(&alice, BSN_TX_UNINSTALL, "evidence@2"));
	assert_refused(fisco_deposit(chain, &bob, second, 2, "a deed"),
		       BSN_NOT_FOUND, 26);
	assert_committed(fisco_deposit(chain, &bob, "evidence", 2, "older"));
	assert_committed(lifecycle(&alice, BSN_TX_UNINSTALL, "evidence"));
	assert_refused(fisco_deposit(chain, &bob, "evidence", 3, "none"),
		       BSN_NOT_FOUND, 26);
	assert_refused(deploy_as(&alice, "evidence", "3"), BSN_CONFLICT, 24);
	json = contract("evidence");
	g_assert_cmpstr(member(json, "state"), ==, "uninstalled");
	events = fisco_events(chain, 0, 100);
	g_assert_cmpuint(events->events->len, ==, fisco_height(chain) + 3);
	fisco_free(chain);
}

static void
test_nameless(void)
{
	g_autofree char *address = NULL;
	g_autoptr(json_t) json = NULL;

	start(STD);
	address = fisco_deployed(chain, &alice, "", NULL);
	assert_committed(fisco_deposit(chain, &alice, address, 1, "a deed"));
	json = contract(address);
	g_assert_cmpstr(member(json, "name"), ==, "");
	assert_committed(lifecycle(&alice, BSN_TX_FREEZE, address));
	assert_refused(fisco_deposit(chain, &alice, address, 2, "a deed"),
		       BSN_FROZEN, 30);
	fisco_free(chain);
}

static void
test_list(void)
{
	g_autoptr(json_t) all = NULL;
	g_autoptr(json_t) part = NULL;

	start(STD);
	for (guint i = 0; i < 3; i++) {
		g_autofree char *name = g_strdup_printf("c%u", i);

		g_free(fisco_deployed(chain, &alice, name, NULL));
	}
	all = contract_list(0, 10);
	g_assert_cmpuint(json_array_size(json_object_get(all, "contracts")),
			 ==, 3);
	g_assert_true(json_is_null(json_object_get(all, "next")));
	part = contract_list(1, 1);
	g_assert_cmpint(json_integer_value(json_object_get(part, "next")), ==,
			2);
	g_assert_cmpstr(
		member(json_array_get(json_object_get(part, "contracts"), 0),
		       "name"),
		==, "c1");
	fisco_free(chain);
}

/* ---- executions that fail ----------------------------------------------- */

static bsn_reply *
invoke(const char *function, const char *args, const char *options)
{
	bsn_tx_request request =
		fisco_invoke(&alice, "evidence", function, args, options);

	return fisco_do(chain, &alice, &request);
}

static void
test_reasons(void)
{
	start(STD);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	assert_committed(
		fisco_deposit(chain, &alice, "evidence", 1, "a deed"));
	assert_invalid(fisco_deposit(chain, &alice, "evidence", 1, "twice"),
		       BSN_REVERTED, 22, "it is deposited already");
	assert_invalid(fisco_deposit(chain, &alice, "evidence", 2, "ab"),
		       BSN_REVERTED, 22, "TooShort");
	assert_invalid(invoke("divide", "[1,0]", NULL), BSN_REVERTED, 22,
		       "zero");
	assert_invalid(invoke("spin", NULL, "{\"gas\":500000}"),
		       BSN_OUT_OF_BUDGET, 12, "gas");
	fisco_free(chain);
}

static void
test_constructor_reverts(void)
{
	g_autofree char *options = NULL;
	bsn_tx_request request;

	start(STD);
	request = fisco_deploy(&alice, "evidence", NULL, &options);
	request.args = bsn_slice_str("[\"\"]");
	assert_invalid(fisco_do(chain, &alice, &request), BSN_REVERTED, 22,
		       "the title is empty");
	g_assert_null(contract("evidence"));
	g_free(fisco_deployed(chain, &bob, "evidence", NULL));
	fisco_free(chain);
}

static void
test_no_contract(void)
{
	bsn_tx_request request;

	start(STD);
	request = fisco_invoke(&alice,
			       "0x00000000000000000000000000000000deadbeef",
			       "f()", NULL, NULL);
	assert_invalid(fisco_do(chain, &alice, &request), BSN_NOT_FOUND, 26,
		       "no contract");
	fisco_free(chain);
}

static void
test_large_receipt(void)
{
	bsn_reply *reply;

	start(STD);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	reply = invoke("shout", "[5000]", NULL);
	assert_invalid(reply, BSN_OUT_OF_BUDGET, 12, "gas");
	assert_committed(invoke("shout", "[10]", NULL));
	fisco_free(chain);
}

/* ---- requests that are wrong -------------------------------------------- */

static void
assert_bad(const char *function, const char *args, const char *options,
	   const char *word)
{
	bsn_tx_request request =
		fisco_invoke(&alice, "evidence", function, args, options);
	bsn_reply *reply = fisco_do(chain, &alice, &request);

	g_assert_cmpint(reply->status, >, 0);
	if (strstr(reply->err.reason, word) == NULL)
		g_error("\"%s\" does not say %s", reply->err.reason, word);
	fake_reply_free(reply);
}

static void
test_bad_requests(void)
{
	start(STD);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	assert_bad("deposit", "[\"zz\",\"a\"]", NULL, "args[0]");
	assert_bad("deposit", "[1]", NULL, "2 elements");
	assert_bad("withdraw", "[]", NULL, "withdraw");
	assert_bad("", NULL, NULL, "function");
	assert_bad("total", "7", NULL, "args");
	assert_bad("total", NULL, "{\"gaz\":1}", "gaz");
	assert_bad("total", NULL, "{\"gas\":0}", "gas");
	assert_bad("total", NULL, "{\"block_limit\":1}", "block_limit");
	assert_bad("total", NULL, "{\"data\":\"0x00\"}", "data");
	fisco_free(chain);
}

/* ---- calls, events, checks ---------------------------------------------- */

static void
test_calls(void)
{
	g_autofree char *address = NULL;
	g_autoptr(json_t) pair = NULL;
	g_autoptr(json_t) dry = NULL;
	g_autoptr(json_t) after = NULL;
	bsn_tx_request request;
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	start(STD);
	address = fisco_deployed(chain, &alice, "evidence", NULL);
	pair = fisco_result(chain, "evidence", "pair", NULL);
	g_assert_cmpuint(json_array_size(pair), ==, 2);
	request = fisco_invoke(&alice, "evidence", "deposit",
			       "{\"id\":\"0x0000000000000000000000000000000000"
			       "000000000000000000000000000001\","
			       "\"note\":\"dry\"}",
			       NULL);
	dry = fisco_call(chain, &request, &status, &err);
	g_assert_cmpstr(member(dry, "result"), ==, "1");
	g_assert_cmpint(json_integer_value(json_object_get(dry,
							   "budget_used")),
			>, 21000);
	after = fisco_result(chain, "evidence", "total", NULL);
	g_assert_cmpstr(json_string_value(after), ==, "0");
	request.args = bsn_slice_str("[\"0x00000000000000000000000000000000000"
				     "00000000000000000000000000001\",\"a\"]");
	g_assert_null(fisco_call(chain, &request, &status, &err));
	g_assert_cmpint(status, ==, BSN_REVERTED);
	g_assert_cmpint(err.native, ==, 22);
	g_assert_nonnull(strstr(err.reason, "TooShort"));
	fisco_free(chain);
}

/* Without an ABI: by full signature, and by bytes. */
static void
test_without_abi(void)
{
	g_autofree char *options = NULL;
	bsn_tx_request request;
	g_autoptr(json_t) by_signature = NULL;
	g_autoptr(json_t) by_data = NULL;
	bsn_reply *reply;
	int32_t status;

	start(STD);
	request = fisco_deploy(&alice, "plain", NULL, &options);
	request.options = bsn_slice_str("{}");
	request.args = bsn_slice_str("[]");
	/* Without an ABI the constructor gets no argument, and reverts. */
	reply = fisco_do(chain, &alice, &request);
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_INVALID);
	fake_reply_free(reply);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	request = fisco_invoke(NULL, "evidence", "total()", NULL, NULL);
	by_signature = fisco_call(chain, &request, &status, NULL);
	g_assert_cmpstr(member(by_signature, "result"), ==, "0");
	request = fisco_invoke(NULL, "evidence", NULL, NULL,
			       "{\"data\":\"0x2ddbd13a\"}");
	by_data = fisco_call(chain, &request, &status, NULL);
	g_assert_cmpstr(member(by_data, "result"), ==,
			"0x000000000000000000000000000000000000000000000000"
			"0000000000000000");
	fisco_free(chain);
}

static void
test_events(void)
{
	g_autoptr(bsn_reply) reply = NULL;
	g_autoptr(json_t) payload = NULL;
	const bsn_event *event;
	g_autofree char *name = NULL;
	g_autofree char *from = NULL;

	start(STD);
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	assert_committed(
		fisco_deposit(chain, &alice, "evidence", 0xab, "a deed"));
	reply = fisco_events(chain, 0, 9);
	g_assert_cmpuint(reply->events->len, ==, 4);
	g_assert_cmpuint(reply->events_next, ==, 3);
	event = &g_array_index(reply->events, bsn_event, 3);
	g_assert_cmpuint(event->kind, ==, BSN_EVENT_CONTRACT);
	name = fake_text(event->name);
	from = fake_text(event->contract);
	g_assert_cmpstr(name, ==, "Deposited");
	g_assert_cmpstr(from, ==, "evidence");
	payload = fisco_json(event->payload);
	g_assert_cmpstr(member(payload, "note"), ==, "a deed");
	fisco_free(chain);
}

static json_t *
check(bsn_slice code, const char *options)
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(chain->chain, FAKE_ANSWER_VALUE);

	fake_asked(reply, chain->engine->contract->check(
				  fisco_ledger(chain), code,
				  bsn_slice_str(options), reply, &reply->err));
	g_assert_cmpint(reply->status, ==, BSN_OK);
	return fisco_json(reply->json);
}

static void
test_check(void)
{
	const Compiled *evidence = fisco_evidence();
	g_autoptr(json_t) good = NULL;
	g_autoptr(json_t) bad = NULL;

	start(STD);
	good = check(bsn_slice_of(evidence->code->data, evidence->code->len),
		     "{}");
	g_assert_true(json_is_true(json_object_get(good, "ok")));
	bad = check(bsn_slice_of(evidence->code->data, evidence->code->len),
		    "{\"abi\":[{\"type\":\"function\",\"name\":\"f\","
		    "\"inputs\":[{\"type\":\"uint7\"}]}]}");
	g_assert_true(json_is_false(json_object_get(bad, "ok")));
	fisco_free(chain);
}

/* On an SM chain: code of the usual compiler keeps its Keccak selectors. */
static void
test_selectors_of_code(void)
{
	g_autoptr(json_t) json = NULL;

	start("{\"crypto\":\"sm\"}");
	g_free(fisco_deployed(chain, &alice, "evidence", NULL));
	json = contract("evidence");
	g_assert_cmpstr(member(json, "selector"), ==, "keccak-256");
	fisco_free(chain);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fisco/versions/the-newest-answers-old-ones-stay",
			test_versions);
	g_test_add_func("/fisco/versions/a-name-belongs-to-its-first-account",
			test_owner);
	g_test_add_func("/fisco/versions/of-two-at-once-the-first-one-wins",
			test_race);
	g_test_add_func("/fisco/life-cycle/a-frozen-contract-takes-no-calls",
			test_freeze);
	g_test_add_func("/fisco/life-cycle/the-second-freeze-has-no-effect",
			test_freeze_twice);
	g_test_add_func("/fisco/life-cycle/what-is-uninstalled-is-history",
			test_uninstall);
	g_test_add_func("/fisco/contracts/need-no-name", test_nameless);
	g_test_add_func("/fisco/contracts/are-listed-in-pages", test_list);
	g_test_add_func("/fisco/failures/say-why", test_reasons);
	g_test_add_func("/fisco/failures/a-constructor-leaves-no-name",
			test_constructor_reverts);
	g_test_add_func("/fisco/failures/nobody-at-the-address",
			test_no_contract);
	g_test_add_func("/fisco/failures/a-receipt-has-a-limit",
			test_large_receipt);
	g_test_add_func("/fisco/requests/say-what-is-wrong",
			test_bad_requests);
	g_test_add_func("/fisco/calls/change-nothing", test_calls);
	g_test_add_func("/fisco/calls/go-without-an-abi", test_without_abi);
	g_test_add_func("/fisco/events/are-decoded", test_events);
	g_test_add_func("/fisco/check/finds-what-forbids-it", test_check);
	g_test_add_func("/fisco/sm/code-keeps-its-own-selectors",
			test_selectors_of_code);
	return g_test_run();
}
