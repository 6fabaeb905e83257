/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/http_read.h: an HTTP/1.1 answer (RFC 9112), read as it comes,
 * with a length, in chunks, or until the connection ends.
 */
#ifndef TOOLS_BENCH_HTTP_READ_H
#define TOOLS_BENCH_HTTP_READ_H

#include <glib.h>

/* Bytes of one line of a head, of its lines, and of a body. */
#define HTTP_LINE_MAX 16384u
#define HTTP_LINES_MAX 128u
#define HTTP_BODY_MAX (64u << 20)

typedef enum {
	HTTP_STATUS,
	HTTP_HEADER,
	HTTP_LENGTH, /* so many bytes of the body are left */
	HTTP_UNTIL_END,
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK,
	HTTP_CHUNK_END, /* the line feed behind it */
	HTTP_TRAILER,
	HTTP_DONE,
	HTTP_BROKEN, /* it is not such an answer, or goes beyond a limit */
} HttpState;

typedef struct {
	HttpState state;
	guint status;	 /* 200, ... */
	gboolean closes; /* the connection is of no use afterwards */
	gboolean chunked;
	guint64 left;	  /* of the body or chunk */
	guint lines;	  /* of the head */
	GByteArray *line; /* the part of one that has come */
	GByteArray *body; /* what has come of it, never at NULL; its reader may
			   * take it away */
} HttpRead;

void http_read_init(HttpRead *http);
void http_read_clear(HttpRead *http);
/* For the next answer; keeps its room. */
void http_read_reset(HttpRead *http);

/* Takes what came, until it is done or broken; how much of it. */
gsize http_read_take(HttpRead *http, const char *data, gsize len);
/* The connection has ended: TRUE when that ends the answer. */
gboolean http_read_ended(HttpRead *http);

#endif
