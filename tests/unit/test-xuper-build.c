/* SPDX-License-Identifier: Apache-2.0
 *
 * From requests in uniform words to committed transactions, on a chain of the
 * engine with the EVM.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <jansson.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "tests/unit/xuper-nodes.h"

#define ID "\"0x1111111111111111111111111111111111111111111111111111111111111111\""

typedef struct {
	XuperNodes *all;
	char *abi_option; /* {"abi":[...]} */
	char *abi;
	GByteArray *code;
} Bench;

static Bench *
bench_new(void)
{
	Bench *bench = g_new0(Bench, 1);
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, "tests/unit/contracts/evidence.json", NULL);
	g_autoptr(json_t) file = json_load_file(path, 0, NULL);
	const char *code = json_string_value(json_object_get(file, "code"));

	bench->all = nodes_new(1, 1, "single");
	fake_host_load("runtime-evm.so");
	bench->abi = json_text(json_object_get(file, "abi"));
	bench->abi_option = g_strdup_printf("{\"abi\":%s}", bench->abi);
	bench->code = g_byte_array_new();
	g_assert_true(hex_decode(code, strlen(code), bench->code));
	return bench;
}

static void
bench_free(Bench *bench)
{
	nodes_free(bench->all);
	g_byte_array_unref(bench->code);
	g_free(bench->abi_option);
	g_free(bench->abi);
	g_free(bench);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)

static const XuperPerson *
person(const Bench *bench, guint who)
{
	return &bench->all->people[who].who;
}

static bsn_tx_request
request_of(const Bench *bench, guint who, guint32 kind, const char *contract,
	   const char *function, const char *args, const char *options)
{
	bsn_tx_request request = {
		.size = sizeof(request),
		.kind = kind,
		.signer_public_key = bsn_slice_of(
			person(bench, who)->public_key, PUBLIC_KEY_LEN),
		.contract = bsn_slice_str(contract),
		.function = bsn_slice_str(function),
		.args = bsn_slice_str(args),
		.options = bsn_slice_str(options),
	};

	if (kind == BSN_TX_DEPLOY)
		request.code = bsn_slice_of(bench->code->data,
					    bench->code->len);
	return request;
}

static bsn_reply *
begin(Bench *bench, const bsn_tx_request *request)
{
	bsn_reply *reply = fake_reply_new(bench->all->nodes[0].chain,
					  FAKE_ANSWER_SIGNABLE);

	fake_asked(reply,
		   nodes_engine()->tx->begin(nodes_ledger(bench->all, 0),
					     request, reply, &reply->err));
	return reply;
}

static bsn_reply *
sign(Bench *bench, const bsn_reply *before, guint who)
{
	const XuperSigner signer = { &bench->all->suite, person(bench, who) };
	bsn_reply *reply = fake_reply_new(bench->all->nodes[0].chain,
					  FAKE_ANSWER_SIGNABLE);
	g_autoptr(GByteArray) der = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(xuper_sign((void *)&signer,
				   before->signable.message.data, der, &err),
			==, BSN_OK);
	fake_asked(reply, nodes_engine()->tx->sign_round(
				  nodes_ledger(bench->all, 0),
				  before->signable.state,
				  bsn_slice_of(der->data, der->len), reply,
				  &reply->err));
	return reply;
}

/* Its status: of begin, or of the submission. */
static int32_t
submit(Bench *bench, bsn_slice tx, char **reason)
{
	g_autoptr(bsn_reply) reply = fake_reply_new(
		bench->all->nodes[0].chain, FAKE_ANSWER_TX_STAGES);
	const bsn_submission item = { .size = sizeof(item),
				      .tx = tx,
				      .reply = reply };

	fake_asked(reply, nodes_engine()->tx->submit(
				  nodes_ledger(bench->all, 0), &item, 1,
				  &reply->err));
	nodes_settle(bench->all);
	if (reason != NULL)
		*reason = g_strdup(reply->err.reason);
	return reply->status;
}

