/* SPDX-License-Identifier: Apache-2.0
 *
 * Which envelopes are taken at the door, and what others are told.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "common/common.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/engine-fabric/order/private.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-order.h"

#define CODE(name) PROTOS__TX_VALIDATION_CODE__##name

static void
assert_refused(FabricOrder *fixture, bsn_slice envelope, int32_t status,
	       int32_t native, const char *reason)
{
	const bsn_reply *reply = fabric_order_submit(fixture, envelope);

	g_assert_cmpint(reply->status, ==, status);
	g_assert_cmpint(reply->err.native, ==, native);
	if (strstr(reply->err.reason, reason) == NULL)
		g_error("\"%s\" is not in \"%s\"", reason, reply->err.reason);
	g_assert_cmpuint(order_pending_count(fabric_order_channel(fixture)), ==,
			 0);
}

/* The last transaction's envelope after a change, signed by somebody. */
static bsn_slice
sign_again(FabricOrder *fixture, const char *msp, const Issued *who,
	   int32_t type, gint64 seconds, const char *channel_id)
{
	Arena *arena = &fixture->tx.arena;
	Common__Envelope *envelope =
		message_unpack(arena, &common__envelope__descriptor,
			       fabric_order_tx(fixture), NULL, NULL);
	Common__Payload *payload =
		message_unpack(arena, &common__payload__descriptor,
			       message_slice(envelope->payload), NULL, NULL);
	Common__ChannelHeader *header = message_unpack(
		arena, &common__channel_header__descriptor,
		message_slice(payload->header->channel_header), NULL, NULL);
	Common__SignatureHeader *signer = message_unpack(
		arena, &common__signature_header__descriptor,
		message_slice(payload->header->signature_header), NULL, NULL);
	g_autoptr(GByteArray) creator = fabric_serialize(msp, who);
	g_autoptr(GByteArray) signature = NULL;

	header->type = type;
	header->timestamp->seconds = seconds;
	header->channel_id = arena_copy(arena, channel_id, strlen(channel_id));
	signer->creator = message_bytes(buffer_slice(creator));
	if (type == COMMON__HEADER_TYPE__CONFIG_UPDATE) {
		payload->header->channel_header =
			message_bytes(message_put(arena, header));
		payload->header->signature_header =
			message_bytes(message_put(arena, signer));
	}
	envelope->payload = message_bytes(message_put(arena, payload));
	signature = fabric_sign(&fixture->orgs->suite, who,
				message_slice(envelope->payload));
	envelope->signature = message_bytes(buffer_slice(signature));
	return message_put(arena, envelope);
}

/* An update by somebody: what is in it is looked at last. */
static bsn_slice
update_by(FabricOrder *fixture, const char *msp, const Issued *who)
{
	return sign_again(fixture, msp, who, COMMON__HEADER_TYPE__CONFIG_UPDATE,
			  1700000000, "one");
}

static void
test_form(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice tx = fabric_order_tx(fixture);

	assert_refused(fixture, bsn_slice_str(""), BSN_BAD_REQUEST,
		       CODE(NIL_ENVELOPE), "NIL_ENVELOPE");
	assert_refused(fixture, bsn_slice_str("junk"), BSN_BAD_REQUEST,
		       CODE(INVALID_OTHER_REASON), "malformed");
	assert_refused(fixture,
		       sign_again(fixture, "Org1MSP", fixture->orgs->clients[0],
				  COMMON__HEADER_TYPE__CONFIG_UPDATE,
				  1700000000, "two"),
		       BSN_BAD_REQUEST, CODE(TARGET_CHAIN_NOT_FOUND),
		       "TARGET_CHAIN_NOT_FOUND");
	for (gsize len = 0; len < tx.len; len += 7)
		g_assert_cmpint(
			fabric_order_submit(fixture, bsn_slice_of(tx.data, len))
				->status,
			>, 0);
	g_assert_true(fabric_order_submit(fixture, tx)->accepted);
}

