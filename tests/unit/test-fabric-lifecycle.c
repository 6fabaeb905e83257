/* SPDX-License-Identifier: Apache-2.0
 *
 * Organisations approve definitions, commit them, upgrade, freeze.
 */
#include <string.h>

#include "peer/lifecycle/db.pb-c.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

#define APPROVE "ApproveChaincodeDefinitionForMyOrg"
#define COMMIT "CommitChaincodeDefinition"

static const LifeTerms first = { .sequence = 1 };

static Definition *
found(Life *life, const char *name)
{
	Definition *definition = NULL;

	g_assert_cmpint(lifecycle_find(&life->channel, name, &definition, NULL),
			==, BSN_OK);
	return definition;
}

/* ---- agreeing ---- */

static void
test_agree(gconstpointer data)
{
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
	g_autoptr(Definition) definition = NULL;
	g_autofree char *policy = NULL;

	g_assert_cmpint(lifecycle_find(&life->channel, "basic", &definition,
				       &life->err),
			==, BSN_NOT_FOUND);
	life_deploy(life, ORG(0) | ORG(1), &first);
	definition = found(life, "basic");
	g_assert_cmpint(definition->sequence, ==, 1);
	g_assert_cmpstr(definition->version, ==, "1.0");
	g_assert_false(definition->init_required);
	g_assert_cmpuint(definition->condition, ==, CHAINCODE_ACTIVE);
	g_assert_cmpuint(definition->first_block, ==, 3);
	policy = application_policy_text(definition->policy);
	g_assert_cmpstr(policy, ==, APPLICATION_POLICY_DEFAULT);
	g_assert_nonnull(lifecycle_policy(&life->channel, definition));
}

/* The state's entry as Fabric has it. */
static void
must_have(Life *life, const char *collection, const char *key, bsn_slice value)
{
	const Suite *suite = &life->orgs->suite;
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(StateItem) item = NULL;
	const bsn_slice name = TEXT(key);
	guint8 hashes[2][HASH_LEN];
	gboolean open = collection[0] == '\0';

	suite_digest(suite, &name, 1, hashes[0]);
	suite_digest(suite, &value, 1, hashes[1]);
	g_assert_cmpint(
		state_get(&life->ledger->ledger->state,
			  state_key(&arena, TEXT("_lifecycle"),
				    TEXT(collection),
				    open ? name
					 : bsn_slice_of(hashes[0], HASH_LEN)),
			  &item, NULL),
		==, BSN_OK);
	g_assert_nonnull(item);
	assert_same(item->value,
		    open ? value : bsn_slice_of(hashes[1], HASH_LEN));
}

/* Bytes as Fabric writes them, by hand. */
static void
test_state_keys(gconstpointer data)
{
	static const char metadata[] = "\x0a\x13"
				       "ChaincodeDefinition"
				       "\x12\x08"
				       "Sequence"
				       "\x12\x0f"
				       "EndorsementInfo"
				       "\x12\x0e"
				       "ValidationInfo"
				       "\x12\x0b"
				       "Collections";
	static const char parameters[] = "\x0a\x13"
					 "ChaincodeParameters"
					 "\x12\x0f"
					 "EndorsementInfo"
					 "\x12\x0e"
					 "ValidationInfo"
					 "\x12\x0b"
					 "Collections";
	static const char endorsement[] = "\x12\x0b"
					  "\x0a\x03"
					  "1.0"
					  "\x1a\x04"
					  "escc";
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
	const char *own = "_implicit_org_Org2MSP";

	life_deploy(life, ORG(0) | ORG(1), &first);
	must_have(life, "", "namespaces/metadata/basic",
		  bsn_slice_of(metadata, sizeof(metadata) - 1));
	must_have(life, "", "namespaces/fields/basic/Sequence",
		  bsn_slice_of("\x08\x01", 2));
	must_have(life, "", "namespaces/fields/basic/EndorsementInfo",
		  bsn_slice_of(endorsement, sizeof(endorsement) - 1));
	must_have(life, "", "namespaces/fields/basic/Collections",
		  bsn_slice_of("\x12\x00", 2));
	must_have(life, own, "namespaces/metadata/basic#1",
		  bsn_slice_of(parameters, sizeof(parameters) - 1));
	must_have(life, own, "namespaces/fields/basic#1/EndorsementInfo",
		  bsn_slice_of(endorsement, sizeof(endorsement) - 1));
	must_have(life, own, "chaincode-sources/fields/basic#1/PackageID",
		  bsn_slice_of("\x1a\x00", 2));
}

