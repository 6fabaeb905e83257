/* SPDX-License-Identifier: Apache-2.0
 *
 * A transaction is opened; each fault has Fabric's own code.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/policy/signers.h"
#include "plugins/engine-fabric/transaction.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-tx.h"

static FabricOrgs *orgs;

/* All steps; the first code that is not VALID. */
static TxValidationCode
open_all(Arena *arena, bsn_slice envelope, Transaction *tx)
{
	TxValidationCode code = transaction_open(arena, envelope, tx);

	if (code == PROTOS__TX_VALIDATION_CODE__VALID)
		code = transaction_open_action(&orgs->suite, arena, tx);
	if (code == PROTOS__TX_VALIDATION_CODE__VALID)
		code = transaction_open_results(arena, tx);
	return code;
}

static void
assert_code(void (*change)(FabricTx *tx, ProtobufCMessage *message),
	    const char *want)
{
	FabricTx made = { .orgs = orgs, .number = 1, .change = change };
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx;
	const TxValidationCode code =
		open_all(&arena, fabric_tx_make(&made), &tx);

	g_assert_cmpstr(transaction_code_name(code), ==, want);
	arena_clear(&made.arena);
}

/* ---- a good one ---- */

static void
test_valid(gconstpointer data)
{
	g_autoptr(FabricOrgs) own = fabric_orgs_new(GPOINTER_TO_INT(data));
	FabricTx made = { .orgs = own, .number = 7 };
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(MspManager) manager = msp_manager_new(&own->suite);
	g_autoptr(GPtrArray) signers = NULL;
	SignedData endorsements[2];
	Transaction tx;
	bsn_slice envelope;

	orgs = own;
	envelope = fabric_tx_make(&made);
	g_assert_cmpint(open_all(&arena, envelope, &tx), ==,
			PROTOS__TX_VALIDATION_CODE__VALID);
	g_assert_cmpstr(tx.channel->channel_id, ==, "one");
	g_assert_cmpstr(tx.channel->tx_id, ==, made.tx_id);
	g_assert_cmpstr(tx.action->chaincode_id->name, ==, "basic");
	g_assert_null(tx.event);
	g_assert_cmpuint(tx.n_namespaces, ==, 1);
	g_assert_true(tx.namespaces[0].writes);
	g_assert_cmpuint(tx.namespaces[0].set->reads[0]->version->block_num,
			 ==, 7);
	g_assert_cmpuint(tx.n_endorsements, ==, 2);
	for (guint i = 0; i < G_N_ELEMENTS(endorsements); i++) {
		const Protos__Endorsement *endorsement = tx.endorsements[i];
		g_autoptr(GByteArray) msp = fabric_msp_simple(
			fabric_org_id(i), own->roots[i]);

		g_assert_cmpint(msp_manager_add(manager, buffer_slice(msp),
						NULL),
				==, BSN_OK);
		endorsements[i] = (SignedData){
			message_slice(endorsement->endorser),
			signed_endorsement(
				&arena, tx.response_payload,
				message_slice(endorsement->endorser)),
			message_slice(endorsement->signature),
		};
	}
	signers = signers_find(manager, &own->suite, endorsements, 2);
	g_assert_cmpuint(signers->len, ==, 2);
	arena_clear(&made.arena);
	orgs = NULL;
}

/* ---- faults ---- */

/* A function that changes messages of one type. */
#define CHANGE(name, type, type_of, ...)                                       \
	static void name(FabricTx *tx, ProtobufCMessage *message)               \
	{                                                                      \
		type *m = (type *)message;                                     \
                                                                               \
		if (message->descriptor == &(type_of))                         \
			__VA_ARGS__;                                           \
	}

static uint8_t junk[] = { 0xff, 0xff };
static const ProtobufCBinaryData broken = { sizeof(junk), junk };
static const ProtobufCBinaryData empty = { 0, NULL };

CHANGE(bad_payload, Common__Envelope, common__envelope__descriptor,
       m->payload = broken)
CHANGE(no_header, Common__Payload, common__payload__descriptor,
       m->header = NULL)
