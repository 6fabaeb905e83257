/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/solidity/type.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/kit/reason.h"

/* The most bytes of bytesN. */
#define FIXED_BYTES_MAX 32u
/* Bytes of a name or of a type's text, and of a signature. */
#define NAME_MAX_LEN 256u
#define SIGNATURE_MAX_LEN 4096u

/* The text of one type, and what is around it. */
typedef struct {
	const char *at;
	const char *end;
	const json_t *components; /* of the word "tuple" */
	bsn_err *err;
} Cursor;

static AbiType *parse_type(Cursor *cursor, guint depth);
static AbiType *parse_params(const json_t *params, guint depth, bsn_err *err);

static AbiType *
fail_type(bsn_slice text, const char *problem, bsn_err *err)
{
	g_autofree char *quoted = quote_text(text);

	bsn_fail(err, BSN_BAD_REQUEST, "%s %s", quoted, problem);
	return NULL;
}

/* A number of up to nine digits without leading zeros; 0 when it is none. */
static guint32
parse_number(const char *digits, gsize len)
{
	guint32 number = 0;

	if (len == 0 || len > 9 || digits[0] == '0')
		return 0;
	for (gsize i = 0; i < len; i++) {
		if (!g_ascii_isdigit(digits[i]))
			return 0;
		number = number * 10 + (guint32)(digits[i] - '0');
	}
	return number;
}

/* The rest of `word` after `prefix`, or NULL. */
static const char *
after(bsn_slice word, const char *prefix, gsize *len)
{
	gsize skip = strlen(prefix);

	if (word.len < skip || memcmp(word.data, prefix, skip) != 0)
		return NULL;
	*len = word.len - skip;
	return (const char *)word.data + skip;
}

static AbiType *
parse_integer(AbiKind kind, bsn_slice word, const char *digits, gsize len,
	      bsn_err *err)
{
	guint32 bits = len == 0 ? 256 : parse_number(digits, len);

	if (bits == 0 || bits > 256 || bits % 8 != 0)
		return fail_type(word, "is no type: the bits of an integer go "
				 "from 8 to 256 in steps of 8", err);
	return abi_type_new(kind, bits);
}

static AbiType *
parse_fixed_bytes(bsn_slice word, const char *digits, gsize len, bsn_err *err)
{
	guint32 size = parse_number(digits, len);

	if (size == 0 || size > FIXED_BYTES_MAX)
		return fail_type(word, "is no type: fixed bytes go from bytes1 "
				 "to bytes32", err);
	return abi_type_new(ABI_FIXED_BYTES, size);
}

static AbiType *
parse_word(bsn_slice word, bsn_err *err)
{
	static const struct {
		const char *name;
		AbiKind kind;
	} names[] = {
		{ "address", ABI_ADDRESS }, { "bool", ABI_BOOL },
		{ "bytes", ABI_BYTES },     { "string", ABI_STRING },
		{ "function", ABI_FUNCTION },
	};
	const char *rest;
	gsize len = 0;

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (bsn_slice_equal(word, bsn_slice_str(names[i].name)))
			return abi_type_new(names[i].kind, 0);
	if ((rest = after(word, "uint", &len)) != NULL)
		return parse_integer(ABI_UINT, word, rest, len, err);
	if ((rest = after(word, "int", &len)) != NULL)
		return parse_integer(ABI_INT, word, rest, len, err);
	if ((rest = after(word, "bytes", &len)) != NULL)
		return parse_fixed_bytes(word, rest, len, err);
	return fail_type(word, "is no type of the contract ABI", err);
}