static void
test_creators(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const int32_t code = CODE(BAD_CREATOR_SIGNATURE);
	const FabricOrgs *orgs = fixture->orgs;
	const Wanted old = { .name = "old",
			     .unit = "client",
			     .end_s = FABRIC_CA_BEGIN_S + 5 };
	g_autoptr(Issued) expired = fabric_issue(FALSE, orgs->roots[0], &old);

	assert_refused(fixture, update_by(fixture, "Org3MSP", orgs->clients[2]),
		       BSN_DENIED, code, "Org3MSP");
	assert_refused(fixture, update_by(fixture, "Org1MSP", orgs->clients[1]),
		       BSN_DENIED, code, "");
	assert_refused(fixture, update_by(fixture, "Org1MSP", orgs->peers[0]),
		       BSN_DENIED, code, "/Channel/Writers");
	fake_host_advance(5000);
	assert_refused(fixture, update_by(fixture, "Org1MSP", expired),
		       BSN_EXPIRED, code, "expired");
}

static void
test_signature(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Arena *arena = &fixture->tx.arena;
	Common__Envelope *envelope =
		message_unpack(arena, &common__envelope__descriptor,
			       fabric_order_tx(fixture), NULL, NULL);

	envelope->signature.data[envelope->signature.len - 1] ^= 1;
	assert_refused(fixture, message_put(arena, envelope), BSN_BAD_SIGNATURE,
		       CODE(BAD_CREATOR_SIGNATURE), "signature");
}

static void
test_time(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);

	assert_refused(fixture,
		       sign_again(fixture, "Org1MSP", fixture->orgs->admins[0],
				  COMMON__HEADER_TYPE__CONFIG_UPDATE,
				  1700000000 + 901, "one"),
		       BSN_BAD_REQUEST, 0, "ahead of the clock");
}

static void
test_size(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(
		json_pack("{s:{s:i, s:i}}", "batch", "absolute_max_bytes", 8192,
			  "preferred_max_bytes", 4096));

	assert_refused(fixture, fabric_order_large(fixture, 8000),
		       BSN_TOO_LARGE, 0, "8192");
}

static void
test_configs(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	const bsn_slice update = fabric_order_update(fixture, 7);
	Channel *channel = fabric_order_channel(fixture);
	const PoolEntry *entry;
	bsn_slice config;

	g_assert_true(fabric_order_submit(fixture, update)->accepted);
	g_assert_cmpint(fabric_order_submit(fixture, update)->status, ==,
			BSN_DUPLICATE);
	entry = pool_first(&channel->order->pool);
	g_assert_true(bsn_slice_equal(bytes_slice(entry->given), update));
	g_assert_true(order_is_waiting(channel, bsn_slice_str(entry->tx_id)));
	config = message_put(&fixture->tx.arena,
			     message_unpack(&fixture->tx.arena,
					    &common__envelope__descriptor,
					    bytes_slice(entry->envelope), NULL,
					    NULL));
	hand_next(fixture);
	assert_refused(fixture, config, BSN_BAD_REQUEST, 0, "CONFIG_UPDATE");
	assert_refused(fixture, update, BSN_CONFLICT, 0, "");
}

/* What waits for so long that its creator's certificate expires. */
static void
test_expiry_in_pool(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	bsn_reply *expires =
		fabric_order_submit(fixture, fabric_order_tx(fixture));
	PoolEntry *entry = pool_first(&channel->order->pool);
	g_auto(Proposal) proposal = { 0 };

	entry->not_after_s = (gint64)(FAKE_START_MS / 1000) + 10;
	channel->order->pool.expires_s = entry->not_after_s;
	fake_host_advance(9000);
	fabric_order_submit(fixture, fabric_order_tx(fixture));
	g_assert_cmpint(expires->status, ==, FAKE_PENDING);
	fake_host_advance(1000);
	g_assert_cmpint(hand_propose(fixture, 1, &proposal), ==, BSN_OK);
	g_assert_cmpuint(proposal_txs(&proposal), ==, 1);
	g_assert_cmpint(expires->status, ==, BSN_EXPIRED);
}

