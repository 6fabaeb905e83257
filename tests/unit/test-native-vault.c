/* SPDX-License-Identifier: Apache-2.0
 *
 * runtime-native: the vault, whose values only members of a collection have.
 * "safe" is Org1MSP's, whose clients alone read it; "fleeting" lives for a block.
 */
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-declared.h"
#include "tests/unit/fabric-private.h"
#include "tests/unit/fabric-run.h"

static const FabricDeclared declared[] = {
	{ "fleeting1", "OR('Org1MSP.member')", 1, FALSE, FALSE },
	{ "safe", "OR('Org1MSP.member')", 0, TRUE, FALSE },
};

typedef struct {
	FabricRun *run;
	FabricPrivate *private;
	MspIdentity *member;   /* a peer of Org1MSP */
	MspIdentity *stranger; /* and one of Org2MSP */
} Fixture;

static MspIdentity *
identify(const FabricRun *run, guint org)
{
	g_autoptr(GByteArray) bytes =
		fabric_serialize(fabric_org_id(org), run->orgs->peers[org]);
	MspIdentity *identity = NULL;

	g_assert_cmpint(msp_manager_identify(run->channel.config->msps,
					     buffer_slice(bytes), &identity,
					     NULL),
			==, BSN_OK);
	return identity;
}

static Fixture *
fixture_new(void)
{
	Fixture *fixture = g_new0(Fixture, 1);
	FabricRun *run = fabric_run_new();

	fixture->run = run;
	fixture->private = fabric_private_new(run->ledger);
	fixture->member = identify(run, 0);
	fixture->stranger = identify(run, 1);
	run->channel.self = fixture->member;
	fabric_run_native(run, "vault", 1)->collections = fabric_declare(
		&run->ledger->suite, declared, G_N_ELEMENTS(declared));
	return fixture;
}

