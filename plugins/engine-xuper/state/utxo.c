/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/state/utxo.h"

#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/balance.h"
#include "plugins/engine-xuper/state/utxo_private.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

gboolean
utxo_free_at(const Utxo *utxo, guint64 height)
{
	return utxo->frozen == 0 ||
	       (utxo->frozen > 0 && height > (guint64)utxo->frozen);
}

static gboolean
is_fee(bsn_slice owner)
{
	return bsn_slice_equal(owner, bsn_slice_str(OWNER_FEE));
}

static UtxoKey
key_of(char kind, bsn_slice owner, const Utxo *utxo)
{
	UtxoKey key = utxo_key(kind, owner);

	if (kind == UTXO_THAWS)
		utxo_key_height(&key, (guint64)utxo->frozen);
	utxo_key_place(&key, utxo->txid, utxo->offset);
	return key;
}

/* ---- reading ---- */

static int32_t
get_kind(Layer *layer, char kind, bsn_slice owner, Utxo *utxo,
	 GByteArray *value, bsn_err *err)
{
	const UtxoKey key = key_of(kind, owner, utxo);
	const gsize common = 2 + owner.len;
	int32_t status = layer_get(layer, utxo_key_slice(&key), value, err);

	if (status != BSN_OK)
		return status;
	return utxo_entry_read(kind,
			       bsn_slice_of(key.bytes + common,
					    key.len - common),
			       buffer_slice(value), utxo, err);
}

int32_t
utxo_get(Layer *layer, bsn_slice owner, Utxo *utxo, bsn_err *err)
{
	g_autoptr(GByteArray) value = NULL;
	int32_t status;

	if (owner.len > UTXO_OWNER_MAX)
		return BSN_NOT_FOUND;
	value = g_byte_array_new();
	status = get_kind(layer, UTXO_FREE, owner, utxo, value, err);
	if (status == BSN_NOT_FOUND)
		status = get_kind(layer, UTXO_FROZEN, owner, utxo, value, err);
	return status;
}

/* ---- writing ---- */

static void
put_frozen(Layer *layer, bsn_slice owner, const Utxo *utxo)
{
	const UtxoKey place = key_of(UTXO_FROZEN, owner, utxo);
	const UtxoKey thaws = key_of(UTXO_THAWS, owner, utxo);
	const bsn_slice amount = amount_slice(utxo->amount);
	guint8 value[8 + AMOUNT_LEN];
	const guint64 height = GUINT64_TO_BE((guint64)utxo->frozen);

	memcpy(value, &height, sizeof(height));
	if (amount.len > 0)
		memcpy(value + sizeof(height), amount.data, amount.len);
	layer_put(layer, utxo_key_slice(&place),
		  bsn_slice_of(value, sizeof(height) + amount.len));
	if (utxo->frozen > 0)
		layer_put(layer, utxo_key_slice(&thaws), amount);
}

static void
put_output(Layer *layer, bsn_slice owner, const Utxo *utxo)
{
	const UtxoKey key = key_of(UTXO_FREE, owner, utxo);

	if (is_fee(owner))
		return;
	if (utxo->frozen == 0)
		layer_put(layer, utxo_key_slice(&key),
			  amount_slice(utxo->amount));
	else
		put_frozen(layer, owner, utxo);
}

int32_t
utxo_add(Layer *layer, bsn_slice owner, const Utxo *utxo, bsn_err *err)
{
	Sums sums;
	int32_t status;

	if (owner.len > UTXO_OWNER_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"an output's owner has %u bytes at most",
				UTXO_OWNER_MAX);
	status = sums_get(layer, owner, &sums, err);
	if (status != BSN_OK)
		return status;
	if (!sums_add(&sums, utxo))
		return bsn_fail(err, BSN_TOO_LARGE,
				"an owner's outputs are more than a number of "
				"256 bits");
	put_output(layer, owner, utxo);
	sums_put(layer, owner, &sums);
	return BSN_OK;
}

int32_t
utxo_spend(Layer *layer, bsn_slice owner, const Utxo *utxo, bsn_err *err)
{
	const UtxoKey place = key_of(
		utxo->frozen == 0 ? UTXO_FREE : UTXO_FROZEN, owner, utxo);
	const UtxoKey thaws = key_of(UTXO_THAWS, owner, utxo);
	Sums sums;
	int32_t status = sums_get(layer, owner, &sums, err);

	if (status != BSN_OK)
		return status;
	if (!sums_take(&sums, utxo))
		return bsn_fail(err, BSN_E_CORRUPT,
				"an owner's balance is less than its outputs");
	layer_delete(layer, utxo_key_slice(&place));
	if (utxo->frozen > 0)
		layer_delete(layer, utxo_key_slice(&thaws));
	sums_put(layer, owner, &sums);
	return BSN_OK;
}

/* ---- all of an owner ---- */

typedef struct {
	UtxoWalk walk;
	UtxoScan *scan;
} ScanWalk;

static int32_t
give(UtxoWalk *walk, const Utxo *utxo)
{
	UtxoScan *scan = ((ScanWalk *)walk)->scan;

	return scan->utxo(scan, utxo);
}

int32_t
utxo_scan(Layer *layer, bsn_slice owner, UtxoScan *scan, bsn_err *err)
{
	ScanWalk walk = { { .kind = UTXO_FREE, .err = err, .utxo = give },
			  scan };
	const bsn_slice all = { 0 };
	int32_t status;

	if (owner.len > UTXO_OWNER_MAX)
		return BSN_OK;
	status = utxo_walk(&walk.walk, layer, owner, all, all);
	walk.walk.kind = UTXO_FROZEN;
	return status == BSN_OK ? utxo_walk(&walk.walk, layer, owner, all, all)
				: status;
}
