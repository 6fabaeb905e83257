/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/sim/workload.h"

#include <string.h>

#include "tools/sim/workload_private.h"

/* Values of {a}. */
#define FEW 16u
/* Transactions of a block that the chain itself makes. */
#define GENERATED_MAX 8u
/* Names in the path to the protocol: chains' configs are not deep. */
#define PATH_NAMES_MAX 8u

#define MEMBERS                                                                \
	"framework config consensus protocols plugins accounts certificates "  \
	"secrets snapshots prepare requests invariants contract members keyed "  \
	"right_clocks orphans generated"

/* ---- reading ------------------------------------------------------------- */

void
sim_request_clear(gpointer data)
{
	SimRequest *request = data;

	g_free(request->contract);
	g_free(request->function);
	g_free(request->args);
	g_free(request->options);
	g_free(request->key);
	g_free(request->text);
	g_clear_pointer(&request->code, g_bytes_unref);
}

void
sim_workload_free(SimWorkload *workload)
{
	if (workload == NULL)
		return;
	g_free(workload->framework);
	g_free(workload->config);
	g_free(workload->keyed);
	g_free(workload->consensus_path);
	g_free(workload->one);
	g_free(workload->crash);
	g_free(workload->byzantine);
	g_ptr_array_unref(workload->plugins);
	g_ptr_array_unref(workload->certificates.organisations);
	g_free(workload->certificates.node_ou);
	g_free(workload->certificates.client_ou);
	g_free(workload->certificates.admin_ou);
	g_array_unref(workload->prepare);
	g_array_unref(workload->requests);
	g_array_unref(workload->invariants);
	g_array_unref(workload->secrets);
	sim_contract_free(workload->contract);
	g_free(workload->members_signer);
	g_free(workload->members_options);
	g_free(workload->address);
	sim_request_clear(&workload->found);
	g_free(workload);
}

gboolean
sim_request_read(const Reader *reader, SimRequest *out)
{
	return reader_knows(reader, "contract function args options never") &&
	       reader_bool(reader, "never", &out->never) &&
	       reader_needs(reader, "contract", &out->contract) &&
	       reader_needs(reader, "function", &out->function) &&
	       reader_json(reader, "args", TRUE, "[]", &out->args) &&
	       reader_json(reader, "options", FALSE, "", &out->options);
}

static gboolean
read_accounts(const Reader *reader, guint *out)
{
	const json_t *value = json_object_get(reader->object, "accounts");
	json_int_t n = json_integer_value(value);

	*out = 1;
	if (value == NULL)
		return TRUE;
	if (!json_is_integer(value) || n < 1 || n > SIM_ACCOUNTS_MAX)
		return reader_refuse(reader, "accounts",
				     "give a number from 1 to %u",
				     SIM_ACCOUNTS_MAX);
	*out = (guint)n;
	return TRUE;
}

static gboolean
read_generated(const Reader *reader, guint *out)
{
	const json_t *value = json_object_get(reader->object, "generated");
	json_int_t n = json_integer_value(value);

	if (value != NULL &&
	    (!json_is_integer(value) || n < 0 || n > GENERATED_MAX))
		return reader_refuse(reader, "generated",
				     "give a number up to %u", GENERATED_MAX);
	*out = (guint)n;
	return TRUE;
}

static gboolean
read_consensus_path(const Reader *reader, char **out)
{
	g_auto(GStrv) names = NULL;

	if (!reader_string(reader, "consensus", out))
		return FALSE;
	if (*out == NULL)
		return TRUE;
	names = g_strsplit(*out, ".", PATH_NAMES_MAX + 1);
	if (**out != '\0' && g_strv_length(names) <= PATH_NAMES_MAX &&
	    !g_strv_contains((const char *const *)names, ""))
		return TRUE;
	return reader_refuse(reader, "consensus",
			     "give at most %u names with points between: "
			     "\"consensus.name\"",
			     PATH_NAMES_MAX);
}