static void
fixture_free(Fixture *fixture)
{
	msp_identity_unref(fixture->member);
	msp_identity_unref(fixture->stranger);
	fabric_private_free(fixture->private);
	fabric_run_free(fixture->run);
	g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

/* Calls with up to three arguments. */
static const char *
call(Fixture *fixture, int32_t wanted, const char *function, const char *a,
     const char *b, const char *c)
{
	const int32_t response =
		fabric_run_call(fixture->run, "vault", function, a, b, c, NULL);

	if (response != wanted)
		g_error("%s answers %d: %s", function, response,
			fabric_run_text(fixture->run));
	return fabric_run_text(fixture->run);
}

#define OK(...) call(fixture, 200, __VA_ARGS__, NULL)
#define SAYS(text, ...) g_assert_cmpstr(OK(__VA_ARGS__), ==, text)
#define FAILS(text, ...) \
	g_assert_cmpstr(call(fixture, 500, __VA_ARGS__, NULL), ==, text)

/* The last run as a block; its private data comes with it. */
static void
commit(Fixture *fixture)
{
	const LedgerTx tx = { .results = bytes_slice(fixture->run->results) };
	FabricLedger *ledger = fixture->run->ledger;

	fabric_ledger_add(ledger, fabric_ledger_tx(ledger, &tx));
	fabric_private_give(fixture->private, fabric_last_tx_id(),
			    bytes_slice(fixture->run->private_results));
	fabric_ledger_commit(ledger);
	g_assert_cmpint(ledger->codes[0], ==, TX_CODE(VALID));
}

static void
put(Fixture *fixture, const char *collection, const char *key,
    const char *value)
{
	fabric_run_transient(fixture->run, "value", value);
	OK("put", collection, key);
	commit(fixture);
}

/* ---- tests ---- */

static void
test_vault(void)
{
	g_autoptr(Fixture) fixture = fixture_new();
	const bsn_slice value = TEXT("gold");
	g_autofree char *hash = NULL;

	FAILS("there is no transient data \"value\"", "put", "safe", "a");
	put(fixture, "safe", "a", "gold");
	g_assert_cmpstr(fixture->run->event, ==, "vault/put/a");
	put(fixture, "safe", "b", "tin");
	SAYS("gold", "get", "safe", "a");
	hash = g_compute_checksum_for_data(G_CHECKSUM_SHA256, value.data,
					   (gsize)value.len);
	SAYS(hash, "hash", "safe", "a");
	SAYS("true", "exists", "safe", "a");
	SAYS("false", "exists", "safe", "c");
	FAILS("there is no c in safe", "get", "safe", "c");
	FAILS("there is no c in safe", "hash", "safe", "c");
	g_assert_cmpstr(call(fixture, 200, "list", "safe", "", ""), ==,
			"[{\"key\":\"a\",\"value\":\"gold\"},"
			"{\"key\":\"b\",\"value\":\"tin\"}]");
	OK("del", "safe", "a");
	commit(fixture);
	SAYS("false", "exists", "safe", "a");
	OK("purge", "safe", "b");
	commit(fixture);
	g_assert_cmpstr(call(fixture, 200, "list", "safe", "", ""), ==, "[]");
	g_assert_cmpuint(fixture->private->incomplete, ==, 0);
	fabric_private_check(fixture->run->ledger);
}

/* A query has no private data to pass on, whatever it wrote. */
static void
test_queries_leave_nothing(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fixture->run->read_only = TRUE;
	fabric_run_transient(fixture->run, "value", "gold");
	OK("put", "safe", "a");
	g_assert_cmpuint(g_bytes_get_size(fixture->run->private_results), ==,
			 0);
	fixture->run->read_only = FALSE;
	OK("put", "safe", "a");
	g_assert_cmpuint(g_bytes_get_size(fixture->run->private_results), >, 0);
	OK("exists", "safe", "a");
	g_assert_cmpuint(g_bytes_get_size(fixture->run->private_results), ==,
			 0);
}

static void
test_values_go(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	put(fixture, "fleeting1", "a", "ice");
	SAYS("ice", "get", "fleeting1", "a");
	put(fixture, "safe", "a", "1");
	SAYS("ice", "get", "fleeting1", "a");
	put(fixture, "safe", "a", "2");
	SAYS("false", "exists", "fleeting1", "a");
}

static void
test_strangers(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	put(fixture, "safe", "a", "gold");
	fixture->run->who = fixture->stranger;
	FAILS("GET_STATE failed: transaction ID: cafe: tx creator does not "
	      "have read access permission on privatedata in "
	      "chaincodeName:vault collectionName: safe",
	      "get", "safe", "a");
	SAYS("true", "exists", "safe", "a");
	/* Whoever may write need not be able to read. */
	fabric_run_transient(fixture->run, "value", "lead");
	OK("put", "safe", "a");
	FAILS("PUT_STATE failed: transaction ID: cafe: collection "
	      "one/vault/none could not be found",
	      "put", "none", "a");
}

/* Another node may do better: the run fails, and not the chaincode alone. */
static void
test_nodes_without_the_value(void)
{
	g_autoptr(Fixture) fixture = fixture_new();

	fabric_run_transient(fixture->run, "value", "gold");
	OK("put", "safe", "a");
	g_clear_pointer(&fixture->run->private_results, g_bytes_unref);
	fixture->run->private_results = g_bytes_new(NULL, 0);
	commit(fixture);
	fixture->run->channel.self = fixture->stranger;
	g_assert_null(fabric_run_begin(fixture->run, "vault", "get", "safe",
				       "a", NULL));
	g_assert_cmpint(fixture->run->status, ==, BSN_UNAVAILABLE);
	g_assert_null(fabric_run_begin(fixture->run, "vault", "list", "safe",
				       "", "", NULL));
	g_assert_cmpint(fixture->run->status, ==, BSN_UNAVAILABLE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	fake_host_load("runtime-native.so");
#define TEST(name, function) g_test_add_func("/native/vault/" name, function)
	TEST("keeps-values-for-members", test_vault);
	TEST("queries-leave-nothing", test_queries_leave_nothing);
	TEST("values-go-when-their-time-is-over", test_values_go);
	TEST("strangers-see-digests", test_strangers);
	TEST("nodes-without-the-value", test_nodes_without_the_value);
	return g_test_run();
}
