/* SPDX-License-Identifier: Apache-2.0
 *
 * What a change of the config would change, before anybody signs it.
 */
#include <string.h>

#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-open.h"

/* ---- asking --------------------------------------------------------------- */

static int32_t
ask(FabricOpen *open, const Issued *signer, const char *args, json_t **result,
    bsn_err *err)
{
	g_autoptr(GByteArray) creator = fabric_serialize("Org1MSP", signer);
	g_autoptr(MspIdentity) who = NULL;
	g_autoptr(bsn_reply) reply =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_VALUE);
	const bsn_tx_request request = { .size = sizeof(request),
					 .kind = BSN_TX_INVOKE,
					 .function = bsn_slice_str("config"),
					 .args = bsn_slice_str(args) };
	json_t *answer;
	int32_t status;

	g_assert_cmpint(msp_manager_identify(open->channel.config->msps,
					     buffer_slice(creator), &who, NULL),
			==, BSN_OK);
	status = fake_asked(reply, members_preview(&open->channel, &request,
						   who, reply, &reply->err));
	*err = reply->err;
	if (status != BSN_OK)
		return status;
	answer = json_parse(reply->json, 1u << 20, "the answer", NULL, NULL);
	*result = json_incref(json_object_get(answer, "result"));
	json_decref(answer);
	return status;
}

/* The answer to who may sign. */
static json_t *
preview(FabricOpen *open, const char *args)
{
	bsn_err err = BSN_ERR_INIT;
	json_t *result = NULL;

	if (ask(open, open->orgs->admins[0], args, &result, &err) != BSN_OK)
		g_error("%s: %s", args, err.reason);
	return result;
}

/* The part at a path; NULL: it does not change. */
static json_t *
part_of(json_t *result, const char *path)
{
	size_t i;
	json_t *part;

	json_array_foreach(json_object_get(result, "changes"), i, part)
		if (strcmp(json_string_value(json_object_get(part, "path")),
			   path) == 0)
			return part;
	return NULL;
}

/* "before.NAME" as compact JSON. */
static void
assert_says(json_t *result, const char *path, const char *when,
	    const char *name, const char *expected)
{
	json_t *part = part_of(result, path);
	json_t *value = json_object_get(json_object_get(part, when), name);
	char *text = json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY);

	if (g_strcmp0(text, expected) != 0)
		g_error("%s: %s.%s is %s, not %s", path, when, name,
			text != NULL ? text : "not there", expected);
	free(text);
}

/* ---- tests ---------------------------------------------------------------- */

static void
test_batch(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	json_t *result =
		preview(open, "{\"set\": {\"batch\": {\"max_messages\": 7}}}");
	const char *path = "/Channel/Orderer/BatchSize";

	assert_says(result, path, "before", "max_messages", "500");
	assert_says(result, path, "after", "max_messages", "7");
	assert_says(result, path, "after", "preferred_max_bytes", "2097152");
	assert_says(result, path, "after", "mod_policy", "\"Admins\"");
	g_assert_cmpuint(json_array_size(json_object_get(result, "changes")),
			 ==, 1);
	g_assert_true(json_is_true(json_object_get(result, "counts")));
	g_assert_true(json_is_false(json_object_get(result, "signed")));
	g_assert_cmpint(json_integer_value(json_object_get(result, "weight")),
			==, 0);
	json_decref(result);
	/* Nothing has happened. */
	g_assert_cmpuint(open->channel.config->max_message_count, ==, 500);
}

static void
test_policies(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	json_t *result = preview(
		open, "{\"set\": {\"policies\": {\"Endorsement\": \"ANY "
		      "Endorsement\"}, \"acls\": {\"qscc/GetBlockByNumber\": "
		      "\"/Channel/Application/Admins\"}}}");
	json_t *acls = part_of(result, "/Channel/Application/ACLs");

	assert_says(result, "/Channel/Application/Endorsement", "before",
		    "policy", "\"MAJORITY Endorsement\"");
	assert_says(result, "/Channel/Application/Endorsement", "after",
		    "policy", "\"ANY Endorsement\"");
	g_assert_nonnull(acls);
	g_assert_cmpstr(
		json_string_value(json_object_get(json_object_get(acls, "after"),
						  "qscc/GetBlockByNumber")),
		==, "/Channel/Application/Admins");
	json_decref(result);
}

