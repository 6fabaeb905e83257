/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/grpc-raw.h"

#include <string.h>

#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define HEAD_LEN 9u
#define TABLE_SIZE 4096u

GrpcRaw *
grpc_raw_new(GrpcConnection *other, gboolean client, gint64 now)
{
	GrpcRaw *raw = g_new0(GrpcRaw, 1);

	raw->other = other;
	raw->now = now;
	raw->out = g_byte_array_new();
	raw->in = g_byte_array_new();
	raw->heard = g_string_new(NULL);
	nghttp2_hd_deflate_new(&raw->deflater, TABLE_SIZE);
	nghttp2_hd_inflate_new(&raw->inflater);
	if (client)
		g_byte_array_append(raw->out, (const guint8 *)PREFACE,
				    sizeof(PREFACE) - 1);
	grpc_raw_frame(raw, NGHTTP2_SETTINGS, 0, 0, NULL, 0);
	return raw;
}

void
grpc_raw_free(GrpcRaw *raw)
{
	grpc_connection_free(raw->other);
	g_byte_array_unref(raw->out);
	g_byte_array_unref(raw->in);
	g_string_free(raw->heard, TRUE);
	nghttp2_hd_deflate_del(raw->deflater);
	nghttp2_hd_inflate_del(raw->inflater);
	g_free(raw);
}

/* ---- saying ---- */

void
grpc_raw_frame(GrpcRaw *raw, guint8 type, guint8 flags, guint32 stream,
	       const void *payload, gsize len)
{
	const guint8 head[HEAD_LEN] = { (guint8)(len >> 16),
					(guint8)(len >> 8),
					(guint8)len,
					type,
					flags,
					(guint8)(stream >> 24),
					(guint8)(stream >> 16),
					(guint8)(stream >> 8),
					(guint8)stream };

	g_byte_array_append(raw->out, head, sizeof(head));
	if (len > 0)
		g_byte_array_append(raw->out, payload, (guint)len);
}

static void
add_field(GArray *fields, const char *name, const char *value)
{
	nghttp2_nv field = { (uint8_t *)name, (uint8_t *)value, strlen(name),
			     strlen(value), NGHTTP2_NV_FLAG_NONE };

	g_array_append_val(fields, field);
}

static void
add_fields(GArray *fields, va_list args)
{
	const char *name;

	while ((name = va_arg(args, const char *)) != NULL)
		add_field(fields, name, va_arg(args, const char *));
}

/* A list that does not fit one frame goes on in CONTINUATION. */
static void
say_fields(GrpcRaw *raw, guint32 stream, gboolean end, GArray *fields)
{
	const nghttp2_nv *list = (gpointer)fields->data;
	gsize bound =
		nghttp2_hd_deflate_bound(raw->deflater, list, fields->len);
	g_autofree guint8 *block = g_malloc(bound);
	gsize len = (gsize)nghttp2_hd_deflate_hd(raw->deflater, block, bound,
						 list, fields->len);
	guint8 type = NGHTTP2_HEADERS;
	gsize at = 0;

	do {
		gsize n = MIN(len - at, 16384);
		guint8 flags = at + n == len ? NGHTTP2_FLAG_END_HEADERS : 0;

		if (end && type == NGHTTP2_HEADERS)
			flags |= NGHTTP2_FLAG_END_STREAM;
		grpc_raw_frame(raw, type, flags, stream, block + at, n);
		type = NGHTTP2_CONTINUATION;
		at += n;
	} while (at < len);
	g_array_unref(fields);
}

void
grpc_raw_headers(GrpcRaw *raw, guint32 stream, gboolean end, ...)
{
	GArray *fields = g_array_new(FALSE, FALSE, sizeof(nghttp2_nv));
	va_list args;

	va_start(args, end);
	add_fields(fields, args);
	va_end(args);
	say_fields(raw, stream, end, fields);
}

void
grpc_raw_request(GrpcRaw *raw, guint32 stream, gboolean end, const char *path,
		 ...)
{
	GArray *fields = g_array_new(FALSE, FALSE, sizeof(nghttp2_nv));
	va_list args;

	add_field(fields, ":method", "POST");
	add_field(fields, ":scheme", "http");
	add_field(fields, ":path", path);
	add_field(fields, ":authority", "raw");
	add_field(fields, "te", "trailers");
	add_field(fields, "content-type", "application/grpc+proto");
	va_start(args, path);
	add_fields(fields, args);
	va_end(args);
	say_fields(raw, stream, end, fields);
}

