/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "tests/wasm/spec/spec.h"

guint8
spec_type(const char *name)
{
	static const struct {
		const char *name;
		guint8 type;
	} types[] = {
		{ "i32", WASM_I32 },	     { "i64", WASM_I64 },
		{ "f32", WASM_F32 },	     { "f64", WASM_F64 },
		{ "funcref", WASM_FUNCREF }, { "externref", WASM_EXTERNREF },
	};

	for (guint i = 0; i < G_N_ELEMENTS(types); i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].type;
	return 0;
}

static const char *
member(const json_t *value, const char *name)
{
	const char *text = json_string_value(json_object_get(value, name));

	return text != NULL ? text : "";
}

gboolean
spec_value(const json_t *value, guint64 *bits)
{
	const char *text = member(value, "value");
	guint8 type = spec_type(member(value, "type"));
	char *end;

	if (strcmp(text, "null") == 0) {
		*bits = 0;
		return type == WASM_FUNCREF || type == WASM_EXTERNREF;
	}
	*bits = strtoull(text, &end, 10);
	if (type == WASM_EXTERNREF)
		*bits += 1;
	return type != 0 && end != text && *end == '\0';
}

/* Quiet bit set and, where it is the canonical one, no other of the payload. */
static gboolean
is_nan(guint8 type, guint64 got, gboolean canonical)
{
	guint64 quiet = type == WASM_F32 ? 0x7fc00000u : 0x7ff8000000000000u;
	guint64 sign = type == WASM_F32 ? 0x80000000u : (guint64)1 << 63;

	if (canonical)
		return (got & ~sign) == quiet;
	return (got & quiet) == quiet;
}

gboolean
spec_is_wanted(const json_t *want, guint8 type, guint64 got)
{
	const char *text = member(want, "value");
	guint64 bits;

	if (spec_type(member(want, "type")) != type)
		return FALSE;
	if (g_str_has_prefix(text, "nan:"))
		return is_nan(type, got, strcmp(text, "nan:canonical") == 0);
	if (*text == '\0') /* any reference */
		return got != 0 && type == WASM_FUNCREF;
	return spec_value(want, &bits) && bits == got;
}

char *
spec_describe(const json_t *values)
{
	GString *text = g_string_new("");
	const json_t *value;
	size_t i;

	json_array_foreach(values, i, value)
		g_string_append_printf(text, "%s%s:%s", i > 0 ? " " : "",
				       member(value, "type"),
				       member(value, "value"));
	return g_string_free(text, FALSE);
}
