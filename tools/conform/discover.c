/* SPDX-License-Identifier: Apache-2.0
 *
 * The child's answer crosses as one JSON object, in the page's evidence.
 */
#include "tools/conform/discover.h"

#include <jansson.h>
#include <string.h>

#include "host/plugin/check.h"

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

static json_t *
text(const char *from)
{
	g_autofree char *valid = from != NULL ? plugin_text(from, -1, 256)
					      : NULL;

	return valid != NULL ? json_string(valid) : json_null();
}

static json_t *
list_claims(const bsn_engine *engine)
{
	json_t *list = json_array();

	for (guint i = 0; engine->features[i] != NULL; i++) {
		const bsn_feature *feature = engine->features[i];
		const char *detail =
			BSN_HAS(feature, detail) ? feature->detail : NULL;

		json_array_append_new(
			list, json_pack("{s:o,s:b,s:s?}", "row",
					text(feature->row), "offered",
					feature->offered != 0, "detail",
					detail));
	}
	return list;
}

/* What tables are there and how they are named. */
static json_t *
list_offers(const bsn_plugin *plugin)
{
	json_t *list = json_array();

	if (bsn_consensus_of(plugin) != NULL)
		json_array_append_new(
			list, json_sprintf("consensus %s",
					   bsn_consensus_of(plugin)->name));
	if (bsn_runtime_of(plugin) != NULL)
		json_array_append_new(
			list, json_sprintf("runtime %s",
					   bsn_runtime_of(plugin)->name));
	return list;
}

static void
discover(Run *run)
{
	const bsn_plugin *plugin = run_plugin(run);
	const bsn_engine *engine = bsn_engine_of(plugin);
	g_autoptr(json_t) said = json_pack(
		"{s:o,s:o,s:o,s:I,s:o}", "name", text(plugin->name), "vendor",
		text(plugin->vendor), "licence", text(plugin->licence),
		"flags", (json_int_t)plugin->flags, "offers",
		list_offers(plugin));
	g_autofree char *line = NULL;

	if (engine != NULL) {
		json_object_set_new(said, "framework",
				    text(engine->framework));
		json_object_set_new(said, "claims", list_claims(engine));
	}
	line = json_dumps(said, JSON_COMPACT);
	EXPECT(run, line != NULL, "what it says of itself is no text");
	page_add(run->page, line);
}

/* ---- the workload --------------------------------------------------------- */

static void
has_workload(Run *run)
{
	const SimWorkload *workload = run_workload(run);

	run_note(run, "%s, of framework \"%s\"", run->subject->workload_path,
		 workload->framework);
	run_note(run, "%u account(s), %u kind(s) of request, a contract in "
		      "%u version(s)",
		 workload->accounts, workload->requests->len,
		 workload->contract != NULL ? workload->contract->versions->len
					    : 0);
	EXPECT(run,
	       workload->framework[0] == '\0' ||
		       g_strcmp0(workload->framework,
				 run->subject->framework) == 0,
	       "a workload must be for the engine's framework, %s; this one "
	       "is for %s",
	       run->subject->framework, workload->framework);
}

static const Check list[] = {
	{ "load.workload",
	  "A workload says what there is to ask of the framework.", NULL,
	  "bsn-conform(1): The workload", LEVEL_LOADS, 1, BSN_KIND_ENGINE,
	  has_workload, 0 },
};
CHECK_GROUP(checks_workload, list);

const Check discover_check = {
	.id = "load.plugin",
	.sentence = "It is loaded, opens, and its tables are whole.",
	.clause = "plugin.h: bsn_plugin_open",
	.level = LEVEL_LOADS,
	.edition = 1,
	.run = discover,
};

/* ---- its answer ----------------------------------------------------------- */

static char *
take_text(const json_t *said, const char *name)
{
	return g_strdup(json_string_value(json_object_get(said, name)));
}

static void
take_claim(Subject *subject, const json_t *said)
{
	Claim *claim;

	if (json_string_value(json_object_get(said, "row")) == NULL)
		return;
	claim = g_new0(Claim, 1);
	claim->row = take_text(said, "row");
	claim->detail = take_text(said, "detail");
	claim->offered = json_is_true(json_object_get(said, "offered"));
	g_ptr_array_add(subject->claims, claim);
}

gboolean
discover_read(Subject *subject, const Page *page)
{
	g_autoptr(GPtrArray) lines = page_lines(page);
	g_autoptr(json_t) said = NULL;
	json_t *each;
	gsize i;

	if (lines->len > 0)
		said = json_loads(lines->pdata[lines->len - 1], 0, NULL);
	if (!json_is_object(said))
		return FALSE;
	subject->name = take_text(said, "name");
	subject->vendor = take_text(said, "vendor");
	subject->licence = take_text(said, "licence");
	subject->framework = take_text(said, "framework");
	subject->flags = (guint32)json_integer_value(
		json_object_get(said, "flags"));
	json_array_foreach(json_object_get(said, "claims"), i, each)
		take_claim(subject, each);
	json_array_foreach(json_object_get(said, "offers"), i, each)
		g_ptr_array_add(subject->offers,
				g_strdup(json_string_value(each)));
	return TRUE;
}
