/* SPDX-License-Identifier: Apache-2.0
 *
 * From envelopes to blocks on disk, and what whoever waits is told.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "peer/transaction.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/private.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"
#include "tests/unit/fabric-order.h"

#define CODE(name) PROTOS__TX_VALIDATION_CODE__##name

static void
assert_committed(const bsn_reply *reply, guint64 block, guint64 index)
{
	g_assert_cmpint(reply->status, ==, BSN_OK);
	g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	g_assert_cmpuint(reply->tx.block, ==, block);
	g_assert_cmpuint(reply->tx.index, ==, index);
}

static guint64
last_of(const GArray *numbers)
{
	return g_array_index(numbers, guint64, numbers->len - 1);
}

/* ---- answers ------------------------------------------------------------- */

static void
test_durable(gconstpointer sm)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(
		json_pack("{s:s}", "crypto", sm != NULL ? "sm" : "std"));
	Channel *channel = fabric_order_channel(fixture);
	bsn_reply *reply;

	fake_chain_set_automatic(fixture->chain, FALSE);
	reply = fabric_order_submit(fixture, fabric_order_tx(fixture));
	g_assert_true(reply->accepted);
	g_assert_cmpuint(others.forwarded, ==, 1);
	g_assert_cmpuint(channel->agreement->pending, ==, 1);
	g_assert_cmpuint(order_pending_count(channel), ==, 1);
	g_assert_true(
		order_is_waiting(channel, bsn_id_slice(&reply->tx.tx_id)));
	g_assert_cmpuint(hand_next(fixture), ==, 1);
	g_assert_cmpuint(order_pending_count(channel), ==, 0);
	g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_ACCEPTED);
	g_assert_cmpuint(fake_chain_blocks(fixture->chain)->len, ==, 0);
	g_assert_cmpuint(channel->agreement->applied->len, ==, 0);
	g_assert_cmpuint(others.head_moved, ==, 1);
	g_assert_cmpuint(others.lifecycle, ==, 1);
	fake_chain_make_durable(fixture->chain, G_MAXUINT);
	assert_committed(reply, 1, 0);
	g_assert_cmpint(reply->tx.native, ==, CODE(VALID));
	g_assert_cmpuint(last_of(fake_chain_blocks(fixture->chain)), ==, 1);
	g_assert_cmpuint(last_of(channel->agreement->applied), ==, 1);
	g_assert_cmpuint(others.durable, ==, 1);
	g_assert_cmpuint(others.followed, ==, 1);
}

static void
test_invalid(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	bsn_reply *reply =
		fabric_order_submit(fixture, fabric_order_conflict(fixture));
	bsn_reply *good =
		fabric_order_submit(fixture, fabric_order_tx(fixture));

	g_assert_cmpuint(hand_next(fixture), ==, 2);
	fake_host_settle();
	g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(reply->tx.native, ==, CODE(MVCC_READ_CONFLICT));
	assert_committed(good, 1, 1);
}

static void
test_not_endorsed(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	bsn_reply *reply;

	others.not_endorsed = "basic";
	reply = fabric_order_submit(fixture, fabric_order_tx(fixture));
	hand_next(fixture);
	fake_host_settle();
	g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_INVALID);
	g_assert_cmpint(reply->tx.native, ==, CODE(ENDORSEMENT_POLICY_FAILURE));
}

static void
test_closing(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	bsn_reply *stored;
	bsn_reply *pooled;

	fake_chain_set_automatic(fixture->chain, FALSE);
	stored = fabric_order_submit(fixture, fabric_order_tx(fixture));
	hand_next(fixture);
	pooled = fabric_order_submit(fixture, fabric_order_tx(fixture));
	fake_chain_close(fixture->chain);
	g_assert_cmpint(pooled->status, ==, BSN_UNAVAILABLE);
	g_assert_cmpint(stored->status, !=, FAKE_PENDING);
	g_assert_cmpint(fabric_order_open(fixture, NULL), ==, BSN_OK);
	g_assert_cmpuint(fabric_order_height(fixture), ==, 2);
}

