/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts in WebAssembly on a chain of engine-xuper: from requests in uniform words
 * to committed transactions.
 */
#define _GNU_SOURCE
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <jansson.h>

#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/wasm-samples.h"
#include "tests/unit/xuper-nodes.h"

#define DIGEST                                                                 \
	"\"0x1111111111111111111111111111111111111111111111111111111111111111\""

static XuperNodes *
chain_new(void)
{
	fake_host_load("runtime-wasm.so");
	return nodes_new(1, 1, "single");
}

static bsn_tx_request
request_of(XuperNodes *all, guint who, guint32 kind, const char *function,
	   const char *args)
{
	return (bsn_tx_request){
		.size = sizeof(bsn_tx_request),
		.kind = kind,
		.signer_public_key = bsn_slice_of(all->people[who].who.public_key,
						  PUBLIC_KEY_LEN),
		.contract = bsn_slice_str("evidence"),
		.function = bsn_slice_str(function),
		.args = bsn_slice_str(args),
	};
}

static bsn_reply *
reply_new(XuperNodes *all, guint kind)
{
	return fake_reply_new(all->nodes[0].chain, kind);
}

/* Signs what was begun, submits it, and waits. */
static int32_t
finish(XuperNodes *all, guint who, const bsn_reply *begun)
{
	const XuperSigner signer = { &all->suite, &all->people[who].who };
	g_autoptr(bsn_reply) made = reply_new(all, FAKE_ANSWER_SIGNABLE);
	g_autoptr(bsn_reply) done = reply_new(all, FAKE_ANSWER_TX_STAGES);
	g_autoptr(GByteArray) der = g_byte_array_new();
	bsn_ledger *ledger = nodes_ledger(all, 0);
	bsn_submission item = { .size = sizeof(item), .reply = done };

	g_assert_cmpint(xuper_sign((void *)&signer,
				   begun->signable.message.data, der, NULL),
			==, BSN_OK);
	g_assert_cmpint(fake_asked(made, nodes_engine()->tx->sign_round(
						 ledger, begun->signable.state,
						 buffer_slice(der), made,
						 &made->err)), ==, BSN_OK);
	item.tx = made->signable.tx;
	fake_asked(done, nodes_engine()->tx->submit(ledger, &item, 1,
						    &done->err));
	nodes_settle(all);
	return done->status;
}

static int32_t
send_request(XuperNodes *all, guint who, const bsn_tx_request *request)
{
	g_autoptr(bsn_reply) begun = reply_new(all, FAKE_ANSWER_SIGNABLE);

	fake_asked(begun, nodes_engine()->tx->begin(nodes_ledger(all, 0),
						    request, begun,
						    &begun->err));
	if (begun->status == BSN_OK)
		return finish(all, who, begun);
	g_test_message("begin: %s", begun->err.reason);
	return begun->status;
}

static int32_t
invoke(XuperNodes *all, guint who, const char *function, const char *args)
{
	const bsn_tx_request request =
		request_of(all, who, BSN_TX_INVOKE, function, args);

	return send_request(all, who, &request);
}

static int32_t
deploy(XuperNodes *all, guint who, const char *sample, const char *args)
{
	g_autoptr(GByteArray) code = wasm_sample(sample);
	bsn_tx_request request =
		request_of(all, who, BSN_TX_DEPLOY, "", args);

	request.code = buffer_slice(code);
	return send_request(all, who, &request);
}

static json_t *
ask(XuperNodes *all, const char *function, const char *args)
{
	const bsn_tx_request request =
		request_of(all, 0, BSN_TX_INVOKE, function, args);
	g_autoptr(bsn_reply) reply = reply_new(all, FAKE_ANSWER_VALUE);

	g_assert_cmpint(fake_asked(reply, nodes_engine()->tx->call(
						  nodes_ledger(all, 0),
						  &request, reply,
						  &reply->err)), ==, BSN_OK);
	return json_parse(reply->json, 1 << 20, "answer", NULL, NULL);
}

