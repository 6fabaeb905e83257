/* SPDX-License-Identifier: Apache-2.0
 *
 * Who must have endorsed what a transaction writes.
 */
#include <string.h>

#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

#define AND "AND('Org1MSP.peer', 'Org2MSP.peer')"
#define OR "OR('Org1MSP.peer', 'Org2MSP.peer')"
#define OUT_OF "OutOf(2, 'Org1MSP.peer', 'Org2MSP.peer', 'Org3MSP.peer')"
#define ALL (ORG(0) | ORG(1) | ORG(2))

/* A channel where "basic" has a policy. */
static Life *
with_policy(gboolean sm, const char *policy)
{
	const LifeTerms terms = { .policy = policy };
	Life *life = life_new(sm, FABRIC_ORGS);

	life_deploy(life, ALL, &terms);
	return life;
}

/* A write of "basic" that peers of a set of organisations have endorsed. */
static TxCode
endorsed_by(Life *life, guint orgs)
{
	bsn_slice endorsers[FABRIC_ORGS];
	guint n = 0;

	for (guint i = 0; i < FABRIC_ORGS; i++)
		if ((orgs & ORG(i)) != 0)
			endorsers[n++] = buffer_slice(life->peer_bytes[i]);
	return life_commit(life, "basic", "1.0", endorsers, n,
			   life_write(life, "basic", "key"));
}

static gboolean
holds(const char *policy, guint orgs)
{
	const guint n = (orgs & 1) + (orgs >> 1 & 1) + (orgs >> 2 & 1);

	if (g_str_equal(policy, AND))
		return (orgs & 3) == 3;
	return g_str_equal(policy, OR) ? (orgs & 3) != 0 : n >= 2;
}

/* Every set of organisations against each kind of policy. */
static void
test_policies(gconstpointer data)
{
	static const char *const policies[] = { AND, OR, OUT_OF };

	for (guint i = 0; i < G_N_ELEMENTS(policies); i++) {
		g_autoptr(Life) life =
			with_policy(GPOINTER_TO_INT(data), policies[i]);

		for (guint orgs = 1; orgs <= ALL; orgs++)
			g_assert_cmpint(
				endorsed_by(life, orgs), ==,
				holds(policies[i], orgs)
					? TX_CODE(VALID)
					: TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	}
}

static void
test_wrong_signers(gconstpointer data)
{
	g_autoptr(Life) life = with_policy(GPOINTER_TO_INT(data), AND);
	g_autoptr(GByteArray) client =
		fabric_serialize("Org2MSP", life->orgs->clients[1]);
	g_autoptr(GByteArray) stranger =
		fabric_serialize("Org2MSP", life->orgs->peers[2]);
	bsn_slice endorsers[] = { buffer_slice(life->peer_bytes[0]),
				  buffer_slice(life->peer_bytes[0]),
				  buffer_slice(life->peer_bytes[0]) };

	/* One signer is one, however often. */
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 3,
				    life_write(life, "basic", "key")),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	/* A client is no peer. */
	endorsers[1] = buffer_slice(client);
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
				    life_write(life, "basic", "key")),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	/* Org3's peer who says to be of Org2. */
	endorsers[1] = buffer_slice(stranger);
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
				    life_write(life, "basic", "key")),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	endorsers[2] = buffer_slice(life->peer_bytes[1]);
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 3,
				    life_write(life, "basic", "key")),
			==, TX_CODE(VALID));
}

