/* SPDX-License-Identifier: Apache-2.0
 *
 * Votes on the ledger: nobody makes one up, replaces another's, or writes
 * anything else where they stand. And config transactions in blocks.
 */
#include <string.h>

#include "orderer/configuration.pb-c.h"
#include "plugins/engine-fabric/channel/change.h"
#include "plugins/engine-fabric/channel/compute.h"
#include "plugins/engine-fabric/channel/group.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/payload.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/members/votes.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-open.h"

static void
assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL)
		g_error("\"%s\" is not in \"%s\"", part, text);
}

static void
ask(FabricOpen *open, OpenChange *change)
{
	fabric_open_ask(open, change);
	if (change->status != BSN_OK)
		g_error("%s", change->err.reason);
}

static guint
count_votes(FabricOpen *open)
{
	g_auto(Votes) votes = { .list = NULL };

	g_assert_cmpint(
		votes_load(&open->channel, bsn_slice_of(NULL, 0), &votes, NULL),
		==, BSN_OK);
	return votes.list->len;
}

/* ---- what a transaction may write ---- */

/* Writes in _config, each "key=value"; its code. */
static TxCode
write_there(FabricOpen *open, const Issued *creator, const Issued *endorser,
	    guint endorser_org, const char *const *keys, const char *called)
{
	g_autoptr(Simulator) simulator = simulator_new(open->channel.ledger);
	g_autoptr(GByteArray) results = g_byte_array_new();
	g_autoptr(GByteArray) envelope = NULL;
	OpenTx tx = { .creator = creator,
		      .endorser = endorser,
		      .endorser_org = endorser_org,
		      .chaincode = called };

	for (; *keys != NULL; keys++)
		g_assert_cmpint(simulator_put(simulator,
					      bsn_slice_str(VOTES_NAME),
					      bsn_slice_str(*keys),
					      bsn_slice_str("junk"), NULL),
				==, BSN_OK);
	simulator_finish(simulator, results);
	tx.results = buffer_slice(results);
	envelope = fabric_open_tx(open, &tx);
	return fabric_open_commit(open, buffer_slice(envelope));
}

static char *
key_of(const FabricOpen *open, guint org, const Issued *who)
{
	g_autoptr(GByteArray) bytes = fabric_serialize(fabric_org_id(org), who);
	g_autoptr(MspIdentity) identity = NULL;
	GString *key = g_string_new(fabric_org_id(org));

	g_assert_cmpint(msp_manager_identify(open->channel.config->msps,
					     buffer_slice(bytes), &identity,
					     NULL),
			==, BSN_OK);
	g_string_append_c(key, '.');
	for (guint i = 0; i < HASH_LEN; i++)
		g_string_append_printf(key, "%02x", identity->id[i]);
	return g_string_free(key, FALSE);
}

