/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/proposal.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/signed.h"

static int32_t
open_headers(Arena *arena, bsn_slice bytes, Proposal *proposal, bsn_err *err)
{
	int32_t status = BSN_OK;

	proposal->header = message_unpack(arena, &common__header__descriptor,
					  bytes, &status, err);
	if (proposal->header == NULL)
		return status;
	proposal->channel = message_unpack(
		arena, &common__channel_header__descriptor,
		message_slice(proposal->header->channel_header), &status, err);
	if (proposal->channel == NULL)
		return status;
	proposal->creator = message_unpack(
		arena, &common__signature_header__descriptor,
		message_slice(proposal->header->signature_header), &status,
		err);
	return status;
}

static int32_t
check_headers(const Suite *suite, const Proposal *proposal, bsn_err *err)
{
	char id[TX_ID_SIZE];
	int32_t status;

	if (proposal->channel->type !=
	    COMMON__HEADER_TYPE__ENDORSER_TRANSACTION)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"ChannelHeader.type: a proposal's is "
				"ENDORSER_TRANSACTION (3)");
	if (proposal->channel->epoch != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"ChannelHeader.epoch: it must be 0");
	if (proposal->creator->nonce.len == 0 ||
	    proposal->creator->creator.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"SignatureHeader: nonce or creator is missing");
	status = signed_tx_id(suite, message_slice(proposal->creator->nonce),
			      message_slice(proposal->creator->creator), id);
	if (status != BSN_OK)
		return status;
	if (strcmp(id, proposal->channel->tx_id) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"ChannelHeader.tx_id: it must be the digest of "
				"nonce and creator, %s",
				id);
	return BSN_OK;
}

/* The chaincode that the headers name. */
static int32_t
open_extension(Arena *arena, Proposal *proposal, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Protos__ChaincodeHeaderExtension *extension = message_unpack(
		arena, &protos__chaincode_header_extension__descriptor,
		message_slice(proposal->channel->extension), &status, err);

	if (extension == NULL)
		return status;
	if (extension->chaincode_id == NULL ||
	    extension->chaincode_id->name[0] == '\0')
		return bsn_fail(err, BSN_BAD_REQUEST,
				"ChaincodeHeaderExtension: it names no "
				"chaincode");
	proposal->chaincode = extension->chaincode_id->name;
	return BSN_OK;
}

/* What it is called with. */
static int32_t
open_input(Arena *arena, Proposal *proposal, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Protos__ChaincodeInvocationSpec *invocation = message_unpack(
		arena, &protos__chaincode_invocation_spec__descriptor,
		message_slice(proposal->payload->input), &status, err);
	const Protos__ChaincodeSpec *spec;

	if (invocation == NULL)
		return status;
	spec = invocation->chaincode_spec;
	if (spec == NULL || spec->input == NULL || spec->chaincode_id == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"ChaincodeInvocationSpec: its chaincode or "
				"input is missing");
	if (strcmp(spec->chaincode_id->name, proposal->chaincode) != 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the proposal's header and its payload name "
				"two chaincodes");
	proposal->input = spec->input;
	return BSN_OK;
}

static int32_t
open_payload(const Suite *suite, Arena *arena, bsn_slice bytes,
	     Proposal *proposal, bsn_err *err)
{
	int32_t status = BSN_OK;

	proposal->payload = message_unpack(
		arena, &protos__chaincode_proposal_payload__descriptor, bytes,
		&status, err);
	if (proposal->payload == NULL)
		return status;
	status = open_input(arena, proposal, err);
	if (status == BSN_OK)
		status = signed_without_transient(arena, bytes,
						  &proposal->stripped, err);
	if (status == BSN_OK)
		status = signed_proposal_hash(suite, proposal->header,
					      proposal->stripped,
					      proposal->hash);
	return status;
}

int32_t
proposal_open(const Suite *suite, Arena *arena, bsn_slice signed_proposal,
	      Proposal *proposal, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Protos__Proposal *inner;
	const Protos__SignedProposal *outer =
		message_unpack(arena, &protos__signed_proposal__descriptor,
			       signed_proposal, &status, err);

	memset(proposal, 0, sizeof(*proposal));
	if (outer == NULL)
		return status;
	proposal->bytes = message_slice(outer->proposal_bytes);
	proposal->signature = message_slice(outer->signature);
	inner = message_unpack(arena, &protos__proposal__descriptor,
			       proposal->bytes, &status, err);
	if (inner == NULL)
		return status;
	status = open_headers(arena, message_slice(inner->header), proposal,
			      err);
	if (status == BSN_OK)
		status = check_headers(suite, proposal, err);
	if (status == BSN_OK)
		status = open_extension(arena, proposal, err);
	return status == BSN_OK ? open_payload(suite, arena,
					       message_slice(inner->payload),
					       proposal, err)
				: status;
}
