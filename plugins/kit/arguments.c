/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/arguments.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/json.h"
#include "plugins/kit/wasm_section.h"

static void
put_bytes(GByteArray *out, bsn_slice bytes)
{
	const guint32 len = GUINT32_TO_LE((guint32)bytes.len);

	g_byte_array_append(out, (const guint8 *)&len, sizeof(len));
	if (bytes.len > 0)
		g_byte_array_append(out, bytes.data, (guint)bytes.len);
}

/* What put_bytes wrote, off the front of `rest`. */
static gboolean
take_bytes(bsn_slice *rest, bsn_slice *bytes)
{
	guint32 len;

	if (rest->len < sizeof(len))
		return FALSE;
	memcpy(&len, rest->data, sizeof(len));
	len = GUINT32_FROM_LE(len);
	if (len > rest->len - sizeof(len))
		return FALSE;
	*bytes = bsn_slice_of(rest->data + sizeof(len), len);
	rest->data += sizeof(len) + len;
	rest->len -= sizeof(len) + len;
	return TRUE;
}

void
arguments_add(GByteArray *out, bsn_slice name, bsn_slice value)
{
	put_bytes(out, name);
	put_bytes(out, value);
}

int32_t
arguments_next(bsn_slice *rest, bsn_slice *name, bsn_slice *value)
{
	bsn_slice at = *rest;

	if (at.len == 0)
		return BSN_NOT_FOUND;
	if (!take_bytes(&at, name) || !take_bytes(&at, value))
		return BSN_BAD_REQUEST;
	*rest = at;
	return BSN_OK;
}

void
arguments_call(GByteArray *out, bsn_slice function)
{
	put_bytes(out, function);
}

int32_t
arguments_function(bsn_slice *rest, bsn_slice *function)
{
	return take_bytes(rest, function) ? BSN_OK : BSN_BAD_REQUEST;
}

static void
add_json(GByteArray *out, const char *name, const json_t *value)
{
	g_autofree char *text = NULL;

	if (json_is_string(value)) {
		arguments_add(out, bsn_slice_str(name),
			      bsn_slice_of(json_string_value(value),
					   json_string_length(value)));
		return;
	}
	text = json_text(value);
	arguments_add(out, bsn_slice_str(name), bsn_slice_str(text));
}

static int32_t
add_object(GByteArray *out, const json_t *object, bsn_err *err)
{
	const char *name;
	json_t *value;

	if (json_object_get(object, "") != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"an argument's name is empty: arguments without "
				"names are an array");
	json_object_foreach ((json_t *)object, name, value)
		add_json(out, name, value);
	return BSN_OK;
}

static int32_t
add_all(GByteArray *out, const json_t *arguments, bsn_err *err)
{
	const json_t *value;
	gsize i, n;

	if (!json_is_array(arguments) && !json_is_object(arguments))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"arguments must be a JSON array or object");
	n = json_is_array(arguments) ? json_array_size(arguments) :
				       json_object_size(arguments);
	if (n > ARGUMENTS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"there are %" G_GSIZE_FORMAT
				" arguments, and there may be %u",
				n, ARGUMENTS_MAX);
	if (json_is_object(arguments))
		return add_object(out, arguments, err);
	json_array_foreach ((json_t *)arguments, i, value)
		add_json(out, "", value);
	return BSN_OK;
}

int32_t
arguments_from_json(bsn_slice json, GByteArray *out, bsn_err *err)
{
	g_autoptr(json_t) arguments = NULL;
	int32_t status = BSN_OK;

	if (json.len == 0)
		return BSN_OK;
	arguments = json_parse(json, ARGUMENTS_BYTES_MAX, "arguments", &status,
			       err);
	if (arguments == NULL)
		return status;
	return add_all(out, arguments, err);
}

/* A number as WebAssembly writes those of sections: LEB128. */
static void
put_leb(GByteArray *out, gsize number)
{
	do {
		guint8 byte = number & 0x7f;

		number >>= 7;
		if (number > 0)
			byte |= 0x80;
		g_byte_array_append(out, &byte, 1);
	} while (number > 0);
}

void
arguments_module(GByteArray *out, bsn_slice module, bsn_slice arguments)
{
	static const guint8 custom = 0;
	const guint name_len = (guint)strlen(WASM_ARGUMENTS);

	if (module.len > 0)
		g_byte_array_append(out, module.data, (guint)module.len);
	if (arguments.len == 0)
		return;
	g_byte_array_append(out, &custom, 1);
	put_leb(out, 1 + name_len + arguments.len);
	put_leb(out, name_len);
	g_byte_array_append(out, (const guint8 *)WASM_ARGUMENTS, name_len);
	g_byte_array_append(out, arguments.data, (guint)arguments.len);
}
