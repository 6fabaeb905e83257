/* SPDX-License-Identifier: Apache-2.0
 *
 * Plugins: each file, its verdict, and why.
 */
#include "host/gateway/json.h"
#include "host/gateway/routes.h"

static const char *
verdict_word(PluginVerdict verdict)
{
	switch (verdict) {
	case PLUGIN_LOADED:
		return "loaded";
	case PLUGIN_DISABLED:
		return "disabled";
	case PLUGIN_REFUSED:
		return "refused";
	}
	return "unknown";
}

static json_t *
words_json(char *const *words)
{
	json_t *list = json_array();

	for (; words != NULL && *words != NULL; words++)
		json_array_append_new(list, json_text(*words));
	return list;
}

static json_t *
kinds_json(guint32 kinds)
{
	static const char *const words[] = { "engine", "consensus", "runtime",
					     "crypto" };
	json_t *list = json_array();

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (kinds & (1u << i))
			json_array_append_new(list, json_text(words[i]));
	return list;
}

static void
set_text(json_t *object, const char *name, const char *text)
{
	json_object_set_new(object, name,
			    text != NULL ? json_text(text) : json_text(""));
}

static json_t *
file_json(const PluginFile *file)
{
	json_t *object = json_object();

	set_text(object, "path", file->path);
	set_text(object, "digest", file->digest);
	set_text(object, "verdict", verdict_word(file->verdict));
	set_text(object, "rule", file->rule);
	set_text(object, "reason", file->reason);
	set_text(object, "remedy", file->remedy);
	set_text(object, "id", file->id);
	set_text(object, "version", file->version);
	set_text(object, "name", file->name);
	set_text(object, "vendor", file->vendor);
	set_text(object, "trusted_by", file->trusted_by);
	json_object_set_new(object, "kinds", kinds_json(file->kinds));
	json_object_set_new(object, "offers", words_json(file->offers));
	return object;
}

void
plugins_list(Exchange *exchange)
{
	const PluginRegistry *registry = exchange->gateway->deps.plugins;
	json_t *list = json_array();
	json_t *body = json_object();

	if (registry != NULL) {
		const GPtrArray *files = plugin_registry_files(registry);

		for (guint i = 0; i < files->len; i++)
			json_array_append_new(list, file_json(files->pdata[i]));
	}
	json_object_set_new(body, "plugins", list);
	exchange_answer(exchange, 200, body);
}