static void
must_refuse(Life *life, MspIdentity *who, const char *function,
	    GByteArray *argument, int32_t status, const char *reason)
{
	g_assert_cmpint(life_call(life, who, function, argument, NULL), ==,
			status);
	if (strstr(life->err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, life->err.reason);
}

static void
test_missing_approval(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	const bsn_slice endorser = buffer_slice(life->peer_bytes[0]);
	GByteArray *results = NULL;

	g_assert_cmpint(life_run(life, ORG(0), life->admins[0], APPROVE,
				 life_args(&first)),
			==, TX_CODE(VALID));
	/* Org2's node does not speak for it; Org1's alone is not enough. */
	life_be(life, 1);
	must_refuse(life, life->admins[0], COMMIT, life_args(&first),
		    BSN_CONFLICT, "not agreed to by this org (Org2MSP)");
	life_be(life, 0);
	g_assert_cmpint(life_call(life, life->admins[0], COMMIT,
				  life_args(&first), &results),
			==, BSN_OK);
	g_assert_cmpint(life_commit(life, "_lifecycle", "syscc", &endorser, 1,
				    results),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
}

static void
test_differing_definition(void)
{
	const LifeTerms other = { .policy = "OR('Org1MSP.peer')" };
	g_autoptr(Life) life = life_new(FALSE, 2);

	g_assert_cmpint(life_run(life, ORG(0), life->admins[0], APPROVE,
				 life_args(&first)),
			==, TX_CODE(VALID));
	g_assert_cmpint(life_run(life, ORG(1), life->admins[1], APPROVE,
				 life_args(&other)),
			==, TX_CODE(VALID));
	life_be(life, 1);
	must_refuse(life, life->admins[0], COMMIT, life_args(&first),
		    BSN_CONFLICT, "not agreed to by this org (Org2MSP)");
}

/* An approval is its organisation's alone. */
static void
test_forged_approval(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	const bsn_slice endorser = buffer_slice(life->peer_bytes[0]);
	GByteArray *results = NULL;

	g_assert_cmpint(life_call(life, life->admins[1], APPROVE,
				  life_args(&first), &results),
			==, BSN_OK);
	g_assert_cmpint(life_commit(life, "_lifecycle", "syscc", &endorser, 1,
				    results),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
}

static gboolean
approved(Life *life, guint index)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Lifecycle__CheckCommitReadinessResult *result;

	g_assert_cmpint(life_call(life, life->clients[0],
				  "CheckCommitReadiness", life_args(&first),
				  NULL),
			==, BSN_OK);
	result = message_unpack(
		&arena,
		&lifecycle__check_commit_readiness_result__descriptor,
		buffer_slice(life->payload), NULL, NULL);
	g_assert_cmpuint(result->n_approvals, ==, 2);
	g_assert_cmpstr(result->approvals[index]->key, ==,
			fabric_org_id(index));
	return result->approvals[index]->value;
}

static void
test_readiness(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);

	g_assert_false(approved(life, 0) || approved(life, 1));
	g_assert_cmpint(life_run(life, ORG(1), life->admins[1], APPROVE,
				 life_args(&first)),
			==, TX_CODE(VALID));
	g_assert_false(approved(life, 0));
	g_assert_true(approved(life, 1));
}

static void
test_sequences(void)
{
	const LifeTerms third = { .sequence = 3 };
	const LifeTerms changed = { .version = "1.1" };
	const LifeTerms second = { .sequence = 2, .version = "1.1" };
	g_autoptr(Life) life = life_new(FALSE, 2);

	must_refuse(life, life->admins[0], APPROVE, life_args(&second),
		    BSN_CONFLICT, "next available sequence number 1");
	must_refuse(life, life->admins[0], COMMIT, life_args(&second),
		    BSN_CONFLICT, "new definition must be sequence 1");
	life_deploy(life, ORG(0) | ORG(1), &first);
	must_refuse(life, life->admins[0], COMMIT, life_args(&first),
		    BSN_CONFLICT, "new definition must be sequence 2");
	must_refuse(life, life->admins[0], APPROVE, life_args(&third),
		    BSN_CONFLICT, "next available sequence number 2");
	must_refuse(life, life->admins[0], APPROVE, life_args(&changed),
		    BSN_CONFLICT, "differs in version");
	must_refuse(life, life->admins[0], APPROVE, life_args(&first),
		    BSN_DUPLICATE, "unchanged content");
	life_deploy(life, ORG(0) | ORG(1), &second);
	must_refuse(life, life->admins[0], APPROVE, life_args(&first),
		    BSN_CONFLICT, "is larger than requested sequence 1");
}

static void
test_bad_arguments(void)
{
	static const struct {
		LifeTerms terms;
		const char *reason;
	} bad[] = {
		{ { .name = "" }, "cannot be a chaincode's name" },
		{ { .name = "-basic" }, "cannot be a chaincode's name" },
		{ { .name = "a/b" }, "cannot be a chaincode's name" },
		{ { .name = "a#1" }, "cannot be a chaincode's name" },
		{ { .name = "qscc" }, "system chaincode" },
		{ { .version = "" }, "a version has 1" },
		{ { .version = "1/0" }, "a version has 1" },
		{ { .sequence = -1 }, "1 or more" },
		{ { .policy = "/Channel/Application/None" }, "no policy" },
		{ { .package_id = "label:abc" }, "a package's id" },
	};
	g_autoptr(Life) life = life_new(FALSE, 2);
	GByteArray *broken = g_byte_array_new();

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
		must_refuse(life, life->admins[0], APPROVE,
			    life_args(&bad[i].terms), BSN_BAD_REQUEST,
			    bad[i].reason);
	g_byte_array_append(broken, (const guint8 *)"\x12\x40", 2);
	must_refuse(life, life->admins[0], APPROVE, broken, BSN_BAD_REQUEST,
		    "cut off");
	must_refuse(life, life->admins[0], "Approve", life_args(&first),
		    BSN_BAD_REQUEST, "no function");
}

static void
test_who_may(void)
{
	static const char *const admins[] = {
		APPROVE,    "Deploy",	 "Freeze",
		"Unfreeze", "Uninstall", "ApproveFreeze",
		"QueryInstalledChaincodes",
	};
	g_autoptr(Life) life = life_new(FALSE, 2);

	for (guint i = 0; i < G_N_ELEMENTS(admins); i++)
		must_refuse(life, life->clients[0], admins[i],
			    life_args(&first), BSN_DENIED, "Admins");
	/* Peers are no writers. */
	must_refuse(life, life->peers[0], COMMIT, life_args(&first), BSN_DENIED,
		    "not for _lifecycle/CommitChaincodeDefinition");
	/* What is on a node is its own organisation's. */
	must_refuse(life, life->admins[1], "QueryInstalledChaincodes",
		    g_byte_array_new(), BSN_DENIED, "this node's organisation");
	g_assert_cmpint(life_call(life, life->admins[0],
				  "QueryInstalledChaincodes",
				  g_byte_array_new(), NULL),
			==, BSN_OK);
}

/* ---- afterwards ---- */

static void
test_upgrade(gconstpointer data)
{
	const LifeTerms second = { .sequence = 2,
				   .version = "1.1",
				   .init_required = TRUE,
				   .policy = "OR('Org1MSP.peer')" };
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
	const bsn_slice endorsers[] = { buffer_slice(life->peer_bytes[0]),
					buffer_slice(life->peer_bytes[1]) };
	const View view = { life->ledger->ledger, NULL };
	g_autoptr(Definition) definition = NULL;
	g_autofree char *state = NULL;
	g_auto(Arena) arena = ARENA_INIT;
	Version version;
	Terms old;

	life_deploy(life, ORG(0) | ORG(1), &first);
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
				    life_write(life, "basic", "key")),
			==, TX_CODE(VALID));
	life_deploy(life, ORG(0) | ORG(1), &second);
	state = fabric_ledger_state(life->ledger);
	g_assert_cmpstr(state, ==, "key=value@4:0");
	definition = found(life, "basic");
	g_assert_cmpint(definition->sequence, ==, 2);
	g_assert_true(definition->init_required);
	g_assert_cmpuint(definition->first_block, ==, 3);
	g_assert_cmpuint(definition->block, ==, 7);
	/* What ran before the upgrade comes too late, whoever endorses it; the
	 * new policy holds. */
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
				    life_write(life, "basic", "key")),
			==, TX_CODE(EXPIRED_CHAINCODE));
	g_assert_cmpint(life_commit(life, "basic", "1.1", endorsers, 1,
				    life_write(life, "basic", "key")),
			==, TX_CODE(VALID));
	g_assert_cmpint(definition_read_old(&view, &arena, "basic", 1, &old,
					    &version, NULL),
			==, BSN_OK);
	g_assert_cmpstr(old.version, ==, "1.0");
	g_assert_cmpuint(version.block, ==, 3);
}

