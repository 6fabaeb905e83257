/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-chaincode/shim.h"

/* Protobuf's types of fields on the wire. */
#define WIRE_VARINT 0u
#define WIRE_FIXED64 1u
#define WIRE_BYTES 2u
#define WIRE_FIXED32 5u

/* Bytes of an id of a transaction, or of a channel's name. */
#define TEXT_MAX 1024u

const char *
shim_type_name(guint32 type)
{
	static const char *const names[] = {
		[SHIM_REGISTER] = "REGISTER",
		[SHIM_REGISTERED] = "REGISTERED",
		[SHIM_INIT] = "INIT",
		[SHIM_READY] = "READY",
		[SHIM_TRANSACTION] = "TRANSACTION",
		[SHIM_COMPLETED] = "COMPLETED",
		[SHIM_ERROR] = "ERROR",
		[SHIM_GET_STATE] = "GET_STATE",
		[SHIM_PUT_STATE] = "PUT_STATE",
		[SHIM_DEL_STATE] = "DEL_STATE",
		[SHIM_INVOKE_CHAINCODE] = "INVOKE_CHAINCODE",
		[SHIM_RESPONSE] = "RESPONSE",
		[SHIM_GET_STATE_BY_RANGE] = "GET_STATE_BY_RANGE",
		[SHIM_GET_QUERY_RESULT] = "GET_QUERY_RESULT",
		[SHIM_QUERY_STATE_NEXT] = "QUERY_STATE_NEXT",
		[SHIM_QUERY_STATE_CLOSE] = "QUERY_STATE_CLOSE",
		[SHIM_KEEPALIVE] = "KEEPALIVE",
		[SHIM_GET_HISTORY_FOR_KEY] = "GET_HISTORY_FOR_KEY",
		[SHIM_GET_STATE_METADATA] = "GET_STATE_METADATA",
		[SHIM_PUT_STATE_METADATA] = "PUT_STATE_METADATA",
		[SHIM_GET_PRIVATE_DATA_HASH] = "GET_PRIVATE_DATA_HASH",
		[SHIM_PURGE_PRIVATE_DATA] = "PURGE_PRIVATE_DATA",
	};

	return type < G_N_ELEMENTS(names) ? names[type] : NULL;
}

gboolean
shim_is_question(guint32 type)
{
	return shim_type_name(type) != NULL && type >= SHIM_GET_STATE &&
	       type != SHIM_RESPONSE && type != SHIM_KEEPALIVE;
}

/* ---- writing ---- */

static void
put_varint(GByteArray *out, guint64 value)
{
	guint8 bytes[10];
	guint n = 0;

	do {
		bytes[n] = (guint8)(value & 0x7f);
		value >>= 7;
		bytes[n] |= value > 0 ? 0x80 : 0;
		n++;
	} while (value > 0);
	g_byte_array_append(out, bytes, n);
}

static void
put_bytes(GByteArray *out, guint field, bsn_slice bytes)
{
	if (bytes.len == 0)
		return;
	put_varint(out, field << 3 | WIRE_BYTES);
	put_varint(out, bytes.len);
	g_byte_array_append(out, bytes.data, (guint)bytes.len);
}

GBytes *
shim_encode(const ShimMessage *message)
{
	GByteArray *out = g_byte_array_new();

	put_varint(out, 1u << 3 | WIRE_VARINT);
	put_varint(out, message->type);
	put_bytes(out, 3, message->payload);
	put_bytes(out, 4, message->tx_id);
	put_bytes(out, 5, message->proposal);
	put_bytes(out, 6, message->event);
	put_bytes(out, 7, message->channel_id);
	return g_byte_array_free_to_bytes(out);
}

/* ---- reading ---- */

/* One field; of a number `number` counts, of bytes `bytes`. */
typedef struct {
	guint64 field;
	guint wire;
	guint64 number;
	bsn_slice bytes;
} Field;

static gboolean
take(bsn_slice *rest, guint64 len, bsn_slice *bytes)
{
	if (len > rest->len)
		return FALSE;
	*bytes = bsn_slice_of(rest->data, len);
	rest->data += len;
	rest->len -= len;
	return TRUE;
}

static gboolean
take_varint(bsn_slice *rest, guint64 *value)
{
	*value = 0;
	for (guint shift = 0; shift < 64; shift += 7) {
		bsn_slice byte;

		if (rest->len == 0 || !take(rest, 1, &byte))
			return FALSE;
		*value |= (guint64)(*byte.data & 0x7f) << shift;
		if ((*byte.data & 0x80) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
take_field(bsn_slice *rest, Field *field)
{
	guint64 tag;

	*field = (Field){ 0 };
	if (!take_varint(rest, &tag) || tag >> 3 == 0)
		return FALSE;
	field->field = tag >> 3;
	field->wire = (guint)(tag & 7);
	switch (field->wire) {
	case WIRE_VARINT:
		return take_varint(rest, &field->number);
	case WIRE_FIXED64:
		return take(rest, 8, &field->bytes);
	case WIRE_FIXED32:
		return take(rest, 4, &field->bytes);
	case WIRE_BYTES:
		return take_varint(rest, &field->number) &&
		       take(rest, field->number, &field->bytes);
	}
	return FALSE;
}

static gboolean
text(bsn_slice bytes)
{
	return bytes.len <= TEXT_MAX &&
	       (bytes.len == 0 ||
		g_utf8_validate((const char *)bytes.data, (gssize)bytes.len,
				NULL));
}

static bsn_slice *
place(ShimMessage *message, guint64 field)
{
	switch (field) {
	case 3:
		return &message->payload;
	case 4:
		return &message->tx_id;
	case 6:
		return &message->event;
	case 7:
		return &message->channel_id;
	}
	return NULL;
}

/* What nobody here looks at (a time, a proposal) is passed over. */
static gboolean
keep_field(ShimMessage *message, const Field *field)
{
	bsn_slice *kept = place(message, field->field);

	if (field->field == 1) {
		message->type = (guint32)MIN(field->number, G_MAXUINT32);
		return field->wire == WIRE_VARINT;
	}
	if (kept == NULL)
		return TRUE;
	*kept = field->bytes;
	return field->wire == WIRE_BYTES;
}

int32_t
shim_decode(bsn_slice bytes, ShimMessage *message, bsn_err *err)
{
	gboolean good = TRUE;

	*message = (ShimMessage){ 0 };
	while (good && bytes.len > 0) {
		Field field;

		good = take_field(&bytes, &field) &&
		       keep_field(message, &field);
	}
	if (good && text(message->tx_id) && text(message->channel_id))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"it sent what is no ChaincodeMessage");
}

int32_t
shim_decode_name(bsn_slice bytes, bsn_slice *name, bsn_err *err)
{
	gboolean good = TRUE;

	*name = bsn_slice_of(NULL, 0);
	while (good && bytes.len > 0) {
		Field field;

		good = take_field(&bytes, &field);
		if (good && field.field == 2) {
			good = field.wire == WIRE_BYTES;
			*name = field.bytes;
		}
	}
	return good && text(*name)
		       ? BSN_OK
		       : bsn_fail(err, BSN_BAD_REQUEST,
				  "it registered with what is no ChaincodeID");
}
