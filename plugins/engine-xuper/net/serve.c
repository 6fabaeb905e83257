/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks for others. Each is served so many bytes a second and no more: who asks
 * for more waits, and what it asks next takes the place of what it waits for.
 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

/* Bytes that one is served in a ms, and at once after it was quiet. */
#define CREDIT_PER_MS (32 << 10)
#define CREDIT_MAX (8 << 20)
/* What a question costs beside what is read for it. */
#define QUESTION_BYTES 4096
/* Ms between two looks at who waits. */
#define WAIT_MS 20u
/* What is around a block and its certificate. */
#define AROUND_BYTES 64u

/* ---- final blocks --------------------------------------------------------- */

static bsn_slice
keep(Arena *arena, const GByteArray *bytes)
{
	return bsn_slice_of(arena_copy(arena, bytes->data, bytes->len),
			    bytes->len);
}

/* A certificate of a block's own; empty when it has none. */
static int32_t
read_certificate(bsn_ledger *ledger, guint64 height, GByteArray *certificate)
{
	guint64 of = height;
	int32_t status = ledger_certificate(ledger->ledger, height, &of,
					    certificate, NULL);

	if (status == BSN_NOT_FOUND)
		status = BSN_OK;
	if (of != height)
		g_byte_array_set_size(certificate, 0);
	return status;
}

/* FALSE: it cannot be read now, or does not fit any more. */
static gboolean
add_final(bsn_ledger *ledger, Arena *arena, guint64 height, guint64 *bytes,
	  Bsn__Nodes__FinalBlock *out)
{
	g_autoptr(GByteArray) block = g_byte_array_new();
	g_autoptr(GByteArray) certificate = g_byte_array_new();
	guint64 len;

	if (ledger_block_bytes(ledger->ledger, height, block, NULL) != BSN_OK ||
	    read_certificate(ledger, height, certificate) != BSN_OK)
		return FALSE;
	len = (guint64)block->len + certificate->len + AROUND_BYTES;
	if (*bytes > 0 && *bytes + len > NET_BYTES_MAX)
		return FALSE;
	*bytes += len;
	bsn__nodes__final_block__init(out);
	out->block = message_bytes(keep(arena, block));
	out->certificate = message_bytes(keep(arena, certificate));
	return TRUE;
}

static void
answer_final(bsn_ledger *ledger, Peer *peer)
{
	const guint64 newest = peer->leaving
				       ? MIN(peer->last, ledger->durable)
				       : ledger->durable;
	Bsn__Nodes__FinalBlock blocks[NET_BLOCKS_MAX];
	Bsn__Nodes__FinalBlock *items[NET_BLOCKS_MAX];
	Bsn__Nodes__Final message = BSN__NODES__FINAL__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	guint64 bytes = 0;
	guint n = 0;

	message.first = peer->wanted_first;
	while (n < peer->wanted_count && message.first + n <= newest &&
	       add_final(ledger, &arena, message.first + n, &bytes,
			 &blocks[n])) {
		items[n] = &blocks[n];
		n++;
	}
	peer->wanted_count = 0;
	peer->credit -= (gint64)(QUESTION_BYTES + bytes);
	message.n_blocks = n;
	message.blocks = items;
	(void)net_send(ledger, peer, NET_FINAL, &message);
}

/* ---- blocks of the tree ---------------------------------------------------- */

/* Blocks on the way to one of the tree, parents first. */
typedef struct {
	Arena arena;
	ProtobufCBinaryData items[NET_BLOCKS_MAX];
	guint n;
	guint64 bytes;
} Way;

static gboolean
put_on_way(Way *way, bsn_slice block)
{
	if (way->n == NET_BLOCKS_MAX ||
	    (way->bytes > 0 && way->bytes + block.len > NET_BYTES_MAX))
		return FALSE;
	way->bytes += block.len;
	way->items[way->n++] = message_bytes(block);
	return TRUE;
}

/* Final ones that the asker does not say to have; FALSE: it must ask again. */
static gboolean
put_final(bsn_ledger *ledger, guint64 above, guint64 root, Way *way)
{
	for (guint64 height = above + 1; height <= root; height++) {
		g_autoptr(GByteArray) block = g_byte_array_new();

		if (ledger_block_bytes(ledger->ledger, height, block, NULL) !=
			    BSN_OK ||
		    !put_on_way(way, keep(&way->arena, block)))
			return FALSE;
	}
	return TRUE;
}

static void
put_branch(bsn_ledger *ledger, LedgerNode *node, guint64 above, Way *way)
{
	const guint64 root = ledger_root(ledger->ledger)->block->height;
	g_autoptr(GPtrArray) path = g_ptr_array_new();

	if (node == NULL || !put_final(ledger, above, root, way))
		return;
	for (; node->parent != NULL && node->block->height > above;
	     node = node->parent)
		g_ptr_array_add(path, node);
	for (guint i = path->len; i > 0; i--)
		if (!put_on_way(way, ((LedgerNode *)path->pdata[i - 1])
					     ->block->bytes))
			return;
}

static void
answer_branch(bsn_ledger *ledger, Peer *peer)
{
	Bsn__Nodes__Branch message = BSN__NODES__BRANCH__INIT;
	Way way = { .arena = ARENA_INIT };

	put_branch(ledger, ledger_find(ledger->ledger, peer->branch),
		   peer->branch_above, &way);
	peer->wants_branch = FALSE;
	peer->credit -= (gint64)(QUESTION_BYTES + way.bytes);
	message.id = message_bytes(bsn_slice_of(peer->branch, HASH_LEN));
	message.n_blocks = way.n;
	message.blocks = way.items;
	(void)net_send(ledger, peer, NET_BRANCH, &message);
	arena_clear(&way.arena);
}

/* ---- who asks -------------------------------------------------------------- */

static void
refill(bsn_ledger *ledger, Peer *peer)
{
	const guint64 now = services_mono_ms(ledger->chain);
	const gint64 passed = (gint64)MIN(now - peer->credit_at_ms,
					  CREDIT_MAX / CREDIT_PER_MS);

	if (peer->credit_at_ms == 0)
		peer->credit = CREDIT_MAX;
	else
		peer->credit = MIN(peer->credit + passed * CREDIT_PER_MS,
				   CREDIT_MAX);
	peer->credit_at_ms = now;
}

static void
serve(bsn_ledger *ledger, Peer *peer)
{
	refill(ledger, peer);
	if (peer->wants_branch && peer->credit > 0)
		answer_branch(ledger, peer);
	if (peer->wanted_count > 0 && peer->credit > 0)
		answer_final(ledger, peer);
	if (peer->wants_branch || peer->wanted_count > 0)
		net_wake_at(ledger, services_mono_ms(ledger->chain) + WAIT_MS);
}

void
serve_final(bsn_ledger *ledger, Peer *peer, const Bsn__Nodes__GetFinal *get)
{
	peer->wanted_first = get->first;
	peer->wanted_count = get->count;
	serve(ledger, peer);
}

void
serve_branch(bsn_ledger *ledger, Peer *peer, const Bsn__Nodes__GetBranch *get)
{
	peer->wants_branch = TRUE;
	memcpy(peer->branch, get->id.data, HASH_LEN);
	peer->branch_above = get->above;
	serve(ledger, peer);
}

void
serve_timer(bsn_ledger *ledger)
{
	Peer *peer;

	for (guint i = 0; (peer = peer_at(ledger, i)) != NULL; i++)
		if (peer->wants_branch || peer->wanted_count > 0)
			serve(ledger, peer);
}