/* A simulation that began before a change of the definition is found out, also
 * when both are in one block. */
static void
test_change_meanwhile(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	const bsn_slice endorsers[] = { buffer_slice(life->peer_bytes[0]),
					buffer_slice(life->peer_bytes[1]) };
	g_autoptr(Definition) definition = NULL;
	g_autoptr(GByteArray) results = NULL;
	g_autoptr(GByteArray) freeze = NULL;
	Simulator *simulator;
	LedgerTx tx = { .endorsers = endorsers, .endorsements = 2 };

	life_deploy(life, ORG(0) | ORG(1), &first);
	simulator = simulator_new(life->ledger->ledger);
	g_assert_cmpint(lifecycle_find_in(&life->channel, simulator, "basic",
					  &definition, NULL),
			==, BSN_OK);
	g_assert_cmpint(simulator_put(simulator, TEXT("basic"), TEXT("key"),
				      TEXT("value"), NULL),
			==, BSN_OK);
	results = fabric_finish(simulator);
	g_assert_cmpint(life_call(life, life->admins[0], "Freeze",
				  life_name("basic"), &freeze),
			==, BSN_OK);
	tx.results = buffer_slice(freeze);
	tx.chaincode = "_lifecycle";
	tx.version = "syscc";
	fabric_ledger_add(life->ledger, fabric_ledger_tx(life->ledger, &tx));
	tx.results = buffer_slice(results);
	tx.chaincode = NULL;
	tx.version = NULL;
	fabric_ledger_add(life->ledger, fabric_ledger_tx(life->ledger, &tx));
	fabric_ledger_commit(life->ledger);
	g_assert_cmpint(life->ledger->codes[0], ==, TX_CODE(VALID));
	g_assert_cmpint(life->ledger->codes[1], ==,
			TX_CODE(MVCC_READ_CONFLICT));
}

