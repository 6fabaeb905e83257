/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/rlp.h"

#include <bsn/helpers/bytes.h>

/* Longest payload whose length stands in the prefix byte itself. */
#define SHORT_MAX 55u
#define BYTES_PREFIX 0x80u
#define LIST_PREFIX 0xc0u
/* Bytes below this one are their own encoding. */
#define SINGLE_MAX 0x7fu

RlpItem
rlp_bytes(bsn_slice bytes)
{
	return (RlpItem){ .kind = RLP_BYTES, .bytes = bytes };
}

RlpItem
rlp_u64(guint64 number)
{
	return (RlpItem){ .kind = RLP_U64, .number = number };
}

RlpItem
rlp_integer(bsn_slice big_endian)
{
	return (RlpItem){ .kind = RLP_INTEGER, .bytes = big_endian };
}

RlpItem
rlp_raw(bsn_slice encoded)
{
	return (RlpItem){ .kind = RLP_RAW, .bytes = encoded };
}

RlpItem
rlp_list(const RlpItem *items, guint64 n)
{
	return (RlpItem){ .kind = RLP_LIST, .number = n, .items = items };
}

static guint
u64_len(guint64 number)
{
	guint len = 0;

	for (; number != 0; number >>= 8)
		len++;
	return len;
}

/* Writes the number in as many bytes as it needs; how many. */
static guint
u64_bytes(guint64 number, guint8 out[8])
{
	guint len = u64_len(number);

	for (guint i = 0; i < len; i++)
		out[i] = (guint8)(number >> (8 * (len - 1 - i)));
	return len;
}

static bsn_slice
without_zeros(bsn_slice big_endian)
{
	while (big_endian.len > 0 && big_endian.data[0] == 0) {
		big_endian.data++;
		big_endian.len--;
	}
	return big_endian;
}

static guint64
size_with_prefix(guint64 payload)
{
	if (payload <= SHORT_MAX)
		return 1 + payload;
	return 1 + u64_len(payload) + payload;
}

static guint64
size_bytes(bsn_slice bytes)
{
	if (bytes.len == 1 && bytes.data[0] <= SINGLE_MAX)
		return 1;
	return size_with_prefix(bytes.len);
}

static guint64
size_items(const RlpItem *items, guint64 n)
{
	guint64 size = 0;

	for (guint64 i = 0; i < n; i++)
		size += rlp_size(&items[i]);
	return size;
}

guint64
rlp_size(const RlpItem *item)
{
	switch (item->kind) {
	case RLP_BYTES:
		return size_bytes(item->bytes);
	case RLP_INTEGER:
		return size_bytes(without_zeros(item->bytes));
	case RLP_U64:
		return item->number <= SINGLE_MAX ? 1
						  : 1 + u64_len(item->number);
	case RLP_RAW:
		return item->bytes.len;
	case RLP_LIST:
		return size_with_prefix(size_items(item->items, item->number));
	}
	return 0;
}

static void
append(GByteArray *out, const void *data, guint64 len)
{
	if (len > 0)
		g_byte_array_append(out, data, (guint)len);
}

static void
put_prefix(GByteArray *out, guint base, guint64 payload)
{
	guint8 prefix[9];
	guint len;

	if (payload <= SHORT_MAX) {
		prefix[0] = (guint8)(base + payload);
		append(out, prefix, 1);
		return;
	}
	len = u64_bytes(payload, prefix + 1);
	prefix[0] = (guint8)(base + SHORT_MAX + len);
	append(out, prefix, 1 + len);
}

static void
put_bytes(GByteArray *out, bsn_slice bytes)
{
	if (bytes.len != 1 || bytes.data[0] > SINGLE_MAX)
		put_prefix(out, BYTES_PREFIX, bytes.len);
	append(out, bytes.data, bytes.len);
}

static void
put_u64(GByteArray *out, guint64 number)
{
	guint8 bytes[8];

	put_bytes(out, bsn_slice_of(bytes, u64_bytes(number, bytes)));
}

void
rlp_put_list(GByteArray *out, const RlpItem *items, guint64 n)
{
	put_prefix(out, LIST_PREFIX, size_items(items, n));
	for (guint64 i = 0; i < n; i++)
		rlp_put(out, &items[i]);
}

void
rlp_put(GByteArray *out, const RlpItem *item)
{
	switch (item->kind) {
	case RLP_BYTES:
		put_bytes(out, item->bytes);
		return;
	case RLP_INTEGER:
		put_bytes(out, without_zeros(item->bytes));
		return;
	case RLP_U64:
		put_u64(out, item->number);
		return;
	case RLP_RAW:
		append(out, item->bytes.data, item->bytes.len);
		return;
	case RLP_LIST:
		rlp_put_list(out, item->items, item->number);
		return;
	}
}
