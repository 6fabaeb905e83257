/* SPDX-License-Identifier: Apache-2.0
 *
 * Contracts that call frozen and uninstalled ones, on two nodes: what one
 * proposes the other executes to the same block.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-chain.h"
#include "tests/unit/manual-consensus.h"

#define CONFIG(crypto)                                                         \
	"{\"crypto\":\"" crypto "\",\"consensus\":{\"name\":\"manual\"}}"
/* total() */
#define TOTAL "2ddbd13a"

/* ---- two nodes ---------------------------------------------------------- */

typedef struct {
	FiscoChain *chain;
	bsn_agreement *agreement;
} Node;

static Node one, two;
static Account alice;

static void
decide(const Node *node, const GByteArray *proposal)
{
	bsn_err err = BSN_ERR_INIT;

	if (node->agreement->proposer->decide(
		    node->agreement->proposer, fisco_height(node->chain) + 1,
		    buffer_slice(proposal), bsn_slice_str("certificate"),
		    &err) != BSN_OK)
		g_error("%s", err.reason);
	fake_host_settle();
}

/* What waits at the first node becomes a block of both. */
static void
agree(void)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	BufferSink sink = buffer_sink(proposal, 64u << 20);
	guint64 next = fisco_height(one.chain) + 1;
	bsn_proposer *proposer = one.agreement->proposer;
	bsn_err err = BSN_ERR_INIT;
	bsn_id proposed, checked;

	g_assert_cmpint(proposer->propose(proposer, next, &sink.sink,
					  &proposed), ==, BSN_OK);
	proposer = two.agreement->proposer;
	if (proposer->check(proposer, next, buffer_slice(proposal), &checked,
			    &err) != BSN_OK)
		g_error("%s", err.reason);
	assert_bytes(proposed.bytes, proposed.len, checked.bytes, checked.len);
	decide(&two, proposal);
	decide(&one, proposal);
}

static bsn_reply *
send(const bsn_tx_request *request)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		fisco_build(one.chain, &alice, request, &status, &err);

	if (tx == NULL)
		g_error("%s", err.reason);
	return fisco_submit(one.chain, tx);
}

static void
assert_committed(bsn_reply *reply)
{
	g_assert_cmpstr(reply->err.reason, ==, "");
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	fake_reply_free(reply);
}

/* ---- contracts ---------------------------------------------------------- */

/* Each calls the address in the first word of its input with what follows, by
 * an opcode of its own, and hands on what comes back. */
typedef struct {
	const char *name;
	const char *value; /* PUSH0 where the opcode takes a value */
	const char *opcode;
} Caller;

static const Caller callers[] = {
	{ "call", "5f", "f1" },
	{ "callcode", "5f", "f2" },
	{ "delegatecall", "", "f4" },
	{ "staticcall", "", "fa" },
};

/* CALLDATACOPY of all but 32 bytes; the call; RETURNDATACOPY; REVERT when it
 * failed, RETURN when it did not. */
static GByteArray *
caller_code(const Caller *caller)
{
	gsize value = strlen(caller->value) / 2;
	g_autofree char *body = g_strdup_printf(
		"602036038060205f375f5f825f%s5f355a%s3d5f5f3e60%02x573d5ffd"
		"5b3d5ff3", caller->value, caller->opcode,
		(guint)(27 + value));
	g_autofree char *all = g_strdup_printf(
		"0x60%02x8060095f395ff3%s", (guint)(strlen(body) / 2), body);
	GByteArray *code = g_byte_array_new();

	g_assert_true(hex_decode(all, strlen(all), code));
	return code;
}

static void
deploy_caller(const Caller *caller)
{
	g_autoptr(GByteArray) code = caller_code(caller);
	bsn_tx_request request =
		fisco_of_kind(BSN_TX_DEPLOY, &alice, caller->name);
	bsn_reply *reply;

	request.code = buffer_slice(code);
	reply = send(&request);
	agree();
	assert_committed(reply);
}

/* Its address. */
static char *
deploy_evidence(const char *name)
{
	g_autofree char *options = NULL;
	bsn_tx_request request = fisco_deploy(&alice, name, NULL, &options);
	bsn_reply *reply = send(&request);
	g_autoptr(json_t) detail = NULL;
	char *address;

	agree();
	detail = fisco_json(reply->tx.detail);
	address = g_strdup(json_string_value(
		json_object_get(detail, "contractAddress")));
	g_assert_nonnull(address);
	assert_committed(reply);
	return address;
}

static char *target;

static void
start(const char *config)
{
	fisco_reset(2);
	manual_consensus_add();
	one.chain = fisco_new("one", config);
	one.agreement = manual_last();
	two.chain = fisco_copy(one.chain, "two");
	two.agreement = manual_last();
	alice = fisco_account(one.chain, 1);
	for (guint i = 0; i < G_N_ELEMENTS(callers); i++)
		deploy_caller(&callers[i]);
	target = deploy_evidence("evidence");
}

static void
stop(void)
{
	g_clear_pointer(&target, g_free);
	fisco_free(one.chain);
	fisco_free(two.chain);
}

/* ---- calls -------------------------------------------------------------- */

static char *
call_options(void)
{
	return g_strdup_printf("{\"data\":\"0x%024d%s" TOTAL "\"}", 0,
			       target + 2);
}

