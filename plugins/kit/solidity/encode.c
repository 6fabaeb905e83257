/* SPDX-License-Identifier: Apache-2.0
 *
 * A list of values is its heads, then its tails ("Contract ABI Specification",
 * "Formal Specification of the Encoding"). A value of fixed size stands in its
 * head; of any other the head holds where its tail is, counted from the first
 * head of the list.
 */
#include "plugins/kit/solidity/encode.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/u256.h"

#define WORD 32u
#define ADDRESS_BYTES 20u
#define FUNCTION_BYTES 24u

typedef struct {
	GByteArray *out;
	guint start; /* of this encoding in `out` */
	bsn_err *err;
} Encoder;

static int32_t encode_slot(Encoder *encoder, const AbiType *type,
			   const json_t *value, guint at, guint base);

/* "it must be ..., got VALUE" */
static int32_t
fail_value(Encoder *encoder, const json_t *value, const char *must)
{
	g_autofree char *text = value != NULL ? json_text(value) : NULL;
	g_autofree char *got = clip_text(bsn_slice_str(text));

	return bsn_fail(encoder->err, BSN_BAD_REQUEST, "it must be %s, got %s",
			must, got);
}

/* Makes room for `len` zero bytes; where they begin. */
static int32_t
reserve(Encoder *encoder, guint64 len, guint *at)
{
	guint64 used = encoder->out->len - encoder->start;

	*at = encoder->out->len;
	if (len > ABI_ENCODED_MAX - used)
		return bsn_fail(encoder->err, BSN_TOO_LARGE,
				"the arguments take more than %u bytes",
				ABI_ENCODED_MAX);
	g_byte_array_set_size(encoder->out, *at + (guint)len);
	if (len > 0)
		memset(encoder->out->data + *at, 0, len);
	return BSN_OK;
}

static void
put_number(Encoder *encoder, guint at, guint64 number)
{
	u256_from_u64(number, encoder->out->data + at);
}

static gboolean
is_hex(const json_t *value)
{
	return json_is_string(value) &&
	       g_str_has_prefix(json_string_value(value), "0x");
}

/* Exactly `size` bytes from hex digits. */
static int32_t
encode_hex(Encoder *encoder, const json_t *value, guint at, guint size)
{
	g_autofree char *must = NULL;

	if (is_hex(value) &&
	    hex_decode_fixed(json_string_value(value),
			     json_string_length(value),
			     encoder->out->data + at, size))
		return BSN_OK;
	must = g_strdup_printf("0x and %u hexadecimal digits", 2 * size);
	return fail_value(encoder, value, must);
}

static int32_t
encode_bool(Encoder *encoder, const json_t *value, guint at)
{
	if (!json_is_boolean(value))
		return fail_value(encoder, value, "true or false");
	encoder->out->data[at + WORD - 1] = json_is_true(value);
	return BSN_OK;
}

static int32_t
encode_integer(Encoder *encoder, const AbiType *type, const json_t *value,
	       guint at)
{
	U256Type integer = { type->size, type->kind == ABI_INT };

	return u256_from_json(value, integer, encoder->out->data + at,
			      encoder->err);
}

static guint64
part_count(const AbiType *type, const json_t *value)
{
	return type->kind == ABI_TUPLE ? type->n_members
				       : json_array_size(value);
}

/* The value of member or element i, and its step of a path. */
static const json_t *
part_value(const AbiType *type, const json_t *value, guint64 i)
{
	if (json_is_object(value))
		return json_object_get(value, type->members[i].name);
	return json_array_get(value, i);
}

static void
blame_part(Encoder *encoder, const AbiType *type, const json_t *value,
	   guint64 i)
{
	if (json_is_object(value))
		reason_at(encoder->err, ".%s", type->members[i].name);
	else
		reason_at(encoder->err, "[%" G_GUINT64_FORMAT "]", i);
}

static const char *
find_unknown(const AbiType *tuple, const json_t *object)
{
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)object, name, value) {
		guint i = 0;

		while (i < tuple->n_members &&
		       strcmp(tuple->members[i].name, name) != 0)
			i++;
		if (i == tuple->n_members)
			return name;
	}
	return NULL;
}

static char *
list_names(const AbiType *tuple)
{
	GString *names = g_string_new(NULL);

	for (guint i = 0; i < tuple->n_members; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? ", " : "",
				       tuple->members[i].name);
	return g_string_free(names, FALSE);
}

static int32_t
check_object(Encoder *encoder, const AbiType *tuple, const json_t *object)
{
	g_autofree char *names = list_names(tuple);
	g_autofree char *quoted = NULL;
	const char *unknown;

	if (!tuple->named)
		return bsn_fail(encoder->err, BSN_BAD_REQUEST,
				"it must be an array of %u, since not all "
				"have a name of their own",
				tuple->n_members);
	unknown = find_unknown(tuple, object);
	if (unknown == NULL && json_object_size(object) == tuple->n_members)
		return BSN_OK;
	if (unknown == NULL)
		return bsn_fail(encoder->err, BSN_BAD_REQUEST,
				"it has %u members and must have all of: %s",
				(guint)json_object_size(object), names);
	quoted = quote_text(bsn_slice_str(unknown));
	return bsn_fail(encoder->err, BSN_BAD_REQUEST,
			"there is no %s; there are: %s", quoted,
			tuple->n_members > 0 ? names : "none");
}