static int32_t
send(Bench *bench, guint who, guint32 kind, const char *contract,
     const char *function, const char *args, const char *options)
{
	const bsn_tx_request request = request_of(bench, who, kind, contract,
						  function, args, options);
	g_autoptr(bsn_reply) begun = begin(bench, &request);
	g_autoptr(bsn_reply) signed_ = NULL;
	g_autofree char *reason = NULL;
	int32_t status;

	if (begun->status != BSN_OK) {
		g_test_message("begin: %s", begun->err.reason);
		return begun->status;
	}
	signed_ = sign(bench, begun, who);
	if (signed_->status != BSN_OK) {
		g_test_message("sign: %s", signed_->err.reason);
		return signed_->status;
	}
	g_assert_cmpuint(signed_->signable.tx.len, >, 0);
	status = submit(bench, signed_->signable.tx, &reason);
	if (status != BSN_OK)
		g_test_message("submit: %s", reason);
	return status;
}

/* What a call answers; NULL: it failed, with *status. */
static json_t *
ask(Bench *bench, const char *contract, const char *function,
    const char *args, const char *options, int32_t *status)
{
	bsn_tx_request request = request_of(bench, 0, BSN_TX_INVOKE, contract,
					    function, args, options);
	g_autoptr(bsn_reply) reply = fake_reply_new(
		bench->all->nodes[0].chain, FAKE_ANSWER_VALUE);

	*status = fake_asked(reply, nodes_engine()->tx->call(
					    nodes_ledger(bench->all, 0),
					    &request, reply, &reply->err));
	if (*status != BSN_OK)
		return NULL;
	return json_parse(reply->json, 1 << 20, "answer", NULL, NULL);
}

static gint64
total(Bench *bench, const char *contract)
{
	int32_t status;
	g_autoptr(json_t) answer =
		ask(bench, contract, "total", "", "", &status);
	const json_t *result = json_object_get(answer, "result");

	if (status != BSN_OK)
		return -1;
	return g_ascii_strtoll(json_string_value(result), NULL, 10);
}

static json_t *
described(Bench *bench, const char *contract)
{
	g_autoptr(bsn_reply) reply = fake_reply_new(
		bench->all->nodes[0].chain, FAKE_ANSWER_VALUE);

	if (fake_asked(reply, nodes_engine()->contract->get(
				      nodes_ledger(bench->all, 0),
				      bsn_slice_str(contract), reply,
				      &reply->err)) != BSN_OK)
		return NULL;
	return json_parse(reply->json, 1 << 20, "answer", NULL, NULL);
}

static void
assert_text(const json_t *json, const char *name, const char *text)
{
	g_assert_cmpstr(json_string_value(json_object_get(json, name)), ==,
			text);
}

/* ---- contracts --------------------------------------------------------- */

static void
contracts_live_and_end(void)
{
	g_autoptr(Bench) bench = bench_new();
	g_autoptr(json_t) upgraded = NULL;
	g_autoptr(json_t) gone = NULL;

	g_assert_cmpint(send(bench, 0, BSN_TX_DEPLOY, "evidence", "",
			     "[\"title\"]", bench->abi_option), ==, BSN_OK);
	g_assert_cmpint(send(bench, 1, BSN_TX_INVOKE, "evidence", "deposit",
			     "[" ID ",\"note\"]", ""), ==, BSN_OK);
	g_assert_cmpint(total(bench, "evidence"), ==, 1);
	/* A further version keeps what was there. */
	g_assert_cmpint(send(bench, 0, BSN_TX_DEPLOY, "evidence", "",
			     "[\"other\"]", bench->abi_option), ==, BSN_OK);
	g_assert_cmpint(total(bench, "evidence"), ==, 1);
	upgraded = described(bench, "evidence");
	g_assert_cmpint(json_integer_value(json_object_get(upgraded,
							   "version")),
			==, 2);
	g_assert_cmpuint(json_array_size(json_object_get(upgraded,
							 "versions")),
			 ==, 2);
	/* Others may do none of that. */
	g_assert_cmpint(send(bench, 1, BSN_TX_FREEZE, "evidence", "", "", ""),
			==, BSN_DENIED);
	g_assert_cmpint(send(bench, 1, BSN_TX_DEPLOY, "evidence", "",
			     "[\"x\"]", bench->abi_option), ==, BSN_DENIED);
	g_assert_cmpint(send(bench, 0, BSN_TX_FREEZE, "evidence", "", "", ""),
			==, BSN_OK);
	g_assert_cmpint(send(bench, 1, BSN_TX_INVOKE, "evidence", "deposit",
			     "[" ID ",\"note\"]", ""), ==, BSN_FROZEN);
	g_assert_cmpint(send(bench, 0, BSN_TX_UNFREEZE, "evidence", "", "",
			     ""), ==, BSN_OK);
	g_assert_cmpint(total(bench, "evidence"), ==, 1);
	g_assert_cmpint(send(bench, 0, BSN_TX_UNINSTALL, "evidence", "", "",
			     ""), ==, BSN_OK);
	g_assert_cmpint(total(bench, "evidence"), ==, -1);
	gone = described(bench, "evidence");
	assert_text(gone, "state", "uninstalled");
	g_assert_cmpint(send(bench, 0, BSN_TX_UNINSTALL, "evidence", "", "",
			     ""), ==, BSN_CONFLICT);
}

