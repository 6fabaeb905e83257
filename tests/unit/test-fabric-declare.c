/* SPDX-License-Identifier: Apache-2.0
 *
 * Organisations agree on collections as on the rest of a definition.
 */
#include <string.h>

#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

#define BOTH_ORGS (ORG(0) | ORG(1))
#define APPROVE "ApproveChaincodeDefinitionForMyOrg"
#define COMMIT "CommitChaincodeDefinition"

#define ONE(name, members, more) \
	"{\"name\":\"" name "\",\"policy\":\"OR(" members ")\"" more "}"
#define ORG1 "'Org1MSP.member'"
#define ORG2 "'Org2MSP.member'"
#define ORG3 "'Org3MSP.member'"

static const char first[] = "[" ONE("a", ORG1, ",\"blockToLive\":7") "]";

/* ---- what may be declared ---- */

static void
assert_refused(Life *life, const LifeTerms *terms, const char *reason)
{
	static const char *const functions[] = { APPROVE, COMMIT, "Deploy",
						 "CheckCommitReadiness" };

	for (guint i = 0; i < G_N_ELEMENTS(functions); i++) {
		g_assert_cmpint(life_call(life, life->admins[0], functions[i],
					  life_args(terms), NULL),
				==, BSN_BAD_REQUEST);
		g_assert_cmpstr(life->err.reason, ==, reason);
	}
}

static void
test_first(void)
{
	static const struct {
		const char *collections;
		const char *reason;
	} cases[] = {
		{ "[" ONE("a", ORG1 "," ORG3, "") "]",
		  "collection a: collection member 'Org3MSP' is not part of the "
		  "channel" },
		{ "[" ONE("a", ORG1, ",\"endorsementPolicy\":"
				     "{\"channelConfigPolicy\":"
				     "\"/Channel/Application/None\"}") "]",
		  "collection a: the channel has no policy "
		  "/Channel/Application/None" },
		{ "[" ONE("a", ORG1, "") "," ONE("b", ORG1, "") ","
		  "" ONE("a", ORG2, "") "]",
		  "collection a: found duplicate in collection "
		  "configuration" },
		{ "[" ONE("_a", ORG1, "") "]",
		  "invalid collection name \"_a\". Names can only consist of "
		  "alphanumerics, '_', and '-', cannot begin with '_', and "
		  "have at most 128 characters" },
	};
	g_autoptr(Life) life = life_new(FALSE, 2);

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const LifeTerms terms = { .collections =
						  cases[i].collections };

		assert_refused(life, &terms, cases[i].reason);
	}
}

/* What is there stays, and lives as long; members may come and go. */
static void
test_next(void)
{
	static const struct {
		const char *collections;
		const char *reason;
	} cases[] = {
		{ NULL, "existing collection [a] missing in the proposed "
			"collection configuration" },
		{ "[" ONE("b", ORG1, "") "]",
		  "existing collection [a] missing in the proposed collection "
		  "configuration" },
		{ "[" ONE("a", ORG1, "") "," ONE("b", ORG1, "") "]",
		  "the BlockToLive in an existing collection [a] modified. "
		  "Existing value [7]" },
	};
	g_autoptr(Life) life = life_new(FALSE, 2);
	LifeTerms terms = { .collections = first };
	g_autoptr(Definition) definition = NULL;
	const Collection *a;
	guint told;

	life_deploy(life, BOTH_ORGS, &terms);
	told = life_members_changed;
	terms.sequence = 2;
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		terms.collections = cases[i].collections;
		assert_refused(life, &terms, cases[i].reason);
	}
	terms.collections =
		"[" ONE("b", ORG2, "") "," ONE("a", ORG1 "," ORG2,
					       ",\"maxPeerCount\":3,"
					       "\"memberOnlyRead\":true,"
					       "\"blockToLive\":7") "]";
	life_deploy(life, BOTH_ORGS, &terms);
	/* What it may have from now on is looked for. */
	g_assert_cmpuint(life_members_changed, >, told);
	g_assert_cmpint(lifecycle_find(&life->channel, "basic", &definition,
				       NULL),
			==, BSN_OK);
	g_assert_cmpuint(collection_set_n(definition->collections), ==, 2);
	a = lifecycle_collection(&life->channel, definition, TEXT("a"));
	g_assert_cmpuint(a->max_peers, ==, 3);
	g_assert_true(a->member_only_read);
	g_assert_true(collection_has_member(a, life->clients[1]));
}