static gboolean
read_protocols(const Reader *workload, SimWorkload *out)
{
	g_auto(Reader) reader = { 0 };

	if (!reader_enter(workload, "protocols", &reader))
		return FALSE;
	if (reader.object == NULL)
		return TRUE;
	return reader_knows(&reader, "one crash byzantine") &&
	       reader_string(&reader, "one", &out->one) &&
	       reader_string(&reader, "crash", &out->crash) &&
	       reader_string(&reader, "byzantine", &out->byzantine);
}

static gboolean
read_all(const Reader *reader, SimWorkload *out)
{
	if (!reader_knows(reader, MEMBERS) ||
	    !reader_string(reader, "framework", &out->framework) ||
	    !reader_json(reader, "config", FALSE, "{}", &out->config) ||
	    !reader_json(reader, "keyed", FALSE, "{}", &out->keyed) ||
	    !read_consensus_path(reader, &out->consensus_path) ||
	    !read_protocols(reader, out) ||
	    !sim_plugin_names_read(reader, out->plugins) ||
	    !read_accounts(reader, &out->accounts) ||
	    !sim_certificates_read(reader, &out->certificates) ||
	    !sim_secrets_read(reader, out) ||
	    !reader_bool(reader, "snapshots", &out->snapshots) ||
	    !reader_bool(reader, "right_clocks", &out->right_clocks) ||
	    !read_generated(reader, &out->generated) ||
	    !sim_codes_read(reader, "orphans", out->orphans,
			    &out->n_orphans) ||
	    !sim_requests_read(reader, out) ||
	    !sim_invariants_read(reader, out->invariants) ||
	    !sim_contract_read(reader, &out->contract) ||
	    !sim_members_read(reader, out))
		return FALSE;
	if (out->framework == NULL)
		out->framework = g_strdup("");
	return out->requests->len > 0 ||
	       reader_refuse(reader, "requests", "give at least one");
}

static json_t *
load(const char *text, gsize len, char **message)
{
	json_error_t error;
	json_t *root;

	if (len > SIM_WORKLOAD_MAX) {
		*message = g_strdup("is over a mebibyte");
		return NULL;
	}
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		*message = g_strdup_printf("is no JSON: line %d: %s",
					   error.line, error.text);
	return root;
}

SimWorkload *
sim_workload_parse(const char *text, gsize len, const char *directory,
		   char **message)
{
	g_auto(Reader) reader = { .path = g_strdup(""),
				  .directory = directory,
				  .message = message };
	SimWorkload *workload;

	reader.object = load(text, len, message);
	if (reader.object == NULL)
		return NULL;
	workload = g_new0(SimWorkload, 1);
	workload->prepare = g_array_new(FALSE, FALSE, sizeof(SimRequest));
	g_array_set_clear_func(workload->prepare, sim_request_clear);
	workload->requests = g_array_new(FALSE, FALSE, sizeof(SimRequest));
	g_array_set_clear_func(workload->requests, sim_request_clear);
	workload->invariants =
		g_array_new(FALSE, FALSE, sizeof(SimInvariant));
	g_array_set_clear_func(workload->invariants, sim_invariant_clear);
	workload->secrets = g_array_new(FALSE, FALSE, sizeof(SimSecret));
	g_array_set_clear_func(workload->secrets, sim_secret_clear);
	workload->plugins = g_ptr_array_new_with_free_func(g_free);
	workload->certificates.organisations =
		g_ptr_array_new_with_free_func(g_free);
	if (read_all(&reader, workload))
		return workload;
	sim_workload_free(workload);
	return NULL;
}

SimWorkload *
sim_workload_read(const char *path, char **message)
{
	g_autofree char *directory = g_path_get_dirname(path);
	g_autofree char *why = NULL;
	g_autofree char *text = NULL;
	g_autoptr(GError) error = NULL;
	SimWorkload *workload;
	gsize len;

	if (!g_file_get_contents(path, &text, &len, &error)) {
		*message = g_strdup(error->message);
		return NULL;
	}
	workload = sim_workload_parse(text, len, directory, &why);
	if (workload == NULL)
		*message = g_strdup_printf("%s: %s", path, why);
	return workload;
}

char *
sim_workload_beside(const char *plugin)
{
	gsize len = strlen(plugin);

	if (g_str_has_suffix(plugin, ".so"))
		len -= strlen(".so");
	return g_strdup_printf("%.*s.workload.json", (int)len, plugin);
}

