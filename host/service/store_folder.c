/* SPDX-License-Identifier: Apache-2.0
 *
 * The folder: one thread that writes what is in the journal into the database,
 * behind the committer. Each fold takes the active overlays away, and they are
 * already what is wanted: in order of key, with the last write of each key.
 */
#include "host/ops/cpu.h"
#include "host/service/store_private.h"

/* Nothing came for so long: the journal is folded, and the disk may rest. */
#define IDLE_US G_TIME_SPAN_SECOND
/* Nothing stays in the journal for longer while more comes. */
#define AGE_US (60 * G_TIME_SPAN_SECOND)
/* One transaction takes so many puts and bytes of values, of a fold that is in
 * time: what is committed meanwhile waits for its sync, and others for its part of
 * the cores. */
#define STEP_WRITES 1024u
#define STEP_BYTES (2u << 20)
/* And of one that is late: it changes about as many of LMDB's pages as it has puts,
 * which are in memory until its end, and may be 131,072 at most. */
#define SLICE_WRITES 10240u
#define SLICE_BYTES (64u << 20)
/* Disk and cores are the others' for so many times as long as a transaction took,
 * if the fold is in time. */
#define REST 15

typedef struct {
	Store *store;
	GPtrArray *spaces;     /* StoreSpace that are frozen, by prefix */
	GPtrArray *entries;    /* StoreEntry of them, by key */
	StoreJournalMark mark; /* the journal is in the database up to here */
	gsize slice;	       /* puts in one transaction, at most */
	gboolean late;	       /* as is_late had it */
	gboolean refused;      /* the last step of an erase: try after a tick */
} Folder;

/* ---- when ---- */

/* When to fold what is there; G_MAXINT64: there is nothing. */
static gint64
due_us(const Folder *folder)
{
	const Store *store = folder->store;

	if (!folder->refused && store_erase_wants_fold(store))
		return 0;
	if (store->dirty->len == 0)
		return G_MAXINT64;
	if (store->fold_now || store->ending)
		return 0;
	return MIN(store->accepted_us + IDLE_US,
		   store->dirty_since_us + AGE_US);
}

/* Until there is something to fold, to erase or to tell a filter, or the store
 * ends. FALSE when it ends and nothing is left to fold. `fold`: it is time to. */
static gboolean
wait_for_work(Folder *folder, gboolean *fold)
{
	Store *store = folder->store;
	gboolean erase, fill, broken;

	g_mutex_lock(&store->lock);
	for (;;) {
		gint64 now_us = g_get_monotonic_time();
		gint64 until_us = due_us(folder);

		broken = store->health == STORE_BROKEN;
		*fold = !broken && until_us <= now_us;
		erase = !broken && store->erases != NULL && !folder->refused &&
			!store->closing;
		fill = !broken && store->unfiltered->len > 0 && !store->closing;
		if (*fold || erase || fill || store->ending)
			break;
		if (folder->refused)
			until_us = MIN(until_us, now_us + STORE_TICK_US);
		folder->refused = FALSE;
		if (broken || until_us == G_MAXINT64)
			g_cond_wait(&store->fold, &store->lock);
		else
			g_cond_wait_until(&store->fold, &store->lock, until_us);
	}
	g_mutex_unlock(&store->lock);
	return *fold || erase || fill;
}

/* ---- what ---- */

static int
by_prefix(const void *a, const void *b)
{
	const StoreSpace *left = *(StoreSpace *const *)a;
	const StoreSpace *right = *(StoreSpace *const *)b;

	return left->prefix < right->prefix ? -1 : left->prefix > right->prefix;
}

static void
freeze_space(StoreSpace *space)
{
	Store *store = space->store;

	g_mutex_lock(&space->lock);
	space->overlays[FROZEN] = g_steal_pointer(&space->overlays[ACTIVE]);
	space->held[FROZEN] = space->held[ACTIVE];
	space->held[ACTIVE] = (StoreHeld){ 0 };
	space->generation++;
	g_mutex_lock(&store->lock);
	space->dirty = FALSE;
	space->frozen = space->held[FROZEN].memory;
	store->frozen_memory += space->frozen;
	g_mutex_unlock(&store->lock);
	g_mutex_unlock(&space->lock);
}

/* All that is in the journal by now was published before, and is frozen. What
 * was accepted since may be frozen too: it is folded early, and would be once
 * more after a crash, in the same order. */
static void
freeze(Folder *folder)
{
	Store *store = folder->store;
	StoreJournalMark folded;

	store_journal_folded_mark(store->journal, &folded);
	store_journal_mark(store->journal, &folder->mark);
	g_ptr_array_set_size(folder->spaces, 0);
	g_mutex_lock(&store->lock);
	for (guint i = 0; i < store->dirty->len; i++)
		g_ptr_array_add(folder->spaces, store->dirty->pdata[i]);
	g_ptr_array_set_size(store->dirty, 0);
	store->fold_now = FALSE;
	store->fresh = 0;
	store_fold_choose(store);
	store->frozen = folder->mark;
	store->frozen_journal = folder->mark.bytes - folded.bytes;
	store->folded = 0;
	store->to_fold = 1;
	g_mutex_unlock(&store->lock);
	g_ptr_array_sort(folder->spaces, by_prefix);
	for (guint i = 0; i < folder->spaces->len; i++)
		freeze_space(folder->spaces->pdata[i]);
}

