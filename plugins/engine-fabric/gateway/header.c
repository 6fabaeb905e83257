/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/gateway/header.h"

#include "peer/proposal.pb-c.h"
#include "plugins/kit/codec/message.h"

static int32_t
open_header(Arena *arena, const Common__Header *outer,
	    const Common__ChannelHeader **header, bsn_err *err)
{
	int32_t status = BSN_OK;

	*header = outer == NULL
			  ? NULL
			  : message_unpack(arena,
					   &common__channel_header__descriptor,
					   message_slice(outer->channel_header),
					   &status, err);
	return status;
}

int32_t
header_of_envelope(Arena *arena, bsn_slice bytes,
		   const Common__Payload **payload,
		   const Common__ChannelHeader **header, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Common__Envelope *envelope = message_unpack(
		arena, &common__envelope__descriptor, bytes, &status, err);

	if (envelope == NULL)
		return status;
	*payload = message_unpack(arena, &common__payload__descriptor,
				  message_slice(envelope->payload), &status,
				  err);
	return *payload != NULL
		       ? open_header(arena, (*payload)->header, header, err)
		       : status;
}

int32_t
route_envelope(Arena *arena, bsn_slice bytes, const char **channel,
	       bsn_err *err)
{
	const Common__ChannelHeader *header;
	const Common__Payload *payload;
	const int32_t status =
		header_of_envelope(arena, bytes, &payload, &header, err);

	if (status == BSN_OK && header != NULL)
		*channel = header->channel_id;
	return status;
}

int32_t
route_proposal(Arena *arena, bsn_slice bytes, const char **channel,
	       bsn_err *err)
{
	int32_t status = BSN_OK;
	const Protos__SignedProposal *outer =
		message_unpack(arena, &protos__signed_proposal__descriptor,
			       bytes, &status, err);
	const Common__ChannelHeader *opened = NULL;
	const Protos__Proposal *proposal;
	const Common__Header *header;

	if (outer == NULL)
		return status;
	proposal = message_unpack(arena, &protos__proposal__descriptor,
				  message_slice(outer->proposal_bytes),
				  &status, err);
	if (proposal == NULL)
		return status;
	header = message_unpack(arena, &common__header__descriptor,
				message_slice(proposal->header), &status, err);
	if (header != NULL)
		status = open_header(arena, header, &opened, err);
	if (opened != NULL)
		*channel = opened->channel_id;
	return status;
}
