/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/block.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

/* RLP's first byte of a list; a transaction's type is below. */
#define LIST_PREFIX 0xc0u

void
header_put(const Header *header, GByteArray *out)
{
	const RlpItem extra = rlp_raw(header->extra);
	const RlpItem sealers = rlp_raw(header->sealers);
	const RlpItem fields[] = {
		rlp_bytes(bsn_slice_of(header->parent_hash, HASH_LEN)),
		rlp_bytes(bsn_slice_of(header->state_root, HASH_LEN)),
		rlp_bytes(bsn_slice_of(header->txs_root, HASH_LEN)),
		rlp_bytes(bsn_slice_of(header->receipts_root, HASH_LEN)),
		rlp_bytes(bsn_slice_of(header->db_hash, HASH_LEN)),
		rlp_bytes(bsn_slice_of(header->bloom, BLOOM_LEN)),
		rlp_u64(header->number),
		rlp_u64(header->gas_limit),
		rlp_u64(header->gas_used),
		rlp_u64(header->time_ms),
		rlp_list(&extra, 1),
		rlp_u64(header->sealer),
		rlp_list(&sealers, 1),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}

/* The items of the list that is next, as encoded; at most `max` of them. */
static bsn_slice
read_items(RlpReader *reader, const char *what, guint64 max, guint64 *n)
{
	bsn_slice items;
	guint64 begin;

	*n = 0;
	rlp_enter(reader, what);
	begin = reader->at;
	for (; rlp_more(reader) && *n < max; ++*n)
		(void)rlp_read_raw(reader, what);
	if (reader->problem != NULL) {
		*n = 0;
		return bsn_slice_of(NULL, 0);
	}
	items = bsn_slice_of(reader->input.data + begin, reader->at - begin);
	rlp_leave(reader);
	return items;
}

void
header_read(RlpReader *reader, Header *header)
{
	guint64 n;

	rlp_enter(reader, "header");
	rlp_read_fixed(reader, "parentHash", header->parent_hash, HASH_LEN);
	rlp_read_fixed(reader, "stateRoot", header->state_root, HASH_LEN);
	rlp_read_fixed(reader, "transactionsRoot", header->txs_root, HASH_LEN);
	rlp_read_fixed(reader, "receiptsRoot", header->receipts_root,
		       HASH_LEN);
	rlp_read_fixed(reader, "dbHash", header->db_hash, HASH_LEN);
	rlp_read_fixed(reader, "logBloom", header->bloom, BLOOM_LEN);
	header->number = rlp_read_u64(reader, "number");
	header->gas_limit = rlp_read_u64(reader, "gasLimit");
	header->gas_used = rlp_read_u64(reader, "gasUsed");
	header->time_ms = rlp_read_u64(reader, "timestamp");
	header->extra = read_items(reader, "extraData", EXTRA_MAX, &n);
	header->sealer = rlp_read_u64(reader, "sealer");
	header->sealers = read_items(reader, "sealerList", SEALERS_MAX, &n);
	rlp_leave(reader);
}

static int32_t
check_hash(const Suite *suite, const BlockView *block, bsn_err *err)
{
	guint8 digest[HASH_LEN];
	int32_t status = suite_digest1(suite, block->header_raw, digest);

	if (status == BSN_OK &&
	    !bsn_slice_equal(block->hash, bsn_slice_of(digest, HASH_LEN)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the block's hash is not its header's");
	return status;
}

int32_t
block_read(const Suite *suite, bsn_slice bytes, BlockView *block, bsn_err *err)
{
	RlpReader reader = rlp_reader(bytes);
	guint64 begin;
	guint64 n_sigs;
	int32_t status;

	rlp_enter(&reader, "block");
	begin = reader.at;
	header_read(&reader, &block->header);
	block->header_raw = bsn_slice_of(
		bytes.data != NULL ? bytes.data + begin : NULL,
		reader.at - begin);
	block->txs = read_items(&reader, "transactions", G_MAXUINT32,
				&block->n_txs);
	block->hash = rlp_read_bytes(&reader, "hash", HASH_LEN, HASH_LEN);
	block->sigs = read_items(&reader, "sigList", SEALERS_MAX, &n_sigs);
	block->receipts = read_items(&reader, "receipts", G_MAXUINT32,
				     &block->n_receipts);
	rlp_leave(&reader);
	status = rlp_finish(&reader, err);
	return status != BSN_OK ? status : check_hash(suite, block, err);
}

bsn_slice
block_read_tx(RlpReader *reader)
{
	bsn_slice bytes;

	if (rlp_at_list(reader))
		return rlp_read_raw(reader, "transaction");
	bytes = rlp_read_bytes(reader, "transaction", 1, G_MAXUINT32);
	/* Both ways have the same digest: one of them must be no block. */
	if (bytes.len > 0 && bytes.data[0] >= LIST_PREFIX)
		rlp_fail(reader, "transaction",
			 "a list must not be put into a string of bytes");
	return bytes;
}

void
block_put_tx(bsn_slice raw, GByteArray *out)
{
	const RlpItem bytes = rlp_bytes(raw);
	const RlpItem list = rlp_raw(raw);

	rlp_put(out, raw.data[0] < LIST_PREFIX ? &bytes : &list);
}

BlockCursor
block_cursor(const BlockView *block)
{
	return (BlockCursor){
		.txs = rlp_reader(block->txs),
		.receipts = rlp_reader(block->receipts),
	};
}

gboolean
block_cursor_next(BlockCursor *cursor)
{
	if (!rlp_more(&cursor->txs) || !rlp_more(&cursor->receipts))
		return FALSE;
	if (cursor->begun)
		cursor->index++;
	cursor->begun = TRUE;
	cursor->tx = block_read_tx(&cursor->txs);
	receipt_read(&cursor->receipts, &cursor->receipt);
	return cursor->txs.problem == NULL &&
	       cursor->receipts.problem == NULL;
}

void
block_put(bsn_slice header_raw, const guint8 *hash, bsn_slice txs,
	  bsn_slice sigs, bsn_slice receipts, GByteArray *out)
{
	const RlpItem items[] = { rlp_raw(txs), rlp_raw(sigs),
				  rlp_raw(receipts) };
	const RlpItem fields[] = {
		rlp_raw(header_raw),
		rlp_list(&items[0], 1),
		rlp_bytes(bsn_slice_of(hash, HASH_LEN)),
		rlp_list(&items[1], 1),
		rlp_list(&items[2], 1),
	};

	rlp_put_list(out, fields, G_N_ELEMENTS(fields));
}
