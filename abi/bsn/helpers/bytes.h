/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/helpers/bytes.h: slices, sinks and ids. A convenience for plugin
 * authors; not part of the ABI.
 */
#ifndef BSN_HELPERS_BYTES_H
#define BSN_HELPERS_BYTES_H

#include <string.h>

#include "../base.h"

/* A slice of memory. [any] */
static inline bsn_slice
bsn_slice_of(const void *data, uint64_t len)
{
	bsn_slice slice;

	slice.data = (const uint8_t *)data;
	slice.len = len;
	return slice;
}

/* A slice of a NUL-terminated text, without the NUL; NULL is empty. [any] */
static inline bsn_slice
bsn_slice_str(const char *text)
{
	return bsn_slice_of(text, text != NULL ? strlen(text) : 0);
}

/* 1 when both hold the same bytes. [any] */
static inline int
bsn_slice_equal(bsn_slice a, bsn_slice b)
{
	return a.len == b.len &&
	       (a.len == 0 || memcmp(a.data, b.data, (size_t)a.len) == 0);
}

/* An id of up to BSN_ID_MAX bytes; longer input is cut. [any] */
static inline bsn_id
bsn_id_of(const void *data, uint64_t len)
{
	bsn_id id;

	memset(&id, 0, sizeof(id));
	id.len = (uint32_t)(len < BSN_ID_MAX ? len : BSN_ID_MAX);
	if (id.len > 0)
		memcpy(id.bytes, data, id.len);
	return id;
}

/* The bytes of an id. [any] */
static inline bsn_slice
bsn_id_slice(const bsn_id *id)
{
	return bsn_slice_of(id->bytes, id->len);
}

/* A sink into a buffer of fixed size: more than `room` is BSN_TOO_LARGE. */
typedef struct bsn_fixed_sink {
	bsn_sink sink;
	uint8_t *data;
	uint64_t room;
	uint64_t len; /* bytes written */
} bsn_fixed_sink;

static inline int32_t
bsn_fixed_sink_write(bsn_sink *sink, const void *data, uint64_t len)
{
	bsn_fixed_sink *fixed = (bsn_fixed_sink *)sink;

	if (len > fixed->room - fixed->len)
		return BSN_TOO_LARGE;
	if (len > 0)
		memcpy(fixed->data + fixed->len, data, (size_t)len);
	fixed->len += len;
	return BSN_OK;
}

/* A fixed sink over `room` bytes at `data`. [any] */
static inline bsn_fixed_sink
bsn_fixed_sink_of(void *data, uint64_t room)
{
	bsn_fixed_sink fixed;

	fixed.sink.write = bsn_fixed_sink_write;
	fixed.data = (uint8_t *)data;
	fixed.room = room;
	fixed.len = 0;
	return fixed;
}

#endif /* BSN_HELPERS_BYTES_H */
