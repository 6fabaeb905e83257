/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether the store may accept another batch: room on the disk, in the map and
 * in memory. Measured by the committer and the folder, so that a commit costs
 * no system call.
 */
#include <bsn/helpers/error.h>
#include <errno.h>

#include "host/ops/log.h"
#include "host/service/store_private.h"

/* Left of the map for erasing when nothing else is accepted any more. */
#define ERASE_ROOM_MAX (64u << 20)
#define ERASE_ROOM_SHARE 16u
/* LMDB answers EIO when a disk that fills up cuts a write short; with less
 * than this free, that is what it was. */
#define SHORT_WRITE_ROOM (1u << 20)

static guint64
erase_room(const Store *store)
{
	return MIN(store->config.map_bytes_max / ERASE_ROOM_SHARE,
		   ERASE_ROOM_MAX);
}

/* Store.lock is held. TRUE when it changed. */
static gboolean
set_health(Store *store, StoreHealth health, const char *reason)
{
	gboolean changed = store->health != health;

	store->health = health;
	g_strlcpy(store->reason, reason, sizeof(store->reason));
	return changed;
}

/* Once per change, on the thread that met it. */
static void
log_health(StoreHealth health, const char *reason)
{
	switch (health) {
	case STORE_OK:
		log_info("store", NULL, "writes are accepted again");
		break;
	case STORE_FULL:
		log_warning("store", NULL, "store-full: %s", reason);
		break;
	case STORE_BROKEN:
		log_error("store", NULL, "store broken: %s", reason);
		break;
	}
}

static char *
disk_reason(const Store *store, const StoreUsage *usage)
{
	return g_strdup_printf(
		"%" G_GUINT64_FORMAT " bytes are free on the disk, %"
		G_GUINT64_FORMAT " are to stay free ([store] reserve): make "
		"room on the disk of %s",
		usage->disk_free_bytes, store->config.reserve_bytes,
		store->config.directory);
}

static char *
map_reason(const Store *store, guint64 left)
{
	return g_strdup_printf(
		"%" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT
		" bytes are left ([store] map_size_max): raise it and restart, "
		"or delete a chain; the store is %s",
		left, store->config.map_bytes_max, store->config.directory);
}

void
store_room_measure(Store *store)
{
	g_autofree char *reason = NULL;
	StoreHealth health = STORE_OK;
	StoreUsage usage;
	gboolean changed = FALSE;
	guint64 left;

	store_env_usage(store->env, &usage);
	left = store->config.map_bytes_max -
	       MIN(usage.used_bytes, store->config.map_bytes_max);
	if (usage.disk_free_bytes < store->config.reserve_bytes)
		reason = disk_reason(store, &usage);
	else if (left < erase_room(store))
		reason = map_reason(store, left);
	if (reason != NULL)
		health = STORE_FULL;
	g_mutex_lock(&store->lock);
	store->map_left = left;
	store->disk_left =
		usage.disk_free_bytes -
		MIN(usage.disk_free_bytes, store->config.reserve_bytes);
	if (store->health != STORE_BROKEN && store->stuck == 0)
		changed = set_health(store, health,
				     reason != NULL ? reason : "");
	g_mutex_unlock(&store->lock);
	if (changed)
		log_health(health, reason);
}

gboolean
store_room_is_full(Store *store, int code)
{
	StoreUsage usage;

	if (code == MDB_MAP_FULL || code == ENOSPC || code == EDQUOT ||
	    code == EFBIG)
		return TRUE;
	if (code != EIO)
		return FALSE;
	store_env_usage(store->env, &usage);
	return usage.disk_free_bytes < SHORT_WRITE_ROOM;
}

static char *
failure_reason(Store *store, int code, gboolean full)
{
	StoreUsage usage;

	store_env_usage(store->env, &usage);
	if (!full)
		return g_strdup_printf(
			"writing failed: %s; check the disk, then restart; the "
			"store is %s",
			store_env_text(code), store->config.directory);
	if (code == MDB_MAP_FULL)
		return map_reason(store,
				  store->config.map_bytes_max -
					  MIN(usage.used_bytes,
					      store->config.map_bytes_max));
	return g_strdup_printf(
		"writing failed with %" G_GUINT64_FORMAT
		" bytes free (%s): make room on the disk of %s",
		usage.disk_free_bytes, store_env_text(code),
		store->config.directory);
}

void
store_room_passed(Store *store, guint who)
{
	g_mutex_lock(&store->lock);
	store->stuck &= ~who;
	g_mutex_unlock(&store->lock);
}

