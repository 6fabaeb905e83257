/* SPDX-License-Identifier: Apache-2.0
 *
 * Committee, operators, permissions, frozen accounts, names and their
 * releases: as transactions of a chain, on two nodes that must agree.
 */
#include <string.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fisco-chain.h"
#include "tests/unit/manual-consensus.h"

#define CNS "0x1004"
#define PERMISSION "0x1005"
#define LIFE_CYCLE "0x1007"
#define GOVERNANCE "0x1008"

typedef struct {
	FiscoChain *chain;
	bsn_agreement *agreement;
} Node;

static Node one, two;
static Account alice, bob, carol;
static char *alice_hex, *bob_hex, *carol_hex;

/* ---- two nodes ---------------------------------------------------------- */

static void
decide(const Node *node, const GByteArray *proposal)
{
	bsn_err err = BSN_ERR_INIT;

	if (node->agreement->proposer->decide(
		    node->agreement->proposer, fisco_height(node->chain) + 1,
		    buffer_slice(proposal), bsn_slice_str("certificate"),
		    &err) != BSN_OK)
		g_error("%s", err.reason);
	fake_host_settle();
}

/* What waits at a node becomes a block of both. */
static void
agree_from(const Node *from, const Node *other)
{
	g_autoptr(GByteArray) proposal = g_byte_array_new();
	BufferSink sink = buffer_sink(proposal, 64u << 20);
	guint64 next = fisco_height(from->chain) + 1;
	bsn_proposer *proposer = from->agreement->proposer;
	bsn_err err = BSN_ERR_INIT;
	bsn_id proposed, checked;

	g_assert_cmpint(proposer->propose(proposer, next, &sink.sink,
					  &proposed), ==, BSN_OK);
	proposer = other->agreement->proposer;
	if (proposer->check(proposer, next, buffer_slice(proposal), &checked,
			    &err) != BSN_OK)
		g_error("%s", err.reason);
	assert_bytes(proposed.bytes, proposed.len, checked.bytes, checked.len);
	decide(other, proposal);
	decide(from, proposal);
}

static void
agree(void)
{
	agree_from(&one, &two);
}

/* "0x.." of an account. */
static char *
address_of(const Account *account)
{
	bsn_tx_request request =
		fisco_invoke(account, "probe", "pair", NULL, NULL);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(json_t) json =
		fisco_call(one.chain, &request, &status, &err);

	if (json == NULL)
		g_error("%s", err.reason);
	return g_strdup(json_string_value(json_array_get(
		json_object_get(json, "result"), 1)));
}

static bsn_reply *
send(const Account *account, const bsn_tx_request *request)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(GByteArray) tx =
		fisco_build(one.chain, account, request, &status, &err);

	if (tx == NULL)
		g_error("%s", err.reason);
	return fisco_submit(one.chain, tx);
}

static bsn_reply *
send_invoke(const Account *account, const char *contract,
	    const char *function, const char *args)
{
	bsn_tx_request request =
		fisco_invoke(account, contract, function, args, NULL);

	return send(account, &request);
}

static void
assert_committed(bsn_reply *reply)
{
	g_assert_cmpstr(reply->err.reason, ==, "");
	if (reply->tx.stage != BSN_TX_COMMITTED)
		g_error("%.*s", (int)reply->tx.detail.len,
			(const char *)reply->tx.detail.data);
	fake_reply_free(reply);
}

