/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks for others. A peer is served so many bytes a second and no more: who
 * asks for more waits.
 */
#include "plugins/engine-fabric/net/private.h"

#include <bsn/helpers/bytes.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/order/order.h"
#include "plugins/kit/sink.h"

/* Bytes that a peer is served in a ms, and at once after it was quiet. */
#define CREDIT_PER_MS (32 << 10)
#define CREDIT_MAX (8 << 20)
/* What a question costs beside the bytes that are read for it. */
#define QUESTION_BYTES 4096u
/* Ms between two looks at who waits. */
#define WAIT_MS 20u
/* What is around a block and its certificate. */
#define AROUND_BYTES 64u

/* Appends a block; FALSE when it is not there, or does not fit any more. */
static gboolean
add_block(Channel *channel, Arena *arena, guint64 number, guint64 *bytes,
	  Bsn__Net__CertifiedBlock *block, int32_t *status)
{
	g_autoptr(GByteArray) proposed = g_byte_array_new();
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	guint64 len;

	*status = order_proposed(channel, number, proposed, NULL);
	if (*status == BSN_OK)
		*status = order_certificate(channel, number, certificate, NULL);
	if (*status != BSN_OK)
		return FALSE;
	len = (guint64)proposed->len + certificate->len + AROUND_BYTES;
	if (*bytes > 0 && *bytes + len > NET_BYTES_MAX)
		return FALSE;
	*bytes += len;
	bsn__net__certified_block__init(block);
	block->block = message_bytes(
		bsn_slice_of(arena_copy(arena, proposed->data, proposed->len),
			     proposed->len));
	block->certificate = message_bytes(bsn_slice_of(
		arena_copy(arena, certificate->data, certificate->len),
		certificate->len));
	return TRUE;
}

/* What cannot be read now is not answered: an empty answer says that it is not
 * there. */
static void
answer(Channel *channel, Peer *peer)
{
	const guint64 have =
		peer->last != 0
			? MIN(peer->last, channel->ledger->durable.height)
			: channel->ledger->durable.height;
	const guint64 end = MIN(peer->wanted_first + peer->wanted_count, have);
	Bsn__Net__CertifiedBlock blocks[NET_BLOCKS_MAX];
	Bsn__Net__CertifiedBlock *items[NET_BLOCKS_MAX];
	Bsn__Net__Blocks message = BSN__NET__BLOCKS__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	guint64 bytes = 0;
	gsize n = 0;

	message.first = peer->wanted_first;
	while (peer->wanted_first + n < end &&
	       add_block(channel, &arena, message.first + n, &bytes, &blocks[n],
			 &status)) {
		items[n] = &blocks[n];
		n++;
	}
	peer->wanted_count = 0;
	peer->credit -= (gint64)(QUESTION_BYTES + bytes);
	if (n == 0 && status != BSN_OK && status != BSN_NOT_FOUND)
		return;
	message.n_blocks = n;
	message.blocks = items;
	(void)net_send_message(channel, peer, NET_BLOCKS, &message);
}

static void
refill(Channel *channel, Peer *peer)
{
	const guint64 now = services_mono_ms(channel->chain);
	const gint64 passed = (gint64)MIN(now - peer->credit_at_ms,
					  CREDIT_MAX / CREDIT_PER_MS);

	peer->credit = peer->credit_at_ms == 0
			       ? CREDIT_MAX
			       : MIN(peer->credit + passed * CREDIT_PER_MS,
				     CREDIT_MAX);
	peer->credit_at_ms = now;
}

static void
serve(Channel *channel, Peer *peer)
{
	refill(channel, peer);
	if (peer->credit > 0)
		answer(channel, peer);
	else
		net_wake_at(channel,
			    services_mono_ms(channel->chain) + WAIT_MS);
}

void
serve_question(Channel *channel, Peer *peer, const Bsn__Net__GetBlocks *get)
{
	peer->wanted_first = get->first;
	peer->wanted_count = get->count;
	serve(channel, peer);
}

void
serve_timer(Channel *channel)
{
	Peer *peer;

	for (guint i = 0; (peer = peer_at(channel, i)) != NULL; i++)
		if (peer->wanted_count > 0)
			serve(channel, peer);
}
