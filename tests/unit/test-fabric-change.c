/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of the config in the words of people.
 */
#include <string.h>

#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-open.h"

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		g_error("\"%s\" is not in \"%s\"", part, text);
}

static void
by_both(FabricOpen *open, const char *args)
{
	g_assert_true(fabric_open_change(open, BSN_TX_INVOKE, args, 0));
	g_assert_false(fabric_open_change(open, BSN_TX_INVOKE, args, 1));
}

static void
assert_refused(FabricOpen *open, const char *args, int32_t status,
	       const char *reason)
{
	g_auto(OpenChange) change = { .kind = BSN_TX_INVOKE, .args = args };

	fabric_open_ask(open, &change);
	if (change.status != status)
		g_error("%s: %d: %s", args, change.status, change.err.reason);
	assert_has(change.err.reason, reason);
}

static void
test_batch(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	const ChannelConfig *config;

	by_both(open, "{\"set\": {\"batch\": {\"max_messages\": 7}}}");
	config = open->channel.config;
	g_assert_cmpuint(config->max_message_count, ==, 7);
	g_assert_cmpuint(config->preferred_max_bytes, ==, 2u << 20);
	g_assert_cmpuint(config->batch_timeout_ms, ==, 2000);
	by_both(open, "{\"set\": {\"batch\": {\"timeout_ms\": 10}}}");
	config = open->channel.config;
	g_assert_cmpuint(config->max_message_count, ==, 7);
	g_assert_cmpuint(config->batch_timeout_ms, ==, 10);
	/* Nodes are told nothing when they stay. */
	g_assert_cmpuint(open->told, ==, 0);
	g_assert_cmpuint(open->net_told, ==, 2);
}

static void
test_access(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);

	by_both(open, "{\"set\": {\"acls\": {\"qscc/GetChainInfo\": "
		      "\"Admins\", \"peer/Propose\": "
		      "\"/Channel/Application/Readers\"}}}");
	g_assert_cmpstr(g_hash_table_lookup(open->channel.config->acls,
					    "qscc/GetChainInfo"),
			==, "/Channel/Application/Admins");
	by_both(open, "{\"set\": {\"acls\": {\"qscc/GetChainInfo\": null}}}");
	g_assert_cmpuint(g_hash_table_size(open->channel.config->acls), ==, 1);
	by_both(open, "{\"set\": {\"acls\": {\"peer/Propose\": null}}}");
	g_assert_cmpuint(g_hash_table_size(open->channel.config->acls), ==, 0);
	by_both(open, "{\"set\": {\"policies\": {\"Endorsement\": "
		      "\"ANY Endorsement\", \"Extra\": "
		      "\"OR('Org1MSP.peer')\"}}}");
	g_assert_nonnull(policy_tree_find(open->channel.config->policies,
					  "/Channel/Application/Extra"));
	g_assert_cmpuint(policy_tree_find(open->channel.config->policies,
					  "/Channel/Application/Endorsement")
				 ->threshold,
			 ==, 1);
	by_both(open, "{\"set\": {\"policies\": {\"Extra\": null}}}");
	g_assert_null(policy_tree_find(open->channel.config->policies,
				       "/Channel/Application/Extra"));
}

/* One organisation's own anchor peers are its own admin's to say. */
static void
test_one_signs(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	const char *args =
		"{\"set\": {\"organisations\": [{\"msp_id\": \"Org1MSP\", "
		"\"anchor_peers\": [\"a.example.com:1\", \"b:2\"]}]}}";
	g_auto(OpenChange)
		stranger = { .kind = BSN_TX_INVOKE, .args = args, .org = 1 };

	fabric_open_ask(open, &stranger);
	g_assert_cmpint(stranger.status, ==, BSN_DENIED);
	g_assert_false(fabric_open_change(open, BSN_TX_INVOKE, args, 0));
	g_assert_cmpuint(open->channel.config->anchors->len, ==, 3);
}

