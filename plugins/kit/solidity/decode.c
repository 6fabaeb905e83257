/* SPDX-License-Identifier: Apache-2.0
 *
 * Every read is checked against the data's end; recursion is as deep as the
 * type, whose nesting the parser bounds; what overlapping offsets can multiply
 * is bounded by a budget.
 */
#include "plugins/kit/solidity/decode.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"
#include "plugins/kit/reason.h"
#include "plugins/kit/u256.h"

#define WORD 32u
#define ADDRESS_BITS 160u
#define FUNCTION_BYTES 24u

typedef struct {
	bsn_slice data;
	guint64 values; /* left of the budget */
	guint64 bytes;  /* left of the budget */
	bsn_err *err;
} Decoder;

static json_t *decode_slot(Decoder *decoder, const AbiType *type, guint64 at,
			   guint64 base);

static Decoder
decoder_of(bsn_slice data, bsn_err *err)
{
	return (Decoder){ data, ABI_DECODED_VALUES_MAX, ABI_DECODED_BYTES_MAX,
			  err };
}

static json_t *
fail(Decoder *decoder, const char *problem)
{
	bsn_fail(decoder->err, BSN_BAD_REQUEST, "%s", problem);
	return NULL;
}

static json_t *
fail_word(Decoder *decoder, const AbiType *type, const guint8 *word)
{
	g_autofree char *hex = hex_encode(bsn_slice_of(word, WORD));
	GString *name = g_string_new(NULL);

	abi_type_name(type, name);
	bsn_fail(decoder->err, BSN_BAD_REQUEST, "%s is no value of %s", hex,
		 name->str);
	g_string_free(name, TRUE);
	return NULL;
}

/* Whether `len` bytes are there from `at` on. */
static gboolean
has(Decoder *decoder, guint64 at, guint64 len)
{
	if (at <= decoder->data.len && len <= decoder->data.len - at)
		return TRUE;
	bsn_fail(decoder->err, BSN_BAD_REQUEST,
		 "%" G_GUINT64_FORMAT " bytes from byte %" G_GUINT64_FORMAT
		 " on reach beyond the %" G_GUINT64_FORMAT " bytes of data",
		 len, at, (guint64)decoder->data.len);
	return FALSE;
}

/* An offset, a length or a count; `what` says which. */
static gboolean
read_number(Decoder *decoder, const char *what, guint64 at, guint64 *number)
{
	g_autofree char *text = NULL;

	if (!has(decoder, at, WORD))
		return FALSE;
	if (u256_to_u64(decoder->data.data + at, number) &&
	    *number <= decoder->data.len)
		return TRUE;
	text = u256_to_text(decoder->data.data + at, FALSE);
	bsn_fail(decoder->err, BSN_BAD_REQUEST,
		 "%s %s is beyond the %" G_GUINT64_FORMAT " bytes of data",
		 what, text, (guint64)decoder->data.len);
	return FALSE;
}

static json_t *
hex_value(const guint8 *bytes, guint64 len)
{
	g_autofree char *text = hex_encode(bsn_slice_of(bytes, len));

	return json_string(text);
}

static gboolean
is_zero(const guint8 *bytes, guint len)
{
	for (guint i = 0; i < len; i++)
		if (bytes[i] != 0)
			return FALSE;
	return TRUE;
}

static json_t *
decode_integer(Decoder *decoder, const AbiType *type, const guint8 *word)
{
	U256Type integer = { type->size, type->kind == ABI_INT };

	if (!u256_fits(word, integer))
		return fail_word(decoder, type, word);
	return u256_to_json(word, integer);
}

/* `len` bytes at the word's beginning, the rest zero. */
static json_t *
decode_left(Decoder *decoder, const AbiType *type, const guint8 *word,
	    guint len)
{
	if (!is_zero(word + len, WORD - len))
		return fail_word(decoder, type, word);
	return hex_value(word, len);
}

static json_t *
decode_address(Decoder *decoder, const AbiType *type, const guint8 *word)
{
	if (!u256_fits(word, (U256Type){ ADDRESS_BITS, FALSE }))
		return fail_word(decoder, type, word);
	return hex_value(word + WORD - ADDRESS_BITS / 8, ADDRESS_BITS / 8);
}

static json_t *
decode_bool(Decoder *decoder, const AbiType *type, const guint8 *word)
{
	if (!is_zero(word, WORD - 1) || word[WORD - 1] > 1)
		return fail_word(decoder, type, word);
	return json_boolean(word[WORD - 1]);
}

static json_t *
decode_word(Decoder *decoder, const AbiType *type, const guint8 *word)
{
	switch (type->kind) {
	case ABI_UINT:
	case ABI_INT:
		return decode_integer(decoder, type, word);
	case ABI_ADDRESS:
		return decode_address(decoder, type, word);
	case ABI_BOOL:
		return decode_bool(decoder, type, word);
	case ABI_FIXED_BYTES:
		return decode_left(decoder, type, word, type->size);
	case ABI_FUNCTION:
		return decode_left(decoder, type, word, FUNCTION_BYTES);
	case ABI_BYTES:
	case ABI_STRING:
	case ABI_FIXED_ARRAY:
	case ABI_ARRAY:
	case ABI_TUPLE:
		break;
	}
	return fail(decoder, "the type takes more than one word");
}

