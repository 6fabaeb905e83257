/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine that `bsnctl plugin new` writes: all that the standard asks of one
 * node. It is linked into the test as it stands in vendor-kit/.
 */
#include <string.h>

#include "tests/unit/vendor-chain.h"

typedef struct {
	VendorChain *vendor;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer unused)
{
	fixture->vendor = vendor_new("one");
}

static void
tear_down(Fixture *fixture, gconstpointer unused)
{
	if (fixture->vendor != NULL)
		vendor_free(fixture->vendor);
}

static int32_t
alice(const Fixture *fixture, guint32 kind, const char *contract,
      const char *function, const char *args, const char *code)
{
	return vendor_do(fixture->vendor, &fixture->vendor->alice, kind,
			 contract, function, args, code);
}

static void
deploy(const Fixture *fixture, guint version)
{
	g_assert_cmpint(alice(fixture, BSN_TX_DEPLOY, "conform", NULL, NULL,
			      vendor_code(version)),
			==, BSN_OK);
}

static void
assert_call(const Fixture *fixture, const char *contract, const char *function,
	    const char *args, const char *want)
{
	int32_t status;
	g_autofree char *result =
		vendor_call(fixture->vendor, contract, function, args, &status);

	g_assert_cmpint(status, ==, BSN_OK);
	g_assert_cmpstr(result, ==, want);
}

static void
assert_refused(const Fixture *fixture, const char *contract,
	       const char *function, const char *args, int32_t want)
{
	int32_t status;

	g_assert_null(vendor_call(fixture->vendor, contract, function, args,
				  &status));
	g_assert_cmpint(status, ==, want);
}

static bsn_ledger_info
ledger(const Fixture *fixture)
{
	g_autoptr(bsn_reply) reply = vendor_ledger(fixture->vendor);

	g_assert_cmpint(reply->status, ==, BSN_OK);
	return reply->ledger;
}

/* ---- contracts ----------------------------------------------------------- */

static void
test_deploy_and_call(Fixture *fixture, gconstpointer unused)
{
	deploy(fixture, 1);
	g_assert_cmpint(alice(fixture, BSN_TX_INVOKE, "conform", "put",
			      "[\"k\",\"\\u4f60\\ud83d\\ude00 \\\"q\\\"\"]",
			      NULL),
			==, BSN_OK);
	assert_call(fixture, "conform", "get", "[\"k\"]",
		    "\344\275\240\360\237\230\200 \"q\"");
	assert_call(fixture, "conform", "get", "[\"none\"]", "");
	assert_call(fixture, "conform", "collatz", "[\"27\"]", "111");
	assert_call(fixture, "conform", "collatz", "[837799]", "524");
	assert_refused(fixture, "conform", "none", "[]", BSN_NOT_FOUND);
	assert_refused(fixture, "other", "get", "[\"k\"]", BSN_NOT_FOUND);
	assert_refused(fixture, "conform", "get", "[]", BSN_BAD_REQUEST);
}

static void
test_call_changes_nothing(Fixture *fixture, gconstpointer unused)
{
	guint keys;

	deploy(fixture, 1);
	keys = fake_chain_keys(fixture->vendor->chain);
	assert_call(fixture, "conform", "put", "[\"k\",\"v\"]", "");
	assert_call(fixture, "conform", "get", "[\"k\"]", "");
	g_assert_cmpuint(fake_chain_keys(fixture->vendor->chain), ==, keys);
}

static void
test_upgrade(Fixture *fixture, gconstpointer unused)
{
	deploy(fixture, 1);
	alice(fixture, BSN_TX_INVOKE, "conform", "put", "[\"k\",\"v\"]", NULL);
	deploy(fixture, 2);
	assert_call(fixture, "conform", "version", "[]", "2");
	assert_call(fixture, "conform", "get", "[\"k\"]", "v");
	assert_call(fixture, "conform@1", "version", "[]", "1");
	assert_call(fixture, "conform@1", "get", "[\"k\"]", "v");
	assert_refused(fixture, "conform@3", "version", "[]", BSN_NOT_FOUND);
	g_assert_cmpint(
		alice(fixture, BSN_TX_FREEZE, "conform@1", NULL, NULL, NULL),
		==, BSN_OK);
	assert_refused(fixture, "conform@1", "version", "[]", BSN_FROZEN);
	assert_call(fixture, "conform", "version", "[]", "2");
}

