/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/check_more.h"

#include <bsn/ext/address.h>
#include <bsn/ext/chaincode.h>
#include <bsn/ext/chains.h>
#include <bsn/ext/http.h>
#include <bsn/ext/jsonrpc.h>
#include <bsn/ext/messages.h>
#include <bsn/ext/snapshot.h>
#include <bsn/ext/stream.h>

#include "host/plugin/check_grpc.h"
#include "host/plugin/check_http.h"
#include "host/plugin/check_members.h"

/* ---- members ------------------------------------------------------------ */

gboolean
plugin_lacks(Refusal *refusal, const char *table, const char *member)
{
	return refuse(refusal, RULE_MISSING_MEMBER,
		      "its %s has no %s, which is required", table, member);
}

gboolean
plugin_has_a_size(const void *table, const char *name, Refusal *refusal)
{
	guint32 size;

	if (table == NULL)
		return refuse(refusal, RULE_BAD_TABLE, "its %s is NULL", name);
	size = *(const guint32 *)table;
	if (size < 2 * sizeof(guint32) || size > TABLE_SIZE_MAX)
		return refuse(refusal, RULE_BAD_TABLE,
			      "its %s says that its size is %u bytes", name,
			      size);
	return TRUE;
}

DEFINE_HAS(bsn_chaincode_runtime, BSN_CHAINCODE_RUNTIME_REQUIRED)
DEFINE_HAS(bsn_engine_address, BSN_ENGINE_ADDRESS_REQUIRED)
DEFINE_HAS(bsn_engine_chains, BSN_ENGINE_CHAINS_REQUIRED)
DEFINE_HAS(bsn_engine_grpc, BSN_ENGINE_GRPC_REQUIRED)
DEFINE_HAS(bsn_engine_http, BSN_ENGINE_HTTP_REQUIRED)
DEFINE_HAS(bsn_engine_jsonrpc, BSN_ENGINE_JSONRPC_REQUIRED)
DEFINE_HAS(bsn_engine_messages, BSN_ENGINE_MESSAGES_REQUIRED)
DEFINE_HAS(bsn_engine_snapshot, BSN_ENGINE_SNAPSHOT_REQUIRED)
DEFINE_HAS(bsn_engine_stream, BSN_ENGINE_STREAM_REQUIRED)

/* ---- extensions ---------------------------------------------------------- */

#define CHECK(type)                                                            \
	static gboolean check_##type(const void *table, Refusal *refusal)      \
	{                                                                      \
		return has_##type(table, refusal);                             \
	}

CHECK(bsn_chaincode_runtime)
CHECK(bsn_engine_address)
CHECK(bsn_engine_chains)
CHECK(bsn_engine_jsonrpc)
CHECK(bsn_engine_messages)
CHECK(bsn_engine_snapshot)
CHECK(bsn_engine_stream)

static gboolean
check_bsn_engine_grpc(const void *table, Refusal *refusal)
{
	return has_bsn_engine_grpc(table, refusal) &&
	       plugin_check_grpc(table, refusal);
}

static gboolean
check_bsn_engine_http(const void *table, Refusal *refusal)
{
	return has_bsn_engine_http(table, refusal) &&
	       plugin_check_http(table, refusal);
}

typedef struct {
	const char *id;
	gboolean (*check)(const void *table, Refusal *refusal);
} Extension;

static gboolean
check_all(const Extension *all, gsize n, const void *(*query)(const char *id),
	  const char *whose, PluginCheckWatcher at, Refusal *refusal)
{
	for (gsize i = 0; i < n; i++) {
		g_autofree char *where = g_strdup_printf(
			"query(\"%s\") of its %s", all[i].id, whose);
		const void *table;

		if (at != NULL)
			at(where);
		table = query(all[i].id);
		if (table != NULL && !all[i].check(table, refusal))
			return FALSE;
	}
	return TRUE;
}

gboolean
plugin_check_engine_more(const bsn_engine *engine, PluginCheckWatcher at,
			 Refusal *refusal)
{
	static const Extension all[] = {
		{ BSN_ENGINE_ADDRESS_ID, check_bsn_engine_address },
		{ BSN_ENGINE_CHAINS_ID, check_bsn_engine_chains },
		{ BSN_ENGINE_GRPC_ID, check_bsn_engine_grpc },
		{ BSN_ENGINE_HTTP_ID, check_bsn_engine_http },
		{ BSN_ENGINE_JSONRPC_ID, check_bsn_engine_jsonrpc },
		{ BSN_ENGINE_MESSAGES_ID, check_bsn_engine_messages },
		{ BSN_ENGINE_SNAPSHOT_ID, check_bsn_engine_snapshot },
		{ BSN_ENGINE_STREAM_ID, check_bsn_engine_stream },
	};

	return !BSN_HAS(engine, query) ||
	       check_all(all, G_N_ELEMENTS(all), engine->query, "engine", at,
			 refusal);
}

gboolean
plugin_check_runtime_more(const bsn_runtime *runtime, PluginCheckWatcher at,
			  Refusal *refusal)
{
	static const Extension all[] = {
		{ BSN_CHAINCODE_ID, check_bsn_chaincode_runtime },
	};

	return !BSN_HAS(runtime, query) ||
	       check_all(all, G_N_ELEMENTS(all), runtime->query, "runtime", at,
			 refusal);
}
