/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/format/unknown.h"

static gboolean
field_known(const ProtobufCMessage *message,
	    const ProtobufCFieldDescriptor *field)
{
	const char *base = (const char *)message;
	const void *at = base + field->offset;
	ProtobufCMessage *const *list;
	gsize n;

	if (field->type != PROTOBUF_C_TYPE_MESSAGE)
		return TRUE;
	if (field->label != PROTOBUF_C_LABEL_REPEATED) {
		const ProtobufCMessage *sub = *(ProtobufCMessage *const *)at;

		return sub == NULL || all_known(sub);
	}
	n = *(const size_t *)(const void *)(base + field->quantifier_offset);
	list = *(ProtobufCMessage *const *const *)at;
	for (gsize i = 0; i < n; i++)
		if (!all_known(list[i]))
			return FALSE;
	return TRUE;
}

gboolean
all_known(const ProtobufCMessage *message)
{
	const ProtobufCMessageDescriptor *type = message->descriptor;

	for (guint i = 0; i < type->n_fields; i++)
		if (!field_known(message, &type->fields[i]))
			return FALSE;
	return message->n_unknown_fields == 0;
}
