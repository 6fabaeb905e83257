/* SPDX-License-Identifier: Apache-2.0
 *
 * Scans: what is on disk and what is not yet, merged in order of key.
 */
#include <bsn/helpers/error.h>
#include <string.h>

#include "host/service/store_private.h"

/* Both sides stand at their next key, or have none left. */
typedef struct {
	StoreKey from, to;
	gboolean descending;
	MDB_cursor *cursor;
	MDB_val disk_key, disk_value;
	gboolean on_disk;
	Overlay *overlays[STORE_OVERLAYS]; /* snapshots, the newest first */
	const StoreEntry *entries[STORE_OVERLAYS]; /* the next of each */
	const StoreEntry *entry;		   /* the next of all */
} Scan;

int32_t
store_read_failed(int code, bsn_err *err)
{
	if (code == MDB_NOTFOUND)
		return BSN_NOT_FOUND;
	return bsn_fail(err,
			code == MDB_CORRUPTED || code == MDB_PAGE_NOTFOUND
				? BSN_E_CORRUPT
				: BSN_E_IO,
			"reading the store failed: %s", store_env_text(code));
}

static gboolean
in_range(const Scan *scan, const void *key, gsize len)
{
	return store_key_compare(key, len, scan->from.bytes,
				 scan->from.len) >= 0 &&
	       store_key_compare(key, len, scan->to.bytes, scan->to.len) < 0;
}

/* ---- the disk's side ---- */

static int
disk_at(Scan *scan, int code)
{
	scan->on_disk = code == 0 && in_range(scan, scan->disk_key.mv_data,
					      scan->disk_key.mv_size);
	return code == MDB_NOTFOUND ? 0 : code;
}

static int
disk_move(Scan *scan, MDB_cursor_op op)
{
	return disk_at(scan, mdb_cursor_get(scan->cursor, &scan->disk_key,
					    &scan->disk_value, op));
}

static int
disk_next(Scan *scan)
{
	return disk_move(scan, scan->descending ? MDB_PREV : MDB_NEXT);
}

static int
disk_start(Scan *scan)
{
	const StoreKey *bound = scan->descending ? &scan->to : &scan->from;
	int code;

	scan->disk_key = (MDB_val){ bound->len, (void *)bound->bytes };
	code = mdb_cursor_get(scan->cursor, &scan->disk_key, &scan->disk_value,
			      MDB_SET_RANGE);
	if (!scan->descending)
		return disk_at(scan, code);
	if (code == MDB_NOTFOUND)
		return disk_move(scan, MDB_LAST);
	return code == 0 ? disk_move(scan, MDB_PREV) : code;
}

/* ---- the overlay's side ---- */

/* Where one overlay's side is next: at `bound` or, unless `inclusive`, beyond.
 */
static const StoreEntry *
next_of(const Scan *scan, const Overlay *overlay, const void *bound, gsize len,
	gboolean inclusive)
{
	const StoreEntry *entry =
		scan->descending
			? overlay_before(overlay, bound, len)
			: overlay_after(overlay, bound, len, inclusive);

	return entry != NULL && in_range(scan, entry->key, entry->key_len)
		       ? entry
		       : NULL;
}

static int
order_of(const Scan *scan, const StoreEntry *a, const StoreEntry *b)
{
	int order = store_key_compare(a->key, a->key_len, b->key, b->key_len);

	return scan->descending ? -order : order;
}

/* The first of those where the overlays are; of equal ones the newest. */
static void
choose(Scan *scan)
{
	scan->entry = NULL;
	for (guint i = 0; i < STORE_OVERLAYS; i++) {
		const StoreEntry *entry = scan->entries[i];

		if (entry != NULL && (scan->entry == NULL ||
				      order_of(scan, entry, scan->entry) < 0))
			scan->entry = entry;
	}
}

static void
overlay_start(Scan *scan)
{
	const StoreKey *bound = scan->descending ? &scan->to : &scan->from;

	for (guint i = 0; i < STORE_OVERLAYS; i++)
		scan->entries[i] = next_of(scan, scan->overlays[i],
					   bound->bytes, bound->len, TRUE);
	choose(scan);
}

