/* SPDX-License-Identifier: Apache-2.0
 *
 * Fields of a header list, "name value" lines, without HPACK in between: what
 * is taken as metadata may be sent again and comes out the same; texts and
 * timeouts are read and written.
 */
#include <stdint.h>
#include <string.h>

#include "grpc/encoding.h"
#include "grpc/fields.h"
#include "grpc/header_list.h"

#define SIZE_MAX_OF_LIST 8192u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static GrpcFields *
read_back(const GrpcMetadata *metadata)
{
	GrpcFields *fields = grpc_fields_new(4 * SIZE_MAX_OF_LIST);
	GrpcHeaderList list;

	grpc_header_list_init(&list);
	grpc_header_list_add_metadata(&list, metadata);
	for (guint i = 0; i < list.fields->len; i++) {
		const nghttp2_nv *field = &grpc_header_list_fields(&list)[i];

		grpc_fields_add(fields, (const char *)field->name, field->value,
				field->valuelen);
	}
	grpc_header_list_clear(&list);
	return fields;
}

static void
check_metadata(const GrpcMetadata *metadata)
{
	GrpcFields *again = read_back(metadata);

	g_assert_null(again->broken);
	g_assert_cmpuint(grpc_metadata_count(again->metadata), ==,
			 grpc_metadata_count(metadata));
	for (guint i = 0; i < grpc_metadata_count(metadata); i++) {
		const GrpcField *one = grpc_metadata_at(metadata, i);
		const GrpcField *other = grpc_metadata_at(again->metadata, i);

		g_assert_cmpstr(one->name, ==, other->name);
		g_assert_cmpuint(one->len, ==, other->len);
		g_assert_true(memcmp(one->value, other->value, one->len) == 0);
	}
	grpc_fields_free(again);
}

static void
check_texts(const GrpcFields *fields)
{
	gint64 timeout;

	if (fields->message != NULL) {
		g_autofree char *text = grpc_percent_decode(
			fields->message, strlen(fields->message));
		g_autofree char *encoded = grpc_percent_encode(text);
		g_autofree char *again =
			grpc_percent_decode(encoded, strlen(encoded));

		g_assert_true(g_utf8_validate(text, -1, NULL));
		g_assert_cmpstr(text, ==, again);
	}
	if (fields->timeout != NULL &&
	    grpc_timeout_decode(fields->timeout, &timeout)) {
		char text[GRPC_TIMEOUT_TEXT];
		gint64 again;

		g_assert_cmpint(timeout, >=, 0);
		grpc_timeout_encode(timeout, text);
		g_assert_true(grpc_timeout_decode(text, &again));
		g_assert_cmpint(again, >=, timeout);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
	GrpcFields *fields = grpc_fields_new(SIZE_MAX_OF_LIST);

	for (char **line = lines; *line != NULL; line++) {
		char *value = strchr(*line, ' ');

		if (value == NULL)
			continue;
		*value++ = '\0';
		grpc_fields_add(fields, *line, (const guint8 *)value,
				strlen(value));
	}
	check_metadata(fields->metadata);
	check_texts(fields);
	grpc_fields_is_grpc(fields);
	grpc_fields_is_identity(fields);
	grpc_fields_free(fields);
	return 0;
}
