/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rows.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/slices.h"

/* Of a key, the bits that tell a row's slots apart. */
#define SLOT_BITS (ROW_SLOTS - 1u)
/* What the world state's key has before the runtime's. */
#define PREFIX_LEN 2u

/* Borrowed values; data NULL: none. */
typedef struct {
	bsn_slice values[ROW_SLOTS];
} Row;

gboolean
rows_is_slot(bsn_slice key)
{
	return key.len >= PREFIX_LEN + BSN_STATE_SLOT_KEY_MIN &&
	       key.data[0] == STATE_BYTE && key.data[1] == STATE_RUNTIME_BYTE;
}

static guint
number_of(bsn_slice slot)
{
	return slot.data[slot.len - 1] & SLOT_BITS;
}

bsn_slice
rows_key(bsn_slice slot, guint8 *out)
{
	memcpy(out, slot.data, slot.len);
	out[slot.len - 1] &= (guint8)~SLOT_BITS;
	return bsn_slice_of(out, slot.len);
}

/* ---- a row --------------------------------------------------------------- */

/* Takes the next value off the front. */
static gboolean
take_value(bsn_slice *left, bsn_slice *value)
{
	guint len;

	if (left->len == 0)
		return FALSE;
	len = left->data[0];
	if (len > BSN_STATE_SLOT_MAX || len > left->len - 1)
		return FALSE;
	*value = bsn_slice_of(left->data + 1, len);
	*left = bsn_slice_of(left->data + 1 + len, left->len - 1 - len);
	return TRUE;
}

static int32_t
row_read(bsn_slice bytes, Row *row)
{
	bsn_slice left;
	guint there;

	*row = (Row){ { { NULL, 0 } } };
	if (bytes.len == 0)
		return BSN_OK;
	if (bytes.len < 2)
		return BSN_E_CORRUPT;
	there = (guint)bytes.data[0] << 8 | bytes.data[1];
	left = bsn_slice_of(bytes.data + 2, bytes.len - 2);
	for (guint i = 0; i < ROW_SLOTS; i++)
		if ((there >> i & 1) != 0 &&
		    !take_value(&left, &row->values[i]))
			return BSN_E_CORRUPT;
	return left.len == 0 && there != 0 ? BSN_OK : BSN_E_CORRUPT;
}

/* How many bytes; 0: no slot is there. In: out, ROW_BYTES_MAX. */
static guint
row_write(const Row *row, guint8 *out)
{
	guint there = 0;
	guint at = 2;

	for (guint i = 0; i < ROW_SLOTS; i++) {
		const bsn_slice *value = &row->values[i];

		if (value->data == NULL)
			continue;
		there |= 1u << i;
		out[at++] = (guint8)value->len;
		memcpy(out + at, value->data, value->len);
		at += (guint)value->len;
	}
	out[0] = (guint8)(there >> 8);
	out[1] = (guint8)there;
	return there != 0 ? at : 0;
}

int32_t
rows_find(bsn_slice bytes, bsn_slice slot, bsn_slice *value)
{
	Row row;
	int32_t status = row_read(bytes, &row);

	*value = bsn_slice_of(NULL, 0);
	if (status != BSN_OK)
		return status;
	*value = row.values[number_of(slot)];
	return value->data != NULL ? BSN_OK : BSN_NOT_FOUND;
}

/* ---- walking ------------------------------------------------------------- */

typedef struct {
	bsn_scan_sink sink; /* takes the store's entries */
	bsn_scan_sink *out;
	bsn_slice from, to;
} Walk;

static gboolean
is_within(const Walk *walk, bsn_slice key)
{
	return slice_compare(key, walk->from) >= 0 &&
	       (walk->to.len == 0 || slice_compare(key, walk->to) < 0);
}

static int32_t
pass_row(const Walk *walk, bsn_slice key, bsn_slice bytes)
{
	guint8 room[BSN_STORE_KEY_MAX];
	const bsn_slice slot = rows_key(key, room);
	Row row;
	int32_t status = row_read(bytes, &row);

	for (guint i = 0; status == BSN_OK && i < ROW_SLOTS; i++) {
		room[slot.len - 1] = (guint8)(key.data[key.len - 1] | i);
		if (row.values[i].data != NULL && is_within(walk, slot))
			status = walk->out->entry(walk->out, slot,
						  row.values[i]);
	}
	return status;
}