static void
assert_invalid(bsn_reply *reply, int32_t native)
{
	g_assert_cmpint(reply->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(reply->tx.native, ==, native);
	fake_reply_free(reply);
}

/* A transaction in a block of its own; the int256 that it gave back. */
static gint64
invoke(const Account *account, const char *contract, const char *function,
       const char *args)
{
	bsn_reply *reply = send_invoke(account, contract, function, args);
	g_autoptr(json_t) detail = NULL;
	const json_t *result;
	gint64 number;

	agree();
	detail = fisco_json(reply->tx.detail);
	result = json_object_get(detail, "result");
	if (result == NULL || json_is_null(result))
		g_error("%s(%s) ended with %.*s", function, args,
			(int)reply->tx.detail.len,
			(const char *)reply->tx.detail.data);
	number = json_is_string(result)
			 ? g_ascii_strtoll(json_string_value(result), NULL, 10)
			 : json_integer_value(result);
	assert_committed(reply);
	return number;
}

/* The same with one address as its argument. */
static gint64
govern(const Account *account, const char *function, const char *user)
{
	g_autofree char *args = g_strdup_printf("[\"%s\"]", user);

	return invoke(account, GOVERNANCE, function, args);
}

/* What a read-only call of an account gives. */
static json_t *
ask_as(const Account *account, const char *contract, const char *function,
       const char *args)
{
	bsn_tx_request request =
		fisco_invoke(account, contract, function, args, NULL);
	bsn_err err = BSN_ERR_INIT;
	int32_t status;
	g_autoptr(json_t) json =
		fisco_call(two.chain, &request, &status, &err);

	if (json == NULL)
		g_error("%s: %s", function, err.reason);
	return json_incref(json_object_get(json, "result"));
}

/* JSON text that a contract of the engine gives, parsed. */
static json_t *
ask_json(const char *contract, const char *function, const char *args)
{
	g_autoptr(json_t) text = ask_as(NULL, contract, function, args);
	json_t *json;

	g_assert_true(json_is_string(text));
	json = json_loads(json_string_value(text), 0, NULL);
	g_assert_nonnull(json);
	return json;
}

static gsize
count_of(const char *contract, const char *function, const char *args)
{
	g_autoptr(json_t) json = ask_json(contract, function, args);

	return json_array_size(json);
}

/* ---- contracts ---------------------------------------------------------- */

/* Deploys; the reply is settled. */
static bsn_reply *
try_deploy(const Account *account, const char *name, const char *version,
	   const char *grey)
{
	g_autofree char *options = NULL;
	bsn_tx_request request = fisco_deploy(account, name, version, &options);
	g_autoptr(json_t) json = json_loads(options, 0, NULL);
	g_autofree char *all = NULL;
	bsn_err err = BSN_ERR_INIT;
	g_autoptr(GByteArray) tx = NULL;
	bsn_reply *reply;
	int32_t status;
	char *text;

	if (grey != NULL)
		json_object_set_new(json, "grey", json_loads(grey, 0, NULL));
	text = json_dumps(json, 0);
	all = g_strdup(text);
	free(text);
	request.options = bsn_slice_str(all);
	tx = fisco_build(one.chain, account, &request, &status, &err);
	if (tx == NULL)
		return NULL;
	reply = fisco_submit(one.chain, tx);
	agree();
	return reply;
}

/* Its address. */
static char *
deploy(const Account *account, const char *name, const char *version,
       const char *grey)
{
	bsn_reply *reply = try_deploy(account, name, version, grey);
	g_autoptr(json_t) detail = NULL;
	char *address;

	g_assert_nonnull(reply);
	detail = fisco_json(reply->tx.detail);
	address = g_strdup(json_string_value(
		json_object_get(detail, "contractAddress")));
	assert_committed(reply);
	return address;
}

static void
start_with(const char *config)
{
	g_autofree char *probe = NULL;

	fisco_reset(2);
	manual_consensus_add();
	one.chain = fisco_new("one", config);
	one.agreement = manual_last();
	two.chain = fisco_copy(one.chain, "two");
	two.agreement = manual_last();
	alice = fisco_account(one.chain, 1);
	bob = fisco_account(one.chain, 2);
	carol = fisco_account(one.chain, 3);
	probe = deploy(&alice, "probe", NULL, NULL);
	alice_hex = address_of(&alice);
	bob_hex = address_of(&bob);
	carol_hex = address_of(&carol);
}

static void
start(const char *crypto)
{
	g_autofree char *config = g_strdup_printf(
		"{\"crypto\":\"%s\",\"consensus\":{\"name\":\"manual\"}}",
		crypto);

	start_with(config);
}

static void
stop(void)
{
	g_clear_pointer(&alice_hex, g_free);
	g_clear_pointer(&bob_hex, g_free);
	g_clear_pointer(&carol_hex, g_free);
	fisco_free(one.chain);
	fisco_free(two.chain);
}

static void
reopen(Node *node)
{
	fake_chain_close(node->chain->chain);
	fisco_reopen(node->chain);
	node->agreement = manual_last();
}

/* ---- the committee ------------------------------------------------------ */

static void
test_votes(gconstpointer crypto)
{
	start(crypto);
	g_assert_cmpint(govern(&alice, "grantOperator", bob_hex), ==, -52002);
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", alice_hex), ==,
			1);
	g_assert_cmpint(govern(&bob, "grantCommitteeMember", bob_hex), ==,
			-52002);
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", alice_hex), ==,
			-52000);
	/* All of one vote; then half is not more than half. */
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", bob_hex), ==,
			1);
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", carol_hex), ==,
			0);
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", carol_hex), ==,
			0);
	g_assert_cmpint(govern(&bob, "grantCommitteeMember", carol_hex), ==,
			1);
	g_assert_cmpuint(count_of(GOVERNANCE, "listCommitteeMembers", "[]"),
			 ==, 3);
	g_assert_cmpint(govern(&alice, "revokeCommitteeMember", carol_hex),
			==, 0);
	g_assert_cmpint(govern(&carol, "revokeCommitteeMember", carol_hex),
			==, 1);
	g_assert_cmpint(govern(&alice, "revokeCommitteeMember", carol_hex),
			==, -52001);
	stop();
}