static char *
organisation(const FabricOpen *open, guint org, const char *root)
{
	g_autoptr(json_t) json =
		json_pack("{s:{s:[{s:s, s:[s]}]}}", "set", "organisations",
			  "msp_id", fabric_org_id(org), "root_certs", root);

	return json_text(json);
}

static void
test_organisations(gconstpointer data)
{
	g_autoptr(FabricOpen) open = fabric_open_new(GPOINTER_TO_INT(data));
	g_autofree char *add = organisation(open, 2, open->orgs->roots[2]->pem);
	const char *drop = "{\"set\": {\"organisations\": [{\"msp_id\": "
			   "\"Org3MSP\", \"remove\": true}]}}";

	assert_refused(open, drop, BSN_NOT_FOUND, "no such organisation");
	by_both(open, add);
	g_assert_cmpuint(open->channel.config->organisations->len, ==, 3);
	g_assert_nonnull(
		channel_config_organisation(open->channel.config, "Org3MSP"));
	/* Two of three are a majority. */
	by_both(open, drop);
	g_assert_null(
		channel_config_organisation(open->channel.config, "Org3MSP"));
}

static void
test_breaking_configs(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *bad_root = organisation(open, 2, "no certificate");
	g_autofree char *other_root =
		organisation(open, 1, open->orgs->peers[0]->pem);

	assert_refused(open, bad_root, BSN_BAD_REQUEST, "Org3MSP");
	assert_refused(open, other_root, BSN_BAD_REQUEST, "Org2MSP");
	assert_refused(open,
		       "{\"set\": {\"policies\": {\"Admins\": "
		       "\"MOST Admins\"}}}",
		       BSN_BAD_REQUEST, "policies.Admins");
	assert_refused(open, "{\"set\": {\"policies\": {\"Nothing\": null}}}",
		       BSN_NOT_FOUND, "policies.Nothing: there is none");
	assert_refused(open, "{\"set\": {\"batch\": {\"max_messages\": 500}}}",
		       BSN_BAD_REQUEST, "the same");
}

static void
test_hostile_args(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	static const struct {
		const char *args;
		const char *reason;
	} wrong[] = {
		{ "", "either set" },
		{ "{}", "either set" },
		{ "[1]", "args" },
		{ "{\"set\": {}}", "the same" },
		{ "{\"set\": 5}", "args.set" },
		{ "{\"set\": {\"x\": 1}}", "set" },
		{ "{\"set\": {}, \"update\": \"00\"}", "either set" },
		{ "{\"update\": \"zz\"}", "update" },
		{ "{\"update\": \"0a05\"}", "cut off" },
		{ "{\"update\": \"\"}", "update" },
		{ "{\"set\": {\"batch\": {\"max_messages\": 0}}}",
		  "max_messages" },
		{ "{\"set\": {\"batch\": {\"y\": 0}}}", "batch" },
		{ "{\"set\": {\"acls\": {\"a\": 5}}}", "acls" },
		{ "{\"set\": {\"policies\": {\"a\": 5}}}", "policies.a" },
		{ "{\"set\": {\"organisations\": [5]}}", "organisations[0]" },
		{ "{\"set\": {\"organisations\": [{\"msp_id\": "
		  "\"Org1MSP\", \"remove\": 1}]}}",
		  "organisations[0].remove" },
		{ "{\"set\": {\"organisations\": [{\"msp_id\": "
		  "\"Org1MSP\", \"orderer\": false}]}}",
		  "organisations[0].msp_id" },
		{ "{\"set\": {\"organisations\": [{\"msp_id\": "
		  "\"Org1MSP\", \"anchor_peers\": [\"nowhere\"]}]}}",
		  "anchor_peers" },
	};

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		assert_refused(open, wrong[i].args, BSN_BAD_REQUEST,
			       wrong[i].reason);
}

