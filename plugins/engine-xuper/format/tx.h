/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/format/tx.h: a transaction as bytes and as what is in
 * it. One that came from outside is in its only encoding: fields by number,
 * arguments by key, txid as computed; blockid, received_timestamp and
 * modify_block, which no id covers, are empty. So bytes and id say the same.
 *
 * Ids and digests are the suite's hash twice over the encoding of XuperChain's
 * version 3 transactions (format/digest.h), or of version 1.
 */
#ifndef XUPER_FORMAT_TX_H
#define XUPER_FORMAT_TX_H

#include <bsn/bsn.h>
#include <glib.h>

#include "plugins/engine-xuper/identity/suite.h"
#include "plugins/kit/codec/arena.h"
#include "xldgpb/xledger.pb-c.h"

#define TX_VERSION 3
/* That of XuperChain's JavaScript SDK (format/digest_json.h). Its clients write
 * times of another unit and change that is nothing: contracts see the time 0, and
 * outputs of nothing are none. */
#define TX_VERSION_JSON 1
/* Bytes of a transaction: a contract of the largest size and its read-write
 * set. */
#define TX_MAX (4u << 20)
/* Inputs and outputs of each kind, requests, who signs. */
#define TX_ITEMS_MAX 4096u
#define TX_REQUESTS_MAX 64u
#define TX_AUTH_MAX 64u

/* Immutable but for `refs` and what verify/ remembers. */
typedef struct {
	gint refs;
	Arena arena;
	const Xldgpb__Transaction *msg; /* in the arena */
	bsn_slice bytes;		/* in the arena */
	guint8 id[HASH_LEN];
	guint8 digest[HASH_LEN]; /* what is signed */
	void *judged;		 /* verify/'s; NULL: nothing is known of it */
	GDestroyNotify judged_free;
} Tx;

/* Decodes, and computes id and digest. lenient: other encodings of the same
 * content are taken, too, and an empty txid; bytes are then the only encoding.
 *
 * Returns: a new reference, or NULL.
 * Errors:  *status: BSN_BAD_REQUEST, BSN_TOO_LARGE. [any] */
Tx *tx_decode(const Suite *suite, bsn_slice bytes, gboolean lenient,
	      int32_t *status, bsn_err *err);
/* From a message that this program has made, which is copied: sorts arguments,
 * fills in the txid. NULL: it is over a limit of transactions. [any] */
Tx *tx_make(const Suite *suite, const Xldgpb__Transaction *msg);
Tx *tx_ref(Tx *tx);
void tx_unref(Tx *tx); /* NULL is fine */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Tx, tx_unref)

/* The time that its contracts see, in ms. [any] */
guint64 tx_time_ms(const Xldgpb__Transaction *msg);
/* Whether an output of it has no tokens, and so is none. [any] */
gboolean tx_output_is_nothing(const Xldgpb__Transaction *msg,
			      const Xldgpb__TxOutput *output);

/* The digest of a message, as signed, without making a Tx of it. [any] */
void tx_digest(const Suite *suite, const Xldgpb__Transaction *msg,
	       guint8 digest[HASH_LEN]);

#endif
