/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl as a user runs it: chains of organisations, approvals, transactions
 * that are only signed, and all chains in one table.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/ctl_node.h"

static const char *
text_of(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text != NULL ? text : "";
}

/* ---- organisations ------------------------------------------------------- */

/* Answers with what was asked for. */
static void
answer_with_body(CtlNode *node, struct evhttp_request *request,
		 const Identity *caller, json_t *body)
{
	char *text = json_dumps(body, JSON_ENCODE_ANY);

	tls_reply(request, 200, text);
	free(text);
}

static char *
write_file(const CtlNode *node, const char *name, const char *text)
{
	char *file = node_path(&node->node, name);

	g_assert_true(g_file_set_contents(file, text, -1, NULL));
	return file;
}

#define PEM(letter) \
	"-----BEGIN CERTIFICATE-----\n" letter "\n-----END CERTIFICATE-----\n"

static const json_t *
organisation_of(const json_t *asked, size_t at)
{
	return json_array_get(json_object_get(json_object_get(asked, "config"),
					      "organisations"),
			      at);
}

static void
assert_roots(const json_t *asked, size_t at, const char *name,
	     const char *const *pems)
{
	const json_t *one = organisation_of(asked, at);
	const json_t *roots = json_object_get(one, "root_certs");
	const json_t *units = json_object_get(one, "node_ous");

	g_assert_cmpstr(text_of(one, "msp_id"), ==, name);
	g_assert_cmpuint(json_array_size(roots), ==,
			 g_strv_length((char **)pems));
	for (size_t i = 0; pems[i] != NULL; i++)
		g_assert_cmpstr(json_string_value(json_array_get(roots, i)), ==,
				pems[i]);
	g_assert_cmpstr(text_of(units, "peer"), ==, "node");
	g_assert_cmpstr(text_of(units, "orderer"), ==, "node");
	g_assert_cmpstr(text_of(units, "admin"), ==, "admin");
	g_assert_cmpstr(text_of(units, "client"), ==, "client");
}

static void
test_organisations(void)
{
	static const char *const north[] = { PEM("a"), PEM("b"), PEM("c"),
					     NULL };
	static const char *const south[] = { PEM("a"), NULL };
	CtlNode *node = ctl_node_start(answer_with_body, NULL);
	g_autofree char *a = write_file(node, "a.pem", PEM("a"));
	g_autofree char *bc = write_file(
		node, "bc.pem", "subject=B\n" PEM("b") "\n# C\n" PEM("c"));
	g_autofree char *first = g_strdup_printf("NorthMSP=%s,%s", a, bc);
	g_autofree char *second = g_strdup_printf("SouthMSP=%s", a);
	g_auto(CtlRun) run =
		CTL_RUN(node, "chain", "create", "x", "-f", "fabric", "--set",
			"crypto=sm", "--org", first, "-o", second, "--json");
	json_t *asked = json_loads(run.out, 0, NULL);

	if (run.exit_code != 0)
		g_error("%s", run.err);
	assert_roots(asked, 0, "NorthMSP", north);
	assert_roots(asked, 1, "SouthMSP", south);
	g_assert_null(organisation_of(asked, 2));
	g_assert_cmpstr(text_of(json_object_get(asked, "config"), "crypto"), ==,
			"sm");
	json_decref(asked);
	ctl_node_stop(node);
}

static void
assert_org_refused(const CtlNode *node, const char *org, const char *config,
		   const char *reason)
{
	g_auto(CtlRun) run =
		CTL_RUN(node, "chain", "create", "x", "-f", "fabric",
			"--config", config, "--org", org);

	g_assert_cmpint(run.exit_code, !=, 0);
	ctl_assert_has(run.err, reason);
}

static void
test_bad_organisations(void)
{
	CtlNode *node = ctl_node_start(answer_with_body, NULL);
	g_autofree char *a = write_file(node, "a.pem", PEM("a"));
	g_autofree char *none = write_file(node, "none.pem", "-----END");
	g_autofree char *half = write_file(
		node, "half.pem", "-----BEGIN CERTIFICATE-----\nabc\n");
	g_autofree char *good = g_strdup_printf("NorthMSP=%s", a);
	g_autofree char *empty = g_strdup_printf("NorthMSP=%s", none);
	g_autofree char *cut = g_strdup_printf("NorthMSP=%s,%s", a, half);
	g_autofree char *nameless = g_strdup_printf("=%s", a);

	assert_org_refused(node, "NorthMSP", "{}", "has no name and CA");
	assert_org_refused(node, "NorthMSP=", "{}", "has no name and CA");
	assert_org_refused(node, nameless, "{}", "has no name and CA");
	assert_org_refused(node, empty, "{}", "has no certificate");
	assert_org_refused(node, cut, "{}", "half.pem has no certificate");
	assert_org_refused(node, "NorthMSP=/nowhere.pem", "{}", "/nowhere.pem");
	assert_org_refused(node, good, "{\"organisations\":[]}",
			   "do not go together");
	g_assert_cmpint(g_atomic_int_get(&node->requests), ==, 0);
	ctl_node_stop(node);
}

