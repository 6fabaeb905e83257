/* SPDX-License-Identifier: Apache-2.0
 *
 * Chaincodes as contracts: requests, lists, checks.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/chaincode/package.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-lifecycle.h"

#define BOTH_ORGS (ORG(0) | ORG(1))

typedef Lifecycle__ApproveChaincodeDefinitionForMyOrgArgs Args;

static GByteArray *
make_package(const char *label)
{
	GByteArray *package = g_byte_array_new();
	ChaincodeFile file = { "index.js", FALSE, { (const guint8 *)"1", 1 } };

	g_assert_cmpint(chaincode_package_write(label, "node", "", &file, 1,
						package, NULL),
			==, BSN_OK);
	return package;
}

/* ---- requests ---- */

static int32_t
request(Life *life, guint32 kind, const char *contract, bsn_slice code,
	const char *options, MspIdentity *who, GPtrArray *args)
{
	const bsn_tx_request wanted = { .size = sizeof(wanted),
					.kind = kind,
					.contract = TEXT(contract),
					.code = code,
					.options = TEXT(options) };

	g_ptr_array_set_size(args, 0);
	return lifecycle_request(&life->channel, &wanted, who, args,
				 &life->err);
}

static GPtrArray *
args_new(void)
{
	return g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
}

/* The one message of a request, and that its function is the right one. */
static const Args *
message_of(Arena *arena, GPtrArray *args, const char *function)
{
	g_assert_cmpuint(args->len, ==, 2);
	assert_same(bytes_slice(args->pdata[0]), TEXT(function));
	return message_unpack(
		arena,
		&lifecycle__approve_chaincode_definition_for_my_org_args__descriptor,
		bytes_slice(args->pdata[1]), NULL, NULL);
}

/* Its proposal comes, signed. */
static void
take_signed(Life *life, GPtrArray *args, MspIdentity *who)
{
	ProtobufCBinaryData list[2];
	const Protos__ChaincodeInput input = {
		PROTOBUF_C_MESSAGE_INIT(&protos__chaincode_input__descriptor),
		.n_args = 2,
		.args = list,
	};

	for (guint i = 0; i < 2; i++)
		list[i] = (ProtobufCBinaryData){
			g_bytes_get_size(args->pdata[i]),
			(guint8 *)g_bytes_get_data(args->pdata[i], NULL)
		};
	g_assert_cmpint(lifecycle_signed(&life->channel, &input, who, NULL), ==,
			BSN_OK);
}

/* What a request says, called on nodes of both organisations. */
static TxCode
run(Life *life, GPtrArray *args, guint orgs, MspIdentity *who)
{
	g_autofree char *function = fake_text(bytes_slice(args->pdata[0]));
	const bsn_slice bytes = bytes_slice(args->pdata[1]);
	GByteArray *argument = g_byte_array_new();

	g_byte_array_append(argument, bytes.data, (guint)bytes.len);
	return life_run(life, orgs, who, function, argument);
}

static void
test_deploy(gconstpointer data)
{
	g_autoptr(Life) life = life_new(GPOINTER_TO_INT(data), 2);
	g_autoptr(GByteArray) package = make_package("basic_1");
	const bsn_slice code = buffer_slice(package);
	const bsn_slice none = { NULL, 0 };
	g_autoptr(GPtrArray) args = args_new();
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(Definition) definition = NULL;
	const guint prepared = life_prepared;
	const Args *message;

	g_assert_cmpint(request(life, BSN_TX_DEPLOY, "basic", code,
				"{\"step\":\"approve\"}", life->admins[1],
				args),
			==, BSN_OK);
	message = message_of(&arena, args,
			     "ApproveChaincodeDefinitionForMyOrg");
	g_assert_cmpint(message->sequence, ==, 1);
	g_assert_cmpstr(message->version, ==, "1.0");
	/* It is not kept before somebody has signed. */
	g_assert_false(package_exists(
		&life->channel, message->source->local_package->package_id));
	take_signed(life, args, life->clients[1]);
	g_assert_false(package_exists(
		&life->channel, message->source->local_package->package_id));
	take_signed(life, args, life->admins[1]);
	g_assert_true(package_exists(
		&life->channel, message->source->local_package->package_id));
	g_assert_cmpint(run(life, args, ORG(1), life->admins[1]), ==,
			TX_CODE(VALID));
	g_assert_cmpint(request(life, BSN_TX_DEPLOY, "basic", code, "{}",
				life->admins[0], args),
			==, BSN_OK);
	g_assert_cmpint(run(life, args, BOTH_ORGS, life->admins[0]), ==,
			TX_CODE(VALID));
	g_assert_cmpint(lifecycle_find(&life->channel, "basic", &definition,
				       NULL),
			==, BSN_OK);
	g_assert_cmpstr(definition->package_id, ==,
			message->source->local_package->package_id);
	g_assert_cmpuint(life_prepared, >, prepared);
	/* An upgrade of the policy alone keeps the package. */
	g_assert_cmpint(request(life, BSN_TX_DEPLOY, "basic", none,
				"{\"policy\":\"OR('Org1MSP.peer')\","
				"\"init_required\":true}",
				life->admins[0], args),
			==, BSN_OK);
	message = message_of(&arena, args, "Deploy");
	g_assert_cmpint(message->sequence, ==, 2);
	g_assert_cmpstr(message->version, ==, "2.0");
	g_assert_true(message->init_required);
	g_assert_cmpstr(message->source->local_package->package_id, ==,
			definition->package_id);
}

