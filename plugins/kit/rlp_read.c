/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/rlp.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#define SHORT_MAX 55u
#define BYTES_PREFIX 0x80u
#define LONG_BYTES_PREFIX 0xb8u
#define LIST_PREFIX 0xc0u
#define LONG_LIST_PREFIX 0xf8u

/* The header of one value: where its payload is. */
typedef struct {
	gboolean is_list;
	guint64 payload; /* offset */
	guint64 len;     /* of the payload */
} Header;

RlpReader
rlp_reader(bsn_slice input)
{
	RlpReader reader = { .input = input };

	reader.ends[0] = input.len;
	return reader;
}

static void
fail_at(RlpReader *reader, const char *what, guint64 at, const char *problem)
{
	if (reader->problem != NULL)
		return;
	reader->problem = problem;
	reader->problem_at = at;
	reader->what = what;
}

void
rlp_fail(RlpReader *reader, const char *what, const char *problem)
{
	fail_at(reader, what, reader->last, problem);
}

static guint64
end_of_list(const RlpReader *reader)
{
	return reader->ends[reader->depth];
}

gboolean
rlp_more(const RlpReader *reader)
{
	return reader->problem == NULL && reader->at < end_of_list(reader);
}

gboolean
rlp_at_list(const RlpReader *reader)
{
	return rlp_more(reader) &&
	       reader->input.data[reader->at] >= LIST_PREFIX;
}

/* Reads a length that stands in n bytes after the prefix; what is wrong with
 * it, or NULL. */
static const char *
long_length(const RlpReader *reader, guint n, guint64 *len)
{
	const guint8 *bytes = reader->input.data + reader->at + 1;

	if (end_of_list(reader) - reader->at - 1 < n)
		return "the data ends inside a length";
	if (bytes[0] == 0)
		return "a length must not begin with a zero byte";
	*len = 0;
	for (guint i = 0; i < n; i++)
		*len = *len << 8 | bytes[i];
	if (*len <= SHORT_MAX)
		return "a length up to 55 belongs into the prefix byte";
	return NULL;
}

/* What is wrong with the header at the reader's place, or NULL. */
static const char *
parse_header(const RlpReader *reader, Header *header)
{
	guint8 first = reader->input.data[reader->at];
	const char *problem = NULL;
	guint extra = 0;

	header->is_list = first >= LIST_PREFIX;
	if (first < BYTES_PREFIX) {
		*header = (Header){ .payload = reader->at, .len = 1 };
		return NULL;
	}
	if (first >= LONG_LIST_PREFIX)
		extra = first - LONG_LIST_PREFIX + 1u;
	else if (first < LIST_PREFIX && first >= LONG_BYTES_PREFIX)
		extra = first - LONG_BYTES_PREFIX + 1u;
	else
		header->len = first - (header->is_list ? LIST_PREFIX
						       : BYTES_PREFIX);
	if (extra > 0)
		problem = long_length(reader, extra, &header->len);
	if (problem != NULL)
		return problem;
	header->payload = reader->at + 1 + extra;
	if (header->len > end_of_list(reader) - header->payload)
		return "it is longer than what holds it";
	if (!header->is_list && header->len == 1 &&
	    reader->input.data[header->payload] < BYTES_PREFIX)
		return "a byte below 0x80 stands for itself, without a prefix";
	return NULL;
}

static gboolean
read_header(RlpReader *reader, const char *what, Header *header)
{
	const char *problem;

	if (reader->problem != NULL)
		return FALSE;
	reader->last = reader->at;
	if (!rlp_more(reader)) {
		rlp_fail(reader, what, "it is missing");
		return FALSE;
	}
	problem = parse_header(reader, header);
	if (problem == NULL)
		return TRUE;
	rlp_fail(reader, what, problem);
	return FALSE;
}