/* Implicit ones are those of the channel's organisations. */
static void
test_implicit(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(Definition) definition = NULL;
	const LifeTerms terms = { 0 };

	life_deploy(life, BOTH_ORGS, &terms);
	g_assert_cmpint(lifecycle_find(&life->channel, "basic", &definition,
				       NULL),
			==, BSN_OK);
	g_assert_nonnull(lifecycle_collection(&life->channel, definition,
					      TEXT("_implicit_org_Org2MSP")));
	g_assert_null(lifecycle_collection(&life->channel, definition,
					   TEXT("_implicit_org_Org3MSP")));
	g_assert_null(
		lifecycle_collection(&life->channel, definition, TEXT("a")));
}

/* An organisation that is gone from the channel may still be named by what is in
 * force, and by nothing new. */
static void
test_member_that_is_gone(void)
{
	g_autoptr(Life) life = life_new(FALSE, 3);
	LifeTerms terms = { .collections = "[" ONE("a", ORG1 "," ORG3,
						   "") "]" };
	ChannelOrganisation *gone;

	life_deploy(life, ORG(0) | ORG(1) | ORG(2), &terms);
	gone = (ChannelOrganisation *)channel_config_organisation(
		life->channel.config, "Org3MSP");
	gone->in_application = FALSE;
	terms.sequence = 2;
	g_assert_cmpint(life_call(life, life->admins[0], APPROVE,
				  life_args(&terms), NULL),
			==, BSN_OK);
	terms.collections = "[" ONE("a", ORG1 "," ORG3, "") ","
			    "" ONE("b", ORG3, "") "]";
	assert_refused(life, &terms,
		       "collection b: collection member 'Org3MSP' is not part "
		       "of the channel");
}

/* ---- agreeing ---- */

static guint
approvals(Life *life, const LifeTerms *terms)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Lifecycle__CheckCommitReadinessResult *result;
	guint n = 0;

	g_assert_cmpint(life_call(life, life->admins[0],
				  "CheckCommitReadiness", life_args(terms),
				  NULL),
			==, BSN_OK);
	result = message_unpack(
		&arena,
		&lifecycle__check_commit_readiness_result__descriptor,
		buffer_slice(life->payload), NULL, NULL);
	for (gsize i = 0; i < result->n_approvals; i++)
		n += result->approvals[i]->value ? 1 : 0;
	return n;
}

static void
test_agreement(gconstpointer data)
{
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
	const LifeTerms plain = { 0 };
	const LifeTerms mine = { .collections = first };
	const LifeTerms other = { .collections =
					  "[" ONE("a", ORG1,
						  ",\"blockToLive\":8") "]" };

	g_assert_cmpint(life_run(life, ORG(0), life->admins[0], APPROVE,
				 life_args(&mine)),
			==, TX_CODE(VALID));
	g_assert_cmpint(life_run(life, ORG(1), life->admins[1], APPROVE,
				 life_args(&other)),
			==, TX_CODE(VALID));
	g_assert_cmpuint(approvals(life, &mine), ==, 1);
	g_assert_cmpuint(approvals(life, &other), ==, 1);
	g_assert_cmpuint(approvals(life, &plain), ==, 0);
	/* Org2's node does not endorse what that has not approved. */
	life_be(life, 1);
	g_assert_cmpint(life_call(life, life->admins[0], COMMIT,
				  life_args(&mine), NULL),
			==, BSN_CONFLICT);
	life_be(life, 0);
	g_assert_cmpint(life_run(life, ORG(1), life->admins[1], APPROVE,
				 life_args(&mine)),
			==, TX_CODE(VALID));
	g_assert_cmpuint(approvals(life, &mine), ==, 2);
	g_assert_cmpint(life_run(life, BOTH_ORGS, life->admins[0], COMMIT,
				 life_args(&mine)),
			==, TX_CODE(VALID));
	/* Who comes late approves what is in force or nothing. */
	g_assert_cmpint(life_call(life, life->admins[0], APPROVE,
				  life_args(&mine), NULL),
			==, BSN_DUPLICATE);
	g_assert_cmpint(
		life_call(life, life->admins[0], APPROVE,
			  life_args(&(const LifeTerms){
				  .collections =
					  "[" ONE("a", ORG1 "," ORG2,
						  ",\"blockToLive\":7") "]" }),
			  NULL),
		==, BSN_CONFLICT);
	g_assert_nonnull(strstr(life->err.reason, "differs in collections"));
}

