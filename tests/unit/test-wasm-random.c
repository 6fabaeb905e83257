/* SPDX-License-Identifier: Apache-2.0
 *
 * WebAssembly by chance: modules of seeds, valid and broken, run with little gas
 * to the same end on two nodes of unlike history, and in an interpreter that is
 * written as the specification reads. WASM_RANDOM_COUNT says how many modules,
 * WASM_RANDOM_FIRST from which seed on.
 */
#include <string.h>

#include "plugins/runtime-wasm/exec/exec.h"
#include "tests/unit/wasm-random.h"
#include "tests/wasm/random/oracle.h"
#include "tests/wasm/random/random.h"
#include "tools/conform/sanitized.h"

#define GAS 6000u
#define HOST_GAS 9u
#define VALUES 131072u

#if SANITIZED
#define COUNT 1500u
#else
#define COUNT 20000u
#endif

static const WasmBounds bounds = { .pages = 3, .elements = 64,
				   .values = VALUES, .depth = 24 };

/* ---- functions that are imported ------------------------------------------ */

typedef struct {
	guint64 state;
	gboolean waits; /* each of them answers later */
	guint64 answer;
} Host;

static guint64
mix(guint64 hash, guint64 value)
{
	hash = (hash ^ value) * G_GUINT64_CONSTANT(0x9fb21c651e98df25);
	return hash ^ hash >> 29;
}

static const char *
do_one(Host *host, const char *name, guint8 *memory, guint64 len,
       guint64 *values)
{
	const guint64 at = values[0] & 0xff;

	host->state = mix(host->state, (guint64)name[0]);
	switch (name[0]) {
	case 'a': /* i:i */
		host->state = mix(host->state, values[0]);
		values[0] = (guint32)(host->state >> 20) & 0xff;
		break;
	case 'b': /* iI: */
		host->state = mix(mix(host->state, values[0]), values[1]);
		break;
	case 'c': /* :I */
		values[0] = host->state;
		break;
	case 'd': /* ii:i, which writes and may trap */
		if (at >= len)
			return "out of bounds memory access";
		host->state = mix(mix(host->state, values[1]), memory[at]);
		memory[at] = (guint8)host->state;
		values[0] = (guint32)host->state;
		break;
	}
	return NULL;
}

static int32_t
from_interpreter(void *user, WasmInstance *in, guint64 *values,
		 const char *name)
{
	Host *host = user;
	guint64 len = 0;
	const char *text;

	while (wasm_memory(in, (guint32)len, WASM_PAGE) != NULL)
		len += WASM_PAGE;
	text = do_one(host, name, wasm_memory(in, 0, 0), len, values);
	if (text != NULL)
		return wasm_trap(in, text);
	host->answer = values[0];
	return host->waits ? WASM_WAIT : BSN_OK;
}