static void
test_own_entry(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	const FabricOrgs *orgs = open->orgs;
	g_autofree char *own = key_of(open, 0, orgs->clients[0]);
	g_autofree char *others = key_of(open, 1, orgs->admins[1]);
	const char *const mine[] = { own, NULL };
	const char *const foreign[] = { others, NULL };
	const char *const both[] = { own, others, NULL };
	const char *const none[] = { NULL };

	g_assert_cmpint(
		write_there(open, orgs->clients[0], NULL, 0, mine, VOTES_NAME),
		==, TX_CODE(VALID));
	g_assert_cmpint(
		write_there(open, orgs->clients[0], NULL, 0, none, VOTES_NAME),
		==, TX_CODE(VALID));
	g_assert_cmpint(write_there(open, orgs->clients[0], NULL, 0, foreign,
				    VOTES_NAME),
			==, TX_CODE(ILLEGAL_WRITESET));
	g_assert_cmpint(
		write_there(open, orgs->clients[0], NULL, 0, both, VOTES_NAME),
		==, TX_CODE(ILLEGAL_WRITESET));
	/* Nor by the way of another chaincode. */
	g_assert_cmpint(
		write_there(open, orgs->clients[0], NULL, 0, foreign, "basic"),
		==, TX_CODE(ILLEGAL_WRITESET));
	/* A peer's word, of any organisation, and of nobody else. */
	g_assert_cmpint(write_there(open, orgs->clients[0], orgs->peers[1], 1,
				    mine, VOTES_NAME),
			==, TX_CODE(VALID));
	g_assert_cmpint(write_there(open, orgs->clients[0], orgs->clients[1], 1,
				    mine, VOTES_NAME),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	g_assert_cmpint(write_there(open, orgs->clients[0], orgs->peers[2], 2,
				    mine, VOTES_NAME),
			==, TX_CODE(ENDORSEMENT_POLICY_FAILURE));
	/* What is no vote is passed over. */
	g_assert_cmpuint(count_votes(open), ==, 0);
}

/* In a peer's name alone. */
static void
test_forged_endorsement(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	OpenTx tx = { .creator = open->orgs->clients[0],
		      .chaincode = VOTES_NAME,
		      .forged = TRUE };
	g_autoptr(GByteArray) envelope = fabric_open_tx(open, &tx);

	g_assert_cmpint(fabric_open_commit(open, buffer_slice(envelope)), ==,
			TX_CODE(ENDORSEMENT_POLICY_FAILURE));
}

/* ---- Vote ---- */

static int32_t
call_vote(FabricOpen *open, const Issued *caller, guint org, bsn_slice update,
	  bsn_slice signature, gsize n, bsn_err *err)
{
	g_autoptr(Simulator) simulator = simulator_new(open->channel.ledger);
	g_autoptr(GByteArray) creator =
		fabric_serialize(fabric_org_id(org), caller);
	g_autoptr(GByteArray) payload = g_byte_array_new();
	g_autoptr(MspIdentity) who = NULL;
	const ProtobufCBinaryData args[] = { message_bytes(update),
					     message_bytes(signature) };
	RunInput input = { .creator = buffer_slice(creator) };
	SystemCall call = { &open->channel, &input, simulator, "Vote",
			    args,	    n,	    payload };

	g_assert_cmpint(msp_manager_identify(open->channel.config->msps,
					     input.creator, &who, NULL),
			==, BSN_OK);
	input.who = who;
	return config_invoke(&call, err);
}

/* The arguments of the vote that somebody was given to sign. */
static void
vote_args(Arena *arena, const OpenChange *change, bsn_slice *update,
	  bsn_slice *signature)
{
	const Protos__Proposal *proposal =
		message_unpack(arena, &protos__proposal__descriptor,
			       buffer_slice(change->finished), NULL, NULL);
	const Protos__ChaincodeProposalPayload *payload = message_unpack(
		arena, &protos__chaincode_proposal_payload__descriptor,
		message_slice(proposal->payload), NULL, NULL);
	const Protos__ChaincodeInvocationSpec *spec = message_unpack(
		arena, &protos__chaincode_invocation_spec__descriptor,
		message_slice(payload->input), NULL, NULL);

	*update = message_slice(spec->chaincode_spec->input->args[1]);
	*signature = message_slice(spec->chaincode_spec->input->args[2]);
}

static void
test_vote(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	const FabricOrgs *orgs = open->orgs;
	g_autofree char *args = fabric_open_member(open, 1, "observer", "");
	g_auto(OpenChange) change = { .kind = BSN_TX_MEMBER, .args = args };
	g_auto(Arena) arena = ARENA_INIT;
	bsn_slice update;
	bsn_slice signature;
	bsn_slice other;
	bsn_err err = BSN_ERR_INIT;

	ask(open, &change);
	vote_args(&arena, &change, &update, &signature);
	g_assert_cmpint(
		call_vote(open, orgs->admins[0], 0, update, signature, 2, &err),
		==, BSN_OK);
	g_assert_cmpint(
		call_vote(open, orgs->admins[0], 0, update, signature, 1, &err),
		==, BSN_BAD_REQUEST);
	g_assert_cmpint(
		call_vote(open, orgs->admins[1], 1, update, signature, 2, &err),
		==, BSN_DENIED);
	assert_has(err.reason, "cast by who signed it");
	other = bsn_slice_of(arena_copy(&arena, update.data, update.len),
			     update.len);
	((guint8 *)other.data)[other.len - 1] ^= 1;
	g_assert_cmpint(
		call_vote(open, orgs->admins[0], 0, other, signature, 2, &err),
		==, BSN_BAD_SIGNATURE);
	g_assert_cmpint(call_vote(open, orgs->admins[0], 0, update,
				  bsn_slice_str("\x0a\x05x"), 2, &err),
			==, BSN_BAD_REQUEST);
}

/* A vote takes the place of the same signer's last one. */
static void
test_one_vote_each(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autofree char *one = fabric_open_member(open, 1, "observer", "");
	g_autofree char *two = fabric_open_member(open, 2, "observer", "");

	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, one, 0));
	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, two, 0));
	g_assert_cmpuint(count_votes(open), ==, 1);
	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, one, 1));
	g_assert_cmpuint(count_votes(open), ==, 2);
	g_assert_false(fabric_open_change(open, BSN_TX_MEMBER, two, 1));
}