static void
test_solo(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(
		json_pack("{s:{s:s}, s:{s:i}}", "consensus", "name", "solo",
			  "batch", "max_messages", 3));

	for (guint i = 0; i < 10; i++)
		fabric_order_submit(fixture, fabric_order_tx(fixture));
	fake_host_settle();
	for (guint i = 0; i < 10; i++) {
		const bsn_reply *reply = fixture->replies->pdata[i];

		g_assert_cmpint(reply->status, ==, BSN_OK);
		g_assert_cmpuint(reply->tx.stage, ==, BSN_TX_COMMITTED);
	}
	g_assert_cmpuint(fabric_order_channel(fixture)->ledger->head.txs, ==,
			 11);
	g_assert_cmpuint(fake_chain_timers(fixture->chain), ==, 0);
}

/* ---- duplicates ---------------------------------------------------------- */

static void
assert_duplicate(const bsn_reply *reply)
{
	g_assert_cmpint(reply->status, ==, BSN_DUPLICATE);
	g_assert_cmpint(reply->err.native, ==, CODE(DUPLICATE_TXID));
}

static void
test_duplicates(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice tx = fabric_order_tx(fixture);
	bsn_reply *reply = fabric_order_submit(fixture, tx);

	assert_duplicate(fabric_order_submit(fixture, tx));
	g_assert_cmpint(reply->status, ==, FAKE_PENDING);
	hand_next(fixture);
	assert_duplicate(fabric_order_submit(fixture, tx));
	fake_host_settle();
	assert_committed(reply, 1, 0);
	assert_duplicate(fabric_order_submit(fixture, tx));
	g_assert_cmpuint(others.forwarded, ==, 1);
}

/* Another envelope with the same id: the same nonce, another write. */
static bsn_slice
twin_of_last(FabricOrder *fixture)
{
	fixture->tx.number--;
	return fabric_order_large(fixture, 9);
}

static void
test_twin_in_pool(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);

	fabric_order_submit(fixture, fabric_order_tx(fixture));
	assert_duplicate(fabric_order_submit(fixture, twin_of_last(fixture)));
	g_assert_cmpuint(hand_next(fixture), ==, 1);
}

/* Returns: BSN_OK, also when it is a duplicate; or why it was refused. */
static int32_t
forward_one(Channel *channel, bsn_slice envelope, bsn_err *err)
{
	bsn_err own = BSN_ERR_INIT;
	guint refused = 0;
	const int32_t status =
		order_forwarded(channel, &envelope, 1, &refused, &own);

	if (err != NULL)
		*err = own;
	return status == BSN_OK && refused > 0 ? BSN_BAD_REQUEST : status;
}

/* The reply of a pooled transaction is not that of another one with its id,
 * which others have ordered. */
static void
test_twin_committed(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	g_auto(Proposal) proposal = { 0 };
	bsn_reply *pooled;
	bsn_slice first;

	first = fabric_order_tx(fixture);
	g_assert_cmpint(
		forward_one(fabric_order_channel(fixture), first, NULL), ==,
		BSN_OK);
	g_assert_cmpint(hand_propose(fixture, 1, &proposal), ==, BSN_OK);
	fake_chain_crash(fixture->chain);
	g_assert_cmpint(fabric_order_open(fixture, NULL), ==, BSN_OK);
	pooled = fabric_order_submit(fixture, twin_of_last(fixture));
	g_assert_cmpint(hand_decide(fixture, 1, buffer_slice(proposal.bytes)),
			==, BSN_OK);
	assert_duplicate(pooled);
	g_assert_cmpuint(order_pending_count(fabric_order_channel(fixture)), ==,
			 0);
}

