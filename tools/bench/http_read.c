/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/http_read.h"

#include <string.h>

void
http_read_init(HttpRead *http)
{
	*http = (HttpRead){ .line = g_byte_array_new(),
			    .body = g_byte_array_new() };
}

void
http_read_clear(HttpRead *http)
{
	g_clear_pointer(&http->line, g_byte_array_unref);
	g_clear_pointer(&http->body, g_byte_array_unref);
}

void
http_read_reset(HttpRead *http)
{
	g_byte_array_set_size(http->line, 0);
	g_byte_array_set_size(http->body, 0);
	*http = (HttpRead){ .line = http->line, .body = http->body };
}

/* ---- lines -------------------------------------------------------------- */

static gboolean
parse_number(const char *text, guint base, guint64 max, guint64 *value)
{
	char *end;

	if (!g_ascii_isxdigit(*text))
		return FALSE;
	*value = g_ascii_strtoull(text, &end, base);
	return (*end == '\0' || *end == ';' || *end == ' ') && *value <= max;
}

/* "HTTP/1.1 200 OK" */
static HttpState
take_status(HttpRead *http, const char *line)
{
	guint64 status;

	if (!g_str_has_prefix(line, "HTTP/1.") || strlen(line) < 12 ||
	    line[8] != ' ' || !parse_number(line + 9, 10, 999, &status))
		return HTTP_BROKEN;
	http->closes = line[7] == '0';
	http->status = (guint)status;
	return HTTP_HEADER;
}

/* What an answer of this status has after its head, RFC 9112 section 6.3. */
static HttpState
head_over(HttpRead *http)
{
	if (http->status == 101) { /* another protocol follows */
		http->closes = TRUE;
		return HTTP_UNTIL_END;
	}
	if (http->status >= 100 && http->status < 200)
		return HTTP_STATUS;
	if (http->status == 204 || http->status == 304)
		return HTTP_DONE;
	if (http->chunked)
		return HTTP_CHUNK_SIZE;
	if (http->left == G_MAXUINT64) {
		http->closes = TRUE;
		return HTTP_UNTIL_END;
	}
	return http->left > 0 ? HTTP_LENGTH : HTTP_DONE;
}

/* The value of the header when the line is such; NULL when it is not. */
static const char *
value_of(const char *line, const char *name)
{
	const gsize len = strlen(name);

	if (g_ascii_strncasecmp(line, name, len) != 0 || line[len] != ':')
		return NULL;
	line += len + 1;
	return line + strspn(line, " \t");
}

static HttpState
take_header(HttpRead *http, const char *line)
{
	const char *value;

	if (*line == '\0')
		return head_over(http);
	value = value_of(line, "Content-Length");
	if (value != NULL &&
	    !parse_number(value, 10, HTTP_BODY_MAX, &http->left))
		return HTTP_BROKEN;
	value = value_of(line, "Transfer-Encoding");
	if (value != NULL)
		http->chunked = g_ascii_strcasecmp(value, "chunked") == 0;
	value = value_of(line, "Connection");
	if (value != NULL)
		http->closes = g_ascii_strcasecmp(value, "close") == 0;
	return HTTP_HEADER;
}

static HttpState
take_chunk_size(HttpRead *http, const char *line)
{
	if (!parse_number(line, 16, HTTP_BODY_MAX, &http->left))
		return HTTP_BROKEN;
	return http->left > 0 ? HTTP_CHUNK : HTTP_TRAILER;
}

static HttpState
take_line(HttpRead *http, const char *line)
{
	switch (http->state) {
	case HTTP_STATUS:
		http->left = G_MAXUINT64;
		return take_status(http, line);
	case HTTP_HEADER:
		return take_header(http, line);
	case HTTP_CHUNK_SIZE:
		return take_chunk_size(http, line);
	case HTTP_CHUNK_END:
		return *line == '\0' ? HTTP_CHUNK_SIZE : HTTP_BROKEN;
	case HTTP_TRAILER:
		return *line == '\0' ? HTTP_DONE : HTTP_TRAILER;
	case HTTP_LENGTH:
	case HTTP_UNTIL_END:
	case HTTP_CHUNK:
	case HTTP_DONE:
	case HTTP_BROKEN:
		break;
	}
	return HTTP_BROKEN;
}

static gsize
take_part_of_line(HttpRead *http, const char *data, gsize len)
{
	const char *feed = memchr(data, '\n', len);
	const gsize taken = feed != NULL ? (gsize)(feed - data) + 1 : len;
	GByteArray *line = http->line;

	if (line->len + taken > HTTP_LINE_MAX ||
	    (feed != NULL && ++http->lines > HTTP_LINES_MAX &&
	     (http->state == HTTP_STATUS || http->state == HTTP_HEADER ||
	      http->state == HTTP_TRAILER))) {
		http->state = HTTP_BROKEN;
		return taken;
	}
	g_byte_array_append(line, (const guint8 *)data, (guint)taken);
	if (feed == NULL)
		return taken;
	line->data[line->len - 1] = '\0';
	if (line->len > 1 && line->data[line->len - 2] == '\r')
		line->data[line->len - 2] = '\0';
	http->state = take_line(http, (const char *)line->data);
	g_byte_array_set_size(line, 0);
	return taken;
}

/* ---- bodies ------------------------------------------------------------- */

static gsize
take_body(HttpRead *http, const char *data, gsize len)
{
	const gboolean bounded = http->state != HTTP_UNTIL_END;
	const gsize taken = bounded ? (gsize)MIN(http->left, len) : len;

	if (taken > HTTP_BODY_MAX - http->body->len) {
		http->state = HTTP_BROKEN;
		return taken;
	}
	g_byte_array_append(http->body, (const guint8 *)data, (guint)taken);
	if (!bounded)
		return taken;
	http->left -= taken;
	if (http->left == 0)
		http->state =
			http->state == HTTP_CHUNK ? HTTP_CHUNK_END : HTTP_DONE;
	return taken;
}

gsize
http_read_take(HttpRead *http, const char *data, gsize len)
{
	gsize at = 0;

	while (at < len)
		switch (http->state) {
		case HTTP_DONE:
		case HTTP_BROKEN:
			return at;
		case HTTP_LENGTH:
		case HTTP_UNTIL_END:
		case HTTP_CHUNK:
			at += take_body(http, data + at, len - at);
			break;
		case HTTP_STATUS:
		case HTTP_HEADER:
		case HTTP_CHUNK_SIZE:
		case HTTP_CHUNK_END:
		case HTTP_TRAILER:
			at += take_part_of_line(http, data + at, len - at);
			break;
		}
	return at;
}

gboolean
http_read_ended(HttpRead *http)
{
	if (http->state == HTTP_UNTIL_END)
		http->state = HTTP_DONE;
	return http->state == HTTP_DONE;
}
