/* SPDX-License-Identifier: Apache-2.0
 *
 * What _lifecycle tells of definitions and packages.
 */
#include <string.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

/* Calls a function as Org1's admin and decodes its answer. */
static const void *
ask(Life *life, Arena *arena, const char *function, GByteArray *argument,
    const ProtobufCMessageDescriptor *type)
{
	const void *message;

	if (life_call(life, life->admins[0], function, argument, NULL) !=
	    BSN_OK)
		g_error("%s: %s", function, life->err.reason);
	message = message_unpack(arena, type, buffer_slice(life->payload), NULL,
				 NULL);
	g_assert_nonnull(message);
	return message;
}

static void
test_definitions(void)
{
	const LifeTerms terms[] = {
		{ .name = "b", .policy = "OR('Org1MSP.peer')" },
		{ .name = "a" },
		{ .name = "a", .sequence = 2, .version = "2" },
	};
	g_autoptr(Life) life = life_new(FALSE, 3);
	g_auto(Arena) arena = ARENA_INIT;
	const Lifecycle__QueryChaincodeDefinitionResult *one;
	const Lifecycle__QueryChaincodeDefinitionsResult *all;

	for (guint i = 0; i < G_N_ELEMENTS(terms); i++)
		life_deploy(life, ORG(0) | ORG(1), &terms[i]);
	one = ask(life, &arena, "QueryChaincodeDefinition", life_name("a"),
		  &lifecycle__query_chaincode_definition_result__descriptor);
	g_assert_cmpint(one->sequence, ==, 2);
	g_assert_cmpstr(one->version, ==, "2");
	g_assert_cmpstr(one->endorsement_plugin, ==, "escc");
	g_assert_cmpstr(one->validation_plugin, ==, "vscc");
	g_assert_cmpuint(one->n_approvals, ==, 3);
	for (guint i = 0; i < 3; i++) {
		g_assert_cmpstr(one->approvals[i]->key, ==, fabric_org_id(i));
		g_assert_cmpint(one->approvals[i]->value, ==, i < 2);
	}
	all = ask(life, &arena, "QueryChaincodeDefinitions", g_byte_array_new(),
		  &lifecycle__query_chaincode_definitions_result__descriptor);
	g_assert_cmpuint(all->n_chaincode_definitions, ==, 2);
	g_assert_cmpstr(all->chaincode_definitions[0]->name, ==, "a");
	g_assert_cmpint(all->chaincode_definitions[0]->sequence, ==, 2);
	g_assert_cmpstr(all->chaincode_definitions[1]->name, ==, "b");
	g_assert_cmpint(life_call(life, life->admins[0],
				  "QueryChaincodeDefinition", life_name("c"),
				  NULL),
			==, BSN_NOT_FOUND);
}

static GByteArray *
approved_args(gint64 sequence)
{
	Lifecycle__QueryApprovedChaincodeDefinitionArgs args =
		LIFECYCLE__QUERY_APPROVED_CHAINCODE_DEFINITION_ARGS__INIT;

	args.name = (char *)"basic";
	args.sequence = sequence;
	return message_pack(&args);
}

static const char *
approved_version(Life *life, Arena *arena, gint64 sequence)
{
	const Lifecycle__QueryApprovedChaincodeDefinitionResult *result = ask(
		life, arena, "QueryApprovedChaincodeDefinition",
		approved_args(sequence),
		&lifecycle__query_approved_chaincode_definition_result__descriptor);

	return result->version;
}

/* Without a number: what may come next, if approved, else what is in force. */
static void
test_approved(void)
{
	const LifeTerms first = { .version = "one" };
	const LifeTerms second = { .sequence = 2, .version = "two" };
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_auto(Arena) arena = ARENA_INIT;

	g_assert_cmpint(life_call(life, life->admins[0],
				  "QueryApprovedChaincodeDefinition",
				  approved_args(0), NULL),
			==, BSN_NOT_FOUND);
	life_deploy(life, ORG(0) | ORG(1), &first);
	g_assert_cmpstr(approved_version(life, &arena, 0), ==, "one");
	g_assert_cmpint(life_run(life, ORG(0), life->admins[0],
				 "ApproveChaincodeDefinitionForMyOrg",
				 life_args(&second)),
			==, TX_CODE(VALID));
	g_assert_cmpstr(approved_version(life, &arena, 0), ==, "two");
	g_assert_cmpstr(approved_version(life, &arena, 1), ==, "one");
}

static void
test_installed(gconstpointer data)
{
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
	g_autoptr(GByteArray) package = g_byte_array_new();
	ChaincodeFile file = { "a.js", FALSE, { (const guint8 *)"1", 1 } };
	Lifecycle__InstallChaincodeArgs args =
		LIFECYCLE__INSTALL_CHAINCODE_ARGS__INIT;
	Lifecycle__QueryInstalledChaincodeArgs query =
		LIFECYCLE__QUERY_INSTALLED_CHAINCODE_ARGS__INIT;
	LifeTerms terms = { 0 };
	g_auto(Arena) arena = ARENA_INIT;
	const Lifecycle__InstallChaincodeResult *result;
	const Lifecycle__QueryInstalledChaincodesResult *all;
	const Lifecycle__GetInstalledChaincodePackageResult *got;
	const Lifecycle__QueryInstalledChaincodeResult *one;

	g_assert_cmpint(chaincode_package_write("basic_1", "node", "", &file, 1,
						package, NULL),
			==, BSN_OK);
	args.chaincode_install_package =
		(ProtobufCBinaryData){ package->len, package->data };
	result = ask(life, &arena, "InstallChaincode", message_pack(&args),
		     &lifecycle__install_chaincode_result__descriptor);
	g_assert_cmpstr(result->label, ==, "basic_1");
	query.package_id = result->package_id;
	terms.package_id = result->package_id;
	all = ask(life, &arena, "QueryInstalledChaincodes", g_byte_array_new(),
		  &lifecycle__query_installed_chaincodes_result__descriptor);
	g_assert_cmpuint(all->n_installed_chaincodes, ==, 1);
	g_assert_cmpuint(all->installed_chaincodes[0]->n_references, ==, 0);
	life_deploy(life, ORG(0) | ORG(1), &terms);
	one = ask(life, &arena, "QueryInstalledChaincode", message_pack(&query),
		  &lifecycle__query_installed_chaincode_result__descriptor);
	g_assert_cmpstr(one->package_id, ==, result->package_id);
	g_assert_cmpuint(one->n_references, ==, 1);
	g_assert_cmpstr(one->references[0]->key, ==, "one");
	g_assert_cmpstr(one->references[0]->value->chaincodes[0]->name, ==,
			"basic");
	/* Its arguments are those of the query. */
	got = ask(life, &arena, "GetInstalledChaincodePackage",
		  message_pack(&query),
		  &lifecycle__get_installed_chaincode_package_result__descriptor);
	assert_same(message_slice(got->chaincode_install_package),
		    buffer_slice(package));
	query.package_id = (char *)"other:1";
	g_assert_cmpint(life_call(life, life->admins[0],
				  "QueryInstalledChaincode",
				  message_pack(&query), NULL),
			==, BSN_NOT_FOUND);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/definitions/one-and-all", test_definitions);
	g_test_add_func("/definitions/what-an-organisation-approved",
			test_approved);
	g_test_add_data_func("/definitions/packages", GINT_TO_POINTER(FALSE),
			     test_installed);
	g_test_add_data_func("/definitions/packages-gm", GINT_TO_POINTER(TRUE),
			     test_installed);
	return g_test_run();
}