static bsn_reply *
send_call(const Caller *caller)
{
	g_autofree char *options = call_options();
	bsn_tx_request request =
		fisco_invoke(&alice, caller->name, NULL, NULL, options);

	return send(&request);
}

static bsn_reply *
send_lifecycle(guint32 kind, const char *contract)
{
	bsn_tx_request request = fisco_of_kind(kind, &alice, contract);

	return send(&request);
}

static void
lifecycle(guint32 kind, const char *contract)
{
	bsn_reply *reply = send_lifecycle(kind, contract);

	agree();
	assert_committed(reply);
}

static void
assert_refused(bsn_reply *reply, const char *word)
{
	g_autoptr(json_t) detail = NULL;
	const char *reason;

	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(reply->tx.status, ==, BSN_REVERTED);
	detail = fisco_json(reply->tx.detail);
	reason = json_string_value(json_object_get(detail, "reason"));
	g_assert_nonnull(reason);
	if (strstr(reason, word) == NULL || strstr(reason, target) == NULL)
		g_error("\"%s\" does not say %s %s", reason, target, word);
	fake_reply_free(reply);
}

/* `word` is why it was refused; NULL: it was not. */
static void
assert_ended(bsn_reply *reply, const char *word)
{
	if (word != NULL)
		assert_refused(reply, word);
	else
		assert_committed(reply);
}

/* In a block, each way of calling; and outside any. */
static void
assert_calls(const char *word)
{
	bsn_reply *replies[G_N_ELEMENTS(callers)];
	g_autofree char *options = call_options();

	for (guint i = 0; i < G_N_ELEMENTS(callers); i++)
		replies[i] = send_call(&callers[i]);
	agree();
	for (guint i = 0; i < G_N_ELEMENTS(callers); i++) {
		bsn_tx_request request = fisco_invoke(
			NULL, callers[i].name, NULL, NULL, options);
		bsn_err err = BSN_ERR_INIT;
		int32_t status;
		g_autoptr(json_t) json =
			fisco_call(two.chain, &request, &status, &err);

		assert_ended(replies[i], word);
		g_assert_cmpint(status, ==,
				word != NULL ? BSN_REVERTED : BSN_OK);
		if (word != NULL)
			g_assert_nonnull(strstr(err.reason, word));
		else
			g_assert_nonnull(json);
	}
}

/* ---- tests -------------------------------------------------------------- */

static void
test_refused(gconstpointer config)
{
	g_autofree char *other = NULL;

	start(config);
	assert_calls(NULL);
	lifecycle(BSN_TX_FREEZE, "evidence");
	assert_calls("frozen");
	lifecycle(BSN_TX_UNFREEZE, "evidence");
	assert_calls(NULL);
	other = deploy_evidence("other");
	lifecycle(BSN_TX_FREEZE, "other");
	assert_calls(NULL);
	lifecycle(BSN_TX_FREEZE, "evidence");
	lifecycle(BSN_TX_UNFREEZE, "other");
	assert_calls("frozen");
	lifecycle(BSN_TX_UNINSTALL, "evidence");
	assert_calls("uninstalled");
	stop();
}

/* A block whose second transaction closes or opens what the others call. */
static void
assert_changes(const Caller *caller, guint32 kind, const char *before,
	       const char *after)
{
	bsn_reply *first = send_call(caller);
	bsn_reply *change = send_lifecycle(kind, "evidence");
	bsn_reply *last = send_call(caller);
	guint64 height = fisco_height(one.chain);

	agree();
	g_assert_cmpuint(first->tx.block, ==, height + 1);
	g_assert_cmpuint(last->tx.block, ==, height + 1);
	assert_ended(first, before);
	assert_committed(change);
	assert_ended(last, after);
}

static void
test_within_a_block(void)
{
	start(CONFIG("std"));
	for (guint i = 0; i < G_N_ELEMENTS(callers); i++) {
		assert_changes(&callers[i], BSN_TX_FREEZE, NULL, "frozen");
		assert_changes(&callers[i], BSN_TX_UNFREEZE, "frozen", NULL);
	}
	assert_changes(&callers[0], BSN_TX_UNINSTALL, NULL, "uninstalled");
	stop();
}

static void
reopen(Node *node)
{
	fake_chain_close(node->chain->chain);
	fisco_reopen(node->chain);
	node->agreement = manual_last();
}

/* One that was restarted agrees with one that was not, either way round. */
static void
test_restart(void)
{
	start(CONFIG("std"));
	lifecycle(BSN_TX_FREEZE, "evidence");
	reopen(&two);
	assert_calls("frozen");
	reopen(&one);
	assert_calls("frozen");
	lifecycle(BSN_TX_UNFREEZE, "evidence");
	reopen(&two);
	assert_calls(NULL);
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fisco-frozen/std/contracts-cannot-call-it",
			     CONFIG("std"), test_refused);
	g_test_add_data_func("/fisco-frozen/sm/contracts-cannot-call-it",
			     CONFIG("sm"), test_refused);
	g_test_add_func("/fisco-frozen/from-the-next-transaction-on",
			test_within_a_block);
	g_test_add_func("/fisco-frozen/after-a-restart-too", test_restart);
	return g_test_run();
}