static gint64
set_weight(const Account *account, const char *user, gint64 weight)
{
	g_autofree char *args = g_strdup_printf(
		"[\"%s\", %" G_GINT64_FORMAT "]", user, weight);

	return invoke(account, GOVERNANCE, "updateCommitteeMemberWeight",
		      args);
}

static void
test_weights_and_threshold(void)
{
	g_autofree char *args = NULL;
	g_autoptr(json_t) votes = NULL;

	start("std");
	govern(&alice, "grantCommitteeMember", alice_hex);
	govern(&alice, "grantCommitteeMember", bob_hex);
	g_assert_cmpint(set_weight(&carol, alice_hex, 2), ==, -52002);
	g_assert_cmpint(set_weight(&alice, carol_hex, 2), ==, -52001);
	g_assert_cmpint(set_weight(&alice, alice_hex, 1), ==, -52012);
	g_assert_cmpint(set_weight(&alice, alice_hex, 0), ==, -51102);
	g_assert_cmpint(set_weight(&alice, alice_hex, -1), ==, -51102);
	g_assert_cmpint(set_weight(&alice, alice_hex, 2), ==, 0);
	args = g_strdup_printf("[\"%s\"]", alice_hex);
	votes = ask_json(GOVERNANCE, "queryVotesOfMember", args);
	g_assert_cmpuint(json_array_size(json_object_get(votes,
							 "update_weight")),
			 ==, 1);
	g_assert_cmpint(set_weight(&bob, alice_hex, 2), ==, 1);
	/* Two thirds is more than half: alice alone decides now. */
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", carol_hex), ==,
			1);
	g_assert_cmpint(invoke(&carol, GOVERNANCE, "updateThreshold", "[24]"),
			==, 0);
	g_assert_cmpint(invoke(&alice, GOVERNANCE, "updateThreshold",
			       "[100]"), ==, -52003);
	g_assert_cmpint(invoke(&alice, GOVERNANCE, "updateThreshold",
			       "[-1]"), ==, -52003);
	g_assert_cmpint(invoke(&alice, GOVERNANCE, "updateThreshold",
			       "[50]"), ==, -52012);
	/* Carol's vote still counts: three of four. */
	g_assert_cmpint(invoke(&alice, GOVERNANCE, "updateThreshold",
			       "[24]"), ==, 1);
	/* One of four is more than 24 percent. */
	g_assert_cmpint(govern(&bob, "revokeCommitteeMember", carol_hex), ==,
			1);
	stop();
}