/* Who signs for a new organisation sees its CA, and who must sign at all. */
static void
test_organisation_comes(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	json_t *three = fabric_founding(open->orgs, 3);
	json_t *set = json_pack(
		"{s:{s:[O]}}", "set", "organisations",
		json_array_get(json_object_get(three, "organisations"), 2));
	g_autofree char *args = json_text(set);
	json_t *result = preview(open, args);
	const char *msp = "/Channel/Application/Org3MSP/MSP";
	json_t *after = json_object_get(part_of(result, msp), "after");
	const char *root = json_string_value(
		json_array_get(json_object_get(after, "root_certs"), 0));

	assert_says(result, msp, "after", "msp_id", "\"Org3MSP\"");
	g_assert_true(json_is_null(
		json_object_get(part_of(result, msp), "before")));
	g_assert_nonnull(strstr(root, "CN="));
	g_assert_nonnull(strstr(root, ", until 20"));
	assert_says(result, "/Channel/Application", "before", "groups",
		    "[\"Org1MSP\",\"Org2MSP\"]");
	g_assert_cmpuint(
		json_array_size(json_object_get(
			json_object_get(part_of(result, "/Channel/Application"),
					"after"),
			"groups")),
		==, 3);
	g_assert_cmpint(json_integer_value(json_object_get(result, "needed")),
			==, 2);
	json_decref(result);
	json_decref(set);
	json_decref(three);
}

static void
test_organisation_goes(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	json_t *result = preview(open, "{\"set\": {\"organisations\": "
				       "[{\"msp_id\": \"Org2MSP\", "
				       "\"remove\": true}]}}");

	assert_says(result, "/Channel/Application", "after", "groups",
		    "[\"Org1MSP\"]");
	g_assert_null(part_of(result, "/Channel/Orderer/ConsensusType"));
	json_decref(result);
}

static json_t *
nodes_of(json_t *result, const char *when)
{
	return json_object_get(
		json_object_get(
			part_of(result, "/Channel/Orderer/ConsensusType"),
			when),
		"nodes");
}

/* With it go its nodes, of which this is one; but not the last one. */
static void
test_its_nodes_go(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *add = fabric_open_member(open, 1, "consensus",
						  ",\"force\":true");
	const char *args = "{\"set\": {\"organisations\": [{\"msp_id\": "
			   "\"Org1MSP\", \"remove\": true}]}, "
			   "\"force\": true}";
	bsn_err err = BSN_ERR_INIT;
	json_t *result = NULL;

	g_assert_cmpint(ask(open, open->orgs->admins[0], args, &result, &err),
			==, BSN_CONFLICT);
	g_assert_nonnull(strstr(err.reason, "last consensus node"));
	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, add, 0));
	g_assert_false(fabric_open_change(open, BSN_TX_MEMBER, add, 1));
	result = preview(open, args);
	g_assert_cmpuint(json_array_size(nodes_of(result, "before")), ==, 2);
	g_assert_cmpuint(json_array_size(nodes_of(result, "after")), ==, 1);
	json_decref(result);
}

/* The other organisation sees the same of what waits, and who has signed; and
 * so does the first one, that it has. */
static void
test_waiting(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	const char *args = "{\"set\": {\"batch\": {\"max_messages\": 7}}}";
	json_t *result;
	json_t *again;
	g_autofree char *update = NULL;

	g_assert_true(fabric_open_change(open, BSN_TX_INVOKE, args, 1));
	result = preview(open, args);
	update = g_strdup_printf(
		"{\"update\": \"%s\"}",
		json_string_value(json_object_get(result, "update")));
	again = preview(open, update);
	g_assert_true(json_equal(result, again));
	g_assert_cmpint(json_integer_value(json_object_get(again, "weight")),
			==, 1);
	g_assert_true(json_is_false(json_object_get(again, "signed")));
	json_decref(again);
	json_decref(result);
}

/* Whose signature would not count is told so; what is no change is refused. */
static void
test_others(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	const char *args = "{\"set\": {\"batch\": {\"max_messages\": 7}}}";
	bsn_err err = BSN_ERR_INIT;
	json_t *result = NULL;

	g_assert_cmpint(
		ask(open, open->orgs->clients[0], args, &result, &err), ==,
		BSN_OK);
	g_assert_true(json_is_false(json_object_get(result, "counts")));
	json_decref(result);
	g_assert_cmpint(ask(open, open->orgs->admins[0],
			    "{\"set\": {\"batch\": {\"max_messages\": 500}}}",
			    &result, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(ask(open, open->orgs->admins[0],
			    "{\"update\": \"0x0102\"}", &result, &err),
			==, BSN_BAD_REQUEST);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/preview/batch", test_batch);
	g_test_add_func("/fabric/preview/policies-and-acls", test_policies);
	g_test_add_func("/fabric/preview/an-organisation-comes",
			test_organisation_comes);
	g_test_add_func("/fabric/preview/an-organisation-goes",
			test_organisation_goes);
	g_test_add_func("/fabric/preview/its-nodes-go", test_its_nodes_go);
	g_test_add_func("/fabric/preview/what-waits", test_waiting);
	g_test_add_func("/fabric/preview/who-may-not-sign", test_others);
	return g_test_run();
}