static void
test_forwarded(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	const bsn_slice tx = fabric_order_tx(fixture);
	bsn_err err = BSN_ERR_INIT;
	bsn_reply *reply;

	g_assert_cmpint(forward_one(channel, tx, &err), ==, BSN_OK);
	g_assert_cmpint(forward_one(channel, tx, &err), ==, BSN_OK);
	g_assert_cmpuint(channel->agreement->pending, ==, 1);
	reply = fabric_order_submit(fixture, tx);
	g_assert_true(reply->accepted);
	g_assert_cmpuint(others.forwarded, ==, 0);
	assert_duplicate(fabric_order_submit(fixture, tx));
	hand_next(fixture);
	fake_host_settle();
	assert_committed(reply, 1, 0);
	g_assert_cmpint(forward_one(channel, tx, &err), ==, BSN_OK);
	g_assert_cmpint(err.native, ==,
			PROTOS__TX_VALIDATION_CODE__DUPLICATE_TXID);
	g_assert_cmpint(forward_one(channel, bsn_slice_str("junk"), &err), ==,
			BSN_BAD_REQUEST);
	g_assert_cmpstr(err.reason, !=, "");
}

static void
count_waiting(bsn_slice envelope, gpointer data)
{
	++*(guint *)data;
}

static void
test_waiting(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	const guint64 begin = services_mono_ms(fixture->chain);
	guint n = 0;

	g_assert_false(
		order_waiting(channel, begin + 9, 1u << 20, count_waiting, &n));
	fabric_order_submit(fixture, fabric_order_tx(fixture));
	fake_host_advance(10);
	fabric_order_submit(fixture, fabric_order_tx(fixture));
	g_assert_true(
		order_waiting(channel, begin + 9, 1u << 20, count_waiting, &n));
	g_assert_cmpuint(n, ==, 1);
	g_assert_true(
		order_waiting(channel, begin + 10, 10, count_waiting, &n));
	g_assert_cmpuint(n, ==, 1);
	g_assert_true(order_waiting(channel, begin + 10, 1u << 20,
				    count_waiting, &n));
	g_assert_cmpuint(n, ==, 3);
}

/* ---- the store ----------------------------------------------------------- */

static void
test_full_at_the_door(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice tx = fabric_order_tx(fixture);

	fake_chain_set_writable(fixture->chain, BSN_FULL);
	g_assert_cmpint(fabric_order_submit(fixture, tx)->status, ==, BSN_FULL);
	fake_chain_set_writable(fixture->chain, BSN_OK);
	g_assert_true(fabric_order_submit(fixture, tx)->accepted);
}

static void
test_put_off(gconstpointer refusal)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	g_auto(Proposal) first = { 0 };
	g_auto(Proposal) next = { 0 };
	bsn_err err = BSN_ERR_INIT;
	bsn_reply *reply =
		fabric_order_submit(fixture, fabric_order_tx(fixture));
	guint pending;

	g_assert_cmpint(hand_propose(fixture, 1, &first), ==, BSN_OK);
	fake_chain_set_writable(fixture->chain, GPOINTER_TO_INT(refusal));
	g_assert_cmpint(hand_decide(fixture, 1, buffer_slice(first.bytes)), ==,
			BSN_OK);
	g_assert_cmpuint(fabric_order_height(fixture), ==, 1);
	g_assert_cmpint(hand_check(fixture, 2, buffer_slice(first.bytes), &err),
			==, BSN_BUSY);
	g_assert_cmpint(order_take(channel, 1, buffer_slice(first.bytes),
				   bsn_slice_str(""), &err),
			==, BSN_BUSY);
	fake_host_advance(1000);
	g_assert_cmpuint(fabric_order_height(fixture), ==, 1);
	g_assert_cmpint(hand_propose(fixture, 2, &next), ==,
			GPOINTER_TO_INT(refusal));
	pending = channel->agreement->pending;
	fake_chain_set_writable(fixture->chain, BSN_OK);
	fake_host_advance(1000);
	assert_committed(reply, 1, 0);
	g_assert_cmpuint(channel->agreement->pending, ==, pending + 1);
	g_assert_cmpuint(fabric_order_height(fixture), ==, 2);
	g_assert_cmpuint(fake_chain_timers(fixture->chain), ==, 0);
}

