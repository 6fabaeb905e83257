/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/state/utxo_private.h: keys and values of unspent outputs.
 */
#ifndef XUPER_STATE_UTXO_PRIVATE_H
#define XUPER_STATE_UTXO_PRIVATE_H

#include "plugins/engine-xuper/state/utxo.h"

#define UTXO_FREE 'U'   /* never were frozen */
#define UTXO_FROZEN 'Z' /* are or were */
#define UTXO_THAWS 'F'  /* the frozen ones by when they thaw */
#define UTXO_BALANCE 'B'

/* The longest: 'F', the owner with its length, height, txid, offset. */
#define UTXO_KEY_ROOM (1u + 1u + UTXO_OWNER_MAX + 8u + HASH_LEN + 4u)
G_STATIC_ASSERT(UTXO_KEY_ROOM < BSN_STORE_KEY_MAX);

typedef struct {
	guint8 bytes[UTXO_KEY_ROOM];
	guint len;
} UtxoKey;

static inline bsn_slice
utxo_key_slice(const UtxoKey *key)
{
	return (bsn_slice){ key->bytes, key->len };
}

/* What all keys of an owner that begin with `kind` have in common. The owner
 * fits. */
UtxoKey utxo_key(char kind, bsn_slice owner);
/* The first key behind all that begin with `key`. */
UtxoKey utxo_key_end(const UtxoKey *key);
void utxo_key_height(UtxoKey *key, guint64 height);
void utxo_key_place(UtxoKey *key, const guint8 txid[HASH_LEN], gint32 offset);

/* A key and value that a scan has found, the key after what is common.
 * Returns: BSN_OK or BSN_E_CORRUPT. */
int32_t utxo_entry_read(char kind, bsn_slice rest, bsn_slice value, Utxo *utxo,
			bsn_err *err);

/* Gives entries of one kind and owner, with `from` <= rest of the key < `to`;
 * an empty `to`: to the end. */
typedef struct UtxoWalk UtxoWalk;
struct UtxoWalk {
	bsn_scan_sink sink;
	char kind;
	guint common;
	bsn_err *err;
	int32_t (*utxo)(UtxoWalk *walk, const Utxo *utxo);
};
int32_t utxo_walk(UtxoWalk *walk, Layer *layer, bsn_slice owner, bsn_slice from,
		  bsn_slice to);

#endif