static void
test_last_member(void)
{
	start("std");
	govern(&alice, "grantCommitteeMember", alice_hex);
	g_assert_cmpint(govern(&alice, "revokeCommitteeMember", alice_hex),
			==, -52002);
	govern(&alice, "grantCommitteeMember", bob_hex);
	g_assert_cmpint(govern(&alice, "revokeCommitteeMember", alice_hex),
			==, 0);
	g_assert_cmpint(govern(&bob, "revokeCommitteeMember", alice_hex), ==,
			1);
	g_assert_cmpint(govern(&alice, "grantOperator", carol_hex), ==,
			-52002);
	stop();
}

static void
test_exclusive(void)
{
	g_autofree char *args = NULL;

	start("std");
	govern(&alice, "grantCommitteeMember", alice_hex);
	g_assert_cmpint(govern(&alice, "grantOperator", alice_hex), ==,
			-52005);
	g_assert_cmpint(govern(&alice, "grantOperator", bob_hex), ==, 1);
	g_assert_cmpint(govern(&alice, "grantOperator", bob_hex), ==, -52006);
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", bob_hex), ==,
			-52004);
	args = g_strdup_printf("[\"_sys_tables_\", \"%s\"]", alice_hex);
	g_assert_cmpint(invoke(&alice, PERMISSION, "insert", args), ==,
			-52005);
	g_assert_cmpint(govern(&alice, "revokeOperator", bob_hex), ==, 1);
	g_assert_cmpint(govern(&alice, "revokeOperator", bob_hex), ==,
			-52007);
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", bob_hex), ==,
			1);
	stop();
}

static void
test_genesis_committee(void)
{
	g_autofree char *config = NULL;
	g_autofree char *args = NULL;
	g_autoptr(json_t) weight = NULL;
	Account first;

	start("std");
	first = alice;
	config = g_strdup_printf(
		"{\"crypto\":\"std\",\"consensus\":{\"name\":\"manual\"},"
		"\"governance\":{\"committee\":[\"%s\",{\"address\":\"%s\","
		"\"weight\":3}]}}",
		alice_hex, bob_hex);
	stop();
	start_with(config);
	assert_bytes(first.public_key, sizeof(first.public_key),
		     alice.public_key, sizeof(alice.public_key));
	args = g_strdup_printf("[\"%s\"]", bob_hex);
	weight = ask_as(NULL, GOVERNANCE, "queryCommitteeMemberWeight", args);
	g_assert_nonnull(weight);
	g_assert_cmpint(govern(&carol, "grantCommitteeMember", carol_hex), ==,
			-52002);
	g_assert_cmpint(govern(&alice, "grantCommitteeMember", carol_hex), ==,
			0);
	g_assert_cmpint(govern(&bob, "grantCommitteeMember", carol_hex), ==,
			1);
	stop();
}

/* ---- permissions -------------------------------------------------------- */

static void
test_deploy(gconstpointer crypto)
{
	g_autofree char *mine = NULL;
	bsn_reply *reply;

	start(crypto);
	govern(&alice, "grantCommitteeMember", alice_hex);
	govern(&alice, "grantOperator", bob_hex);
	mine = deploy(&bob, "by-bob", NULL, NULL);
	/* Told before anything is signed; and in the block where it came
	 * before the right was taken. */
	g_assert_null(try_deploy(&carol, "by-carol", NULL, NULL));
	govern(&alice, "revokeOperator", bob_hex);
	reply = try_deploy(&carol, "open", NULL, NULL);
	g_assert_nonnull(reply);
	assert_committed(reply);
	stop();
}

static gint64
permit(const Account *account, const char *function, const char *table,
       const char *user)
{
	g_autofree char *args =
		g_strdup_printf("[\"%s\", \"%s\"]", table, user);

	return invoke(account, PERMISSION, function, args);
}

