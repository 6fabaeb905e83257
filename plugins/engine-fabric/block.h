/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/block.h: what a channel's blocks hash and sign. All
 * functions: [any].
 */
#ifndef FABRIC_BLOCK_H
#define FABRIC_BLOCK_H

#include "common/common.pb-c.h"
#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/suite.h"

/* Transactions of one block: a valid one has a KiB at least, so that more do not
 * fit anyway. */
#define BLOCK_TXS_MAX 16384u
/* Entries of a block's metadata: BlockMetadataIndex and its last one. */
#define BLOCK_METADATA_COUNT 5u

/* The header in DER, as it is hashed and signed: SEQUENCE { INTEGER number,
 * OCTET STRING previous_hash, OCTET STRING data_hash }. */
void block_put_header(GByteArray *out, const Common__BlockHeader *header);

/* The digest of the header in DER: the block's hash. */
int32_t block_header_hash(const Suite *suite, const Common__BlockHeader *header,
			  guint8 *hash);
/* The digest of a block's envelopes in a row. */
int32_t block_data_hash(const Suite *suite, const Common__BlockData *data,
			guint8 *hash);

/* What an orderer signs: the metadata's value, its own signature header and the
 * block's header; in the arena. */
bsn_slice block_signed_metadata(Arena *arena, bsn_slice value,
				bsn_slice signature_header,
				const Common__BlockHeader *header);

/* The entry COMMIT_HASH (without its Metadata around): the digest of the number
 * of transactions as a varint, their validation codes, what they change in the
 * state, and the commit hash of the block before.
 *
 * In:      codes: one byte a transaction; updates: the state's changes in the
 *          engine's deterministic form; previous: empty for the first. */
int32_t block_commit_hash(const Suite *suite, bsn_slice codes,
			  bsn_slice updates, bsn_slice previous, guint8 *hash);

/* Whether a block can stand after another one: it is whole, its number and
 * previous hash are those, its data hash is that of its envelopes.
 *
 * In:      previous_hash: HASH_LEN bytes, or empty before the first block.
 * Returns: BSN_OK.
 * Errors:  BSN_BAD_REQUEST, BSN_CONFLICT. */
int32_t block_check(const Suite *suite, const Common__Block *block,
		    guint64 number, bsn_slice previous_hash, bsn_err *err);

#endif
