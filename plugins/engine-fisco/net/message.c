/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/message.h"

#include <bsn/helpers/bytes.h>

/* ---- writing ------------------------------------------------------------- */

void
net_tx_put(bsn_slice raw, GByteArray *items)
{
	const RlpItem item = rlp_bytes(raw);

	rlp_put(items, &item);
}

void
net_header_put(const NetHeader *header, GByteArray *items)
{
	const RlpItem fields[] = { rlp_raw(header->header),
				   rlp_bytes(header->certificate) };

	rlp_put_list(items, fields, G_N_ELEMENTS(fields));
}

void
net_piece_put(const NetPiece *piece, GByteArray *items)
{
	const RlpItem fields[] = { rlp_u64(piece->total),
				   rlp_bytes(piece->bytes) };

	rlp_put_list(items, fields, G_N_ELEMENTS(fields));
}

static gboolean
is_of_snapshot(const NetMessage *message)
{
	return message->kind == NET_GET_SNAPSHOT ||
	       message->kind == NET_SNAPSHOT;
}

void
net_message_put(const NetMessage *message, GByteArray *out)
{
	const RlpItem items = rlp_raw(message->items);
	RlpItem fields[4];
	guint n = 0;

	if (message->kind != NET_TXS)
		fields[n++] = rlp_u64(message->height);
	if (message->kind == NET_STATUS) {
		fields[n++] = rlp_bytes(message->hash);
		fields[n++] = rlp_u64(message->earliest);
		fields[n++] = rlp_u64(message->asks ? 1 : 0);
	}
	if (message->kind == NET_GET_HEADERS ||
	    message->kind == NET_GET_BODIES || is_of_snapshot(message))
		fields[n++] = rlp_u64(message->count);
	if (message->kind == NET_GET_BODIES || message->kind == NET_BODIES ||
	    is_of_snapshot(message))
		fields[n++] = rlp_u64(message->offset);
	if (message->kind == NET_TXS || message->kind == NET_HEADERS ||
	    message->kind == NET_BODIES || message->kind == NET_SNAPSHOT)
		fields[n++] = rlp_list(&items, 1);
	g_byte_array_append(out, &message->kind, 1);
	rlp_put_list(out, fields, n);
}

/* ---- reading ------------------------------------------------------------- */

bsn_slice
net_tx_read(RlpReader *reader)
{
	return rlp_read_bytes(reader, "transaction", 1, NET_MESSAGE_MAX);
}

NetHeader
net_header_read(RlpReader *reader)
{
	NetHeader header;

	rlp_enter(reader, "block");
	header.header = rlp_read_raw(reader, "header");
	if (header.header.len > NET_HEADER_MAX)
		rlp_fail(reader, "header", "it is too long");
	header.certificate =
		rlp_read_bytes(reader, "certificate", 0, NET_CERTIFICATE_MAX);
	rlp_leave(reader);
	return header;
}

NetPiece
net_piece_read(RlpReader *reader)
{
	NetPiece piece;

	rlp_enter(reader, "piece");
	piece.total = rlp_read_u64(reader, "bytes in all");
	if (piece.total > NET_BODY_MAX)
		rlp_fail(reader, "bytes in all", "a body is not so long");
	piece.bytes = rlp_read_bytes(reader, "bytes", 1, NET_BYTES_MAX);
	if (piece.bytes.len > piece.total)
		rlp_fail(reader, "bytes", "they are more than in all");
	rlp_leave(reader);
	return piece;
}

static void
read_item(RlpReader *reader, guint8 kind)
{
	if (kind == NET_TXS)
		(void)net_tx_read(reader);
	else if (kind == NET_HEADERS)
		(void)net_header_read(reader);
	else
		(void)net_piece_read(reader);
}

/* The inner list, each item of which is read once to be checked. */
static void
read_items(RlpReader *reader, NetMessage *message)
{
	const guint64 max = message->kind == NET_TXS	    ? NET_TXS_MAX
			    : message->kind == NET_SNAPSHOT ? 1
							    : NET_BLOCKS_MAX;
	guint64 begin;

	rlp_enter(reader, "items");
	begin = reader->at;
	for (; rlp_more(reader) && message->n < max; message->n++)
		read_item(reader, message->kind);
	if (reader->problem == NULL)
		message->items = bsn_slice_of(reader->input.data + begin,
					      reader->at - begin);
	rlp_leave(reader);
}

static void
read_status(RlpReader *reader, NetMessage *message)
{
	guint64 asks;

	message->hash = rlp_read_bytes(reader, "digest", HASH_LEN, HASH_LEN);
	message->earliest = rlp_read_u64(reader, "first block held");
	asks = rlp_read_u64(reader, "asks");
	if (asks > 1)
		rlp_fail(reader, "asks", "it is neither 0 nor 1");
	message->asks = asks == 1;
}

static void
read_count(RlpReader *reader, NetMessage *message)
{
	message->count = rlp_read_u64(reader, "count");
	if (message->count == 0 || message->count > NET_BLOCKS_MAX)
		rlp_fail(reader, "count", "it is out of range");
}

static void
read_offset(RlpReader *reader, NetMessage *message)
{
	message->offset = rlp_read_u64(reader, "offset");
	if (message->offset > NET_BODY_MAX)
		rlp_fail(reader, "offset", "a body is not so long");
}

static void
read_part(RlpReader *reader, NetMessage *message)
{
	message->count = rlp_read_u64(reader, "part");
	if (message->count > G_MAXUINT32)
		rlp_fail(reader, "part", "it is out of range");
}

static void
read_fields(RlpReader *reader, NetMessage *message)
{
	if (message->kind != NET_TXS)
		message->height = rlp_read_u64(reader, "height");
	/* Sums of a height and a count stay in range. */
	if (message->height > G_MAXINT64)
		rlp_fail(reader, "height", "no chain is so long");
	switch (message->kind) {
	case NET_STATUS:
		read_status(reader, message);
		break;
	case NET_GET_HEADERS:
		read_count(reader, message);
		break;
	case NET_GET_BODIES:
		read_count(reader, message);
		read_offset(reader, message);
		break;
	case NET_GET_SNAPSHOT:
		read_part(reader, message);
		read_offset(reader, message);
		break;
	case NET_SNAPSHOT:
		read_part(reader, message);
		read_offset(reader, message);
		read_items(reader, message);
		break;
	case NET_BODIES:
		read_offset(reader, message);
		read_items(reader, message);
		break;
	case NET_TXS:
	case NET_HEADERS:
		read_items(reader, message);
		break;
	default:
		rlp_fail(reader, "kind", "there is no such message");
	}
}

gboolean
net_message_read(bsn_slice bytes, NetMessage *message)
{
	RlpReader reader;

	*message = (NetMessage){ .kind = 0 };
	if (bytes.len < 2 || bytes.len > NET_MESSAGE_MAX)
		return FALSE;
	message->kind = bytes.data[0];
	reader = rlp_reader(bsn_slice_of(bytes.data + 1, bytes.len - 1));
	rlp_enter(&reader, "message");
	read_fields(&reader, message);
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK;
}