static int32_t
deploy_called(Bench *bench, const char *version)
{
	g_autofree char *options = g_strdup_printf(
		"{\"abi\":%s,\"version\":%s}", bench->abi, version);

	return send(bench, 0, BSN_TX_DEPLOY, "evidence", "", "[\"title\"]",
		    options);
}

/* Beside their numbers; two that follow each other are not called the same. */
static void
versions_have_labels(void)
{
	static const struct {
		const char *version;
		int32_t status;
	} cases[] = {
		{ "\"1.0\"", BSN_OK },	     { "\"1.0\"", BSN_CONFLICT },
		{ "\"a\\u0007\"", BSN_BAD_REQUEST }, { "7", BSN_BAD_REQUEST },
		{ "\"3\"", BSN_OK },	     { "\"\"", BSN_CONFLICT },
		{ "\"1.0\"", BSN_OK },	     { "\"\"", BSN_OK },
	};
	g_autoptr(Bench) bench = bench_new();
	g_autoptr(json_t) contract = NULL;
	g_autoptr(json_t) expected =
		json_pack("[s, s, s, i]", "1.0", "3", "1.0", 4);
	const json_t *version;
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(deploy_called(bench, cases[i].version), ==,
				cases[i].status);
	contract = described(bench, "evidence");
	json_array_foreach (json_object_get(contract, "versions"), i, version)
		g_assert_true(json_equal(json_object_get(version, "version"),
					 json_array_get(expected, i)));
	g_assert_cmpuint(i, ==, 4);
	g_assert_true(json_equal(json_object_get(contract, "version"),
				 json_array_get(expected, 3)));
}

static void
contracts_are_called_by_address_too(void)
{
	g_autoptr(Bench) bench = bench_new();
	g_autoptr(json_t) contract = NULL;
	g_autoptr(bsn_reply) list = NULL;
	const char *address;

	g_assert_cmpint(send(bench, 0, BSN_TX_DEPLOY, "evidence", "",
			     "[\"title\"]", bench->abi_option), ==, BSN_OK);
	contract = described(bench, "evidence");
	address = json_string_value(json_object_get(contract, "address"));
	g_assert_cmpint(send(bench, 1, BSN_TX_INVOKE, address, "deposit",
			     "{\"id\":" ID ",\"note\":\"note\"}", ""), ==,
			BSN_OK);
	g_assert_cmpint(total(bench, address), ==, 1);
	/* Without a name one is made. */
	g_assert_cmpint(send(bench, 0, BSN_TX_DEPLOY, "", "", "[\"title\"]",
			     bench->abi_option), ==, BSN_OK);
	list = fake_reply_new(bench->all->nodes[0].chain, FAKE_ANSWER_VALUE);
	g_assert_cmpint(fake_asked(list, nodes_engine()->contract->list(
						 nodes_ledger(bench->all, 0),
						 0, 10, list, &list->err)),
			==, BSN_OK);
	g_assert_nonnull(strstr((const char *)list->json.data, "evidence"));
}

