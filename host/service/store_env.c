/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_env.h"

#include <bsn/helpers/error.h>
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The format of what is stored: the databases, their keys and values. */
#define STORE_FORMAT 1u
#define FORMAT_KEY "format"
#define TURN_KEY "turn"
/* Reads at once; LMDB has a slot of 64 bytes for each. */
#define READERS_MAX 256u

struct StoreEnv {
	MDB_env *env;
	MDB_dbi meta, data;
	char *directory;
	int lock_fd, directory_fd;
	guint64 map_bytes, map_bytes_max; /* map_bytes: under `lock` */

	GMutex lock;   /* of what follows */
	GCond changed; /* `reading` fell, or `growing` ended */
	GPtrArray *idle; /* MDB_txn, reset */
	guint reading;
	gboolean growing;
	gboolean unmapped; /* growing failed so that nothing can be read */
};

/* A read inside a read would wait for itself when the map has to grow. */
static _Thread_local gboolean thread_reads;

const char *
store_env_text(int code)
{
	return code < 0 ? mdb_strerror(code) : g_strerror(code);
}

/* ---- opening ---- */

G_GNUC_PRINTF(3, 4)
static gboolean
refuse(const StoreEnv *env, GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, g_quark_from_static_string("bsn-store-error"), 0,
		    "store %s: %s", env->directory, text);
	return FALSE;
}

static gboolean
sync_directory(const char *directory)
{
	int fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	gboolean done;

	if (fd < 0)
		return FALSE;
	done = fsync(fd) == 0;
	close(fd);
	return done;
}

