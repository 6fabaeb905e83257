/* SPDX-License-Identifier: Apache-2.0 */
#include "grpc/header_list.h"

#include <string.h>

#include "grpc/encoding.h"

#define FIELD_OVERHEAD 32u

void
grpc_header_list_init(GrpcHeaderList *list)
{
	list->fields = g_array_new(FALSE, FALSE, sizeof(nghttp2_nv));
	list->texts = g_ptr_array_new_with_free_func(g_free);
	list->size = 0;
}

void
grpc_header_list_clear(GrpcHeaderList *list)
{
	g_array_unref(list->fields);
	g_ptr_array_unref(list->texts);
}

static void
add_taken(GrpcHeaderList *list, const char *name, char *value)
{
	char *own_name = g_strdup(name);
	nghttp2_nv field = { .name = (uint8_t *)own_name,
			     .value = (uint8_t *)value,
			     .namelen = strlen(name),
			     .valuelen = strlen(value),
			     .flags = NGHTTP2_NV_FLAG_NONE };

	g_ptr_array_add(list->texts, own_name);
	g_ptr_array_add(list->texts, value);
	g_array_append_val(list->fields, field);
	list->size += field.namelen + field.valuelen + FIELD_OVERHEAD;
}

void
grpc_header_list_add(GrpcHeaderList *list, const char *name, const char *value)
{
	add_taken(list, name, g_strdup(value));
}

void
grpc_header_list_add_metadata(GrpcHeaderList *list,
			      const GrpcMetadata *metadata)
{
	for (guint i = 0; i < grpc_metadata_count(metadata); i++) {
		const GrpcField *field = grpc_metadata_at(metadata, i);
		char *value =
			grpc_metadata_is_binary(field->name)
				? grpc_base64_encode(field->value, field->len)
				: g_strdup((const char *)field->value);

		add_taken(list, field->name, value);
	}
}

void
grpc_header_list_add_status(GrpcHeaderList *list, GrpcStatus status,
			    const char *message, GBytes *details)
{
	gsize len = 0;
	const guint8 *data;

	add_taken(list, "grpc-status", g_strdup_printf("%d", (int)status));
	if (message != NULL && *message != '\0')
		add_taken(list, "grpc-message", grpc_percent_encode(message));
	if (details == NULL)
		return;
	data = g_bytes_get_data(details, &len);
	add_taken(list, "grpc-status-details-bin",
		  grpc_base64_encode(data, len));
}

const nghttp2_nv *
grpc_header_list_fields(const GrpcHeaderList *list)
{
	return (const nghttp2_nv *)(gconstpointer)list->fields->data;
}
