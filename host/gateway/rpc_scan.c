/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/rpc_scan.h"

#include <string.h>

#include "host/gateway/json_scan.h"

/* What has been found. */
typedef struct {
	GArray *items; /* RpcItem */
	guint max; /* items that are kept: one more than may be */
} Found;

/* ---- requests ---- */

static gboolean
is_key(const JsonScan *scan, RpcSpan key, const char *name)
{
	return key.len == strlen(name) &&
	       memcmp(scan->data + key.at, name, key.len) == 0;
}

static gboolean
has_escape(const JsonScan *scan, RpcSpan span)
{
	return memchr(scan->data + span.at, '\\', span.len) != NULL;
}

static void
note_id(const JsonScan *scan, RpcSpan value, RpcItem *item)
{
	guint8 first = scan->data[value.at];

	if (item->id.len > 0 || first == '{' || first == '[' || first == 't' ||
	    first == 'f')
		item->valid = FALSE;
	else
		item->id = value;
}

/* A method with an escape in its name is none that anybody has. */
static void
note_method(const JsonScan *scan, RpcSpan value, RpcItem *item)
{
	if (item->method.len > 0 || scan->data[value.at] != '"' ||
	    value.len == 2 || has_escape(scan, value))
		item->valid = FALSE;
	else
		item->method = (RpcSpan){ value.at + 1, value.len - 2 };
}

/* A key with an escape could be read as "method" by the engine and be taken for
 * another one here. */
static gboolean
scan_request_member(JsonScan *scan, gpointer to)
{
	RpcItem *item = to;
	RpcSpan key, value;

	json_scan_space(scan);
	key.at = scan->at + 1;
	if (!json_scan_string(scan))
		return FALSE;
	key.len = scan->at - 1 - key.at;
	if (!json_scan_take(scan, ':'))
		return FALSE;
	json_scan_space(scan);
	value.at = scan->at;
	if (!json_scan_value(scan))
		return FALSE;
	value.len = scan->at - value.at;
	if (has_escape(scan, key))
		item->valid = FALSE;
	else if (is_key(scan, key, "id"))
		note_id(scan, value, item);
	else if (is_key(scan, key, "method"))
		note_method(scan, value, item);
	return TRUE;
}

static gboolean
scan_request(JsonScan *scan, gpointer to)
{
	RpcItem item = { 0 };
	const Found *found = to;

	json_scan_space(scan);
	item.text.at = scan->at;
	item.valid = json_scan_peek(scan) == '{';
	if (item.valid ? !json_scan_list(scan, '{', '}', scan_request_member,
					 &item)
		       : !json_scan_value(scan))
		return FALSE;
	item.text.len = scan->at - item.text.at;
	if (item.method.len == 0)
		item.valid = FALSE;
	if (found->items->len < found->max)
		g_array_append_val(found->items, item);
	return TRUE;
}

static gboolean
scan_all(JsonScan *scan, gboolean batch, Found *found)
{
	if (batch ? !json_scan_list(scan, '[', ']', scan_request, found)
		  : !scan_request(scan, found))
		return FALSE;
	json_scan_space(scan);
	return scan->at == scan->len;
}

RpcShape
rpc_scan(const void *data, gsize len, guint max, GArray *items)
{
	JsonScan scan = { .data = data, .len = len };
	Found found = { items, max + 1 };
	gboolean batch;

	g_array_set_size(items, 0);
	json_scan_space(&scan);
	batch = json_scan_peek(&scan) == '[';
	if (!scan_all(&scan, batch, &found))
		return RPC_NOT_JSON;
	if (!batch)
		return RPC_ONE;
	if (items->len == 0)
		return RPC_NO_REQUEST;
	return items->len > max ? RPC_TOO_MANY : RPC_BATCH;
}