CHANGE(bad_channel, Common__Payload, common__payload__descriptor,
       m->header->channel_header = broken)
CHANGE(odd_type, Common__ChannelHeader, common__channel_header__descriptor,
       m->type = COMMON__HEADER_TYPE__MESSAGE)
CHANGE(an_update, Common__ChannelHeader, common__channel_header__descriptor,
       m->type = COMMON__HEADER_TYPE__CONFIG_UPDATE)
CHANGE(later_epoch, Common__ChannelHeader, common__channel_header__descriptor,
       m->epoch = 1)
CHANGE(no_nonce, Common__SignatureHeader,
       common__signature_header__descriptor, m->nonce = empty)
CHANGE(no_creator, Common__SignatureHeader,
       common__signature_header__descriptor, m->creator = empty)
CHANGE(other_id, Common__ChannelHeader, common__channel_header__descriptor,
       m->tx_id = (char *)"0123")
CHANGE(bad_data, Common__Payload, common__payload__descriptor, m->data = broken)
CHANGE(no_action, Protos__Transaction, protos__transaction__descriptor,
       m->n_actions = 0)
CHANGE(bad_action, Protos__Transaction, protos__transaction__descriptor,
       m->actions[0]->payload = broken)
CHANGE(no_action_header, Protos__Transaction, protos__transaction__descriptor,
       m->actions[0]->header = empty)
CHANGE(no_endorsed_action, Protos__ChaincodeActionPayload,
       protos__chaincode_action_payload__descriptor, m->action = NULL)
CHANGE(other_proposal, Protos__ChaincodeActionPayload,
       protos__chaincode_action_payload__descriptor,
       m->chaincode_proposal_payload = empty)
CHANGE(bad_response, Protos__ChaincodeActionPayload,
       protos__chaincode_action_payload__descriptor,
       m->action->proposal_response_payload = broken)
CHANGE(bad_extension, Common__ChannelHeader,
       common__channel_header__descriptor, m->extension = broken)
CHANGE(bad_result, Protos__ProposalResponsePayload,
       protos__proposal_response_payload__descriptor, m->extension = broken)
CHANGE(bad_rwset, Protos__ChaincodeAction, protos__chaincode_action__descriptor,
       m->results = broken)
CHANGE(bad_kv, Rwset__TxReadWriteSet, rwset__tx_read_write_set__descriptor,
       m->ns_rwset[0]->rwset = broken)
CHANGE(no_id, Protos__ChaincodeAction, protos__chaincode_action__descriptor,
       m->chaincode_id = NULL)
CHANGE(no_called_id, Protos__ChaincodeHeaderExtension,
       protos__chaincode_header_extension__descriptor, m->chaincode_id = NULL)
CHANGE(other_chaincode, Protos__ChaincodeAction,
       protos__chaincode_action__descriptor,
       m->chaincode_id->name = (char *)"another")
CHANGE(no_version, Protos__ChaincodeAction,
       protos__chaincode_action__descriptor,
       m->chaincode_id->version = (char *)"")
CHANGE(bad_event, Protos__ChaincodeAction, protos__chaincode_action__descriptor,
       m->events = broken)

/* An event in another chaincode's name: field 1, "x". */
static uint8_t event_of_x[] = { 0x0a, 1, 'x' };
CHANGE(foreign_event, Protos__ChaincodeAction,
       protos__chaincode_action__descriptor,
       m->events = (ProtobufCBinaryData){ sizeof(event_of_x), event_of_x })

static void
namespace_twice(FabricTx *tx, ProtobufCMessage *message)
{
	Rwset__TxReadWriteSet *sets = (Rwset__TxReadWriteSet *)message;
	Rwset__NsReadWriteSet **twice;

	if (message->descriptor != &rwset__tx_read_write_set__descriptor)
		return;
	twice = arena_room(&tx->arena, 2 * sizeof(*twice));
	twice[0] = twice[1] = sets->ns_rwset[0];
	sets->ns_rwset = twice;
	sets->n_ns_rwset = 2;
}