/* What is on disk is whole blocks, however many batches made it. */
static void
test_crashes(void)
{
	for (guint durable = 0; durable <= 3; durable++) {
		g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
		guint8 hash[HASH_LEN];
		bsn_reply *reply = NULL;

		fake_chain_make_durable(fixture->chain, G_MAXUINT);
		fake_chain_set_automatic(fixture->chain, FALSE);
		for (guint i = 1; i <= 3; i++) {
			reply = fabric_order_submit(fixture,
						    fabric_order_tx(fixture));
			hand_next(fixture);
			if (i == durable)
				memcpy(hash,
				       fabric_order_channel(fixture)
					       ->ledger->head.hash,
				       HASH_LEN);
		}
		g_assert_cmpuint(fake_chain_pending_batches(fixture->chain), ==,
				 3);
		fake_chain_make_durable(fixture->chain, durable);
		g_assert_cmpint(reply->tx.stage, ==,
				durable == 3 ? BSN_TX_COMMITTED
					     : BSN_TX_ACCEPTED);
		fake_chain_crash(fixture->chain);
		g_assert_cmpint(fabric_order_open(fixture, NULL), ==, BSN_OK);
		g_assert_cmpuint(fabric_order_height(fixture), ==, durable + 1);
		g_assert_cmpuint(
			fabric_order_channel(fixture)->agreement->height, ==,
			durable);
		if (durable > 0)
			assert_bytes(fabric_order_channel(fixture)
					     ->ledger->head.hash,
				     HASH_LEN, hash, HASH_LEN);
		fabric_order_submit(fixture, fabric_order_tx(fixture));
		g_assert_cmpuint(hand_next(fixture), ==, 1);
	}
}

/* ---- blocks -------------------------------------------------------------- */

static void
test_take(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	g_autoptr(GByteArray) bare = g_byte_array_new();
	g_auto(Proposal) proposal = { 0 };
	const bsn_slice proof = bsn_slice_str("proof");
	bsn_slice block;

	fabric_order_submit(fixture, fabric_order_tx(fixture));
	hand_propose(fixture, 1, &proposal);
	block = buffer_slice(proposal.bytes);
	g_assert_cmpint(order_take(channel, 2, block, proof, NULL), ==,
			BSN_CONFLICT);
	g_assert_cmpint(
		order_take(channel, 1, bsn_slice_str("\xff"), proof, NULL), ==,
		BSN_BAD_REQUEST);
	/* Another body under the same header: what is kept stays. */
	proposal.bytes->data[proposal.bytes->len - 1] ^= 1;
	g_assert_cmpint(order_take(channel, 1, block, proof, NULL), ==,
			BSN_BAD_REQUEST);
	proposal.bytes->data[proposal.bytes->len - 1] ^= 1;
	g_assert_cmpuint(channel->order->kept.length, ==, 1);
	g_assert_cmpint(order_take(channel, 1, block, proof, NULL), ==, BSN_OK);
	g_assert_cmpint(order_take(channel, 1, block, proof, NULL), ==,
			BSN_CONFLICT);
	g_assert_cmpint(hand_decide(fixture, 1, block), ==, BSN_DUPLICATE);
	g_assert_cmpint(order_certificate(channel, 1, certificate, NULL), ==,
			BSN_OK);
	assert_bytes(certificate->data, certificate->len,
		     (const guint8 *)"proof", 5);
	g_assert_cmpint(order_proposed(channel, 1, bare, NULL), ==, BSN_OK);
	assert_bytes(bare->data, bare->len, proposal.bytes->data,
		     proposal.bytes->len);
	g_assert_cmpint(order_certificate(channel, 2, certificate, NULL), ==,
			BSN_NOT_FOUND);
	g_assert_cmpint(order_proposed(channel, 2, bare, NULL), ==,
			BSN_NOT_FOUND);
	fake_host_settle();
	g_assert_cmpuint(last_of(channel->agreement->applied), ==, 1);
	/* Another block of that height breaks a promise: within the previous
	 * hash. */
	proposal.bytes->data[8] ^= 1;
	g_assert_null(fake_chain_given_up(fixture->chain));
	g_assert_cmpint(hand_decide(fixture, 1, block), ==, BSN_E_STATE);
	g_assert_true(g_str_has_prefix(
		fake_chain_given_up(fixture->chain),
		"block 1 was decided and cannot be applied: block 1 was "
		"decided, and there is another one"));
	g_assert_cmpint(hand_decide(fixture, 3, block), ==, BSN_E_STATE);
}