static json_t *
described(XuperNodes *all)
{
	g_autoptr(bsn_reply) reply = reply_new(all, FAKE_ANSWER_VALUE);

	g_assert_cmpint(fake_asked(reply, nodes_engine()->contract->get(
						  nodes_ledger(all, 0),
						  bsn_slice_str("evidence"),
						  reply, &reply->err)), ==,
			BSN_OK);
	return json_parse(reply->json, 1 << 20, "answer", NULL, NULL);
}

static gboolean
has_function(const json_t *contract, const char *name)
{
	const json_t *function;
	size_t i;

	json_array_foreach (json_object_get(contract, "abi"), i, function)
		if (g_strcmp0(json_string_value(json_object_get(function,
								"name")),
			      name) == 0)
			return TRUE;
	return FALSE;
}

static void
contracts_live(gconstpointer sample)
{
	g_autoptr(XuperNodes) all = chain_new();
	g_autoptr(json_t) contract = NULL;
	g_autoptr(json_t) name = NULL;
	g_autoptr(json_t) entry = NULL;
	const json_t *result;

	g_assert_cmpint(deploy(all, 0, sample, "[\"register\"]"), ==, BSN_OK);
	name = ask(all, "name", "");
	g_assert_cmpstr(json_string_value(json_object_get(name, "result")), ==,
			"register");
	g_assert_cmpint(invoke(all, 1, "deposit", "[" DIGEST ",\"u\",\"n\"]"),
			==, BSN_OK);
	g_assert_cmpint(invoke(all, 2, "revoke", "[" DIGEST ",\"mine\"]"), ==,
			BSN_REVERTED);
	g_assert_cmpint(invoke(all, 1, "revoke",
			       "{\"reason\":\"old\",\"digest\":" DIGEST "}"),
			==, BSN_OK);
	entry = ask(all, "get", "[" DIGEST "]");
	result = json_object_get(entry, "result");
	g_assert_cmpstr(json_string_value(json_object_get(result,
							  "depositor")),
			==, all->people[1].who.address);
	g_assert_true(json_is_true(json_object_get(result, "revoked")));
	contract = described(all);
	g_assert_cmpstr(json_string_value(json_object_get(contract,
							  "language")),
			==, "wasm");
	g_assert_true(has_function(contract, "deposit"));
	g_assert_false(has_function(contract, "initialize"));
	/* Others may not bring a further version, its account may. */
	g_assert_cmpint(deploy(all, 1, sample, "[]"), ==, BSN_DENIED);
	g_assert_cmpint(deploy(all, 0, sample, "[]"), ==, BSN_OK);
	json_decref(name);
	name = ask(all, "name", "");
	g_assert_cmpstr(json_string_value(json_object_get(name, "result")), ==,
			"register");
}

static void
status_has_languages(void)
{
	g_autoptr(XuperNodes) all = chain_new();
	g_autoptr(bsn_reply) reply = reply_new(all, FAKE_ANSWER_STATUS);

	g_assert_cmpint(fake_asked(reply, nodes_engine()->status->get(
						  nodes_ledger(all, 0), reply,
						  &reply->err)), ==, BSN_OK);
	g_assert_true(bsn_slice_equal(
		reply->chain_status.languages,
		bsn_slice_str("[\"solidity\",\"c\",\"c++\",\"rust\","
			      "\"assemblyscript\"]")));
}

/* What its nodes can run is no part of what a chain takes. */
static void
genesis_says_what_is_taken(void)
{
	g_autoptr(XuperNodes) all = chain_new();
	g_autoptr(GByteArray) made = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	g_assert_nonnull(memmem(all->genesis->data, all->genesis->len,
				"[\"solidity\",\"wasm\"]", 19));
	g_assert_cmpint(nodes_genesis(1, 1, "{\"contracts\":{\"languages\":["
					    "\"solidity\"]}}",
				      made, &err), ==, BSN_OK);
	g_assert_null(memmem(made->data, made->len, "\"wasm\"", 6));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/wasm/live/c", SAMPLE_EVIDENCE_C,
			     contracts_live);
	g_test_add_data_func("/wasm/live/assemblyscript", SAMPLE_EVIDENCE_AS,
			     contracts_live);
	g_test_add_func("/wasm/status", status_has_languages);
	g_test_add_func("/wasm/genesis", genesis_says_what_is_taken);
	return g_test_run();
}