static void
refusals_say_what_to_do(void)
{
	static const struct {
		const char *contract, *function, *args, *options;
		int32_t status;
	} cases[] = {
		{ "nowhere1", "f", "", "", BSN_NOT_FOUND },
		{ "!", "f", "", "", BSN_BAD_REQUEST },
		{ "evidence", "nothing", "", "", BSN_NOT_FOUND },
		{ "evidence", "deposit", "[1]", "", BSN_BAD_REQUEST },
		{ "evidence", "deposit", "[" ID ",\"no\"]", "", BSN_REVERTED },
		{ "evidence", "total", "", "{\"amount\":\"5\"}",
		  BSN_NOT_OFFERED },
		{ "evidence", "total", "", "{\"gas\":1}", BSN_BAD_REQUEST },
		{ "evidence", "total", "",
		  "{\"resource_limits\":{\"cpu\":1000}}", BSN_OUT_OF_BUDGET },
		{ "evidence", "total", "",
		  "{\"auth_require\":[\"TeyyPLpp9L7QAcxHangtcHTu7HUZ6iydY\"]}",
		  BSN_BAD_REQUEST },
		{ "$acl", "Nothing", "{}", "", BSN_NOT_FOUND },
		{ "$acl", "NewAccount", "[1]", "", BSN_BAD_REQUEST },
		{ "$utxo", "fly", "{}", "", BSN_NOT_FOUND },
		{ "$utxo", "transfer", "{\"to\":\"x\",\"amount\":\"1\"}", "",
		  BSN_BAD_REQUEST },
	};
	g_autoptr(Bench) bench = bench_new();

	g_assert_cmpint(send(bench, 0, BSN_TX_DEPLOY, "evidence", "",
			     "[\"title\"]", bench->abi_option), ==, BSN_OK);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s.%s", cases[i].contract, cases[i].function);
		g_assert_cmpint(send(bench, 0, BSN_TX_INVOKE,
				     cases[i].contract, cases[i].function,
				     cases[i].args, cases[i].options),
				==, cases[i].status);
	}
}

/* Who has made the account first that somebody's contracts would be under, with a
 * say in it, has none in the contracts. */
static void
accounts_of_others_are_not_used(void)
{
	g_autoptr(Bench) bench = bench_new();
	const XuperNodes *all = bench->all;
	const bsn_slice name = bsn_slice_str(person(bench, 1)->address);
	g_autofree char *args = NULL;
	guint8 digest[HASH_LEN];
	guint64 number = 0;

	suite_double(&all->suite, &name, 1, digest);
	for (guint i = 0; i < sizeof(number); i++)
		number = number << 8 | digest[i];
	args = g_strdup_printf(
		"{\"account_name\":\"%016" G_GUINT64_FORMAT "\",\"acl\":"
		"{\"pm\":{\"rule\":1,\"acceptValue\":1},\"aksWeight\":"
		"{\"%s\":1,\"%s\":1}}}",
		number % G_GUINT64_CONSTANT(10000000000000000),
		person(bench, 0)->address, person(bench, 1)->address);
	g_assert_cmpint(send(bench, 0, BSN_TX_INVOKE, "$acl", "NewAccount",
			     args, ""), ==, BSN_OK);
	g_assert_cmpint(send(bench, 1, BSN_TX_DEPLOY, "evidence", "",
			     "[\"title\"]", bench->abi_option), ==,
			BSN_CONFLICT);
	g_assert_cmpint(send(bench, 0, BSN_TX_DEPLOY, "evidence", "",
			     "[\"title\"]", bench->abi_option), ==, BSN_OK);
}

static void
calls_answer_and_change_nothing(void)
{
	g_autoptr(Bench) bench = bench_new();
	g_autoptr(json_t) plain = NULL;
	g_autoptr(json_t) tried = NULL;
	g_autoptr(json_t) refused = NULL;
	int32_t status;

	g_assert_cmpint(send(bench, 0, BSN_TX_DEPLOY, "evidence", "",
			     "[\"title\"]", bench->abi_option), ==, BSN_OK);
	plain = ask(bench, "evidence", "title", "", "", &status);
	assert_text(plain, "result", "title");
	tried = ask(bench, "evidence", "deposit", "[" ID ",\"note\"]",
		    "{\"preexec\":true}", &status);
	g_assert_cmpint(status, ==, BSN_OK);
	g_assert_cmpuint(json_array_size(json_object_get(tried, "writes")), >,
			 0);
	g_assert_cmpuint(json_array_size(json_object_get(tried, "reads")), >,
			 0);
	g_assert_cmpint(total(bench, "evidence"), ==, 0);
	refused = ask(bench, "$contract", "freezeContract",
		      "{\"contract_name\":\"evidence\"}", "", &status);
	g_assert_cmpint(status, ==, BSN_DENIED);
}