/* A batch is answered one by one. */
static void
test_batch(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	bsn_submission items[3];
	bsn_reply *replies[3];

	for (guint i = 0; i < 3; i++) {
		replies[i] =
			fake_reply_new(fixture->chain, FAKE_ANSWER_TX_STAGES);
		items[i] = (bsn_submission){ .size = sizeof(items[0]),
					     .tx = bsn_slice_str("junk"),
					     .reply = replies[i] };
	}
	items[0].tx = fabric_order_tx(fixture);
	items[2].tx = fabric_order_tx(fixture);
	g_assert_cmpint(
		order_submit(fabric_order_channel(fixture), items, 3, NULL), ==,
		BSN_OK);
	for (guint i = 0; i < 3; i++)
		fake_asked(replies[i], BSN_OK);
	g_assert_true(replies[0]->accepted);
	g_assert_cmpint(replies[1]->status, ==, BSN_BAD_REQUEST);
	g_assert_true(replies[2]->accepted);
	g_assert_cmpuint(others.forwarded, ==, 2);
	g_assert_cmpuint(hand_next(fixture), ==, 2);
	fake_host_settle();
	for (guint i = 0; i < 3; i++)
		fake_reply_free(replies[i]);
}

/* ---- from other nodes ----------------------------------------------------- */

/* A signature of nobody's. */
static bsn_slice
forge(bsn_slice envelope, guint8 **memory)
{
	*memory = g_memdup2(envelope.data, (gsize)envelope.len);
	(*memory)[envelope.len - 1] ^= 1; /* the signature's last byte */
	return bsn_slice_of(*memory, envelope.len);
}

/* What is refused for itself keeps no other out, and all signatures are verified
 * together; a forged one ends it. */
static void
test_forwarded_together(void)
{
	g_autoptr(FabricOrder) fixture = fabric_order_new(NULL);
	Channel *channel = fabric_order_channel(fixture);
	g_autofree guint8 *memory = NULL;
	bsn_err err = BSN_ERR_INIT;
	guint refused = 0;
	bsn_slice list[5];

	list[0] = fabric_order_tx(fixture);
	list[1] = bsn_slice_str("junk");
	list[2] = fabric_order_tx(fixture);
	list[3] = list[0];
	g_assert_cmpint(order_forwarded(channel, list, 4, &refused, &err), ==,
			BSN_OK);
	g_assert_cmpuint(refused, ==, 1);
	g_assert_cmpuint(order_pending_count(channel), ==, 2);
	g_assert_cmpuint(channel->agreement->pending, ==, 1);
	list[0] = fabric_order_tx(fixture);
	list[1] = forge(fabric_order_tx(fixture), &memory);
	list[2] = fabric_order_tx(fixture);
	g_assert_cmpint(order_forwarded(channel, list, 3, &refused, &err), ==,
			BSN_BAD_SIGNATURE);
	g_assert_cmpuint(refused, ==, 1);
	g_assert_cmpstr(err.reason, !=, "");
	g_assert_cmpuint(order_pending_count(channel), ==, 3);
	g_assert_cmpint(order_forwarded(channel, list, 0, &refused, &err), ==,
			BSN_OK);
	g_assert_cmpuint(refused, ==, 0);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fabric/door/form", test_form);
	g_test_add_func("/fabric/door/who-may-not-write", test_creators);
	g_test_add_func("/fabric/door/signature-that-does-not-hold",
			test_signature);
	g_test_add_func("/fabric/door/time-far-ahead", test_time);
	g_test_add_func("/fabric/door/too-large", test_size);
	g_test_add_func("/fabric/door/updates-become-configs", test_configs);
	g_test_add_func("/fabric/door/certificates-expire-while-waiting",
			test_expiry_in_pool);
	g_test_add_func("/fabric/door/a-batch-is-answered-one-by-one",
			test_batch);
	g_test_add_func("/fabric/door/passed-on-together",
			test_forwarded_together);
	return g_test_run();
}
