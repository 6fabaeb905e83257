/* SPDX-License-Identifier: Apache-2.0
 *
 * Collections of private data: as bytes, as JSON, and as organisations agree on
 * them.
 */
#include <string.h>

#include "plugins/engine-fabric/policy/text.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

#define MEMBERS "OR('Org1MSP.member', 'Org2MSP.member')"

typedef Protos__StaticCollectionConfig Declared;

/* ---- packages ---- */

static int32_t
parse(Arena *arena, const char *text, bsn_slice *package, bsn_err *err)
{
	g_autoptr(json_t) array =
		json_parse(TEXT(text), 1u << 20, "text", NULL, NULL);

	g_assert_nonnull(array);
	*err = (bsn_err)BSN_ERR_INIT;
	return collections_parse(arena, array, "collections", package, err);
}

/* What a text says; it must be right. */
static CollectionSet *
read_text(const Suite *suite, const char *text)
{
	g_auto(Arena) arena = ARENA_INIT;
	CollectionSet *set = NULL;
	bsn_slice package = { NULL, 0 };
	bsn_err err;

	g_assert_cmpint(parse(&arena, text, &package, &err), ==, BSN_OK);
	g_assert_cmpint(collection_set_new(suite, package, &set, NULL), ==,
			BSN_OK);
	return set;
}

static const char full[] =
	"[{\"name\":\"zoo\",\"policy\":\"" MEMBERS "\","
	"\"requiredPeerCount\":1,\"maxPeerCount\":3,\"blockToLive\":100,"
	"\"memberOnlyRead\":true,\"memberOnlyWrite\":true,"
	"\"endorsementPolicy\":{\"signaturePolicy\":"
	"\"AND('Org1MSP.peer', 'Org2MSP.peer')\"}},"
	"{\"name\":\"ark\",\"policy\":\"OR('Org1MSP.peer')\","
	"\"endorsementPolicy\":{\"channelConfigPolicy\":"
	"\"/Channel/Application/Admins\"}},"
	"{\"name\":\"Moon-1_b\",\"policy\":\"'Org3MSP.member'\"}]";

static void
test_fields(gconstpointer data)
{
	const Suite *suite = &(const Suite){ 0 };
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(GPOINTER_TO_INT(data));
	g_autoptr(CollectionSet) set = NULL;
	const Collection *zoo;
	const Collection *ark;
	const Collection *moon;

	suite = &orgs->suite;
	set = read_text(suite, full);
	g_assert_cmpuint(collection_set_n(set), ==, 3);
	moon = collection_set_at(set, 0);
	ark = collection_set_at(set, 1);
	zoo = collection_set_at(set, 2);
	g_assert_cmpstr(moon->name, ==, "Moon-1_b");
	g_assert_cmpstr(ark->name, ==, "ark");
	g_assert_cmpstr(zoo->name, ==, "zoo");
	g_assert_cmpuint(zoo->required_peers, ==, 1);
	g_assert_cmpuint(zoo->max_peers, ==, 3);
	g_assert_cmpuint(zoo->block_to_live, ==, 100);
	g_assert_true(zoo->member_only_read);
	g_assert_true(zoo->member_only_write);
	g_assert_nonnull(zoo->endorsement->own.signature);
	g_assert_null(zoo->msp_id);
	g_assert_false(zoo->is_implicit);
	/* What is not said is as Fabric's command has it. */
	g_assert_cmpuint(ark->required_peers, ==, 0);
	g_assert_cmpuint(ark->max_peers, ==, 1);
	g_assert_cmpuint(ark->block_to_live, ==, 0);
	g_assert_false(ark->member_only_read);
	g_assert_false(ark->member_only_write);
	g_assert_cmpstr(ark->endorsement->reference, ==,
			"/Channel/Application/Admins");
	g_assert_null(moon->endorsement);
}

/* JSON, bytes, JSON: the same, but that all is said and names are in order. */
static void
test_json_and_back(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(CollectionSet) set = read_text(&orgs->suite, full);
	g_autoptr(json_t) json = collections_json(set);
	g_autofree char *text = json_text(json);
	g_autoptr(CollectionSet) again = read_text(&orgs->suite, text);
	g_autoptr(json_t) json_again = collections_json(again);
	g_autoptr(json_t) given =
		json_parse(TEXT(full), sizeof(full), "text", NULL, NULL);
	g_autoptr(CollectionSet) none = read_text(&orgs->suite, "[]");
	g_autoptr(json_t) empty = collections_json(none);

	g_assert_true(json_equal(json, json_again));
	g_assert_true(
		json_equal(json_array_get(json, 2), json_array_get(given, 0)));
	g_assert_cmpstr(json_string_value(json_object_get(
				json_array_get(json, 0), "policy")),
			==, "'Org3MSP.member'");
	g_assert_cmpuint(json_array_size(empty), ==, 0);
}

