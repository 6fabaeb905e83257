/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs the specification's tests: runner FILE.json, which wast2json wrote, with
 * its modules beside it. Says each command that failed, and at last
 * "N passed, N failed, N left out": the latter need what the host does not give:
 * memories, tables and instances to link with.
 */
#include <stdio.h>
#include <string.h>

#include "tests/wasm/spec/spec.h"

/* Enough for every test; a loop without an end would be seen. */
#define GAS ((guint64)1 << 36)
#define PAGES 1024u

typedef enum { PASSED, FAILED, LEFT_OUT, N_ENDS } End;

typedef struct {
	char *dir;
	GHashTable *named;    /* instances by "$name"; NULL: left out */
	GPtrArray *all;
	WasmInstance *last;
	GHashTable *modules;  /* instance -> its module, borrowed */
	guint ends[N_ENDS];
	GString *why;
} Spec;

static const char *
text_of(const json_t *command, const char *name)
{
	const char *text = json_string_value(json_object_get(command, name));

	return text != NULL ? text : "";
}

static End
failed(Spec *spec, const char *format, ...) G_GNUC_PRINTF(2, 3);

static End
failed(Spec *spec, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	g_string_append_vprintf(spec->why, format, args);
	va_end(args);
	return FAILED;
}

static int32_t
read_module(const Spec *spec, const json_t *command, WasmModule **module,
	    bsn_err *err)
{
	g_autofree char *path = g_build_filename(
		spec->dir, text_of(command, "filename"), NULL);
	g_autofree char *data = NULL;
	gsize len;

	if (!g_file_get_contents(path, &data, &len, NULL))
		g_error("cannot read %s", path);
	return wasm_module_read((bsn_slice){ (const uint8_t *)data, len },
				module, err);
}

/* Makes an instance of a module, which it takes, and starts it. Returns
 * WASM_DONE; WASM_TRAP with *trap; or -1: it was refused, with `err`. */
static int
instantiate(Spec *spec, WasmModule *module, const char **trap, bsn_err *err)
{
	WasmCode *code = NULL;
	WasmInstance *instance = NULL;
	WasmBounds bounds = WASM_BOUNDS_DEFAULT;
	int32_t status = wasm_code_new(module, &code, err);
	int ending = WASM_DONE;

	if (status != BSN_OK)
		return -1;
	*trap = NULL;
	bounds.pages = PAGES;
	status = wasm_instance_new(code, &spec_links, &bounds, &instance, trap,
				   err);
	wasm_code_unref(code);
	if (status != BSN_OK)
		return *trap != NULL ? WASM_TRAP : -1;
	g_ptr_array_add(spec->all, instance);
	g_hash_table_insert(spec->modules, instance, module);
	wasm_set_gas(instance, GAS);
	ending = wasm_start(instance);
	if (ending == WASM_TRAP)
		*trap = wasm_trap_text(instance);
	else
		spec->last = instance;
	return ending;
}

static End
do_module(Spec *spec, const json_t *command)
{
	bsn_err err = { .size = sizeof(err) };
	const char *trap, *name = text_of(command, "name");
	WasmModule *module = NULL;
	End end = PASSED;

	spec->last = NULL;
	if (read_module(spec, command, &module, &err) != BSN_OK)
		return failed(spec, "refused: %s", err.reason);
	if (!spec_has_imports(module)) {
		wasm_module_free(module);
		end = LEFT_OUT;
	} else if (instantiate(spec, module, &trap, &err) != WASM_DONE) {
		end = failed(spec, "no instance: %s%s", err.reason,
			     trap != NULL ? trap : "");
	}
	if (*name != '\0')
		g_hash_table_replace(spec->named, g_strdup(name), spec->last);
	return end;
}

/* "malformed" or "invalid". */
static End
do_refused(Spec *spec, const json_t *command, const char *how)
{
	bsn_err err = { .size = sizeof(err) };
	WasmModule *module = NULL;
	int32_t status;

	status = read_module(spec, command, &module, &err);
	wasm_module_free(module);
	if (status == BSN_FAULT && g_str_has_prefix(err.reason, how))
		return PASSED;
	/* wast2json counts no data where there is none. */
	if (status == BSN_FAULT && strcmp(how, "invalid") == 0 &&
	    g_str_has_prefix(err.reason,
			     "malformed: data count section required"))
		return PASSED;
	return failed(spec, "%s wanted, status %d: %s", how, status,
		      err.reason);
}

