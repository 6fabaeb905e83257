/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "tests/wasm/random/generate.h"

#define TABLES 3u
#define TABLE_SIZE 8u

/* ---- what there is -------------------------------------------------------- */

static guint8
type_of_letter(char letter)
{
	return letter == 'i' ? WASM_I32 :
	       letter == 'I' ? WASM_I64 :
	       letter == 'f' ? WASM_F32 :
			       WASM_F64;
}

/* The first has nothing. */
static void
choose_types(Generator *g)
{
	g->n_types = 2 + random_below(g->random, 6);
	for (guint i = 1; i < g->n_types; i++) {
		GenType *type = &g->types[i];

		type->n_params = random_below(g->random, GEN_ARITY + 1);
		type->n_results = random_below(g->random, GEN_ARITY);
		for (guint k = 0; k < type->n_params; k++)
			type->params[k] = gen_type(g);
		for (guint k = 0; k < type->n_results; k++)
			type->results[k] = gen_type(g);
	}
}

/* A type of its own for each import. */
static void
import_one(Generator *g, GByteArray *out, const WasmHostFunction *host)
{
	GenType *type = &g->types[g->n_types];
	const char *at = host->type;

	*type = (GenType){ 0 };
	for (; *at != ':'; at++)
		type->params[type->n_params++] = type_of_letter(*at);
	if (at[1] != '\0')
		type->results[type->n_results++] = type_of_letter(at[1]);
	gen_leb(out, strlen(host->module));
	g_byte_array_append(out, (const guint8 *)host->module,
			    (guint)strlen(host->module));
	gen_leb(out, strlen(host->name));
	g_byte_array_append(out, (const guint8 *)host->name,
			    (guint)strlen(host->name));
	gen_byte(out, WASM_FUNC);
	gen_leb(out, g->n_types++);
	g->func_type_indices[g->n_funcs] = g->n_types - 1;
	g->func_types[g->n_funcs++] = *type;
}

static GByteArray *
choose_imports(Generator *g, const WasmHostFunction *imports, guint n)
{
	GByteArray *out = g_byte_array_new();

	g->n_imports = n > 0 ? random_below(g->random, 5) : 0;
	gen_leb(out, g->n_imports);
	for (guint i = 0; i < g->n_imports; i++)
		import_one(g, out, &imports[random_below(g->random, n)]);
	return out;
}

/* ---- sections ------------------------------------------------------------- */

static void
section(GByteArray *module, guint id, GByteArray *contents)
{
	gen_byte(module, id);
	gen_vector(module, contents);
	g_byte_array_unref(contents);
}

static GByteArray *
type_section(const Generator *g)
{
	GByteArray *out = g_byte_array_new();

	gen_leb(out, g->n_types);
	for (guint i = 0; i < g->n_types; i++) {
		const GenType *type = &g->types[i];

		gen_byte(out, 0x60);
		gen_leb(out, type->n_params);
		g_byte_array_append(out, type->params, type->n_params);
		gen_leb(out, type->n_results);
		g_byte_array_append(out, type->results, type->n_results);
	}
	return out;
}

/* Not of imports' types. */
static GByteArray *
function_section(Generator *g, guint n)
{
	GByteArray *out = g_byte_array_new();

	gen_leb(out, n);
	for (guint i = 0; i < n; i++) {
		const guint type = i < 2 ? 0 : random_below(g->random,
							    g->n_types);

		gen_leb(out, type);
		g->func_type_indices[g->n_funcs] = type;
		g->func_types[g->n_funcs++] = g->types[type];
	}
	return out;
}

static GByteArray *
table_section(void)
{
	GByteArray *out = g_byte_array_new();

	gen_leb(out, TABLES);
	for (guint i = 0; i < TABLES; i++) {
		gen_byte(out, i == 1 ? WASM_EXTERNREF : WASM_FUNCREF);
		gen_byte(out, i == 0 ? 1 : 0);
		gen_leb(out, TABLE_SIZE);
		if (i == 0)
			gen_leb(out, 2 * TABLE_SIZE);
	}
	return out;
}

static GByteArray *
memory_section(Generator *g)
{
	GByteArray *out = g_byte_array_new();
	const gboolean bounded = random_one_in(g->random, 2);

	gen_byte(out, 1);
	gen_byte(out, bounded ? 1 : 0);
	gen_leb(out, random_one_in(g->random, 8) ? 0 : 1);
	if (bounded)
		gen_leb(out, 1 + random_below(g->random, 4));
	return out;
}

static GByteArray *
global_section(Generator *g)
{
	GByteArray *out = g_byte_array_new();

	g->n_globals = 4 + random_below(g->random, GEN_GLOBALS - 4);
	gen_leb(out, g->n_globals);
	for (guint i = 0; i < g->n_globals; i++) {
		g->globals[i] = i < 2 ? WASM_I32 : gen_type(g);
		gen_byte(out, g->globals[i]);
		gen_byte(out, i >= 2 ? 1 : 0);
		gen_constant(out, g->globals[i],
			     random_value(g->random, g->globals[i]));
		gen_byte(out, 0x0b);
	}
	return out;
}

