/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/rpc_scan.h"

#include <string.h>

#include "host/gateway/json.h"

typedef struct {
	const guint8 *data;
	gsize at, len;
	guint depth;
	guint max; /* items that are kept: one more than may be */
} Scan;

static gboolean scan_value(Scan *scan);

static int
peek(const Scan *scan)
{
	return scan->at < scan->len ? scan->data[scan->at] : -1;
}

static void
skip_space(Scan *scan)
{
	int c = peek(scan);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		scan->at++;
		c = peek(scan);
	}
}

/* Skips space and then `c`; FALSE when something else stands there. */
static gboolean
take(Scan *scan, int c)
{
	skip_space(scan);
	if (peek(scan) != c)
		return FALSE;
	scan->at++;
	return TRUE;
}

/* ---- scalars ---- */

static gboolean
scan_escape(Scan *scan)
{
	int c = peek(scan);

	scan->at++;
	if (c != 'u')
		return c > 0 && strchr("\"\\/bfnrt", c) != NULL;
	for (guint i = 0; i < 4; i++, scan->at++)
		if (!g_ascii_isxdigit(peek(scan)))
			return FALSE;
	return TRUE;
}

static gboolean
scan_string(Scan *scan)
{
	if (!take(scan, '"'))
		return FALSE;
	while (scan->at < scan->len) {
		int c = scan->data[scan->at++];

		if (c == '"')
			return TRUE;
		if (c < 0x20 || (c == '\\' && !scan_escape(scan)))
			return FALSE;
	}
	return FALSE;
}

static gboolean
scan_digits(Scan *scan)
{
	gsize from = scan->at;

	while (scan->at < scan->len && g_ascii_isdigit(scan->data[scan->at]))
		scan->at++;
	return scan->at > from;
}

static gboolean
scan_number(Scan *scan)
{
	if (peek(scan) == '-')
		scan->at++;
	if (peek(scan) == '0')
		scan->at++;
	else if (!scan_digits(scan))
		return FALSE;
	if (peek(scan) == '.') {
		scan->at++;
		if (!scan_digits(scan))
			return FALSE;
	}
	if (peek(scan) != 'e' && peek(scan) != 'E')
		return TRUE;
	scan->at++;
	if (peek(scan) == '+' || peek(scan) == '-')
		scan->at++;
	return scan_digits(scan);
}

static gboolean
scan_word(Scan *scan, const char *word)
{
	gsize len = strlen(word);

	if (scan->len - scan->at < len ||
	    memcmp(scan->data + scan->at, word, len) != 0)
		return FALSE;
	scan->at += len;
	return TRUE;
}

/* ---- arrays, objects ---- */

/* What stands between brackets: `one` scans each, and commas part them. */
static gboolean
scan_list(Scan *scan, int open, int close,
	  gboolean (*one)(Scan *scan, gpointer to), gpointer to)
{
	if (!take(scan, open) || ++scan->depth > JSON_DEPTH_MAX)
		return FALSE;
	if (!take(scan, close)) {
		do
			if (!one(scan, to))
				return FALSE;
		while (take(scan, ','));
		if (!take(scan, close))
			return FALSE;
	}
	scan->depth--;
	return TRUE;
}

static gboolean
scan_element(Scan *scan, gpointer unused)
{
	return scan_value(scan);
}

static gboolean
scan_member(Scan *scan, gpointer unused)
{
	return scan_string(scan) && take(scan, ':') && scan_value(scan);
}

static gboolean
scan_value(Scan *scan)
{
	skip_space(scan);
	switch (peek(scan)) {
	case '{':
		return scan_list(scan, '{', '}', scan_member, NULL);
	case '[':
		return scan_list(scan, '[', ']', scan_element, NULL);
	case '"':
		return scan_string(scan);
	case 't':
		return scan_word(scan, "true");
	case 'f':
		return scan_word(scan, "false");
	case 'n':
		return scan_word(scan, "null");
	default: /* a byte, not a value of ours */
		return scan_number(scan);
	}
}

/* ---- requests ---- */

static gboolean
is_key(const Scan *scan, RpcSpan key, const char *name)
{
	return key.len == strlen(name) &&
	       memcmp(scan->data + key.at, name, key.len) == 0;
}

static gboolean
has_escape(const Scan *scan, RpcSpan span)
{
	return memchr(scan->data + span.at, '\\', span.len) != NULL;
}

static void
note_id(const Scan *scan, RpcSpan value, RpcItem *item)
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
note_method(const Scan *scan, RpcSpan value, RpcItem *item)
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
scan_request_member(Scan *scan, gpointer to)
{
	RpcItem *item = to;
	RpcSpan key, value;

	skip_space(scan);
	key.at = scan->at + 1;
	if (!scan_string(scan))
		return FALSE;
	key.len = scan->at - 1 - key.at;
	if (!take(scan, ':'))
		return FALSE;
	skip_space(scan);
	value.at = scan->at;
	if (!scan_value(scan))
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
scan_request(Scan *scan, gpointer to)
{
	RpcItem item = { 0 };
	GArray *items = to;

	skip_space(scan);
	item.text.at = scan->at;
	item.valid = peek(scan) == '{';
	if (item.valid ? !scan_list(scan, '{', '}', scan_request_member, &item)
		       : !scan_value(scan))
		return FALSE;
	item.text.len = scan->at - item.text.at;
	if (item.method.len == 0)
		item.valid = FALSE;
	if (items->len < scan->max)
		g_array_append_val(items, item);
	return TRUE;
}

static gboolean
scan_all(Scan *scan, gboolean batch, GArray *items)
{
	if (batch ? !scan_list(scan, '[', ']', scan_request, items)
		  : !scan_request(scan, items))
		return FALSE;
	skip_space(scan);
	return scan->at == scan->len;
}

RpcShape
rpc_scan(const void *data, gsize len, guint max, GArray *items)
{
	Scan scan = { .data = data, .len = len, .max = max + 1 };
	gboolean batch;

	g_array_set_size(items, 0);
	skip_space(&scan);
	batch = peek(&scan) == '[';
	if (!g_utf8_validate_len(data, len, NULL) ||
	    !scan_all(&scan, batch, items))
		return RPC_NOT_JSON;
	if (!batch)
		return RPC_ONE;
	if (items->len == 0)
		return RPC_NO_REQUEST;
	return items->len > max ? RPC_TOO_MANY : RPC_BATCH;
}
