/* SPDX-License-Identifier: Apache-2.0
 *
 * Instructions that steer: blocks, branches and calls.
 */
#include "plugins/runtime-wasm/module/checks.h"

#define OP_LOOP 0x03
#define OP_IF 0x04
#define OP_ELSE 0x05
#define NO_VALUE 0x40 /* a block's type: takes and gives nothing */

/* An index of a type, not negative as a signed number; or a value's type, or
 * none, in a byte. */
static WasmType
read_block_type(Reader *reader)
{
	WasmType type = { 0 };
	guint8 byte = 0;
	gint64 index;

	if (reader->at < reader->end)
		byte = reader->bytes[reader->at];
	if (byte == NO_VALUE) {
		reader->at++;
		return type;
	}
	if ((byte & 0xc0) == NO_VALUE) {
		type.n_results = 1;
		type.results = reader->bytes + reader->at;
		reader_value_type(reader);
		return type;
	}
	index = reader_s33(reader);
	if (reader_ok(reader) && index < 0)
		reader_malformed(reader, "malformed block type");
	if (reader_ok(reader) && index >= reader->module->n_types)
		reader_invalid(reader, "unknown type %" G_GINT64_FORMAT, index);
	return reader_ok(reader) ? reader->module->types[index] : type;
}

void
check_block(Body *body, guint8 op)
{
	WasmType type = read_block_type(body->reader);

	if (!reader_ok(body->reader))
		return;
	if (op == OP_IF)
		body_pop(body, WASM_I32);
	body_pop_all(body, type.n_params, type.params);
	body_open(body, op, &type);
}

void
check_else(Body *body, guint8 arg)
{
	Block block;

	(void)arg;
	if (body_block(body, 0)->op != OP_IF)
		reader_malformed(body->reader, "else without an if");
	block = body_close(body);
	body_open(body, OP_ELSE, &block.type);
}

static gboolean
is_same(guint n, const guint8 *types, guint n_others, const guint8 *others)
{
	for (guint i = 0; i < n && n == n_others; i++)
		if (types[i] != others[i])
			return FALSE;
	return n == n_others;
}

void
check_end(Body *body, guint8 arg)
{
	Block block = body_close(body);
	const WasmType *type = &block.type;

	(void)arg;
	if (block.op == OP_IF && !is_same(type->n_params, type->params,
					  type->n_results, type->results))
		reader_invalid(body->reader, "type mismatch: an if without "
					     "else that gives what it did not "
					     "take");
	if (body->n_blocks > 0)
		body_push_all(body, type->n_results, type->results);
}

void
check_unreachable(Body *body, guint8 arg)
{
	(void)arg;
	body_unreachable(body);
}

/* What a branch to a label takes with it. */
typedef struct {
	guint n;
	const guint8 *types;
} Label;

static Label
read_label(Body *body)
{
	guint32 depth = reader_u32(body->reader);
	const Block *block;

	if (depth >= body->n_blocks)
		reader_invalid(body->reader, "unknown label %u", depth);
	if (!reader_ok(body->reader))
		return (Label){ 0 };
	block = body_block(body, depth);
	if (block->op == OP_LOOP)
		return (Label){ block->type.n_params, block->type.params };
	return (Label){ block->type.n_results, block->type.results };
}

void
check_br(Body *body, guint8 arg)
{
	Label label = read_label(body);

	(void)arg;
	body_pop_all(body, label.n, label.types);
	body_unreachable(body);
}

void
check_br_if(Body *body, guint8 arg)
{
	Label label = read_label(body);

	(void)arg;
	body_pop(body, WASM_I32);
	body_pop_all(body, label.n, label.types);
	body_push_all(body, label.n, label.types);
}

/* All labels take as many values, and each must do with those that are there. */
void
check_br_table(Body *body, guint8 arg)
{
	Reader *reader = body->reader;
	guint32 n = reader_count(reader, 0, WASM_BODY_MAX, "labels in a table");
	guint arity = 0;

	(void)arg;
	body_pop(body, WASM_I32);
	for (guint32 i = 0; i <= n && reader_ok(reader); i++) {
		Label label = read_label(body);

		if (i > 0 && label.n != arity)
			reader_invalid(reader, "type mismatch: labels of a "
					       "table differ");
		arity = label.n;
		body_want_all(body, label.n, label.types);
	}
	body_unreachable(body);
}

void
check_return(Body *body, guint8 arg)
{
	const Block *outermost = &body->blocks[0];

	(void)arg;
	body_pop_all(body, outermost->type.n_results, outermost->type.results);
	body_unreachable(body);
}

static void
call(Body *body, const WasmType *type)
{
	body_pop_all(body, type->n_params, type->params);
	body_push_all(body, type->n_results, type->results);
}

void
check_call(Body *body, guint8 arg)
{
	const WasmModule *module = body->reader->module;
	guint32 index = wasm_read_function_index(body->reader);

	(void)arg;
	if (reader_ok(body->reader))
		call(body, &module->types[module->funcs[index].type]);
}

void
check_call_indirect(Body *body, guint8 arg)
{
	Reader *reader = body->reader;
	const WasmModule *module = reader->module;
	guint32 type = wasm_read_type_index(reader);
	guint32 table = wasm_read_table_index(reader);

	(void)arg;
	if (reader_ok(reader) && module->tables[table].type != WASM_FUNCREF)
		reader_invalid(reader, "type mismatch: a table of externref");
	body_pop(body, WASM_I32);
	if (reader_ok(reader))
		call(body, &module->types[type]);
}
