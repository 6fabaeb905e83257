/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine that other chains may ask, and that cannot be told an answer.
 */
#define PLUGIN_ID "test.chains-short"
#include <bsn/ext/chains.h>

#include "minimal.h"

MINIMAL_NOTE;

static void
began(bsn_ledger *parent, bsn_slice name, int32_t status, const bsn_err *err)
{
}

static int32_t
asked(bsn_ledger *ledger, bsn_slice from, bsn_slice question, bsn_reply *reply,
      bsn_err *err)
{
	return bsn_fail(err, BSN_UNAVAILABLE, "it has no state");
}

static const bsn_engine_chains chains = {
	.size = sizeof(chains),
	.began = began,
	.asked = asked,
};

static const void *
engine_query(const char *id)
{
	return strcmp(id, BSN_ENGINE_CHAINS_ID) == 0 ? &chains : NULL;
}

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	minimal_engine.query = engine_query;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
