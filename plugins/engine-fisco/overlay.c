/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/overlay-private.h"

#include <string.h>

#include "plugins/engine-fisco/contracts.h"
#include "plugins/engine-fisco/rows.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* First byte of the keys under which rows are kept beside slots. */
#define ROW_KEPT_BYTE 0u

Overlay *
overlay_new(bsn_chain *chain)
{
	Overlay *overlay = g_new0(Overlay, 1);

	overlay->chain = chain;
	overlay->undo = g_array_new(FALSE, FALSE, sizeof(Undo));
	overlay->read = g_byte_array_new();
	return overlay;
}

void
overlay_set_rows(Overlay *overlay)
{
	overlay->has_rows = TRUE;
}

gboolean
overlay_has_rows(const Overlay *overlay)
{
	return overlay->has_rows;
}

void
overlay_build_on(Overlay *overlay, const Overlay *below)
{
	overlay->below = below;
	overlay->old_rows = overlay->n_entries > 0;
}

void
overlay_free(Overlay *overlay)
{
	if (overlay == NULL)
		return;
	overlay_table_clear(overlay);
	g_array_unref(overlay->undo);
	g_byte_array_unref(overlay->read);
	g_free(overlay);
}

bsn_chain *
overlay_chain(const Overlay *overlay)
{
	return overlay->chain;
}

/* ---- reading ----------------------------------------------------------- */

/* Only a trial must remember what it read: to others it is there to be read
 * again. */
static gboolean
may_keep(Overlay *overlay, guint64 bytes)
{
	if (overlay->clean < CLEAN_MAX &&
	    overlay->clean_bytes + bytes <= CLEAN_BYTES_MAX) {
		overlay->clean++;
		overlay->clean_bytes += bytes;
		return TRUE;
	}
	overlay->is_void = overlay->is_trial;
	return FALSE;
}

static void
touch(const Overlay *overlay, Entry *entry)
{
	entry->touched = MIN(entry->touched, overlay->turn);
}

static void
use(const Overlay *overlay, Entry *entry)
{
	touch(overlay, entry);
	entry->used = MIN(entry->used, overlay->turn);
}

static void
keep(Overlay *overlay, const Probe *probe, bsn_slice value, gboolean present)
{
	Entry *entry;

	if (!may_keep(overlay, value.len))
		return;
	entry = overlay_enter(overlay, probe);
	entry->now = (Value){ .len = value.len };
	if (present)
		entry->now.value = overlay_copy(overlay, value);
	use(overlay, entry);
}

static int32_t
load(Overlay *overlay, bsn_slice key, bsn_slice *value)
{
	BufferSink sink = buffer_sink(overlay->read, BSN_STORE_VALUE_MAX);
	int32_t status;

	g_byte_array_set_size(overlay->read, 0);
	status = services.store->get(overlay->chain, key, &sink.sink, NULL);
	*value = status == BSN_OK ? buffer_slice(overlay->read)
				  : bsn_slice_of(NULL, 0);
	return status;
}

/* Nobody is bound by what was read of a row but by the slots: it is there so
 * that the next slot need not be looked for. */
static void
keep_row(Overlay *overlay, const Probe *probe, bsn_slice row)
{
	Entry *entry;

	if (overlay->old_rows || overlay->clean >= CLEAN_MAX ||
	    overlay->clean_bytes + row.len > CLEAN_BYTES_MAX)
		return;
	overlay->clean++;
	overlay->clean_bytes += row.len;
	entry = overlay_enter(overlay, probe);
	entry->now =
		(Value){ .value = overlay_copy(overlay, row), .len = row.len };
}

/* A slot's row; empty: none. It is kept under a key that nothing else has. */
static int32_t
load_row(Overlay *overlay, bsn_slice slot, bsn_slice *row)
{
	guint8 bytes[BSN_STORE_KEY_MAX];
	bsn_slice key = rows_key(slot, bytes);
	const Entry *kept;
	int32_t status;
	Probe probe;

	bytes[0] = ROW_KEPT_BYTE;
	probe = overlay_probe(key);
	kept = overlay->old_rows ? NULL : overlay_find(overlay, &probe);
	if (kept != NULL) {
		*row = bsn_slice_of(kept->now.value, kept->now.len);
		return BSN_OK;
	}
	bytes[0] = STATE_BYTE;
	status = load(overlay, key, row);
	bytes[0] = ROW_KEPT_BYTE;
	if (status == BSN_OK || status == BSN_NOT_FOUND)
		keep_row(overlay, &probe, *row);
	return status == BSN_NOT_FOUND ? BSN_OK : status;
}

