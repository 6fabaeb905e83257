/* SPDX-License-Identifier: Apache-2.0
 *
 * Checks of what an engine says of itself: its features.
 */
#include <jansson.h>
#include <string.h>

#include "host/plugin/check.h"
#include "tools/conform/load.h"
#include "tools/conform/rows.h"

static const bsn_engine *
engine_of(Run *run)
{
	const bsn_engine *engine =
		load_query(run, load_plugin(run), BSN_ENGINE_ID);

	EXPECT(run, BSN_HAS(engine, features),
	       "an engine must state its features; it does not");
	return engine;
}

static gboolean
is_standard(const char *row)
{
	for (const StandardRow *at = standard_rows; at->row != NULL; at++)
		if (strcmp(at->row, row) == 0)
			return TRUE;
	return FALSE;
}

/* Begins with a word of the standard's, so is meant to be a row of it. */
static gboolean
is_in_a_group(const char *row)
{
	gsize len = strcspn(row, ".");

	for (const StandardRow *at = standard_rows; at->row != NULL; at++)
		if (strncmp(at->row, row, len) == 0 && at->row[len] == '.')
			return TRUE;
	return FALSE;
}

/* "com.acme.sharding": a vendor's own. */
static gboolean
is_reverse_domain(const char *row)
{
	const char *dot = strchr(row, '.');

	return dot != NULL && dot != row && strchr(dot + 1, '.') != NULL &&
	       !is_in_a_group(row);
}

static void
expect_row(Run *run, const bsn_engine *engine, guint i)
{
	const bsn_feature *feature = engine->features[i];

	EXPECT(run, BSN_HAS(feature, row),
	       "a feature must name its row; number %u does not", i);
	EXPECT(run,
	       is_standard(feature->row) ||
		       g_str_has_prefix(feature->row, "capability.") ||
		       is_reverse_domain(feature->row),
	       "a feature must be a row of the standard, a capability or a "
	       "vendor's own (com.acme.x); \"%s\" is none",
	       feature->row);
	EXPECT(run, feature->offered <= 1,
	       "offered of a feature must be 1 or 0; that of %s is %u",
	       feature->row, feature->offered);
	for (guint j = 0; j < i; j++)
		EXPECT(run,
		       strcmp(engine->features[j]->row, feature->row) != 0,
		       "a row must be stated once; %s is stated twice",
		       feature->row);
	run_note(run, "%s: %s", feature->row,
		 feature->offered ? "offered" : "not offered");
}

static void
check_features(Run *run)
{
	const bsn_engine *engine = engine_of(run);

	for (guint i = 0; engine->features[i] != NULL; i++) {
		EXPECT(run, i < CHECK_ENTRIES_MAX,
		       "features must end with NULL; there is none within %u",
		       CHECK_ENTRIES_MAX);
		expect_row(run, engine, i);
	}
}

static void
check_details(Run *run)
{
	const bsn_engine *engine = engine_of(run);

	for (guint i = 0;
	     i < CHECK_ENTRIES_MAX && engine->features[i] != NULL; i++) {
		const bsn_feature *feature = engine->features[i];
		json_error_t error = { .text = "" };
		json_t *json;

		if (!BSN_HAS(feature, detail))
			continue;
		json = json_loads(feature->detail, JSON_REJECT_DUPLICATES,
				  &error);
		EXPECT(run, json_is_object(json),
		       "the detail of %s must be a JSON object; it is not: %s",
		       feature->row,
		       json != NULL ? "it is of another type" : error.text);
		json_decref(json);
		run_note(run, "%s: %s", feature->row, feature->detail);
	}
}

/* Not to say anything of a row is no answer; "not offered" is one. */
static void
check_required(Run *run)
{
	const bsn_engine *engine = engine_of(run);

	for (const StandardRow *at = standard_rows; at->row != NULL; at++) {
		gboolean stated = FALSE;

		for (guint i = 0; i < CHECK_ENTRIES_MAX &&
				  engine->features[i] != NULL;
		     i++)
			stated |= BSN_HAS(engine->features[i], row) &&
				  strcmp(engine->features[i]->row,
					 at->row) == 0;
		EXPECT(run, stated || !at->required,
		       "every row that the standard requires must be stated, "
		       "offered or not; %s is not",
		       at->row);
		run_note(run, "%s: %s", at->row,
			 stated ? "stated" : "not stated, and optional");
	}
}

#define FEATURE_CHECK(id, sentence, clause, run)                               \
	{ "load." id, sentence ".", NULL, clause, LEVEL_LOADS, 1,              \
	  BSN_KIND_ENGINE, run, 0 }

static const Check checks[] = {
	FEATURE_CHECK("features",
		      "It states known rows, each once",
		      "engine.h: bsn_feature.row", check_features),
	FEATURE_CHECK("feature-details",
		      "The parameters of its features are JSON objects",
		      "engine.h: bsn_feature.detail", check_details),
	FEATURE_CHECK("required-rows",
		      "It states every required row, offered or not",
		      "engine.h: bsn_engine.features", check_required),
};

CHECK_GROUP(checks_load_features, checks);