#define X(name)                                                                \
	static int32_t call_##name(void *user, WasmInstance *in,              \
				   guint64 *values)                            \
	{                                                                      \
		return from_interpreter(user, in, values, #name);              \
	}
X(a) X(b) X(c) X(d)
#undef X

static const WasmHostFunction functions[] = {
	{ "bsn", "a", "i:i", HOST_GAS, call_a },
	{ "bsn", "b", "iI:", HOST_GAS, call_b },
	{ "bsn", "c", ":I", HOST_GAS, call_c },
	{ "bsn", "d", "ii:i", HOST_GAS, call_d },
};

static const char *
from_oracle(void *user, const WasmImport *import, guint8 *memory, guint64 len,
	    guint64 *values)
{
	return do_one(user, (const char *)import->name.data, memory, len,
		      values);
}

/* How executions ended: that the modules are no trivial ones. */
static guint64 endings[WASM_WAITING + 1];

/* ---- what came of it ------------------------------------------------------ */

static void
note_end(GString *notes, const WasmModule *module, guint32 function,
	 int ending, guint64 gas, const char *trap, guint32 trapped,
	 const guint64 *values)
{
	const WasmType *type = &module->types[module->funcs[function].type];

	endings[ending]++;
	g_string_append_printf(notes, "f%u: %d, gas %" G_GUINT64_FORMAT,
			       function, ending, gas);
	if (ending == WASM_TRAP)
		g_string_append_printf(notes, ", %s in %u", trap, trapped);
	for (guint i = 0; ending == WASM_DONE && i < type->n_results; i++)
		g_string_append_printf(notes, " %" G_GINT64_MODIFIER "x",
				       values[i]);
	g_string_append_c(notes, '\n');
}

static void
note_memory(GString *notes, const guint8 *memory, guint64 len)
{
	guint64 hash = len, word;

	for (guint64 at = 0; at < len; at += sizeof(word)) {
		memcpy(&word, memory + at, sizeof(word));
		if (word != 0)
			hash = mix(hash + at, word);
	}
	g_string_append_printf(notes, "memory %" G_GINT64_MODIFIER "x\n", hash);
}

static void
choose_arguments(Random *random, const WasmModule *module, guint32 function,
		 guint64 *values)
{
	const WasmType *type = &module->types[module->funcs[function].type];

	for (guint i = 0; i < type->n_params; i++)
		values[i] = random_value(random, type->params[i]);
}

static guint
choose_gas(Random *random)
{
	return random_one_in(random, 4) ? random_below(random, 100) : GAS;
}

/* An import of another type, in a module that was broken. */
#define UNLINKED "not linked\n"

/* ---- by the runtime ------------------------------------------------------- */

static int
go_on(WasmInstance *in, const Host *host, guint64 *values, int ending)
{
	while (ending == WASM_WAITING)
		ending = wasm_resume(in, host->answer, values);
	return ending;
}

static void
run_exports(WasmInstance *in, const WasmModule *module, const Host *host,
	    guint64 seed, GString *notes)
{
	Random random = { seed };
	guint64 values[WASM_PARAMS_MAX] = { 0 };
	int ending;

	if (module->start >= 0) {
		wasm_set_gas(in, GAS);
		ending = go_on(in, host, values, wasm_start(in));
		note_end(notes, module, (guint32)module->start, ending,
			 wasm_gas(in), wasm_trap_text(in),
			 wasm_trap_function(in), values);
	}
	for (guint i = 0; i < module->n_exports; i++) {
		const guint32 f = module->exports[i].index;

		if (module->exports[i].kind != WASM_FUNC)
			continue;
		choose_arguments(&random, module, f, values);
		wasm_set_gas(in, choose_gas(&random));
		ending = go_on(in, host, values, wasm_invoke(in, f, values));
		note_end(notes, module, f, ending, wasm_gas(in),
			 wasm_trap_text(in), wasm_trap_function(in), values);
	}
}

static void
note_instance(WasmInstance *in, const WasmModule *module, const Host *host,
	      GString *notes)
{
	guint64 len = 0, value;

	while (wasm_memory(in, (guint32)len, WASM_PAGE) != NULL)
		len += WASM_PAGE;
	note_memory(notes, wasm_memory(in, 0, 0), len);
	for (guint i = 0; wasm_global(in, i, &value); i++)
		g_string_append_printf(notes, "%" G_GINT64_MODIFIER "x ",
				       value);
	g_string_append_printf(notes, "\nhost %" G_GINT64_MODIFIER "x\n",
			       host->state);
	g_assert_cmpuint(len, <=, bounds.pages * (guint64)WASM_PAGE);
	(void)module;
}

static char *
by_runtime(WasmCode *code, guint64 seed, gboolean waits)
{
	const WasmModule *module = wasm_code_module(code);
	g_autoptr(WasmInstance) in = NULL;
	GString *notes = g_string_new(NULL);
	Host host = { .waits = waits };
	const WasmLinks links = { .functions = functions,
				  .n = G_N_ELEMENTS(functions),
				  .user = &host };
	const char *trap;
	const int32_t status = wasm_instance_new(code, &links, &bounds, &in,
						 &trap, NULL);

	if (status == BSN_FAULT && trap == NULL) {
		g_string_append(notes, UNLINKED);
		return g_string_free(notes, FALSE);
	}
	if (status != BSN_OK) {
		g_string_append_printf(notes, "status %d %s\n", status,
				       trap != NULL ? trap : "");
		return g_string_free(notes, FALSE);
	}
	run_exports(in, module, &host, seed, notes);
	note_instance(in, module, &host, notes);
	return g_string_free(notes, FALSE);
}

/* ---- by the specification ------------------------------------------------- */

static void
oracle_exports(Oracle *oracle, guint64 seed, GString *notes)
{
	const WasmModule *module = oracle->module;
	Random random = { seed };
	guint64 values[WASM_PARAMS_MAX] = { 0 };
	int ending;

	if (module->start >= 0) {
		oracle->gas = GAS;
		ending = oracle_start(oracle);
		note_end(notes, module, (guint32)module->start, ending,
			 oracle->gas, oracle->trap, oracle->function, values);
	}
	for (guint i = 0; i < module->n_exports; i++) {
		const guint32 f = module->exports[i].index;

		if (module->exports[i].kind != WASM_FUNC)
			continue;
		choose_arguments(&random, module, f, values);
		oracle->gas = choose_gas(&random);
		ending = oracle_invoke(oracle, f, values);
		note_end(notes, module, f, ending, oracle->gas, oracle->trap,
			 oracle->function, values);
	}
}

static char *
by_oracle(const WasmModule *module, guint64 seed)
{
	GString *notes = g_string_new(NULL);
	Host host = { .state = 0 };
	Oracle oracle = { .host = from_oracle,
			  .host_gas = HOST_GAS,
			  .user = &host };
	const int32_t status = oracle_init(&oracle, module, &bounds);

	if (status != BSN_OK) {
		g_string_append_printf(notes, "status %d %s\n", status,
				       oracle.trap != NULL ? oracle.trap : "");
	} else {
		oracle_exports(&oracle, seed, notes);
		note_memory(notes, oracle.memory,
			    (guint64)oracle.pages * WASM_PAGE);
		for (guint i = 0; i < module->n_globals; i++)
			g_string_append_printf(notes,
					       "%" G_GINT64_MODIFIER "x ",
					       oracle.globals[i]);
		g_string_append_printf(notes,
				       "\nhost %" G_GINT64_MODIFIER "x\n",
				       host.state);
	}
	oracle_clear(&oracle);
	return g_string_free(notes, FALSE);
}

/* ---- all of one seed ------------------------------------------------------ */

static WasmCode *
translate(const GByteArray *bytes, gboolean broken, char **refusal)
{
	WasmModule *module = NULL;
	WasmCode *code = NULL;
	bsn_err err = { .size = sizeof(err) };

	if (wasm_module_read((bsn_slice){ bytes->data, bytes->len }, &module,
			     &err) == BSN_OK)
		(void)wasm_code_new(module, &code, &err);
	if (code == NULL && !broken)
		g_error("a module that should be valid: %s", err.reason);
	*refusal = g_strdup(err.reason);
	return code;
}

/* What needs another linker, or far more room, is no matter of the oracle. */
static gboolean
is_comparable(const WasmModule *module)
{
	for (guint i = 0; i < module->n_imports; i++) {
		const WasmImport *import = &module->imports[i];

		if (import->kind != WASM_FUNC || import->module.len != 3 ||
		    import->name.len != 1 || import->name.data[0] < 'a' ||
		    import->name.data[0] > 'd' ||
		    memcmp(import->module.data, "bsn", 3) != 0)
			return FALSE;
	}
	for (guint i = 0; i < module->n_funcs; i++)
		if (module->funcs[i].n_locals > 1000)
			return FALSE;
	return TRUE;
}

static void
must_be(const char *what, guint64 seed, const char *is, const char *want)
{
	if (strcmp(is, want) != 0)
		g_error("seed %" G_GUINT64_FORMAT ", %s:\n%s--- and not:\n%s",
			seed, what, is, want);
}

static void
compare(const GByteArray *bytes, guint64 seed, gboolean broken)
{
	g_autofree char *refusal = NULL, *again = NULL;
	g_autofree char *first = NULL, *second = NULL, *third = NULL;
	WasmCode *code = translate(bytes, broken, &refusal);
	WasmCode *other = translate(bytes, broken, &again);

	must_be("refused once", seed, refusal, again);
	if (code == NULL)
		return;
	first = by_runtime(code, seed, FALSE);
	second = by_runtime(other, seed, TRUE);
	must_be("an answer comes later", seed, second, first);
	if (is_comparable(wasm_code_module(code)) &&
	    strcmp(first, UNLINKED) != 0) {
		third = by_oracle(wasm_code_module(code), seed);
		must_be("the oracle", seed, first, third);
	}
	wasm_code_unref(code);
	wasm_code_unref(other);
}

static void
one_seed(guint64 seed)
{
	Random random = { seed };
	const gboolean broken = seed % 4 == 3;
	g_autoptr(GByteArray) bytes =
		random_module(&random, functions, G_N_ELEMENTS(functions),
			      seed % 3 != 0);

	if (broken)
		random_break(&random, bytes);
	if (g_getenv("WASM_RANDOM_KEEP") != NULL)
		g_file_set_contents(g_getenv("WASM_RANDOM_KEEP"),
				    (const char *)bytes->data, bytes->len,
				    NULL);
	compare(bytes, seed, broken);
	if (seed % 8 < 2 || seed % 32 == 3)
		wasm_random_contract(seed, broken);
}

static guint64
number_of(const char *name, guint64 otherwise)
{
	const char *text = g_getenv(name);

	return text != NULL ? g_ascii_strtoull(text, NULL, 10) : otherwise;
}

static void
test_seeds(void)
{
	const guint64 first = number_of("WASM_RANDOM_FIRST", 0);
	const guint64 n = number_of("WASM_RANDOM_COUNT", COUNT);

	for (guint64 i = 0; i < n; i++) {
		one_seed(first + i);
		if (i % 50000 == 49999)
			g_test_message("%" G_GUINT64_FORMAT " of %"
				       G_GUINT64_FORMAT, i + 1, n);
	}
	g_test_message("returned %" G_GUINT64_FORMAT ", trapped %"
		       G_GUINT64_FORMAT ", out of gas %" G_GUINT64_FORMAT,
		       endings[WASM_DONE], endings[WASM_TRAP],
		       endings[WASM_OUT_OF_GAS]);
	g_assert_cmpuint(endings[WASM_DONE], >, n);
	g_assert_cmpuint(endings[WASM_TRAP], >, n / 2);
	g_assert_cmpuint(endings[WASM_OUT_OF_GAS], >, n / 20);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wasm/random", test_seeds);
	return g_test_run();
}
