/* SPDX-License-Identifier: Apache-2.0
 *
 * Proposals of other nodes, honest and hostile.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/block.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/private.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-order.h"

#define TXS_MAX 8u

/* A block that is made by hand; zeroed fields mean the right ones. */
typedef struct {
	bsn_slice txs[TXS_MAX];
	guint n;
	guint64 number;
	const char *previous;
	const char *data_hash;
	const char *metadata;
	gboolean no_header;
	gboolean no_data;
} Made;

static GByteArray *
make(FabricOrder *fixture, const Made *made)
{
	const Channel *channel = fabric_order_channel(fixture);
	ProtobufCBinaryData list[TXS_MAX];
	ProtobufCBinaryData entry = fabric_text(made->metadata);
	Common__Block block = COMMON__BLOCK__INIT;
	Common__BlockHeader header = COMMON__BLOCK_HEADER__INIT;
	Common__BlockData data = COMMON__BLOCK_DATA__INIT;
	Common__BlockMetadata metadata = COMMON__BLOCK_METADATA__INIT;
	guint8 hash[HASH_LEN];

	for (guint i = 0; i < made->n; i++)
		list[i] = message_bytes(made->txs[i]);
	data.n_data = made->n;
	data.data = list;
	block_data_hash(&channel->suite, &data, hash);
	header.number =
		made->number != 0 ? made->number : channel->ledger->head.height;
	header.previous_hash =
		made->previous != NULL
			? fabric_text(made->previous)
			: (ProtobufCBinaryData){ HASH_LEN,
						 channel->ledger->head.hash };
	header.data_hash = made->data_hash != NULL
				   ? fabric_text(made->data_hash)
				   : (ProtobufCBinaryData){ HASH_LEN, hash };
	metadata.n_metadata = 1;
	metadata.metadata = &entry;
	block.header = made->no_header ? NULL : &header;
	block.data = made->no_data ? NULL : &data;
	block.metadata = made->metadata != NULL ? &metadata : NULL;
	return message_pack(&block);
}