/* Who commits means what was approved. */
static void
test_commit(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	const LifeTerms terms = { .version = "seven",
				  .policy = "OR('Org1MSP.peer')" };
	const bsn_slice none = { NULL, 0 };
	g_autoptr(GPtrArray) args = args_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Args *message;

	for (guint i = 0; i < 2; i++)
		g_assert_cmpint(life_run(life, ORG(i), life->admins[i],
					 "ApproveChaincodeDefinitionForMyOrg",
					 life_args(&terms)),
				==, TX_CODE(VALID));
	g_assert_cmpint(request(life, BSN_TX_DEPLOY, "basic", none,
				"{\"step\":\"commit\"}", life->admins[0], args),
			==, BSN_OK);
	message = message_of(&arena, args, "CommitChaincodeDefinition");
	g_assert_cmpstr(message->version, ==, "seven");
	g_assert_null(message->source);
	g_assert_cmpint(run(life, args, BOTH_ORGS, life->admins[0]), ==,
			TX_CODE(VALID));
	g_assert_cmpint(request(life, BSN_TX_FREEZE, "basic", none,
				"{\"step\":\"approve\"}", life->admins[1],
				args),
			==, BSN_OK);
	g_assert_cmpint(run(life, args, ORG(1), life->admins[1]), ==,
			TX_CODE(VALID));
	g_assert_cmpint(request(life, BSN_TX_FREEZE, "basic", none, "",
				life->admins[0], args),
			==, BSN_OK);
	g_assert_cmpint(run(life, args, BOTH_ORGS, life->admins[0]), ==,
			TX_CODE(VALID));
}

static json_t *
json_of(bsn_reply *reply, int32_t returned)
{
	json_t *json;

	fake_asked(reply, returned);
	g_assert_cmpint(reply->status, ==, BSN_OK);
	json = json_parse(reply->json, 1u << 20, "answer", NULL, NULL);
	fake_reply_free(reply);
	return json;
}

static const char secrets[] =
	"[{\"name\":\"secrets\",\"policy\":\"OR('Org1MSP.member')\","
	"\"requiredPeerCount\":0,\"maxPeerCount\":2,\"blockToLive\":7,"
	"\"memberOnlyRead\":true,\"memberOnlyWrite\":false}]";

static json_t *
shown(Life *life)
{
	bsn_reply *reply = fake_reply_new(life->channel.chain,
					  FAKE_ANSWER_VALUE);

	return json_of(reply,
		       fabric_contract_ops.get(&life->channel, TEXT("basic"),
					       reply, NULL));
}

/* Both approve what the options say, and the first commits what it approved. */
static void
agree(Life *life, GPtrArray *args, bsn_slice code, const char *options)
{
	const bsn_slice none = { NULL, 0 };

	for (guint i = 2; i-- > 0;) {
		g_assert_cmpint(request(life, BSN_TX_DEPLOY, "basic", code,
					options, life->admins[i], args),
				==, BSN_OK);
		g_assert_cmpint(run(life, args, ORG(i), life->admins[i]), ==,
				TX_CODE(VALID));
	}
	g_assert_cmpint(request(life, BSN_TX_DEPLOY, "basic", none,
				"{\"step\":\"commit\"}", life->admins[0], args),
			==, BSN_OK);
	g_assert_cmpint(run(life, args, BOTH_ORGS, life->admins[0]), ==,
			TX_CODE(VALID));
}

/* Options as in Fabric's collections_config.json; an upgrade that does not
 * mention them keeps them, who commits means what was approved. */