static void
test_bad_json(void)
{
	static const struct {
		const char *text;
		const char *reason;
	} cases[] = {
		{ "[7]", "collections[0]: the object must be a JSON object" },
		{ "[{\"policy\":\"'A.peer'\"}]", "name is missing" },
		{ "[{\"name\":\"a\"}]", "policy is missing" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\"},"
		  "{\"name\":\"b\",\"policy\":\"A.peer\"}]",
		  "collections[1]: policy, character 1" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\",\"maxPeers\":1}]",
		  "has no member \"maxPeers\"" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\","
		  "\"requiredPeerCount\":-1}]",
		  "requiredPeerCount must be" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\","
		  "\"blockToLive\":\"7\"}]",
		  "blockToLive must be" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\","
		  "\"endorsementPolicy\":{}}]",
		  "endorsementPolicy must have signaturePolicy" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\","
		  "\"endorsementPolicy\":{\"signaturePolicy\":\"'A.peer'\","
		  "\"channelConfigPolicy\":\"/Channel/Readers\"}}]",
		  "endorsementPolicy must have signaturePolicy" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\","
		  "\"endorsementPolicy\":{\"signaturePolicy\":"
		  "\"/Channel/Readers\"}}]",
		  "endorsementPolicy must have signaturePolicy" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\","
		  "\"endorsementPolicy\":{\"channelConfigPolicy\":"
		  "\"'A.peer'\"}}]",
		  "endorsementPolicy must have signaturePolicy" },
		{ "[{\"name\":\"a\",\"policy\":\"'A.peer'\","
		  "\"endorsementPolicy\":{\"channelConfigPolicy\":"
		  "\"/Other/Readers\"}}]",
		  "endorsementPolicy: a policy of the channel" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_auto(Arena) arena = ARENA_INIT;
		bsn_slice package;
		bsn_err err;

		g_assert_cmpint(parse(&arena, cases[i].text, &package, &err),
				==, BSN_BAD_REQUEST);
		if (strstr(err.reason, cases[i].reason) == NULL)
			g_error("%s: %s", cases[i].text, err.reason);
	}
}

/* ---- rules for each ---- */

typedef void (*SpoilFn)(Arena *arena, Declared *declared);

static void
spoil_nothing(Arena *arena, Declared *declared)
{
	declared->name = (char *)"-a_B9";
}

static void
spoil_name_empty(Arena *arena, Declared *declared)
{
	declared->name = (char *)"";
}

static void
spoil_name_implicit(Arena *arena, Declared *declared)
{
	declared->name = (char *)"_implicit_org_Org1MSP";
}

static void
spoil_name_dollar(Arena *arena, Declared *declared)
{
	declared->name = (char *)"a$b";
}

static void
spoil_name_long(Arena *arena, Declared *declared)
{
	declared->name = arena_room(arena, COLLECTION_NAME_MAX + 2);
	memset(declared->name, 'a', COLLECTION_NAME_MAX + 1);
}

static void
spoil_required(Arena *arena, Declared *declared)
{
	declared->required_peer_count = -1;
}

static void
spoil_maximum(Arena *arena, Declared *declared)
{
	declared->required_peer_count = 2;
}

static void
spoil_no_members(Arena *arena, Declared *declared)
{
	declared->member_orgs_policy = NULL;
}

static void
spoil_empty_members(Arena *arena, Declared *declared)
{
	declared->member_orgs_policy->payload_case =
		PROTOS__COLLECTION_POLICY_CONFIG__PAYLOAD__NOT_SET;
}

static void
spoil_and(Arena *arena, Declared *declared)
{
	declared->member_orgs_policy->signature_policy->rule->n_out_of->n = 2;
}

static void
spoil_inner_and(Arena *arena, Declared *declared)
{
	g_assert_cmpint(
		policy_parse_signature(
			arena, "OR('A.peer', AND('B.peer', 'C.peer'))",
			&declared->member_orgs_policy->signature_policy, NULL),
		==, BSN_OK);
}

static void
spoil_anybody(Arena *arena, Declared *declared)
{
	declared->member_orgs_policy->signature_policy->rule->n_out_of->n = 0;
}

static void
spoil_nobody(Arena *arena, Declared *declared)
{
	declared->member_orgs_policy->signature_policy->rule->n_out_of
		->n_rules = 0;
}

static void
spoil_no_rule(Arena *arena, Declared *declared)
{
	declared->member_orgs_policy->signature_policy->rule = NULL;
}

static void
spoil_principal(Arena *arena, Declared *declared)
{
	Common__MSPIdentityAnonymity nominal =
		COMMON__MSPIDENTITY_ANONYMITY__INIT;
	Common__MSPPrincipal *principal =
		declared->member_orgs_policy->signature_policy->identities[1];

	principal->principal_classification =
		COMMON__MSPPRINCIPAL__CLASSIFICATION__ANONYMITY;
	principal->principal = message_bytes(message_put(arena, &nominal));
}

static void
spoil_endorsement(Arena *arena, Declared *declared)
{
	declared->endorsement_policy =
		arena_room(arena, sizeof(*declared->endorsement_policy));
	protos__application_policy__init(declared->endorsement_policy);
}

static int32_t
read_spoilt(const Suite *suite, SpoilFn spoil, guint n, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(CollectionSet) set = NULL;
	Protos__CollectionPolicyConfig members =
		PROTOS__COLLECTION_POLICY_CONFIG__INIT;
	Declared declared = PROTOS__STATIC_COLLECTION_CONFIG__INIT;
	Protos__CollectionConfig config = PROTOS__COLLECTION_CONFIG__INIT;
	Protos__CollectionConfig *list[COLLECTIONS_MAX + 1];
	Protos__CollectionConfigPackage package =
		PROTOS__COLLECTION_CONFIG_PACKAGE__INIT;

	g_assert_cmpint(policy_parse_signature(&arena, MEMBERS,
					       &members.signature_policy, NULL),
			==, BSN_OK);
	members.payload_case =
		PROTOS__COLLECTION_POLICY_CONFIG__PAYLOAD_SIGNATURE_POLICY;
	declared.name = (char *)"a";
	declared.maximum_peer_count = 1;
	declared.member_orgs_policy = &members;
	if (spoil != NULL)
		spoil(&arena, &declared);
	config.payload_case =
		PROTOS__COLLECTION_CONFIG__PAYLOAD_STATIC_COLLECTION_CONFIG;
	config.static_collection_config = &declared;
	for (guint i = 0; i < n; i++)
		list[i] = &config;
	package.n_config = n;
	package.config = list;
	*err = (bsn_err)BSN_ERR_INIT;
	return collection_set_new(suite, message_put(&arena, &package), &set,
				  err);
}

static void
test_rules(void)
{
	static const struct {
		SpoilFn spoil;
		const char *reason;
	} cases[] = {
		{ spoil_name_empty, "invalid collection name \"\"" },
		{ spoil_name_implicit, "cannot begin with '_'" },
		{ spoil_name_dollar, "invalid collection name \"a$b\"" },
		{ spoil_name_long, "invalid collection name" },
		{ spoil_required,
		  "collection a: requiredPeerCount (-1) cannot be less than "
		  "zero" },
		{ spoil_maximum,
		  "collection a: maximum peer count (1) cannot be less than "
		  "the required peer count (2)" },
		{ spoil_no_members, "collection member policy is not set" },
		{ spoil_empty_members,
		  "collection member org policy is empty" },
		{ spoil_and, "signature policy is not an OR concatenation, "
			     "NOutOf 2 of 2" },
		{ spoil_inner_and, "signature policy is not an OR "
				   "concatenation, NOutOf 2 of 2" },
		{ spoil_anybody, "NOutOf 0 of 2" },
		{ spoil_nobody, "NOutOf 1 of 0" },
		{ spoil_no_rule, "error in member org policy" },
		{ spoil_principal,
		  "identities[1]: principal type is not supported" },
		{ spoil_endorsement, "error in endorsement policy" },
	};
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	bsn_err err;

	g_assert_cmpint(read_spoilt(&orgs->suite, spoil_nothing, 1, &err), ==,
			BSN_OK);
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_assert_cmpint(
			read_spoilt(&orgs->suite, cases[i].spoil, 1, &err), ==,
			BSN_BAD_REQUEST);
		if (strstr(err.reason, cases[i].reason) == NULL)
			g_error("%u: %s", i, err.reason);
	}
	g_assert_cmpint(read_spoilt(&orgs->suite, NULL, 2, &err), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==,
			"collection a: found duplicate in collection "
			"configuration");
	g_assert_cmpint(
		read_spoilt(&orgs->suite, NULL, COLLECTIONS_MAX + 1, &err), ==,
		BSN_TOO_LARGE);
}