void
rlp_enter(RlpReader *reader, const char *what)
{
	Header header;

	if (!read_header(reader, what, &header))
		return;
	if (!header.is_list) {
		rlp_fail(reader, what, "it must be a list and is bytes");
		return;
	}
	if (reader->depth == RLP_DEPTH_MAX) {
		rlp_fail(reader, what, "lists are nested too deep");
		return;
	}
	reader->at = header.payload;
	reader->ends[++reader->depth] = header.payload + header.len;
}

void
rlp_leave(RlpReader *reader)
{
	if (reader->problem != NULL)
		return;
	if (reader->depth == 0) {
		fail_at(reader, "the reader", reader->at, "no list is open");
		return;
	}
	if (rlp_more(reader)) {
		fail_at(reader, "a list", reader->at,
			"it has more values than it should");
		return;
	}
	reader->depth--;
}

/* The payload of a string; an empty slice after an error. */
static bsn_slice
read_string(RlpReader *reader, const char *what)
{
	Header header;

	if (!read_header(reader, what, &header))
		return bsn_slice_of(NULL, 0);
	if (header.is_list) {
		rlp_fail(reader, what, "it must be bytes and is a list");
		return bsn_slice_of(NULL, 0);
	}
	reader->at = header.payload + header.len;
	return bsn_slice_of(reader->input.data + header.payload, header.len);
}

bsn_slice
rlp_read_bytes(RlpReader *reader, const char *what, guint64 min, guint64 max)
{
	bsn_slice bytes = read_string(reader, what);

	if (reader->problem == NULL && bytes.len < min)
		rlp_fail(reader, what, "it is too short");
	if (reader->problem == NULL && bytes.len > max)
		rlp_fail(reader, what, "it is too long");
	return reader->problem == NULL ? bytes : bsn_slice_of(NULL, 0);
}

bsn_slice
rlp_read_integer(RlpReader *reader, const char *what, guint64 max)
{
	bsn_slice bytes = read_string(reader, what);

	if (reader->problem == NULL && bytes.len > max)
		rlp_fail(reader, what, "the integer is too large");
	if (reader->problem == NULL && bytes.len > 0 && bytes.data[0] == 0)
		rlp_fail(reader, what,
			 "an integer must not begin with a zero byte");
	return reader->problem == NULL ? bytes : bsn_slice_of(NULL, 0);
}

guint64
rlp_read_u64(RlpReader *reader, const char *what)
{
	bsn_slice bytes = rlp_read_integer(reader, what, sizeof(guint64));
	guint64 number = 0;

	for (guint64 i = 0; i < bytes.len; i++)
		number = number << 8 | bytes.data[i];
	return number;
}

void
rlp_read_fixed(RlpReader *reader, const char *what, void *out, guint64 len)
{
	bsn_slice bytes = rlp_read_bytes(reader, what, len, len);

	memset(out, 0, len);
	if (bytes.len > 0)
		memcpy(out, bytes.data, bytes.len);
}

bsn_slice
rlp_read_raw(RlpReader *reader, const char *what)
{
	Header header;
	guint64 from = reader->at;

	if (!read_header(reader, what, &header))
		return bsn_slice_of(NULL, 0);
	reader->at = header.payload + header.len;
	return bsn_slice_of(reader->input.data + from, reader->at - from);
}

/* Enters and leaves lists in a loop; the reader's own stack bounds it. */
void
rlp_skip(RlpReader *reader, const char *what)
{
	guint depth = reader->depth;

	do {
		if (rlp_at_list(reader))
			rlp_enter(reader, what);
		else
			read_string(reader, what);
		while (reader->problem == NULL && reader->depth > depth &&
		       !rlp_more(reader))
			rlp_leave(reader);
	} while (reader->problem == NULL && reader->depth > depth);
}

int32_t
rlp_finish(RlpReader *reader, bsn_err *err)
{
	if (reader->problem == NULL && reader->depth > 0)
		fail_at(reader, "a list", reader->at, "it was not read whole");
	if (rlp_more(reader))
		fail_at(reader, "the input", reader->at,
			"bytes are left after the last value");
	if (reader->problem == NULL)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"%s at byte %" G_GUINT64_FORMAT ": %s", reader->what,
			reader->problem_at, reader->problem);
}