static gboolean
make_directory(StoreEnv *env, GError **error)
{
	g_autofree char *parent = g_path_get_dirname(env->directory);

	if (g_mkdir_with_parents(env->directory, 0700) != 0)
		return refuse(env, error, "cannot be made: %s",
			      g_strerror(errno));
	sync_directory(parent);
	env->directory_fd = open(env->directory,
				 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (env->directory_fd < 0)
		return refuse(env, error, "cannot be opened: %s",
			      g_strerror(errno));
	return TRUE;
}

static gboolean
refuse_locked(StoreEnv *env, GError **error)
{
	char pid[32] = "";
	ssize_t len = pread(env->lock_fd, pid, sizeof(pid) - 1, 0);

	pid[len > 0 ? len : 0] = '\0';
	return refuse(env, error,
		      "is in use by another process (pid %s); stop that one or "
		      "give this one a directory of its own",
		      g_strstrip(pid));
}

/* LMDB would let a second process write; one host is enough for a store. */
static gboolean
lock(StoreEnv *env, GError **error)
{
	char pid[32];
	int len = g_snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());

	env->lock_fd = openat(env->directory_fd, "pid",
			      O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (env->lock_fd < 0)
		return refuse(env, error, "cannot make its lock file: %s",
			      g_strerror(errno));
	if (flock(env->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return refuse_locked(env, error);
	/* Only for the sentence above, so a full disk does not matter. */
	if (ftruncate(env->lock_fd, 0) != 0 ||
	    pwrite(env->lock_fd, pid, (size_t)len, 0) != len)
		return TRUE;
	return TRUE;
}

static int
open_lmdb(StoreEnv *env)
{
	int code = mdb_env_create(&env->env);

	if (code == 0)
		code = mdb_env_set_maxdbs(env->env, 2);
	if (code == 0)
		code = mdb_env_set_maxreaders(env->env, READERS_MAX);
	if (code == 0)
		code = mdb_env_set_mapsize(env->env, (size_t)env->map_bytes);
	if (code == 0)
		code = mdb_env_open(env->env, env->directory, MDB_NOTLS, 0600);
	return code;
}

/* The file is kept as long as the map, with holes. A shorter one than LMDB's
 * last page was therefore cut, and reading it would be a SIGBUS. */
static int
set_file_length(StoreEnv *env, guint64 bytes)
{
	mdb_filehandle_t fd;
	struct stat file;

	if (mdb_env_get_fd(env->env, &fd) != 0 || fstat(fd, &file) != 0)
		return EIO;
	if ((guint64)file.st_size >= bytes)
		return 0;
	return ftruncate(fd, (off_t)bytes) == 0 && fsync(fd) == 0 ? 0 : errno;
}

static int
check_file_length(StoreEnv *env)
{
	MDB_envinfo info;
	MDB_stat stat;
	mdb_filehandle_t fd;
	struct stat file;

	if (mdb_env_info(env->env, &info) != 0 ||
	    mdb_env_stat(env->env, &stat) != 0 ||
	    mdb_env_get_fd(env->env, &fd) != 0 || fstat(fd, &file) != 0)
		return EIO;
	if ((guint64)file.st_size < (info.me_last_pgno + 1) * stat.ms_psize)
		return MDB_CORRUPTED;
	env->map_bytes = info.me_mapsize;
	return set_file_length(env, env->map_bytes);
}

static int
read_number(MDB_txn *txn, MDB_dbi dbi, const char *name, guint32 *out)
{
	MDB_val key = { strlen(name), (void *)name };
	MDB_val value;
	int code = mdb_get(txn, dbi, &key, &value);

	if (code != 0)
		return code;
	if (value.mv_size != sizeof(*out))
		return MDB_CORRUPTED;
	memcpy(out, value.mv_data, sizeof(*out));
	*out = GUINT32_FROM_BE(*out);
	return 0;
}

static int
write_number(MDB_txn *txn, MDB_dbi dbi, const char *name, guint32 number)
{
	guint32 big_endian = GUINT32_TO_BE(number);
	MDB_val key = { strlen(name), (void *)name };
	MDB_val value = { sizeof(big_endian), &big_endian };

	return mdb_put(txn, dbi, &key, &value, 0);
}

static int
make_databases(MDB_txn *txn, StoreEnv *env)
{
	int code = mdb_dbi_open(txn, "meta", MDB_CREATE, &env->meta);

	if (code == 0)
		code = mdb_dbi_open(txn, "data", MDB_CREATE, &env->data);
	if (code == 0)
		code = write_number(txn, env->meta, FORMAT_KEY, STORE_FORMAT);
	return code;
}

static int
find_databases(MDB_txn *txn, StoreEnv *env, guint32 *format)
{
	int code = mdb_dbi_open(txn, "meta", 0, &env->meta);

	if (code == MDB_NOTFOUND) {
		*format = STORE_FORMAT;
		return make_databases(txn, env);
	}
	if (code == 0)
		code = read_number(txn, env->meta, FORMAT_KEY, format);
	if (code == 0 && *format == STORE_FORMAT)
		code = mdb_dbi_open(txn, "data", 0, &env->data);
	return code == MDB_NOTFOUND ? MDB_CORRUPTED : code;
}

static int
open_databases(StoreEnv *env, guint32 *format)
{
	MDB_txn *txn;
	int code = mdb_txn_begin(env->env, NULL, 0, &txn);

	if (code != 0)
		return code;
	code = find_databases(txn, env, format);
	if (code == 0 && *format == STORE_FORMAT)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return code;
}

static gboolean
refuse_code(StoreEnv *env, int code, GError **error)
{
	if (code == MDB_INVALID || code == MDB_CORRUPTED ||
	    code == MDB_VERSION_MISMATCH || code == MDB_PAGE_NOTFOUND)
		return refuse(env, error,
			      "is damaged or no store (%s); restore it from a "
			      "backup, or move it away to start empty",
			      store_env_text(code));
	return refuse(env, error, "cannot be opened: %s", store_env_text(code));
}

static gboolean
open_format(StoreEnv *env, GError **error)
{
	guint32 format = 0;
	int code = open_databases(env, &format);

	if (code != 0)
		return refuse_code(env, code, error);
	if (format != STORE_FORMAT)
		return refuse(env, error,
			      "has format %u, and this version knows only %u; "
			      "run the version that wrote it, or a newer one",
			      format, STORE_FORMAT);
	return TRUE;
}

static gboolean
open_all(StoreEnv *env, GError **error)
{
	int code;

	if (!make_directory(env, error) || !lock(env, error))
		return FALSE;
	code = open_lmdb(env);
	if (code == 0)
		code = check_file_length(env);
	if (code != 0)
		return refuse_code(env, code, error);
	if (!open_format(env, error))
		return FALSE;
	/* The files' names have to be as durable as their contents. */
	if (fsync(env->directory_fd) != 0)
		return refuse(env, error, "cannot be synced: %s",
			      g_strerror(errno));
	return TRUE;
}

static guint64
whole_pages(guint64 bytes)
{
	guint64 page = (guint64)sysconf(_SC_PAGESIZE);

	return MAX(bytes, 16 * page) / page * page;
}

StoreEnv *
store_env_open(const StoreConfig *config, GError **error)
{
	StoreEnv *env = g_new0(StoreEnv, 1);

	env->directory = g_strdup(config->directory);
	env->lock_fd = -1;
	env->directory_fd = -1;
	env->map_bytes_max = whole_pages(config->map_bytes_max);
	env->map_bytes =
		MIN(whole_pages(config->map_bytes), env->map_bytes_max);
	env->idle = g_ptr_array_new_with_free_func(
		(GDestroyNotify)(void (*)(void))mdb_txn_abort);
	g_mutex_init(&env->lock);
	g_cond_init(&env->changed);
	if (open_all(env, error))
		return env;
	store_env_close(env);
	return NULL;
}

void
store_env_close(StoreEnv *env)
{
	if (env == NULL)
		return;
	g_ptr_array_unref(env->idle);
	if (env->env != NULL)
		mdb_env_close(env->env);
	if (env->lock_fd >= 0)
		close(env->lock_fd);
	if (env->directory_fd >= 0)
		close(env->directory_fd);
	g_mutex_clear(&env->lock);
	g_cond_clear(&env->changed);
	g_free(env->directory);
	g_free(env);
}

/* ---- reading ---- */

/* Waits for room, and for a growing map. NULL: there is no idle one. */
static MDB_txn *
enter(StoreEnv *env, gboolean *unmapped)
{
	MDB_txn *txn = NULL;

	g_mutex_lock(&env->lock);
	while (env->growing || env->reading == READERS_MAX)
		g_cond_wait(&env->changed, &env->lock);
	*unmapped = env->unmapped;
	env->reading++;
	if (env->idle->len > 0)
		txn = g_ptr_array_steal_index_fast(env->idle,
						   env->idle->len - 1);
	g_mutex_unlock(&env->lock);
	thread_reads = TRUE;
	return txn;
}

static void
leave(StoreEnv *env, MDB_txn *txn)
{
	thread_reads = FALSE;
	g_mutex_lock(&env->lock);
	if (txn != NULL)
		g_ptr_array_add(env->idle, txn);
	env->reading--;
	if (env->growing || env->reading == READERS_MAX - 1)
		g_cond_broadcast(&env->changed);
	g_mutex_unlock(&env->lock);
}

static int
make_read_txn(StoreEnv *env, MDB_txn **out)
{
	int code = mdb_txn_begin(env->env, NULL, MDB_RDONLY, out);

	if (code == 0)
		mdb_txn_reset(*out);
	return code;
}

int32_t
store_env_lend(StoreEnv *env, MDB_txn **out, bsn_err *err)
{
	gboolean unmapped = FALSE;
	int code = 0;

	if (thread_reads)
		return bsn_fail(err, BSN_E_STATE,
				"the store was called from inside a read");
	*out = enter(env, &unmapped);
	if (unmapped)
		code = ENOMEM;
	else if (*out == NULL)
		code = make_read_txn(env, out);
	if (code == 0)
		return BSN_OK;
	leave(env, *out);
	*out = NULL;
	return bsn_fail(err, BSN_E_IO, "the store cannot be read: %s",
			store_env_text(code));
}

void
store_env_return(StoreEnv *env, MDB_txn *txn)
{
	mdb_txn_reset(txn);
	leave(env, txn);
}

MDB_dbi
store_env_data(const StoreEnv *env)
{
	return env->data;
}

/* Pages of LMDB's own two databases, of ours, and its two meta pages. Pages
 * that were freed are not among them, unlike in LMDB's last page number. */
static guint64
used_pages(StoreEnv *env, MDB_txn *txn, guint *page_size)
{
	MDB_dbi dbis[] = { 0, 1, env->meta, env->data };
	guint64 pages = 2;

	for (guint i = 0; i < G_N_ELEMENTS(dbis); i++) {
		MDB_stat stat;

		if (mdb_stat(txn, dbis[i], &stat) != 0)
			continue;
		*page_size = stat.ms_psize;
		pages += stat.ms_branch_pages + stat.ms_leaf_pages +
			 stat.ms_overflow_pages;
	}
	return pages;
}

void
store_env_usage(StoreEnv *env, StoreUsage *out)
{
	struct statvfs disk;
	MDB_txn *txn;
	guint page_size = 0;

	memset(out, 0, sizeof(*out));
	if (fstatvfs(env->directory_fd, &disk) == 0)
		out->disk_free_bytes =
			(guint64)disk.f_bavail * (guint64)disk.f_frsize;
	g_mutex_lock(&env->lock);
	out->map_bytes = env->map_bytes;
	g_mutex_unlock(&env->lock);
	if (store_env_lend(env, &txn, NULL) != BSN_OK)
		return;
	if (mdb_txn_renew(txn) == 0)
		out->used_bytes = used_pages(env, txn, &page_size) * page_size;
	store_env_return(env, txn);
}

/* ---- writing ---- */

static int
begin_write(StoreEnv *env, MDB_txn **out)
{
	return env->unmapped ? ENOMEM : mdb_txn_begin(env->env, NULL, 0, out);
}

/* Commits what went well and undoes the rest. */
static int
end_write(MDB_txn *txn, int code)
{
	if (code == 0)
		return mdb_txn_commit(txn);
	mdb_txn_abort(txn);
	return code;
}

static int
by_key(const void *a, const void *b, void *data)
{
	const StoreEntry *left = *(const StoreEntry *const *)a;
	const StoreEntry *right = *(const StoreEntry *const *)b;

	return store_key_compare(left->key, left->key_len, right->key,
				 right->key_len);
}

static int
apply(MDB_txn *txn, MDB_dbi dbi, const StoreEntry *entry)
{
	MDB_val key = { entry->key_len, (void *)entry->key };
	MDB_val value = { entry->value_len, (void *)entry->value };
	int code;

	if (!entry->deleted)
		return mdb_put(txn, dbi, &key, &value, 0);
	code = mdb_del(txn, dbi, &key, NULL);
	return code == MDB_NOTFOUND ? 0 : code;
}

/* Applies the last entry of each key of a sorted array. */
static int
apply_last(MDB_txn *txn, MDB_dbi dbi, const StoreEntry **entries, gsize n,
	   guint64 *written)
{
	*written = 0;
	for (gsize i = 0; i < n; i++) {
		int code;

		if (i + 1 < n && by_key(&entries[i], &entries[i + 1], NULL) == 0)
			continue;
		code = apply(txn, dbi, entries[i]);
		if (code != 0)
			return code;
		(*written)++;
	}
	return 0;
}

int
store_env_write(StoreEnv *env, const StoreEntry **entries, gsize n,
		guint64 *written)
{
	MDB_txn *txn;
	int code = begin_write(env, &txn);

	if (code != 0)
		return code;
	/* In order of key the tree's pages are met once each. The sort is
	 * stable, so entries of one key stay in order of acceptance. */
	g_qsort_with_data(entries, (int)n, sizeof(*entries), by_key, NULL);
	code = apply_last(txn, env->data, entries, n, written);
	return end_write(txn, code);
}

static gboolean
has_prefix(const MDB_val *key, const StoreKey *prefix)
{
	return key->mv_size >= prefix->len &&
	       memcmp(key->mv_data, prefix->bytes, prefix->len) == 0;
}

static int
erase_some(MDB_cursor *cursor, const StoreKey *prefix, guint limit,
	   guint *deleted)
{
	for (*deleted = 0; *deleted < limit; (*deleted)++) {
		MDB_val key = { prefix->len, (void *)prefix->bytes };
		MDB_val value;
		int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);

		if (code == MDB_NOTFOUND ||
		    (code == 0 && !has_prefix(&key, prefix)))
			return 0;
		if (code == 0)
			code = mdb_cursor_del(cursor, 0);
		if (code != 0)
			return code;
	}
	return 0;
}

int
store_env_erase(StoreEnv *env, guint32 prefix, guint limit, guint *deleted)
{
	MDB_txn *txn;
	MDB_cursor *cursor;
	StoreKey key;
	int code = begin_write(env, &txn);

	*deleted = 0;
	if (code != 0)
		return code;
	store_key_set(&key, prefix, (bsn_slice){ NULL, 0 });
	code = mdb_cursor_open(txn, env->data, &cursor);
	if (code == 0) {
		code = erase_some(cursor, &key, limit, deleted);
		mdb_cursor_close(cursor);
	}
	return end_write(txn, code);
}

int
store_env_turn(StoreEnv *env)
{
	MDB_txn *txn;
	int code = begin_write(env, &txn);

	if (code != 0)
		return code;
	return end_write(txn, write_number(txn, env->meta, TURN_KEY,
					   g_random_int()));
}

/* mdb_env_set_mapsize unmaps before it maps: when that fails, nothing is
 * mapped, and every further access would be to memory that is gone. */
static gboolean
map_again(StoreEnv *env, guint64 bytes)
{
	if (set_file_length(env, bytes) != 0)
		return FALSE;
	if (mdb_env_set_mapsize(env->env, (size_t)bytes) != 0) {
		env->unmapped = TRUE;
		return FALSE;
	}
	env->map_bytes = bytes;
	return TRUE;
}

gboolean
store_env_grow(StoreEnv *env)
{
	gboolean grown = FALSE;

	g_mutex_lock(&env->lock);
	env->growing = TRUE;
	while (env->reading > 0)
		g_cond_wait(&env->changed, &env->lock);
	if (!env->unmapped && env->map_bytes < env->map_bytes_max)
		grown = map_again(env, MIN(env->map_bytes * 2,
					   env->map_bytes_max));
	env->growing = FALSE;
	g_cond_broadcast(&env->changed);
	g_mutex_unlock(&env->lock);
	return grown;
}