/* Others sign what was begun by its bytes. */
static void
test_sign_by_bytes(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autoptr(bsn_reply) reply =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_VALUE);
	g_autoptr(json_t) list = NULL;
	g_autofree char *args = NULL;

	g_assert_true(fabric_open_change(
		open, BSN_TX_INVOKE,
		"{\"set\": {\"batch\": {\"max_messages\": 9}}}", 1));
	g_assert_cmpint(
		fake_asked(reply, members_proposals(&open->channel, reply,
						    &reply->err)),
		==, BSN_OK);
	list = json_parse(reply->json, 1 << 20, "list", NULL, NULL);
	g_assert_cmpuint(json_array_size(list), ==, 1);
	args = g_strdup_printf("{\"update\": \"%s\"}",
			       json_string_value(json_object_get(
				       json_array_get(list, 0), "update")));
	g_assert_false(fabric_open_change(open, BSN_TX_INVOKE, args, 0));
	g_assert_cmpuint(open->channel.config->max_message_count, ==, 9);
}

/* ---- units ---- */

/* bsn-host's own certificates say "node" where Fabric's say peer or orderer. */
static void
test_units(void)
{
	FabricOrgs *orgs = fabric_orgs_new(FALSE);
	json_t *founding = fabric_founding(orgs, 2);
	json_t *first =
		json_array_get(json_object_get(founding, "organisations"), 0);
	g_autoptr(FabricOpen) open = NULL;

	issued_free(orgs->peers[0]);
	orgs->peers[0] = fabric_member(orgs->roots[0], "host", "node");
	json_object_set_new(
		first, "node_ous",
		json_pack("{s:s, s:s}", "peer", "node", "orderer", "node"));
	open = fabric_open_founded(FALSE, founding, orgs);
	g_assert_nonnull(open->channel.self);
	g_assert_true(msp_identity_has_role(
		open->channel.self, COMMON__MSPROLE__MSPROLE_TYPE__PEER));
	g_assert_true(msp_identity_has_role(
		open->channel.self, COMMON__MSPROLE__MSPROLE_TYPE__ORDERER));
	g_assert_false(msp_identity_has_role(
		open->channel.self, COMMON__MSPROLE__MSPROLE_TYPE__ADMIN));
}

static void
test_wrong_units(void)
{
	g_autoptr(FabricOrgs) orgs = fabric_orgs_new(FALSE);
	static const char *const wrong[] = { "5", "\"node\"",
					     "{\"peer\": \"\"}",
					     "{\"peer\": 5}",
					     "{\"auditor\": \"x\"}" };

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++) {
		g_auto(Arena) arena = ARENA_INIT;
		g_autoptr(json_t) founding = fabric_founding(orgs, 2);
		const Founding others = { &orgs->suite, "raft", { NULL, 0 } };
		Common__Config *config = NULL;
		bsn_err err = BSN_ERR_INIT;

		json_object_set_new(
			json_array_get(
				json_object_get(founding, "organisations"), 1),
			"node_ous",
			json_loads(wrong[i], JSON_DECODE_ANY, NULL));
		g_assert_cmpint(founding_config(&arena, &others, founding,
						&config, &err),
				==, BSN_BAD_REQUEST);
		assert_has(err.reason, "organisations[1]");
		assert_has(err.reason, "node_ous");
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/change/batch", test_batch);
	g_test_add_func("/fabric/change/policies-and-acls", test_access);
	g_test_add_func("/fabric/change/what-is-ones-own-one-signs",
			test_one_signs);
	g_test_add_data_func("/fabric/change/organisations-come-and-go",
			     GINT_TO_POINTER(FALSE), test_organisations);
	g_test_add_data_func("/fabric/change/organisations-come-and-go-by-sm2",
			     GINT_TO_POINTER(TRUE), test_organisations);
	g_test_add_func("/fabric/change/what-would-break-is-refused",
			test_breaking_configs);
	g_test_add_func("/fabric/change/wrong-arguments-are-refused",
			test_hostile_args);
	g_test_add_func("/fabric/change/others-sign-by-the-bytes",
			test_sign_by_bytes);
	g_test_add_func("/fabric/founding/units-have-names-of-their-own",
			test_units);
	g_test_add_func("/fabric/founding/wrong-units-are-refused",
			test_wrong_units);
	return g_test_run();
}
