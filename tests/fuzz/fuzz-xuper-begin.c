/* SPDX-License-Identifier: Apache-2.0
 *
 * Requests and half-signed transactions from outside, on a chain of the engine.
 * The first byte says what the rest is: a state for sign_round, or the kind of a
 * request, whose parts are separated by zero bytes: contract, function, args,
 * options, code.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tests/unit/xuper-nodes.h"

#define PARTS 5u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static XuperNodes *all;

static void
answer(bsn_reply *reply, int32_t returned)
{
	fake_asked(reply, returned);
	g_assert_cmpint(reply->status, !=, FAKE_PENDING);
	g_assert_cmpint(reply->status, >=, 0);
	fake_reply_free(reply);
}

static void
round_of(bsn_slice state)
{
	bsn_reply *reply = fake_reply_new(all->nodes[0].chain,
					  FAKE_ANSWER_SIGNABLE);
	guint8 signature[64] = { 1 };

	answer(reply, nodes_engine()->tx->sign_round(
			      nodes_ledger(all, 0), state,
			      bsn_slice_of(signature, 64), reply,
			      &reply->err));
}

static void
begin(guint32 kind, const bsn_slice parts[PARTS])
{
	const bsn_tx_request request = {
		.size = sizeof(request),
		.kind = kind,
		.signer_public_key = bsn_slice_of(
			all->people[0].who.public_key, PUBLIC_KEY_LEN),
		.contract = parts[0],
		.function = parts[1],
		.args = parts[2],
		.options = parts[3],
		.code = parts[4],
	};
	bsn_reply *reply = fake_reply_new(all->nodes[0].chain,
					  FAKE_ANSWER_SIGNABLE);
	bsn_reply *called = fake_reply_new(all->nodes[0].chain,
					   FAKE_ANSWER_VALUE);

	answer(reply, nodes_engine()->tx->begin(nodes_ledger(all, 0), &request,
						reply, &reply->err));
	answer(called, nodes_engine()->tx->call(nodes_ledger(all, 0), &request,
						called, &called->err));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_slice parts[PARTS] = { { NULL, 0 } };
	bsn_slice rest;

	if (all == NULL) {
		all = nodes_new(1, 1, "single");
		fake_host_load("runtime-evm.so");
	}
	if (size == 0)
		return 0;
	rest = bsn_slice_of(data + 1, size - 1);
	if (data[0] == 's') {
		round_of(rest);
		return 0;
	}
	for (guint i = 0; i < PARTS; i++) {
		const guint8 *end =
			i + 1 < PARTS && rest.len > 0 ?
				memchr(rest.data, '\0', rest.len) : NULL;
		guint64 len = end != NULL ? (guint64)(end - rest.data) :
					    rest.len;

		parts[i] = bsn_slice_of(rest.data, len);
		rest = end != NULL ? bsn_slice_of(end + 1, rest.len - len - 1) :
				     bsn_slice_of(NULL, 0);
	}
	begin(data[0] - '0', parts);
	return 0;
}
