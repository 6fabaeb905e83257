/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/helpers/json.h: JSON (RFC 8259) as an engine needs it: objects that are
 * written, strings and numbers that are read. A convenience for plugin authors;
 * not part of the ABI.
 */
#ifndef BSN_HELPERS_JSON_H
#define BSN_HELPERS_JSON_H

#include <stdarg.h>
#include <stdio.h>

#include "buffer.h"

/* ---- text ---------------------------------------------------------------- */

/* Bytes of the UTF-8 sequence at the front (RFC 3629, section 4), or 0. */
static inline uint64_t
bsn_utf8_front(const uint8_t *at, uint64_t room)
{
	uint64_t n = *at < 0x80 ? 1 : *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;

	if ((*at >= 0x80 && *at < 0xc2) || *at > 0xf4 || n > room)
		return 0;
	for (uint64_t i = 1; i < n; i++)
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	if ((*at == 0xe0 && at[1] < 0xa0) || (*at == 0xed && at[1] > 0x9f) ||
	    (*at == 0xf0 && at[1] < 0x90) || (*at == 0xf4 && at[1] > 0x8f))
		return 0;
	return n;
}

/* 1 for UTF-8 without NUL: what may stand in JSON that anybody reads. */
static inline int
bsn_is_text(bsn_slice text)
{
	uint64_t at = 0, n = 1;

	for (; at < text.len && n > 0; at += n)
		n = text.data[at] == 0
			    ? 0
			    : bsn_utf8_front(text.data + at, text.len - at);
	return n > 0;
}

/* ---- writing ------------------------------------------------------------- */

/* A string with its quotes; `text` is UTF-8. */
static inline void
bsn_put_json_text(bsn_buf *out, bsn_slice text)
{
	char escaped[8];

	bsn_put(out, "\"", 1);
	for (uint64_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (c >= 0x20 && c != '"' && c != '\\') {
			bsn_put(out, &text.data[i], 1);
			continue;
		}
		(void)snprintf(escaped, sizeof(escaped), "\\u%04x",
			       (unsigned)c);
		bsn_put_str(out, escaped);
	}
	bsn_put(out, "\"", 1);
}

/* Bytes as hexadecimal digits. */
static inline void
bsn_put_hex(bsn_buf *out, bsn_slice bytes)
{
	static const char digits[] = "0123456789abcdef";

	for (uint64_t i = 0; i < bytes.len; i++) {
		bsn_put(out, &digits[bytes.data[i] >> 4], 1);
		bsn_put(out, &digits[bytes.data[i] & 15], 1);
	}
}

/* Appends JSON by a pattern, in which ' stands for " and these for arguments:
 *	$t  is a string         (a bsn_slice of UTF-8)
 *	$s  is a string         (const char *)
 *	$x  is a string "0x.."  (a bsn_slice of bytes)
 *	$j  is JSON as it is    (a bsn_slice)
 *	$n  is a number         (uint64_t, and of just that type)
 * as in bsn_json(&out, "{'height':$n,'hash':$x}", height, hash). */
static inline void
bsn_json(bsn_buf *out, const char *pattern, ...)
{
	va_list args;
	char number[24];

	va_start(args, pattern);
	for (const char *at = pattern; *at != '\0'; at++) {
		if (*at != '$') {
			bsn_put(out, *at == '\'' ? "\"" : at, 1);
			continue;
		}
		at++;
		if (*at == 't') {
			bsn_put_json_text(out, va_arg(args, bsn_slice));
		} else if (*at == 's') {
			bsn_put_json_text(
				out, bsn_slice_str(va_arg(args, const char *)));
		} else if (*at == 'j') {
			bsn_slice json = va_arg(args, bsn_slice);

			bsn_put(out, json.data, json.len);
		} else if (*at == 'x') {
			bsn_put_str(out, "\"0x");
			bsn_put_hex(out, va_arg(args, bsn_slice));
			bsn_put_str(out, "\"");
		} else if (*at == 'n') {
			(void)snprintf(
				number, sizeof(number), "%llu",
				(unsigned long long)va_arg(args, uint64_t));
			bsn_put_str(out, number);
		} else {
			out->bad = 1; /* no such thing */
			break;
		}
	}
	va_end(args);
}

/* ---- reading ------------------------------------------------------------- */

