/* SPDX-License-Identifier: Apache-2.0
 *
 * What comes to a channel's order from outside. The first byte says what the
 * others are: 0: a proposal as it is; 1: its envelopes, each after two bytes
 * with its length, in a block that fits, a right transaction for each that is
 * empty; 2: the same, submitted; 3: block 0; else a chain's JSON config. What
 * is agreed to must be decided, and what was decided must be given to others as
 * it is.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"
#include "tests/unit/fabric-order.h"

#define ENTRIES_MAX 64u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guint
read_entries(FabricOrder *fixture, bsn_slice bytes, bsn_slice *entries)
{
	Wire wire = wire_of(bytes);
	guint n = 0;

	while (n < ENTRIES_MAX && wire.rest.len >= 2) {
		const guint len = wire_u16(&wire);

		entries[n] = wire_bytes(&wire, MIN(len, wire.rest.len));
		if (entries[n].len == 0)
			entries[n] = fabric_order_tx(fixture);
		n++;
	}
	return n;
}

static GByteArray *
fit(FabricOrder *fixture, const bsn_slice *entries, guint n)
{
	Channel *channel = fabric_order_channel(fixture);
	ProtobufCBinaryData list[ENTRIES_MAX];
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	guint8 hash[HASH_LEN];

	for (guint i = 0; i < n; i++)
		list[i] = message_bytes(entries[i]);
	data.n_data = n;
	data.data = list;
	block_data_hash(&channel->suite, &data, hash);
	header.number = channel->ledger->head.height;
	header.previous_hash =
		(ProtobufCBinaryData){ HASH_LEN, channel->ledger->head.hash };
	header.data_hash = (ProtobufCBinaryData){ HASH_LEN, hash };
	block.header = &header;
	block.data = &data;
	return message_pack(&block);
}

static void
propose(FabricOrder *fixture, bsn_slice block)
{
	g_autoptr(GByteArray) stored = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	if (hand_check(fixture, 1, block, &err) != BSN_OK) {
		g_assert_cmpstr(err.reason, !=, "");
		/* A protocol that decides it nevertheless is refused, or has a
		 * block of invalid transactions. */
		(void)hand_decide(fixture, 1, block);
		return;
	}
	g_assert_cmpint(hand_decide(fixture, 1, block), ==, BSN_OK);
	g_assert_cmpint(
		order_proposed(fabric_order_channel(fixture), 1, stored, NULL),
		==, BSN_OK);
	g_assert_true(bsn_slice_equal(buffer_slice(stored), block));
}

static void
submit(FabricOrder *fixture, const bsn_slice *entries, guint n)
{
	Proposal proposal = { 0 };

	for (guint i = 0; i < n; i++) {
		const bsn_reply *reply =
			fabric_order_submit(fixture, entries[i]);

		g_assert_true(reply->accepted || reply->status > 0);
	}
	if (hand_propose(fixture, 1, &proposal) == BSN_OK)
		propose(fixture, buffer_slice(proposal.bytes));
	proposal_clear(&proposal);
}

static void
use(FabricOrder *fixture, guint8 kind, bsn_slice bytes)
{
	bsn_slice entries[ENTRIES_MAX];
	g_autoptr(GByteArray) block = NULL;
	guint n;

	if (kind == 0) {
		propose(fixture, bytes);
		return;
	}
	n = read_entries(fixture, bytes, entries);
	block = fit(fixture, entries, n);
	if (kind == 1)
		propose(fixture, buffer_slice(block));
	else
		submit(fixture, entries, n);
	fake_host_settle();
}

static void
found(bsn_slice text)
{
	g_autoptr(json_t) config =
		json_parse_object(text, 64u << 10, "config", NULL, NULL);
	g_autoptr(GByteArray) out = g_byte_array_new();
	bsn_err err = BSN_ERR_INIT;

	if (config != NULL && fabric_order_genesis(config, out, &err) != BSN_OK)
		g_assert_cmpstr(err.reason, !=, "");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(FabricOrder) fixture = NULL;
	bsn_slice bytes;

	if (size == 0)
		return 0;
	fixture = fabric_order_new(NULL);
	bytes = bsn_slice_of(data + 1, size - 1);
	if (data[0] < 3) {
		use(fixture, data[0], bytes);
	} else if (data[0] == 3) {
		g_auto(Genesis) genesis = { 0 };

		(void)genesis_read(bytes, &genesis, NULL);
	} else {
		found(bytes);
	}
	return 0;
}