static GByteArray *
export_section(const Generator *g)
{
	GByteArray *out = g_byte_array_new();
	const guint n = g->n_funcs - g->n_imports;

	gen_leb(out, n + 1);
	gen_leb(out, 6);
	g_byte_array_append(out, (const guint8 *)"memory\x02", 8);
	for (guint i = 0; i < n; i++) {
		g_autofree char *name = g_strdup_printf("f%u", i);

		gen_leb(out, strlen(name));
		g_byte_array_append(out, (const guint8 *)name,
				    (guint)strlen(name));
		gen_byte(out, WASM_FUNC);
		gen_leb(out, g->n_imports + i);
	}
	return out;
}

static void
function_indices(Generator *g, GByteArray *out, guint n)
{
	gen_leb(out, n);
	for (guint i = 0; i < n; i++)
		gen_leb(out, random_below(g->random, g->n_funcs));
}

/* One active, one passive, and one that declares all functions. */
static GByteArray *
element_section(Generator *g)
{
	GByteArray *out = g_byte_array_new();

	gen_leb(out, GEN_ELEMENTS + 1);
	gen_byte(out, 0);
	g->table_at = random_one_in(g->random, 200) ?
			      2 : random_below(g->random, 2);
	gen_constant(out, WASM_I32, g->table_at);
	gen_byte(out, 0x0b);
	gen_leb(out, GEN_TABLE);
	for (guint i = 0; i < GEN_TABLE; i++) {
		g->table[i] = random_below(g->random, g->n_funcs);
		gen_leb(out, g->table[i]);
	}
	gen_byte(out, 1);
	gen_byte(out, 0);
	function_indices(g, out, 5);
	gen_byte(out, 3);
	gen_byte(out, 0);
	gen_leb(out, g->n_funcs);
	for (guint i = 0; i < g->n_funcs; i++)
		gen_leb(out, i);
	return out;
}

static GByteArray *
data_section(Generator *g)
{
	GByteArray *out = g_byte_array_new();
	guint8 bytes[256];

	gen_leb(out, GEN_DATA);
	for (guint i = 0; i < GEN_DATA; i++) {
		gen_byte(out, i);
		if (i == 0) {
			gen_constant(out, WASM_I32,
				     random_below(g->random, 64));
			gen_byte(out, 0x0b);
		}
		for (guint k = 0; k < sizeof(bytes); k++)
			bytes[k] = (guint8)random_next(g->random);
		gen_leb(out, i == 0 ? sizeof(bytes) : 16);
		g_byte_array_append(out, bytes, i == 0 ? sizeof(bytes) : 16);
	}
	return out;
}

/* ---- code ----------------------------------------------------------------- */

/* Locals are declared one by one, behind the parameters. */
static void
choose_locals(Generator *g, const GenType *type)
{
	const guint more = 1 + random_below(g->random,
					    random_one_in(g->random, 6) ? 24 :
									  6);

	g->n_params = type->n_params;
	g->n_locals = type->n_params + more;
	if (type->n_params > 0)
		memcpy(g->locals, type->params, type->n_params);
	gen_leb(g->out, more);
	for (guint i = type->n_params; i < g->n_locals; i++) {
		g->locals[i] = i + 1 < g->n_locals ? gen_type(g) : WASM_I32;
		gen_byte(g->out, 1);
		gen_byte(g->out, g->locals[i]);
	}
}

static GByteArray *
code_section(Generator *g)
{
	GByteArray *out = g_byte_array_new();

	gen_leb(out, g->n_funcs - g->n_imports);
	for (guint i = g->n_imports; i < g->n_funcs; i++) {
		g->function = i;
		g->out = g_byte_array_new();
		g->budget = 40 + random_below(g->random, 200);
		choose_locals(g, &g->func_types[i]);
		gen_body(g, &g->func_types[i],
			 4 + random_below(g->random, 26));
		gen_vector(out, g->out);
		g_byte_array_unref(g->out);
	}
	return out;
}

static GByteArray *
one_number(guint64 number)
{
	GByteArray *out = g_byte_array_new();

	gen_leb(out, number);
	return out;
}

GByteArray *
random_module(Random *random, const WasmHostFunction *imports, guint n,
	      gboolean floats)
{
	static const guint8 head[] = { 0, 'a', 's', 'm', 1, 0, 0, 0 };
	GByteArray *module = g_byte_array_new();
	Generator g = { .random = random, .floats = floats };
	GByteArray *imported, *functions;

	choose_types(&g);
	imported = choose_imports(&g, imports, n);
	functions = function_section(&g, 2 + random_below(random, 5));
	g_byte_array_append(module, head, sizeof(head));
	section(module, 1, type_section(&g));
	section(module, 2, imported);
	section(module, 3, functions);
	section(module, 4, table_section());
	section(module, 5, memory_section(&g));
	section(module, 6, global_section(&g));
	section(module, 7, export_section(&g));
	if (random_one_in(random, 6))
		section(module, 8, one_number(g.n_imports + 1));
	section(module, 9, element_section(&g));
	section(module, 12, one_number(GEN_DATA));
	section(module, 10, code_section(&g));
	section(module, 11, data_section(&g));
	return module;
}
