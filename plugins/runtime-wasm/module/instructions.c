/* SPDX-License-Identifier: Apache-2.0
 *
 * Instructions that have immediates or whose types depend on something, but for
 * those that steer.
 */
#include "plugins/runtime-wasm/module/checks.h"

void
check_memarg(Body *body, guint8 natural)
{
	Reader *reader = body->reader;
	guint32 align = reader_u32(reader);

	reader_u32(reader); /* the offset */
	if (align > natural)
		reader_invalid(reader, "alignment must not be larger than "
				       "natural");
	wasm_need_memory(reader);
}

/* Indices of memories, all 0. */
void
check_memories(Body *body, guint8 n)
{
	for (guint8 i = 0; i < n; i++)
		if (reader_u8(body->reader) != 0)
			reader_malformed(body->reader, "zero byte expected");
	wasm_need_memory(body->reader);
}

void
check_data(Body *body, guint8 n_memories)
{
	Reader *reader = body->reader;
	guint32 index = reader_u32(reader);

	if (n_memories > 0)
		check_memories(body, n_memories);
	if (!reader->counts_data)
		reader_malformed(reader, "data count section required");
	if (index >= reader->data_count)
		reader_invalid(reader, "unknown data segment %u", index);
}

void
check_i32(Body *body, guint8 arg)
{
	(void)arg;
	reader_i32(body->reader);
}

void
check_i64(Body *body, guint8 arg)
{
	(void)arg;
	reader_i64(body->reader);
}

void
check_bits(Body *body, guint8 len)
{
	reader_bits(body->reader, len);
}

void
check_drop(Body *body, guint8 arg)
{
	(void)arg;
	body_pop_any(body);
}

static gboolean
is_reference(guint8 type)
{
	return type == WASM_FUNCREF || type == WASM_EXTERNREF;
}

void
check_select(Body *body, guint8 arg)
{
	guint8 type;

	(void)arg;
	body_pop(body, WASM_I32);
	type = body_pop_any(body);
	if (type == UNKNOWN_TYPE)
		type = body_pop_any(body);
	else
		body_pop(body, type);
	if (is_reference(type))
		reader_invalid(body->reader, "type mismatch: select of "
					     "references without a type");
	body_push(body, type);
}

void
check_typed_select(Body *body, guint8 arg)
{
	Reader *reader = body->reader;
	guint32 n = reader_count(reader, 0, WASM_PARAMS_MAX, "results");
	guint8 type = UNKNOWN_TYPE;

	(void)arg;
	for (guint32 i = 0; i < n; i++)
		type = reader_value_type(reader);
	if (n != 1)
		reader_invalid(reader, "invalid result arity");
	body_pop(body, WASM_I32);
	body_pop(body, type);
	body_pop(body, type);
	body_push(body, type);
}

static void
take_and_give(Body *body, guint8 arg, guint8 type)
{
	if (type == WASM_F32 || type == WASM_F64)
		reader_note_float(body->reader, body->reader->item);
	if ((arg & TAKES) != 0)
		body_pop(body, type);
	if ((arg & GIVES) != 0)
		body_push(body, type);
}

void
check_local(Body *body, guint8 arg)
{
	guint32 index = reader_u32(body->reader);

	if (index >= body->func->n_locals)
		reader_invalid(body->reader, "unknown local %u", index);
	if (reader_ok(body->reader))
		take_and_give(body, arg, body->func->locals[index]);
}

void
check_global(Body *body, guint8 arg)
{
	const WasmModule *module = body->reader->module;
	guint32 index = wasm_read_global_index(body->reader);

	if (!reader_ok(body->reader))
		return;
	if (arg == TAKES && !module->globals[index].changes)
		reader_invalid(body->reader, "global %u is immutable", index);
	take_and_give(body, arg, module->globals[index].type);
}

/* The type of the elements of a table that the instruction names. */
static guint8
read_table_type(Body *body)
{
	guint32 index = wasm_read_table_index(body->reader);

	if (!reader_ok(body->reader))
		return UNKNOWN_TYPE;
	return body->reader->module->tables[index].type;
}

void
check_table_get(Body *body, guint8 arg)
{
	guint8 type = read_table_type(body);

	(void)arg;
	body_pop(body, WASM_I32);
	body_push(body, type);
}

void
check_table_set(Body *body, guint8 arg)
{
	(void)arg;
	body_pop(body, read_table_type(body));
	body_pop(body, WASM_I32);
}

void
check_table_grow(Body *body, guint8 arg)
{
	guint8 type = read_table_type(body);

	(void)arg;
	body_pop(body, WASM_I32);
	body_pop(body, type);
	body_push(body, WASM_I32);
}

void
check_table_fill(Body *body, guint8 arg)
{
	guint8 type = read_table_type(body);

	(void)arg;
	body_pop(body, WASM_I32);
	body_pop(body, type);
	body_pop(body, WASM_I32);
}

void
check_table(Body *body, guint8 arg)
{
	(void)arg;
	read_table_type(body);
}

void
check_table_copy(Body *body, guint8 arg)
{
	guint8 to = read_table_type(body);

	(void)arg;
	if (read_table_type(body) != to)
		reader_invalid(body->reader, "type mismatch");
}

static guint8
read_elements_type(Body *body)
{
	const WasmModule *module = body->reader->module;
	guint32 index = reader_u32(body->reader);

	if (index >= module->n_elements)
		reader_invalid(body->reader, "unknown elem segment %u", index);
	if (!reader_ok(body->reader))
		return UNKNOWN_TYPE;
	return module->elements[index].type;
}

void
check_elements(Body *body, guint8 arg)
{
	(void)arg;
	read_elements_type(body);
}

void
check_table_init(Body *body, guint8 arg)
{
	guint8 from = read_elements_type(body);

	(void)arg;
	if (read_table_type(body) != from)
		reader_invalid(body->reader, "type mismatch");
}

void
check_ref_null(Body *body, guint8 arg)
{
	(void)arg;
	body_push(body, reader_ref_type(body->reader));
}

void
check_ref_is_null(Body *body, guint8 arg)
{
	guint8 type = body_pop_any(body);

	(void)arg;
	if (type != UNKNOWN_TYPE && !is_reference(type))
		reader_invalid(body->reader, "type mismatch: a reference "
					     "expected");
	body_push(body, WASM_I32);
}

void
check_ref_func(Body *body, guint8 arg)
{
	Reader *reader = body->reader;
	guint32 index = wasm_read_function_index(reader);

	(void)arg;
	if (reader_ok(reader) && !reader->module->funcs[index].named)
		reader_invalid(reader, "undeclared function reference %u",
			       index);
	body_push(body, WASM_FUNCREF);
}
