/* SPDX-License-Identifier: Apache-2.0
 *
 * Compiled contracts: the first byte says which, then come a ChaincodeInput,
 * behind a SignedProposal for the one that looks at it, and answers to what it asks, each a type (1 byte), a length (2 bytes,
 * big-endian) and a payload. Behind the last one the call is given up.
 */
#include <bsn/helpers/error.h>

#include "peer/proposal_response.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/wire.h"
#include "plugins/runtime-native/tx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const NativeContract *const contracts[] = { &native_asset, &native_bank,
						   &native_conform,
						   &native_evidence,
						   &native_vault };

static Wire wire;
static gboolean asks;
static gboolean over;

static void
asked(bsn_chaincode_run *run, uint32_t type, bsn_slice payload)
{
	g_assert_false(asks);
	g_assert_false(over);
	asks = TRUE;
}

static void
done(bsn_chaincode_run *run, int32_t status, bsn_slice response,
     bsn_slice event, const bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;

	g_assert_false(over);
	g_assert_cmpint(status, ==, BSN_OK);
	g_assert_nonnull(message_unpack(&arena, &protos__response__descriptor,
					response, NULL, NULL));
	over = TRUE;
}

static bsn_slice
next_bytes(void)
{
	const guint16 len = wire_u16(&wire);

	return wire_bytes(&wire, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bsn_chaincode_run run = { .size = sizeof(run),
				  .asked = asked,
				  .done = done };
	bsn_chaincode_call call = { .size = sizeof(call) };
	GQueue siblings = G_QUEUE_INIT;
	const NativeContract *contract;

	wire = wire_of(bsn_slice_of(data, size));
	asks = over = FALSE;
	contract = contracts[wire_u8(&wire) % G_N_ELEMENTS(contracts)];
	if (contract == &native_vault)
		call.proposal = next_bytes();
	call.input = next_bytes();
	g_assert_cmpint(
		native_call_run(contract, 1, &call, &siblings, &run, NULL), ==,
		BSN_OK);
	while (asks && !over) {
		const guint8 type = wire_u8(&wire);
		const bsn_slice payload = next_bytes();

		if (wire.bad)
			break;
		asks = FALSE;
		native_call_answer(&run, type, payload);
	}
	if (!over)
		native_call_cancel(&run);
	g_assert_cmpuint(siblings.length, ==, 0);
	return 0;
}
