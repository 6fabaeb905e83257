/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/format/digest_json.h: ids and digests of transactions of
 * version 1, which XuperChain's JavaScript SDK makes: the suite's hash twice over
 * one JSON value after the other, each with a newline, as Go's encoding/json
 * writes them (compact; "<", ">", "&" escaped; bytes in Base64; maps by key;
 * members of structures left out when empty; an empty list null).
 *
 * In this order: of each input ref_txid, ref_offset, from_addr, amount,
 * frozen_height; the outputs; desc; nonce; timestamp; version; of each ext input
 * bucket, key, ref_txid, ref_offset; of each ext output bucket, key, value; the
 * requests; initiator; auth_require; for the id alone the signatures; coinbase;
 * autogen. Bytes that are empty are left out, so two transactions could have the
 * same id; digest_json_fits takes none that has any but those that show.
 *
 * Source: xupercore, txhash, versions 1 and 2 of transactions.
 */
#ifndef XUPER_FORMAT_DIGEST_JSON_H
#define XUPER_FORMAT_DIGEST_JSON_H

#include "plugins/engine-xuper/identity/suite.h"
#include "xldgpb/xledger.pb-c.h"

/* As digest_of. [any] */
void digest_json(const Suite *suite, const Xldgpb__Transaction *msg,
		 guint8 digest[HASH_LEN], guint8 id[HASH_LEN]);

/* Whether the text is of this transaction alone: inputs have ref_txid, from_addr
 * and amount, what is read or written has a key, what is written a value, and
 * nothing is there that the text has not. [any] */
gboolean digest_json_fits(const Xldgpb__Transaction *msg);

#endif