static void
test_times(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);

	fabric_order_submit(fixture, fabric_order_tx(fixture));
	hand_next(fixture);
	g_assert_cmpuint(order_block_time(channel, 0), ==,
			 FAKE_START_MS - 1000);
	g_assert_cmpuint(order_block_time(channel, 1), ==, FAKE_START_MS);
	g_assert_cmpuint(order_block_time(channel, 2), ==, 0);
	fake_host_settle();
	fake_chain_crash(fixture->chain);
	g_assert_cmpint(fabric_order_open(fixture, NULL), ==, BSN_OK);
	g_assert_cmpuint(order_block_time(fabric_order_channel(fixture), 1), ==,
			 FAKE_START_MS);
}

static const Common__Metadata *
read_entry(Arena *arena, const Common__Block *block, guint index)
{
	return message_unpack(arena, &common__metadata__descriptor,
			      message_slice(block->metadata->metadata[index]),
			      NULL, NULL);
}

static void
test_metadata(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	const Common__OrdererBlockMetadata *orderer;
	const Common__LastConfig *last;
	const Common__Block *block;

	fabric_order_submit(fixture, fabric_order_update(fixture, 7));
	hand_next(fixture);
	fabric_order_submit(fixture, fabric_order_tx(fixture));
	hand_next(fixture);
	ledger_block(fabric_order_channel(fixture)->ledger, 2, bytes, NULL);
	block = message_unpack(&arena, &common__block__descriptor,
			       buffer_slice(bytes), NULL, NULL);
	g_assert_cmpuint(block->metadata->n_metadata, ==, 5);
	last = message_unpack(
		&arena, &common__last_config__descriptor,
		message_slice(
			read_entry(&arena, block,
				   COMMON__BLOCK_METADATA_INDEX__LAST_CONFIG)
				->value),
		NULL, NULL);
	g_assert_cmpuint(last->index, ==, 1);
	orderer = message_unpack(
		&arena, &common__orderer_block_metadata__descriptor,
		message_slice(
			read_entry(&arena, block,
				   COMMON__BLOCK_METADATA_INDEX__SIGNATURES)
				->value),
		NULL, NULL);
	g_assert_cmpuint(orderer->last_config->index, ==, 1);
	g_assert_cmpuint(block->metadata->metadata[2].len, ==, 1);
	g_assert_cmpuint(block->metadata->metadata[4].len, >, HASH_LEN);
}

/* ---- configs ------------------------------------------------------------- */

