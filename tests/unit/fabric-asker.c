/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-asker.h"

#include "plugins/kit/sink.h"

static const Channel channel = { .id = (char *)"one" };

Asker *
asker_new(FabricLedger *ledger)
{
	Asker *asker = g_new0(Asker, 1);

	asker->ledger = ledger;
	asker->simulator = simulator_new(ledger->ledger);
	asker->answer = g_byte_array_new();
	asker->err.size = sizeof(asker->err);
	shim_init(&asker->shim, ledger->ledger, asker->simulator, "basic",
		  &(ShimAccess){ .channel = &channel });
	return asker;
}

void
asker_free(Asker *asker)
{
	shim_clear(&asker->shim);
	simulator_free(asker->simulator);
	g_byte_array_unref(asker->answer);
	arena_clear(&asker->arena);
	g_free(asker->bookmark);
	g_free(asker);
}

int32_t
asker_ask_bytes(Asker *asker, guint32 type, bsn_slice payload)
{
	g_byte_array_set_size(asker->answer, 0);
	asker->err.reason[0] = '\0';
	return shim_answer(&asker->shim, type, payload, asker->answer,
			   &asker->err);
}

int32_t
asker_ask(Asker *asker, guint32 type, const void *message)
{
	g_autoptr(GByteArray) bytes = message_pack(message);
	const int32_t status =
		asker_ask_bytes(asker, type, buffer_slice(bytes));

	g_assert_true((status == BSN_OK) == (asker->err.reason[0] == '\0'));
	return status;
}

void
asker_read(Asker *asker)
{
	arena_reset(&asker->arena);
	asker->response = message_unpack(
		&asker->arena, &protos__query_response__descriptor,
		buffer_slice(asker->answer), NULL, NULL);
	g_assert_nonnull(asker->response);
}