static gboolean
all_journaled(const Folder *folder)
{
	for (guint i = 0; i < folder->spaces->len; i++) {
		StoreSpace *space = folder->spaces->pdata[i];
		guint32 waiting;

		g_mutex_lock(&space->lock);
		waiting = space->held[FROZEN].waiting;
		g_mutex_unlock(&space->lock);
		if (waiting > 0)
			return FALSE;
	}
	return TRUE;
}

/* FALSE when that will not come: the committer has given up. */
static gboolean
wait_for_journal(const Folder *folder)
{
	Store *store = folder->store;
	gboolean over = FALSE;
	guint64 groups;

	g_mutex_lock(&store->lock);
	groups = store->groups;
	g_mutex_unlock(&store->lock);
	while (!over && !all_journaled(folder)) {
		/* It may be the disk that holds up the committer. */
		(void)store_erase_step(store);
		g_mutex_lock(&store->lock);
		if (groups == store->groups && !store->ending)
			g_cond_wait_until(&store->journaled, &store->lock,
					  g_get_monotonic_time() +
						  STORE_TICK_US);
		over = store->health == STORE_BROKEN ||
		       (groups == store->groups && store->ending);
		groups = store->groups;
		g_mutex_unlock(&store->lock);
	}
	return !over;
}

static void
collect(Folder *folder)
{
	g_ptr_array_set_size(folder->entries, 0);
	for (guint i = 0; i < folder->spaces->len; i++) {
		const StoreSpace *space = folder->spaces->pdata[i];

		if (!space->erased)
			overlay_collect(space->overlays[FROZEN],
					folder->entries);
	}
}

/* ---- writing ---- */

/* Leaves out what is being erased since. */
static void
sift(Folder *folder, guint from)
{
	GPtrArray *entries = folder->entries;
	guint kept = from;

	for (guint i = from; i < entries->len; i++) {
		const StoreEntry *entry = entries->pdata[i];

		if (!entry->batch->space->erased)
			entries->pdata[kept++] = (gpointer)entry;
	}
	g_ptr_array_set_size(entries, (int)kept);
}

static gsize
slice_at(const Folder *folder, gsize from)
{
	const gsize writes = folder->late ? SLICE_WRITES : STEP_WRITES;
	const guint64 bytes_max = folder->late ? SLICE_BYTES : STEP_BYTES;
	guint64 bytes = 0;
	gsize n = 0;

	while (from + n < folder->entries->len &&
	       n < MIN(writes, folder->slice) && bytes < bytes_max) {
		const StoreEntry *entry = folder->entries->pdata[from + n++];

		bytes += entry->value_len;
	}
	return n;
}

/* FALSE when there is no way on in this process. */
static gboolean
get_over(Folder *folder, int code, gsize from)
{
	Store *store = folder->store;

	if (code == MDB_MAP_FULL && store_env_grow(store->env))
		return TRUE;
	if ((code == MDB_MAP_FULL || code == MDB_TXN_FULL) &&
	    folder->slice > 1) {
		/* A smaller transaction needs fewer pages at once. */
		folder->slice /= 2;
		return TRUE;
	}
	store_room_failed(store, code, STUCK_FOLDER);
	if (!store_room_is_full(store, code) || store_is_closing(store))
		return FALSE;
	if (store_erase_step(store))
		sift(folder, (guint)from);
	else
		store_wait_tick(store, &store->fold);
	if (code == MDB_MAP_FULL)
		store_env_turn(store->env);
	return TRUE;
}

/* What so many entries take. */
static guint64
weigh(gpointer *entries, gsize n)
{
	guint64 bytes = 0;

	for (gsize i = 0; i < n; i++) {
		const StoreEntry *entry = entries[i];

		bytes += sizeof(*entry) + entry->key_len + entry->value_len;
	}
	return bytes;
}

/* What is written by then makes room for what comes, though its memory and its
 * part of the journal are free only in the end. */
static void
tell_progress(const Folder *folder, gsize from, gsize n)
{
	Store *store = folder->store;
	guint64 bytes = weigh(folder->entries->pdata + from, n);

	g_mutex_lock(&store->lock);
	store->folded += bytes;
	g_mutex_unlock(&store->lock);
}

static void
begin_progress(const Folder *folder)
{
	Store *store = folder->store;
	guint64 bytes = weigh(folder->entries->pdata, folder->entries->len);

	g_mutex_lock(&store->lock);
	store->folded = 0;
	store->to_fold = MAX(bytes, 1);
	g_mutex_unlock(&store->lock);
}