static void
test_collections(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(GByteArray) package = make_package("basic_1");
	g_autoptr(GPtrArray) args = args_new();
	g_autofree char *options = g_strdup_printf(
		"{\"step\":\"approve\",\"collections\":%s}", secrets);
	g_autoptr(json_t) want =
		json_parse(TEXT(secrets), sizeof(secrets), "", NULL, NULL);
	g_autoptr(json_t) json = NULL;
	const json_t *versions;

	agree(life, args, buffer_slice(package), options);
	agree(life, args, bsn_slice_of(NULL, 0),
	      "{\"step\":\"approve\",\"version\":\"2\"}");
	json = shown(life);
	g_assert_cmpint(json_integer_value(json_object_get(json, "sequence")),
			==, 2);
	g_assert_true(json_equal(json_object_get(json, "collections"), want));
	versions = json_object_get(json, "versions");
	for (guint i = 0; i < 2; i++)
		g_assert_true(json_equal(
			json_object_get(json_array_get(versions, i),
					"collections"),
			want));
}

static void
test_bad_requests(void)
{
	static const struct {
		guint32 kind;
		const char *contract;
		const char *options;
		int32_t status;
		const char *reason;
	} bad[] = {
		{ BSN_TX_DEPLOY, "ba sic", "{}", BSN_BAD_REQUEST, "name" },
		{ BSN_TX_DEPLOY, "basic", "{}", BSN_BAD_REQUEST,
		  "code is missing" },
		{ BSN_TX_DEPLOY, "basic", "{\"stp\":1}", BSN_BAD_REQUEST,
		  "stp" },
		{ BSN_TX_DEPLOY, "basic", "{\"step\":\"go\"}", BSN_BAD_REQUEST,
		  "step" },
		{ BSN_TX_DEPLOY, "basic", "{\"policy\":\"AND(\"}",
		  BSN_BAD_REQUEST, "policy" },
		{ BSN_TX_DEPLOY, "basic", "{\"package_id\":\"x\"}",
		  BSN_BAD_REQUEST, "package_id" },
		{ BSN_TX_DEPLOY, "basic", "[]", BSN_BAD_REQUEST, "options" },
		{ BSN_TX_DEPLOY, "basic", "{\"collections\":{}}",
		  BSN_BAD_REQUEST, "options.collections must be an array" },
		{ BSN_TX_DEPLOY, "basic",
		  "{\"collections\":[{\"name\":\"a\"}]}", BSN_BAD_REQUEST,
		  "options.collections[0]: policy is missing" },
		{ BSN_TX_FREEZE, "basic", "", BSN_NOT_FOUND, "no chaincode" },
		{ BSN_TX_FREEZE, "basic", "{\"step\":\"install\"}",
		  BSN_BAD_REQUEST, "step" },
		{ BSN_TX_INVOKE, "basic", "", BSN_BAD_REQUEST, "kind" },
	};
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(GByteArray) package = make_package("basic_1");
	g_autoptr(GPtrArray) args = args_new();

	for (guint i = 0; i < G_N_ELEMENTS(bad); i++) {
		g_assert_cmpint(request(life, bad[i].kind, bad[i].contract,
					bsn_slice_of(NULL, 0), bad[i].options,
					life->admins[0], args),
				==, bad[i].status);
		if (strstr(life->err.reason, bad[i].reason) == NULL)
			g_error("%u: %s", i, life->err.reason);
	}
	g_assert_cmpint(request(life, BSN_TX_DEPLOY, "basic",
				buffer_slice(package), "{}", life->clients[0],
				args),
			==, BSN_DENIED);
	g_assert_cmpint(request(life, BSN_TX_DEPLOY, "basic",
				buffer_slice(package), "{\"label\":\"other\"}",
				life->admins[0], args),
			==, BSN_BAD_REQUEST);
}

/* ---- lists ---- */

static const char *
text_at(const json_t *json, const char *name)
{
	return json_string_value(json_object_get(json, name));
}

