/* SPDX-License-Identifier: Apache-2.0
 *
 * An engine that takes snapshots, from which nobody can begin.
 */
#define PLUGIN_ID "test.snapshot-short"
#include <bsn/ext/snapshot.h>

#include "minimal.h"

MINIMAL_NOTE;

static int32_t
take(bsn_ledger *ledger, uint64_t height, uint32_t flags, bsn_reply *reply,
     bsn_err *err)
{
	return bsn_fail(err, BSN_UNAVAILABLE, "it has no state");
}

static int32_t
cancel(bsn_ledger *ledger, uint64_t height, bsn_reply *reply, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND, "it has none");
}

static int32_t
list(bsn_ledger *ledger, bsn_reply *reply, bsn_err *err)
{
	return bsn_fail(err, BSN_UNAVAILABLE, "it has no state");
}

static const bsn_engine_snapshot snapshot = {
	.size = sizeof(snapshot),
	.take = take,
	.cancel = cancel,
	.list = list,
};

static const void *
engine_query(const char *id)
{
	return strcmp(id, BSN_ENGINE_SNAPSHOT_ID) == 0 ? &snapshot : NULL;
}

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	minimal_engine.query = engine_query;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
