/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes come and go, by the signatures of two organisations.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/members/agreement.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/votes.h"
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

/* The answer of a function that gives a value. */
static json_t *
value_of(FabricOpen *open,
	 int32_t (*ask)(Channel *channel, bsn_reply *reply, bsn_err *err))
{
	g_autoptr(bsn_reply) reply =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_VALUE);

	g_assert_cmpint(
		fake_asked(reply, ask(&open->channel, reply, &reply->err)), ==,
		BSN_OK);
	return json_parse(reply->json, 1 << 20, "value", NULL, NULL);
}

static char *
value_text(FabricOpen *open,
	   int32_t (*ask)(Channel *channel, bsn_reply *reply, bsn_err *err))
{
	g_autoptr(json_t) json = value_of(open, ask);

	return json_text(json);
}

/* Both organisations sign; the second one's is the change. */
static void
change_by_both(FabricOpen *open, const char *args)
{
	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, args, 0));
	g_assert_false(fabric_open_change(open, BSN_TX_MEMBER, args, 1));
}

static void
assert_refused(FabricOpen *open, const char *args, guint org, int32_t status,
	       const char *reason)
{
	g_auto(OpenChange)
		change = { .kind = BSN_TX_MEMBER, .args = args, .org = org };

	fabric_open_ask(open, &change);
	if (change.status != status)
		g_error("%d: %s", change.status, change.err.reason);
	assert_has(change.err.reason, reason);
}

static char *
roles(FabricOpen *open)
{
	GString *text = g_string_new(NULL);

	for (guint i = 0; i < open->channel.members.list->len; i++)
		g_string_append_printf(
			text, "%u",
			members_at(&open->channel.members, i)->role);
	return g_string_free(text, FALSE);
}

/* ---- two sign ---- */

static void
test_two_sign(gconstpointer data)
{
	g_autoptr(FabricOpen) open = fabric_open_new(GPOINTER_TO_INT(data));
	g_autofree char *args =
		fabric_open_member(open, 1, "observer",
				   ", \"name\": \"second\", \"address\": "
				   "\"127.0.0.1:2\"");
	g_autofree char *members = NULL;
	g_autofree char *before = NULL;
	g_autofree char *after = NULL;
	const bsn_member *member;

	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, args, 0));
	g_assert_cmpuint(open->members, ==, 0);
	before = value_text(open, members_proposals);
	assert_has(before,
		   "\"role\":\"observer\",\"name\":\"second\",\"address\":"
		   "\"127.0.0.1:2\",\"votes\":[{\"account\":\"Org1MSP\","
		   "\"weight\":1}],\"missing\":[{\"account\":\"Org2MSP\","
		   "\"weight\":1}],\"weight\":1,\"needed\":2,\"total\":2,"
		   "\"changes\":[\"/Channel/Orderer/ConsensusType\"]");
	assert_refused(open, args, 0, BSN_DUPLICATE, "signed this change");
	g_assert_false(fabric_open_change(open, BSN_TX_MEMBER, args, 1));

	g_assert_cmpuint(open->channel.config->sequence, ==, 1);
	g_assert_cmpuint(open->members, ==, 2);
	g_assert_cmpuint(open->told, ==, 3);
	g_assert_cmpuint(open->net_told, ==, 1);
	member = members_find(&open->channel,
			      bsn_slice_of(open->nodes[1], PUBLIC_KEY_LEN));
	g_assert_cmpuint(member->role, ==, BSN_ROLE_OBSERVER);
	g_assert_true(bsn_slice_equal(member->name, bsn_slice_str("second")));
	after = value_text(open, members_proposals);
	g_assert_cmpstr(after, ==, "[]");
	members = value_text(open, members_list);
	assert_has(members, "\"role\":\"consensus\",\"name\":\"first\"");
	assert_has(members, "\"role\":\"observer\",\"name\":\"second\"");
}