/* ---- config transactions ---- */

/* A change that both have signed, as CONFIG. */
static GByteArray *
make_config(FabricOpen *open, guint node)
{
	g_autofree char *args = fabric_open_member(open, node, "observer", "");
	g_auto(OpenChange)
		change = { .kind = BSN_TX_MEMBER, .args = args, .org = 1 };
	GByteArray *config = g_byte_array_new();

	g_assert_true(fabric_open_change(open, BSN_TX_MEMBER, args, 0));
	ask(open, &change);
	g_assert_false(change.is_vote);
	g_assert_cmpint(config_from_update(&open->channel,
					   buffer_slice(change.finished),
					   config, NULL),
			==, BSN_OK);
	return config;
}

static void
test_not_twice(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autoptr(GByteArray) config = make_config(open, 1);

	g_assert_cmpint(fabric_open_commit(open, buffer_slice(config)), ==,
			TX_CODE(VALID));
	g_assert_cmpint(fabric_open_commit(open, buffer_slice(config)), ==,
			TX_CODE(INVALID_CONFIG_TRANSACTION));
	g_assert_cmpuint(open->channel.config->sequence, ==, 1);
}

/* A CONFIG, changed by `change` and signed anew by this node's peer. */
static TxCode
commit_changed(FabricOpen *open, GByteArray *bytes,
	       void (*change)(Arena *arena, Common__ConfigEnvelope *config))
{
	g_auto(Arena) arena = ARENA_INIT;
	Common__Envelope *envelope =
		message_unpack(&arena, &common__envelope__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	Common__Payload *payload =
		message_unpack(&arena, &common__payload__descriptor,
			       message_slice(envelope->payload), NULL, NULL);
	Common__ConfigEnvelope *config =
		message_unpack(&arena, &common__config_envelope__descriptor,
			       message_slice(payload->data), NULL, NULL);
	g_autoptr(GByteArray) signature = NULL;

	change(&arena, config);
	payload->data = message_bytes(message_put(&arena, config));
	envelope->payload = message_bytes(message_put(&arena, payload));
	signature = fabric_sign(&open->orgs->suite, open->orgs->peers[0],
				message_slice(envelope->payload));
	envelope->signature = message_bytes(buffer_slice(signature));
	return fabric_open_commit(open, message_put(&arena, envelope));
}

static void
change_nothing(Arena *arena, Common__ConfigEnvelope *config)
{
}

static void
change_config(Arena *arena, Common__ConfigEnvelope *config)
{
	config->config->sequence++;
}

static void
drop_update(Arena *arena, Common__ConfigEnvelope *config)
{
	config->last_update = NULL;
}

/* Leaves one of the two signatures. */
static void
drop_signature(Arena *arena, Common__ConfigEnvelope *config)
{
	Common__Payload *payload = message_unpack(
		arena, &common__payload__descriptor,
		message_slice(config->last_update->payload), NULL, NULL);
	Common__ConfigUpdateEnvelope *update = message_unpack(
		arena, &common__config_update_envelope__descriptor,
		message_slice(payload->data), NULL, NULL);

	g_assert_cmpuint(update->n_signatures, ==, 2);
	update->n_signatures = 1;
	payload->data = message_bytes(message_put(arena, update));
	config->last_update->payload =
		message_bytes(message_put(arena, payload));
}

static void
test_changed_configs(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	g_autoptr(GByteArray) config = make_config(open, 1);

	g_assert_cmpint(commit_changed(open, config, change_config), ==,
			TX_CODE(INVALID_CONFIG_TRANSACTION));
	g_assert_cmpint(commit_changed(open, config, drop_update), ==,
			TX_CODE(INVALID_CONFIG_TRANSACTION));
	g_assert_cmpint(commit_changed(open, config, drop_signature), ==,
			TX_CODE(INVALID_CONFIG_TRANSACTION));
	g_assert_cmpuint(open->channel.members.list->len, ==, 1);
	g_assert_cmpint(commit_changed(open, config, change_nothing), ==,
			TX_CODE(VALID));
	g_assert_cmpuint(open->channel.members.list->len, ==, 2);
}

/* An update that both have signed by other means, with these nodes; what the
 * door says. */
static int32_t
try_nodes(FabricOpen *open, const bsn_member *list, guint n, bsn_err *err)
{
	static const guint both[] = { 0, 1 };
	g_auto(Arena) arena = ARENA_INIT;
	const ChannelConfig *config = open->channel.config;
	Common__ConfigGroup *after = change_copy(&arena, config);
	Common__ConfigGroup *read = NULL;
	Common__ConfigGroup *write = NULL;
	Orderer__ConsensusType type = ORDERER__CONSENSUS_TYPE__INIT;
	Common__Envelope envelope = COMMON__ENVELOPE__INIT;
	PayloadParts parts = { .type = COMMON__HEADER_TYPE__CONFIG_UPDATE };
	char id[TX_ID_SIZE] = "";
	g_autoptr(GByteArray) agreement = g_byte_array_new();
	g_autoptr(GByteArray) update = NULL;
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_slice payload = { NULL, 0 };

	agreement_put(agreement, bsn_slice_str("{}"), list, n);
	type.type = config->orderer_type;
	type.metadata = message_bytes(buffer_slice(agreement));
	change_value(&arena, group_find(after, "Orderer"), "ConsensusType",
		     &type);
	g_assert_cmpint(compute_update(&arena, config->message->channel_group,
				       after, &read, &write, NULL),
			==, BSN_OK);
	update = fabric_update(open->orgs, read, write, "one", both, 2);
	parts.data = buffer_slice(update);
	g_assert_cmpint(
		config_payload(&open->channel, &arena, &parts, &payload, id),
		==, BSN_OK);
	envelope.payload = message_bytes(payload);
	return config_from_update(&open->channel,
				  message_put(&arena, &envelope), out, err);
}

static void
test_signed_and_breaking(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	bsn_member list[2] = {
		{ .size = sizeof(list[0]), .role = BSN_ROLE_CONSENSUS },
		{ .size = sizeof(list[0]), .role = BSN_ROLE_OBSERVER },
	};
	bsn_err err = BSN_ERR_INIT;

	for (guint i = 0; i < 2; i++)
		list[i].public_key =
			bsn_slice_of(open->nodes[i], PUBLIC_KEY_LEN);
	g_assert_cmpint(try_nodes(open, list, 2, &err), ==, BSN_OK);
	g_assert_cmpint(try_nodes(open, list, 0, &err), ==, BSN_CONFLICT);
	assert_has(err.reason, "last consensus node");
	list[1].public_key.len--;
	g_assert_cmpint(try_nodes(open, list, 2, &err), ==, BSN_BAD_REQUEST);
	assert_has(err.reason, "its public key has");
}

static void
test_no_update(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	OpenTx tx = { .creator = open->orgs->clients[0], .chaincode = "basic" };
	g_autoptr(GByteArray) envelope = fabric_open_tx(open, &tx);
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(config_from_update(&open->channel,
					   buffer_slice(envelope), out, &err),
			==, BSN_BAD_REQUEST);
	assert_has(err.reason, "no CONFIG_UPDATE");
	g_assert_cmpint(config_from_update(&open->channel, bsn_slice_str("x"),
					   out, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpuint(out->len, ==, 0);
}

/* ---- who this node is ---- */

static void
test_identity(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	Channel *channel = &open->channel;
	g_autoptr(GByteArray) out = g_byte_array_new();
	guint logged;
	bsn_err err = BSN_ERR_INIT;

	g_assert_nonnull(channel->self);
	g_assert_cmpstr(channel->self->msp->id, ==, "Org1MSP");
	open->certificate = NULL;
	members_identify_self(channel);
	g_assert_null(channel->self);
	assert_has(channel->no_identity, "no certificate");
	logged = fake_host_log()->len;
	members_identify_self(channel);
	g_assert_cmpuint(fake_host_log()->len, ==, logged);
	g_assert_cmpint(
		config_from_update(channel, bsn_slice_str(""), out, &err), ==,
		BSN_UNAVAILABLE);
	assert_has(err.reason, "no certificate");
	open->certificate = open->orgs->peers[1];
	members_identify_self(channel);
	assert_has(channel->no_identity, "another key");
	open->certificate = open->orgs->peers[2];
	members_identify_self(channel);
	assert_has(channel->no_identity, "no organisation of the channel");
	open->certificate = open->orgs->peers[0];
	members_identify_self(channel);
	g_assert_null(channel->no_identity);
}

/* A node is certified while its channel is open, and loses it again. */
static void
test_certificate_comes(void)
{
	g_autoptr(FabricOpen) open = fabric_open_new(FALSE);
	Channel *channel = &open->channel;

	members_follow_certificate(channel);
	g_assert_cmpuint(open->introduced, ==, 0);
	open->certificate = NULL;
	members_follow_certificate(channel);
	g_assert_null(channel->self);
	g_assert_cmpuint(open->introduced, ==, 1);
	members_follow_certificate(channel);
	g_assert_cmpuint(open->introduced, ==, 1);
	open->certificate = open->orgs->peers[0];
	members_follow_certificate(channel);
	g_assert_nonnull(channel->identity);
	g_assert_cmpstr(channel->self->msp->id, ==, "Org1MSP");
	g_assert_null(channel->no_identity);
	g_assert_cmpuint(open->introduced, ==, 2);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/votes/everybody-writes-their-own",
			test_own_entry);
	g_test_add_func("/fabric/votes/a-vote-is-its-signers", test_vote);
	g_test_add_func("/fabric/votes/each-signer-has-one",
			test_one_vote_each);
	g_test_add_func("/fabric/config/an-update-takes-effect-once",
			test_not_twice);
	g_test_add_func("/fabric/config/a-config-is-what-its-update-says",
			test_changed_configs);
	g_test_add_func("/fabric/votes/an-endorsement-is-signed",
			test_forged_endorsement);
	g_test_add_func("/fabric/config/what-breaks-is-refused-though-signed",
			test_signed_and_breaking);
	g_test_add_func("/fabric/config/what-is-no-update-is-refused",
			test_no_update);
	g_test_add_func("/fabric/members/this-node-is-an-organisations",
			test_identity);
	g_test_add_func("/fabric/self/a-certificate-comes-and-goes",
			test_certificate_comes);
	return g_test_run();
}