/* A contract that answers how much it may use yet. */
static void
calls_are_bounded(void)
{
	static const char code[] = "685a60005260206000f360005260096017f3";
	g_autoptr(Bench) bench = bench_new();
	static const char *const options[] = {
		"{\"data\":\"0x00\"}",
		"{\"data\":\"0x00\",\"resource_limits\":{\"cpu\":900000}}",
		"{\"data\":\"0x00\",\"preexec\":true}",
	};
	guint64 left[3];

	g_byte_array_set_size(bench->code, 0);
	g_assert_true(hex_decode(code, strlen(code), bench->code));
	g_assert_cmpint(send(bench, 0, BSN_TX_DEPLOY, "gasleft", "", "", ""),
			==, BSN_OK);
	for (guint i = 0; i < 3; i++) {
		int32_t status;
		g_autoptr(json_t) answer =
			ask(bench, "gasleft", "", "", options[i], &status);
		const char *output =
			json_string_value(json_object_get(answer, "output"));

		g_assert_cmpint(status, ==, BSN_OK);
		left[i] = g_ascii_strtoull(output + strlen(output) - 16, NULL,
					   16);
	}
	g_assert_cmpuint(left[0], <, 50000000);
	g_assert_cmpuint(left[1], <, 900000);
	g_assert_cmpuint(left[2], >, 200000000);
}

/* ---- tokens and signatures --------------------------------------------- */

static void
tokens_are_sent_and_come_back(void)
{
	g_autoptr(Bench) bench = bench_new();
	g_autofree char *args =
		g_strdup_printf("{\"to\":\"%s\",\"amount\":\"30\"}",
				person(bench, 1)->address);
	Layer *layer;
	Balance balance;
	guint8 had[AMOUNT_LEN];

	amount_from_u64(PEOPLE_TOKENS - 30, had);
	g_assert_cmpint(send(bench, 0, BSN_TX_INVOKE, "$utxo", "transfer",
			     args, "{\"desc\":\"rent\"}"), ==, BSN_OK);
	layer = pool_layer(nodes_ledger(bench->all, 0)->pool);
	g_assert_cmpint(balance_get(layer,
				    bsn_slice_str(person(bench, 0)->address),
				    10, &balance, NULL), ==, BSN_OK);
	g_assert_cmpint(amount_compare(balance.total, had), ==, 0);
	g_assert_cmpint(send(bench, 1, BSN_TX_INVOKE, "$utxo", "merge", "{}",
			     ""), ==, BSN_OK);
	g_assert_cmpint(send(bench, 1, BSN_TX_INVOKE, "$utxo", "split",
			     "{\"amount\":\"10\",\"count\":5}", ""), ==,
			BSN_OK);
}

static void
assert_amount(const json_t *balance, guint64 tokens)
{
	g_autofree char *text = g_strdup_printf("%" G_GUINT64_FORMAT, tokens);

	assert_text(balance, "balance", text);
}

/* The chain's own contracts take arguments in the order in which they are listed,
 * as those of Solidity do. */
static void
arguments_have_places(void)
{
	g_autoptr(Bench) bench = bench_new();
	const char *to = person(bench, 1)->address;
	g_autofree char *transfer = g_strdup_printf("[\"%s\",30]", to);
	g_autofree char *account = g_strdup_printf(
		"[\"3333333333333333\",{\"pm\":{\"rule\":1,\"acceptValue\":1},"
		"\"aksWeight\":{\"%s\":1}}]",
		to);
	g_autofree char *owner = g_strdup_printf("[\"%s\"]", to);
	g_autoptr(json_t) balance = NULL;
	g_autoptr(json_t) acl = NULL;
	int32_t status;

	g_assert_cmpint(send(bench, 0, BSN_TX_INVOKE, "$utxo", "transfer",
			     transfer, ""), ==, BSN_OK);
	balance = ask(bench, "$utxo", "balance", owner, "", &status);
	g_assert_cmpint(status, ==, BSN_OK);
	assert_amount(json_object_get(balance, "result"), PEOPLE_TOKENS + 30);
	g_assert_cmpint(send(bench, 0, BSN_TX_INVOKE, "$acl", "NewAccount",
			     account, ""), ==, BSN_OK);
	acl = ask(bench, "$acl", "QueryAccountAcl",
		  "[\"XC3333333333333333@nodes\"]", "", &status);
	g_assert_cmpint(status, ==, BSN_OK);
	g_assert_nonnull(json_object_get(json_object_get(acl, "result"), "pm"));
	/* More than there are; and questions are none for transactions. */
	g_assert_cmpint(send(bench, 0, BSN_TX_INVOKE, "$utxo", "merge", "[1]",
			     ""), ==, BSN_BAD_REQUEST);
	g_assert_cmpint(send(bench, 0, BSN_TX_INVOKE, "$utxo", "balance",
			     owner, ""), ==, BSN_DENIED);
}

