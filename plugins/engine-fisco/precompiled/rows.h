/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/rows.h: the rows of a table that have one
 * primary key. Each row is a record of its own; another holds the numbers of
 * the rows that there are, so that what was removed costs nobody anything.
 *
 * Functions that change rows ask whether who signed may, and put out a count
 * or PRECOMPILED_* as the code. One thread at a time.
 */
#ifndef FISCO_PRECOMPILED_ROWS_H
#define FISCO_PRECOMPILED_ROWS_H

#include "plugins/engine-fisco/precompiled/condition.h"
#include "plugins/engine-fisco/precompiled/table.h"

typedef struct {
	bsn_slice name;
	bsn_slice value;
} Field;

/* A row read. */
typedef struct {
	guint32 number;
	GBytes *bytes;
	GArray *fields; /* Field, into bytes */
} Row;

/* New GPtrArray of Row, which rows_select fills. */
GPtrArray *rows_new(void);

/* The value of any field, the key, `_id_` and `_status_` included; empty when
 * it was never set. In: room for a number's text. */
#define ROW_NUMBER_SIZE 11u
bsn_slice row_value(const Row *row, const Table *table, bsn_slice key,
		    bsn_slice field, char *room);

/* The rows of a key that pass, by number.
 *
 * Returns: BSN_OK, with rows added to `rows`; as precompiled_get. */
int32_t rows_select(PrecompiledCall *call, const Table *table, bsn_slice key,
		    const Condition *condition, GPtrArray *rows);
/* Adds one. In: fields: Field; the last one of a name counts. */
int32_t rows_insert(PrecompiledCall *call, const Table *table, bsn_slice key,
		    const GArray *fields, gint64 *code);
/* Sets fields in all that pass. */
int32_t rows_update(PrecompiledCall *call, const Table *table, bsn_slice key,
		    const GArray *fields, const Condition *condition,
		    gint64 *code);
int32_t rows_remove(PrecompiledCall *call, const Table *table, bsn_slice key,
		    const Condition *condition, gint64 *code);

#endif
