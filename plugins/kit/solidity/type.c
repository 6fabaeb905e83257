/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/solidity/type.h"

#include <bsn/helpers/error.h>

#define WORD 32u

void
abi_type_free(AbiType *type)
{
	if (type == NULL)
		return;
	abi_type_free(type->element);
	for (guint i = 0; i < type->n_members; i++) {
		g_free(type->members[i].name);
		abi_type_free(type->members[i].type);
	}
	g_free(type->members);
	g_free(type);
}

gboolean
abi_type_is_word(const AbiType *type)
{
	switch (type->kind) {
	case ABI_UINT:
	case ABI_INT:
	case ABI_ADDRESS:
	case ABI_BOOL:
	case ABI_FIXED_BYTES:
	case ABI_FUNCTION:
		return TRUE;
	case ABI_BYTES:
	case ABI_STRING:
	case ABI_FIXED_ARRAY:
	case ABI_ARRAY:
	case ABI_TUPLE:
		return FALSE;
	}
	return FALSE;
}

const AbiType *
abi_part(const AbiType *type, guint64 i)
{
	return type->kind == ABI_TUPLE ? type->members[i].type : type->element;
}

guint64
abi_heads_size(const AbiType *type, guint64 n)
{
	guint64 size = 0;

	if (type->kind != ABI_TUPLE)
		return n * type->element->head;
	for (guint i = 0; i < n; i++)
		size += type->members[i].type->head;
	return size;
}

AbiType *
abi_type_new(AbiKind kind, guint32 size)
{
	AbiType *type = g_new0(AbiType, 1);

	type->kind = kind;
	type->size = size;
	type->head = WORD;
	type->dynamic = kind == ABI_BYTES || kind == ABI_STRING ||
			kind == ABI_ARRAY;
	return type;
}

void
abi_type_add_member(AbiType *tuple, char *name, AbiType *type)
{
	tuple->members = g_renew(AbiMember, tuple->members,
				 tuple->n_members + 1);
	tuple->members[tuple->n_members++] =
		(AbiMember){ .name = name, .type = type };
}

static gboolean
has_distinct_names(const AbiType *tuple)
{
	g_autoptr(GHashTable) names =
		g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < tuple->n_members; i++)
		if (tuple->members[i].name[0] == '\0' ||
		    !g_hash_table_add(names, tuple->members[i].name))
			return FALSE;
	return TRUE;
}

AbiType *
abi_type_lay_out(AbiType *type, bsn_err *err)
{
	g_autoptr(AbiType) owned = type;
	guint n = type->kind == ABI_TUPLE ? type->n_members : 1;
	guint64 size;

	if (type->kind == ABI_TUPLE)
		type->named = has_distinct_names(type);
	for (guint i = 0; i < n; i++) {
		const AbiType *part = abi_part(type, i);

		type->dynamic |= part->dynamic;
		type->nesting = MAX(type->nesting, part->nesting + 1);
	}
	if (type->nesting > ABI_NESTING_MAX) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "arrays and tuples nest deeper than %u",
			 ABI_NESTING_MAX);
		return NULL;
	}
	if (type->dynamic)
		return g_steal_pointer(&owned);
	size = abi_heads_size(type, type->kind == ABI_TUPLE ? type->n_members
							    : type->size);
	if (size > ABI_STATIC_MAX) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "a type of fixed size may have %u bytes",
			 ABI_STATIC_MAX);
		return NULL;
	}
	type->head = size;
	return g_steal_pointer(&owned);
}

static void
append_tuple_name(const AbiType *type, GString *out)
{
	g_string_append_c(out, '(');
	for (guint i = 0; i < type->n_members; i++) {
		if (i > 0)
			g_string_append_c(out, ',');
		abi_type_name(type->members[i].type, out);
	}
	g_string_append_c(out, ')');
}

void
abi_type_name(const AbiType *type, GString *out)
{
	switch (type->kind) {
	case ABI_UINT:
		g_string_append_printf(out, "uint%u", type->size);
		return;
	case ABI_INT:
		g_string_append_printf(out, "int%u", type->size);
		return;
	case ABI_ADDRESS:
		g_string_append(out, "address");
		return;
	case ABI_BOOL:
		g_string_append(out, "bool");
		return;
	case ABI_FIXED_BYTES:
		g_string_append_printf(out, "bytes%u", type->size);
		return;
	case ABI_FUNCTION:
		g_string_append(out, "function");
		return;
	case ABI_BYTES:
		g_string_append(out, "bytes");
		return;
	case ABI_STRING:
		g_string_append(out, "string");
		return;
	case ABI_FIXED_ARRAY:
		abi_type_name(type->element, out);
		g_string_append_printf(out, "[%u]", type->size);
		return;
	case ABI_ARRAY:
		abi_type_name(type->element, out);
		g_string_append(out, "[]");
		return;
	case ABI_TUPLE:
		append_tuple_name(type, out);
		return;
	}
}
