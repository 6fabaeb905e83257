/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/state/balance.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/state/utxo_private.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

static int32_t
sums_read(bsn_slice stored, Sums *sums, bsn_err *err)
{
	Wire wire = wire_of(stored);
	bsn_slice total;

	sums->count = wire_u64(&wire);
	total = wire_bytes(&wire, wire_u8(&wire));
	if (wire.bad || !amount_read(total, sums->total) ||
	    !amount_read(wire.rest, sums->for_ever))
		return bsn_fail(err, BSN_E_CORRUPT,
				"a balance of the state is damaged");
	return BSN_OK;
}

int32_t
sums_get(Layer *layer, bsn_slice owner, Sums *sums, bsn_err *err)
{
	const UtxoKey key = utxo_key(UTXO_BALANCE, owner);
	g_autoptr(GByteArray) stored = g_byte_array_new();
	int32_t status = layer_get(layer, utxo_key_slice(&key), stored, err);

	*sums = (Sums){ 0 };
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	return status == BSN_OK ? sums_read(buffer_slice(stored), sums, err)
				: status;
}

void
sums_put(Layer *layer, bsn_slice owner, const Sums *sums)
{
	const UtxoKey key = utxo_key(UTXO_BALANCE, owner);
	const bsn_slice total = amount_slice(sums->total);
	guint8 room[8 + 1 + 2 * AMOUNT_LEN];
	GByteArray *bytes;

	if (sums->count == 0) {
		layer_delete(layer, utxo_key_slice(&key));
		return;
	}
	bytes = g_byte_array_sized_new(sizeof(room));
	wire_put(bytes, sums->count, 8);
	wire_put(bytes, total.len, 1);
	wire_put_bytes(bytes, total);
	wire_put_bytes(bytes, amount_slice(sums->for_ever));
	layer_put(layer, utxo_key_slice(&key), buffer_slice(bytes));
	g_byte_array_unref(bytes);
}

gboolean
sums_add(Sums *sums, const Utxo *utxo)
{
	sums->count++;
	if (utxo->frozen < 0 &&
	    !amount_add(sums->for_ever, sums->for_ever, utxo->amount))
		return FALSE;
	return amount_add(sums->total, sums->total, utxo->amount);
}

gboolean
sums_take(Sums *sums, const Utxo *utxo)
{
	if (sums->count == 0)
		return FALSE;
	sums->count--;
	if (utxo->frozen < 0 &&
	    !amount_sub(sums->for_ever, sums->for_ever, utxo->amount))
		return FALSE;
	return amount_sub(sums->total, sums->total, utxo->amount);
}

/* ---- for whoever asks ---- */

typedef struct {
	UtxoWalk walk;
	guint8 *frozen;
} FrozenSum;

static int32_t
add_frozen(UtxoWalk *walk, const Utxo *utxo)
{
	FrozenSum *sum = (FrozenSum *)walk;

	if (amount_add(sum->frozen, sum->frozen, utxo->amount))
		return BSN_OK;
	return bsn_fail(walk->err, BSN_E_CORRUPT,
			"an owner has more frozen than there is");
}

int32_t
balance_get(Layer *layer, bsn_slice owner, guint64 height, Balance *balance,
	    bsn_err *err)
{
	const guint64 from = GUINT64_TO_BE(height);
	FrozenSum sum = { { .kind = UTXO_THAWS, .err = err, .utxo = add_frozen },
			  balance->frozen };
	Sums sums;
	int32_t status;

	*balance = (Balance){ 0 };
	if (owner.len > UTXO_OWNER_MAX)
		return BSN_OK;
	status = sums_get(layer, owner, &sums, err);
	if (status != BSN_OK)
		return status;
	balance->count = sums.count;
	memcpy(balance->total, sums.total, AMOUNT_LEN);
	memcpy(balance->frozen, sums.for_ever, AMOUNT_LEN);
	return utxo_walk(&sum.walk, layer, owner,
			 bsn_slice_of(&from, sizeof(from)),
			 bsn_slice_of(NULL, 0));
}

typedef struct {
	bsn_scan_sink sink;
	Supply *supply;
	guint64 max;
	bsn_err *err;
} SupplySum;

static int32_t
add_owner(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	SupplySum *sum = (SupplySum *)sink;
	guint8 *total = sum->supply->total;
	Sums sums;
	int32_t status = sums_read(value, &sums, sum->err);

	if (status != BSN_OK)
		return status;
	if (sum->supply->owners++ == sum->max)
		return bsn_fail(sum->err, BSN_TOO_LARGE,
				"more than %" G_GUINT64_FORMAT
				" owners have tokens: that is too many to add "
				"up",
				sum->max);
	return amount_add(total, total, sums.total)
		       ? BSN_OK
		       : bsn_fail(sum->err, BSN_E_CORRUPT,
				  "all tokens have more than 256 bits in all");
}

int32_t
supply_get(Layer *layer, guint64 max, Supply *supply, bsn_err *err)
{
	static const guint8 from[] = { UTXO_BALANCE };
	static const guint8 to[] = { UTXO_BALANCE + 1 };
	SupplySum sum = { { add_owner }, supply, max, err };

	*supply = (Supply){ .owners = 0 };
	return layer_scan(layer, bsn_slice_of(from, sizeof(from)),
			  bsn_slice_of(to, sizeof(to)), 0, &sum.sink, err);
}