/* The update's id is the config's: who submitted it finds it. */
static void
test_id_stays(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *args = fabric_open_member(open, 1, "observer", "");
	g_auto(OpenChange)
		change = { .kind = BSN_TX_MEMBER, .args = args, .org = 1 };
	g_autofree char *hex = NULL;
	TxPlace place;

	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, args, 0));
	fabric_open_ask(open, &change);
	g_assert_false(change.is_vote);
	g_assert_cmpint(fabric_open_carry_out(open, &change), ==,
			TX_CODE(VALID));
	hex = hex_encode(bsn_id_slice(&change.tx_id));
	g_assert_cmpint(ledger_tx(open->channel.ledger, bsn_slice_str(hex + 2),
				  &place, NULL),
			==, BSN_OK);
	g_assert_cmpuint(place.block, ==, 2);
}

/* Both vote before either vote is on the ledger: signing again completes it. */
static void
test_votes_cross(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *args = fabric_open_member(open, 1, "observer", "");
	g_auto(OpenChange) first = { .kind = BSN_TX_MEMBER, .args = args };
	g_auto(OpenChange)
		second = { .kind = BSN_TX_MEMBER, .args = args, .org = 1 };

	fabric_open_ask(open, &first);
	fabric_open_ask(open, &second);
	g_assert_true(first.is_vote && second.is_vote);
	g_assert_cmpint(fabric_open_carry_out(open, &first), ==,
			TX_CODE(VALID));
	g_assert_cmpint(fabric_open_carry_out(open, &second), ==,
			TX_CODE(VALID));
	g_assert_cmpuint(open->channel.members.list->len, ==, 1);
	g_assert_false(fabric_open_change(open, BSN_TX_MEMBER, args, 0));
	g_assert_cmpuint(open->channel.members.list->len, ==, 2);
}

static void
test_reopened(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *args = fabric_open_member(open, 1, "observer", "");
	g_autofree char *list = NULL;

	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, args, 1));
	fabric_open_reopen(open);
	list = value_text(open, members_proposals);
	assert_has(list, "\"votes\":[{\"account\":\"Org2MSP\"");
	g_assert_false(fabric_open_change(open, BSN_TX_MEMBER, args, 0));
	fabric_open_reopen(open);
	g_assert_cmpuint(open->channel.config->sequence, ==, 1);
	g_assert_cmpuint(open->channel.members.list->len, ==, 2);
}

/* A vote for what has changed meanwhile is none any more. */
static void
test_stale_vote(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *one = fabric_open_member(open, 1, "observer", "");
	g_autofree char *other = fabric_open_member(open, 2, "observer", "");
	g_auto(OpenChange)
		late = { .kind = BSN_TX_MEMBER, .args = one, .org = 1 };
	g_autoptr(GByteArray) out = g_byte_array_new();
	g_autofree char *list = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, one, 0));
	fabric_open_ask(open, &late);
	g_assert_false(late.is_vote);
	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, other, 1));
	g_assert_false(fabric_open_change(open, BSN_TX_MEMBER, other, 0));
	g_assert_cmpint(config_from_update(&open->channel,
					   buffer_slice(late.finished), out,
					   &err),
			==, BSN_CONFLICT);
	assert_has(err.reason, "a change of it has 2");
	list = value_text(open, members_proposals);
	g_assert_cmpstr(list, ==, "[]");
}

/* ---- rules ---- */

static void
test_consensus_comes_and_goes(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *add = fabric_open_member(open, 1, "consensus", "");
	g_autofree char *forced =
		fabric_open_member(open, 1, "consensus", ", \"force\": true");
	g_autofree char *drop = fabric_open_member(open, 1, "none", "");
	g_autofree char *last = fabric_open_member(open, 0, "observer", "");
	g_autofree char *gone = fabric_open_member(open, 0, "none", "");
	g_autofree char *now_roles = NULL;

	assert_refused(open, add, 0, BSN_CONFLICT,
		       "of the 2 consensus nodes that this leaves 1 can be "
		       "reached from here, and 2 are needed");
	assert_refused(open, last, 0, BSN_CONFLICT, "last consensus node");
	assert_refused(open, gone, 0, BSN_CONFLICT, "last consensus node");
	change_by_both(open, forced);
	assert_refused(open, add, 0, BSN_CONFLICT, "consensus node already");
	open->reachable = 1;
	now_roles = roles(open);
	g_assert_cmpstr(now_roles, ==, "11");
	change_by_both(open, drop);
	g_assert_cmpuint(open->channel.members.list->len, ==, 1);
	g_assert_cmpuint(open->members, ==, 1);
	assert_refused(open, drop, 0, BSN_NOT_FOUND, "no such node");
}