static gboolean
is_trap(const char *got, const char *wanted)
{
	return got != NULL && (g_str_has_prefix(wanted, got) ||
			       g_str_has_prefix(got, wanted));
}

static End
do_unlinkable(Spec *spec, const json_t *command)
{
	bsn_err err = { .size = sizeof(err) };
	WasmModule *module = NULL;
	const char *trap;
	int ending;

	if (read_module(spec, command, &module, &err) != BSN_OK)
		return failed(spec, "refused: %s", err.reason);
	ending = instantiate(spec, module, &trap, &err);
	return ending == -1 ? PASSED : failed(spec, "it was linked");
}

static End
do_uninstantiable(Spec *spec, const json_t *command)
{
	bsn_err err = { .size = sizeof(err) };
	WasmModule *module = NULL;
	WasmInstance *last = spec->last;
	const char *trap = NULL;
	int ending;

	if (read_module(spec, command, &module, &err) != BSN_OK)
		return failed(spec, "refused: %s", err.reason);
	if (!spec_has_imports(module)) {
		wasm_module_free(module);
		return LEFT_OUT;
	}
	ending = instantiate(spec, module, &trap, &err);
	spec->last = last;
	if (ending == WASM_TRAP && is_trap(trap, text_of(command, "text")))
		return PASSED;
	return failed(spec, "ended in %d: %s%s", ending, err.reason,
		      trap != NULL ? trap : "");
}

/* What an action names. NULL: it was left out. */
static WasmInstance *
instance_of(const Spec *spec, const json_t *action)
{
	const char *name = text_of(action, "module");

	return *name == '\0' ? spec->last :
			       g_hash_table_lookup(spec->named, name);
}

typedef struct {
	int ending;
	const char *trap;
	guint n;
	const guint8 *types;
	guint64 values[WASM_PARAMS_MAX];
} Outcome;

static End
invoke(Spec *spec, WasmInstance *instance, const WasmModule *module,
       guint32 function, const json_t *action, Outcome *outcome)
{
	const WasmType *type = &module->types[module->funcs[function].type];
	const json_t *args = json_object_get(action, "args"), *arg;
	size_t i;

	if (json_array_size(args) != type->n_params)
		return failed(spec, "it takes %u arguments", type->n_params);
	json_array_foreach(args, i, arg)
		if (!spec_value(arg, &outcome->values[i]))
			return failed(spec, "argument %zu is not known", i);
	wasm_set_gas(instance, GAS);
	outcome->ending = wasm_invoke(instance, function, outcome->values);
	outcome->trap = wasm_trap_text(instance);
	outcome->n = type->n_results;
	outcome->types = type->results;
	return PASSED;
}

static End
act(Spec *spec, const json_t *action, Outcome *outcome)
{
	WasmInstance *instance = instance_of(spec, action);
	json_t *field = json_object_get(action, "field");
	bsn_slice name = { (const uint8_t *)json_string_value(field),
			   json_string_length(field) };
	gboolean invokes = strcmp(text_of(action, "type"), "invoke") == 0;
	const WasmModule *module;
	const WasmExport *export;

	if (instance == NULL)
		return LEFT_OUT;
	module = g_hash_table_lookup(spec->modules, instance);
	export = wasm_module_export(
		module, invokes ? WASM_FUNC : WASM_GLOBAL, name);
	if (export == NULL)
		return failed(spec, "no such export");
	if (invokes)
		return invoke(spec, instance, module, export->index, action,
			      outcome);
	outcome->ending = WASM_DONE;
	outcome->n = 1;
	outcome->types = &module->globals[export->index].type;
	if (!wasm_global(instance, export->index, &outcome->values[0]))
		return failed(spec, "no such global");
	return PASSED;
}

static End
compare(Spec *spec, const Outcome *outcome, const json_t *wanted)
{
	g_autofree char *described = spec_describe(wanted);
	const json_t *want;
	size_t i;

	if (json_array_size(wanted) != outcome->n)
		return failed(spec, "%u results, wanted: %s", outcome->n,
			      described);
	json_array_foreach(wanted, i, want)
		if (!spec_is_wanted(want, outcome->types[i],
				    outcome->values[i]))
			return failed(spec, "result %zu is %" G_GUINT64_FORMAT
				      ", wanted: %s", i, outcome->values[i],
				      described);
	return PASSED;
}