/* What was just chosen is not chosen again for a while. */
static void
outputs_are_kept_for_who_signs(void)
{
	g_autoptr(Bench) bench = bench_new();
	g_autofree char *args =
		g_strdup_printf("{\"to\":\"%s\",\"amount\":\"30\"}",
				person(bench, 1)->address);
	const bsn_tx_request request =
		request_of(bench, 0, BSN_TX_INVOKE, "$utxo", "transfer", args,
			   "");
	g_autoptr(bsn_reply) first = begin(bench, &request);
	g_autoptr(bsn_reply) second = begin(bench, &request);
	g_autoptr(bsn_reply) third = NULL;

	g_assert_cmpint(first->status, ==, BSN_OK);
	g_assert_cmpint(second->status, ==, BSN_BUSY);
	nodes_advance(bench->all, 5001);
	third = begin(bench, &request);
	g_assert_cmpint(third->status, ==, BSN_OK);
}

/* Whom a round asks to sign, as what it is sent to them with. */
static void
assert_signer(const bsn_reply *round, const XuperPerson *person)
{
	bsn_slice signer = round->signable.signer;

	g_assert_true(bsn_slice_equal(signer, bsn_slice_str(person->address)));
}

/* Who asks is the first if he signs at all; else nobody signs in his name. */
static void
others_sign_for_who_asks(void)
{
	g_autoptr(Bench) bench = bench_new();
	const XuperPerson *other = person(bench, 1);
	g_autofree char *key =
		hex_encode(bsn_slice_of(other->public_key, PUBLIC_KEY_LEN));
	g_autofree char *args = g_strdup_printf(
		"{\"to\":\"%s\",\"amount\":\"30\"}",
		person(bench, 0)->address);
	g_autofree char *alone = g_strdup_printf(
		"{\"initiator\":\"%s\",\"public_keys\":[\"%s\"]}",
		other->address, key);
	g_autofree char *both = g_strdup_printf(
		"{\"initiator\":\"%s\",\"public_keys\":[\"%s\"],"
		"\"auth_require\":[\"%s\"]}",
		other->address, key, person(bench, 0)->address);
	bsn_tx_request request = request_of(bench, 0, BSN_TX_INVOKE, "$utxo",
					    "transfer", args, alone);
	g_autoptr(bsn_reply) theirs = begin(bench, &request);
	g_autoptr(bsn_reply) done = NULL;
	g_autoptr(bsn_reply) ours = NULL;
	g_autoptr(bsn_reply) next = NULL;

	assert_signer(theirs, other);
	done = sign(bench, theirs, 1);
	g_assert_cmpuint(done->signable.tx.len, >, 0);
	nodes_advance(bench->all, 5001);
	request.options = bsn_slice_str(both);
	ours = begin(bench, &request);
	g_assert_cmpuint(ours->signable.signer.len, ==, 0);
	next = sign(bench, ours, 0);
	assert_signer(next, other);
}

