/* SPDX-License-Identifier: Apache-2.0
 *
 * Every call of fabric-shim, by a chaincode that knows nothing of this host,
 * and contracts on fabric-contract-api.
 */
#include <string.h>

#include "tests/chaincode/programs.h"

static Peer *peer;
static char *every;

static void
expect(const char *arguments, const char *answer)
{
	programs_expect(peer, every, arguments, 200, answer);
}

/* ---- the state ---- */

static void
test_state(void)
{
	expect("put|k1|v1", "");
	expect("put|k2|v2", "");
	expect("put|k3|值", "");
	expect("get|k1", "v1");
	expect("get|k3", "值");
	expect("get|k4", "");
	expect("del|k2", "");
	expect("get|k2", "");
}

static void
test_ranges(void)
{
	for (guint i = 1; i <= 5; i++) {
		g_autofree char *put = g_strdup_printf("put|r%u|%u", i, i);

		expect(put, "");
	}
	expect("range|r1|r9", "r1=1,r2=2,r3=3,r4=4,r5=5");
	expect("range|r2|r4", "r2=2,r3=3");
	expect("range|x|y", "");
	expect("pages|r1|r9|3|", "r1=1,r2=2,r3=3 3 r4");
	expect("pages|r1|r9|3|r4", "r4=4,r5=5 2 ");
	expect("early-close", "");
}

static void
test_composite_keys(void)
{
	expect("composite|1|colour|red|a", "");
	expect("composite|2|colour|red|b", "");
	expect("composite|3|colour|blue|c", "");
	expect("partial|colour", "colour/blue/c=3,colour/red/a=1,"
				 "colour/red/b=2");
	expect("partial|colour|red", "colour/red/a=1,colour/red/b=2");
	expect("partial-pages|colour|2|", "3,1 2");
}

static void
test_history(void)
{
	expect("put|h|1", "");
	expect("put|h|2", "");
	expect("del|h", "");
	expect("history|h", "deleted,2,1");
	expect("history|none", "");
}

static void
test_metadata(void)
{
	expect("policy|k1|OR", "");
	expect("get-policy|k1", "OR");
}

/* ---- transactions ---- */

static PeerCall *
call_with(const char *tx_id, const char *arguments, gboolean is_init)
{
	g_autoptr(GBytes) proposal = programs_proposal(tx_id);
	PeerCall *call = peer_begin_with(peer, every, tx_id, arguments,
					 proposal, is_init);

	peer_wait(call);
	g_assert_cmpint(call->status, ==, BSN_OK);
	g_assert_cmpint(call->code, ==, 200);
	return call;
}

static void
test_proposal(void)
{
	g_autoptr(PeerCall) transient =
		call_with("aa01", "transient|secret", FALSE);
	g_autoptr(PeerCall) creator = call_with("aa02", "creator", FALSE);
	g_autoptr(PeerCall) context = call_with("aa03", "context|x|y", FALSE);
	g_autoptr(PeerCall) init = call_with("aa04", "a|b", TRUE);

	g_assert_cmpstr(transient->payload->str, ==, "gold");
	g_assert_true(g_str_has_prefix(creator->payload->str,
				       "Org1MSP -----BEGIN CERTIFICATE-----"));
	g_assert_cmpstr(context->payload->str, ==,
			"aa03 ch context 3 1700000000 64");
	g_assert_cmpstr(init->payload->str, ==, "init a,b");
}

static void
test_events(void)
{
	g_autoptr(PeerCall) call =
		programs_call(peer, every, "event|sold|asset1");

	g_assert_cmpint(call->status, ==, BSN_OK);
	g_assert_cmpstr(call->event_name, ==, "sold");
	g_assert_cmpstr(call->event_payload, ==, "asset1");
}