/* ---- approvals and signed transactions ----------------------------------- */

/* One round, and it is finished; keeps what was asked to be prepared. */
static void
answer_signing(CtlNode *node, struct evhttp_request *request,
	       const Identity *caller, json_t *body)
{
	const char *uri = evhttp_request_get_uri(request);

	if (g_str_has_suffix(uri, "/txs/prepare")) {
		node->user = json_incref(body);
		tls_reply(request, 200,
			  "{\"algorithm\":\"sm2\",\"convention\":\"standard\","
			  "\"message\":\"0x01\",\"state\":\"0x5a\"}");
	} else if (g_str_has_suffix(uri, "/txs/sign")) {
		tls_reply(request, 200, "{\"tx\":\"0xbeef\"}");
	} else {
		tls_reply(request, 200,
			  "{\"id\":\"0xaa\",\"stage\":\"committed\"}");
	}
}

static void
test_approve(void)
{
	CtlNode *node = ctl_node_start(answer_signing, NULL);
	g_autofree char *package = write_file(node, "p.tgz", "\037\213package");
	g_autofree char *collections =
		write_file(node, "collections.json", "[{\"name\":\"a\"}]");
	g_autofree char *option = g_strconcat("collections=@", collections,
					      NULL);
	g_auto(CtlRun) run = CTL_RUN(node, "contract", "approve", "x", package,
				     "--name", "asset", "--version", "1.0",
				     "--option", "policy=OR('A.peer')",
				     "--option", option);
	json_t *options = json_object_get(node->user, "options");
	const json_t *list = json_object_get(options, "collections");

	if (run.exit_code != 0)
		g_error("%s", run.err);
	g_assert_cmpstr(text_of(node->user, "kind"), ==, "deploy");
	g_assert_cmpstr(text_of(node->user, "contract"), ==, "asset");
	g_assert_cmpstr(text_of(options, "step"), ==, "approve");
	g_assert_cmpstr(text_of(options, "version"), ==, "1.0");
	g_assert_cmpstr(text_of(options, "policy"), ==, "OR('A.peer')");
	g_assert_cmpuint(json_array_size(list), ==, 1);
	g_assert_cmpstr(text_of(json_array_get(list, 0), "name"), ==, "a");
	json_decref(node->user);
	ctl_node_stop(node);
}

/* KEY=@FILE of a file that is not there, or is no JSON, says so. */
static void
test_option_files(void)
{
	CtlNode *node = ctl_node_start(answer_signing, NULL);
	g_autofree char *package = write_file(node, "p.tgz", "\037\213package");
	g_autofree char *text = write_file(node, "c.json", "no JSON");
	g_autofree char *bad = g_strconcat("collections=@", text, NULL);
	g_auto(CtlRun) none = CTL_RUN(node, "contract", "approve", "x", package,
				      "--name", "asset", "--option",
				      "collections=@/no/such/file");
	g_auto(CtlRun) other = CTL_RUN(node, "contract", "approve", "x",
				       package, "--name", "asset", "--option",
				       bad);

	g_assert_cmpint(none.exit_code, !=, 0);
	g_assert_nonnull(strstr(none.err, "/no/such/file"));
	g_assert_cmpint(other.exit_code, !=, 0);
	g_assert_nonnull(strstr(other.err, "--option"));
	ctl_node_stop(node);
}

static void
test_sign(void)
{
	CtlNode *node = ctl_node_start(answer_signing, NULL);
	g_auto(CtlRun) run = CTL_RUN(node, "tx", "sign", "x", "asset",
				     "TransferAsset", "a1", "Max");
	json_t *args = json_object_get(node->user, "args");

	if (run.exit_code != 0)
		g_error("%s", run.err);
	g_assert_cmpstr(run.out, ==, "0xbeef\n");
	g_assert_cmpuint(json_array_size(args), ==, 2);
	g_assert_cmpstr(text_of(node->user, "function"), ==, "TransferAsset");
	/* Prepared and signed; nothing was submitted. */
	g_assert_cmpint(g_atomic_int_get(&node->requests), ==, 2);
	json_decref(node->user);
	ctl_node_stop(node);
}

