/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/precompiled/entry.h: Entry and Entries objects, the
 * rows that contracts hold. One thread at a time.
 */
#ifndef FISCO_PRECOMPILED_ENTRY_H
#define FISCO_PRECOMPILED_ENTRY_H

#include "plugins/engine-fisco/precompiled/rows.h"

/* The fields of an Entry in the order in which they were set: Field, into the
 * object; free with g_array_unref. */
GArray *entry_fields(const Object *object);

/* Makes an Entry of a row, or an empty one of NULL.
 * Returns: as precompiled_make. */
int32_t entry_make(PrecompiledCall *call, const Table *table, bsn_slice key,
		   const Row *row, guint32 *object);
/* Makes Entries of rows. */
int32_t entries_make(PrecompiledCall *call, const Table *table, bsn_slice key,
		     const GPtrArray *rows, guint32 *object);

#endif
