/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/format/block.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/format/block_id.h"
#include "plugins/engine-xuper/format/frame.h"
#include "plugins/engine-xuper/format/unknown.h"
#include "plugins/engine-xuper/identity/address.h"
#include "plugins/kit/codec/message.h"

#define NS_PER_MS 1000000

Block *
block_ref(Block *block)
{
	g_atomic_int_inc(&block->refs);
	return block;
}

void
block_unref(Block *block)
{
	if (block == NULL || !g_atomic_int_dec_and_test(&block->refs))
		return;
	for (guint i = 0; i < block->n_txs; i++)
		tx_unref(block->txs[i]);
	g_free(block->txs);
	arena_clear(&block->arena);
	g_free(block);
}

void
block_seal(const Block *block, bsn_seal *seal)
{
	*seal = (bsn_seal){
		.size = sizeof(*seal),
		.target_bits = (guint32)block->msg->targetbits,
		.nonce = (guint64)block->msg->nonce,
		.time_ms = block->time_ms,
		.term = (guint64)block->msg->curterm,
		.round = (guint64)block->msg->curblocknum,
		.justify = block->justify,
	};
}

/* ---- the header ---- */

static int32_t
wrong(bsn_err *err, const char *what)
{
	return bsn_fail(err, BSN_BAD_REQUEST, "a block's %s", what);
}

static gboolean
is_genesis(const Xldgpb__InternalBlock *header)
{
	return header->height == 0;
}

/* What no id covers is as it must be, and numbers are what a seal can have. */
static int32_t
check_fields(const Xldgpb__InternalBlock *header, bsn_err *err)
{
	if (header->version != BLOCK_VERSION)
		return wrong(err, "version is not 1");
	if (header->n_merkle_tree > 0 || header->in_trunk ||
	    header->next_hash.len > 0)
		return wrong(err, "merkle_tree, in_trunk and next_hash must be "
				  "empty");
	if (header->n_failed_txs > 0)
		return wrong(err, "failed_txs must be empty: no transaction "
				  "fails in a block");
	if (header->height < 0 || header->nonce < 0 || header->targetbits < 0 ||
	    header->curterm < 0 || header->curblocknum < 0)
		return wrong(err, "height, nonce, targetBits, curTerm and "
				  "curBlockNum must not be below 0");
	if (header->timestamp < 0 || header->timestamp % NS_PER_MS != 0)
		return wrong(err, "timestamp must be whole milliseconds, in "
				  "nanoseconds");
	if (header->blockid.len != HASH_LEN ||
	    header->merkle_root.len != HASH_LEN ||
	    header->pre_hash.len != (is_genesis(header) ? 0 : HASH_LEN))
		return wrong(err, "blockid, merkle_root and pre_hash must have "
				  "32 bytes");
	return BSN_OK;
}

/* The id covers a certificate without its structure: only one is taken. */
static int32_t
check_justify(const Xldgpb__QuorumCert *justify, bsn_err *err)
{
	if (justify == NULL)
		return BSN_OK;
	if (justify->proposalid.len != HASH_LEN)
		return wrong(err, "Justify must name a block by 32 bytes");
	if (justify->signinfos != NULL &&
	    justify->signinfos->n_qcsigninfos == 0)
		return wrong(err, "Justify has an empty SignInfos: leave it "
				  "out");
	return BSN_OK;
}

static int32_t
check_proposer(const Suite *suite, Block *block, bsn_err *err)
{
	const Xldgpb__InternalBlock *header = block->msg;
	const bsn_slice pubkey = message_slice(header->pubkey);
	char address[ADDRESS_MAX];
	g_autofree char *json = NULL;

	if (is_genesis(header)) {
		if (pubkey.len > 0 || header->proposer.len > 0 ||
		    header->sign.len > 0)
			return wrong(err, "proposer, pubkey and sign must be "
					  "empty at height 0");
		return BSN_OK;
	}
	if (!key_from_json(suite, pubkey, block->proposer_key))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a block's pubkey is no key of %s as JSON",
				suite->curve);
	json = key_to_json(suite, block->proposer_key);
	if (!bsn_slice_equal(pubkey, bsn_slice_str(json)))
		return wrong(err, "pubkey is not in its only form: Curvname, "
				  "X, Y without blanks");
	address_of(suite, block->proposer_key, address);
	if (!bsn_slice_equal(message_slice(header->proposer),
			     bsn_slice_str(address)))
		return wrong(err, "proposer is not the address of its pubkey");
	return BSN_OK;
}

static int32_t
check_id(const Suite *suite, Block *block, gboolean signature, bsn_err *err)
{
	const Xldgpb__InternalBlock *header = block->msg;
	int32_t status = BSN_OK;
	SuiteItem item;

	block_id(suite, header, block->id);
	if (memcmp(block->id, header->blockid.data, HASH_LEN) != 0)
		return wrong(err, "blockid is not that of its header");
	if (!signature || is_genesis(header))
		return BSN_OK;
	item = (SuiteItem){ block->proposer_key, block->id,
			    message_slice(header->sign) };
	suite_verify(suite, &item, 1, &status);
	if (status == BSN_OK)
		return BSN_OK;
	return bsn_fail(err, status, "a block's sign is not its proposer's");
}

