/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/gateway/failure.h"

#include "plugins/kit/codec/message.h"

char *
failure_text(const EndorseFailure *failure)
{
	return failure->response != 0
		       ? g_strdup_printf("chaincode response %d, %s",
					 failure->response, failure->problem)
		       : g_strdup(failure->problem);
}

void
failure_add(Problem *problem, const EndorseFailure *failure)
{
	g_autofree char *text = failure_text(failure);

	problem_add(problem, failure->address, failure->msp_id, text);
}

void
failure_add_all(Problem *problem, const EndorseFailure *failures, guint n)
{
	for (guint i = 0; i < n; i++)
		failure_add(problem, &failures[i]);
}

void
failure_add_self(Problem *problem, const Channel *channel, const char *message)
{
	g_autofree char *name = endorser_own_name(channel);
	g_autofree char *address =
		endorser_address(channel, channel->public_key, name);

	problem_add(problem, address,
		    channel->self != NULL ? channel->self->msp->id : "",
		    message);
}

guint
failure_code(int32_t status, guint otherwise)
{
	switch (status) {
	case BSN_TIMEOUT:
		return PROBLEM_DEADLINE_EXCEEDED;
	case BSN_BUSY:
	case BSN_TOO_LARGE:
		return PROBLEM_RESOURCE_EXHAUSTED;
	case BSN_UNAVAILABLE:
	case BSN_FULL:
		return PROBLEM_UNAVAILABLE;
	default:
		return status < 0 ? PROBLEM_INTERNAL : otherwise;
	}
}

/* ---- proposals ---- */

/* What cannot be read is judged with the rest of it. */
static gboolean
is_bound(const Call *call, Arena *arena, bsn_slice proposal_bytes)
{
	const Protos__Proposal *proposal =
		message_unpack(arena, &protos__proposal__descriptor,
			       proposal_bytes, NULL, NULL);
	const Common__Header *header =
		proposal != NULL
			? message_unpack(arena, &common__header__descriptor,
					 message_slice(proposal->header), NULL,
					 NULL)
			: NULL;
	const Common__ChannelHeader *channel =
		header != NULL
			? message_unpack(arena,
					 &common__channel_header__descriptor,
					 message_slice(header->channel_header),
					 NULL, NULL)
			: NULL;

	return channel == NULL ||
	       call_is_bound(call, message_slice(channel->tls_cert_hash));
}

gboolean
proposal_of(Call *call, Arena *arena, const Protos__SignedProposal *message,
	    bsn_slice *bytes)
{
	if (message == NULL || message->proposal_bytes.len == 0) {
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "the proposed transaction must contain a "
			       "signed proposal");
		return FALSE;
	}
	if (!is_bound(call, arena, message_slice(message->proposal_bytes))) {
		call_fail_text(call, PROBLEM_PERMISSION_DENIED,
			       "client claims the TLS certificate hash of "
			       "another connection");
		return FALSE;
	}
	*bytes = message_put(arena, message);
	return TRUE;
}

gboolean
organisations_of(Call *call, char *const *names, gsize n,
		 GPtrArray **organisations)
{
	g_autoptr(GPtrArray) list = g_ptr_array_new_with_free_func(g_free);

	*organisations = NULL;
	if (n > FAILURE_ORGANISATIONS_MAX) {
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "more than %u organizations are named",
			       FAILURE_ORGANISATIONS_MAX);
		return FALSE;
	}
	for (gsize i = 0; i < n; i++) {
		if (!msp_id_is_valid(names[i])) {
			call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
				       "organization %" G_GSIZE_FORMAT
				       " has no valid MSP ID",
				       i + 1);
			return FALSE;
		}
		g_ptr_array_add(list, g_strdup(names[i]));
	}
	if (n > 0)
		*organisations = g_steal_pointer(&list);
	return TRUE;
}