/* ---- a chain's config ---------------------------------------------------- */

/* Sets "consensus.name" or the like, making the objects on the way. */
static void
set_path(json_t *object, const char *path, const char *value)
{
	g_auto(GStrv) names = g_strsplit(path, ".", -1);
	guint i;

	for (i = 0; names[i + 1] != NULL; i++) {
		if (!json_is_object(json_object_get(object, names[i])))
			json_object_set_new(object, names[i], json_object());
		object = json_object_get(object, names[i]);
	}
	json_object_set_new(object, names[i], json_string(value));
}

static json_t *
merged(const char *config, const char *more, char **message)
{
	json_t *object = json_loads(config, 0, NULL);
	g_autoptr(json_t) added = NULL;
	json_error_t error;

	if (more == NULL)
		return object;
	added = json_loads(more, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(added)) {
		json_object_update_recursive(object, added);
		return object;
	}
	*message = g_strdup_printf("the config to add is no JSON object: %s",
				   added == NULL ? error.text
						 : "it is an array");
	json_decref(object);
	return NULL;
}

char *
sim_workload_merge(const char *config, const char *more, char **message)
{
	g_autoptr(json_t) object = merged(config, more, message);

	return object != NULL ? json_dumps(object, JSON_COMPACT) : NULL;
}

char *
sim_workload_config(const SimWorkload *workload, const char *protocol,
		    const char *more, char **message)
{
	g_autoptr(json_t) config = merged(workload->config, more, message);

	if (config == NULL)
		return NULL;
	if (protocol != NULL && workload->consensus_path != NULL)
		set_path(config, workload->consensus_path, protocol);
	return json_dumps(config, JSON_COMPACT);
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

static void
refill(char **text, SimRandom *random, guint64 n)
{
	char *filled = fill_in(*text, random, n);

	g_free(*text);
	*text = filled;
}

void
sim_request_copy(const SimRequest *request, SimRequest *out)
{
	*out = *request;
	out->contract = g_strdup(request->contract);
	out->function = g_strdup(request->function);
	out->args = g_strdup(request->args);
	out->options = g_strdup(request->options);
	out->key = g_strdup(request->key);
	out->text = g_strdup(request->text);
	if (request->code != NULL)
		g_bytes_ref(request->code);
}

/* All of these; g_free it. */
static char *
replace(const char *text, const char *mark, const char *by)
{
	g_auto(GStrv) parts = g_strsplit(text, mark, -1);

	return g_strjoinv(by, parts);
}

char *
sim_workload_fill_key(const char *text, const char *key)
{
	return replace(text, "{key}", key);
}

static void
fill_secret(char **text, const SimRequest *with)
{
	char *keyed = sim_workload_fill_key(*text, with->key);

	g_free(*text);
	*text = with->text != NULL ? replace(keyed, "{secret}", with->text)
				   : g_strdup(keyed);
	g_free(keyed);
}

/* Names and keys need no escaping in JSON: see workload_secrets.c. */
static void
draw_secret(const SimWorkload *workload, SimRandom *random, guint64 n,
	    SimRequest *out)
{
	const SimSecret *secret = &g_array_index(
		workload->secrets, SimSecret, (guint)out->secret - 1);

	refill(&out->key, random, n);
	if (strstr(out->args, "{secret}") != NULL ||
	    strstr(out->options, "{secret}") != NULL)
		out->text = g_strdup_printf(SIM_SECRET_MARK
					    "%s: %" G_GUINT64_FORMAT ".",
					    secret->name, n);
	fill_secret(&out->args, out);
	fill_secret(&out->options, out);
}

const SimRequest *
sim_workload_draw(const SimWorkload *workload, SimRandom *random, guint64 n,
		  SimRequest *out)
{
	const SimRequest *request = &g_array_index(
		workload->requests, SimRequest,
		(guint)sim_random_below(random, workload->requests->len));

	sim_request_copy(request, out);
	refill(&out->args, random, n);
	refill(&out->options, random, n);
	if (out->secret > 0)
		draw_secret(workload, random, n, out);
	return request;
}
