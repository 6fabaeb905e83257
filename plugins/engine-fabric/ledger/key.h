/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/ledger/key.h: names of what the ledger keeps.
 *
 * A *state key* names one entry of the world state by three parts: namespace,
 * NUL, collection, NUL, key. The collection is empty for the public state, and
 * for a collection the key is the digest of its key. Only the last part may
 * have NULs, so the order of state keys is that of the parts one after the
 * other, and keys of one namespace stand together in Fabric's order.
 *
 * Values of a collection, where they are, have PRIVATE_MARK in front of its name
 * and the key itself (private.h).
 *
 * A *store key* is what bsn.store/1 has, at most BSN_STORE_KEY_MAX bytes. State
 * keys may be longer: one of more than STATE_KEY_PLAIN bytes is cut there and
 * its digest put behind, so that only keys that are alike so far are out of
 * order among themselves. Their entries hold the whole state key.
 *
 * All functions: [any].
 */
#ifndef FABRIC_LEDGER_KEY_H
#define FABRIC_LEDGER_KEY_H

#include <bsn/host.h>
#include <glib.h>

#include "plugins/kit/codec/arena.h"
#include "plugins/engine-fabric/suite.h"
#include "plugins/kit/slices.h"

#define STATE_KEY_PLAIN (BSN_STORE_KEY_MAX - 1 - HASH_LEN)

/* The first byte of store keys, by what they are of. */
#define STORE_BLOCK 'b' /* number: the block */
#define STORE_HASH 'i'	/* block's hash: its number */
#define STORE_TX 't'	/* digest of a transaction's id: its place */
#define STORE_STATE 's' /* state key: its entry */
#define STORE_HISTORY                                                          \
	'h' /* digest of a state key: its newest deletion (trail.h); the same, \
	     * block, transaction: place (history_index.h) */
#define STORE_TRAIL 'w' /* number: what the block replaced (trail.h) */
#define STORE_HEAD 'l' /* of the ledger as a whole */
#define STORE_EXPIRY                                                         \
	'd' /* block, digest of a collection's state key: what goes with that \
	     * block (expiry.h) */
#define STORE_PRIVATE                                                         \
	'k' /* digest of a collection's state key: the key that it has the    \
	     * digest of, where the value is */
#define STORE_SNAPSHOT 'y' /* snapshots; where the ledger begins */

/* No collection's name begins with it. */
#define PRIVATE_MARK '$'

typedef struct {
	guint8 bytes[BSN_STORE_KEY_MAX];
	guint len;
} StoreKey;

static inline bsn_slice
store_key_slice(const StoreKey *key)
{
	return (bsn_slice){ key->bytes, key->len };
}

/* A state key, in the arena beyond its limit. */
bsn_slice state_key(Arena *arena, bsn_slice namespace, bsn_slice collection,
		    bsn_slice key);
/* Its parts; FALSE when it is none. */
gboolean state_key_split(bsn_slice state_key, bsn_slice *namespace,
			 bsn_slice *collection, bsn_slice *key);
/* Whether its collection is empty. */
gboolean state_key_is_public(bsn_slice state_key);

/* slice_compare as a GCompareDataFunc on pointers to slices. */
gint key_compare_data(gconstpointer a, gconstpointer b, gpointer unused);

StoreKey store_key_head(void);
StoreKey store_key_block(guint64 number);
StoreKey store_key_hash(bsn_slice hash);
StoreKey store_key_tx(const Suite *suite, bsn_slice tx_id);
StoreKey store_key_state(const Suite *suite, bsn_slice state_key);
/* What all keys from this one on, and none before, are not below. */
StoreKey store_key_state_from(bsn_slice state_key);
StoreKey store_key_history(const Suite *suite, bsn_slice state_key,
			   guint64 block, guint64 tx);
StoreKey store_key_deletion(const Suite *suite, bsn_slice state_key);
StoreKey store_key_trail(guint64 number);
StoreKey store_key_expiry(const Suite *suite, guint64 block,
			  bsn_slice state_key);
/* What all of that block are not below. */
StoreKey store_key_expiry_from(guint64 block);
StoreKey store_key_private(const Suite *suite, bsn_slice state_key);
/* Whether a history's store key is of that state key; its place. */
gboolean store_key_read_history(bsn_slice store_key, guint64 *block,
				guint64 *tx);

#endif
