/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-proposer.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"

EndorseNet *net;
Arena arena;
ProposerWords words;

Channel *
channel(void)
{
	return &net->nodes[0].channel;
}

void
proposer_begin(const char *policy)
{
	net = endorse_net_new(FALSE);
	services.grpc = &fake_grpc_table;
	g_hash_table_insert(net->policies, (gpointer) "basic",
			    (gpointer)policy);
	gateway_open(channel());
	grpc_call_certificate("");
}

void
proposer_end(void)
{
	gateway_close(channel());
	arena_clear(&arena);
	g_clear_pointer(&net, endorse_net_free);
}

int32_t
order_certificate(const Channel *of, guint64 number, GByteArray *out,
		  bsn_err *err)
{
	g_assert_not_reached();
}

/* Nothing is ordered here. */
int32_t
order_accept(Channel *to, bsn_slice envelope, bsn_err *err)
{
	g_assert_not_reached();
}

/* ---- requests ---- */

static void
set_tls_hash(Protos__Proposal *proposal)
{
	Common__Header *header =
		message_unpack(&arena, &common__header__descriptor,
			       message_slice(proposal->header), NULL, NULL);
	Common__ChannelHeader *own = message_unpack(
		&arena, &common__channel_header__descriptor,
		message_slice(header->channel_header), NULL, NULL);
	GChecksum *sum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 *hash = arena_room(&arena, TLS_HASH_LEN);
	gsize len = TLS_HASH_LEN;

	g_checksum_update(sum, (const guint8 *)words.tls_hash, -1);
	g_checksum_get_digest(sum, hash, &len);
	g_checksum_free(sum);
	own->tls_cert_hash = (ProtobufCBinaryData){ len, hash };
	header->channel_header = message_bytes(message_put(&arena, own));
	proposal->header = message_bytes(message_put(&arena, header));
}

/* By Org1MSP's client. */
void
propose(Protos__SignedProposal *message)
{
	bsn_tx_request request = endorse_request(net, "Put", "[\"a\"]");
	g_autoptr(GByteArray) signature = NULL;
	Protos__Proposal *proposal;
	bsn_reply *reply;
	bsn_slice bytes;

	if (words.options != NULL)
		request.options = bsn_slice_str(words.options);
	reply = endorse_first(net, &request);
	proposal = message_unpack(&arena, &protos__proposal__descriptor,
				  reply->signable.message, NULL, NULL);
	if (words.tls_hash != NULL)
		set_tls_hash(proposal);
	bytes = message_put(&arena, proposal);
	signature =
		fabric_sign(&net->orgs->suite,
			    net->orgs->clients[words.forged ? 1 : 0], bytes);
	protos__signed_proposal__init(message);
	message->proposal_bytes = message_bytes(bytes);
	message->signature.len = signature->len;
	message->signature.data =
		(guint8 *)arena_copy(&arena, signature->data, signature->len);
	fake_reply_free(reply);
}

GrpcCall *
evaluate(void)
{
	Gateway__EvaluateRequest request = GATEWAY__EVALUATE_REQUEST__INIT;
	Protos__SignedProposal proposal;

	propose(&proposal);
	request.channel_id = (char *)"one";
	request.proposed_transaction = &proposal;
	request.target_organizations = words.organisations;
	request.n_target_organizations = words.n;
	return grpc_call_message(channel(), EVALUATE, &request);
}

GrpcCall *
endorse(void)
{
	Gateway__EndorseRequest request = GATEWAY__ENDORSE_REQUEST__INIT;
	Protos__SignedProposal proposal;

	propose(&proposal);
	request.channel_id = (char *)"one";
	request.proposed_transaction = &proposal;
	request.endorsing_organizations = words.organisations;
	request.n_endorsing_organizations = words.n;
	return grpc_call_message(channel(), ENDORSE, &request);
}

void
forget_words(void)
{
	memset(&words, 0, sizeof(words));
}

void
assert_result(GrpcCall *call, const char *want)
{
	Gateway__EvaluateResponse *answer =
		grpc_answer(call, &gateway__evaluate_response__descriptor);

	g_assert_cmpint(answer->result->status, ==, 200);
	g_assert_true(bsn_slice_equal(message_slice(answer->result->payload),
				      bsn_slice_str(want)));
	protobuf_c_message_free_unpacked(&answer->base, NULL);
	grpc_call_end(call);
}

void
assert_failed(GrpcCall *call, guint code, const char *message,
	      const char *details)
{
	g_autofree char *got = NULL;

	grpc_assert_over(call, code, message);
	got = grpc_details(call);
	if (!g_str_has_prefix(got, details))
		g_error("the details are \"%s\", not \"%s\"", got, details);
	if (*details == '\0')
		g_assert_cmpstr(got, ==, "");
	grpc_call_end(call);
}
