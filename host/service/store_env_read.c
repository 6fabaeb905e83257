/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/error.h>
#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>

#include "host/service/store_env_private.h"

/* A read inside a read would wait for itself when the map has to grow. */
static _Thread_local gboolean thread_reads;

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