/* ---- what is told ---- */

static void
assert_first(const Protos__CollectionConfigPackage *package)
{
	g_assert_nonnull(package);
	g_assert_cmpuint(package->n_config, ==, 1);
	g_assert_cmpstr(package->config[0]->static_collection_config->name, ==,
			"a");
	g_assert_cmpuint(
		package->config[0]->static_collection_config->block_to_live,
		==, 7);
}

static const void *
answer(const Life *life, Arena *arena, const ProtobufCMessageDescriptor *type)
{
	const void *message = message_unpack(
		arena, type, buffer_slice(life->payload), NULL, NULL);

	g_assert_nonnull(message);
	return message;
}

static void
test_answers(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	const LifeTerms terms = { .collections = first };
	const LifeTerms plain = { .name = "plain" };
	Lifecycle__QueryApprovedChaincodeDefinitionArgs args =
		LIFECYCLE__QUERY_APPROVED_CHAINCODE_DEFINITION_ARGS__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	const Lifecycle__QueryChaincodeDefinitionResult *one;
	const Lifecycle__QueryChaincodeDefinitionsResult *all;
	const Lifecycle__QueryApprovedChaincodeDefinitionResult *approved;

	life_deploy(life, BOTH_ORGS, &terms);
	life_deploy(life, BOTH_ORGS, &plain);
	g_assert_cmpint(life_call(life, life->admins[0],
				  "QueryChaincodeDefinition",
				  life_name("basic"), NULL),
			==, BSN_OK);
	one = answer(life, &arena,
		     &lifecycle__query_chaincode_definition_result__descriptor);
	assert_first(one->collections);
	g_assert_cmpint(life_call(life, life->admins[0],
				  "QueryChaincodeDefinitions",
				  g_byte_array_new(), NULL),
			==, BSN_OK);
	all = answer(
		life, &arena,
		&lifecycle__query_chaincode_definitions_result__descriptor);
	assert_first(all->chaincode_definitions[0]->collections);
	g_assert_null(all->chaincode_definitions[1]->collections);
	args.name = (char *)"basic";
	args.sequence = 1;
	g_assert_cmpint(life_call(life, life->admins[0],
				  "QueryApprovedChaincodeDefinition",
				  message_pack(&args), NULL),
			==, BSN_OK);
	approved = answer(
		life, &arena,
		&lifecycle__query_approved_chaincode_definition_result__descriptor);
	assert_first(approved->collections);
}

/* The entry is Fabric's: the package's bytes as StateData. */
static void
test_state(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	const LifeTerms terms = { .collections = first };
	const View view = { life->channel.ledger, NULL };
	g_autoptr(StateItem) item = NULL;
	g_autoptr(Definition) definition = NULL;
	g_autoptr(GByteArray) want = g_byte_array_new();
	bsn_slice bytes;

	life_deploy(life, BOTH_ORGS, &terms);
	g_assert_cmpint(lifecycle_find(&life->channel, "basic", &definition,
				       NULL),
			==, BSN_OK);
	bytes = definition->collections_bytes;
	g_assert_cmpint(view_get(&view, "namespaces/fields/basic/Collections",
				 &item, NULL),
			==, BSN_OK);
	/* StateData.bytes is field 2. */
	g_assert_cmpuint(bytes.len, >, 0);
	g_assert_cmpuint(bytes.len, <, 128);
	g_byte_array_append(want,
			    (const guint8[]){ 0x12, (guint8)bytes.len }, 2);
	g_byte_array_append(want, bytes.data, (guint)bytes.len);
	assert_same(item->value, buffer_slice(want));
}

#define BOTH(path, test)                                          \
	g_test_add_data_func(path, GINT_TO_POINTER(FALSE), test); \
	g_test_add_data_func(path "-gm", GINT_TO_POINTER(TRUE), test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/declare/what-the-channel-has", test_first);
	g_test_add_func("/declare/an-upgrade-keeps-what-is-there", test_next);
	g_test_add_func("/declare/implicit-ones", test_implicit);
	g_test_add_func("/declare/a-member-that-is-gone",
			test_member_that_is_gone);
	BOTH("/declare/organisations-must-mean-the-same", test_agreement);
	g_test_add_func("/declare/definitions-tell-them", test_answers);
	g_test_add_func("/declare/in-the-state-as-in-fabric", test_state);
	return g_test_run();
}