static void
test_sizes(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);

	open->reachable = 3;
	for (guint i = 1; i < 4; i++) {
		g_autofree char *add =
			fabric_open_member(open, i, "consensus", "");

		if (i < 3)
			change_by_both(open, add);
		else
			assert_refused(open, add, 0, BSN_CONFLICT,
				       "does not run with 4 consensus nodes: "
				       "it has three at most");
	}
}

static void
test_strangers(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *args = fabric_open_member(open, 1, "observer", "");
	g_auto(OpenChange) client = { .kind = BSN_TX_MEMBER,
				      .args = args,
				      .signer = open->orgs->clients[0] };

	fabric_open_ask(open, &client);
	g_assert_cmpint(client.status, ==, BSN_DENIED);
	assert_has(client.err.reason, "by the policy Admins");
}

/* Written by hand: two nodes at once, other settings, none at all. */
static void
assert_follows(const Members *before, const char *settings,
	       const bsn_member *list, guint n, int32_t status)
{
	g_auto(Members) after = { .list = NULL };
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const Suite suite = { .algorithm = "ecdsa-p256" };
	bsn_err err = BSN_ERR_INIT;

	agreement_put(bytes, bsn_slice_str(settings), list, n);
	g_assert_cmpint(
		agreement_read(&suite, buffer_slice(bytes), &after, NULL), ==,
		BSN_OK);
	g_assert_cmpint(agreement_follows(services.consensuses->find("still"),
					  before, &after, &err),
			==, status);
	g_assert_cmpint(err.reason[0] != '\0', ==, status != BSN_OK);
}

static void
test_one_at_a_time(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	const Members *before = &open->channel.members;
	bsn_member list[3];

	for (guint i = 0; i < 3; i++)
		list[i] =
			(bsn_member){ .size = sizeof(list[0]),
				      .role = BSN_ROLE_CONSENSUS,
				      .public_key = bsn_slice_of(
					      open->nodes[i], PUBLIC_KEY_LEN) };
	assert_follows(before, "{}", list, 2, BSN_OK);
	assert_follows(before, "{}", list, 3, BSN_CONFLICT);
	assert_follows(before, "{}", list + 1, 1, BSN_CONFLICT);
	assert_follows(before, "{\"a\":1}", list, 1, BSN_CONFLICT);
	assert_follows(before, "{}", list, 0, BSN_CONFLICT);
	list[1].role = list[2].role = BSN_ROLE_OBSERVER;
	assert_follows(before, "{}", list, 3, BSN_OK);
}

/* ---- hostile ---- */

static void
test_hostile_args(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	static const char *const wrong[] = {
		"",
		"[]",
		"{\"public_key\": 7}",
		"{\"public_key\": \"0x00\", \"role\": \"none\"}",
		"{\"role\": \"consensus\"}",
		"{\"public_key\": \"zz\", \"role\": \"consensus\"}",
	};
	g_autofree char *role = fabric_open_member(open, 1, "sealer", "");
	g_autofree char *more =
		fabric_open_member(open, 1, "observer", ", \"x\": 1");

	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		assert_refused(open, wrong[i], 0, BSN_BAD_REQUEST, "args");
	assert_refused(open, role, 0, BSN_BAD_REQUEST, "role");
	assert_refused(open, more, 0, BSN_BAD_REQUEST, "no member \"x\"");
}

