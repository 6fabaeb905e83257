/* SPDX-License-Identifier: Apache-2.0
 *
 * engine-fleet.so: an engine of the fleet, around the FISCO style engine.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/bad-plugins/fleet/fleet.h"

#define PLUGIN_ID "test.engine-fleet"
#define PLUGIN_VERSION "1.0"
/* Rows of a framework, and one more. */
#define FEATURES_MAX 64

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_ENGINE);

static const bsn_engine *engine;
static const bsn_plugin *good;

static const void *
query(const char *id)
{
	CRASH_IF(query_crashes);
	if (strcmp(id, BSN_ENGINE_ID) == 0)
		return engine;
	if (IS(query_answers_all) && strcmp(id, BSN_CONSENSUS_ID) != 0 &&
	    strcmp(id, BSN_RUNTIME_ID) != 0 && strcmp(id, BSN_CRYPTO_ID) != 0)
		return engine;
	return NULL;
}

static bsn_plugin plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "engine of the fleet",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

/* ---- what it claims ------------------------------------------------------ */

static bsn_feature claimed[FEATURES_MAX];
static const bsn_feature *features[FEATURES_MAX + 1];

static void
claim(guint *n, const char *row, uint32_t offered, const char *detail)
{
	claimed[*n] = (bsn_feature){ sizeof(bsn_feature), offered, row,
				     detail };
	features[*n] = &claimed[*n];
	(*n)++;
}

static void
claim_one(guint *n, const bsn_feature *feature)
{
	uint32_t offered = feature->offered;
	const char *detail = feature->detail;

	if (strcmp(feature->row, "contract.freeze") == 0) {
		if (IS(row_missing))
			return;
		if (IS(detail_no_json))
			detail = "by its owner";
		if (IS(detail_a_list))
			detail = "[\"owner\"]";
		if (IS(row_twice))
			claim(n, feature->row, 0, NULL);
	}
	if (IS(claims_compile) && strcmp(feature->row, "contract.compile") == 0)
		offered = 1;
	claim(n, feature->row, offered, detail);
}

static void
claim_features(const bsn_feature *const *given)
{
	guint n = 0;

	for (guint i = 0; given[i] != NULL && n < FEATURES_MAX - 1; i++)
		claim_one(&n, given[i]);
	if (IS(row_unknown))
		claim(&n, "function.sm9", 1, NULL);
	features[n] = NULL;
}

/* ---- what its tables are ------------------------------------------------- */

static void
spoil_tables(bsn_engine *spoilt)
{
	static bsn_tx_ops tx;

	tx = *spoilt->tx;
	if (IS(table_has_no_size))
		tx.size = 0;
	if (IS(table_too_small))
		tx.size = offsetof(bsn_tx_ops, get);
	if (IS(table_too_large))
		tx.size = sizeof(tx) + 64;
	if (IS(table_cuts_a_member))
		tx.size = sizeof(tx) - 3;
	if (IS(member_missing))
		tx.get = NULL;
	spoilt->tx = &tx;
}

static void
make_engine(const bsn_engine *given)
{
	static bsn_engine made;

	made = *fleet_wrap_engine(given);
	claim_features(given->features);
	made.features = features;
	spoil_tables(&made);
	if (IS(no_vendor))
		plugin.vendor = NULL;
	engine = &made;
}

static void
open_badly(void)
{
	CRASH_IF(open_crashes);
	if (IS(open_hangs))
		fleet_hang();
	if (IS(open_exits))
		exit(0);
}

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **out, bsn_err *err)
{
	int32_t status;

	open_badly();
	if (IS(open_has_no_reason))
		return BSN_E_INTERNAL;
	status = fleet_good_open(fleet_wrap_host(host), &good, err);
	if (status != BSN_OK)
		return status;
	make_engine(bsn_engine_of(good));
	*out = &plugin;
	return BSN_OK;
}
