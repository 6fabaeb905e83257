/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/json_scan.h"

#include <string.h>

#include "host/gateway/json.h"

/* A number with fewer characters fits 64 bits, or a double well enough. */
#define PLAIN_NUMBER_MAX 18u

#define EACH_BYTE(value) (G_GUINT64_CONSTANT(0x0101010101010101) * (value))

void
json_scan_space(JsonScan *scan)
{
	int c = scan->strict ? -1 : json_scan_peek(scan);

	while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
		scan->at++;
		c = json_scan_peek(scan);
	}
}

gboolean
json_scan_take(JsonScan *scan, int c)
{
	json_scan_space(scan);
	if (json_scan_peek(scan) != c)
		return FALSE;
	scan->at++;
	return TRUE;
}

/* ---- scalars ---- */

static gboolean
scan_escape(JsonScan *scan)
{
	int c = json_scan_peek(scan);

	scan->at++;
	if (c != 'u')
		return c > 0 && strchr("\"\\/bfnrt", c) != NULL;
	for (guint i = 0; i < 4; i++, scan->at++)
		if (!g_ascii_isxdigit(json_scan_peek(scan)))
			return FALSE;
	return !scan->strict;
}

/* Bytes of a word that are below `limit`, 0x80 at most, or equal to 0: their
 * top bits, in all others none below the first that is right. */
static guint64
low_bytes(guint64 word, guint64 limit)
{
	return (word - EACH_BYTE(limit)) & ~word & EACH_BYTE(0x80);
}

/* Skips whole words that nothing in a string ends or changes in. */
static void
skip_plain(JsonScan *scan)
{
	while (scan->len - scan->at >= sizeof(guint64)) {
		guint64 word;

		memcpy(&word, scan->data + scan->at, sizeof(word));
		if (((word & EACH_BYTE(0x80)) | low_bytes(word, 0x20) |
		     low_bytes(word ^ EACH_BYTE('"'), 1) |
		     low_bytes(word ^ EACH_BYTE('\\'), 1)) != 0)
			return;
		scan->at += sizeof(word);
	}
}

/* To the quote at its end, which is taken. */
static gboolean
scan_characters(JsonScan *scan, gboolean *ascii)
{
	for (skip_plain(scan); scan->at < scan->len;) {
		int c = scan->data[scan->at++];

		if (c == '"')
			return TRUE;
		if (c < 0x20)
			return FALSE;
		if (c >= 0x80)
			*ascii = FALSE;
		if (c != '\\')
			continue;
		if (!scan_escape(scan))
			return FALSE;
		skip_plain(scan);
	}
	return FALSE;
}

gboolean
json_scan_string(JsonScan *scan)
{
	gboolean ascii = TRUE;
	gsize from;

	if (!json_scan_take(scan, '"'))
		return FALSE;
	from = scan->at;
	return scan_characters(scan, &ascii) &&
	       (ascii || g_utf8_validate_len((const char *)scan->data + from,
					     scan->at - from, NULL));
}

static gboolean
scan_digits(JsonScan *scan)
{
	gsize from = scan->at;

	while (scan->at < scan->len && g_ascii_isdigit(scan->data[scan->at]))
		scan->at++;
	return scan->at > from;
}

static gboolean
scan_number(JsonScan *scan)
{
	const gsize from = scan->at;

	if (json_scan_peek(scan) == '-')
		scan->at++;
	if (json_scan_peek(scan) == '0')
		scan->at++;
	else if (!scan_digits(scan))
		return FALSE;
	if (json_scan_peek(scan) == '.') {
		scan->at++;
		if (scan->strict || !scan_digits(scan))
			return FALSE;
	}
	if (json_scan_peek(scan) != 'e' && json_scan_peek(scan) != 'E')
		return !scan->strict || scan->at - from <= PLAIN_NUMBER_MAX;
	scan->at++;
	if (json_scan_peek(scan) == '+' || json_scan_peek(scan) == '-')
		scan->at++;
	return !scan->strict && scan_digits(scan);
}

static gboolean
scan_word(JsonScan *scan, const char *word)
{
	gsize len = strlen(word);

	if (scan->len - scan->at < len ||
	    memcmp(scan->data + scan->at, word, len) != 0)
		return FALSE;
	scan->at += len;
	return TRUE;
}

/* ---- arrays, objects ---- */

gboolean
json_scan_list(JsonScan *scan, int open, int close,
	       gboolean (*one)(JsonScan *scan, gpointer to), gpointer to)
{
	if (!json_scan_take(scan, open) || ++scan->depth > JSON_DEPTH_MAX)
		return FALSE;
	if (!json_scan_take(scan, close)) {
		do
			if (!one(scan, to))
				return FALSE;
		while (json_scan_take(scan, ','));
		if (!json_scan_take(scan, close))
			return FALSE;
	}
	scan->depth--;
	return TRUE;
}

static gboolean
scan_element(JsonScan *scan, gpointer unused)
{
	return json_scan_value(scan);
}

static gboolean
scan_member(JsonScan *scan, gpointer unused)
{
	return json_scan_string(scan) && json_scan_take(scan, ':') &&
	       json_scan_value(scan);
}

gboolean
json_scan_value(JsonScan *scan)
{
	json_scan_space(scan);
	switch (json_scan_peek(scan)) {
	case '{':
		return json_scan_list(scan, '{', '}', scan_member, NULL);
	case '[':
		return json_scan_list(scan, '[', ']', scan_element, NULL);
	case '"':
		return json_scan_string(scan);
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

gboolean
json_scan_is_plain(const void *text, gsize len)
{
	JsonScan scan = { .data = text, .len = len, .strict = TRUE };

	return json_scan_value(&scan) && scan.at == scan.len;
}