static void
overlay_next(Scan *scan)
{
	const StoreEntry *at = scan->entry;

	for (guint i = 0; i < STORE_OVERLAYS; i++)
		if (scan->entries[i] != NULL &&
		    order_of(scan, scan->entries[i], at) == 0)
			scan->entries[i] = next_of(scan, scan->overlays[i],
						   at->key, at->key_len, FALSE);
	choose(scan);
}

/* ---- both ---- */

/* Below 0: the disk's key comes first; above 0: the overlay's; 0: both have
 * the same. */
static int
which(const Scan *scan)
{
	int order;

	if (scan->entry == NULL)
		return -1;
	if (!scan->on_disk)
		return 1;
	order = store_key_compare(scan->disk_key.mv_data,
				  scan->disk_key.mv_size, scan->entry->key,
				  scan->entry->key_len);
	return scan->descending ? -order : order;
}

static int32_t
emit(bsn_scan_sink *sink, const void *key, gsize key_len, const void *value,
     gsize value_len)
{
	bsn_slice bare = { (const guint8 *)key + STORE_PREFIX_LEN,
			   key_len - STORE_PREFIX_LEN };

	return sink->entry(sink, bare, (bsn_slice){ value, value_len });
}

static int32_t
emit_first(const Scan *scan, int order, bsn_scan_sink *sink)
{
	if (order < 0)
		return emit(sink, scan->disk_key.mv_data,
			    scan->disk_key.mv_size, scan->disk_value.mv_data,
			    scan->disk_value.mv_size);
	if (scan->entry->deleted)
		return BSN_OK;
	return emit(sink, scan->entry->key, scan->entry->key_len,
		    scan->entry->value, scan->entry->value_len);
}

static int32_t
walk(Scan *scan, bsn_scan_sink *sink, bsn_err *err)
{
	int code = disk_start(scan);

	overlay_start(scan);
	while (code == 0 && (scan->on_disk || scan->entry != NULL)) {
		int order = which(scan);
		int32_t status = emit_first(scan, order, sink);

		if (status != BSN_OK)
			return status;
		if (order >= 0)
			overlay_next(scan);
		if (order <= 0)
			code = disk_next(scan);
	}
	return code == 0 ? BSN_OK : store_read_failed(code, err);
}

/* Begins the transaction and takes the snapshot in one moment: what leaves the
 * overlay before it is in the transaction, what is accepted after it is in
 * neither. */
static int
begin(Scan *scan, StoreSpace *space, MDB_txn *txn)
{
	int code;

	g_mutex_lock(&space->lock);
	code = mdb_txn_renew(txn);
	for (guint i = 0; i < STORE_OVERLAYS; i++)
		scan->overlays[i] = overlay_ref(space->overlays[i]);
	g_mutex_unlock(&space->lock);
	if (code == 0)
		code = mdb_cursor_open(txn, store_env_data(space->store->env),
				       &scan->cursor);
	return code;
}

static void
set_bounds(Scan *scan, guint32 prefix, bsn_slice from, bsn_slice to)
{
	store_key_set(&scan->from, prefix, from);
	if (to.len > 0)
		store_key_set(&scan->to, prefix, to);
	else
		store_key_set_end(&scan->to, prefix);
}

int32_t
store_scan(StoreSpace *space, bsn_slice from, bsn_slice to, guint32 flags,
	   bsn_scan_sink *sink, bsn_err *err)
{
	Scan scan = { .descending = (flags & BSN_SCAN_DESCENDING) != 0 };
	MDB_txn *txn;
	int32_t status = store_env_lend(space->store->env, &txn, err);
	int code;

	if (status != BSN_OK)
		return status;
	set_bounds(&scan, space->prefix, from, to);
	code = begin(&scan, space, txn);
	status = code == 0 ? walk(&scan, sink, err)
			   : store_read_failed(code, err);
	if (scan.cursor != NULL)
		mdb_cursor_close(scan.cursor);
	store_env_return(space->store->env, txn);
	for (guint i = 0; i < STORE_OVERLAYS; i++)
		overlay_unref(scan.overlays[i]);
	return status;
}