/* What comes back as state and signature may be anything. */
static void
test_hostile_states(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	static const struct {
		const char *bytes;
		gsize len;
		int32_t status;
	} states[] = {
		{ "", 0, BSN_BAD_REQUEST },
		{ "M", 1, BSN_BAD_REQUEST },
		{ "M3", 2, BSN_BAD_REQUEST },
		{ "M1", 2, BSN_BAD_REQUEST },
		{ "M1\0\0\0\1", 6, BSN_BAD_REQUEST },
		{ "M1\377\377\377\377x", 7, BSN_BAD_REQUEST },
		{ "M1\0\0\0\0x", 7, BSN_DENIED },
		{ "M2", 2, BSN_BAD_REQUEST },
		{ "M2xx", 4, BSN_BAD_REQUEST },
	};

	for (guint i = 0; i < G_N_ELEMENTS(states); i++) {
		g_autoptr(bsn_reply) reply = fake_reply_new(
			open->channel.chain, FAKE_ANSWER_SIGNABLE);
		const guint8 raw[SIGNATURE_RAW_LEN] = { 1 };

		g_assert_cmpint(
			fake_asked(reply,
				   members_sign_round(
					   &open->channel,
					   bsn_slice_of(states[i].bytes,
							states[i].len),
					   bsn_slice_of(raw, sizeof(raw)),
					   reply, &reply->err)),
			==, states[i].status);
	}
}

static void
test_wrong_signature(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *args = fabric_open_member(open, 1, "observer", "");
	g_autoptr(GByteArray) creator =
		fabric_serialize("Org1MSP", open->orgs->admins[0]);
	g_autoptr(MspIdentity) who = NULL;
	g_autoptr(bsn_reply) first =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_SIGNABLE);
	g_autoptr(bsn_reply) second =
		fake_reply_new(open->channel.chain, FAKE_ANSWER_SIGNABLE);
	const bsn_tx_request request = { .size = sizeof(request),
					 .kind = BSN_TX_MEMBER,
					 .args = bsn_slice_str(args) };
	guint8 raw[SIGNATURE_RAW_LEN];

	g_assert_cmpint(msp_manager_identify(open->channel.config->msps,
					     buffer_slice(creator), &who, NULL),
			==, BSN_OK);
	g_assert_cmpint(
		fake_asked(first, members_begin(&open->channel, &request, who,
						buffer_slice(creator), first,
						&first->err)),
		==, BSN_OK);
	fabric_open_sign(open, open->orgs->admins[1], first->signable.message,
			 raw);
	g_assert_cmpint(
		fake_asked(second,
			   members_sign_round(&open->channel,
					      first->signable.state,
					      bsn_slice_of(raw, sizeof(raw)),
					      second, &second->err)),
		==, BSN_BAD_SIGNATURE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/members/two-organisations-sign",
			     GINT_TO_POINTER(FALSE), test_two_sign);
	g_test_add_data_func("/fabric/members/two-organisations-sign-by-sm2",
			     GINT_TO_POINTER(TRUE), test_two_sign);
	g_test_add_func("/fabric/members/an-update-keeps-its-id",
			test_id_stays);
	g_test_add_func("/fabric/members/votes-that-cross-are-completed",
			test_votes_cross);
	g_test_add_func("/fabric/members/votes-and-nodes-are-there-again",
			test_reopened);
	g_test_add_func("/fabric/members/a-vote-for-another-version-is-none",
			test_stale_vote);
	g_test_add_func("/fabric/members/consensus-nodes-come-and-go",
			test_consensus_comes_and_goes);
	g_test_add_func("/fabric/members/consensus-says-how-many", test_sizes);
	g_test_add_func("/fabric/members/who-does-not-count-is-told",
			test_strangers);
	g_test_add_func("/fabric/members/one-consensus-node-at-a-time",
			test_one_at_a_time);
	g_test_add_func("/fabric/members/wrong-arguments-are-refused",
			test_hostile_args);
	g_test_add_func("/fabric/members/wrong-states-are-refused",
			test_hostile_states);
	g_test_add_func("/fabric/members/the-signature-is-the-creators",
			test_wrong_signature);
	return g_test_run();
}