static void
test_list_and_get(void)
{
	const LifeTerms terms[] = {
		{ .name = "zebra" },
		{ .name = "ant", .package_id = "l:0123456789abcdef0123456789abcdef"
					       "0123456789abcdef0123456789abcdef" },
		{ .name = "zebra",
		  .sequence = 2,
		  .version = "b",
		  .policy = "OR('Org1MSP.peer')" },
	};
	g_autoptr(Life) life = life_new(FALSE, 3);
	bsn_chain *chain = life->channel.chain;
	g_autoptr(json_t) list = NULL;
	g_autoptr(json_t) rest = NULL;
	g_autoptr(json_t) one = NULL;
	const json_t *versions;
	const json_t *approvals;
	bsn_reply *reply;

	for (guint i = 0; i < G_N_ELEMENTS(terms); i++)
		life_deploy(life, BOTH_ORGS, &terms[i]);
	reply = fake_reply_new(chain, FAKE_ANSWER_VALUE);
	list = json_of(reply, fabric_contract_ops.list(&life->channel, 0, 1,
						       reply, NULL));
	g_assert_cmpint(json_integer_value(json_object_get(list, "next")), ==,
			1);
	one = json_incref(
		json_array_get(json_object_get(list, "contracts"), 0));
	g_assert_cmpstr(text_at(one, "name"), ==, "zebra");
	g_assert_cmpstr(text_at(one, "version"), ==, "b");
	g_assert_cmpstr(text_at(one, "state"), ==, "active");
	g_assert_cmpint(json_integer_value(json_object_get(one, "block")), ==,
			3);
	reply = fake_reply_new(chain, FAKE_ANSWER_VALUE);
	rest = json_of(reply, fabric_contract_ops.list(&life->channel, 1, 10,
						       reply, NULL));
	g_assert_cmpuint(json_array_size(json_object_get(rest, "contracts")),
			 ==, 1);
	g_assert_true(json_is_null(json_object_get(rest, "next")));
	json_decref(one);
	reply = fake_reply_new(chain, FAKE_ANSWER_VALUE);
	one = json_of(reply, fabric_contract_ops.get(&life->channel,
						     TEXT("zebra"), reply,
						     NULL));
	versions = json_object_get(one, "versions");
	g_assert_cmpuint(json_array_size(versions), ==, 2);
	g_assert_cmpstr(text_at(json_array_get(versions, 0), "version"), ==,
			"1.0");
	g_assert_cmpstr(text_at(json_array_get(versions, 0), "policy"), ==,
			APPLICATION_POLICY_DEFAULT);
	g_assert_cmpstr(text_at(json_array_get(versions, 1), "policy"), ==,
			"OR('Org1MSP.peer')");
	approvals = json_object_get(json_array_get(versions, 1), "approvals");
	g_assert_cmpuint(json_array_size(approvals), ==, 3);
	for (guint i = 0; i < 3; i++)
		g_assert_true(json_is_true(json_object_get(
				      json_array_get(approvals, i),
				      "approved")) == (i < 2));
}

static void
test_get_unknown(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);

	g_assert_cmpint(fabric_contract_ops.get(&life->channel, TEXT("basic"),
						NULL, &life->err),
			==, BSN_NOT_FOUND);
	g_assert_cmpint(fabric_contract_ops.get(&life->channel,
						TEXT("_lifecycle"), NULL,
						&life->err),
			==, BSN_NOT_FOUND);
}

/* ---- checks ---- */

static int32_t
check_finds(bsn_slice code, bsn_sink *findings, bsn_err *err)
{
	static const char text[] = "[{\"rule\":\"time\",\"severity\":\"error\","
				   "\"where\":\"index.js\",\"text\":\"no\"}]";

	(void)findings->write(findings, text, strlen(text));
	return bsn_fail(err, BSN_FAULT, "it cannot be deployed");
}

static int32_t
check_passes(bsn_slice code, bsn_sink *findings, bsn_err *err)
{
	return findings->write(findings, "[]", 2);
}

/* "ok", and the first finding's rule. */
static void
must_find(Life *life, bsn_slice code, gboolean ok, const char *rule)
{
	bsn_reply *reply =
		fake_reply_new(life->channel.chain, FAKE_ANSWER_VALUE);
	g_autoptr(json_t) json = json_of(
		reply, fabric_contract_ops.check(&life->channel, code,
						 TEXT("{}"), reply, NULL));

	g_assert_cmpint(json_is_true(json_object_get(json, "ok")), ==, ok);
	g_assert_cmpstr(text_at(json_array_get(json_object_get(json,
							       "findings"),
					       0),
				"rule"),
			==, rule);
}

static void
test_check(void)
{
	g_autoptr(Life) life = life_new(FALSE, 2);
	g_autoptr(GByteArray) package = make_package("basic_1");
	bsn_runtime runtime = { .size = sizeof(runtime), .check = check_finds };

	must_find(life, TEXT("no package"), FALSE, "package");
	must_find(life, buffer_slice(package), FALSE, "type");
	life_checker = &runtime;
	must_find(life, buffer_slice(package), FALSE, "time");
	runtime.check = check_passes;
	must_find(life, buffer_slice(package), TRUE, NULL);
	life_checker = NULL;
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/contracts/deployed", GINT_TO_POINTER(FALSE),
			     test_deploy);
	g_test_add_data_func("/contracts/deployed-gm", GINT_TO_POINTER(TRUE),
			     test_deploy);
	g_test_add_func("/contracts/collections-are-kept", test_collections);
	g_test_add_func("/contracts/committed-as-approved", test_commit);
	g_test_add_func("/contracts/bad-requests", test_bad_requests);
	g_test_add_func("/contracts/listed-and-shown", test_list_and_get);
	g_test_add_func("/contracts/unknown", test_get_unknown);
	g_test_add_func("/contracts/checked", test_check);
	return g_test_run();
}