static int32_t
check_header(const Suite *suite, Block *block, gboolean signature, bsn_err *err)
{
	const Xldgpb__InternalBlock *header = block->msg;
	int32_t status = check_fields(header, err);

	if (status == BSN_OK)
		status = check_justify(header->justify, err);
	if (status == BSN_OK)
		status = check_proposer(suite, block, err);
	if (status == BSN_OK)
		status = check_id(suite, block, signature, err);
	if (status != BSN_OK)
		return status;
	block->height = (guint64)header->height;
	block->time_ms = (guint64)header->timestamp / NS_PER_MS;
	if (!is_genesis(header))
		memcpy(block->parent, header->pre_hash.data, HASH_LEN);
	if (header->justify != NULL)
		block->justify = message_put(&block->arena, header->justify);
	return BSN_OK;
}

/* Decodes the header; its encoding is what it would be encoded as. */
static int32_t
read_header(Block *block, const Frame *frame, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_autoptr(GByteArray) again = NULL;
	int32_t status = BSN_OK;

	g_byte_array_append(bytes, frame->before.data,
			    (guint)frame->before.len);
	g_byte_array_append(bytes, frame->after.data, (guint)frame->after.len);
	block->msg = message_unpack(
		&block->arena, &xldgpb__internal_block__descriptor,
		bsn_slice_of(bytes->data, bytes->len), &status, err);
	if (block->msg == NULL)
		return status;
	again = message_pack(block->msg);
	if (!all_known(&block->msg->base) || again->len != bytes->len ||
	    memcmp(again->data, bytes->data, bytes->len) != 0)
		return wrong(err, "header is not in its only encoding: known "
				  "fields by number");
	return BSN_OK;
}

/* ---- transactions ---- */

/* Canonical encodings begin with the txid: tag, length, id. */
#define TXID_TAG 0x0a
#define TXID_AT 2u

static Tx *
known_tx(bsn_slice bytes, BlockKnown known, void *owner)
{
	Tx *tx;

	if (known == NULL || bytes.len < TXID_AT + HASH_LEN ||
	    bytes.data[0] != TXID_TAG || bytes.data[1] != HASH_LEN)
		return NULL;
	tx = known(owner, bytes.data + TXID_AT);
	if (tx == NULL || bsn_slice_equal(tx->bytes, bytes))
		return tx;
	tx_unref(tx);
	return NULL;
}

static int32_t
read_txs(const Suite *suite, Block *block, const GArray *txs, BlockKnown known,
	 void *owner, bsn_err *err)
{
	guint8 root[HASH_LEN];
	int32_t status = BSN_OK;

	if (txs->len > BLOCK_TXS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a block has more than %u transactions",
				BLOCK_TXS_MAX);
	if (block->msg->tx_count != (gint32)txs->len)
		return wrong(err, "tx_count is not the number of its "
				  "transactions");
	block->txs = g_new0(Tx *, txs->len);
	for (guint i = 0; i < txs->len; i++) {
		const bsn_slice bytes = g_array_index(txs, bsn_slice, i);
		Tx *tx = known_tx(bytes, known, owner);

		if (tx == NULL)
			tx = tx_decode(suite, bytes, FALSE, &status, err);
		if (tx == NULL)
			return status;
		block->txs[block->n_txs++] = tx;
	}
	merkle_root(suite, block->txs, block->n_txs, root);
	if (memcmp(root, block->msg->merkle_root.data, HASH_LEN) != 0)
		return wrong(err, "merkle_root is not that of its "
				  "transactions");
	return BSN_OK;
}

static int32_t
decode(const Suite *suite, Block *block, gboolean signature, BlockKnown known,
       void *owner, bsn_err *err)
{
	g_auto(Frame) frame = { 0 };
	int32_t status;

	if (!frame_cut(block->bytes, &frame))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a block is no InternalBlock with its "
				"transactions together");
	status = read_header(block, &frame, err);
	if (status == BSN_OK)
		status = check_header(suite, block, signature, err);
	if (status == BSN_OK)
		status = read_txs(suite, block, frame.txs, known, owner, err);
	return status;
}

Block *
block_decode(const Suite *suite, bsn_slice bytes, gboolean signature,
	     BlockKnown known, void *owner, int32_t *status, bsn_err *err)
{
	g_autoptr(Block) block = g_new0(Block, 1);
	int32_t decoded;

	block->refs = 1;
	if (bytes.len == 0 || bytes.len > BSN_PROPOSAL_MAX) {
		decoded = bsn_fail(
			err, bytes.len == 0 ? BSN_BAD_REQUEST : BSN_TOO_LARGE,
			"a block has 1 to %u bytes", (guint)BSN_PROPOSAL_MAX);
	} else {
		guint8 *copy = arena_room(&block->arena, (gsize)bytes.len);

		memcpy(copy, bytes.data, (gsize)bytes.len);
		block->bytes = bsn_slice_of(copy, bytes.len);
		decoded = decode(suite, block, signature, known, owner, err);
	}
	if (decoded == BSN_OK)
		return g_steal_pointer(&block);
	if (status != NULL)
		*status = decoded;
	return NULL;
}
