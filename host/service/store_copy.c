/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "host/service/store_env_private.h"
#include "host/service/store_journal.h"

/* Of one transaction. */
#define CHUNK_WRITES 16384u
#define CHUNK_BYTES (64u << 20)
/* The journal moves on while it is read: what is missing then is in the
 * database of a moment later. */
#define ATTEMPTS 20u
/* The copy's map may grow to so many times that of the store. */
#define MAP_GROWTH 16u

typedef struct {
	const char *from;
	int from_fd;
	MDB_env *env;
	MDB_txn *txn; /* reading; one state of the database */
	MDB_dbi data;
	GPtrArray *batches; /* StoreBatch: what the journal has after it */
	StoreEnv *to;
} Copy;

typedef struct {
	MDB_val key, value;
	gboolean deleted;
} Change;

/* ---- reading ---- */

static gboolean
open_source(Copy *copy, GError **error)
{
	int code;

	copy->from_fd = open(copy->from, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (copy->from_fd < 0)
		return store_env_refuse(copy->from, error,
					"cannot be opened: %s",
					g_strerror(errno));
	if (!store_env_check_finished(copy->from, copy->from_fd, error))
		return FALSE;
	code = mdb_env_create(&copy->env);
	if (code == 0)
		code = mdb_env_set_maxdbs(copy->env, 2);
	if (code == 0)
		code = mdb_env_open(copy->env, copy->from,
				    MDB_RDONLY | MDB_NOTLS, 0600);
	return code == 0 ||
	       store_env_refuse(copy->from, error, "cannot be opened: %s",
				store_env_text(code));
}

static void
keep(void *owner, StoreBatch *batch)
{
	g_ptr_array_add(((Copy *)owner)->batches, batch);
}

/* Since the database was mapped here, its process may have made it larger than
 * this map; the size 0 is that which it has now. */
static int
begin_txn(Copy *copy)
{
	int code = mdb_txn_begin(copy->env, NULL, MDB_RDONLY, &copy->txn);

	for (guint i = 1; code == MDB_MAP_RESIZED && i < ATTEMPTS; i++) {
		code = mdb_env_set_mapsize(copy->env, 0);
		if (code == 0)
			code = mdb_txn_begin(copy->env, NULL, MDB_RDONLY,
					     &copy->txn);
	}
	return code;
}

static int
begin(Copy *copy, StoreEnvPosition *at)
{
	MDB_dbi meta;
	int code = begin_txn(copy);

	if (code == 0)
		code = mdb_dbi_open(copy->txn, "meta", 0, &meta);
	if (code == 0)
		code = mdb_dbi_open(copy->txn, "data", 0, &copy->data);
	if (code == 0)
		code = store_env_read_position(copy->txn, meta, at);
	/* The earlier format has no journal. */
	return code == MDB_NOTFOUND && copy->data != 0 ? 0 : code;
}

/* One state of the database, and all that the journal has after it. */
static gboolean
read_once(Copy *copy, GError **error)
{
	StoreEnvPosition at = { 0 };
	int code = begin(copy, &at);

	g_ptr_array_set_size(copy->batches, 0);
	if (code != 0)
		return store_env_refuse(copy->from, error, "cannot be read: %s",
					store_env_text(code));
	if (at.id == 0 || store_journal_read(copy->from_fd, at.id, at.sequence,
					     keep, copy, error))
		return TRUE;
	g_prefix_error(error, "store %s: ", copy->from);
	return FALSE;
}

static gboolean
read_state(Copy *copy, GError **error)
{
	for (guint i = 1;; i++) {
		g_autoptr(GError) reason = NULL;

		if (read_once(copy, &reason))
			return TRUE;
		if (copy->txn != NULL)
			mdb_txn_abort(g_steal_pointer(&copy->txn));
		if (i < ATTEMPTS)
			continue;
		g_propagate_error(error, g_steal_pointer(&reason));
		return FALSE;
	}
}

/* ---- writing ---- */

/* Whoever is interrupted on the way leaves a store that says so. */
static gboolean
begin_target(const char *to, GError **error)
{
	int fd = -1, directory = -1, code = 0;

	if (g_mkdir_with_parents(to, 0700) == 0)
		directory = open(to, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (directory >= 0)
		fd = openat(directory, STORE_UNFINISHED,
			    O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (fd < 0 || fsync(directory) != 0)
		code = errno;
	if (fd >= 0)
		close(fd);
	if (directory >= 0)
		close(directory);
	return code == 0 ||
	       store_env_refuse(to, error, "cannot be made: %s",
				g_strerror(code));
}

static gboolean
end_target(const StoreEnv *env, const char *to, GError **error)
{
	const int directory = store_env_directory_fd(env);

	if (unlinkat(directory, STORE_UNFINISHED, 0) == 0 &&
	    fsync(directory) == 0)
		return TRUE;
	return store_env_refuse(to, error, "cannot be ended: %s",
				g_strerror(errno));
}

static gboolean
open_target(Copy *copy, const char *to, GError **error)
{
	StoreConfig config = { .directory = to };
	GDir *dir = g_dir_open(to, 0, NULL);
	gboolean used = dir != NULL && g_dir_read_name(dir) != NULL;
	MDB_envinfo info;

	if (dir != NULL)
		g_dir_close(dir);
	if (used)
		return store_env_refuse(
			to, error,
			"is not empty: name a directory that is missing or "
			"has nothing in it");
	if (!begin_target(to, error))
		return FALSE;
	if (mdb_env_info(copy->env, &info) != 0)
		return store_env_refuse(copy->from, error, "cannot be read");
	config.map_bytes = info.me_mapsize;
	config.map_bytes_max = info.me_mapsize * MAP_GROWTH;
	copy->to = store_env_open(&config, error);
	return copy->to != NULL;
}

static int
apply(MDB_txn *txn, MDB_dbi dbi, Change *change, guint flags)
{
	int code;

	if (!change->deleted)
		return mdb_put(txn, dbi, &change->key, &change->value, flags);
	code = mdb_del(txn, dbi, &change->key, NULL);
	return code == MDB_NOTFOUND ? 0 : code;
}

static int
write_once(Copy *copy, GArray *chunk, guint flags)
{
	MDB_txn *txn;
	int code = mdb_txn_begin(copy->to->env, NULL, 0, &txn);

	if (code != 0)
		return code;
	for (guint i = 0; code == 0 && i < chunk->len; i++)
		code = apply(txn, copy->to->data,
			     &g_array_index(chunk, Change, i), flags);
	if (code == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return code;
}

static int
write_chunk(Copy *copy, GArray *chunk, guint flags)
{
	int code;

	do {
		code = write_once(copy, chunk, flags);
	} while (code == MDB_MAP_FULL && store_env_grow(copy->to));
	g_array_set_size(chunk, 0);
	return code;
}

static int
add(Copy *copy, GArray *chunk, guint64 *bytes, const Change *change,
    guint flags)
{
	g_array_append_val(chunk, *change);
	*bytes += change->key.mv_size + change->value.mv_size;
	if (chunk->len < CHUNK_WRITES && *bytes < CHUNK_BYTES)
		return 0;
	*bytes = 0;
	return write_chunk(copy, chunk, flags);
}

static int
copy_database(Copy *copy, GArray *chunk)
{
	Change change = { .deleted = FALSE };
	guint64 bytes = 0;
	MDB_cursor *cursor;
	int code = mdb_cursor_open(copy->txn, copy->data, &cursor);

	if (code != 0)
		return code;
	while (code == 0 &&
	       (code = mdb_cursor_get(cursor, &change.key, &change.value,
				      MDB_NEXT)) == 0)
		code = add(copy, chunk, &bytes, &change, MDB_APPEND);
	mdb_cursor_close(cursor);
	return code == MDB_NOTFOUND ? write_chunk(copy, chunk, MDB_APPEND)
				    : code;
}

static int
copy_journal(Copy *copy, GArray *chunk)
{
	guint64 bytes = 0;
	int code = 0;

	for (guint i = 0; i < copy->batches->len; i++) {
		const StoreBatch *batch = copy->batches->pdata[i];

		for (guint64 j = 0; code == 0 && j < batch->n; j++) {
			const StoreEntry *entry = &batch->entries[j];
			Change change = {
				{ entry->key_len, (void *)entry->key },
				{ entry->value_len, (void *)entry->value },
				entry->deleted,
			};

			code = add(copy, chunk, &bytes, &change, 0);
		}
	}
	return code == 0 ? write_chunk(copy, chunk, 0) : code;
}

static gboolean
copy_all(Copy *copy, const char *to, GError **error)
{
	GArray *chunk = g_array_new(FALSE, FALSE, sizeof(Change));
	int code = copy_database(copy, chunk);

	if (code == 0)
		code = copy_journal(copy, chunk);
	g_array_free(chunk, TRUE);
	return code == 0 || store_env_refuse(to, error, "cannot be written: %s",
					     store_env_text(code));
}

gboolean
store_copy(const char *from, const char *to, GError **error)
{
	Copy copy = { .from = from, .from_fd = -1 };
	gboolean done;

	copy.batches = g_ptr_array_new_with_free_func(
		(GDestroyNotify)(void (*)(void))store_batch_unref);
	done = open_source(&copy, error) && read_state(&copy, error) &&
	       open_target(&copy, to, error) && copy_all(&copy, to, error) &&
	       end_target(copy.to, to, error);
	store_env_close(copy.to);
	if (copy.txn != NULL)
		mdb_txn_abort(copy.txn);
	if (copy.env != NULL)
		mdb_env_close(copy.env);
	if (copy.from_fd >= 0)
		close(copy.from_fd);
	g_ptr_array_unref(copy.batches);
	return done;
}
