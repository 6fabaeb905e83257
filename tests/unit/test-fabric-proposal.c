/* SPDX-License-Identifier: Apache-2.0
 *
 * Proposals, as an endorser opens them.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/proposal.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fabric-tx.h"

static FabricOrgs *orgs;

static void
test_opened(gconstpointer data)
{
	g_autoptr(FabricOrgs) own = fabric_orgs_new(GPOINTER_TO_INT(data));
	FabricTx made = { .orgs = own, .number = 3 };
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	guint8 public_key[PUBLIC_KEY_LEN];
	const Protos__ChaincodeProposalPayload *stripped;
	Proposal proposal;
	SuiteItem item;
	int32_t result;

	if (proposal_open(&own->suite, &arena, fabric_tx_propose(&made),
			  &proposal, &err) != BSN_OK)
		g_error("%s", err.reason);
	g_assert_cmpstr(proposal.chaincode, ==, "basic");
	g_assert_cmpstr(proposal.channel->tx_id, ==, made.tx_id);
	g_assert_cmpuint(proposal.input->n_args, ==, 2);
	g_assert_cmpuint(proposal.payload->n_transientmap, ==, 1);
	stripped = message_unpack(
		&arena, &protos__chaincode_proposal_payload__descriptor,
		proposal.stripped, NULL, NULL);
	g_assert_cmpuint(stripped->n_transientmap, ==, 0);
	assert_bytes(stripped->input.data, stripped->input.len,
		     proposal.payload->input.data,
		     proposal.payload->input.len);
	certificate_public_key(own->clients[0]->certificate, public_key);
	item = (SuiteItem){ public_key, proposal.bytes, proposal.signature };
	suite_verify(&own->suite, &item, 1, &result);
	g_assert_cmpint(result, ==, BSN_OK);
	/* The transaction that comes of it names it alike. */
	fabric_tx_make(&made);
	assert_bytes(proposal.hash, HASH_LEN, made.proposal_hash, HASH_LEN);
	arena_clear(&made.arena);
}

static void
assert_refused(void (*change)(FabricTx *tx, ProtobufCMessage *message),
	       const char *reason)
{
	FabricTx made = { .orgs = orgs, .number = 1, .change = change };
	g_auto(Arena) arena = ARENA_INIT;
	bsn_err err = BSN_ERR_INIT;
	Proposal proposal;

	g_assert_cmpint(proposal_open(&orgs->suite, &arena,
				      fabric_tx_propose(&made), &proposal,
				      &err),
			==, BSN_BAD_REQUEST);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
	arena_clear(&made.arena);
}

/* A function that changes messages of one type. */
#define CHANGE(name, type, type_of, ...)                                       \
	static void name(FabricTx *tx, ProtobufCMessage *message)              \
	{                                                                      \
		type *m = (type *)message;                                     \
                                                                               \
		if (message->descriptor == &(type_of))                         \
			__VA_ARGS__;                                           \
	}

static uint8_t junk[] = { 0xff, 0xff };
static const ProtobufCBinaryData broken = { sizeof(junk), junk };
static const ProtobufCBinaryData empty = { 0, NULL };

CHANGE(no_proposal, Protos__SignedProposal, protos__signed_proposal__descriptor,
       m->proposal_bytes = broken)
CHANGE(bad_header, Protos__Proposal, protos__proposal__descriptor,
       m->header = broken)
CHANGE(bad_channel, Common__Header, common__header__descriptor,
       m->channel_header = broken)
CHANGE(a_config, Common__ChannelHeader, common__channel_header__descriptor,
       m->type = COMMON__HEADER_TYPE__CONFIG)
CHANGE(an_epoch, Common__ChannelHeader, common__channel_header__descriptor,
       m->epoch = 9)
CHANGE(no_nonce, Common__SignatureHeader, common__signature_header__descriptor,
       m->nonce = empty)
CHANGE(other_id, Common__ChannelHeader, common__channel_header__descriptor,
       m->tx_id = (char *)"00")
CHANGE(no_extension, Common__ChannelHeader, common__channel_header__descriptor,
       m->extension = empty)
CHANGE(bad_payload, Protos__Proposal, protos__proposal__descriptor,
       m->payload = broken)
CHANGE(no_spec, Protos__ChaincodeInvocationSpec,
       protos__chaincode_invocation_spec__descriptor, m->chaincode_spec = NULL)
CHANGE(no_input, Protos__ChaincodeInvocationSpec,
       protos__chaincode_invocation_spec__descriptor,
       m->chaincode_spec->input = NULL)
CHANGE(two_names, Protos__ChaincodeInvocationSpec,
       protos__chaincode_invocation_spec__descriptor,
       m->chaincode_spec->chaincode_id->name = (char *)"another")

static void
test_refused(void)
{
	g_autoptr(FabricOrgs) own = fabric_orgs_new(FALSE);

	orgs = own;
	assert_refused(no_proposal, "Proposal.");
	assert_refused(bad_header, "Header.");
	assert_refused(bad_channel, "ChannelHeader.");
	assert_refused(a_config, "ChannelHeader.type");
	assert_refused(an_epoch, "ChannelHeader.epoch");
	assert_refused(no_nonce, "nonce or creator is missing");
	assert_refused(other_id, "ChannelHeader.tx_id: it must be the digest");
	assert_refused(no_extension, "it names no chaincode");
	assert_refused(bad_payload, "ChaincodeProposalPayload.");
	assert_refused(no_spec, "its chaincode or input is missing");
	assert_refused(no_input, "its chaincode or input is missing");
	assert_refused(two_names, "two chaincodes");
	orgs = NULL;
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/proposal/opened-in-std",
			     GINT_TO_POINTER(FALSE), test_opened);
	g_test_add_data_func("/fabric/proposal/opened-in-sm",
			     GINT_TO_POINTER(TRUE), test_opened);
	g_test_add_func("/fabric/proposal/refused", test_refused);
	return g_test_run();
}
