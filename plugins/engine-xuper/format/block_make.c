/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/block.h"
#include "plugins/engine-xuper/format/block_id.h"
#include "plugins/engine-xuper/format/frame.h"
#include "plugins/engine-xuper/identity/address.h"
#include "plugins/kit/codec/message.h"

#define NS_PER_MS G_GINT64_CONSTANT(1000000)

/* A header on its way; its fields lie in the arena. */
typedef struct {
	Xldgpb__InternalBlock msg;
	Arena arena;
} Header;

static void
header_clear(Header *header)
{
	arena_clear(&header->arena);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Header, header_clear)

static ProtobufCBinaryData
keep(Header *header, const void *data, gsize len)
{
	guint8 *copy = arena_room(&header->arena, MAX(len, 1));

	if (len > 0)
		memcpy(copy, data, len);
	return (ProtobufCBinaryData){ len, copy };
}

static int32_t
put_seal(Header *header, const bsn_seal *seal, bsn_err *err)
{
	Xldgpb__InternalBlock *msg = &header->msg;
	int32_t status = BSN_OK;

	if (seal->time_ms > (guint64)(G_MAXINT64 / NS_PER_MS) ||
	    seal->nonce > G_MAXINT32 || seal->target_bits > G_MAXINT32 ||
	    seal->term > G_MAXINT64 || seal->round > G_MAXINT64)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a number of the seal has no room in a block");
	msg->timestamp = (gint64)seal->time_ms * NS_PER_MS;
	msg->curterm = (gint64)seal->term;
	msg->curblocknum = (gint64)seal->round;
	msg->nonce = (gint32)seal->nonce;
	msg->targetbits = (gint32)seal->target_bits;
	if (seal->justify.len > 0)
		msg->justify = message_unpack(&header->arena,
					      &xldgpb__quorum_cert__descriptor,
					      seal->justify, &status, err);
	return status;
}

static void
put_proposer(const Suite *suite, Header *header, const BlockPlan *plan)
{
	char address[ADDRESS_MAX];
	g_autofree char *json = NULL;

	if (plan->proposer_key.len != PUBLIC_KEY_LEN)
		return;
	json = key_to_json(suite, plan->proposer_key.data);
	address_of(suite, plan->proposer_key.data, address);
	header->msg.pubkey = keep(header, json, strlen(json));
	header->msg.proposer = keep(header, address, strlen(address));
}

static int32_t
make_header(const Suite *suite, const BlockPlan *plan, Header *header,
	    bsn_err *err)
{
	Xldgpb__InternalBlock *msg = &header->msg;
	guint8 root[HASH_LEN];
	int32_t status = put_seal(header, &plan->seal, err);

	if (status != BSN_OK)
		return status;
	if (plan->height > G_MAXINT64 || plan->n_txs > BLOCK_TXS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a block has no room for its height or number "
				"of transactions");
	put_proposer(suite, header, plan);
	msg->version = BLOCK_VERSION;
	msg->height = (gint64)plan->height;
	msg->tx_count = (gint32)plan->n_txs;
	if (plan->height > 0)
		msg->pre_hash = keep(header, plan->parent, HASH_LEN);
	merkle_root(suite, plan->txs, plan->n_txs, root);
	msg->merkle_root = keep(header, root, HASH_LEN);
	return BSN_OK;
}

static int32_t
sign_header(const Suite *suite, Header *header, BlockSign sign, void *owner,
	    bsn_err *err)
{
	g_autoptr(GByteArray) der = g_byte_array_new();
	guint8 id[HASH_LEN];
	int32_t status;

	block_id(suite, &header->msg, id);
	header->msg.blockid = keep(header, id, HASH_LEN);
	if (header->msg.pubkey.len == 0)
		return BSN_OK;
	status = sign(owner, id, der, err);
	if (status == BSN_OK)
		header->msg.sign = keep(header, der->data, der->len);
	return status;
}

/* The header's encoding with the transactions in their place. */
static GByteArray *
assemble(const Header *header, const BlockPlan *plan)
{
	g_autoptr(GByteArray) packed = message_pack(&header->msg);
	GByteArray *out = g_byte_array_new();
	g_auto(Frame) frame = { 0 };

	frame_cut(bsn_slice_of(packed->data, packed->len), &frame);
	g_byte_array_append(out, frame.before.data, (guint)frame.before.len);
	for (guint i = 0; i < plan->n_txs; i++)
		frame_put_tx(out, plan->txs[i]->bytes);
	if (frame.after.len > 0)
		g_byte_array_append(out, frame.after.data,
				    (guint)frame.after.len);
	return out;
}

/* The transactions of a plan, as they come in the block. */
typedef struct {
	Tx *const *next;
} Planned;

static Tx *
planned(void *owner, const guint8 id[HASH_LEN])
{
	Planned *plan = owner;

	return tx_ref(*plan->next++);
}

/* Too long before the bytes are put together? */
static gboolean
is_large(const BlockPlan *plan)
{
	guint64 bytes = 0;

	for (guint i = 0; i < plan->n_txs; i++)
		bytes += plan->txs[i]->bytes.len;
	return bytes > BSN_PROPOSAL_MAX;
}

static Block *
read_back(const Suite *suite, const BlockPlan *plan, const Header *header,
	  int32_t *status, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = assemble(header, plan);
	Planned txs = { plan->txs };
	g_autoptr(Block) block =
		block_decode(suite, bsn_slice_of(bytes->data, bytes->len),
			     FALSE, planned, &txs, status, err);

	if (block == NULL)
		return NULL;
	if (bsn_slice_equal(block->justify, plan->seal.justify))
		return g_steal_pointer(&block);
	*status = bsn_fail(err, BSN_BAD_REQUEST,
			   "the seal's certificate is not in its only "
			   "encoding");
	return NULL;
}

Block *
block_make(const Suite *suite, const BlockPlan *plan, BlockSign sign,
	   void *owner, int32_t *status, bsn_err *err)
{
	g_auto(Header) header = { XLDGPB__INTERNAL_BLOCK__INIT, ARENA_INIT };
	Block *block = NULL;
	int32_t made;

	if (is_large(plan))
		made = bsn_fail(err, BSN_TOO_LARGE,
				"a block's transactions have more than %u "
				"bytes",
				(guint)BSN_PROPOSAL_MAX);
	else
		made = make_header(suite, plan, &header, err);
	if (made == BSN_OK)
		made = sign_header(suite, &header, sign, owner, err);
	if (made == BSN_OK)
		block = read_back(suite, plan, &header, &made, err);
	if (block == NULL && status != NULL)
		*status = made;
	return block;
}

int32_t
block_text(const Suite *suite, const BlockPlan *plan, GByteArray *text,
	   bsn_err *err)
{
	g_auto(Header) header = { XLDGPB__INTERNAL_BLOCK__INIT, ARENA_INIT };
	const int32_t status = make_header(suite, plan, &header, err);

	if (status == BSN_OK)
		block_id_text(&header.msg, text);
	return status;
}
