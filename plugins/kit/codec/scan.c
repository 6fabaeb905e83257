/* SPDX-License-Identifier: Apache-2.0
 *
 * Protobuf's wire format: https://protobuf.dev/programming-guides/encoding/
 */
#include "plugins/kit/codec/scan.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#define VARINT_BYTES_MAX 10u
#define FIELD_NUMBER_MAX ((1u << 29) - 1)

typedef struct {
	const guint8 *start; /* of the outermost message */
	const guint8 *at;
	guint fields;
	/* Of the first problem. */
	int32_t status;
	const char *problem;
	const char *message;
	const char *field;
} Scan;

static gboolean
fail(Scan *scan, int32_t status, const char *problem)
{
	if (scan->status == BSN_OK) {
		scan->status = status;
		scan->problem = problem;
	}
	return FALSE;
}

static gboolean
read_varint(Scan *scan, const guint8 *end, guint64 *value)
{
	*value = 0;
	for (guint i = 0; i < VARINT_BYTES_MAX; i++) {
		guint8 byte;

		if (scan->at == end)
			return fail(scan, BSN_BAD_REQUEST, "it is cut off");
		byte = *scan->at++;
		*value |= (guint64)(byte & 0x7f) << 7 * i;
		if ((byte & 0x80) == 0)
			return TRUE;
	}
	return fail(scan, BSN_BAD_REQUEST, "a number is too long");
}

static gboolean
skip_bytes(Scan *scan, const guint8 *end, guint64 len)
{
	if (len > (guint64)(end - scan->at))
		return fail(scan, BSN_BAD_REQUEST, "it is cut off");
	scan->at += len;
	return TRUE;
}

static ProtobufCWireType
wire_type_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_UINT64:
	case PROTOBUF_C_TYPE_BOOL:
	case PROTOBUF_C_TYPE_ENUM:
		return PROTOBUF_C_WIRE_TYPE_VARINT;
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
		return PROTOBUF_C_WIRE_TYPE_32BIT;
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		return PROTOBUF_C_WIRE_TYPE_64BIT;
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES:
	case PROTOBUF_C_TYPE_MESSAGE:
		break;
	}
	return PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED;
}

static gboolean scan_fields(Scan *scan, const ProtobufCMessageDescriptor *type,
			    const guint8 *end, guint depth);

/* What a length is in front of. */
static gboolean
scan_content(Scan *scan, const ProtobufCFieldDescriptor *field, guint64 len,
	     guint depth)
{
	const guint8 *content = scan->at;

	switch (field->type) {
	case PROTOBUF_C_TYPE_MESSAGE:
		return scan_fields(scan, field->descriptor, content + len,
				   depth + 1);
	case PROTOBUF_C_TYPE_STRING:
		if (len > 0 &&
		    (memchr(content, '\0', len) != NULL ||
		     !g_utf8_validate_len((const char *)content, len, NULL)))
			return fail(scan, BSN_BAD_REQUEST,
				    "it is not UTF-8 without NUL");
		break;
	default:
		break;
	}
	scan->at += len;
	return TRUE;
}

/* Numbers of a repeated field in a row; each counts as a field. */
static gboolean
scan_packed(Scan *scan, const ProtobufCFieldDescriptor *field, guint64 len)
{
	const guint8 *end = scan->at + len;
	guint64 value;

	if (wire_type_of(field->type) != PROTOBUF_C_WIRE_TYPE_VARINT)
		return fail(scan, BSN_BAD_REQUEST, "it has another type");
	while (scan->at < end) {
		if (++scan->fields > SCAN_FIELDS_MAX)
			return fail(scan, BSN_TOO_LARGE, "too many fields");
		if (!read_varint(scan, end, &value))
			return FALSE;
	}
	return TRUE;
}

static gboolean
scan_value(Scan *scan, const ProtobufCFieldDescriptor *field, guint wire_type,
	   const guint8 *end, guint depth)
{
	const ProtobufCWireType want =
		field != NULL ? wire_type_of(field->type) : wire_type;
	guint64 number;

	if (wire_type != want &&
	    (wire_type != PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED ||
	     field->label != PROTOBUF_C_LABEL_REPEATED))
		return fail(scan, BSN_BAD_REQUEST, "it has another type");
	switch (wire_type) {
	case PROTOBUF_C_WIRE_TYPE_VARINT:
		return read_varint(scan, end, &number);
	case PROTOBUF_C_WIRE_TYPE_64BIT:
		return skip_bytes(scan, end, 8);
	case PROTOBUF_C_WIRE_TYPE_32BIT:
		return skip_bytes(scan, end, 4);
	case PROTOBUF_C_WIRE_TYPE_LENGTH_PREFIXED:
		if (!read_varint(scan, end, &number))
			return FALSE;
		if (number > (guint64)(end - scan->at))
			return fail(scan, BSN_BAD_REQUEST, "it is cut off");
		if (field == NULL)
			return skip_bytes(scan, end, number);
		return wire_type == want
			       ? scan_content(scan, field, number, depth)
			       : scan_packed(scan, field, number);
	}
	return fail(scan, BSN_BAD_REQUEST, "it has an unknown wire type");
}

static gboolean
scan_field(Scan *scan, const ProtobufCMessageDescriptor *type,
	   const guint8 *end, guint depth)
{
	const ProtobufCFieldDescriptor *field;
	guint64 tag;

	scan->message = type->short_name;
	scan->field = "a field";
	if (++scan->fields > SCAN_FIELDS_MAX)
		return fail(scan, BSN_TOO_LARGE, "too many fields");
	if (!read_varint(scan, end, &tag))
		return FALSE;
	if (tag >> 3 == 0 || tag >> 3 > FIELD_NUMBER_MAX)
		return fail(scan, BSN_BAD_REQUEST,
			    "its number is out of range");
	field = protobuf_c_message_descriptor_get_field(type,
							(unsigned)(tag >> 3));
	if (field != NULL)
		scan->field = field->name;
	return scan_value(scan, field, (guint)(tag & 7), end, depth);
}

static gboolean
scan_fields(Scan *scan, const ProtobufCMessageDescriptor *type,
	    const guint8 *end, guint depth)
{
	if (depth > SCAN_DEPTH_MAX)
		return fail(scan, BSN_TOO_LARGE, "it is nested too deeply");
	while (scan->at < end)
		if (!scan_field(scan, type, end, depth))
			return FALSE;
	return TRUE;
}

int32_t
scan_message(const ProtobufCMessageDescriptor *type, bsn_slice bytes,
	     bsn_err *err)
{
	Scan scan = { .start = bytes.data, .at = bytes.data };

	if (bytes.len == 0 ||
	    scan_fields(&scan, type, bytes.data + bytes.len, 1))
		return BSN_OK;
	return bsn_fail(err, scan.status,
			"%s.%s before byte %" G_GSIZE_FORMAT ": %s",
			scan.message, scan.field, (gsize)(scan.at - scan.start),
			scan.problem);
}

gboolean
scan_text(bsn_slice text)
{
	const char *at = (const char *)text.data;
	gsize left = (gsize)text.len;
	const char *end;

	/* GLib's function stops at a NUL. */
	while (left > 0 && !g_utf8_validate_len(at, left, &end)) {
		if (*end != '\0' || end == at + left)
			return FALSE;
		left -= (gsize)(end - at) + 1;
		at = end + 1;
	}
	return TRUE;
}
