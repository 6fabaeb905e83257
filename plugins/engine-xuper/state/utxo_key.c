/* SPDX-License-Identifier: Apache-2.0
 *
 * Unspent outputs as keys and values, and walks through them.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/utxo_private.h"
#include "plugins/kit/wire.h"

static void
put(UtxoKey *key, const void *data, gsize len)
{
	g_assert(len <= sizeof(key->bytes) - key->len);
	if (len > 0)
		memcpy(key->bytes + key->len, data, len);
	key->len += (guint)len;
}

UtxoKey
utxo_key(char kind, bsn_slice owner)
{
	const guint8 len = (guint8)owner.len;
	UtxoKey key = { .len = 0 };

	put(&key, &kind, 1);
	put(&key, &len, 1);
	put(&key, owner.data, owner.len);
	return key;
}

/* The kind of the key is no 0xff, so there is one. */
UtxoKey
utxo_key_end(const UtxoKey *key)
{
	UtxoKey end = *key;

	while (end.bytes[end.len - 1] == 0xff)
		end.len--;
	end.bytes[end.len - 1]++;
	return end;
}

void
utxo_key_height(UtxoKey *key, guint64 height)
{
	const guint64 big_endian = GUINT64_TO_BE(height);

	put(key, &big_endian, sizeof(big_endian));
}

void
utxo_key_place(UtxoKey *key, const guint8 txid[HASH_LEN], gint32 offset)
{
	const guint32 big_endian = GUINT32_TO_BE((guint32)offset);

	put(key, txid, HASH_LEN);
	put(key, &big_endian, sizeof(big_endian));
}

int32_t
utxo_entry_read(char kind, bsn_slice rest, bsn_slice value, Utxo *utxo,
		bsn_err *err)
{
	Wire key = wire_of(rest);
	Wire left = wire_of(value);
	bsn_slice txid;

	utxo->frozen = 0;
	if (kind != UTXO_FREE)
		utxo->frozen = (gint64)wire_u64(kind == UTXO_THAWS ? &key
								   : &left);
	txid = wire_bytes(&key, HASH_LEN);
	utxo->offset = (gint32)wire_u32(&key);
	if (!wire_end(&key) || left.bad ||
	    !amount_read(left.rest, utxo->amount))
		return bsn_fail(err, BSN_E_CORRUPT,
				"an unspent output of the state is damaged");
	memcpy(utxo->txid, txid.data, HASH_LEN);
	return BSN_OK;
}

static int32_t
take(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	UtxoWalk *walk = (UtxoWalk *)sink;
	Utxo utxo;
	int32_t status = utxo_entry_read(
		walk->kind,
		bsn_slice_of(key.data + walk->common, key.len - walk->common),
		value, &utxo, walk->err);

	return status == BSN_OK ? walk->utxo(walk, &utxo) : status;
}

int32_t
utxo_walk(UtxoWalk *walk, Layer *layer, bsn_slice owner, bsn_slice from,
	  bsn_slice to)
{
	const UtxoKey common = utxo_key(walk->kind, owner);
	UtxoKey first = common;
	UtxoKey end = to.len > 0 ? common : utxo_key_end(&common);

	put(&first, from.data, from.len);
	put(&end, to.data, to.len);
	walk->sink.entry = take;
	walk->common = common.len;
	return layer_scan(layer, utxo_key_slice(&first), utxo_key_slice(&end),
			  0, &walk->sink, walk->err);
}