static void
test_tables(void)
{
	g_autoptr(json_t) described = NULL;

	start("std");
	g_assert_cmpint(permit(&alice, "insert", "_sys_config_", alice_hex),
			==, 1);
	g_assert_cmpint(permit(&alice, "insert", "_sys_config_", alice_hex),
			==, -51000);
	g_assert_cmpint(permit(&alice, "remove", "_sys_config_", bob_hex), ==,
			-51001);
	g_assert_cmpint(invoke(&bob, "0x1000", "setValueByKey",
			       "[\"tx_count_limit\", \"500\"]"), ==, -50000);
	g_assert_cmpint(invoke(&alice, "0x1000", "setValueByKey",
			       "[\"tx_count_limit\", \"500\"]"), ==, 1);
	g_assert_cmpuint(count_of(PERMISSION, "queryByName",
				  "[\"_sys_config_\"]"), ==, 1);
	g_assert_cmpint(permit(&alice, "remove", "_sys_config_", alice_hex),
			==, 1);
	/* A function of another contract whose results are no int256. */
	g_assert_cmpint(invoke(&alice, "0x1001", "createTable",
			       "[\"t_user\", \"name\", \"age\"]"), ==, 0);
	described = ask_as(NULL, "0x1002", "desc", "[\"t_user\"]");
	g_assert_cmpstr(json_string_value(json_array_get(described, 0)), ==,
			"name");
	g_assert_cmpint(permit(&alice, "insert", "t_user", "nobody"), ==,
			-50102);
	g_assert_cmpint(permit(&alice, "insert", "", alice_hex), ==, -51002);
	g_assert_cmpint(permit(&alice, "insert", "_sys_table_access_",
			       alice_hex), ==, -51004);
	govern(&alice, "grantCommitteeMember", alice_hex);
	g_assert_cmpint(permit(&alice, "insert", "_sys_consensus_", bob_hex),
			==, -51004);
	g_assert_cmpint(permit(&bob, "insert", "t_user", bob_hex), ==,
			-50000);
	g_assert_cmpint(permit(&alice, "insert", "t_user", bob_hex), ==, 1);
	stop();
}

/* grantWrite and the like: a contract, maybe a function, an account. */
static gint64
allow(const Account *account, const char *function, const char *contract,
      const char *signature, const char *user)
{
	g_autofree char *middle =
		signature != NULL ? g_strdup_printf("\"%s\", ", signature)
				  : g_strdup("");
	g_autofree char *args = g_strdup_printf("[\"%s\", %s\"%s\"]", contract,
						middle, user);

	return invoke(account, PERMISSION, function, args);
}

#define DEPOSIT "deposit(bytes32,string)"

static bsn_reply *
send_deposit(const Account *account, const char *contract, guint id)
{
	g_autofree char *args =
		g_strdup_printf("[\"0x%064x\", \"text\"]", id);

	return send_invoke(account, contract, "deposit", args);
}

static bsn_reply *
send_forward(const Account *account, const char *by, const char *to, guint id)
{
	g_autofree char *args = g_strdup_printf(
		"[\"%s\", \"0x%064x\", \"text\"]", to, id);

	return send_invoke(account, by, "forward", args);
}

static void
test_calls(gconstpointer crypto)
{
	g_autofree char *target = NULL;
	g_autofree char *between = NULL;
	g_autoptr(json_t) read = NULL;
	bsn_reply *replies[4];

	start(crypto);
	target = deploy(&alice, "target", NULL, NULL);
	between = deploy(&bob, "between", NULL, NULL);
	g_assert_cmpint(allow(&bob, "grantWrite", target, NULL, bob_hex), ==,
			-50000);
	g_assert_cmpint(allow(&alice, "grantWrite", carol_hex, NULL, bob_hex),
			==, -51003);
	g_assert_cmpint(allow(&alice, "grantWrite", target, NULL, alice_hex),
			==, 1);
	g_assert_cmpint(allow(&alice, "grantFunction", target, DEPOSIT,
			      bob_hex), ==, 1);
	/* The function's list decides alone, for inner calls by who signed. */
	replies[0] = send_deposit(&bob, "target", 1);
	replies[1] = send_deposit(&alice, "target", 2);
	replies[2] = send_forward(&alice, "between", target, 3);
	replies[3] = send_forward(&bob, "between", target, 4);
	agree();
	assert_committed(replies[0]);
	assert_invalid(replies[1], 19);
	assert_invalid(replies[2], 22);
	assert_committed(replies[3]);
	/* Reading is everyone's. */
	read = ask_as(&carol, "target", "title", "[]");
	g_assert_nonnull(read);
	g_assert_cmpint(allow(&alice, "revokeFunction", target, DEPOSIT,
			      bob_hex), ==, 1);
	replies[0] = send_deposit(&bob, "target", 5);
	replies[1] = send_deposit(&alice, "target", 6);
	agree();
	assert_invalid(replies[0], 19);
	assert_committed(replies[1]);
	g_assert_cmpint(allow(&alice, "revokeWrite", target, NULL, alice_hex),
			==, 1);
	replies[0] = send_deposit(&bob, "target", 7);
	agree();
	assert_committed(replies[0]);
	stop();
}