static int32_t
load_slot(Overlay *overlay, bsn_slice slot, bsn_slice *value)
{
	bsn_slice row;
	int32_t status = load_row(overlay, slot, &row);

	return status == BSN_OK ? rows_find(row, slot, value) : status;
}

static int32_t
read_store(Overlay *overlay, const Probe *probe, bsn_slice *value)
{
	int32_t status = overlay->has_rows && rows_is_slot(probe->key)
				 ? load_slot(overlay, probe->key, value)
				 : load(overlay, probe->key, value);

	if (status == BSN_OK || status == BSN_NOT_FOUND)
		keep(overlay, probe, *value, status == BSN_OK);
	return status;
}

/* What the overlays below one have; NULL: only the store may. Others look there
 * at the same time. */
static const Entry *
find_below(const Overlay *overlay, const Probe *probe)
{
	const Entry *entry = NULL;

	for (const Overlay *below = overlay->below;
	     below != NULL && entry == NULL; below = below->below)
		entry = overlay_find(below, probe);
	return entry;
}

static int32_t
read_below(Overlay *overlay, const Probe *probe, bsn_slice *value)
{
	const Entry *entry = find_below(overlay, probe);

	if (entry == NULL)
		return read_store(overlay, probe, value);
	*value = bsn_slice_of(entry->now.value, entry->now.len);
	keep(overlay, probe, *value, entry->now.value != NULL);
	return entry->now.value != NULL ? BSN_OK : BSN_NOT_FOUND;
}

int32_t
overlay_get(Overlay *overlay, bsn_slice key, bsn_slice *value)
{
	const Probe probe = overlay_probe(key);
	Entry *entry = overlay_find(overlay, &probe);

	if (entry == NULL)
		return read_below(overlay, &probe, value);
	use(overlay, entry);
	*value = bsn_slice_of(entry->now.value, entry->now.len);
	return entry->now.value != NULL ? BSN_OK : BSN_NOT_FOUND;
}

/* ---- changing ---------------------------------------------------------- */

Entry *
overlay_change(Overlay *overlay, const Probe *probe)
{
	Entry *entry = overlay_find(overlay, probe);
	Undo undo = { .known = entry != NULL };

	if (entry == NULL)
		entry = overlay_enter(overlay, probe);
	undo.entry = entry;
	undo.before = entry->now;
	g_array_append_val(overlay->undo, undo);
	if (!undo.before.changed || !undo.known)
		overlay_order(overlay, entry);
	entry->now = (Value){ .changed = TRUE };
	touch(overlay, entry);
	entry->changed = MIN(entry->changed, overlay->turn);
	return entry;
}

void
overlay_put(Overlay *overlay, bsn_slice key, bsn_slice value)
{
	const Probe probe = overlay_probe(key);
	Entry *entry = overlay_change(overlay, &probe);

	use(overlay, entry);
	entry->now.value = overlay_copy(overlay, value);
	entry->now.len = value.len;
}

void
overlay_delete(Overlay *overlay, bsn_slice key)
{
	const Probe probe = overlay_probe(key);

	use(overlay, overlay_change(overlay, &probe));
}

guint
overlay_mark(const Overlay *overlay)
{
	return overlay->undo->len;
}

void
overlay_rollback(Overlay *overlay, guint mark)
{
	while (overlay->undo->len > mark) {
		const Undo *undo = &g_array_index(overlay->undo, Undo,
						  overlay->undo->len - 1);

		undo->entry->now = undo->before;
		undo->entry->known = undo->known;
		g_array_set_size(overlay->undo, overlay->undo->len - 1);
	}
}

void
overlay_forget_marks(Overlay *overlay)
{
	g_array_set_size(overlay->undo, 0);
}

/* ---- what changed ------------------------------------------------------ */

static RlpItem
change_item(const OverlayChange *change, RlpItem *fields)
{
	fields[0] = rlp_bytes(change->key);
	fields[1] = rlp_bytes(change->value);
	return rlp_list(fields, change->deleted ? 1 : 2);
}

void
overlay_put_changes(const OverlayChange *changes, guint n, GByteArray *out)
{
	g_autofree RlpItem *items = g_new(RlpItem, n);
	g_autofree RlpItem *fields = g_new(RlpItem, 2 * (gsize)n);

	for (guint i = 0; i < n; i++)
		items[i] = change_item(changes + i, fields + 2 * (gsize)i);
	rlp_put_list(out, items, n);
}