static void
test_upgrade_during_simulation(void)
{
	const LifeTerms second = { .sequence = 2, .version = "2" };
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(Definition) definition = NULL;
	g_autoptr(Simulator) simulator = NULL;

	life_deploy(life, ORG(0) | ORG(1), &first);
	simulator = simulator_new(life->ledger->ledger);
	life_deploy(life, ORG(0) | ORG(1), &second);
	g_assert_cmpint(lifecycle_find_in(&life->channel, simulator, "basic",
					  &definition, &life->err),
			==, BSN_CONFLICT);
	g_assert_nonnull(strstr(life->err.reason, "changed meanwhile"));
}

/* The second organisation agrees, then the first makes the change. */
static void
change_condition(Life *life, const char *approve, const char *change)
{
	MspIdentity *admin = life->admins[0];
	g_autofree char *why =
		g_strdup_printf("not agreed to by this org (%s)",
				fabric_org_id(1));

	life_be(life, 1);
	must_refuse(life, admin, change, life_name("basic"), BSN_CONFLICT, why);
	g_assert_cmpint(life_run(life, ORG(1), life->admins[1], approve,
				 life_name("basic")),
			==, TX_CODE(VALID));
	must_refuse(life, life->admins[1], approve, life_name("basic"),
		    BSN_DUPLICATE, "has agreed already");
	g_assert_cmpint(life_run(life, ORG(0) | ORG(1), admin, change,
				 life_name("basic")),
			==, TX_CODE(VALID));
	life_be(life, 0);
}

static void
test_conditions(gconstpointer data)
{
	const LifeTerms second = { .sequence = 2, .version = "2" };
	const guint all = ORG(0) | ORG(1);
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
	MspIdentity *admin = life->admins[0];
	const bsn_slice endorsers[] = { buffer_slice(life->peer_bytes[0]),
					buffer_slice(life->peer_bytes[1]) };

	must_refuse(life, admin, "Freeze", life_name("basic"), BSN_NOT_FOUND,
		    "no chaincode");
	life_deploy(life, all, &first);
	must_refuse(life, admin, "Unfreeze", life_name("basic"), BSN_CONFLICT,
		    "not frozen");
	change_condition(life, "ApproveFreeze", "Freeze");
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
				    life_write(life, "basic", "key")),
			==, TX_CODE(EXPIRED_CHAINCODE));
	must_refuse(life, admin, "Freeze", life_name("basic"), BSN_CONFLICT,
		    "is frozen");
	change_condition(life, "ApproveUnfreeze", "Unfreeze");
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
				    life_write(life, "basic", "key")),
			==, TX_CODE(VALID));
	/* Consent is given once: what was frozen before is asked for anew. */
	change_condition(life, "ApproveFreeze", "Freeze");
	change_condition(life, "ApproveUninstall", "Uninstall");
	g_assert_cmpint(life_commit(life, "basic", "1.0", endorsers, 2,
				    life_write(life, "basic", "key")),
			==, TX_CODE(EXPIRED_CHAINCODE));
	must_refuse(life, admin, "Unfreeze", life_name("basic"), BSN_CONFLICT,
		    "is uninstalled");
	must_refuse(life, admin, APPROVE, life_args(&second), BSN_CONFLICT,
		    "was uninstalled");
	must_refuse(life, admin, "Deploy", life_args(&second), BSN_CONFLICT,
		    "was uninstalled");
}