static void
test_freeze(Fixture *fixture, gconstpointer unused)
{
	deploy(fixture, 1);
	g_assert_cmpint(
		alice(fixture, BSN_TX_FREEZE, "conform", NULL, NULL, NULL), ==,
		BSN_OK);
	assert_refused(fixture, "conform", "version", "[]", BSN_FROZEN);
	g_assert_cmpint(alice(fixture, BSN_TX_INVOKE, "conform", "put",
			      "[\"k\",\"v\"]", NULL),
			==, BSN_FROZEN);
	g_assert_cmpint(
		alice(fixture, BSN_TX_FREEZE, "conform", NULL, NULL, NULL), ==,
		BSN_CONFLICT);
	g_assert_cmpint(
		alice(fixture, BSN_TX_UNFREEZE, "conform", NULL, NULL, NULL),
		==, BSN_OK);
	assert_call(fixture, "conform", "get", "[\"k\"]", "");
}

static void
test_uninstall(Fixture *fixture, gconstpointer unused)
{
	g_autoptr(json_t) json = NULL;

	deploy(fixture, 1);
	g_assert_cmpint(
		alice(fixture, BSN_TX_UNINSTALL, "conform", NULL, NULL, NULL),
		==, BSN_OK);
	assert_refused(fixture, "conform", "version", "[]", BSN_NOT_FOUND);
	assert_refused(fixture, "conform@1", "version", "[]", BSN_NOT_FOUND);
	g_assert_cmpint(alice(fixture, BSN_TX_DEPLOY, "conform", NULL, NULL,
			      vendor_code(1)),
			==, BSN_CONFLICT);
	json = vendor_contract(fixture->vendor, "conform");
	g_assert_cmpstr(json_string_value(json_object_get(json, "state")), ==,
			"uninstalled");
}

static void
test_only_the_deployer(Fixture *fixture, gconstpointer unused)
{
	static const guint32 kinds[] = { BSN_TX_DEPLOY, BSN_TX_FREEZE,
					 BSN_TX_UNFREEZE, BSN_TX_UNINSTALL };
	VendorChain *vendor = fixture->vendor;

	deploy(fixture, 1);
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		g_assert_cmpint(vendor_do(vendor, &vendor->bob, kinds[i],
					  "conform", NULL, NULL,
					  i == 0 ? vendor_code(2) : NULL),
				==, BSN_DENIED);
	assert_call(fixture, "conform", "version", "[]", "1");
	g_assert_cmpint(vendor_do(vendor, &vendor->bob, BSN_TX_INVOKE,
				  "conform", "put", "[\"k\",\"bob's\"]", NULL),
			==, BSN_OK);
	g_assert_cmpuint(ledger(fixture).invalid_txs, ==, 4);
}

static void
test_failures_leave_no_trace(Fixture *fixture, gconstpointer unused)
{
	g_autoptr(bsn_reply) events = NULL;

	deploy(fixture, 1);
	g_assert_cmpint(alice(fixture, BSN_TX_INVOKE, "conform", "fail",
			      "[\"k\",\"no such luck\"]", NULL),
			==, BSN_REVERTED);
	g_assert_cmpint(
		alice(fixture, BSN_TX_INVOKE, "conform", "loop", "[]", NULL),
		==, BSN_OUT_OF_BUDGET);
	assert_call(fixture, "conform", "get", "[\"k\"]", "");
	assert_refused(fixture, "conform", "fail", "[\"k\",\"\"]",
		       BSN_REVERTED);
	assert_refused(fixture, "conform", "loop", "[]", BSN_OUT_OF_BUDGET);
	g_assert_cmpuint(ledger(fixture).txs, ==, 3);
	g_assert_cmpuint(ledger(fixture).invalid_txs, ==, 2);
	events = vendor_events(fixture->vendor, 2, 3);
	g_assert_cmpuint(events->events->len, ==, 2);
}