/* ---- accounts ----------------------------------------------------------- */

static void
test_frozen_account(gconstpointer crypto)
{
	g_autofree char *mine = NULL;
	g_autofree char *args = NULL;
	bsn_reply *freeze, *late, *refused;

	start(crypto);
	mine = deploy(&bob, "by-bob", NULL, NULL);
	g_assert_cmpint(govern(&alice, "freezeAccount", bob_hex), ==, -52002);
	govern(&alice, "grantCommitteeMember", alice_hex);
	g_assert_cmpint(govern(&alice, "freezeAccount", alice_hex), ==,
			-52002);
	g_assert_cmpint(govern(&alice, "freezeAccount", mine), ==, -52009);
	g_assert_cmpint(govern(&alice, "unfreezeAccount", bob_hex), ==,
			-52010);
	/* One that was in the pool by then ends in the block. */
	args = g_strdup_printf("[\"%s\"]", bob_hex);
	freeze = send_invoke(&alice, GOVERNANCE, "freezeAccount", args);
	late = send_deposit(&bob, "by-bob", 1);
	agree();
	assert_committed(freeze);
	assert_invalid(late, 31);
	g_assert_cmpint(govern(&alice, "freezeAccount", bob_hex), ==, -52011);
	/* At the door. */
	refused = send_deposit(&bob, "by-bob", 2);
	g_assert_cmpint(refused->err.native, ==, 31);
	fake_reply_free(refused);
	/* What it deployed goes on; a restart changes nothing. */
	reopen(&one);
	g_assert_cmpint(invoke(&carol, "by-bob", "deposit",
			       "[\"0x0000000000000000000000000000000000000000"
			       "000000000000000000000003\", \"text\"]"), ==, 1);
	refused = send_deposit(&bob, "by-bob", 4);
	g_assert_cmpint(refused->err.native, ==, 31);
	fake_reply_free(refused);
	g_assert_cmpint(govern(&alice, "unfreezeAccount", bob_hex), ==, 1);
	late = send_deposit(&bob, "by-bob", 5);
	agree();
	assert_committed(late);
	stop();
}

/* ---- life cycle --------------------------------------------------------- */

static gint64
life(const Account *account, const char *function, const char *contract,
     const char *user)
{
	g_autofree char *args =
		user != NULL ? g_strdup_printf("[\"%s\", \"%s\"]", contract,
					       user)
			     : g_strdup_printf("[\"%s\"]", contract);

	return invoke(account, LIFE_CYCLE, function, args);
}

static void
test_life_cycle(gconstpointer crypto)
{
	g_autofree char *target = NULL;
	bsn_tx_request request;
	bsn_reply *reply;

	start(crypto);
	target = deploy(&alice, "target", NULL, NULL);
	g_assert_cmpint(life(&bob, "freeze", target, NULL), ==, -51905);
	g_assert_cmpint(life(&alice, "freeze", carol_hex, NULL), ==, -51904);
	g_assert_cmpint(life(&alice, "unfreeze", target, NULL), ==, -51901);
	g_assert_cmpint(life(&alice, "grantManager", target, bob_hex), ==, 1);
	g_assert_cmpint(life(&alice, "grantManager", target, bob_hex), ==,
			-51902);
	g_assert_cmpint(life(&bob, "freeze", target, NULL), ==, 1);
	g_assert_cmpint(life(&bob, "freeze", target, NULL), ==, -51900);
	/* The request of kind unfreeze is about the same state. */
	request = fisco_of_kind(BSN_TX_UNFREEZE, &alice, "target");
	reply = send(&alice, &request);
	agree();
	assert_committed(reply);
	g_assert_cmpint(life(&bob, "unfreeze", target, NULL), ==, -51901);
	g_assert_cmpint(life(&bob, "revokeManager", target, alice_hex), ==, 1);
	g_assert_cmpint(life(&bob, "revokeManager", target, alice_hex), ==,
			-51906);
	g_assert_cmpint(life(&bob, "revokeManager", target, bob_hex), ==,
			-51907);
	g_assert_cmpint(life(&alice, "freeze", target, NULL), ==, -51905);
	stop();
}