/* What one organisation's nodes endorse is no consent of another's; and
 * nobody freezes alone, whatever they endorse. */
static void
test_consent_is_its_own(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	const bsn_slice first_org[] = { buffer_slice(life->peer_bytes[0]) };
	GByteArray *results = NULL;

	life_deploy(life, ORG(0) | ORG(1), &first);
	g_assert_cmpint(life_call(life, life->admins[1], "ApproveFreeze",
				  life_name("basic"), &results),
			==, BSN_OK);
	g_assert_cmpint(life_commit(life, LIFECYCLE_NAME, LIFECYCLE_VERSION,
				    first_org, 1, results),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	g_assert_cmpint(life_call(life, life->admins[0], "Freeze",
				  life_name("basic"), &results),
			==, BSN_OK);
	g_assert_cmpint(life_commit(life, LIFECYCLE_NAME, LIFECYCLE_VERSION,
				    first_org, 1, results),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
}

/* One transaction approves and commits; the other organisation agrees first. */
static void
test_deploy(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(Definition) definition = NULL;

	life_be(life, 1);
	must_refuse(life, life->admins[0], "Deploy", life_args(&first),
		    BSN_CONFLICT, "not agreed to by this org (Org2MSP)");
	g_assert_cmpint(life_run(life, ORG(1), life->admins[1], APPROVE,
				 life_args(&first)),
			==, TX_CODE(VALID));
	g_assert_cmpint(life_run(life, ORG(0) | ORG(1), life->admins[0],
				 "Deploy", life_args(&first)),
			==, TX_CODE(VALID));
	definition = found(life, "basic");
	g_assert_cmpint(definition->sequence, ==, 1);
}

static void
test_reopen(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(Definition) definition = NULL;

	life_deploy(life, ORG(0) | ORG(1), &first);
	life_change(life, ORG(0) | ORG(1), "Freeze", "basic");
	lifecycle_close(&life->channel);
	g_assert_cmpint(lifecycle_open(&life->channel, NULL), ==, BSN_OK);
	definition = found(life, "basic");
	g_assert_cmpuint(definition->condition, ==, CHAINCODE_FROZEN);
	g_assert_cmpuint(definition->first_block, ==, 3);
}

#define BOTH(path, test)                                          \
	g_test_add_data_func(path, GINT_TO_POINTER(FALSE), test); \
	g_test_add_data_func(path "-gm", GINT_TO_POINTER(TRUE), test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	BOTH("/lifecycle/two-organisations-agree", test_agree);
	BOTH("/lifecycle/the-state-has-fabrics-entries", test_state_keys);
	BOTH("/lifecycle/an-upgrade-keeps-the-state", test_upgrade);
	BOTH("/lifecycle/frozen-and-uninstalled", test_conditions);
	g_test_add_func("/lifecycle/a-missing-approval", test_missing_approval);
	g_test_add_func("/lifecycle/a-differing-definition",
			test_differing_definition);
	g_test_add_func("/lifecycle/nobody-approves-for-others",
			test_forged_approval);
	g_test_add_func("/lifecycle/readiness-by-organisation", test_readiness);
	g_test_add_func("/lifecycle/sequences-follow-each-other",
			test_sequences);
	g_test_add_func("/lifecycle/bad-arguments-are-refused",
			test_bad_arguments);
	g_test_add_func("/lifecycle/admins-only", test_who_may);
	g_test_add_func("/lifecycle/consent-is-an-organisations-own",
			test_consent_is_its_own);
	g_test_add_func("/lifecycle/a-freeze-stops-what-is-under-way",
			test_change_meanwhile);
	g_test_add_func("/lifecycle/an-upgrade-stops-a-simulation",
			test_upgrade_during_simulation);
	g_test_add_func("/lifecycle/deploy-approves-and-commits", test_deploy);
	g_test_add_func("/lifecycle/found-again-after-a-restart", test_reopen);
	return g_test_run();
}
