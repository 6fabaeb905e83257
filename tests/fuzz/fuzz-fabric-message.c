/* SPDX-License-Identifier: Apache-2.0
 *
 * Fabric's messages. The first byte says which type the others are of.
 */
#include <string.h>

#include "common/common.pb-c.h"
#include "common/configtx.pb-c.h"
#include "gateway/gateway.pb-c.h"
#include "ledger/rwset/kvrwset/kv_rwset.pb-c.h"
#include "ledger/rwset/rwset.pb-c.h"
#include "msp/msp_config.pb-c.h"
#include "orderer/ab.pb-c.h"
#include "peer/chaincode_shim.pb-c.h"
#include "peer/events.pb-c.h"
#include "peer/lifecycle/lifecycle.pb-c.h"
#include "peer/proposal.pb-c.h"
#include "peer/transaction.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/sink.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const ProtobufCMessageDescriptor *const types[] = {
	&common__block__descriptor,
	&common__envelope__descriptor,
	&common__payload__descriptor,
	&common__channel_header__descriptor,
	&common__signature_header__descriptor,
	&common__config__descriptor,
	&common__config_envelope__descriptor,
	&common__config_update__descriptor,
	&common__signature_policy_envelope__descriptor,
	&msp__fabric_mspconfig__descriptor,
	&protos__signed_proposal__descriptor,
	&protos__chaincode_proposal_payload__descriptor,
	&protos__chaincode_action__descriptor,
	&protos__chaincode_action_payload__descriptor,
	&protos__transaction__descriptor,
	&protos__chaincode_message__descriptor,
	&protos__deliver_response__descriptor,
	&rwset__tx_read_write_set__descriptor,
	&kvrwset__kvrwset__descriptor,
	&kvrwset__hashed_rwset__descriptor,
	&lifecycle__approve_chaincode_definition_for_my_org_args__descriptor,
	&orderer__seek_info__descriptor,
	&gateway__endorse_request__descriptor,
};

/* What was read and written is read again, and written the same. */
static void
check_again(const ProtobufCMessageDescriptor *type, const void *message)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_autoptr(GByteArray) once = message_pack(message);
	g_autoptr(GByteArray) twice = NULL;
	const void *again =
		message_unpack(&arena, type, buffer_slice(once), NULL, NULL);

	g_assert_nonnull(again);
	twice = message_pack(again);
	g_assert_cmpuint(once->len, ==, twice->len);
	g_assert_true(once->len == 0 ||
		      memcmp(once->data, twice->data, once->len) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;
	const ProtobufCMessageDescriptor *type;
	bsn_err err = { .size = sizeof(err) };
	bsn_slice stripped;
	const void *message;

	if (size == 0)
		return 0;
	type = types[data[0] % G_N_ELEMENTS(types)];
	message = message_unpack(&arena, type, bsn_slice_of(data + 1, size - 1),
				 NULL, &err);
	g_assert_true((message == NULL) == (err.reason[0] != '\0'));
	if (message != NULL)
		check_again(type, message);
	signed_without_transient(&arena, bsn_slice_of(data + 1, size - 1),
				 &stripped, NULL);
	return 0;
}
