/* SPDX-License-Identifier: Apache-2.0
 *
 * What an endorser answers is judged before anything is made of it.
 */
#include <string.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/order/order.h"

/* By whom it is, and whether the signature holds. */
static int32_t
check_endorsement(Channel *channel, Arena *arena, const MspIdentity *who,
		  const Answer *answer, bsn_err *err)
{
	g_autoptr(MspIdentity) signer = NULL;
	bsn_err why = BSN_ERR_INIT;
	SuiteItem item;
	int32_t status = msp_manager_identify(channel->config->msps,
					      answer->endorser, &signer, &why);

	if (status != BSN_OK)
		return bsn_fail(err, status, "its endorser is no member: %s",
				why.reason);
	if (memcmp(signer->id, who->id, sizeof(who->id)) != 0)
		return bsn_fail(err, BSN_DENIED,
				"it endorses as somebody else, of %s",
				signer->msp->id);
	item = (SuiteItem){ signer->public_key,
			    signed_endorsement(arena, answer->payload,
					       answer->endorser),
			    answer->signature };
	seen_verify(channel, &item, 1, &status);
	return status == BSN_OK
		       ? BSN_OK
		       : bsn_fail(err, status, "its signature does not hold");
}

int32_t
answer_open(Channel *channel, Arena *arena, bsn_slice bytes,
	    const MspIdentity *who, Answer *answer, bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;
	int32_t status = BSN_OK;
	const Protos__ProposalResponse *message =
		message_unpack(arena, &protos__proposal_response__descriptor,
			       bytes, &status, &why);

	*answer = (Answer){ 0 };
	if (message == NULL)
		return bsn_fail(err, status, "its answer is malformed: %s",
				why.reason);
	if (message->response == NULL || message->response->status < 200)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"its answer has no response");
	answer->response = message->response;
	if (message->response->status >= ENDORSE_REFUSED)
		return BSN_OK;
	if (message->endorsement == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"its answer has no endorsement");
	answer->payload = message_slice(message->payload);
	answer->endorser = message_slice(message->endorsement->endorser);
	answer->signature = message_slice(message->endorsement->signature);
	return check_endorsement(channel, arena, who, answer, err);
}

int32_t
answer_open_results(Arena *arena, const Proposal *proposal,
		    const Answer *answer, Transaction *tx, bsn_err *err)
{
	const Protos__ProposalResponsePayload *payload = message_unpack(
		arena, &protos__proposal_response_payload__descriptor,
		answer->payload, NULL, NULL);
	TxValidationCode code;

	*tx = (Transaction){ .channel = proposal->channel };
	if (payload == NULL ||
	    !bsn_slice_equal(message_slice(payload->proposal_hash),
			     bsn_slice_of(proposal->hash, HASH_LEN)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"it has endorsed another proposal");
	tx->extension = message_slice(payload->extension);
	code = transaction_open_results(arena, tx);
	return code == PROTOS__TX_VALIDATION_CODE__VALID
		       ? BSN_OK
		       : bsn_fail_native(err, BSN_BAD_REQUEST, (int32_t)code,
					 "its results would be no valid "
					 "transaction: %s",
					 transaction_code_name(code));
}
