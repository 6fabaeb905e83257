/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_env_private.h: what the files of the environment share.
 */
#ifndef HOST_SERVICE_STORE_ENV_PRIVATE_H
#define HOST_SERVICE_STORE_ENV_PRIVATE_H

#include "host/service/store_env.h"

/* Reads at once; LMDB has a slot of 64 bytes for each. */
#define READERS_MAX 256u

struct StoreEnv {
	MDB_env *env;
	MDB_dbi meta, data;
	char *directory;
	int lock_fd, directory_fd;
	StoreEnvPosition opened_at;
	guint64 map_bytes, map_bytes_max; /* map_bytes: under `lock` */

	GMutex lock;   /* of what follows */
	GCond changed; /* `reading` fell, or `growing` ended */
	GPtrArray *idle; /* MDB_txn, reset */
	guint reading;
	gboolean growing;
	gboolean unmapped; /* growing failed so that nothing can be read */
};

/* Sets the sentence, after the store's directory; returns FALSE. */
G_GNUC_PRINTF(3, 4)
gboolean store_env_refuse(const char *directory, GError **error,
			  const char *format, ...);
/* The file is kept as long as the map, with holes. A shorter one than LMDB's
 * last page was therefore cut, and reading it would be a SIGBUS. */
int store_env_set_length(StoreEnv *env, guint64 bytes);
/* Puts a number under a name of the "meta" database. */
int store_env_put_number(MDB_txn *txn, MDB_dbi dbi, const char *name,
			 guint32 number);
/* A file of that name says that the store is a copy in the making. FALSE, and the
 * sentence, when it is there. */
#define STORE_UNFINISHED "unfinished-copy"
gboolean store_env_check_finished(const char *directory, int directory_fd,
				  GError **error);
int store_env_read_position(MDB_txn *txn, MDB_dbi meta, StoreEnvPosition *out);
int store_env_put_position(MDB_txn *txn, const StoreEnv *env, guint64 sequence);

#endif
