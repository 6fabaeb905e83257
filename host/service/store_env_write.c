/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>

#include "host/service/store_env_private.h"

#define TURN_KEY "turn"

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
apply(MDB_cursor *cursor, const StoreEntry *entry)
{
	MDB_val key = { entry->key_len, (void *)entry->key };
	MDB_val value = { entry->value_len, (void *)entry->value };
	int code;

	if (!entry->deleted)
		return mdb_cursor_put(cursor, &key, &value, 0);
	code = mdb_cursor_get(cursor, &key, &value, MDB_SET);
	if (code == MDB_NOTFOUND)
		return 0;
	return code == 0 ? mdb_cursor_del(cursor, 0) : code;
}

/* In order of key the tree's pages are met once each, and the cursor finds many
 * keys in the page where it is. */
static int
apply_all(MDB_txn *txn, MDB_dbi dbi, const StoreEntry **entries, gsize n)
{
	MDB_cursor *cursor;
	int code = mdb_cursor_open(txn, dbi, &cursor);

	if (code != 0)
		return code;
	for (gsize i = 0; code == 0 && i < n; i++)
		code = apply(cursor, entries[i]);
	mdb_cursor_close(cursor);
	return code;
}

int
store_env_write(StoreEnv *env, const StoreEntry **entries, gsize n,
		guint64 sequence)
{
	MDB_txn *txn;
	int code = begin_write(env, &txn);

	if (code != 0)
		return code;
	code = apply_all(txn, env->data, entries, n);
	if (code == 0 && sequence > 0)
		code = store_env_put_position(txn, env, sequence);
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
	return end_write(txn, store_env_put_number(txn, env->meta, TURN_KEY,
						   g_random_int()));
}

/* mdb_env_set_mapsize unmaps before it maps: when that fails, nothing is
 * mapped, and every further access would be to memory that is gone. */
static gboolean
map_again(StoreEnv *env, guint64 bytes)
{
	if (store_env_set_length(env, bytes) != 0)
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
