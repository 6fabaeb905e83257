/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/undo.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/snapshot.h"
#include "plugins/kit/sink.h"

/* Old entries that each block deletes, and as many for each that it adds. */
#define DELETED_LEAST 64u
#define DELETED_FOR_ADDED 2u

guint64
undo_epoch(const Ledger *ledger, guint64 number)
{
	return (number - 1) / ledger_config(ledger)->snapshot_interval;
}

guint8
undo_byte(guint64 epoch)
{
	return (guint8)(KEY_UNDO + epoch % UNDO_SLOTS);
}

gboolean
undo_read(bsn_slice value, guint64 epoch, gboolean *there, bsn_slice *before)
{
	guint64 own;

	if (value.len < UNDO_HEAD)
		return FALSE;
	memcpy(&own, value.data, sizeof(own));
	if (GUINT64_FROM_BE(own) != epoch)
		return FALSE;
	*there = value.data[sizeof(own)] != 0;
	*before = bsn_slice_of(value.data + UNDO_HEAD, value.len - UNDO_HEAD);
	return TRUE;
}

static int32_t
get(const Ledger *ledger, bsn_slice key, GByteArray *value)
{
	BufferSink sink = buffer_sink(value, BSN_STORE_VALUE_MAX);

	g_byte_array_set_size(value, 0);
	return services.store->get(ledger->chain, key, &sink.sink, NULL);
}

static bsn_slice
undo_key(bsn_slice key, guint64 epoch, guint8 *out)
{
	memcpy(out, key.data, key.len);
	out[0] = undo_byte(epoch);
	return bsn_slice_of(out, key.len);
}

/* ---- a block ------------------------------------------------------------- */

/* The value of an entry: its head, and the value before. */
static int32_t
value_before(const Ledger *ledger, bsn_slice key, guint64 epoch,
	     GByteArray *out)
{
	const guint64 number = GUINT64_TO_BE(epoch);
	BufferSink sink = buffer_sink(out, BSN_STORE_VALUE_MAX);
	guint8 there = 1;
	int32_t status;

	g_byte_array_set_size(out, 0);
	g_byte_array_append(out, (const guint8 *)&number, sizeof(number));
	g_byte_array_append(out, &there, 1);
	status = services.store->get(ledger->chain, key, &sink.sink, NULL);
	if (status == BSN_NOT_FOUND)
		out->data[sizeof(number)] = 0;
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

static int32_t
put_one(Ledger *ledger, bsn_slice key, guint64 epoch, GByteArray *memory,
	Batch *batch, guint *added)
{
	guint8 bytes[BSN_STORE_KEY_MAX];
	const bsn_slice undo = undo_key(key, epoch, bytes);
	gboolean there;
	bsn_slice before;
	int32_t status = get(ledger, undo, memory);

	if (status == BSN_OK &&
	    undo_read(buffer_slice(memory), epoch, &there, &before))
		return BSN_OK;
	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	status = value_before(ledger, key, epoch, memory);
	if (status == BSN_OK)
		batch_put_short(batch, undo, buffer_slice(memory));
	++*added;
	return status;
}

typedef struct {
	bsn_scan_sink sink;
	Batch *batch;
	guint left;
} Cleaning;

static int32_t
clean_one(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Cleaning *cleaning = (Cleaning *)sink;

	(void)value;
	if (cleaning->left == 0)
		return BSN_BUSY;
	cleaning->left--;
	batch_delete_short(cleaning->batch, key);
	return BSN_OK;
}

/* The slot that neither this epoch nor the one before uses. */
static int32_t
clean(Ledger *ledger, guint64 epoch, guint entries, Batch *batch)
{
	const guint8 from = undo_byte(epoch + 1);
	const guint8 to = (guint8)(from + 1);
	Cleaning cleaning = { { clean_one }, batch, entries };
	int32_t status;

	if (ledger->snapshots->cleaned == epoch + 1)
		return BSN_OK;
	status = services.store->scan(ledger->chain, bsn_slice_of(&from, 1),
				      bsn_slice_of(&to, 1), 0, &cleaning.sink,
				      NULL);
	if (status == BSN_OK)
		ledger->snapshots->cleaned = epoch + 1;
	return status == BSN_BUSY ? BSN_OK : status;
}

int32_t
undo_put(Ledger *ledger, const GArray *changes, guint64 number, Batch *batch)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	const guint64 epoch = undo_epoch(ledger, number);
	guint added = 0;
	int32_t status = BSN_OK;

	for (guint i = 0; status == BSN_OK && i < changes->len; i++)
		status = put_one(ledger,
				 g_array_index(changes, OverlayChange, i).key,
				 epoch, memory, batch, &added);
	if (status == BSN_OK)
		status = clean(ledger, epoch,
			       DELETED_LEAST + DELETED_FOR_ADDED * added,
			       batch);
	return status;
}

/* ---- looking back -------------------------------------------------------- */

int32_t
undo_value_at(const Ledger *ledger, guint64 checkpoint, bsn_slice key,
	      GByteArray *value)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;
	guint8 bytes[BSN_STORE_KEY_MAX];

	for (guint64 epoch = checkpoint / interval;
	     epoch * interval < ledger->head.number; epoch++) {
		gboolean there;
		bsn_slice before;
		int32_t status =
			get(ledger, undo_key(key, epoch, bytes), value);

		if (status != BSN_OK && status != BSN_NOT_FOUND)
			return status;
		if (status != BSN_OK ||
		    !undo_read(buffer_slice(value), epoch, &there, &before))
			continue;
		g_byte_array_remove_range(value, 0, UNDO_HEAD);
		return there ? BSN_OK : BSN_NOT_FOUND;
	}
	return get(ledger, key, value);
}
