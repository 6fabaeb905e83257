/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/place.h"

#include "plugins/kit/codec/message.h"
#include "plugins/kit/wire.h"

void
tx_place_put(GByteArray *out, const TxPlace *place)
{
	wire_put(out, place->block, 8);
	wire_put(out, place->tx, 8);
	wire_put(out, place->code, 1);
	wire_put(out, place->offset, 8);
	wire_put(out, place->len, 8);
}

gboolean
tx_place_read(bsn_slice bytes, TxPlace *place)
{
	Wire wire = wire_of(bytes);

	place->block = wire_u64(&wire);
	place->tx = wire_u64(&wire);
	place->code = wire_u8(&wire);
	place->offset = wire_u64(&wire);
	place->len = wire_u64(&wire);
	return wire_end(&wire);
}

/* Protobuf's varint: seven bits a byte, the last ones last. */
static guint
varint_size(guint64 number)
{
	guint size = 1;

	for (; number >= 0x80; number >>= 7)
		size++;
	return size;
}

static guint64
field_size(guint64 len)
{
	return 1 + varint_size(len) + len;
}

/* Fields are encoded in the order of their numbers: the header, the data's
 * entries, the metadata. */
void
block_pack(GByteArray *out, const Common__Block *block, guint64 *offsets)
{
	const Common__BlockData *data = block->data;
	guint64 at = field_size(
		protobuf_c_message_get_packed_size(&block->header->base));

	at += 1 + varint_size(protobuf_c_message_get_packed_size(&data->base));
	for (gsize i = 0; i < data->n_data; i++) {
		at += 1 + varint_size(data->data[i].len);
		offsets[i] = at;
		at += data->data[i].len;
	}
	message_append(out, block);
}
