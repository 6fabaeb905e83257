/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/submit_scan.h"

#include <bsn/helpers/hex.h>
#include <string.h>

#include "host/gateway/body.h"
#include "host/gateway/json_scan.h"

typedef struct {
	GBytes *memory; /* of all transactions */
	guint8 *bytes;	/* of it */
	gsize used;
	guint max;
	GPtrArray *txs;
} Batch;

/* The string that stands next, between its quotes. */
static const char *
take_string(JsonScan *scan, gsize *len)
{
	const guint8 *from, *end;

	if (!json_scan_take(scan, '"'))
		return NULL;
	from = scan->data + scan->at;
	end = memchr(from, '"', scan->len - scan->at);
	if (end == NULL)
		return NULL;
	*len = (gsize)(end - from);
	scan->at += *len + 1;
	return (const char *)from;
}

static gboolean
take_tx(JsonScan *scan, gpointer to)
{
	Batch *batch = to;
	gsize len, bytes;
	const char *text = take_string(scan, &len);

	if (text == NULL || len < 2 || len % 2 != 0 || text[0] != '0' ||
	    text[1] != 'x' || batch->txs->len == batch->max)
		return FALSE;
	bytes = len / 2 - 1;
	if (bytes > BODY_BLOB_MAX ||
	    !bsn_hex_read(text + 2, bytes, batch->bytes + batch->used))
		return FALSE;
	g_ptr_array_add(batch->txs, g_bytes_new_from_bytes(batch->memory,
							   batch->used, bytes));
	batch->used += bytes;
	return TRUE;
}

static gboolean
take_name(JsonScan *scan, const char *name)
{
	gsize len;
	const char *text = take_string(scan, &len);

	return text != NULL && len == strlen(name) &&
	       memcmp(text, name, len) == 0;
}

static gboolean
take_body(JsonScan *scan, Batch *batch)
{
	if (!json_scan_take(scan, '{') || !take_name(scan, "txs") ||
	    !json_scan_take(scan, ':') ||
	    !json_scan_list(scan, '[', ']', take_tx, batch) ||
	    !json_scan_take(scan, '}'))
		return FALSE;
	json_scan_space(scan);
	return scan->at == scan->len && batch->txs->len > 0;
}

GPtrArray *
submit_scan(const void *data, gsize len, guint max)
{
	JsonScan scan = { .data = data, .len = len };
	Batch batch = { .max = max };
	gboolean taken;

	/* No transaction has more bytes than half its text. */
	batch.bytes = g_malloc(len / 2 + 1);
	batch.memory = g_bytes_new_take(batch.bytes, len / 2 + 1);
	batch.txs =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	taken = take_body(&scan, &batch);
	g_bytes_unref(batch.memory);
	if (!taken)
		g_clear_pointer(&batch.txs, g_ptr_array_unref);
	return batch.txs;
}