static void
test_reasons_are_text(Fixture *fixture, gconstpointer unused)
{
	GString *args = g_string_new("[\"k\",\"x");
	g_autofree char *text = NULL;
	g_autoptr(bsn_reply) block = NULL;

	while (args->len < 250)
		g_string_append(args, "\344\275\240");
	g_string_append(args, "\"]");
	deploy(fixture, 1);
	g_assert_cmpint(alice(fixture, BSN_TX_INVOKE, "conform", "fail",
			      args->str, NULL),
			==, BSN_REVERTED);
	block = vendor_block(fixture->vendor, BSN_BLOCK_LATEST, 0,
			     bsn_slice_of(NULL, 0), BSN_BLOCK_WITH_TXS);
	text = fake_text(block->block.detail);
	g_assert_true(g_utf8_validate(text, -1, NULL));
	g_string_free(args, TRUE);
}

static void
test_findings(Fixture *fixture, gconstpointer unused)
{
	static const struct {
		const char *code, *rule;
		gboolean ok;
	} cases[] = {
		{ "fn f\n  return 1\n", NULL, TRUE },
		{ "fn f\na:\n  jump a\n", "endless-loop", TRUE },
		{ "fn f\n", "empty-function", TRUE },
		{ "", "syntax", FALSE },
		{ "return 1\n", "syntax", FALSE },
		{ "fn f\n  jump nowhere\n", "syntax", FALSE },
		{ "fn f\n  set x \"open\n", "syntax", FALSE },
		{ "fn f a a\n", "syntax", FALSE },
		{ "fn f\nfn f\n", "syntax", FALSE },
		{ "fn f\na:\na:\n", "syntax", FALSE },
		{ "fn f\n  launch 1\n", "syntax", FALSE },
		{ "fn f\n  set 1 x\n", "syntax", FALSE },
		{ "fn f\n  set x\n", "syntax", FALSE },
		{ "\377\376", "syntax", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(json_t) json =
			vendor_check(fixture->vendor, cases[i].code);
		json_t *findings = json_object_get(json, "findings");

		g_assert_true(json_is_true(json_object_get(json, "ok")) ==
			      cases[i].ok);
		g_assert_cmpstr(json_string_value(json_object_get(
					json_array_get(findings, 0), "rule")),
				==, cases[i].rule);
		if (!cases[i].ok)
			g_assert_cmpint(alice(fixture, BSN_TX_DEPLOY, "bad",
					      NULL, NULL, cases[i].code),
					==, BSN_BAD_REQUEST);
	}
}

/* ---- blocks, events, status ---------------------------------------------- */

static void
test_blocks_are_linked(Fixture *fixture, gconstpointer unused)
{
	const bsn_slice none = { NULL, 0 };
	guint64 bytes = 0;
	bsn_id before = { .len = 32 };

	deploy(fixture, 1);
	alice(fixture, BSN_TX_INVOKE, "conform", "say", "[\"hello\"]", NULL);
	for (guint64 n = 0; n <= ledger(fixture).height; n++) {
		g_autoptr(bsn_reply) block = vendor_block(
			fixture->vendor, BSN_BLOCK_BY_NUMBER, n, none,
			BSN_BLOCK_WITH_TXS | BSN_BLOCK_WITH_RAW);
		g_autoptr(bsn_reply) same =
			vendor_block(fixture->vendor, BSN_BLOCK_BY_HASH, 0,
				     bsn_id_slice(&block->block.hash), 0);
		g_autoptr(json_t) detail = vendor_json(block->block.detail);

		g_assert_cmpuint(same->block.number, ==, n);
		assert_bytes(block->block.previous_hash.bytes, ID, before.bytes,
			     ID);
		g_assert_cmpuint(
			json_array_size(json_object_get(detail, "txs")), ==,
			n > 0);
		g_assert_cmpuint(strlen(json_string_value(
					 json_object_get(detail, "raw"))),
				 ==, 2 + 2 * block->block.bytes);
		before = block->block.hash;
		bytes += block->block.bytes;
	}
	g_assert_cmpuint(ledger(fixture).bytes, ==, bytes);
	assert_bytes(ledger(fixture).block_hash.bytes, ID, before.bytes, ID);
}

static void
test_events_from_any_block(Fixture *fixture, gconstpointer unused)
{
	deploy(fixture, 1);
	alice(fixture, BSN_TX_INVOKE, "conform", "say", "[\"first\"]", NULL);
	alice(fixture, BSN_TX_INVOKE, "conform", "say", "[\"second\"]", NULL);
	for (guint64 from = 0; from <= 4; from++) {
		g_autoptr(bsn_reply) reply =
			vendor_events(fixture->vendor, from, G_MAXUINT64);
		guint blocks = from <= 3 ? (guint)(4 - from) : 0;
		guint said = from <= 2 ? 2 : from == 3;
		const bsn_event *last;
		g_autofree char *payload = NULL;

		g_assert_cmpint(reply->status, ==, BSN_OK);
		g_assert_cmpuint(reply->events_next, ==, 4);
		g_assert_cmpuint(reply->events->len, ==, blocks + said);
		if (from == 4)
			continue;
		last = &g_array_index(reply->events, bsn_event,
				      reply->events->len - 1);
		payload = fake_text(last->payload);
		g_assert_cmpstr(payload, ==, "{\"text\":\"second\"}");
		g_assert_true(
			bsn_slice_equal(last->name, bsn_slice_str("Said")));
	}
}

static void
test_nothing_before_durable(Fixture *fixture, gconstpointer unused)
{
	VendorChain *vendor = fixture->vendor;
	bsn_tx_request request =
		vendor_request(BSN_TX_DEPLOY, &vendor->alice, "conform", NULL,
			       NULL, vendor_code(1));
	g_autoptr(GByteArray) tx = NULL;
	g_autoptr(bsn_reply) reply = NULL;
	int32_t status;

	fake_chain_set_automatic(vendor->chain, FALSE);
	tx = vendor_build(vendor, &vendor->alice, &request, &status);
	reply = vendor_submit(vendor, tx->data, tx->len);
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	g_assert_true(reply->accepted);
	g_assert_cmpuint(ledger(fixture).height, ==, 0);
	fake_chain_set_automatic(vendor->chain, TRUE);
	fake_host_settle();
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(ledger(fixture).height, ==, 1);
	g_assert_cmpuint(fake_chain_blocks(vendor->chain)->len, ==, 1);
}

static void
test_restart(Fixture *fixture, gconstpointer unused)
{
	bsn_ledger_info before;

	deploy(fixture, 1);
	alice(fixture, BSN_TX_INVOKE, "conform", "put", "[\"k\",\"v\"]", NULL);
	alice(fixture, BSN_TX_INVOKE, "conform", "loop", "[]", NULL);
	before = ledger(fixture);
	fake_chain_crash(fixture->vendor->chain);
	vendor_reopen(fixture->vendor);
	g_assert_cmpuint(ledger(fixture).height, ==, before.height);
	g_assert_cmpuint(ledger(fixture).invalid_txs, ==, 1);
	g_assert_cmpuint(ledger(fixture).bytes, ==, before.bytes);
	assert_call(fixture, "conform", "get", "[\"k\"]", "v");
	deploy(fixture, 2);
	assert_call(fixture, "conform", "version", "[]", "2");
}

/* ---- what comes from outside --------------------------------------------- */

static void
test_duplicates_and_other_chains(Fixture *fixture, gconstpointer unused)
{
	VendorChain *vendor = fixture->vendor;
	VendorChain *other = vendor_new("two");
	bsn_tx_request request =
		vendor_request(BSN_TX_DEPLOY, &vendor->alice, "conform", NULL,
			       NULL, vendor_code(1));
	int32_t status;
	g_autoptr(GByteArray) tx =
		vendor_build(vendor, &vendor->alice, &request, &status);
	g_autoptr(bsn_reply) first = vendor_submit(vendor, tx->data, tx->len);
	g_autoptr(bsn_reply) again = vendor_submit(vendor, tx->data, tx->len);
	g_autoptr(bsn_reply) foreign = vendor_submit(other, tx->data, tx->len);
	g_autoptr(bsn_reply) forged = NULL;

	fake_host_settle();
	g_assert_cmpint(first->status, ==, BSN_OK);
	g_assert_cmpint(again->status, ==, BSN_DUPLICATE);
	g_assert_cmpint(foreign->status, ==, BSN_BAD_REQUEST);
	tx->data[tx->len - 1] ^= 1;
	forged = vendor_submit(vendor, tx->data, tx->len);
	g_assert_cmpint(forged->status, ==, BSN_BAD_SIGNATURE);
	vendor_free(other);
}

/* Every byte changed, every length cut: never a crash, never accepted. */
static void
test_broken_transactions(Fixture *fixture, gconstpointer unused)
{
	VendorChain *vendor = fixture->vendor;
	bsn_tx_request request = vendor_request(BSN_TX_INVOKE, &vendor->alice,
						"c", "f", "[\"a\",1]", NULL);
	int32_t status;
	g_autoptr(GByteArray) tx =
		vendor_build(vendor, &vendor->alice, &request, &status);
	guint8 *copy;

	for (guint i = 0; i < tx->len; i++) {
		g_autoptr(bsn_reply) cut = NULL;
		g_autoptr(bsn_reply) changed = NULL;

		copy = g_memdup2(tx->data, tx->len);
		copy[i] ^= (guint8)(1 + i % 255);
		changed = vendor_submit(vendor, copy, tx->len);
		g_free(copy);
		g_assert_cmpint(changed->status, >, 0);
		copy = g_memdup2(tx->data, i);
		cut = vendor_submit(vendor, copy, i);
		g_free(copy);
		g_assert_cmpint(cut->status, ==, BSN_BAD_REQUEST);
	}
	g_assert_cmpuint(ledger(fixture).height, ==, 0);
}

static void
test_arguments(Fixture *fixture, gconstpointer unused)
{
	static const char *const bad[] = {
		"{}",
		"[",
		"[1",
		"[\"a]",
		"[1,]",
		"[01]",
		"[-1]",
		"[1.5]",
		"[null]",
		"[[1]]",
		"[\"\\u0000\"]",
		"[\"\\ud83d\"]",
		"[\"\\ud83dx\"]",
		"[\"\\x\"]",
		"[\"\377\"]",
		"[\"\n\"]",
		"[1] 2",
		"[1,2,3,4,5,6,7,8,9]",
		"[123456789012345678901]",
	};

	deploy(fixture, 1);
	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
		assert_refused(fixture, "conform", "get", bad[i],
			       BSN_BAD_REQUEST);
	assert_refused(fixture, "", "get", "[]", BSN_BAD_REQUEST);
	assert_refused(fixture, "a b", "get", "[]", BSN_BAD_REQUEST);
	assert_refused(fixture, "conform@0", "get", "[]", BSN_BAD_REQUEST);
	assert_refused(fixture, "conform@01", "get", "[]", BSN_BAD_REQUEST);
	assert_refused(fixture, "conform@", "get", "[]", BSN_BAD_REQUEST);
}

static void
test_members_cannot_be_changed(Fixture *fixture, gconstpointer unused)
{
	g_assert_cmpint(alice(fixture, BSN_TX_MEMBER, "", NULL, NULL, NULL), ==,
			BSN_NOT_OFFERED);
}

static void
test_genesis(Fixture *fixture, gconstpointer unused)
{
	g_autoptr(GByteArray) out = g_byte_array_new();
	VendorChain *vendor = fixture->vendor;
	static const char *const bad[] = { "{", "}", "[]", "{}{}", "{1}",
					   "\377", "{\"half", "null" };
	bsn_err err = BSN_ERR_INIT;

	for (gsize i = 0; i < G_N_ELEMENTS(bad); i++)
		g_assert_cmpint(vendor_genesis(vendor->chain, "x", bad[i], 1,
					       out, &err),
				==, BSN_BAD_REQUEST);
	g_assert_cmpint(vendor_genesis(vendor->chain, "x", "{\"colour\":1}", 1,
				       out, &err),
			==, BSN_BAD_REQUEST);
	g_assert_nonnull(strstr(err.reason, "\"colour\""));
	g_assert_cmpint(vendor_genesis(vendor->chain, "x", "{}", 2, out, &err),
			==, BSN_BAD_REQUEST);
	fake_chain_close(vendor->chain);
	for (guint len = 0; len < vendor->genesis->len + 64; len += 8) {
		guint8 bytes[512] = { 1 };

		g_assert_cmpint(fake_chain_open(vendor->chain, vendor_engine(),
						bsn_slice_of(bytes, len), &err),
				>, 0);
	}
	vendor_reopen(vendor);
}

static void
test_damaged_store(Fixture *fixture, gconstpointer unused)
{
	VendorChain *vendor = fixture->vendor;
	bsn_err err = BSN_ERR_INIT;

	deploy(fixture, 1);
	fake_chain_close(vendor->chain);
	fake_chain_put(vendor->chain, bsn_slice_str("H"),
		       bsn_slice_str("\2xx"));
	g_assert_cmpint(fake_chain_open(vendor->chain, vendor_engine(),
					bsn_slice_of(vendor->genesis->data,
						     vendor->genesis->len),
					&err),
			==, BSN_E_VERSION);
	fake_chain_put(vendor->chain, bsn_slice_str("H"),
		       bsn_slice_str("\1xx"));
	g_assert_cmpint(fake_chain_open(vendor->chain, vendor_engine(),
					bsn_slice_of(vendor->genesis->data,
						     vendor->genesis->len),
					&err),
			==, BSN_E_CORRUPT);
	fake_chain_free(vendor->chain);
	g_byte_array_unref(vendor->genesis);
	g_clear_pointer(&fixture->vendor, g_free);
}

static void
test_full_store(Fixture *fixture, gconstpointer unused)
{
	fake_chain_set_writable(fixture->vendor->chain, BSN_FULL);
	g_assert_cmpint(alice(fixture, BSN_TX_DEPLOY, "conform", NULL, NULL,
			      vendor_code(1)),
			==, BSN_FULL);
	fake_chain_set_writable(fixture->vendor->chain, BSN_OK);
	deploy(fixture, 1);
}

#define TEST(path, function)                                             \
	g_test_add("/vendor-kit/" path, Fixture, NULL, set_up, function, \
		   tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	TEST("contract/deployed-and-called", test_deploy_and_call);
	TEST("contract/a-call-changes-nothing", test_call_changes_nothing);
	TEST("contract/an-upgrade-keeps-the-state", test_upgrade);
	TEST("contract/frozen-until-unfrozen", test_freeze);
	TEST("contract/uninstalled-for-good", test_uninstall);
	TEST("contract/belongs-to-its-deployer", test_only_the_deployer);
	TEST("contract/failures-leave-no-trace", test_failures_leave_no_trace);
	TEST("contract/a-long-reason-stays-text", test_reasons_are_text);
	TEST("contract/check-finds-what-is-wrong", test_findings);
	TEST("block/each-names-the-one-before", test_blocks_are_linked);
	TEST("event/come-from-any-block-on", test_events_from_any_block);
	TEST("tx/nothing-is-said-before-it-is-durable",
	     test_nothing_before_durable);
	TEST("tx/survive-a-crash", test_restart);
	TEST("tx/count-once-and-on-their-chain",
	     test_duplicates_and_other_chains);
	TEST("tx/broken-ones-are-refused", test_broken_transactions);
	TEST("tx/arguments-are-checked", test_arguments);
	TEST("tx/members-cannot-be-changed", test_members_cannot_be_changed);
	TEST("chain/a-wrong-genesis-is-refused", test_genesis);
	TEST("chain/a-damaged-store-is-refused", test_damaged_store);
	TEST("chain/a-full-store-takes-nothing", test_full_store);
	return g_test_run();
}