/* Somebody waits for this fold, or would before its end if it took its time: the
 * share that is done is less than that of what may come until the next one,
 * leaving a quarter. Store.lock is held. */
static gboolean
is_late(const Store *store)
{
	const double done = (double)store->folded / (double)store->to_fold;
	StoreJournalMark mark;
	double came;

	store_journal_mark(store->journal, &mark);
	came = MAX((double)store->fresh / (double)store->fold_at,
		   (double)(mark.bytes - store->frozen.bytes) /
			   (double)store->fold_at_journal);
	return store->fold_now || store->closing || store->ending ||
	       done < came / 0.75;
}

/* A fold is much work at once for disk and cores, and somebody waits for what
 * others do with them. */
static void
rest(Folder *folder, gint64 took_us)
{
	Store *store = folder->store;
	const gint64 until_us = g_get_monotonic_time() +
				MIN(REST * took_us, STORE_TICK_US);

	g_mutex_lock(&store->lock);
	while (!(folder->late = is_late(store)) &&
	       g_cond_wait_until(&store->fold, &store->lock, until_us))
		;
	g_mutex_unlock(&store->lock);
}

/* The position goes with the last transaction: until then the database is
 * between two, and the journal and the overlays have all of it. */
static gboolean
write_all(Folder *folder)
{
	Store *store = folder->store;
	StoreJournalMark folded;
	gsize from = 0;
	gboolean done = FALSE;

	store_journal_folded_mark(store->journal, &folded);
	folder->slice = SLICE_WRITES;
	folder->late = FALSE;
	begin_progress(folder);
	while (!done) {
		const gint64 began_us = g_get_monotonic_time();
		gsize n = slice_at(folder, from);
		gboolean last = from + n == folder->entries->len;
		int code;

		if (n == 0 && folder->mark.sequence == folded.sequence)
			break;
		code = store_env_write(
			store->env,
			(const StoreEntry **)folder->entries->pdata + from, n,
			last ? folder->mark.sequence : 0);
		if (code != 0) {
			if (!get_over(folder, code, from))
				return FALSE;
			continue;
		}
		tell_progress(folder, from, n);
		from += n;
		done = last;
		if (!done)
			rest(folder, g_get_monotonic_time() - began_us);
	}
	store_room_passed(store, STUCK_FOLDER);
	return TRUE;
}

/* ---- after that ---- */

static void
thaw_space(StoreSpace *space)
{
	Store *store = space->store;
	Overlay *overlay;
	StoreHeld held;

	g_mutex_lock(&space->lock);
	overlay = g_steal_pointer(&space->overlays[FROZEN]);
	held = space->held[FROZEN];
	space->held[FROZEN] = (StoreHeld){ 0 };
	g_mutex_unlock(&space->lock);
	overlay_unref(overlay);
	g_mutex_lock(&store->lock);
	space->pending -= held.memory;
	store->pending -= held.memory;
	store->frozen_memory -= held.memory;
	space->frozen = 0;
	store->pending_map -= held.map;
	space->batches -= held.batches;
	store_space_release(space);
	g_mutex_unlock(&store->lock);
}

/* FALSE when it cannot be done in this process. */
static gboolean
fold_once(Folder *folder)
{
	Store *store = folder->store;
	gint64 began_us;

	freeze(folder);
	if (!wait_for_journal(folder))
		return FALSE;
	began_us = g_get_monotonic_time();
	collect(folder);
	if (!write_all(folder))
		return FALSE;
	/* Before the journal's segments are free: nobody reads from them then. */
	for (guint i = 0; i < folder->spaces->len; i++)
		thaw_space(folder->spaces->pdata[i]);
	g_mutex_lock(&store->lock);
	store_journal_folded(store->journal, &folder->mark);
	store->frozen_journal = 0;
	g_mutex_unlock(&store->lock);
	store_room_measure(store);
	g_mutex_lock(&store->lock);
	store->folds++;
	store->folded_writes += folder->entries->len;
	store->fold_ns += (guint64)(g_get_monotonic_time() - began_us) * 1000u;
	g_mutex_unlock(&store->lock);
	return TRUE;
}

static void
erase(Folder *folder)
{
	Store *store = folder->store;

	folder->refused = !store_erase_step(store);
	if (!folder->refused) {
		store_room_passed(store, STUCK_FOLDER);
		store_room_measure(store);
	}
	store_erase_end(store);
}

void *
store_folder_run(void *data)
{
	Folder folder = { .store = data };
	gboolean fold;

	folder.spaces = g_ptr_array_new();
	folder.entries = g_ptr_array_new();
	(void)cpu_charge(BSN_CPU_STORAGE);
	while (wait_for_work(&folder, &fold)) {
		if (fold && !fold_once(&folder) && store_is_closing(data))
			break;
		erase(&folder);
		store_fill_step(data);
		(void)cpu_charge(BSN_CPU_STORAGE);
	}
	g_ptr_array_unref(folder.spaces);
	g_ptr_array_unref(folder.entries);
	return NULL;
}