static void
test_config(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	bsn_reply *update;
	bsn_reply *stale;
	bsn_reply *last;

	fabric_order_submit(fixture, fabric_order_tx(fixture));
	update = fabric_order_submit(fixture, fabric_order_update(fixture, 7));
	g_assert_true(update->accepted);
	stale = fabric_order_submit(fixture, fabric_order_update(fixture, 8));
	last = fabric_order_submit(fixture, fabric_order_tx(fixture));
	g_assert_cmpuint(hand_next(fixture), ==, 1);
	g_assert_cmpuint(others.configs, ==, 0);
	g_assert_cmpuint(hand_next(fixture), ==, 1);
	g_assert_cmpuint(others.configs, ==, 1);
	g_assert_cmpuint(channel->config->max_message_count, ==, 7);
	g_assert_cmpuint(channel->ledger->head.last_config, ==, 2);
	g_assert_cmpint(stale->status, ==, BSN_CONFLICT);
	g_assert_cmpuint(hand_next(fixture), ==, 1);
	fake_host_settle();
	assert_committed(update, 2, 0);
	assert_committed(last, 3, 0);
	fake_chain_crash(fixture->chain);
	g_assert_cmpint(fabric_order_open(fixture, NULL), ==, BSN_OK);
	g_assert_cmpuint(
		fabric_order_channel(fixture)->config->max_message_count, ==,
		7);
}

/* ---- signatures ---------------------------------------------------------- */

static guint verified;
static bsn_signature counting;
static const bsn_signature *real;

static int32_t
count_and_verify(const bsn_verify_item *item)
{
	verified++;
	return real->verify(item);
}

static void
test_verified_once(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	g_auto(Proposal) proposal = { 0 };

	real = channel->suite.signature;
	counting = *real;
	counting.verify = count_and_verify;
	counting.verify_many = NULL;
	channel->suite.signature = &counting;
	verified = 0;
	fabric_order_submit(fixture, fabric_order_tx(fixture));
	g_assert_cmpuint(verified, ==, 1);
	g_assert_cmpint(hand_propose(fixture, 1, &proposal), ==, BSN_OK);
	g_assert_cmpint(
		hand_check(fixture, 1, buffer_slice(proposal.bytes), NULL), ==,
		BSN_OK);
	g_assert_cmpint(hand_decide(fixture, 1, buffer_slice(proposal.bytes)),
			==, BSN_OK);
	/* The creator's, and of two endorsers. */
	g_assert_cmpuint(verified, ==, 3);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/fabric/order/answered-only-when-durable", NULL,
			     test_durable);
	g_test_add_data_func("/fabric/order/answered-only-when-durable-gm", "",
			     test_durable);
	g_test_add_func("/fabric/order/invalid-is-told-with-its-code",
			test_invalid);
	g_test_add_func("/fabric/order/not-endorsed-is-told-with-its-code",
			test_not_endorsed);
	g_test_add_func("/fabric/order/closing-answers-who-waits",
			test_closing);
	g_test_add_func("/fabric/order/blocks-fill-by-themselves", test_solo);
	g_test_add_func("/fabric/order/duplicates-are-refused",
			test_duplicates);
	g_test_add_func("/fabric/order/another-one-with-its-id-waits",
			test_twin_in_pool);
	g_test_add_func("/fabric/order/another-one-with-its-id-was-committed",
			test_twin_committed);
	g_test_add_func("/fabric/order/a-client-adopts-what-was-passed-on",
			test_forwarded);
	g_test_add_func("/fabric/order/what-waits-is-passed-on-again",
			test_waiting);
	g_test_add_func("/fabric/order/a-full-store-refuses-at-the-door",
			test_full_at_the_door);
	g_test_add_data_func("/fabric/order/a-full-store-puts-decisions-off",
			     GINT_TO_POINTER(BSN_FULL), test_put_off);
	g_test_add_data_func("/fabric/order/a-busy-store-puts-decisions-off",
			     GINT_TO_POINTER(BSN_BUSY), test_put_off);
	g_test_add_func("/fabric/order/a-crash-leaves-whole-blocks",
			test_crashes);
	g_test_add_func("/fabric/order/blocks-of-others-are-taken", test_take);
	g_test_add_func("/fabric/order/blocks-have-a-time", test_times);
	g_test_add_func("/fabric/order/metadata-names-the-newest-config",
			test_metadata);
	g_test_add_func("/fabric/order/a-config-stands-alone", test_config);
	g_test_add_func("/fabric/order/signatures-are-verified-once",
			test_verified_once);
	return g_test_run();
}