/* A signature that does not hold is nobody's. */
static void
test_bad_signature(void)
{
	g_autoptr(Life) life = with_policy(FALSE, AND);
	g_autofree char *bad =
		g_strndup((const char *)life->peer_bytes[1]->data,
			  life->peer_bytes[1]->len);

	g_assert_cmpuint(strlen(bad), ==, life->peer_bytes[1]->len);
	life->ledger->bad_signature = bad;
	g_assert_cmpint(endorsed_by(life, ORG(0) | ORG(1)), ==,
			TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	life->ledger->bad_signature = NULL;
	g_assert_cmpint(endorsed_by(life, ORG(0) | ORG(1)), ==, TX_CODE(VALID));
}

static void
test_unknown_chaincode(void)
{
	g_autoptr(Life) life = with_policy(FALSE, OR);
	const bsn_slice endorser = buffer_slice(life->peer_bytes[0]);

	g_assert_cmpint(life_commit(life, "other", "1.0", &endorser, 1,
				    life_write(life, "other", "key")),
			==, TX_CODE(INVALID_CHAINCODE));
	g_assert_cmpint(life_commit(life, "basic", "1.0", &endorser, 1,
				    life_write(life, "other", "key")),
			==, TX_CODE(INVALID_CHAINCODE));
	g_assert_cmpint(life_commit(life, "basic", "0.9", &endorser, 1,
				    life_write(life, "basic", "key")),
			==, TX_CODE(EXPIRED_CHAINCODE));
}

/* What is written for another chaincode needs that one's policy as well. */
static void
test_two_chaincodes(void)
{
	const LifeTerms strict = { .name = "strict", .policy = AND };
	g_autoptr(Life) life = with_policy(FALSE, OR);
	const bsn_slice endorsers[] = { buffer_slice(life->peer_bytes[0]),
					buffer_slice(life->peer_bytes[1]) };

	life_deploy(life, ALL, &strict);
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 1,
				    life_write(life, "strict", "key")),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
				    life_write(life, "strict", "key")),
			==, TX_CODE(VALID));
}

static void
test_system_namespaces(void)
{
	static const char *const names[] = { "_lifecycle", "qscc", "lscc" };
	g_autoptr(Life) life = with_policy(FALSE, OR);
	bsn_slice endorsers[FABRIC_ORGS];

	for (guint i = 0; i < FABRIC_ORGS; i++)
		endorsers[i] = buffer_slice(life->peer_bytes[i]);
	for (guint i = 0; i < G_N_ELEMENTS(names); i++)
		g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 3,
					    life_write(life, names[i], "key")),
				==, TX_CODE(ILLEGAL_WRITESET));
	g_assert_cmpint(life_commit(life, "qscc", "syscc", endorsers, 3,
				    life_write(life, "qscc", "key")),
			==, TX_CODE(INVALID_CHAINCODE));
}

/* Public keys of _lifecycle are the channel's, by LifecycleEndorsement; entries
 * of an organisation are its own. */
static void
test_lifecycle_keys(void)
{
	g_autoptr(Life) life = with_policy(FALSE, OR);
	const bsn_slice endorsers[] = { buffer_slice(life->peer_bytes[0]),
					buffer_slice(life->peer_bytes[1]) };
	static const struct {
		const char *key;
		guint n;
		TxCode code;
	} cases[] = {
		{ "namespaces/fields/basic/Sequence", 1,
		  TX_CODE(ENDORSEMENT_POLICY_FAILURE) },
		{ "namespaces/sources/basic#2/Org1MSP", 1, TX_CODE(VALID) },
		{ "namespaces/sources/basic#2/Org3MSP", 2,
		  TX_CODE(ENDORSEMENT_POLICY_FAILURE) },
		{ "namespaces/sources/basic#2/Org4MSP", 2,
		  TX_CODE(ENDORSEMENT_POLICY_FAILURE) },
		{ "namespaces/sources/basic", 1,
		  TX_CODE(ENDORSEMENT_POLICY_FAILURE) },
		{ "other", 2, TX_CODE(VALID) },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		GByteArray *results =
			life_write(life, "_lifecycle", cases[i].key);

		/* What it says is not judged, so the definitions cannot be
		 * read any more where it means something. */
		life->ledger->committed = NULL;
		g_assert_cmpint(life_commit(life, "_lifecycle", "syscc",
					    endorsers, cases[i].n, results),
				==, cases[i].code);
	}
}