/* Bytes that are no package, and one without a collection's payload. */
static void
test_bad_bytes(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	CollectionSet *set = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(collection_set_new(&orgs->suite, TEXT("\x0a\x09"), &set,
					   &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(collection_set_new(&orgs->suite,
					   bsn_slice_of("\x0a\x00", 2), &set,
					   &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, ==, "collection configuration is empty");
	g_assert_null(set);
}

/* ---- finding, members ---- */

static void
test_find(void)
{
	static const char *const none[] = { "",
					    "aark",
					    "arks",
					    "zo",
					    "_implicit_org_",
					    "_implicit_org_a/b",
					    "_implicit_org",
					    "$ark" };
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	g_autoptr(CollectionSet) set = read_text(&orgs->suite, full);
	const Collection *one =
		collection_set_find(set, TEXT("_implicit_org_Org2MSP"));

	for (guint i = 0; i < collection_set_n(set); i++) {
		const Collection *at = collection_set_at(set, i);

		g_assert_true(collection_set_find(set, TEXT(at->name)) == at);
	}
	for (guint i = 0; i < G_N_ELEMENTS(none); i++)
		g_assert_null(collection_set_find(set, TEXT(none[i])));
	g_assert_null(collection_set_find(
		set, bsn_slice_of("_implicit_org_a\0b", 17)));
	g_assert_true(one->is_implicit);
	g_assert_cmpstr(one->name, ==, "_implicit_org_Org2MSP");
	g_assert_cmpstr(one->msp_id, ==, "Org2MSP");
	g_assert_cmpuint(one->required_peers, ==, 0);
	g_assert_cmpuint(one->block_to_live, ==, 0);
	g_assert_false(one->member_only_read);
	g_assert_true(one == collection_set_find(
				     set, TEXT("_implicit_org_Org2MSP")));
	/* It does not count among the declared ones. */
	g_assert_cmpuint(collection_set_n(set), ==, 3);
	for (guint i = 0; i <= COLLECTIONS_MAX; i++) {
		g_autofree char *name =
			g_strdup_printf("_implicit_org_%u", i);

		g_assert_cmpint(
			collection_set_find(set, TEXT(name)) != NULL, ==,
			i + 1 < COLLECTIONS_MAX);
	}
}

/* Which of an organisation's people a collection has. */
static guint
members_of(const Life *life, const Collection *collection, guint org)
{
	return (collection_has_member(collection, life->peers[org]) ? 1u : 0) |
	       (collection_has_member(collection, life->clients[org]) ? 2u
								      : 0) |
	       (collection_has_member(collection, life->admins[org]) ? 4u : 0);
}

static void
test_members(gconstpointer data)
{
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 3);
	g_autoptr(CollectionSet) set =
		read_text(&life->orgs->suite, full);
	const struct {
		const char *name;
		guint members[3];
	} cases[] = {
		{ "zoo", { 7, 7, 0 } },
		{ "ark", { 1, 0, 0 } },
		{ "Moon-1_b", { 0, 0, 7 } },
		{ "_implicit_org_Org2MSP", { 0, 7, 0 } },
		{ "_implicit_org_Org9MSP", { 0, 0, 0 } },
	};

	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		const Collection *one =
			collection_set_find(set, TEXT(cases[i].name));

		for (guint org = 0; org < 3; org++) {
			g_assert_cmpuint(members_of(life, one, org), ==,
					 cases[i].members[org]);
			g_assert_cmpint(
				collection_names_msp(one, fabric_org_id(org)),
				==, cases[i].members[org] != 0);
		}
	}
}

#define BOTH(path, test)                                          \
	g_test_add_data_func(path, GINT_TO_POINTER(FALSE), test); \
	g_test_add_data_func(path "-gm", GINT_TO_POINTER(TRUE), test)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	BOTH("/collections/every-field-is-read", test_fields);
	g_test_add_func("/collections/json-and-back", test_json_and_back);
	g_test_add_func("/collections/bad-json-is-refused", test_bad_json);
	g_test_add_func("/collections/fabrics-rules", test_rules);
	g_test_add_func("/collections/bad-bytes-are-refused", test_bad_bytes);
	g_test_add_func("/collections/found-by-name", test_find);
	BOTH("/collections/members", test_members);
	return g_test_run();
}
