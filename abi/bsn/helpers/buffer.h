/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/helpers/buffer.h: bytes that grow, and bytes that are taken apart: what
 * every encoding is written and read with. A convenience for plugin authors;
 * not part of the ABI.
 *
 * Errors stick: write or read as much as you like, and look at `bad` once, at
 * the end.
 */
#ifndef BSN_HELPERS_BUFFER_H
#define BSN_HELPERS_BUFFER_H

#include <stdlib.h>

#include "bytes.h"

/* Bytes that grow; `data` is to be freed. It is a sink too: &buffer.sink. */
typedef struct bsn_buf {
	bsn_sink sink;
	uint8_t *data;
	uint64_t len, room; /* bytes */
	int bad; /* memory ran out, and bytes are missing */
} bsn_buf;

/* Appends `len` bytes. */
static inline void
bsn_put(bsn_buf *out, const void *data, uint64_t len)
{
	uint64_t room = out->room;
	void *grown;

	out->bad = out->bad || len > SIZE_MAX / 4;
	if (out->bad || len == 0)
		return;
	while (room - out->len < len)
		room = room * 2 + 64;
	grown = room > out->room ? realloc(out->data, (size_t)room) : out->data;
	out->bad = grown == NULL;
	if (out->bad)
		return;
	out->data = (uint8_t *)grown;
	out->room = room;
	memcpy(out->data + out->len, data, (size_t)len);
	out->len += len;
}

static inline int32_t
bsn_buf_write(bsn_sink *sink, const void *data, uint64_t len)
{
	bsn_buf *out = (bsn_buf *)sink;

	bsn_put(out, data, len);
	return out->bad ? BSN_E_NOMEM : BSN_OK;
}

#define BSN_BUF_INIT                             \
	{                                        \
		{ bsn_buf_write }, NULL, 0, 0, 0 \
	}

/* What is in it, until more is put. */
static inline bsn_slice
bsn_buf_slice(const bsn_buf *from)
{
	return bsn_slice_of(from->data, from->len);
}

/* Appends a text without its NUL. */
static inline void
bsn_put_str(bsn_buf *out, const char *text)
{
	bsn_put(out, text, strlen(text));
}

/* Appends the `bytes` lowest bytes (at most 8) of a number, big-endian. */
static inline void
bsn_put_number(bsn_buf *out, uint64_t n, unsigned bytes)
{
	uint8_t text[8];

	for (unsigned i = 0; i < bytes; i++)
		text[i] = (uint8_t)(n >> (8 * (bytes - 1 - i)));
	bsn_put(out, text, bytes);
}

/* Appends bytes with their length before them, in so many bytes. */
static inline void
bsn_put_field(bsn_buf *out, bsn_slice bytes, unsigned length_bytes)
{
	bsn_put_number(out, bytes.len, length_bytes);
	bsn_put(out, bytes.data, bytes.len);
}

/* Bytes that are taken from the front. After the first error everything that
 * is taken is empty. */
typedef struct bsn_reader {
	bsn_slice rest;
	int bad; /* more was taken than was there, or more than is allowed */
} bsn_reader;

static inline bsn_reader
bsn_reader_of(bsn_slice bytes)
{
	bsn_reader in;

	in.rest = bytes;
	in.bad = 0;
	return in;
}

static inline bsn_slice
bsn_take(bsn_reader *in, uint64_t len)
{
	bsn_slice front = bsn_slice_of(in->rest.data, len);

	in->bad = in->bad || len > in->rest.len;
	if (in->bad || len == 0)
		return bsn_slice_of(NULL, 0);
	in->rest = bsn_slice_of(front.data + len, in->rest.len - len);
	return front;
}

/* A number of so many bytes (at most 8), big-endian. */
static inline uint64_t
bsn_take_number(bsn_reader *in, unsigned bytes)
{
	bsn_slice from = bsn_take(in, bytes);
	uint64_t n = 0;

	for (uint64_t i = 0; i < from.len; i++)
		n = n << 8 | from.data[i];
	return n;
}

/* Bytes with their length before them; more than `max` is an error. */
static inline bsn_slice
bsn_take_field(bsn_reader *in, unsigned length_bytes, uint64_t max)
{
	uint64_t len = bsn_take_number(in, length_bytes);

	in->bad = in->bad || len > max;
	return bsn_take(in, len);
}

/* 1 when all was there and nothing is left. */
static inline int
bsn_taken_all(const bsn_reader *in)
{
	return !in->bad && in->rest.len == 0;
}

#endif /* BSN_HELPERS_BUFFER_H */