/* ---- names -------------------------------------------------------------- */

static gint64
enter(const Account *account, const char *name, const char *version,
      const char *address)
{
	g_autofree char *args =
		g_strdup_printf("[\"%s\", \"%s\", \"%s\", \"[]\"]", name,
				version, address);

	return invoke(account, CNS, "insert", args);
}

static char *
resolve(const Account *account, const char *name, const char *version)
{
	g_autofree char *args =
		g_strdup_printf("[\"%s\", \"%s\"]", name, version);
	g_autoptr(json_t) address =
		ask_as(account, CNS, "getContractAddress", args);

	return g_strdup(json_string_value(address));
}

static void
assert_resolves(const Account *account, const char *name, const char *version,
		const char *want)
{
	g_autofree char *got = resolve(account, name, version);

	g_assert_cmpstr(got, ==, want);
}

static void
test_names(gconstpointer crypto)
{
	g_autofree char *first = NULL;
	g_autofree char *other = NULL;
	g_autoptr(json_t) found = NULL;
	g_autofree char *long_version = g_strnfill(129, 'v');

	start(crypto);
	first = deploy(&alice, "token", "1.0", NULL);
	other = deploy(&alice, "", NULL, NULL);
	/* What was deployed by name is an entry, and the other way round. */
	g_assert_cmpuint(count_of(CNS, "selectByName", "[\"token\"]"), ==, 1);
	g_assert_cmpint(enter(&alice, "token", "1.0", other), ==, -51200);
	g_assert_cmpint(enter(&bob, "token", "2.0", other), ==, -50000);
	g_assert_cmpint(enter(&alice, "token", "2.0", other), ==, 1);
	g_assert_cmpint(enter(&alice, "token", long_version, other), ==,
			-51201);
	g_assert_cmpint(enter(&alice, "token", "3.0", "nowhere"), ==, -51202);
	assert_resolves(NULL, "token", "", other);
	assert_resolves(NULL, "token", "1.0", first);
	assert_resolves(NULL, "token", "9.0",
			"0x0000000000000000000000000000000000000000");
	found = ask_json(CNS, "selectByNameAndVersion",
			 "[\"token\", \"2.0\"]");
	g_assert_cmpuint(json_array_size(found), ==, 1);
	g_assert_cmpstr(json_string_value(json_object_get(
				json_array_get(found, 0), "address")),
			==, other);
	stop();
}

static void
test_grey_share(gconstpointer crypto)
{
	g_autofree char *old = NULL;
	g_autofree char *new = NULL;
	guint n = 0;

	start(crypto);
	old = deploy(&alice, "token", "1.0", NULL);
	g_assert_null(try_deploy(&alice, "fresh", "1.0", "{\"percent\":10}"));
	new = deploy(&alice, "token", "2.0", "{\"percent\":30}");
	for (guint i = 1; i <= 200; i++) {
		Account account = fisco_account(one.chain, (guint8)i);
		g_autofree char *got = resolve(&account, "token", "");
		g_autofree char *again = resolve(&account, "token", "");

		g_assert_cmpstr(got, ==, again);
		g_assert_true(strcmp(got, old) == 0 || strcmp(got, new) == 0);
		n += strcmp(got, new) == 0 ? 1 : 0;
	}
	/* 60 are expected; 5 standard deviations either way. */
	g_assert_cmpuint(n, >, 27);
	g_assert_cmpuint(n, <, 93);
	assert_resolves(NULL, "token", "2.0", new);
	g_assert_cmpint(invoke(&alice, CNS, "grey", "[\"token\", 100, []]"),
			==, 1);
	assert_resolves(&carol, "token", "", new);
	g_assert_cmpint(invoke(&alice, CNS, "rollback", "[\"token\"]"), ==,
			1);
	assert_resolves(&carol, "token", "", old);
	g_assert_cmpint(invoke(&alice, CNS, "promote", "[\"token@2.0\"]"), ==,
			1);
	assert_resolves(&carol, "token", "", new);
	g_assert_cmpint(invoke(&alice, CNS, "rollback", "[\"token\"]"), ==,
			1);
	assert_resolves(&carol, "token", "", old);
	stop();
}

