/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_env_private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host/service/store_journal.h"

/* The format of what is stored: the databases, their keys and values, and that
 * there is a journal. */
#define STORE_FORMAT 2u
#define FORMAT_WITHOUT_JOURNAL 1u
#define FORMAT_KEY "format"
#define JOURNAL_KEY "journal"
#define DATABASE "data.mdb"

const char *
store_env_text(int code)
{
	return code < 0 ? mdb_strerror(code) : g_strerror(code);
}

/* ---- opening ---- */

gboolean
store_env_refuse(const char *directory, GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error(error, g_quark_from_static_string("bsn-store-error"), 0,
		    "store %s: %s", directory, text);
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
		return store_env_refuse(env->directory, error,
					"cannot be made: %s",
					g_strerror(errno));
	sync_directory(parent);
	env->directory_fd = open(env->directory,
				 O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (env->directory_fd < 0)
		return store_env_refuse(env->directory, error,
					"cannot be opened: %s",
					g_strerror(errno));
	return TRUE;
}

static gboolean
refuse_locked(StoreEnv *env, GError **error)
{
	char pid[32] = "";
	ssize_t len = pread(env->lock_fd, pid, sizeof(pid) - 1, 0);

	pid[len > 0 ? len : 0] = '\0';
	return store_env_refuse(
		env->directory, error,
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
	gboolean told;

	env->lock_fd = openat(env->directory_fd, "pid",
			      O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (env->lock_fd < 0)
		return store_env_refuse(env->directory, error,
					"cannot make its lock file: %s",
					g_strerror(errno));
	if (flock(env->lock_fd, LOCK_EX | LOCK_NB) != 0)
		return refuse_locked(env, error);
	told = ftruncate(env->lock_fd, 0) == 0 &&
	       pwrite(env->lock_fd, pid, (size_t)len, 0) == len;
	(void)told; /* only the sentence above misses it, on a full disk */
	return TRUE;
}

static gboolean
has_database(const StoreEnv *env)
{
	struct stat file;

	return fstatat(env->directory_fd, DATABASE, &file, 0) == 0 &&
	       file.st_size > 0;
}

/* A new store has its database, synced, before its journal: one that has only
 * a journal has lost the other. */
static gboolean
refuse_lost(StoreEnv *env, GError **error)
{
	gint64 first;

	if (has_database(env))
		return TRUE;
	first = store_journal_first(env->directory_fd);
	if (first < 0)
		return TRUE;
	return store_env_refuse(
		env->directory, error,
		"has journal-%" G_GINT64_FORMAT " but no " DATABASE
		", which holds all that is older: put back the " DATABASE
		" that belongs to the journal-* files, or restore a copy that "
		"bsn-hostd --copy-store made, or move the directory away to "
		"start empty",
		first);
}

gboolean
store_env_check_finished(const char *directory, int directory_fd,
			 GError **error)
{
	if (faccessat(directory_fd, STORE_UNFINISHED, F_OK, 0) != 0)
		return TRUE;
	return store_env_refuse(directory, error,
				"is a copy that was not finished: remove the "
				"directory, and copy again");
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

int
store_env_set_length(StoreEnv *env, guint64 bytes)
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
	return store_env_set_length(env, env->map_bytes);
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

int
store_env_put_number(MDB_txn *txn, MDB_dbi dbi, const char *name,
		     guint32 number)
{
	guint32 big_endian = GUINT32_TO_BE(number);
	MDB_val key = { strlen(name), (void *)name };
	MDB_val value = { sizeof(big_endian), &big_endian };

	return mdb_put(txn, dbi, &key, &value, 0);
}

int
store_env_put_position(MDB_txn *txn, const StoreEnv *env, guint64 sequence)
{
	guint64 numbers[] = { GUINT64_TO_BE(env->opened_at.id),
			      GUINT64_TO_BE(sequence) };
	MDB_val key = { strlen(JOURNAL_KEY), (void *)JOURNAL_KEY };
	MDB_val value = { sizeof(numbers), numbers };

	return mdb_put(txn, env->meta, &key, &value, 0);
}

int
store_env_read_position(MDB_txn *txn, MDB_dbi meta, StoreEnvPosition *out)
{
	guint64 numbers[2];
	MDB_val key = { strlen(JOURNAL_KEY), (void *)JOURNAL_KEY };
	MDB_val value;
	int code = mdb_get(txn, meta, &key, &value);

	if (code != 0)
		return code;
	if (value.mv_size != sizeof(numbers))
		return MDB_CORRUPTED;
	memcpy(numbers, value.mv_data, sizeof(numbers));
	out->id = GUINT64_FROM_BE(numbers[0]);
	out->sequence = GUINT64_FROM_BE(numbers[1]);
	return 0;
}

/* The segment is on disk before the database says that it belongs to it, and
 * the file of the database before there is a segment. */
static int
begin_journal(MDB_txn *txn, StoreEnv *env)
{
	int code = mdb_env_sync(env->env, 1);

	if (code == 0 && fsync(env->directory_fd) != 0)
		code = errno;
	if (code != 0)
		return code;
	if (getrandom(&env->opened_at.id, sizeof(env->opened_at.id), 0) !=
	    sizeof(env->opened_at.id))
		return EIO;
	code = store_journal_make(env->directory_fd, env->opened_at.id);
	if (code == 0)
		code = store_env_put_position(txn, env, 0);
	if (code == 0)
		code = store_env_put_number(txn, env->meta, FORMAT_KEY,
					    STORE_FORMAT);
	return code;
}

static int
make_databases(MDB_txn *txn, StoreEnv *env)
{
	int code = mdb_dbi_open(txn, "meta", MDB_CREATE, &env->meta);

	if (code == 0)
		code = mdb_dbi_open(txn, "data", MDB_CREATE, &env->data);
	if (code == 0)
		code = begin_journal(txn, env);
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
	if (code == 0 &&
	    (*format == STORE_FORMAT || *format == FORMAT_WITHOUT_JOURNAL))
		code = mdb_dbi_open(txn, "data", 0, &env->data);
	if (code == 0 && *format == STORE_FORMAT)
		code = store_env_read_position(txn, env->meta, &env->opened_at);
	if (code == 0 && *format == FORMAT_WITHOUT_JOURNAL) {
		*format = STORE_FORMAT;
		code = begin_journal(txn, env);
	}
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
		return store_env_refuse(
			env->directory, error,
			"is damaged or no store (%s); restore it from a "
			"backup, or move it away to start empty",
			store_env_text(code));
	return store_env_refuse(env->directory, error, "cannot be opened: %s",
				store_env_text(code));
}

static gboolean
open_format(StoreEnv *env, GError **error)
{
	guint32 format = 0;
	int code = open_databases(env, &format);

	if (code == EEXIST)
		return store_env_refuse(
			env->directory, error,
			"has a journal with records, and a " DATABASE
			" that has none: put back the " DATABASE
			" that belongs to the journal-* files, or restore a "
			"copy that bsn-hostd --copy-store made; if the journal "
			"is of another store, move the journal-* files away");
	if (code != 0)
		return refuse_code(env, code, error);
	if (format != STORE_FORMAT)
		return store_env_refuse(
			env->directory, error,
			"has format %u, and this version knows only %u; "
			"run the version that wrote it, or a newer one",
			format, STORE_FORMAT);
	return TRUE;
}

static gboolean
open_all(StoreEnv *env, GError **error)
{
	int code;

	if (!make_directory(env, error) || !lock(env, error) ||
	    !refuse_lost(env, error))
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
		return store_env_refuse(env->directory, error,
					"cannot be synced: %s",
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

int
store_env_directory_fd(const StoreEnv *env)
{
	return env->directory_fd;
}

StoreEnvPosition
store_env_position(const StoreEnv *env)
{
	return env->opened_at;
}