/* ---- changes of a configuration ----------------------------------------- */

#define PREVIEW                                                            \
	"{\"result\":{\"update\":\"0x0a05\",\"changes\":["                   \
	"{\"path\":\"/Channel/Orderer/BatchSize\",\"kind\":\"value\","       \
	"\"before\":{\"max_messages\":500,\"preferred_max_bytes\":9},"       \
	"\"after\":{\"max_messages\":7,\"preferred_max_bytes\":9},"          \
	"\"needs\":\"Admins\"},"                                             \
	"{\"path\":\"/Channel/Application\",\"kind\":\"group\","             \
	"\"before\":{\"groups\":[\"A\",\"B\"]},"                             \
	"\"after\":{\"groups\":[\"A\",\"C\"]},\"needs\":\"Admins\"},"        \
	"{\"path\":\"/Channel/Application/C/MSP\",\"kind\":\"value\","       \
	"\"before\":null,\"after\":{\"msp_id\":\"CMSP\"},\"needs\":null}]," \
	"\"votes\":[{\"account\":\"AMSP\",\"weight\":1}],"                   \
	"\"missing\":[{\"account\":\"BMSP\",\"weight\":1}],"                 \
	"\"weight\":1,\"needed\":2,\"counts\":true}}"

/* The question first, then what is signed. */
static void
answer_change(CtlNode *node, struct evhttp_request *request,
	      const Identity *caller, json_t *body)
{
	const char *uri = evhttp_request_get_uri(request);

	if (!g_str_has_suffix(uri, "/call")) {
		json_object_set(node->user, "signed",
				json_object_get(body, "args"));
		if (g_str_has_suffix(uri, "/txs/prepare"))
			tls_reply(request, 200,
				  "{\"algorithm\":\"sm2\","
				  "\"convention\":\"standard\","
				  "\"message\":\"0x01\",\"state\":\"0x5a\"}");
		else
			answer_signing(node, request, caller, body);
		return;
	}
	json_decref(node->user);
	node->user = json_copy(body);
	tls_reply(request, 200, PREVIEW);
}

static void
test_change(void)
{
	CtlNode *node = ctl_node_start(answer_change, NULL);
	g_auto(CtlRun) run = CTL_RUN(node, "chain", "change", "x", "--set",
				     "batch.max_messages=7", "--force",
				     "--yes", "--wait", "accepted");
	json_t *asked = json_pack("{s:{s:{s:i}}, s:b}", "set", "batch",
				  "max_messages", 7, "force", 1);
	g_auto(CtlRun) nothing = CTL_RUN(node, "chain", "change", "x");

	if (run.exit_code != 0)
		g_error("%s", run.err);
	g_assert_cmpstr(text_of(node->user, "kind"), ==, "invoke");
	g_assert_cmpstr(text_of(node->user, "contract"), ==, "");
	g_assert_cmpstr(text_of(node->user, "function"), ==, "config");
	g_assert_true(json_equal(json_object_get(node->user, "args"), asked));
	ctl_assert_has(run.out, "/Channel/Orderer/BatchSize\n"
				"    max_messages: 500 -> 7\n");
	g_assert_null(strstr(run.out, "preferred_max_bytes"));
	ctl_assert_has(run.out, "    - groups: B\n    + groups: C\n");
	ctl_assert_has(run.out, "/Channel/Application/C/MSP  new value\n"
				"    + msp_id: CMSP\n");
	ctl_assert_has(run.out, "Signatures: 1 of 2\n"
				"  signed: AMSP\n  may sign: BMSP\n");
	g_assert_cmpint(nothing.exit_code, ==, 2);
	ctl_assert_has(nothing.err, "nothing is to be changed");
	json_decref(node->user);
	json_decref(asked);
	ctl_node_stop(node);
}