static void
test_grey_callers(void)
{
	g_autofree char *old = NULL;
	g_autofree char *new = NULL;
	g_autofree char *grey = NULL;
	g_autoptr(json_t) total = NULL;
	bsn_reply *reply;

	start("std");
	old = deploy(&alice, "token", "1.0", NULL);
	grey = g_strdup_printf("{\"callers\":[\"%s\"]}", bob_hex);
	new = deploy(&alice, "token", "2.0", grey);
	assert_resolves(&bob, "token", "", new);
	assert_resolves(&carol, "token", "", old);
	/* A transaction by name goes where its signer's version is. */
	reply = send_deposit(&bob, "token", 1);
	agree();
	assert_committed(reply);
	total = ask_as(NULL, "token@2.0", "total", "[]");
	g_assert_cmpstr(json_string_value(total), ==, "1");
	/* Nobody else may move the name. */
	reply = send_invoke(&bob, CNS, "promote", "[\"token\"]");
	agree();
	assert_invalid(reply, 21);
	reopen(&one);
	reopen(&two);
	assert_resolves(&bob, "token", "", new);
	assert_resolves(&carol, "token", "", old);
	g_assert_cmpint(invoke(&alice, CNS, "promote", "[\"token\"]"), ==, 1);
	assert_resolves(&carol, "token", "", new);
	reply = send_invoke(&alice, CNS, "promote", "[\"token\"]");
	agree();
	assert_invalid(reply, 21);
	stop();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fisco-governance/std/committee-votes", "std",
			     test_votes);
	g_test_add_data_func("/fisco-governance/sm/committee-votes", "sm",
			     test_votes);
	g_test_add_func("/fisco-governance/weights-and-threshold-decide",
			test_weights_and_threshold);
	g_test_add_func("/fisco-governance/the-last-member-stays",
			test_last_member);
	g_test_add_func("/fisco-governance/nobody-is-member-and-operator",
			test_exclusive);
	g_test_add_func("/fisco-governance/a-chain-begins-with-a-committee",
			test_genesis_committee);
	g_test_add_data_func("/fisco-governance/std/operators-deploy", "std",
			     test_deploy);
	g_test_add_data_func("/fisco-governance/sm/operators-deploy", "sm",
			     test_deploy);
	g_test_add_func("/fisco-governance/tables-have-lists", test_tables);
	g_test_add_data_func("/fisco-governance/std/calls-have-lists", "std",
			     test_calls);
	g_test_add_data_func("/fisco-governance/sm/calls-have-lists", "sm",
			     test_calls);
	g_test_add_data_func("/fisco-governance/std/frozen-accounts", "std",
			     test_frozen_account);
	g_test_add_data_func("/fisco-governance/sm/frozen-accounts", "sm",
			     test_frozen_account);
	g_test_add_data_func("/fisco-governance/std/managers-freeze", "std",
			     test_life_cycle);
	g_test_add_data_func("/fisco-governance/sm/managers-freeze", "sm",
			     test_life_cycle);
	g_test_add_data_func("/fisco-governance/std/names", "std", test_names);
	g_test_add_data_func("/fisco-governance/sm/names", "sm", test_names);
	g_test_add_data_func("/fisco-governance/std/a-share-gets-the-candidate",
			     "std", test_grey_share);
	g_test_add_data_func("/fisco-governance/sm/a-share-gets-the-candidate",
			     "sm", test_grey_share);
	g_test_add_func("/fisco-governance/named-callers-get-the-candidate",
			test_grey_callers);
	return g_test_run();
}