/* An account of two: one begins, both sign. */
static void
several_people_sign_one_after_the_other(void)
{
	g_autoptr(Bench) bench = bench_new();
	g_autofree char *args = g_strdup_printf(
		"{\"account_name\":\"2222222222222222\",\"acl\":{\"pm\":{"
		"\"rule\":1,\"acceptValue\":1},\"aksWeight\":{\"%s\":0.5,"
		"\"%s\":0.5}}}",
		person(bench, 0)->address, person(bench, 1)->address);
	g_autofree char *key = hex_encode(bsn_slice_of(
		person(bench, 1)->public_key, PUBLIC_KEY_LEN));
	g_autofree char *options = g_strdup_printf(
		"{\"abi\":%s,\"account\":\"XC2222222222222222@nodes\","
		"\"auth_require\":[\"XC2222222222222222@nodes/%s\","
		"\"XC2222222222222222@nodes/%s\"],\"public_keys\":[\"%s\"]}",
		bench->abi, person(bench, 0)->address,
		person(bench, 1)->address, key);
	bsn_tx_request request;
	g_autoptr(bsn_reply) begun = NULL;
	g_autoptr(bsn_reply) wrong = NULL;
	g_autoptr(bsn_reply) first = NULL;
	g_autoptr(bsn_reply) both = NULL;
	g_autoptr(json_t) state = NULL;

	g_assert_cmpint(send(bench, 0, BSN_TX_INVOKE, "$acl", "NewAccount",
			     args, ""), ==, BSN_OK);
	request = request_of(bench, 0, BSN_TX_DEPLOY, "evidence", "",
			     "[\"title\"]", options);
	begun = begin(bench, &request);
	g_assert_cmpint(begun->status, ==, BSN_OK);
	g_assert_cmpuint(begun->signable.signer.len, ==, 0);
	state = json_parse(begun->signable.state, TX_MAX, "state", NULL, NULL);
	assert_text(state, "turn", person(bench, 0)->address);
	wrong = sign(bench, begun, 1);
	g_assert_cmpint(wrong->status, ==, BSN_BAD_SIGNATURE);
	first = sign(bench, begun, 0);
	g_assert_cmpint(first->status, ==, BSN_OK);
	g_assert_cmpuint(first->signable.round, ==, 2);
	g_assert_cmpuint(first->signable.tx.len, ==, 0);
	assert_signer(first, person(bench, 1));
	both = sign(bench, first, 1);
	g_assert_cmpint(both->status, ==, BSN_OK);
	g_assert_cmpint(submit(bench, both->signable.tx, NULL), ==, BSN_OK);
	g_assert_cmpint(total(bench, "evidence"), ==, 0);
}

static void
states_from_outside_are_not_trusted(void)
{
	static const char *const states[] = {
		"",
		"{}",
		"[]",
		"{\"tx\":\"\"}",
		"{\"tx\":\"!!!!\"}",
		"{\"tx\":\"AAAA\"}",
		"{\"tx\":\"8gEA\"}", /* a signature without key */
		"{\"turn\":1,\"tx\":\"\"}",
	};
	g_autoptr(Bench) bench = bench_new();
	guint8 signature[64] = { 1 };

	for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
		g_autoptr(bsn_reply) reply = fake_reply_new(
			bench->all->nodes[0].chain, FAKE_ANSWER_SIGNABLE);

		g_assert_cmpint(
			fake_asked(reply,
				   nodes_engine()->tx->sign_round(
					   nodes_ledger(bench->all, 0),
					   bsn_slice_str(states[i]),
					   bsn_slice_of(signature, 64), reply,
					   &reply->err)),
			==, BSN_BAD_REQUEST);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/build/contracts-live-and-end",
			contracts_live_and_end);
	g_test_add_func("/xuper/build/contracts-are-called-by-address-too",
			contracts_are_called_by_address_too);
	g_test_add_func("/xuper/build/refusals-say-what-to-do",
			refusals_say_what_to_do);
	g_test_add_func("/xuper/build/accounts-of-others-are-not-used",
			accounts_of_others_are_not_used);
	g_test_add_func("/xuper/build/calls-are-bounded", calls_are_bounded);
	g_test_add_func("/xuper/build/calls-answer-and-change-nothing",
			calls_answer_and_change_nothing);
	g_test_add_func("/xuper/build/tokens-are-sent-and-come-back",
			tokens_are_sent_and_come_back);
	g_test_add_func("/xuper/build/arguments-have-places",
			arguments_have_places);
	g_test_add_func("/xuper/build/outputs-are-kept-for-who-signs",
			outputs_are_kept_for_who_signs);
	g_test_add_func("/xuper/build/several-people-sign",
			several_people_sign_one_after_the_other);
	g_test_add_func("/xuper/build/others-sign-for-who-asks",
			others_sign_for_who_asks);
	g_test_add_func("/xuper/build/versions-have-labels",
			versions_have_labels);
	g_test_add_func("/xuper/build/states-from-outside-are-not-trusted",
			states_from_outside_are_not_trusted);
	return g_test_run();
}