static json_t *
string_value(bsn_slice content)
{
	g_autofree char *valid = NULL;
	const char *text = content.len > 0 ? (const char *)content.data : "";
	json_t *value = json_stringn(text, content.len);

	if (value != NULL)
		return value;
	valid = g_utf8_make_valid(text, (gssize)content.len);
	return json_string(valid);
}

static json_t *
decode_content(Decoder *decoder, const AbiType *type, guint64 at)
{
	guint64 len;

	if (!read_number(decoder, "length", at, &len) ||
	    !has(decoder, at + WORD, len))
		return NULL;
	if (len > decoder->bytes)
		return fail(decoder, "the data describes too many bytes");
	decoder->bytes -= len;
	if (type->kind == ABI_BYTES)
		return hex_value(decoder->data.data + at + WORD, len);
	return string_value(bsn_slice_of(decoder->data.data + at + WORD, len));
}

/* The step of a path to member or element i. */
static void
blame_part(Decoder *decoder, const AbiType *type, guint64 i)
{
	if (type->kind == ABI_TUPLE && type->members[i].name[0] != '\0')
		reason_at(decoder->err, ".%s", type->members[i].name);
	else
		reason_at(decoder->err, "[%" G_GUINT64_FORMAT "]", i);
}

/* n members or elements whose heads begin at `at`, as an array. */
static json_t *
decode_parts(Decoder *decoder, const AbiType *type, guint64 n, guint64 at)
{
	g_autoptr(json_t) parts = json_array();
	guint64 base = at;

	if (!has(decoder, at, abi_heads_size(type, n)))
		return NULL;
	for (guint64 i = 0; i < n; i++) {
		const AbiType *part = abi_part(type, i);
		json_t *value = decode_slot(decoder, part, at, base);

		if (value == NULL) {
			blame_part(decoder, type, i);
			return NULL;
		}
		json_array_append_new(parts, value);
		at += part->head;
	}
	return g_steal_pointer(&parts);
}

static json_t *
decode_tuple(Decoder *decoder, const AbiType *type, guint64 at)
{
	g_autoptr(json_t) parts =
		decode_parts(decoder, type, type->n_members, at);
	g_autoptr(json_t) object = NULL;

	if (parts == NULL || !type->named)
		return g_steal_pointer(&parts);
	object = json_object();
	for (guint i = 0; i < type->n_members; i++)
		json_object_set(object, type->members[i].name,
				json_array_get(parts, i));
	return g_steal_pointer(&object);
}

static json_t *
decode_array(Decoder *decoder, const AbiType *type, guint64 at)
{
	guint64 n;

	if (!read_number(decoder, "count", at, &n))
		return NULL;
	return decode_parts(decoder, type, n, at + WORD);
}

static json_t *
decode_at(Decoder *decoder, const AbiType *type, guint64 at)
{
	switch (type->kind) {
	case ABI_UINT:
	case ABI_INT:
	case ABI_ADDRESS:
	case ABI_BOOL:
	case ABI_FIXED_BYTES:
	case ABI_FUNCTION:
		if (!has(decoder, at, WORD))
			return NULL;
		return decode_word(decoder, type, decoder->data.data + at);
	case ABI_BYTES:
	case ABI_STRING:
		return decode_content(decoder, type, at);
	case ABI_FIXED_ARRAY:
		return decode_parts(decoder, type, type->size, at);
	case ABI_ARRAY:
		return decode_array(decoder, type, at);
	case ABI_TUPLE:
		return decode_tuple(decoder, type, at);
	}
	return fail(decoder, "the type is unknown");
}

static json_t *
decode_slot(Decoder *decoder, const AbiType *type, guint64 at, guint64 base)
{
	guint64 offset;

	if (decoder->values-- == 0) {
		decoder->values = 0;
		return fail(decoder, "the data describes too many values");
	}
	if (!type->dynamic)
		return decode_at(decoder, type, at);
	if (!read_number(decoder, "offset", at, &offset))
		return NULL;
	return decode_at(decoder, type, base + offset);
}

json_t *
abi_decode(const AbiType *params, bsn_slice data, bsn_err *err)
{
	Decoder decoder = decoder_of(data, err);

	return decode_parts(&decoder, params, params->n_members, 0);
}

json_t *
abi_decode_word(const AbiType *type, bsn_slice word, bsn_err *err)
{
	Decoder decoder = decoder_of(word, err);

	if (!has(&decoder, 0, WORD))
		return NULL;
	return decode_word(&decoder, type, word.data);
}

void
abi_name_value(json_t *object, const AbiType *params, guint i, json_t *value)
{
	const char *name = params->members[i].name;
	g_autofree char *numbered = NULL;

	if (name[0] == '\0' || json_object_get(object, name) != NULL)
		name = numbered = g_strdup_printf("arg%u", i);
	json_object_set_new(object, name, value);
}

json_t *
abi_decode_named(const AbiType *params, bsn_slice data, bsn_err *err)
{
	g_autoptr(json_t) values = abi_decode(params, data, err);
	g_autoptr(json_t) object = NULL;

	if (values == NULL)
		return NULL;
	object = json_object();
	for (guint i = 0; i < params->n_members; i++)
		abi_name_value(object, params, i,
			       json_incref(json_array_get(values, i)));
	return g_steal_pointer(&object);
}