void
store_room_failed(Store *store, int code, guint who)
{
	gboolean full = store_room_is_full(store, code);
	StoreHealth health = full ? STORE_FULL : STORE_BROKEN;
	g_autofree char *reason = failure_reason(store, code, full);
	gboolean changed = FALSE;

	g_mutex_lock(&store->lock);
	store->stuck |= who;
	if (store->health != STORE_BROKEN)
		changed = set_health(store, health, reason);
	g_mutex_unlock(&store->lock);
	if (changed)
		log_health(health, reason);
}

/* Of what is being folded, how much still has to be. */
static guint64
left_to_fold(const Store *store, guint64 frozen)
{
	return frozen - (guint64)((double)frozen * (double)store->folded /
				  (double)store->to_fold);
}

static gboolean
fits(const Store *store, guint64 held, guint64 frozen, guint64 more,
     guint64 limit)
{
	guint64 waits = held - frozen + left_to_fold(store, frozen);

	return held == 0 ||
	       (waits + more <= limit / 16 * 9 && held + more <= limit);
}

/* Little more than half of the limit may wait (the largest value must not fill
 * it). The rest is memory of what a fold has written already, and has to keep
 * until its end; so room comes with each step of a fold instead of all at once.
 */
static int32_t
admit_pending(const StoreSpace *space, const StoreBatchSize *size, bsn_err *err)
{
	Store *store = space->store;
	guint64 limit = store->config.pending_bytes_max;

	if (!fits(store, space->pending, space->frozen, size->memory, limit)) {
		store_fold_now(store);
		return bsn_fail(err, BSN_BUSY,
				"%" G_GUINT64_FORMAT " bytes of this chain wait "
				"for the disk, the limit is %" G_GUINT64_FORMAT
				": try again soon",
				space->pending, limit);
	}
	if (!fits(store, store->pending, store->frozen_memory, size->memory,
		  limit * STORE_PENDING_SPACES)) {
		store_fold_now(store);
		return bsn_fail(err, BSN_BUSY,
				"%" G_GUINT64_FORMAT " bytes of all chains wait "
				"for the disk: try again soon",
				store->pending);
	}
	return BSN_OK;
}

/* What waits goes through the journal first, whose segments are used again when
 * the database has them. */
static int32_t
admit_journal(Store *store, const StoreBatchSize *size, gboolean frees,
	      bsn_err *err)
{
	guint64 limit = store->config.journal_bytes_max;
	guint64 needed = store->queued_data + size->data;
	StoreJournalUsage usage;
	guint64 waiting;

	store_journal_usage(store->journal, &usage);
	waiting = usage.unfolded + store->queued_data;
	if (!frees && needed > usage.room && needed > store->disk_left)
		return bsn_fail(err, BSN_FULL,
				"the journal needs %" G_GUINT64_FORMAT
				" bytes more, and %" G_GUINT64_FORMAT
				" are free on the disk beside [store] reserve: "
				"make room on the disk of %s",
				needed, store->disk_left,
				store->config.directory);
	if (fits(store, waiting, store->frozen_journal, size->data, limit))
		return BSN_OK;
	store_fold_now(store);
	return bsn_fail(err, BSN_BUSY,
			"%" G_GUINT64_FORMAT " bytes of the journal are not in "
			"the database, the limit is %" G_GUINT64_FORMAT
			" ([store] journal_max): try again soon",
			waiting, limit);
}

/* What is not folded is counted as if it took two pages for each put; when the
 * room is too little only for that reason, folding gives it back. */
static int32_t
admit_map(Store *store, const StoreBatchSize *size, bsn_err *err)
{
	guint64 alone = erase_room(store) + size->map;
	guint64 needed = alone + store->pending_map;
	g_autofree char *reason = NULL;

	if (needed <= store->map_left)
		return BSN_OK;
	reason = map_reason(store, store->map_left);
	if (alone > store->map_left || store->pending_map == 0)
		return bsn_fail(err, BSN_FULL,
				"up to %" G_GUINT64_FORMAT
				" bytes are needed, %s",
				needed, reason);
	store_fold_now(store);
	return bsn_fail(
		err, BSN_BUSY,
		"what waits for the database may take %" G_GUINT64_FORMAT
		" bytes of it: try again soon; %s",
		store->pending_map, reason);
}

int32_t
store_room_admit(const StoreSpace *space, const StoreBatchSize *size,
		 gboolean frees, bsn_err *err)
{
	Store *store = space->store;
	int32_t status;

	switch (store->health) {
	case STORE_BROKEN:
		return bsn_fail(err, BSN_E_IO, "%s", store->reason);
	case STORE_FULL:
		if (!frees)
			return bsn_fail(err, BSN_FULL, "%s", store->reason);
		break;
	case STORE_OK:
		break;
	}
	status = admit_pending(space, size, err);
	if (status == BSN_OK)
		status = admit_journal(store, size, frees, err);
	return status == BSN_OK && !frees ? admit_map(store, size, err) : status;
}
