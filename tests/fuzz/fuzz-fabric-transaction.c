/* SPDX-License-Identifier: Apache-2.0
 *
 * Envelopes of a block. The first byte says what the others are: 0: an
 * envelope; else the ChaincodeAction of one whose headers are right.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/transaction.h"
#include "tests/unit/fabric-ca.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
open_envelope(Arena *arena, bsn_slice envelope)
{
	static Suite suite;
	Transaction tx;

	if (suite.hash == NULL)
		suite = fabric_suite(FALSE);
	if (transaction_open(arena, envelope, &tx) !=
	    PROTOS__TX_VALIDATION_CODE__VALID)
		return;
	g_assert_nonnull(tx.channel);
	if (transaction_open_action(&suite, arena, &tx) ==
	    PROTOS__TX_VALIDATION_CODE__VALID)
		(void)transaction_open_results(arena, &tx);
}

static void
open_results(Arena *arena, bsn_slice action)
{
	/* ChaincodeHeaderExtension { ChaincodeID { name: "basic" } } */
	static uint8_t extension[] = {
		0x12, 7, 0x12, 5, 'b', 'a', 's', 'i', 'c'
	};
	Common__ChannelHeader channel = COMMON__CHANNEL_HEADER__INIT;
	Transaction tx = { .channel = &channel, .extension = action };

	channel.extension =
		(ProtobufCBinaryData){ sizeof(extension), extension };
	if (transaction_open_results(arena, &tx) !=
	    PROTOS__TX_VALIDATION_CODE__VALID)
		return;
	g_assert_cmpstr(tx.action->chaincode_id->name, ==, "basic");
	for (guint i = 0; i < tx.n_namespaces; i++)
		g_assert_nonnull(tx.namespaces[i].set);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;

	if (size == 0)
		return 0;
	if (data[0] == 0)
		open_envelope(&arena, bsn_slice_of(data + 1, size - 1));
	else
		open_results(&arena, bsn_slice_of(data + 1, size - 1));
	return 0;
}
