/* SPDX-License-Identifier: Apache-2.0
 *
 * gateway.Gateway/Submit: takes a signed transaction to be ordered. The answer
 * says that it was taken, as that of Fabric's orderers; what becomes of it
 * CommitStatus says.
 */
#include "plugins/engine-fabric/gateway/submit.h"

#include "gateway/gateway.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/gateway/failure.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/transaction.h"
#include "plugins/kit/sink.h"

static int32_t
route(Arena *arena, bsn_slice message, const char **channel, bsn_err *err)
{
	int32_t status = BSN_OK;
	const Gateway__SubmitRequest *request =
		message_unpack(arena, &gateway__submit_request__descriptor,
			       message, &status, err);

	if (request == NULL)
		return status;
	*channel = request->channel_id;
	return BSN_OK;
}

/* ---- no ------------------------------------------------------------------ */

Common__Status
submit_status(int32_t status)
{
	switch (status) {
	case BSN_OK:
		return COMMON__STATUS__SUCCESS;
	case BSN_DENIED:
	case BSN_BAD_SIGNATURE:
	case BSN_EXPIRED:
		return COMMON__STATUS__FORBIDDEN;
	case BSN_BUSY:
	case BSN_FULL:
	case BSN_UNAVAILABLE:
		return COMMON__STATUS__SERVICE_UNAVAILABLE;
	case BSN_NOT_FOUND: /* another channel */
		return COMMON__STATUS__NOT_FOUND;
	default:
		return status < 0 ? COMMON__STATUS__INTERNAL_SERVER_ERROR
				  : COMMON__STATUS__BAD_REQUEST;
	}
}

static const char *
status_name(int32_t status)
{
	return protobuf_c_enum_descriptor_get_value(&common__status__descriptor,
						    (int)submit_status(status))
		->name;
}

static gboolean
may_be_tried_again(int32_t status)
{
	return status == BSN_BUSY || status == BSN_FULL ||
	       status == BSN_UNAVAILABLE;
}

static void
refuse(Call *call, int32_t status, const bsn_err *err)
{
	g_auto(Problem) problem = { 0 };
	g_autofree char *text = g_strdup_printf(
		"received unsuccessful response from orderer: status=%s, "
		"info=%s",
		status_name(status), err->reason);

	if (may_be_tried_again(status))
		problem_set(&problem, PROBLEM_UNAVAILABLE,
			    "no orderers could successfully process "
			    "transaction");
	else
		problem_set(&problem, PROBLEM_ABORTED, "%s", text);
	failure_add_self(&problem, call->channel, text);
	call_fail(call, &problem);
}

/* ---- the call ------------------------------------------------------------ */

/* Whether it is in the ledger already, byte for byte. */
static gboolean
is_known(const Channel *channel, bsn_slice envelope)
{
	g_autoptr(GByteArray) known = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	Transaction tx = { 0 };
	TxPlace place;

	return transaction_open(&arena, envelope, &tx) ==
		       PROTOS__TX_VALIDATION_CODE__VALID &&
	       ledger_tx(channel->ledger, bsn_slice_str(tx.channel->tx_id),
			 &place, NULL) == BSN_OK &&
	       ledger_envelope(channel->ledger, &place, known, NULL) ==
		       BSN_OK &&
	       bsn_slice_equal(buffer_slice(known), envelope);
}

int32_t
submit_envelope(Channel *channel, bsn_slice envelope, bsn_err *err)
{
	const int32_t status = order_accept(channel, envelope, err);

	return status == BSN_DUPLICATE && is_known(channel, envelope) ? BSN_OK
								      : status;
}

static void
take(Call *call, bsn_slice envelope)
{
	Gateway__SubmitResponse response = GATEWAY__SUBMIT_RESPONSE__INIT;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = submit_envelope(call->channel, envelope, &err);

	if (status == BSN_OK)
		call_answer(call, &response);
	else
		refuse(call, status, &err);
}

static void
begin(Call *call, bsn_slice message)
{
	g_auto(Arena) arena = ARENA_INIT;
	const Gateway__SubmitRequest *request =
		message_unpack(&arena, &gateway__submit_request__descriptor,
			       message, NULL, NULL);
	const Common__Envelope *envelope =
		request != NULL ? request->prepared_transaction : NULL;

	if (request == NULL)
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "a submit request is required");
	else if (envelope == NULL)
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "a prepared transaction is required");
	else if (envelope->signature.len == 0)
		call_fail_text(call, PROBLEM_INVALID_ARGUMENT,
			       "prepared transaction must be signed");
	else
		take(call, message_put(&arena, envelope));
}

const Method submit_method = {
	.grpc = { .size = sizeof(bsn_grpc_method),
		  .path = "/gateway.Gateway/Submit" },
	.size = sizeof(Call),
	.route = route,
	.begin = begin,
};
