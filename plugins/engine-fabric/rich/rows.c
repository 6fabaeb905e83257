/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/rich/query.h"

/* What a row takes besides its place. */
#define ROW_COST (sizeof(Row) + sizeof(gpointer) + 16)
/* Rows beyond those that are wanted before the others are dropped. */
#define ROWS_SPARE 1024u

void
rows_init(Rows *rows, guint64 wanted, gboolean descending)
{
	*rows = (Rows){ g_ptr_array_new_with_free_func(g_free), 0, wanted,
			descending, 0 };
}

void
rows_clear(Rows *rows)
{
	g_clear_pointer(&rows->list, g_ptr_array_unref);
}

static gint
compare_rows(gconstpointer a, gconstpointer b, gpointer data)
{
	const Row *left = *(const Row *const *)a;
	const Row *right = *(const Row *const *)b;
	const Rows *rows = data;
	const gint order =
		slice_compare(bsn_slice_of(left->place, left->len),
			      bsn_slice_of(right->place, right->len));

	return rows->descending ? -order : order;
}

/* Those behind the last one that is wanted are dropped. */
void
rows_sort(Rows *rows)
{
	g_ptr_array_sort_with_data(rows->list, compare_rows, rows);
	while (rows->list->len > rows->wanted) {
		const Row *last = rows->list->pdata[rows->list->len - 1];

		rows->bytes -= ROW_COST + last->len;
		g_ptr_array_set_size(rows->list, (gint)rows->list->len - 1);
	}
}

int32_t
rows_add(Rows *rows, const GByteArray *place, gsize key_len, bsn_err *err)
{
	Row *row = g_malloc(sizeof(*row) + place->len);

	row->len = place->len;
	row->key_len = (guint)key_len;
	memcpy(row->place, place->data, place->len);
	g_ptr_array_add(rows->list, row);
	rows->bytes += ROW_COST + place->len;
	if (rows->list->len / 2 > rows->wanted &&
	    rows->list->len - rows->wanted > ROWS_SPARE)
		rows_sort(rows);
	return rows->bytes <= QUERY_ROWS_BYTES
		       ? BSN_OK
		       : bsn_fail(err, BSN_OUT_OF_BUDGET,
				  "the query's results cannot be put in order "
				  "within %u MiB: ask for pages, or put an "
				  "index into the package",
				  QUERY_ROWS_BYTES >> 20);
}

const Row *
rows_peek(const Rows *rows)
{
	return rows->used < rows->list->len ? rows->list->pdata[rows->used]
					    : NULL;
}

const Row *
rows_next(Rows *rows)
{
	const Row *row = rows_peek(rows);

	rows->used += row != NULL;
	return row;
}