static void
test_chaincode_to_chaincode(void)
{
	g_autofree char *other = programs_start(peer, "every-call", "other_1");
	g_autofree char *put = g_strdup_printf("call|%s|put|c|3", other);
	g_autofree char *get = g_strdup_printf("call|%s|get|c", other);
	g_autofree char *itself = g_strdup_printf("call|%s|get|c", every);

	expect(put, "200 ");
	expect(get, "200 3");
	programs_expect(peer, every, itself, 500,
			"this transaction calls a chaincode that it is in "
			"already");
	peer_stop(peer, other);
}

static void
test_errors(void)
{
	programs_expect(peer, every, "fail|no such asset", 500,
			"no such asset");
	programs_expect(peer, every, "unknown", 500,
			"functions[fcn] is not a function");
}

/* The first of two that nobody waits for comes in time, the other does not. */
static void
test_late(void)
{
	expect("late", "");
	expect("get|late1", "1");
	expect("get|late2", "");
}

static void
test_large(void)
{
	g_autofree char *large = g_strnfill(3 << 20, 'x');
	g_autofree char *put = g_strconcat("put|large|", large, NULL);

	expect("large|3145728", large);
	expect(put, "");
	expect("get|large", large);
}

static void
test_many(void)
{
	enum { N = 500 };
	PeerCall *calls[N];

	for (guint i = 0; i < N; i++) {
		g_autofree char *tx_id = g_strdup_printf("bb%u", i);
		g_autofree char *arguments =
			g_strdup_printf("put|m%u|%u", i, i);

		calls[i] = peer_begin(peer, every, tx_id, arguments);
	}
	for (guint i = 0; i < N; i++) {
		peer_wait(calls[i]);
		g_assert_cmpint(calls[i]->status, ==, BSN_OK);
		g_assert_cmpint(calls[i]->code, ==, 200);
		peer_call_free(calls[i]);
	}
	expect("get|m499", "499");
}

/* ---- contracts of fabric-contract-api ---- */

#define ASSET(owner)                                                      \
	"{\"id\":\"a1\",\"color\":\"blue\",\"size\":5,\"owner\":\"" owner \
	"\",\"appraisedValue\":300}"
/* As it lies on the ledger. */
#define STORED(owner)                                               \
	"{\"appraisedValue\":300,\"color\":\"blue\",\"id\":\"a1\"," \
	"\"owner\":\"" owner "\",\"size\":5}"

static void
test_asset_transfer(void)
{
	g_autofree char *id = programs_start(
		peer, "../../configs/samples/asset-transfer", "asset_1");
	g_autoptr(PeerCall) moved = NULL;
	g_autoptr(PeerCall) history = NULL;

	programs_expect(peer, id, "CreateAsset|a1|blue|5|Tom|300", 200,
			ASSET("Tom"));
	programs_expect(peer, id, "CreateAsset|a1|blue|5|Tom|300", 500,
			"the asset a1 already exists");
	programs_expect(peer, id, "CreateAsset|a2|blue|x|Tom|300", 500,
			"size must be a whole number, not \"x\"");
	programs_expect(peer, id, "AssetTransfer:ReadAsset|a1", 200,
			STORED("Tom"));
	moved = programs_call(peer, id, "TransferAsset|a1|Ann");
	g_assert_cmpstr(moved->payload->str, ==, "Tom");
	g_assert_cmpstr(moved->event_name, ==, "AssetTransferred");
	g_assert_cmpstr(moved->event_payload, ==,
			"{\"from\":\"Tom\",\"id\":\"a1\",\"to\":\"Ann\"}");
	programs_expect(peer, id, "ReadAsset|a1", 200, STORED("Ann"));
	programs_expect(peer, id, "DeleteAsset|a1", 200, "");
	programs_expect(peer, id, "AssetExists|a1", 200, "false");
	history = programs_call(peer, id, "GetAssetHistory|a1");
	g_assert_nonnull(strstr(history->payload->str, STORED("Ann")));
	peer_stop(peer, id);
}

