/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/workload_private.h"

#include <string.h>

#include "tools/sim/pointer.h"

#define FUNCTION_MEMBERS "function args options result event payload"

const char *
sim_function_name(SimFn function)
{
	switch (function) {
#define SIM_FN_X(symbol, name)                                                 \
	case symbol:                                                           \
		return name;
		SIM_FN_MAP(SIM_FN_X)
#undef SIM_FN_X
	case SIM_FN_COUNT:
		break;
	}
	return NULL;
}

/* ---- reading ------------------------------------------------------------- */

static void
function_clear(SimFunction *function)
{
	g_free(function->function);
	g_free(function->args);
	g_free(function->options);
	g_free(function->result);
	g_free(function->event);
	g_free(function->payload);
}

static void
version_clear(gpointer data)
{
	SimVersion *version = data;

	g_bytes_unref(version->code);
	g_free(version->options);
}

void
sim_contract_free(SimContract *contract)
{
	if (contract == NULL)
		return;
	g_free(contract->name);
	g_free(contract->old);
	g_array_unref(contract->versions);
	for (guint i = 0; i < SIM_FN_COUNT; i++)
		function_clear(&contract->functions[i]);
	g_free(contract);
}

static gboolean
read_pointer(const Reader *reader, const char *name, char **out)
{
	return reader_string(reader, name, out) &&
	       (*out == NULL || sim_pointer_is_sound(*out) ||
		reader_refuse(reader, name,
			      "\"%s\" is no JSON pointer (RFC 6901): it is "
			      "\"\" or begins with a slash",
			      *out));
}

static gboolean
read_function(const Reader *functions, SimFn which, SimFunction *out)
{
	g_auto(Reader) reader = { 0 };

	if (!reader_enter(functions, sim_function_name(which), &reader))
		return FALSE;
	if (reader.object == NULL)
		return TRUE;
	return reader_knows(&reader, FUNCTION_MEMBERS) &&
	       reader_needs(&reader, "function", &out->function) &&
	       reader_json(&reader, "args", TRUE, "[]", &out->args) &&
	       reader_json(&reader, "options", FALSE, "", &out->options) &&
	       read_pointer(&reader, "result", &out->result) &&
	       reader_string(&reader, "event", &out->event) &&
	       read_pointer(&reader, "payload", &out->payload);
}

static gboolean
read_functions(const Reader *contract, SimContract *out)
{
	g_autoptr(GString) names = g_string_new(NULL);
	g_auto(Reader) reader = { 0 };

	if (!reader_enter(contract, "functions", &reader))
		return FALSE;
	if (reader.object == NULL)
		return TRUE;
	for (guint i = 0; i < SIM_FN_COUNT; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? " " : "",
				       sim_function_name((SimFn)i));
	if (!reader_knows(&reader, names->str))
		return FALSE;
	for (guint i = 0; i < SIM_FN_COUNT; i++)
		if (!read_function(&reader, (SimFn)i, &out->functions[i]))
			return FALSE;
	return TRUE;
}

static gboolean
read_version(const Reader *reader, gpointer versions)
{
	SimVersion version = { NULL, NULL };

	if (!reader_knows(reader, "code options") ||
	    !reader_json(reader, "options", FALSE, "", &version.options))
		return FALSE;
	if (sim_code_read(reader, &version.code)) {
		g_array_append_val((GArray *)versions, version);
		return TRUE;
	}
	g_clear_pointer(&version.code, g_bytes_unref);
	g_free(version.options);
	return FALSE;
}

static gboolean
read_contract(const Reader *reader, SimContract *out)
{
	return reader_knows(reader, "name versions old functions") &&
	       reader_needs(reader, "name", &out->name) &&
	       reader_string(reader, "old", &out->old) &&
	       reader_each(reader, "versions", SIM_VERSIONS_MAX, read_version,
			   out->versions) &&
	       (out->versions->len > 0 ||
		reader_refuse(reader, "versions", "give at least one")) &&
	       read_functions(reader, out);
}

gboolean
sim_contract_read(const Reader *workload, SimContract **out)
{
	g_auto(Reader) reader = { 0 };
	SimContract *contract;

	if (!reader_enter(workload, "contract", &reader))
		return FALSE;
	if (reader.object == NULL)
		return TRUE;
	contract = g_new0(SimContract, 1);
	contract->versions = g_array_new(FALSE, FALSE, sizeof(SimVersion));
	g_array_set_clear_func(contract->versions, version_clear);
	*out = contract;
	return read_contract(&reader, contract);
}

/* ---- filling in ---------------------------------------------------------- */

typedef struct {
	const char *placeholder;
	char *text;
} Filling;

/* One pass, so that a placeholder inside what is filled in stays as it is. */
static char *
fill_in(const char *text, const Filling *fillings, gsize n)
{
	GString *out = g_string_new(NULL);
	gsize i;

	while (*text != '\0') {
		for (i = 0; i < n; i++)
			if (g_str_has_prefix(text, fillings[i].placeholder))
				break;
		if (i == n) {
			g_string_append_c(out, *text++);
			continue;
		}
		g_string_append(out, fillings[i].text);
		text += strlen(fillings[i].placeholder);
	}
	return g_string_free(out, FALSE);
}

/* As it stands between the quotes of a JSON string; NULL: no UTF-8. */
static char *
escape(const char *text)
{
	g_autoptr(json_t) string = json_string(text);
	char *quoted = string != NULL ? json_dumps(string, JSON_ENCODE_ANY)
				      : NULL;
	gsize len = quoted != NULL ? strlen(quoted) : 0;

	if (quoted == NULL)
		return NULL;
	memmove(quoted, quoted + 1, len - 2);
	quoted[len - 2] = '\0';
	return quoted;
}

gboolean
sim_function_fill(const SimFunction *function, const char *key,
		  const char *value, guint64 n, char **args, char **options)
{
	g_autofree char *the_key = escape(key);
	g_autofree char *the_value = escape(value);
	g_autofree char *number = g_strdup_printf("%" G_GUINT64_FORMAT, n);
	const Filling fillings[] = { { "{key}", the_key },
				     { "{value}", the_value },
				     { "{n}", number } };

	if (function->function == NULL || the_key == NULL || the_value == NULL)
		return FALSE;
	*args = fill_in(function->args, fillings, G_N_ELEMENTS(fillings));
	*options = fill_in(function->options, fillings,
			   G_N_ELEMENTS(fillings));
	return TRUE;
}

char *
sim_workload_fill_address(const char *text, const char *address)
{
	g_autofree char *the_address = escape(address);
	const Filling filling = { "{address}", the_address };

	return the_address != NULL ? fill_in(text, &filling, 1) : NULL;
}

char *
sim_contract_old(const SimContract *contract, guint version)
{
	g_autofree char *number = g_strdup_printf("%u", version);
	const Filling fillings[] = { { "{name}", contract->name },
				     { "{version}", number } };

	return contract->old != NULL
		       ? fill_in(contract->old, fillings,
				 G_N_ELEMENTS(fillings))
		       : NULL;
}
