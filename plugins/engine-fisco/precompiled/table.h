/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/table.h: tables of rows in the world state,
 * for Table, KVTable and CRUD.
 *
 * A table has a primary key and fields; several rows may have one key. A row's
 * fields that were never set are empty texts; `_id_` is its number among its
 * key's rows, `_status_` always "0". One thread at a time.
 */
#ifndef FISCO_PRECOMPILED_TABLE_H
#define FISCO_PRECOMPILED_TABLE_H

#include "plugins/engine-fisco/overlay.h"
#include "plugins/engine-fisco/precompiled/address.h"
#include "plugins/engine-fisco/precompiled/call.h"

/* FISCO BCOS 2.x's, in bytes. */
#define TABLE_NAME_LEN_MAX 48u
#define TABLE_KEY_LEN_MAX 255u
#define TABLE_FIELD_LEN_MAX 64u
#define TABLE_FIELDS_LEN_MAX 1024u /* the text of all */
#define TABLE_VALUE_LEN_MAX ((16u << 20) - 1)
/* Rows with one key: their numbers are read together. */
#define TABLE_KEY_ROWS_MAX 10000u

#define TABLE_ROW_ID "_id_"
#define TABLE_ROW_STATUS "_status_"

typedef struct {
	guint8 id[TABLE_ID_LEN];
	char *name;
	char *key;     /* name of the primary key */
	char **fields; /* ended by NULL */
} Table;

/* A zeroed table is fine. */
void table_clear(Table *table);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Table, table_clear)

/* Returns: BSN_OK or BSN_NOT_FOUND. In: id, TABLE_ID_LEN bytes. */
int32_t table_exists(Overlay *state, const guint8 *id);

/* Returns: BSN_OK and a table for table_clear, or BSN_NOT_FOUND; as
 * precompiled_get. */
int32_t table_load(PrecompiledCall *call, const guint8 *id, Table *table);
int32_t table_load_named(PrecompiledCall *call, bsn_slice name, Table *table);
/* The table that is called: contract's address. */
int32_t table_load_called(PrecompiledCall *call, Table *table);

/* Creates one if who signed may.
 *
 * Returns: BSN_OK; as precompiled_put.
 * In:      fields: names with commas between them.
 * Out:     code: 0, or PRECOMPILED_*. */
int32_t table_create(PrecompiledCall *call, bsn_slice name, bsn_slice key,
		     bsn_slice fields, gint64 *code);

/* Whether rows have that field, the key included. */
gboolean table_has_field(const Table *table, bsn_slice field);

#endif