void
grpc_raw_data(GrpcRaw *raw, guint32 stream, gboolean end, const void *data,
	      gsize len)
{
	grpc_raw_frame(raw, NGHTTP2_DATA, end ? NGHTTP2_FLAG_END_STREAM : 0,
		       stream, data, len);
}

void
grpc_raw_reset(GrpcRaw *raw, guint32 stream, guint32 code)
{
	const guint8 payload[4] = { (guint8)(code >> 24), (guint8)(code >> 16),
				    (guint8)(code >> 8), (guint8)code };

	grpc_raw_frame(raw, NGHTTP2_RST_STREAM, 0, stream, payload, 4);
}

/* ---- hearing ---- */

static void
hear_fields(GrpcRaw *raw, const guint8 *block, gsize len)
{
	nghttp2_nv field;
	int flags = 0;

	while (len > 0 || (flags & NGHTTP2_HD_INFLATE_FINAL) == 0) {
		ssize_t n = nghttp2_hd_inflate_hd2(raw->inflater, &field,
						   &flags, block, len, 1);

		g_assert_cmpint(n, >=, 0);
		block += n;
		len -= (gsize)n;
		if (flags & NGHTTP2_HD_INFLATE_EMIT)
			g_string_append_printf(raw->heard, " %s=%s",
					       (char *)field.name,
					       (char *)field.value);
	}
	nghttp2_hd_inflate_end_headers(raw->inflater);
}

static guint32
number(const guint8 *bytes)
{
	return (guint32)bytes[0] << 24 | (guint32)bytes[1] << 16 |
	       (guint32)bytes[2] << 8 | bytes[3];
}

static void
hear_frame(GrpcRaw *raw, const guint8 *head, const guint8 *payload, gsize len)
{
	guint32 stream = number(head + 5);
	gboolean end = (head[4] & NGHTTP2_FLAG_END_STREAM) != 0;

	switch (head[3]) {
	case NGHTTP2_HEADERS:
		g_string_append_printf(raw->heard, "headers(%u)", stream);
		hear_fields(raw, payload, len);
		g_string_append(raw->heard, end ? " end\n" : "\n");
		break;
	case NGHTTP2_DATA:
		g_string_append_printf(raw->heard,
				       "data(%u) %" G_GSIZE_FORMAT "%s\n",
				       stream, len, end ? " end" : "");
		break;
	case NGHTTP2_RST_STREAM:
		g_string_append_printf(raw->heard, "reset(%u) %u\n", stream,
				       number(payload));
		break;
	case NGHTTP2_GOAWAY:
		g_string_append_printf(raw->heard, "goaway %u %.*s\n",
				       number(payload + 4), (int)len - 8,
				       (const char *)payload + 8);
		break;
	case NGHTTP2_PING:
		raw->pings += head[4] & NGHTTP2_FLAG_ACK;
		break;
	default:
		break;
	}
}

static void
hear(GrpcRaw *raw)
{
	gsize at = 0;

	/* A client's preface. */
	if (raw->in->len >= sizeof(PREFACE) - 1 &&
	    memcmp(raw->in->data, PREFACE, sizeof(PREFACE) - 1) == 0)
		at = sizeof(PREFACE) - 1;
	while (raw->in->len - at >= HEAD_LEN) {
		const guint8 *head = raw->in->data + at;
		gsize len = number(head) >> 8;

		g_assert_cmpuint(len, <=, raw->in->len - at - HEAD_LEN);
		hear_frame(raw, head, head + HEAD_LEN, len);
		at += HEAD_LEN + len;
	}
	g_assert_cmpuint(at, ==, raw->in->len);
	g_byte_array_set_size(raw->in, 0);
}

const char *
grpc_raw_run(GrpcRaw *raw)
{
	const guint8 *data;
	gsize n;

	g_string_truncate(raw->heard, 0);
	grpc_connection_receive(raw->other, raw->out->data, raw->out->len,
				raw->now);
	g_byte_array_set_size(raw->out, 0);
	while ((n = grpc_connection_output(raw->other, &data, raw->now)) > 0)
		g_byte_array_append(raw->in, data, (guint)n);
	hear(raw);
	return raw->heard->str;
}
