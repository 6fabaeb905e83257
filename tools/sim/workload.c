/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/workload.h"

#include <jansson.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

/* Values of {a}. */
#define FEW 16u

/* Key-value rows of the engine's own: no contract has to be deployed. */
static const char fisco[] =
	"{\"framework\": \"fisco\","
	" \"config\": {\"crypto\": \"std\"},"
	" \"consensus\": \"consensus.name\","
	" \"accounts\": 8,"
	" \"requests\": ["
	"  {\"contract\": \"0x000000000000000000000000000000000000100c\","
	"   \"function\": \"userSave(string,uint256)\","
	"   \"args\": [\"user{a}\", \"{n}\"], \"options\": {}},"
	"  {\"contract\": \"0x000000000000000000000000000000000000100c\","
	"   \"function\": \"userTransfer(string,string,uint256)\","
	"   \"args\": [\"user{a}\", \"user{a}\", \"1\"], \"options\": {}}]}";

const char *
sim_workload_builtin(const char *framework)
{
	return strcmp(framework, "fisco") == 0 ? fisco : NULL;
}

/* ---- reading ------------------------------------------------------------- */

void
sim_request_clear(gpointer data)
{
	SimRequest *request = data;

	g_free(request->contract);
	g_free(request->function);
	g_free(request->args);
	g_free(request->options);
}

void
sim_workload_free(SimWorkload *workload)
{
	if (workload == NULL)
		return;
	g_free(workload->framework);
	g_free(workload->config);
	g_array_unref(workload->requests);
	g_free(workload);
}

static char *
json_member_text(json_t *object, const char *name, const char *otherwise)
{
	const json_t *value = json_object_get(object, name);

	return value != NULL ? json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY)
			     : g_strdup(otherwise);
}

static gboolean
read_request(SimWorkload *workload, json_t *object, gsize i, char **message)
{
	const char *contract =
		json_string_value(json_object_get(object, "contract"));
	const char *function =
		json_string_value(json_object_get(object, "function"));
	SimRequest request;

	if (contract == NULL || function == NULL) {
		*message = g_strdup_printf(
			"requests[%" G_GSIZE_FORMAT "]: give \"contract\" and "
			"\"function\", both strings",
			i);
		return FALSE;
	}
	request = (SimRequest){ g_strdup(contract), g_strdup(function),
				json_member_text(object, "args", "[]"),
				json_member_text(object, "options", "") };
	g_array_append_val(workload->requests, request);
	return TRUE;
}

static gboolean
read_requests(SimWorkload *workload, json_t *root, char **message)
{
	json_t *list = json_object_get(root, "requests");

	for (gsize i = 0; i < json_array_size(list); i++)
		if (!read_request(workload, json_array_get(list, i), i,
				  message))
			return FALSE;
	if (workload->requests->len > 0)
		return TRUE;
	*message = g_strdup("requests: give at least one");
	return FALSE;
}

/* Sets "consensus.name" or the like, making the objects on the way. */
static void
set_path(json_t *object, const char *path, const char *value)
{
	g_auto(GStrv) names = g_strsplit(path, ".", -1);
	guint i;

	for (i = 0; names[i] != NULL && names[i + 1] != NULL; i++) {
		if (!json_is_object(json_object_get(object, names[i])))
			json_object_set_new(object, names[i], json_object());
		object = json_object_get(object, names[i]);
	}
	if (names[i] != NULL)
		json_object_set_new(object, names[i], json_string(value));
}

static gboolean
read_config(SimWorkload *workload, json_t *root, const char *consensus,
	    const char *more, char **message)
{
	g_autoptr(json_t) config = json_object_get(root, "config") != NULL
					   ? json_incref(json_object_get(
						     root, "config"))
					   : json_object();
	const char *path =
		json_string_value(json_object_get(root, "consensus"));
	g_autoptr(json_t) added = NULL;
	json_error_t error;

	if (!json_is_object(config)) {
		*message = g_strdup("config: give a JSON object");
		return FALSE;
	}
	if (more != NULL) {
		added = json_loads(more, JSON_REJECT_DUPLICATES, &error);
		if (!json_is_object(added)) {
			*message = g_strdup_printf(
				"--config is no JSON object: %s", error.text);
			return FALSE;
		}
		json_object_update_recursive(config, added);
	}
	if (path != NULL)
		set_path(config, path, consensus);
	workload->config = json_dumps(config, JSON_COMPACT);
	return workload->config != NULL;
}

static gboolean
read_all(SimWorkload *workload, json_t *root, const char *consensus,
	 const char *more, char **message)
{
	const char *framework =
		json_string_value(json_object_get(root, "framework"));
	json_int_t accounts =
		json_integer_value(json_object_get(root, "accounts"));

	workload->framework = g_strdup(framework != NULL ? framework : "");
	workload->accounts =
		(guint)CLAMP(accounts, 1, (json_int_t)SIM_ACCOUNTS_MAX);
	return read_config(workload, root, consensus, more, message) &&
	       read_requests(workload, root, message);
}

SimWorkload *
sim_workload_parse(const char *text, gsize len, const char *consensus,
		   const char *more, char **message)
{
	SimWorkload *workload;
	json_error_t error;
	g_autoptr(json_t) root =
		len <= SIM_WORKLOAD_MAX
			? json_loadb(text, len, JSON_REJECT_DUPLICATES, &error)
			: NULL;

	if (!json_is_object(root)) {
		*message = len > SIM_WORKLOAD_MAX
				   ? g_strdup("is over a mebibyte")
				   : g_strdup_printf(
					     "is no JSON object: line %d: %s",
					     error.line, error.text);
		return NULL;
	}
	workload = g_new0(SimWorkload, 1);
	workload->requests = g_array_new(FALSE, FALSE, sizeof(SimRequest));
	g_array_set_clear_func(workload->requests, sim_request_clear);
	if (read_all(workload, root, consensus, more, message))
		return workload;
	sim_workload_free(workload);
	return NULL;
}

/* ---- drawing ------------------------------------------------------------- */

static char *
fill_in(const char *text, SimRandom *random, guint64 n)
{
	GString *out = g_string_new(NULL);

	for (; *text != '\0'; text++) {
		if (g_str_has_prefix(text, "{n}"))
			g_string_append_printf(out, "%" G_GUINT64_FORMAT, n);
		else if (g_str_has_prefix(text, "{a}"))
			g_string_append_printf(
				out, "%" G_GUINT64_FORMAT,
				sim_random_below(random, FEW));
		else {
			g_string_append_c(out, *text);
			continue;
		}
		text += 2;
	}
	return g_string_free(out, FALSE);
}

void
sim_workload_draw(const SimWorkload *workload, SimRandom *random, guint64 n,
		  SimRequest *out)
{
	const SimRequest *request = &g_array_index(
		workload->requests, SimRequest,
		(guint)sim_random_below(random, workload->requests->len));

	out->contract = g_strdup(request->contract);
	out->function = g_strdup(request->function);
	out->args = fill_in(request->args, random, n);
	out->options = fill_in(request->options, random, n);
}