/* "(uint256,string)": the cursor is after the opening parenthesis. */
static AbiType *
parse_list(Cursor *cursor, guint depth)
{
	g_autoptr(AbiType) tuple = abi_type_new(ABI_TUPLE, 0);
	bsn_slice rest = bsn_slice_of(cursor->at,
				      (guint64)(cursor->end - cursor->at));

	if (cursor->at < cursor->end && *cursor->at == ')') {
		cursor->at++;
		return abi_type_lay_out(g_steal_pointer(&tuple), cursor->err);
	}
	do {
		AbiType *type = parse_type(cursor, depth + 1);

		if (type == NULL)
			return NULL;
		abi_type_add_member(tuple, g_strdup(""), type);
		if (tuple->n_members > ABI_MEMBERS_MAX)
			return fail_type(rest, "has too many types",
					 cursor->err);
	} while (cursor->at < cursor->end && *cursor->at++ == ',');
	if (cursor->at[-1] != ')')
		return fail_type(rest, "must end with a parenthesis",
				 cursor->err);
	return abi_type_lay_out(g_steal_pointer(&tuple), cursor->err);
}

static gboolean
is_word_character(char c)
{
	return g_ascii_isalnum(c) || c == '_' || c == '$';
}

static AbiType *
parse_components(Cursor *cursor, guint depth)
{
	AbiType *tuple = parse_params(cursor->components, depth, cursor->err);

	if (tuple == NULL)
		reason_at(cursor->err, ".components");
	return tuple;
}

static AbiType *
parse_base(Cursor *cursor, guint depth)
{
	const char *from = cursor->at;
	bsn_slice word;

	if (cursor->at < cursor->end && *cursor->at == '(') {
		cursor->at++;
		return parse_list(cursor, depth);
	}
	while (cursor->at < cursor->end && is_word_character(*cursor->at))
		cursor->at++;
	word = bsn_slice_of(from, (guint64)(cursor->at - from));
	if (!bsn_slice_equal(word, bsn_slice_str("tuple")))
		return parse_word(word, cursor->err);
	if (!json_is_array(cursor->components))
		return fail_type(word, "needs \"components\", an array of its "
				 "members", cursor->err);
	return parse_components(cursor, depth + 1);
}

/* "[]" or "[3]": the cursor is after the opening bracket. Takes the element. */
static AbiType *
parse_array(Cursor *cursor, AbiType *element)
{
	const char *from = cursor->at;
	AbiType *type;

	while (cursor->at < cursor->end && *cursor->at != ']')
		cursor->at++;
	type = abi_type_new(cursor->at == from ? ABI_ARRAY : ABI_FIXED_ARRAY,
			parse_number(from, (gsize)(cursor->at - from)));
	type->element = element;
	if (cursor->at == cursor->end ||
	    (cursor->at > from && type->size == 0)) {
		abi_type_free(type);
		return fail_type(bsn_slice_of(from,
					      (guint64)(cursor->at - from)),
				 "is no length of an array: write [] or [N], N "
				 "from 1 to 999999999", cursor->err);
	}
	cursor->at++;
	return abi_type_lay_out(type, cursor->err);
}

static AbiType *
parse_type(Cursor *cursor, guint depth)
{
	const char *from = cursor->at;
	AbiType *type;

	if (depth > ABI_NESTING_MAX)
		return fail_type(bsn_slice_of(from,
					      (guint64)(cursor->end - from)),
				 "is nested too deep", cursor->err);
	type = parse_base(cursor, depth);
	if (type != NULL && type->kind == ABI_TUPLE && type->n_members == 0) {
		abi_type_free(type);
		return fail_type(bsn_slice_of(from,
					      (guint64)(cursor->end - from)),
				 "is a tuple without members", cursor->err);
	}
	while (type != NULL && cursor->at < cursor->end &&
	       *cursor->at == '[') {
		cursor->at++;
		type = parse_array(cursor, type);
	}
	return type;
}

