/* SPDX-License-Identifier: Apache-2.0
 *
 * What nodes of a FISCO style chain send each other: what is read and written
 * again is what came, in messages and in the items within.
 */
#include <stdint.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/net/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/assert-bytes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
put_again(RlpReader *reader, guint8 kind, GByteArray *items)
{
	NetHeader header;
	NetPiece piece;

	switch (kind) {
	case NET_TXS:
		net_tx_put(net_tx_read(reader), items);
		break;
	case NET_HEADERS:
		header = net_header_read(reader);
		net_header_put(&header, items);
		break;
	case NET_BODIES:
	case NET_SNAPSHOT:
		piece = net_piece_read(reader);
		net_piece_put(&piece, items);
		break;
	default:
		g_assert_not_reached();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autoptr(GByteArray) again = g_byte_array_new();
	g_autoptr(GByteArray) items = g_byte_array_new();
	NetMessage message;
	RlpReader reader;

	if (!net_message_read(bsn_slice_of(data, size), &message))
		return 0;
	reader = rlp_reader(message.items);
	for (guint64 i = 0; i < message.n; i++)
		put_again(&reader, message.kind, items);
	g_assert_null(reader.problem);
	message.items = buffer_slice(items);
	net_message_put(&message, again);
	assert_bytes(again->data, again->len, data, size);
	return 0;
}
