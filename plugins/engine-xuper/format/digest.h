/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/format/digest.h: what identifies a transaction, and what
 * is signed of it: the suite's hash twice over a plain encoding of its fields.
 *
 * Integers and booleans are 8 bytes big-endian, strings and bytes their length
 * and themselves, lists their number and their members, in this order: inputs,
 * outputs, desc, coinbase, nonce, timestamp, version, autogen, ext inputs, ext
 * outputs, requests (args by key), initiator, auth_require; for the id alone
 * the signatures; HD_info.
 *
 * Source: xupercore, txhash, version 3 of transactions.
 */
#ifndef XUPER_FORMAT_DIGEST_H
#define XUPER_FORMAT_DIGEST_H

#include "plugins/engine-xuper/identity/suite.h"
#include "xldgpb/xledger.pb-c.h"

/* In:  msg, whose arguments are sorted by key.
 * Out: digest, what is signed; id; either may be NULL. [any] */
void digest_of(const Suite *suite, const Xldgpb__Transaction *msg,
	       guint8 digest[HASH_LEN], guint8 id[HASH_LEN]);

#endif
