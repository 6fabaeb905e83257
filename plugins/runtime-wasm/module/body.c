/* SPDX-License-Identifier: Apache-2.0
 *
 * Section 10: functions' locals and bodies.
 */
#include "plugins/runtime-wasm/module/body.h"

#include <string.h>

/* Locals come in groups of a type; they are put behind the parameters in
 * `locals`, which has room for WASM_LOCALS_MAX. Returns how many there are. */
static guint
read_locals(Reader *reader, const WasmType *type, guint8 *locals)
{
	guint32 n_groups = reader_count(reader, 0, WASM_BODY_MAX, "locals");
	guint64 n = type->n_params;

	if (n > 0)
		memcpy(locals, type->params, n);
	for (guint32 i = 0; i < n_groups && reader_ok(reader); i++) {
		guint32 more = reader_u32(reader);
		guint8 of = reader_value_type(reader);

		if (n + more <= WASM_LOCALS_MAX)
			memset(locals + n, of, more);
		n += more;
	}
	if (n - type->n_params > G_MAXUINT32)
		reader_malformed(reader, "too many locals");
	if (n > WASM_LOCALS_MAX)
		reader_too_large(reader, WASM_LOCALS_MAX,
				 "locals of a function");
	if (n > WASM_ALL_LOCALS_MAX - reader->n_locals)
		reader_too_large(reader, WASM_ALL_LOCALS_MAX, "locals");
	return reader_ok(reader) ? (guint)n : 0;
}

static void
check_body(Body *body, const WasmType *type)
{
	const WasmType outermost = { .n_results = type->n_results,
				     .results = type->results };
	Reader *reader = body->reader;

	body->n_operands = 0;
	body->n_blocks = 0;
	body_open(body, 0, &outermost);
	while (reader_ok(reader) && body->n_blocks > 0)
		wasm_check_instruction(body);
	if (reader->at != reader->end)
		reader_malformed(reader, "END opcode expected at the end of "
					 "a body");
}

static void
read_body(Body *body, WasmFunc *func)
{
	Reader *reader = body->reader;
	const WasmType *type = &reader->module->types[func->type];
	guint8 locals[WASM_LOCALS_MAX];

	func->n_locals = read_locals(reader, type, locals);
	reader->n_locals += func->n_locals;
	func->locals = g_memdup2(locals, func->n_locals);
	func->at = reader->at;
	func->len = reader->end - reader->at;
	body->func = func;
	if (reader_ok(reader))
		check_body(body, type);
}

/* A body ends where it says, not where the section does. */
static void
read_sized(Body *body, guint32 index)
{
	Reader *reader = body->reader;
	gsize end = reader->end;
	guint32 len;

	reader->item = reader->at;
	reader->function = index;
	len = reader_u32(reader);
	if (len > reader->end - reader->at)
		reader_malformed(reader, "length out of bounds");
	if (len > WASM_BODY_MAX)
		reader_too_large(reader, WASM_BODY_MAX, "bytes of a function");
	if (!reader_ok(reader))
		return;
	reader->end = reader->at + len;
	read_body(body, &reader->module->funcs[index]);
	reader->end = end;
	reader->function = -1;
}

void
wasm_read_bodies(Reader *reader)
{
	const WasmModule *module = reader->module;
	guint n = module->n_funcs - module->n_imported_funcs;
	g_autofree Body *body = NULL;

	reader->n_bodies = reader_count(reader, 0, WASM_FUNCS_MAX, "functions");
	if (reader->n_bodies != n) {
		reader_malformed(reader, "function and code section have "
					 "inconsistent lengths");
		return;
	}
	body = g_new(Body, 1);
	body->reader = reader;
	for (guint i = 0; i < n && reader_ok(reader); i++)
		read_sized(body, module->n_imported_funcs + i);
}
