/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/block.h: a block of FISCO BCOS 2.x.
 *
 *   header, an RLP list of 13: parentHash, stateRoot, transactionsRoot,
 *     receiptsRoot, dbHash, logBloom, number, gasLimit, gasUsed, timestamp
 *     (ms), [extraData, ...], sealer (index), [sealer's public key, ...]
 *   block, an RLP list of 5: header, [transaction, ...], header's digest,
 *     [[sealer, certificate]], [receipt, ...]
 *   transaction: as it was sent; those with a type in front (EIP-2718) are a
 *     string of bytes, the others the list that they are
 *
 * A proposal is a block without certificate and receipts: each node makes the
 * receipts itself, and their root is in the header.
 *
 * Roots: transactionsRoot is the Merkle root (kit's) over the transactions'
 * digests, receiptsRoot the one over the receipts. dbHash digests the changed
 * entries of the world state, as FISCO's `storage` mode does, and stateRoot(n)
 * digests stateRoot(n-1) and dbHash(n). All functions: [any].
 */
#ifndef FISCO_BLOCK_H
#define FISCO_BLOCK_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/engine-fisco/receipt.h"
#include "plugins/engine-fisco/suite.h"

#define SEALERS_MAX 1024u
#define EXTRA_MAX 16u

typedef struct {
	guint8 parent_hash[HASH_LEN];
	guint8 state_root[HASH_LEN];
	guint8 txs_root[HASH_LEN];
	guint8 receipts_root[HASH_LEN];
	guint8 db_hash[HASH_LEN];
	guint8 bloom[BLOOM_LEN];
	guint64 number;
	guint64 gas_limit;
	guint64 gas_used;
	guint64 time_ms;
	guint64 sealer;
	bsn_slice extra;   /* items of the list, encoded; borrowed */
	bsn_slice sealers; /* items of the list, encoded; borrowed */
} Header;

void header_put(const Header *header, GByteArray *out);
/* Reads a header; an error stays in the reader. Slices point into its input. */
void header_read(RlpReader *reader, Header *header);

/* A block as encoded; borrows its bytes. */
typedef struct {
	bsn_slice header_raw;
	Header header;
	bsn_slice hash;     /* as the block says; block_read checks it */
	bsn_slice txs;      /* items of the list, encoded */
	guint64 n_txs;
	bsn_slice sigs;     /* items of the list, encoded */
	bsn_slice receipts; /* items of the list, encoded */
	guint64 n_receipts;
} BlockView;

/* Reads a block and checks that the digest is the header's.
 *
 * Returns: BSN_OK. Errors: BSN_BAD_REQUEST. */
int32_t block_read(const Suite *suite, bsn_slice bytes, BlockView *block,
		   bsn_err *err);

/* Walks a block's transactions and their receipts together. */
typedef struct {
	RlpReader txs;
	RlpReader receipts;
	guint64 index;      /* of the transaction below, from 0 */
	gboolean begun;
	bsn_slice tx;       /* as it was sent */
	ReceiptView receipt;
} BlockCursor;

/* The next transaction of a reader over BlockView.txs, as it was sent; an error
 * stays in the reader. */
bsn_slice block_read_tx(RlpReader *reader);
/* Appends one as it stands in a block. */
void block_put_tx(bsn_slice raw, GByteArray *out);

/* Before the first one. */
BlockCursor block_cursor(const BlockView *block);
/* Goes on; FALSE at the end, and where the block is not well-formed. */
gboolean block_cursor_next(BlockCursor *cursor);

/* Appends a block; the slices are items of the lists, encoded. */
void block_put(bsn_slice header_raw, const guint8 *hash, bsn_slice txs,
	       bsn_slice sigs, bsn_slice receipts, GByteArray *out);

#endif
