/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_env.h: the LMDB environment on disk: one process at a
 * time, one format, a map that grows between transactions, and read
 * transactions that are used again.
 */
#ifndef HOST_SERVICE_STORE_ENV_H
#define HOST_SERVICE_STORE_ENV_H

#include <lmdb.h>

#include "host/service/store.h"
#include "host/service/store_batch.h"

typedef struct StoreEnv StoreEnv;

/* A store of the earlier format, which had no journal, and one that is new is
 * given the first segment of one. */
StoreEnv *store_env_open(const StoreConfig *config, GError **error);
void store_env_close(StoreEnv *env);
/* Borrowed. */
int store_env_directory_fd(const StoreEnv *env);

/* What the database says of its journal. */
typedef struct {
	guint64 id;
	guint64 sequence; /* of the last record that is in the database */
} StoreEnvPosition;
/* As it was when opened. */
StoreEnvPosition store_env_position(const StoreEnv *env);

/* ---- reading, on any thread ---- */

/* Waits for its turn, then lends a transaction that is not yet begun:
 * mdb_txn_renew begins it. While it is lent the map does not grow.
 * BSN_E_STATE when the thread has one already, BSN_E_IO. */
int32_t store_env_lend(StoreEnv *env, MDB_txn **out, bsn_err *err);
/* Ends it and takes it back. */
void store_env_return(StoreEnv *env, MDB_txn *txn);
MDB_dbi store_env_data(const StoreEnv *env);

typedef struct {
	guint64 map_bytes;       /* its present size */
	guint64 used_bytes;      /* of it, free pages not counted */
	guint64 disk_free_bytes; /* for this process's user */
} StoreUsage;

/* Zeroes what cannot be read. */
void store_env_usage(StoreEnv *env, StoreUsage *out);

/* ---- writing, on the folder's thread; 0 or an LMDB or errno code ---- */

/* Writes entries, sorted by key, in one durable transaction, and with them that
 * the database has the journal up to a record; 0: that it is in between. */
int store_env_write(StoreEnv *env, const StoreEntry **entries, gsize n,
		    guint64 sequence);
/* Deletes up to `limit` entries under a prefix. `deleted` below `limit` says
 * that none is left. */
int store_env_erase(StoreEnv *env, guint32 prefix, guint limit,
		    guint *deleted);
/* Commits next to nothing: LMDB uses the pages that a transaction freed only
 * from the next but one on. */
int store_env_turn(StoreEnv *env);
/* Doubles the map, up to its maximum. FALSE when it is there already or could
 * not be mapped. Waits for readers. */
gboolean store_env_grow(StoreEnv *env);

/* A sentence part for a code. */
const char *store_env_text(int code);

#endif