static void
assert_refused(FabricOrder *fixture, const Made *made, int32_t status,
	       const char *reason)
{
	g_autoptr(GByteArray) block = make(fixture, made);
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(
		hand_check(fixture,
			   fabric_order_channel(fixture)->ledger->head.height,
			   buffer_slice(block), &err),
		==, status);
	if (strstr(err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, err.reason);
	g_assert_cmpuint(fabric_order_channel(fixture)->order->kept.length, ==,
			 0);
}

static void
assert_accepted(FabricOrder *fixture, const Made *made)
{
	g_autoptr(GByteArray) block = make(fixture, made);
	const guint64 height = fabric_order_height(fixture);
	bsn_err err = BSN_ERR_INIT;

	if (hand_check(fixture, height, buffer_slice(block), &err) != BSN_OK)
		g_error("%s", err.reason);
	g_assert_cmpint(hand_decide(fixture, height, buffer_slice(block)), ==,
			BSN_OK);
}

static FabricOrder *
small_batches(void)
{
	return fabric_order_new(json_pack(
		"{s:{s:i, s:i, s:i}}", "batch", "max_messages", 3,
		"absolute_max_bytes", 16384, "preferred_max_bytes", 10240));
}

static void
test_honest(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	const Made two = { .txs = { fabric_order_tx(fixture),
				    fabric_order_tx(fixture) },
			   .n = 2 };
	const Made large = { .txs = { fabric_order_large(fixture, 9000) },
			     .n = 1 };

	assert_accepted(fixture, &two);
	assert_accepted(fixture, &large);
	g_assert_cmpuint(
		fabric_order_channel(fixture)->ledger->head.invalid_txs, ==, 0);
}

static void
test_form(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Made made = { .txs = { fabric_order_tx(fixture) }, .n = 1 };

	made.metadata = "more";
	assert_refused(fixture, &made, BSN_BAD_REQUEST, "more than a header");
	made = (Made){ .txs = { made.txs[0] }, .n = 1, .number = 7 };
	assert_refused(fixture, &made, BSN_CONFLICT, "number 7");
	made = (Made){ .txs = { made.txs[0] }, .n = 1, .previous = "other" };
	assert_refused(fixture, &made, BSN_CONFLICT, "follows another");
	made = (Made){ .txs = { made.txs[0] }, .n = 1, .data_hash = "other" };
	assert_refused(fixture, &made, BSN_BAD_REQUEST, "data hash");
	made = (Made){ .txs = { made.txs[0] }, .n = 1, .no_header = TRUE };
	assert_refused(fixture, &made, BSN_BAD_REQUEST, "no header");
	made = (Made){ .txs = { made.txs[0] }, .n = 1, .no_data = TRUE };
	assert_refused(fixture, &made, BSN_BAD_REQUEST, "no header");
	made = (Made){ .n = 0 };
	assert_refused(fixture, &made, BSN_BAD_REQUEST, "no batch");
}

/* Anything behind it would be in the proposal and not in its hash. */
static void
test_encoding(void)
{
	static const guint8 unknown[] = { 9 << 3, 1 };
	static const guint8 again[] = { 2 << 3 | 2, 0 };
	g_autoptr(FabricOrder) fixture = small_batches();
	const Made made = { .txs = { fabric_order_tx(fixture) }, .n = 1 };
	g_autoptr(GByteArray) block = make(fixture, &made);
	g_autoptr(GByteArray) more = make(fixture, &made);
	bsn_err err = BSN_ERR_INIT;

	g_byte_array_append(more, unknown, sizeof(unknown));
	g_assert_cmpint(hand_check(fixture, 1, buffer_slice(more), &err), ==,
			BSN_BAD_REQUEST);
	g_byte_array_set_size(more, block->len);
	g_byte_array_append(more, again, sizeof(again));
	g_assert_cmpint(hand_check(fixture, 1, buffer_slice(more), &err), ==,
			BSN_BAD_REQUEST);
	for (guint len = 0; len < block->len; len++)
		g_assert_cmpint(hand_check(fixture, 1,
					   bsn_slice_of(block->data, len),
					   &err),
				>, 0);
	g_assert_cmpint(hand_check(fixture, 1, buffer_slice(block), &err), ==,
			BSN_OK);
}

/* What was decided is stored without what was around it. */
static void
test_decided_is_stripped(void)
{
	static const guint8 unknown[] = { 9 << 3, 1 };
	g_autoptr(FabricOrder) fixture = small_batches();
	const Made made = { .txs = { fabric_order_tx(fixture) }, .n = 1 };
	const Made full = { .txs = { made.txs[0] }, .n = 1, .metadata = "x" };
	g_autoptr(GByteArray) block = make(fixture, &made);
	g_autoptr(GByteArray) more = make(fixture, &full);
	g_autoptr(GByteArray) stored = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Block *read;

	g_byte_array_append(more, unknown, sizeof(unknown));
	g_assert_cmpint(hand_decide(fixture, 1, buffer_slice(more)), ==,
			BSN_OK);
	g_assert_cmpint(
		order_proposed(fabric_order_channel(fixture), 1, stored, NULL),
		==, BSN_OK);
	g_assert_true(
		bsn_slice_equal(buffer_slice(stored), buffer_slice(block)));
	g_byte_array_set_size(stored, 0);
	ledger_block(fabric_order_channel(fixture)->ledger, 1, stored, NULL);
	read = message_unpack(&arena, &common__block__descriptor,
			      buffer_slice(stored), NULL, NULL);
	g_assert_cmpuint(read->base.n_unknown_fields, ==, 0);
	g_assert_cmpuint(read->metadata->n_metadata, ==, 5);
}

static void
test_limits(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	Made made = { .n = 4 };

	for (guint i = 0; i < made.n; i++)
		made.txs[i] = fabric_order_tx(fixture);
	assert_refused(fixture, &made, BSN_BAD_REQUEST, "no batch");
	made.txs[0] = fabric_order_large(fixture, 9000);
	made.n = 2;
	assert_refused(fixture, &made, BSN_BAD_REQUEST, "no batch");
	made.txs[0] = fabric_order_large(fixture, 16000);
	made.n = 1;
	assert_refused(fixture, &made, BSN_BAD_REQUEST, "no batch");
}

static void
test_transactions(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	const bsn_slice tx = fabric_order_tx(fixture);
	Common__Envelope *envelope =
		message_unpack(&fixture->tx.arena,
			       &common__envelope__descriptor, tx, NULL, NULL);
	const Made malformed = { .txs = { tx, bsn_slice_str("junk") }, .n = 2 };
	const Made empty = { .txs = { tx, bsn_slice_str("") }, .n = 2 };
	const Made update = { .txs = { fabric_order_update(fixture, 7) },
			      .n = 1 };
	const Made twice = { .txs = { tx, tx }, .n = 2 };
	Made forged = { .txs = { fabric_order_tx(fixture) }, .n = 2 };

	envelope->signature.data[envelope->signature.len - 1] ^= 1;
	forged.txs[1] = message_put(&fixture->tx.arena, envelope);
	assert_refused(fixture, &malformed, BSN_BAD_REQUEST, "transaction 1");
	assert_refused(fixture, &empty, BSN_BAD_REQUEST, "transaction 1");
	assert_refused(fixture, &update, BSN_BAD_REQUEST, "CONFIG_UPDATE");
	assert_refused(fixture, &twice, BSN_DUPLICATE, "transaction 1");
	assert_refused(fixture, &forged, BSN_BAD_SIGNATURE, "transaction 1");
}

static void
test_known(void)
{
	g_autoptr(FabricOrder) fixture = small_batches();
	const Made made = { .txs = { fabric_order_tx(fixture) }, .n = 1 };
	g_auto(Proposal) first = { 0 };
	g_autoptr(GByteArray) upon = NULL;
	guint8 *hash;
	bsn_err err = BSN_ERR_INIT;
	Made next;

	/* In an undecided block that it is built upon. */
	fabric_order_submit(fixture, made.txs[0]);
	hand_propose(fixture, 1, &first);
	hand_expect(fixture, 1, &first);
	hash = first.digest.bytes;
	next = (Made){ .txs = { made.txs[0] }, .n = 1, .number = 2 };
	upon = make(fixture, &next);
	/* Put the undecided block's hash in place of the head's. */
	for (guint i = 0; i + HASH_LEN <= upon->len; i++)
		if (memcmp(upon->data + i,
			   fabric_order_channel(fixture)->ledger->head.hash,
			   HASH_LEN) == 0)
			memcpy(upon->data + i, hash, HASH_LEN);
	g_assert_cmpint(hand_check(fixture, 2, buffer_slice(upon), &err), ==,
			BSN_DUPLICATE);
	/* In the ledger. */
	g_assert_cmpint(hand_decide(fixture, 1, buffer_slice(first.bytes)), ==,
			BSN_OK);
	assert_refused(fixture, &made, BSN_DUPLICATE, "block 1");
}

/* The CONFIG that this node makes of an update, taken from its pool. */
static bsn_slice
config_of(FabricOrder *fixture, guint32 max_messages)
{
	const PoolEntry *entry;

	fabric_order_submit(fixture,
			    fabric_order_update(fixture, max_messages));
	entry = fabric_order_channel(fixture)->order->pool.entries.tail->data;
	g_assert_true(entry->is_config);
	return bsn_slice_of(arena_copy(&fixture->tx.arena,
				       g_bytes_get_data(entry->envelope, NULL),
				       g_bytes_get_size(entry->envelope)),
			    g_bytes_get_size(entry->envelope));
}

static FabricOrder *
large_batches(void)
{
	return fabric_order_new(NULL);
}

static void
test_configs(void)
{
	g_autoptr(FabricOrder) fixture = large_batches();
	const bsn_slice config = config_of(fixture, 7);
	const bsn_slice other = config_of(fixture, 8);
	Made beside = { .txs = { config, fabric_order_tx(fixture) }, .n = 2 };
	Made alone = { .txs = { config }, .n = 1 };
	Made stale = { .txs = { other }, .n = 1 };
	Common__Envelope *envelope = message_unpack(
		&fixture->tx.arena, &common__envelope__descriptor, config, NULL,
		NULL);
	Made forged = { .n = 1 };

	envelope->signature.data[envelope->signature.len - 1] ^= 1;
	forged.txs[0] = message_put(&fixture->tx.arena, envelope);
	assert_refused(fixture, &beside, BSN_BAD_REQUEST, "stands alone");
	assert_refused(fixture, &forged, BSN_BAD_SIGNATURE, "signature");
	assert_accepted(fixture, &alone);
	g_assert_cmpuint(
		fabric_order_channel(fixture)->config->max_message_count, ==,
		7);
	assert_refused(fixture, &stale, BSN_BAD_REQUEST, "does not follow");
}

/* One that was decided nevertheless has no effect, and is told so. */
static void
test_stale_config_decided(void)
{
	g_autoptr(FabricOrder) fixture = large_batches();
	const Made first = { .txs = { config_of(fixture, 7) }, .n = 1 };
	const Made second = { .txs = { config_of(fixture, 8) }, .n = 1 };
	Channel *channel = fabric_order_channel(fixture);
	g_autoptr(GByteArray) block = NULL;

	assert_accepted(fixture, &first);
	block = make(fixture, &second);
	g_assert_cmpint(hand_decide(fixture, 2, buffer_slice(block)), ==,
			BSN_OK);
	g_assert_cmpuint(channel->config->max_message_count, ==, 7);
	g_assert_cmpuint(channel->ledger->head.last_config, ==, 1);
	g_assert_cmpuint(channel->ledger->head.invalid_txs, ==, 1);
	g_assert_cmpuint(others.configs, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/check/honest", test_honest);
	g_test_add_func("/fabric/check/form", test_form);
	g_test_add_func("/fabric/check/encoding", test_encoding);
	g_test_add_func("/fabric/check/decided-is-stored-bare",
			test_decided_is_stripped);
	g_test_add_func("/fabric/check/limits", test_limits);
	g_test_add_func("/fabric/check/transactions", test_transactions);
	g_test_add_func("/fabric/check/known-transactions", test_known);
	g_test_add_func("/fabric/check/configs", test_configs);
	g_test_add_func("/fabric/check/stale-config-has-no-effect",
			test_stale_config_decided);
	return g_test_run();
}