static int32_t
pass_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	const Walk *walk = (const Walk *)sink;

	if (rows_is_slot(key))
		return pass_row(walk, key, value);
	return is_within(walk, key) ? walk->out->entry(walk->out, key, value)
				    : BSN_OK;
}

/* A row's key may come before what is wanted of the row; it differs from that
 * in its last byte alone, which is behind these. */
static bsn_slice
first_of(bsn_slice from)
{
	return bsn_slice_of(
		from.data,
		MIN(from.len, PREFIX_LEN + BSN_STATE_SLOT_KEY_MIN - 1));
}

int32_t
rows_scan(bsn_chain *chain, bsn_slice from, bsn_slice to, bsn_scan_sink *sink)
{
	Walk walk = { { pass_entry }, sink, from, to };

	return services.store->scan(chain, first_of(from), to, 0, &walk.sink,
				    NULL);
}

/* ---- writing ------------------------------------------------------------- */

static const OverlayChange *
change_at(const GArray *changes, guint i)
{
	return &g_array_index(changes, OverlayChange, i);
}

static void
put_entry(const OverlayChange *change, Batch *batch)
{
	if (change->deleted)
		batch_delete_borrowed(batch, change->key);
	else
		batch_put_borrowed(batch, change->key, change->value);
}

static int32_t
load(bsn_chain *chain, bsn_slice key, GByteArray *out)
{
	BufferSink sink = buffer_sink(out, ROW_BYTES_MAX);
	int32_t status;

	g_byte_array_set_size(out, 0);
	status = services.store->get(chain, key, &sink.sink, NULL);
	if (status == BSN_TOO_LARGE)
		return BSN_E_CORRUPT;
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

/* The changes from `first` on that are of one row. */
static guint
count_row(const GArray *changes, guint first, bsn_slice key)
{
	guint8 room[BSN_STORE_KEY_MAX];
	guint n = 1;

	while (first + n < changes->len) {
		const bsn_slice next = change_at(changes, first + n)->key;

		if (next.len != key.len ||
		    !bsn_slice_equal(rows_key(next, room), key))
			break;
		n++;
	}
	return n;
}

static int32_t
put_row(bsn_chain *chain, const GArray *changes, guint first, Batch *batch,
	GByteArray *memory, guint *n)
{
	guint8 bytes[ROW_BYTES_MAX];
	guint8 room[BSN_STORE_KEY_MAX];
	const bsn_slice key = rows_key(change_at(changes, first)->key, room);
	guint len;
	Row row;
	int32_t status = load(chain, key, memory);

	*n = count_row(changes, first, key);
	if (status == BSN_OK)
		status = row_read(buffer_slice(memory), &row);
	if (status != BSN_OK)
		return status;
	for (guint i = first; i < first + *n; i++) {
		const OverlayChange *change = change_at(changes, i);

		if (!change->deleted && change->value.len > BSN_STATE_SLOT_MAX)
			return BSN_E_INVALID;
		row.values[number_of(change->key)] =
			change->deleted ? bsn_slice_of(NULL, 0) : change->value;
	}
	len = row_write(&row, bytes);
	if (len > 0)
		batch_put_short(batch, key, bsn_slice_of(bytes, len));
	else
		batch_delete_short(batch, key);
	return BSN_OK;
}

int32_t
rows_put(bsn_chain *chain, const GArray *changes, Batch *batch)
{
	g_autoptr(GByteArray) memory = g_byte_array_new();
	int32_t status = BSN_OK;
	guint n;

	for (guint i = 0; status == BSN_OK && i < changes->len; i += n) {
		n = 1;
		if (rows_is_slot(change_at(changes, i)->key))
			status = put_row(chain, changes, i, batch, memory, &n);
		else
			put_entry(change_at(changes, i), batch);
	}
	return status;
}
