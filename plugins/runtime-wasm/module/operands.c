/* SPDX-License-Identifier: Apache-2.0
 *
 * The stacks of operands and of blocks.
 */
#include "plugins/runtime-wasm/module/body.h"

#include <string.h>

static const char *
type_name(guint8 type)
{
	switch (type) {
	case WASM_I32:
		return "i32";
	case WASM_I64:
		return "i64";
	case WASM_F32:
		return "f32";
	case WASM_F64:
		return "f64";
	case WASM_FUNCREF:
		return "funcref";
	case WASM_EXTERNREF:
		return "externref";
	default:
		return "a value";
	}
}

Block *
body_block(Body *body, guint depth)
{
	return &body->blocks[body->n_blocks - 1 - depth];
}

void
body_push(Body *body, guint8 type)
{
	body_push_all(body, 1, &type);
}

void
body_push_all(Body *body, guint n, const guint8 *types)
{
	if (n > WASM_OPERANDS_MAX - body->n_operands) {
		reader_too_large(body->reader, WASM_OPERANDS_MAX,
				 "operands on the stack of a function");
		return;
	}
	if (n > 0)
		memcpy(body->operands + body->n_operands, types, n);
	body->n_operands += n;
}

guint8
body_pop(Body *body, guint8 type)
{
	const Block *block = body_block(body, 0);
	guint8 found;

	if (body->n_operands == block->height) {
		if (!block->unreachable)
			reader_invalid(body->reader,
				       "type mismatch: %s expected, nothing "
				       "found", type_name(type));
		return UNKNOWN_TYPE;
	}
	found = body->operands[--body->n_operands];
	if (found != type && found != UNKNOWN_TYPE && type != UNKNOWN_TYPE)
		reader_invalid(body->reader,
			       "type mismatch: %s expected, %s found",
			       type_name(type), type_name(found));
	return found;
}

guint8
body_pop_any(Body *body)
{
	return body_pop(body, UNKNOWN_TYPE);
}

void
body_pop_all(Body *body, guint n, const guint8 *types)
{
	while (n > 0)
		body_pop(body, types[--n]);
}

void
body_want_all(Body *body, guint n, const guint8 *types)
{
	guint n_operands = body->n_operands;

	body_pop_all(body, n, types);
	body->n_operands = n_operands;
}

void
body_open(Body *body, guint8 op, const WasmType *type)
{
	if (body->n_blocks == WASM_NESTING_MAX) {
		reader_too_large(body->reader, WASM_NESTING_MAX,
				 "blocks in blocks");
		return;
	}
	body->blocks[body->n_blocks++] = (Block){ .op = op,
						  .height = body->n_operands,
						  .type = *type };
	body_push_all(body, type->n_params, type->params);
}

Block
body_close(Body *body)
{
	Block block = *body_block(body, 0);

	body_pop_all(body, block.type.n_results, block.type.results);
	if (body->n_operands != block.height)
		reader_invalid(body->reader, "type mismatch: %u values too "
					     "many at the end of a block",
			       body->n_operands - block.height);
	body->n_blocks--;
	return block;
}

void
body_unreachable(Body *body)
{
	Block *block = body_block(body, 0);

	body->n_operands = block->height;
	block->unreachable = TRUE;
}