static inline void
bsn_json_space(bsn_reader *json)
{
	while (!json->bad && json->rest.len > 0 && json->rest.data[0] != '\0' &&
	       strchr(" \t\r\n", json->rest.data[0]) != NULL)
		(void)bsn_take(json, 1);
}

/* 1 when `c` comes next, after any space; then it is taken. */
static inline int
bsn_json_char(bsn_reader *json, char c)
{
	bsn_json_space(json);
	if (json->bad || json->rest.len == 0 ||
	    json->rest.data[0] != (uint8_t)c)
		return 0;
	(void)bsn_take(json, 1);
	return 1;
}

static inline uint32_t
bsn_json_hex4(bsn_reader *json)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	bsn_slice from = bsn_take(json, 4);
	uint32_t n = 0;

	for (uint64_t i = 0; i < from.len; i++) {
		const void *at =
			memchr(digits, from.data[i], sizeof(digits) - 1);

		json->bad = json->bad || at == NULL;
		n = n << 4 |
		    (at == NULL ? 0u
				: (uint32_t)((const char *)at - digits) & 15u);
	}
	return n;
}

/* The character of \uXXXX, or of two of them that are a pair (section 7). */
static inline void
bsn_json_unicode(bsn_reader *json, bsn_buf *out)
{
	uint32_t c = bsn_json_hex4(json);
	uint8_t bytes[4];
	unsigned n = 0;

	if (c >= 0xd800 && c < 0xdc00) {
		bsn_slice more = bsn_take(json, 2);
		uint32_t low = bsn_json_hex4(json);

		json->bad = json->bad || memcmp(more.data, "\\u", 2) != 0 ||
			    low < 0xdc00 || low > 0xdfff;
		c = 0x10000 + ((c & 0x3ff) << 10) + (low & 0x3ff);
	}
	if (c < 0x80) {
		bytes[n++] = (uint8_t)c;
	} else if (c < 0x800) {
		bytes[n++] = (uint8_t)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		bytes[n++] = (uint8_t)(0xe0 | c >> 12);
		bytes[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	} else {
		bytes[n++] = (uint8_t)(0xf0 | c >> 18);
		bytes[n++] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		bytes[n++] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	}
	if (c >= 0x80)
		bytes[n++] = (uint8_t)(0x80 | (c & 0x3f));
	bsn_put(out, bytes, n);
}

static inline void
bsn_json_escape(bsn_reader *json, bsn_buf *out)
{
	static const char names[] = "\"\\/bfnrt", means[] = "\"\\/\b\f\n\r\t";
	bsn_slice c = bsn_take(json, 1);
	const void *at =
		c.len == 1 ? memchr(names, c.data[0], sizeof(names) - 1) : NULL;

	if (at != NULL)
		bsn_put(out, &means[(const char *)at - names], 1);
	else if (c.len == 1 && c.data[0] == 'u')
		bsn_json_unicode(json, out);
	else
		json->bad = 1;
}

/* Takes a string, and appends what it stands for; of more than `max` bytes, or
 * of what is no text (bsn_is_text), it says `bad`. */
static inline void
bsn_json_string(bsn_reader *json, uint64_t max, bsn_buf *out)
{
	uint64_t start = out->len;
	bsn_slice c;

	json->bad = json->bad || !bsn_json_char(json, '"');
	c = bsn_take(json, 1);
	while (!json->bad && c.data[0] != '"') {
		if (c.data[0] == '\\')
			bsn_json_escape(json, out);
		else if (c.data[0] < 0x20)
			json->bad = 1;
		else
			bsn_put(out, c.data, 1);
		json->bad = json->bad || out->bad || out->len - start > max;
		c = bsn_take(json, 1);
	}
	if (json->bad || out->bad || out->len == start)
		json->bad = json->bad || out->bad;
	else
		json->bad = !bsn_is_text(
			bsn_slice_of(out->data + start, out->len - start));
}

/* Takes a whole number that is not negative and appends its digits. */
static inline void
bsn_json_digits(bsn_reader *json, bsn_buf *out)
{
	uint64_t start = out->len;

	bsn_json_space(json);
	while (!json->bad && json->rest.len > 0 && json->rest.data[0] >= '0' &&
	       json->rest.data[0] <= '9' && out->len - start < 20)
		bsn_put(out, bsn_take(json, 1).data, 1);
	json->bad = json->bad || out->bad || out->len == start ||
		    (out->len - start > 1 && out->data[start] == '0');
}

#endif /* BSN_HELPERS_JSON_H */