/* What is signed is what was shown, and nothing without a yes. */
static void
test_change_signed(void)
{
	CtlNode *node = ctl_node_start(answer_change, NULL);
	g_auto(CtlRun) dry = CTL_RUN(node, "chain", "change", "x", "--set",
				     "batch.max_messages=7", "--dry-run");
	g_auto(CtlRun) unasked = CTL_RUN(node, "chain", "change", "x", "--set",
					 "batch.max_messages=7");
	json_t *update = json_pack("{s:s}", "update", "0x0a05");

	g_assert_cmpint(dry.exit_code, ==, 0);
	ctl_assert_has(dry.out, "max_messages: 500 -> 7");
	g_assert_cmpint(unasked.exit_code, !=, 0);
	ctl_assert_has(unasked.err, "Give --yes");
	g_assert_cmpint(g_atomic_int_get(&node->requests), ==, 2);
	g_assert_null(json_object_get(node->user, "signed"));
	{
		g_auto(CtlRun) run = CTL_RUN(node, "chain", "change", "x",
					     "--update", "0x0a05", "-y");

		g_assert_cmpint(run.exit_code, ==, 0);
	}
	g_assert_true(json_equal(json_object_get(node->user, "args"), update));
	g_assert_true(
		json_equal(json_object_get(node->user, "signed"), update));
	json_decref(update);
	json_decref(node->user);
	ctl_node_stop(node);
}

/* ---- all chains in one table ----------------------------------------------
 */

static void
answer_chains(CtlNode *node, struct evhttp_request *request,
	      const Identity *caller, json_t *body)
{
	const char *uri = evhttp_request_get_uri(request);

	if (strcmp(uri, "/v1/chains") == 0)
		tls_reply(request, 200,
			  "{\"chains\":["
			  "{\"name\":\"a\",\"framework\":\"one\","
			  "\"state\":\"open\"},"
			  "{\"name\":\"b\",\"framework\":\"two\","
			  "\"state\":\"failed\",\"reason\":\"no disk\"}]}");
	else if (strcmp(uri, "/v1/chains/a/status") == 0)
		tls_reply(request, 200,
			  "{\"state\":\"syncing\",\"height\":7,\"members\":4,"
			  "\"pending_txs\":3,\"connected\":2,\"detail\":{}}");
	else if (strcmp(uri, "/v1/chains/a/ledger") == 0)
		tls_reply(request, 200,
			  "{\"height\":8,\"txs\":21,"
			  "\"state_hash\":\"0xabcd\",\"detail\":{}}");
	else
		tls_reply(request, 503,
			  "{\"error\":{\"name\":\"unavailable\","
			  "\"reason\":\"it has failed\"}}");
}

static void
test_status_table(void)
{
	CtlNode *node = ctl_node_start(answer_chains, NULL);
	g_auto(CtlRun) run = CTL_RUN(node, "status", "--chains", "--json");
	g_auto(CtlRun) table = CTL_RUN(node, "status", "--chains");
	g_auto(CtlRun) both = CTL_RUN(node, "status", "a", "--chains");
	json_t *said = json_loads(run.out, 0, NULL);
	json_t *expected = json_pack(
		"{s:[{s:s,s:s,s:s,s:i,s:i,s:i,s:i,s:i,s:s},{s:s,s:s,s:s,s:s}]}",
		"chains", "name", "a", "framework", "one", "state", "syncing",
		"height", 8, "members", 4, "pending_txs", 3, "connected", 2,
		"txs", 21, "state_hash", "0xabcd", "name", "b", "framework",
		"two", "state", "failed", "reason", "no disk");

	g_assert_cmpint(run.exit_code, ==, 0);
	g_assert_true(json_equal(said, expected));
	g_assert_cmpint(table.exit_code, ==, 0);
	ctl_assert_has(table.out, "STATE HASH");
	ctl_assert_has(table.out, "0xabcd");
	ctl_assert_has(table.out, "no disk");
	g_assert_cmpint(both.exit_code, ==, 2);
	ctl_assert_has(both.err, "--chains is of all chains");
	json_decref(said);
	json_decref(expected);
	ctl_node_stop(node);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctl/chain/create-takes-organisations",
			test_organisations);
	g_test_add_func("/ctl/chain/a-wrong-organisation-is-explained",
			test_bad_organisations);
	g_test_add_func("/ctl/contract/approve-is-one-step-of-a-deploy",
			test_approve);
	g_test_add_func("/ctl/options-from-files", test_option_files);
	g_test_add_func("/ctl/tx/sign-submits-nothing", test_sign);
	g_test_add_func("/ctl/chain/change-is-shown-and-sent", test_change);
	g_test_add_func("/ctl/chain/change-that-was-shown-is-signed",
			test_change_signed);
	g_test_add_func("/ctl/status/all-chains-are-one-table",
			test_status_table);
	return g_test_run();
}
