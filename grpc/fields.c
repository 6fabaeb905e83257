/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/fields.h"

#include <string.h>

#include "grpc/encoding.h"

/* RFC 9113 section 6.5.2, SETTINGS_MAX_HEADER_LIST_SIZE. */
#define FIELD_OVERHEAD 32u

GrpcFields *
grpc_fields_new(gsize size_max)
{
	GrpcFields *fields = g_new0(GrpcFields, 1);

	fields->metadata = grpc_metadata_new();
	fields->size_max = size_max;
	return fields;
}

void
grpc_fields_free(GrpcFields *fields)
{
	if (fields == NULL)
		return;
	g_free(fields->method);
	g_free(fields->path);
	g_free(fields->authority);
	g_free(fields->timeout);
	g_free(fields->http_status);
	g_free(fields->status);
	g_free(fields->message);
	g_clear_pointer(&fields->details, g_bytes_unref);
	g_free(fields->content_type);
	g_free(fields->encoding);
	grpc_metadata_free(fields->metadata);
	g_free(fields->broken);
	g_free(fields);
}

static char **
text_of(GrpcFields *fields, const char *name)
{
	const struct {
		const char *name;
		char **text;
	} known[] = {
		{ ":method", &fields->method },
		{ ":path", &fields->path },
		{ ":authority", &fields->authority },
		{ ":status", &fields->http_status },
		{ "grpc-timeout", &fields->timeout },
		{ "grpc-status", &fields->status },
		{ "grpc-message", &fields->message },
		{ "grpc-encoding", &fields->encoding },
		{ "content-type", &fields->content_type },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(known); i++) {
		if (strcmp(known[i].name, name) == 0)
			return known[i].text;
	}
	return NULL;
}

static void
set_broken(GrpcFields *fields, const char *name, const char *why)
{
	if (fields->broken == NULL)
		fields->broken = g_strdup_printf("%s %s", name, why);
}

static void
add_binary(GrpcFields *fields, const char *name, const char *text, gsize len)
{
	gsize decoded_len = 0;
	guint8 *decoded = grpc_base64_decode(text, len, &decoded_len);

	if (decoded == NULL) {
		set_broken(fields, name, "is not base64");
		return;
	}
	if (strcmp(name, "grpc-status-details-bin") == 0) {
		g_clear_pointer(&fields->details, g_bytes_unref);
		fields->details = g_bytes_new_take(decoded, decoded_len);
		return;
	}
	/* A name that metadata cannot have is left out. */
	(void)grpc_metadata_add(fields->metadata, name, decoded,
				(gssize)decoded_len, NULL);
	g_free(decoded);
}

/* Values of one name may come joined by commas ("Custom-Metadata"); they count
 * as if each had come by itself. */
static void
add_binaries(GrpcFields *fields, const char *name, const char *text, gsize len)
{
	const char *end = text + len;

	for (;;) {
		const char *comma = memchr(text, ',', (gsize)(end - text));
		const char *stop = comma != NULL ? comma : end;

		while (text < stop && *text == ' ')
			text++;
		while (stop > text && stop[-1] == ' ')
			stop--;
		add_binary(fields, name, text, (gsize)(stop - text));
		if (comma == NULL)
			return;
		fields->size += strlen(name) + FIELD_OVERHEAD;
		if (grpc_fields_too_large(fields))
			return;
		text = comma + 1;
	}
}

void
grpc_fields_add(GrpcFields *fields, const char *name, const guint8 *value,
		gsize value_len)
{
	char **text = text_of(fields, name);

	fields->size += strlen(name) + value_len + FIELD_OVERHEAD;
	if (grpc_fields_too_large(fields))
		return;
	if (text != NULL) {
		if (*text != NULL)
			set_broken(fields, name, "came twice");
		else
			*text = g_strndup((const char *)value, value_len);
	} else if (strcmp(name, "host") == 0) {
		/* What :authority has replaced (RFC 9113 section 8.3.1). */
		if (fields->authority == NULL)
			fields->authority =
				g_strndup((const char *)value, value_len);
	} else if (grpc_metadata_is_binary(name)) {
		add_binaries(fields, name, (const char *)value, value_len);
	} else {
		(void)grpc_metadata_add(fields->metadata, name, value,
					(gssize)value_len, NULL);
	}
}

gboolean
grpc_fields_too_large(const GrpcFields *fields)
{
	return fields->size > fields->size_max;
}

gboolean
grpc_fields_is_grpc(const GrpcFields *fields)
{
	static const char type[] = "application/grpc";
	gsize len = sizeof(type) - 1;

	return fields->content_type != NULL &&
	       g_ascii_strncasecmp(fields->content_type, type, len) == 0 &&
	       strchr("+;", fields->content_type[len]) != NULL;
}

gboolean
grpc_fields_is_identity(const GrpcFields *fields)
{
	return fields->encoding == NULL ||
	       strcmp(fields->encoding, "identity") == 0;
}