/* Collections that nobody has defined can be endorsed by nobody. */
static void
test_collections(void)
{
	g_autoptr(Life) life = with_policy(FALSE, OR);
	const bsn_slice endorsers[] = { buffer_slice(life->peer_bytes[0]),
					buffer_slice(life->peer_bytes[1]) };
	static const struct {
		const char *name;
		TxCode code;
	} cases[] = {
		{ "_implicit_org_Org1MSP", TX_CODE(VALID) },
		{ "_implicit_org_Org3MSP",
		  TX_CODE(ENDORSEMENT_POLICY_FAILURE) },
		{ "secrets", TX_CODE(ENDORSEMENT_POLICY_FAILURE) },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		Simulator *simulator = simulator_new(life->ledger->ledger);

		g_assert_cmpint(simulator_put_hashed(simulator, TEXT("basic"),
						     TEXT(cases[i].name),
						     TEXT("key"), TEXT("value"),
						     NULL),
				==, BSN_OK);
		g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
					    fabric_finish(simulator)),
				==, cases[i].code);
	}
}

/* Gives a key of "basic" a policy of its own. */
static GByteArray *
with_parameter(Life *life, const char *key, const char *policy)
{
	Simulator *simulator = simulator_new(life->ledger->ledger);
	g_auto(Arena) arena = ARENA_INIT;
	Common__SignaturePolicyEnvelope *envelope = NULL;
	MetadataEntry entry = { "VALIDATION_PARAMETER", { NULL, 0 } };

	g_assert_cmpint(policy_parse_signature(&arena, policy, &envelope, NULL),
			==, BSN_OK);
	entry.value = message_put(&arena, envelope);
	g_assert_cmpint(simulator_put_metadata(simulator, TEXT("basic"),
					       TEXT(key), &entry, 1, NULL),
			==, BSN_OK);
	return fabric_finish(simulator);
}