static void
too_many_endorsements(FabricTx *tx, ProtobufCMessage *message)
{
	Protos__ChaincodeEndorsedAction *action;
	Protos__Endorsement **many;

	if (message->descriptor !=
	    &protos__chaincode_action_payload__descriptor)
		return;
	action = ((Protos__ChaincodeActionPayload *)message)->action;
	many = arena_room(&tx->arena, (TRANSACTION_ENDORSEMENTS_MAX + 1) *
					      sizeof(*many));
	for (guint i = 0; i <= TRANSACTION_ENDORSEMENTS_MAX; i++)
		many[i] = action->endorsements[0];
	action->endorsements = many;
	action->n_endorsements = TRANSACTION_ENDORSEMENTS_MAX + 1;
}

static void
test_codes(void)
{
	g_autoptr(FabricOrgs) own = fabric_orgs_new(FALSE);

	orgs = own;
	assert_code(NULL, "VALID");
	assert_code(bad_payload, "BAD_PAYLOAD");
	assert_code(no_header, "BAD_COMMON_HEADER");
	assert_code(bad_channel, "BAD_COMMON_HEADER");
	assert_code(odd_type, "BAD_COMMON_HEADER");
	assert_code(later_epoch, "BAD_COMMON_HEADER");
	assert_code(no_nonce, "BAD_COMMON_HEADER");
	assert_code(no_creator, "BAD_COMMON_HEADER");
	assert_code(an_update, "UNSUPPORTED_TX_PAYLOAD");
	assert_code(other_id, "BAD_PROPOSAL_TXID");
	assert_code(bad_data, "INVALID_ENDORSER_TRANSACTION");
	assert_code(no_action, "INVALID_ENDORSER_TRANSACTION");
	assert_code(bad_action, "INVALID_ENDORSER_TRANSACTION");
	assert_code(no_action_header, "INVALID_ENDORSER_TRANSACTION");
	assert_code(no_endorsed_action, "INVALID_ENDORSER_TRANSACTION");
	assert_code(other_proposal, "INVALID_ENDORSER_TRANSACTION");
	assert_code(bad_response, "INVALID_ENDORSER_TRANSACTION");
	assert_code(too_many_endorsements, "INVALID_ENDORSER_TRANSACTION");
	assert_code(bad_extension, "BAD_HEADER_EXTENSION");
	assert_code(bad_result, "BAD_RESPONSE_PAYLOAD");
	assert_code(bad_rwset, "BAD_RWSET");
	assert_code(bad_kv, "BAD_RWSET");
	assert_code(no_id, "INVALID_OTHER_REASON");
	assert_code(no_called_id, "INVALID_OTHER_REASON");
	assert_code(other_chaincode, "INVALID_CHAINCODE");
	assert_code(no_version, "INVALID_CHAINCODE");
	assert_code(bad_event, "INVALID_OTHER_REASON");
	assert_code(foreign_event, "INVALID_OTHER_REASON");
	assert_code(namespace_twice, "ILLEGAL_WRITESET");
	orgs = NULL;
}

static void
test_no_envelope(void)
{
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx;

	g_assert_cmpint(transaction_open(&arena,
					 bsn_slice_of(junk, sizeof(junk)), &tx),
			==, PROTOS__TX_VALIDATION_CODE__INVALID_OTHER_REASON);
	g_assert_cmpint(transaction_open(&arena, bsn_slice_of(NULL, 0), &tx),
			==, PROTOS__TX_VALIDATION_CODE__BAD_COMMON_HEADER);
	g_assert_cmpstr(transaction_code_name(11), ==, "MVCC_READ_CONFLICT");
	g_assert_cmpstr(transaction_code_name(99), ==, "INVALID_OTHER_REASON");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/transaction/opened-in-std",
			     GINT_TO_POINTER(FALSE), test_valid);
	g_test_add_data_func("/fabric/transaction/opened-in-sm",
			     GINT_TO_POINTER(TRUE), test_valid);
	g_test_add_func("/fabric/transaction/each-fault-has-its-code",
			test_codes);
	g_test_add_func("/fabric/transaction/no-envelope", test_no_envelope);
	return g_test_run();
}