static int32_t
check_count(Encoder *encoder, const json_t *value, guint want)
{
	if (json_array_size(value) == want)
		return BSN_OK;
	return bsn_fail(encoder->err, BSN_BAD_REQUEST,
			"it must have %u elements and has %" G_GSIZE_FORMAT,
			want, json_array_size(value));
}

/* Whether a value has the form and the size of an array or a tuple. */
static int32_t
check_parts(Encoder *encoder, const AbiType *type, const json_t *value)
{
	if (type->kind == ABI_TUPLE && json_is_object(value))
		return check_object(encoder, type, value);
	if (!json_is_array(value))
		return fail_value(encoder, value,
				  type->kind == ABI_TUPLE
					  ? "an array or an object"
					  : "an array");
	if (type->kind == ABI_TUPLE)
		return check_count(encoder, value, type->n_members);
	if (type->kind == ABI_FIXED_ARRAY)
		return check_count(encoder, value, type->size);
	return BSN_OK;
}

/* Fills the heads from `at` on; offsets count from `base`. */
static int32_t
encode_parts(Encoder *encoder, const AbiType *type, const json_t *value,
	     guint at, guint base)
{
	guint64 n = part_count(type, value);

	for (guint64 i = 0; i < n; i++) {
		const AbiType *part = abi_part(type, i);
		int32_t status = encode_slot(encoder, part,
					     part_value(type, value, i), at,
					     base);

		if (status != BSN_OK) {
			blame_part(encoder, type, value, i);
			return status;
		}
		at += (guint)part->head;
	}
	return BSN_OK;
}

/* A value of fixed size, into its head. */
static int32_t
encode_static(Encoder *encoder, const AbiType *type, const json_t *value,
	      guint at)
{
	int32_t status;

	switch (type->kind) {
	case ABI_UINT:
	case ABI_INT:
		return encode_integer(encoder, type, value, at);
	case ABI_ADDRESS:
		return encode_hex(encoder, value, at + WORD - ADDRESS_BYTES,
				  ADDRESS_BYTES);
	case ABI_BOOL:
		return encode_bool(encoder, value, at);
	case ABI_FIXED_BYTES:
		return encode_hex(encoder, value, at, type->size);
	case ABI_FUNCTION:
		return encode_hex(encoder, value, at, FUNCTION_BYTES);
	case ABI_FIXED_ARRAY:
	case ABI_TUPLE:
		status = check_parts(encoder, type, value);
		return status != BSN_OK
			       ? status
			       : encode_parts(encoder, type, value, at, at);
	case ABI_BYTES:
	case ABI_STRING:
	case ABI_ARRAY:
		break;
	}
	return bsn_fail(encoder->err, BSN_E_INTERNAL,
			"a type of variable size has no place in a head");
}

/* Length, then content, filled up to whole words. */
static int32_t
append_content(Encoder *encoder, bsn_slice content)
{
	guint64 padded = (content.len + WORD - 1) / WORD * WORD;
	guint at;
	int32_t status = reserve(encoder, WORD + padded, &at);

	if (status != BSN_OK)
		return status;
	put_number(encoder, at, content.len);
	if (content.len > 0)
		memcpy(encoder->out->data + at + WORD, content.data,
		       content.len);
	return BSN_OK;
}

static int32_t
append_bytes(Encoder *encoder, const json_t *value)
{
	g_autoptr(GByteArray) content = g_byte_array_new();

	if (!is_hex(value) || !hex_decode(json_string_value(value),
					  json_string_length(value), content))
		return fail_value(encoder, value,
				  "0x and pairs of hexadecimal digits");
	return append_content(encoder,
			      bsn_slice_of(content->data, content->len));
}

static int32_t
append_string(Encoder *encoder, const json_t *value)
{
	if (!json_is_string(value))
		return fail_value(encoder, value, "a string");
	return append_content(encoder,
			      bsn_slice_of(json_string_value(value),
					   json_string_length(value)));
}

/* The tail of an array or a tuple: its count when it may vary, its parts. */
static int32_t
append_parts(Encoder *encoder, const AbiType *type, const json_t *value)
{
	guint64 prefix = type->kind == ABI_ARRAY ? WORD : 0;
	guint64 n = part_count(type, value);
	guint at;
	int32_t status = check_parts(encoder, type, value);

	if (status == BSN_OK)
		status = reserve(encoder, prefix + abi_heads_size(type, n),
				 &at);
	if (status != BSN_OK)
		return status;
	if (prefix > 0)
		put_number(encoder, at, n);
	at += (guint)prefix;
	return encode_parts(encoder, type, value, at, at);
}

static int32_t
encode_slot(Encoder *encoder, const AbiType *type, const json_t *value,
	    guint at, guint base)
{
	if (!type->dynamic)
		return encode_static(encoder, type, value, at);
	put_number(encoder, at, encoder->out->len - base);
	if (type->kind == ABI_BYTES)
		return append_bytes(encoder, value);
	if (type->kind == ABI_STRING)
		return append_string(encoder, value);
	return append_parts(encoder, type, value);
}

int32_t
abi_encode(const AbiType *params, const json_t *args, GByteArray *out,
	   bsn_err *err)
{
	Encoder encoder = { out, out->len, err };
	g_autoptr(json_t) none = json_array();
	int32_t status;

	status = append_parts(&encoder, params, args != NULL ? args : none);
	if (status == BSN_OK)
		return BSN_OK;
	g_byte_array_set_size(out, encoder.start);
	reason_at(err, "args");
	return status;
}