static End
do_return(Spec *spec, const json_t *command)
{
	Outcome outcome = { 0 };
	End end = act(spec, json_object_get(command, "action"), &outcome);

	if (end != PASSED)
		return end;
	if (outcome.ending != WASM_DONE)
		return failed(spec, "ended in %d: %s", outcome.ending,
			      outcome.trap != NULL ? outcome.trap : "");
	if (strcmp(text_of(command, "type"), "action") == 0)
		return PASSED;
	return compare(spec, &outcome, json_object_get(command, "expected"));
}

static End
do_trap(Spec *spec, const json_t *command)
{
	Outcome outcome = { 0 };
	End end = act(spec, json_object_get(command, "action"), &outcome);

	if (end != PASSED)
		return end;
	if (outcome.ending == WASM_TRAP &&
	    is_trap(outcome.trap, text_of(command, "text")))
		return PASSED;
	return failed(spec, "ended in %d: %s, wanted: %s", outcome.ending,
		      outcome.trap != NULL ? outcome.trap : "",
		      text_of(command, "text"));
}

static End
run(Spec *spec, const json_t *command)
{
	const char *type = text_of(command, "type");

	if (strcmp(type, "module") == 0)
		return do_module(spec, command);
	if (strcmp(type, "assert_malformed") == 0)
		return do_refused(spec, command, "malformed");
	if (strcmp(type, "assert_invalid") == 0)
		return do_refused(spec, command, "invalid");
	if (strcmp(type, "assert_unlinkable") == 0)
		return do_unlinkable(spec, command);
	if (strcmp(type, "assert_uninstantiable") == 0)
		return do_uninstantiable(spec, command);
	if (strcmp(type, "assert_return") == 0 || strcmp(type, "action") == 0)
		return do_return(spec, command);
	if (strcmp(type, "assert_trap") == 0 ||
	    strcmp(type, "assert_exhaustion") == 0)
		return do_trap(spec, command);
	return failed(spec, "no such command");
}

/* The text format is no matter of a runtime's; registered instances are for
 * modules that are left out. */
static gboolean
is_silent(const json_t *command)
{
	return strcmp(text_of(command, "module_type"), "text") == 0 ||
	       strcmp(text_of(command, "type"), "register") == 0;
}

static void
run_all(Spec *spec, const json_t *commands)
{
	const json_t *command;
	size_t i;

	json_array_foreach(commands, i, command) {
		End end;

		if (is_silent(command))
			continue;
		g_string_truncate(spec->why, 0);
		end = run(spec, command);
		spec->ends[end]++;
		if (end == FAILED)
			printf("line %" JSON_INTEGER_FORMAT ": %s: %s\n",
			       json_integer_value(
				       json_object_get(command, "line")),
			       text_of(command, "type"), spec->why->str);
	}
}

int
main(int argc, char **argv)
{
	Spec spec = { 0 };
	json_error_t error;
	json_t *tests;

	if (argc != 2) {
		fprintf(stderr, "usage: runner FILE.json\n");
		return 2;
	}
	tests = json_load_file(argv[1], JSON_ALLOW_NUL, &error);
	if (tests == NULL) {
		fprintf(stderr, "%s: %s\n", argv[1], error.text);
		return 2;
	}
	spec.dir = g_path_get_dirname(argv[1]);
	spec.named = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					   NULL);
	spec.modules = g_hash_table_new(NULL, NULL);
	spec.all = g_ptr_array_new_with_free_func(
		(GDestroyNotify)wasm_instance_free);
	spec.why = g_string_new("");
	run_all(&spec, json_object_get(tests, "commands"));
	printf("%u passed, %u failed, %u left out\n", spec.ends[PASSED],
	       spec.ends[FAILED], spec.ends[LEFT_OUT]);
	g_string_free(spec.why, TRUE);
	g_hash_table_unref(spec.named);
	g_hash_table_unref(spec.modules);
	g_ptr_array_unref(spec.all);
	g_free(spec.dir);
	json_decref(tests);
	return spec.ends[FAILED] == 0 ? 0 : 1;
}
