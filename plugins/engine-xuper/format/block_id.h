/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/format/block_id.h: what identifies a block and is signed
 * by its proposer: the suite's hash twice over the header's fields, integers
 * little-endian and nothing with its length: version, nonce, tx_count,
 * proposer, timestamp, pubkey, pre_hash, merkle_root, curTerm, curBlockNum,
 * targetBits when above 0, Justify's fields.
 *
 * Source: xupercore, ledger_hash.go.
 */
#ifndef XUPER_FORMAT_BLOCK_ID_H
#define XUPER_FORMAT_BLOCK_ID_H

#include "plugins/engine-xuper/identity/suite.h"
#include "xldgpb/xledger.pb-c.h"

/* In: header, without failed transactions. [any] */
void block_id(const Suite *suite, const Xldgpb__InternalBlock *header,
	      guint8 id[HASH_LEN]);

/* The bytes that are hashed twice, appended to an empty `out`; and the same with
 * another nonce, for who looks for one. [any] */
void block_id_text(const Xldgpb__InternalBlock *header, GByteArray *out);
void block_id_set_nonce(GByteArray *text, guint32 nonce);

#endif
