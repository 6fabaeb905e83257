/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/metadata.h"

#include <string.h>

#include "grpc/status.h"

struct GrpcMetadata {
	GPtrArray *fields; /* GrpcField, name and value in the same memory */
};

GrpcMetadata *
grpc_metadata_new(void)
{
	GrpcMetadata *metadata = g_new(GrpcMetadata, 1);

	metadata->fields = g_ptr_array_new_with_free_func(g_free);
	return metadata;
}

void
grpc_metadata_free(GrpcMetadata *metadata)
{
	if (metadata == NULL)
		return;
	g_ptr_array_unref(metadata->fields);
	g_free(metadata);
}

gboolean
grpc_metadata_is_binary(const char *name)
{
	return g_str_has_suffix(name, "-bin");
}

/* Those that gRPC or HTTP/2 (RFC 9113 section 8.2.2) gives a meaning. Other
 * names with "grpc-" are kept for later use, but some of them travel as
 * metadata already. */
static gboolean
is_reserved(const char *name)
{
	static const char *const reserved[] = {
		"connection",
		"content-length",
		"content-type",
		"grpc-accept-encoding",
		"grpc-encoding",
		"grpc-message",
		"grpc-message-type",
		"grpc-status",
		"grpc-status-details-bin",
		"grpc-timeout",
		"host",
		"keep-alive",
		"proxy-connection",
		"te",
		"transfer-encoding",
		"upgrade",
	};

	for (gsize i = 0; i < G_N_ELEMENTS(reserved); i++) {
		if (strcmp(name, reserved[i]) == 0)
			return TRUE;
	}
	return FALSE;
}

static gboolean
is_name(const char *name)
{
	return *name != '\0' &&
	       name[strspn(name, "0123456789abcdefghijklmnopqrstuvwxyz_-.")] ==
		       '\0';
}

static gboolean
is_ascii_value(const guint8 *value, gsize len)
{
	for (gsize i = 0; i < len; i++) {
		if (value[i] < 0x20 || value[i] > 0x7e)
			return FALSE;
	}
	return len == 0 || (value[0] != ' ' && value[len - 1] != ' ');
}

static GrpcField *
field_new(const char *name, const void *value, gsize len)
{
	gsize name_size = strlen(name) + 1;
	guint8 *memory = g_malloc(sizeof(GrpcField) + name_size + len + 1);
	GrpcField *field = (GrpcField *)(gpointer)memory;
	char *own_name = (char *)memory + sizeof(GrpcField);
	guint8 *own_value = memory + sizeof(GrpcField) + name_size;

	memcpy(own_name, name, name_size);
	if (len > 0)
		memcpy(own_value, value, len);
	own_value[len] = 0;
	*field = (GrpcField){ own_name, own_value, len };
	return field;
}

gboolean
grpc_metadata_add(GrpcMetadata *metadata, const char *name, const void *value,
		  gssize len, GError **error)
{
	gsize value_len = len < 0 ? strlen(value) : (gsize)len;

	if (!is_name(name) || is_reserved(name)) {
		g_set_error(error, GRPC_ERROR, GRPC_INVALID_ARGUMENT,
			    "\"%s\" cannot be the name of metadata", name);
		return FALSE;
	}
	if (!grpc_metadata_is_binary(name) &&
	    !is_ascii_value(value, value_len)) {
		g_set_error(error, GRPC_ERROR, GRPC_INVALID_ARGUMENT,
			    "the value of %s must be printable ASCII; a name "
			    "with -bin may have any bytes",
			    name);
		return FALSE;
	}
	g_ptr_array_add(metadata->fields, field_new(name, value, value_len));
	return TRUE;
}

guint
grpc_metadata_count(const GrpcMetadata *metadata)
{
	return metadata != NULL ? metadata->fields->len : 0;
}

const GrpcField *
grpc_metadata_at(const GrpcMetadata *metadata, guint i)
{
	return g_ptr_array_index(metadata->fields, i);
}

const GrpcField *
grpc_metadata_find(const GrpcMetadata *metadata, const char *name)
{
	for (guint i = 0; i < grpc_metadata_count(metadata); i++) {
		const GrpcField *field = grpc_metadata_at(metadata, i);

		if (strcmp(field->name, name) == 0)
			return field;
	}
	return NULL;
}