static AbiType *
parse_whole(const char *text, gsize len, const json_t *components, guint depth,
	    bsn_err *err)
{
	Cursor cursor = { text, text + len, components, err };
	g_autoptr(AbiType) type = NULL;

	if (len > NAME_MAX_LEN)
		return fail_type(bsn_slice_of(text, len),
				 "is too long for a type", err);
	type = parse_type(&cursor, depth);
	if (type == NULL || cursor.at == cursor.end)
		return g_steal_pointer(&type);
	return fail_type(bsn_slice_of(text, len),
			 "is no type: something follows its end", err);
}

AbiType *
abi_type_parse(const char *text, gsize len, const json_t *components,
	       bsn_err *err)
{
	return parse_whole(text, len, components, 0, err);
}

/* Where the name of a signature ends: at its first parenthesis; 0 when there
 * is no name before one. */
static gsize
name_length(bsn_slice signature)
{
	gsize len = 0;

	while (len < signature.len &&
	       is_word_character((char)signature.data[len]))
		len++;
	if (len == signature.len || signature.data[len] != '(' ||
	    len > NAME_MAX_LEN)
		return 0;
	return len;
}

AbiType *
abi_signature_parse(bsn_slice signature, gsize *name, bsn_err *err)
{
	const char *text = (const char *)signature.data;
	Cursor cursor = { .err = err };
	g_autoptr(AbiType) tuple = NULL;

	*name = name_length(signature);
	if (*name == 0 || signature.len > SIGNATURE_MAX_LEN)
		return fail_type(signature, "is no signature: write it like "
				 "transfer(address,uint256)", err);
	cursor.at = text + *name + 1;
	cursor.end = text + signature.len;
	tuple = parse_list(&cursor, 0);
	if (tuple == NULL || cursor.at == cursor.end)
		return g_steal_pointer(&tuple);
	return fail_type(signature, "is no signature: something follows its "
			 "end", err);
}

static AbiType *
parse_param_type(const json_t *param, guint depth, bsn_err *err)
{
	const json_t *type = json_object_get(param, "type");

	if (json_is_string(type))
		return parse_whole(json_string_value(type),
				   json_string_length(type),
				   json_object_get(param, "components"), depth,
				   err);
	bsn_fail(err, BSN_BAD_REQUEST,
		 "it must be an object with \"type\", a string");
	return NULL;
}

static gboolean
add_param(AbiType *tuple, const json_t *param, guint depth, bsn_err *err)
{
	const json_t *name = json_object_get(param, "name");
	AbiType *type = parse_param_type(param, depth, err);

	if (type == NULL)
		return FALSE;
	abi_type_add_member(tuple,
		   g_strdup(json_is_string(name) ? json_string_value(name)
						 : ""),
		   type);
	tuple->members[tuple->n_members - 1].indexed =
		json_is_true(json_object_get(param, "indexed"));
	if (json_string_length(name) <= NAME_MAX_LEN)
		return TRUE;
	bsn_fail(err, BSN_BAD_REQUEST, "its name is longer than %u bytes",
		 NAME_MAX_LEN);
	return FALSE;
}

static AbiType *
parse_params(const json_t *params, guint depth, bsn_err *err)
{
	g_autoptr(AbiType) tuple = abi_type_new(ABI_TUPLE, 0);
	gsize n = json_array_size(params);

	if (params != NULL && !json_is_array(params)) {
		bsn_fail(err, BSN_BAD_REQUEST, "parameters must be an array");
		return NULL;
	}
	if (n > ABI_MEMBERS_MAX) {
		bsn_fail(err, BSN_BAD_REQUEST, "more than %u parameters",
			 ABI_MEMBERS_MAX);
		return NULL;
	}
	for (gsize i = 0; i < n; i++) {
		if (add_param(tuple, json_array_get(params, i), depth, err))
			continue;
		reason_at(err, "[%" G_GSIZE_FORMAT "]", i);
		return NULL;
	}
	return abi_type_lay_out(g_steal_pointer(&tuple), err);
}

AbiType *
abi_params_parse(const json_t *params, bsn_err *err)
{
	return parse_params(params, 0, err);
}