static void
test_key_policies(gconstpointer data)
{
	g_autoptr(Life) life = with_policy(GPOINTER_TO_INT(data), OR);
	const bsn_slice org1 = buffer_slice(life->peer_bytes[0]);
	const bsn_slice org3 = buffer_slice(life->peer_bytes[2]);

	g_assert_cmpint(endorsed_by(life, ORG(0)), ==, TX_CODE(VALID));
	g_assert_cmpint(life_commit(life, "basic", "1.0", &org1, 1,
				    with_parameter(life, "key",
						   "OR('Org3MSP.peer')")),
			==, TX_CODE(VALID));
	/* Org3's alone now, its policy included; other keys are as before. */
	g_assert_cmpint(endorsed_by(life, ORG(0)), ==,
			TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	g_assert_cmpint(endorsed_by(life, ORG(2)), ==, TX_CODE(VALID));
	g_assert_cmpint(life_commit(life, "basic", "1.0", &org1, 1,
				    life_write(life, "basic", "other")),
			==, TX_CODE(VALID));
	g_assert_cmpint(life_commit(life, "basic", "1.0", &org3, 1,
				    life_write(life, "basic", "other")),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	g_assert_cmpint(life_commit(life, "basic", "1.0", &org1, 1,
				    with_parameter(life, "key", OR)),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	g_assert_cmpint(life_commit(life, "basic", "1.0", &org3, 1,
				    with_parameter(life, "key", OR)),
			==, TX_CODE(VALID));
	g_assert_cmpint(endorsed_by(life, ORG(1)), ==, TX_CODE(VALID));
}

/* What was judged by the policy of before does not pass in the same block. */
static void
test_key_policy_changes_in_a_block(void)
{
	g_autoptr(Life) life = with_policy(FALSE, OR);
	const bsn_slice org1 = buffer_slice(life->peer_bytes[0]);
	LedgerTx tx = { .endorsers = &org1, .endorsements = 1 };
	g_autoptr(GByteArray) change = NULL;
	g_autoptr(GByteArray) write = NULL;

	g_assert_cmpint(endorsed_by(life, ORG(0)), ==, TX_CODE(VALID));
	change = with_parameter(life, "key", "OR('Org3MSP.peer')");
	write = life_write(life, "basic", "key");
	tx.results = buffer_slice(change);
	fabric_ledger_add(life->ledger, fabric_ledger_tx(life->ledger, &tx));
	tx.results = buffer_slice(write);
	fabric_ledger_add(life->ledger, fabric_ledger_tx(life->ledger, &tx));
	fabric_ledger_commit(life->ledger);
	g_assert_cmpint(life->ledger->codes[0], ==, TX_CODE(VALID));
	g_assert_cmpint(life->ledger->codes[1], ==,
			TX_CODE(ENDORSEMENT_POLICY_FAILURE));
}

/* Whoever gathers endorsements is told the same policies. */
static void
test_policies_of_results(void)
{
	g_autoptr(Life) life = with_policy(FALSE, OR);
	g_autoptr(GByteArray) foreign = life_write(life, "qscc", "key");
	g_autoptr(GByteArray) unknown = life_write(life, "other", "key");
	g_autoptr(GByteArray) both = NULL;
	g_autoptr(GPtrArray) policies = g_ptr_array_new();
	const LifeTerms terms = { .name = "next" };
	MspIdentity *peers[] = { life->peers[0], life->peers[1] };

	g_assert_cmpint(lifecycle_policies(&life->channel, "basic",
					   bsn_slice_of(NULL, 0), policies,
					   NULL),
			==, BSN_OK);
	g_assert_cmpuint(policies->len, ==, 1);
	g_assert_true(policy_holds(policies->pdata[0], peers, 1));
	g_assert_cmpint(lifecycle_policies(&life->channel, "basic",
					   buffer_slice(foreign), policies,
					   NULL),
			==, BSN_DENIED);
	g_assert_cmpint(lifecycle_policies(&life->channel, "basic",
					   buffer_slice(unknown), policies,
					   NULL),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(lifecycle_policies(&life->channel, "basic",
					   TEXT("\x12\x40"), policies, NULL),
			==, BSN_BAD_REQUEST);
	/* An approval needs Org2's policy alone. */
	g_ptr_array_set_size(policies, 0);
	g_assert_cmpint(life_call(life, life->admins[1],
				  "ApproveChaincodeDefinitionForMyOrg",
				  life_args(&terms), &both),
			==, BSN_OK);
	g_assert_cmpint(lifecycle_policies(&life->channel, "_lifecycle",
					   buffer_slice(both), policies, NULL),
			==, BSN_OK);
	g_assert_cmpuint(policies->len, ==, 1);
	g_assert_false(policy_holds(policies->pdata[0], peers, 1));
	g_assert_true(policy_holds(policies->pdata[0], peers + 1, 1));
}

#define BOTH(path, test)                                          \
	g_test_add_data_func(path, GINT_TO_POINTER(FALSE), test); \
	g_test_add_data_func(path "-gm", GINT_TO_POINTER(TRUE), test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	BOTH("/judge/and-or-outof", test_policies);
	BOTH("/judge/wrong-signers", test_wrong_signers);
	BOTH("/judge/keys-with-a-policy-of-their-own", test_key_policies);
	g_test_add_func("/judge/a-keys-policy-changes-in-a-block",
			test_key_policy_changes_in_a_block);
	g_test_add_func("/judge/a-bad-signature", test_bad_signature);
	g_test_add_func("/judge/unknown-and-expired", test_unknown_chaincode);
	g_test_add_func("/judge/two-chaincodes", test_two_chaincodes);
	g_test_add_func("/judge/system-namespaces", test_system_namespaces);
	g_test_add_func("/judge/keys-of-lifecycle", test_lifecycle_keys);
	g_test_add_func("/judge/collections", test_collections);
	g_test_add_func("/judge/policies-of-results", test_policies_of_results);
	return g_test_run();
}