static void
test_typescript(void)
{
	g_autofree char *id = programs_start(peer, "typed", "typed_1");

	programs_expect(peer, id, "Open|ann|100", 200, "");
	programs_expect(peer, id, "Open|tom|0", 200, "");
	programs_expect(peer, id, "Give|ann|tom|30", 200, "");
	programs_expect(peer, id, "Points|ann", 200, "70");
	programs_expect(peer, id, "Accounts:Points|tom", 200, "30");
	programs_expect(peer, id, "Give|ann|tom|71", 500, "ann cannot give 71");
	peer_stop(peer, id);
}

/* ---- the check ---- */

static void
expect_clean(const char *directory)
{
	g_autoptr(GByteArray) package =
		programs_pack(G_TEST_DIST, directory, "clean_1");
	TextSink *findings = text_sink_new();

	g_assert_cmpint(runtime_check(bsn_slice_of(package->data, package->len),
				      &findings->sink, NULL),
			==, BSN_OK);
	g_assert_cmpstr(findings->text->str, ==, "[]");
	text_sink_free(findings);
}

static void
test_check(void)
{
	expect_clean("configs/samples/asset-transfer");
	expect_clean("tests/chaincode/typed");
}

/* ---- a program that fails ---- */

static void
test_crash(void)
{
	g_autoptr(PeerCall) dead = NULL;
	PeerCall *bystander = peer_begin(peer, every, "cc01", "hang");

	dead = programs_call(peer, every, "die");
	g_assert_cmpint(dead->status, ==, BSN_UNAVAILABLE);
	peer_wait(bystander);
	g_assert_cmpint(bystander->status, ==, BSN_UNAVAILABLE);
	peer_call_free(bystander);
	/* It is there again. */
	expect("get|k1", "v1");
	peer_await(peer, "\"state\":\"ready\",\"restarts\":1");
}

static void
test_too_large(void)
{
	g_autoptr(PeerCall) call =
		programs_call(peer, every, "large|17000000");

	g_assert_cmpint(call->status, ==, BSN_UNAVAILABLE);
	g_assert_nonnull(strstr(call->reason, "RESOURCE_EXHAUSTED"));
	expect("get|k1", "v1");
}

static void
test_hang(void)
{
	PeerCall *hung[16];

	for (guint i = 0; i < G_N_ELEMENTS(hung); i++) {
		g_autofree char *tx_id = g_strdup_printf("dd%u", i);

		hung[i] = peer_begin(peer, every, tx_id, "hang");
	}
	expect("nothing", ""); /* all have arrived */
	for (guint i = 0; i < G_N_ELEMENTS(hung); i++)
		peer_cancel(hung[i]);
	peer_await(peer, "it has left 16 calls in a row unanswered");
	expect("get|k1", "v1");
	for (guint i = 0; i < G_N_ELEMENTS(hung); i++) {
		g_assert_cmpuint(hung[i]->done, ==, 0);
		peer_call_free(hung[i]);
	}
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	peer = programs_peer();
	every = programs_start(peer, "every-call", "every_1");
#define T(name, function) g_test_add_func("/chaincode/programs/" name, function)
	T("state-is-written-read-and-deleted", test_state);
	T("ranges-are-walked-in-pages", test_ranges);
	T("composite-keys-are-found-by-their-parts", test_composite_keys);
	T("history-is-told", test_history);
	T("keys-have-policies", test_metadata);
	T("the-proposal-is-read", test_proposal);
	T("events-come-with-the-answer", test_events);
	T("one-chaincode-calls-another", test_chaincode_to_chaincode);
	T("errors-are-answers", test_errors);
	T("promises-that-nobody-awaits-come-too-late", test_late);
	T("large-values-pass", test_large);
	T("many-transactions-are-under-way-at-once", test_many);
	T("the-sample-of-assets-works", test_asset_transfer);
	T("a-contract-in-typescript-works", test_typescript);
	T("good-contracts-have-no-findings", test_check);
	T("a-crash-ends-calls-and-the-next-starts-it-again", test_crash);
	T("an-answer-that-is-too-large-ends-it", test_too_large);
	T("a-program-that-answers-nothing-is-restarted", test_hang);
#undef T
	status = g_test_run();
	peer_free(peer);
	g_free(every);
	return status;
}
