/* SPDX-License-Identifier: Apache-2.0
 *
 * Envelopes of a block, and proposals. The first byte says what the others are:
 * 0: an envelope; 1: the ChaincodeAction of one whose headers are right; else a
 * SignedProposal.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-fabric/proposal.h"
#include "plugins/engine-fabric/transaction.h"
#include "tests/unit/fabric-ca.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static Suite suite;

static void
open_envelope(Arena *arena, bsn_slice envelope)
{
	Transaction tx;

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

static void
open_proposal(Arena *arena, bsn_slice bytes)
{
	bsn_err err = { .size = sizeof(err) };
	Proposal proposal;

	if (proposal_open(&suite, arena, bytes, &proposal, &err) == BSN_OK)
		g_assert_nonnull(proposal.input);
	else
		g_assert_cmpstr(err.reason, !=, "");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(Arena) arena = ARENA_INIT;

	if (suite.hash == NULL)
		suite = fabric_suite(FALSE);
	if (size == 0)
		return 0;
	if (data[0] == 0)
		open_envelope(&arena, bsn_slice_of(data + 1, size - 1));
	else if (data[0] == 1)
		open_results(&arena, bsn_slice_of(data + 1, size - 1));
	else
		open_proposal(&arena, bsn_slice_of(data + 1, size - 1));
	return 0;
}
