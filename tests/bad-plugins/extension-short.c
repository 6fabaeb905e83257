/* SPDX-License-Identifier: Apache-2.0
 *
 * An extension (TABLE, found by TABLE_ID) that lacks a required MEMBER. The other
 * members are something, which nobody may call.
 */
#define PLUGIN_ID "test.extension-short"
#include <bsn/ext/address.h>
#include <bsn/ext/chaincode.h>
#include <bsn/ext/jsonrpc.h>
#include <bsn/ext/messages.h>
#include <bsn/ext/stream.h>

#include "minimal.h"

MINIMAL_NOTE;

static TABLE table;

static const void *
engine_query(const char *id)
{
	return strcmp(id, TABLE_ID) == 0 ? &table : NULL;
}

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	memset(&table, 0x55, sizeof(table));
	table.size = sizeof(table);
	table.flags = 0;
	table.MEMBER = NULL;
	minimal_engine.query = engine_query;
	*plugin = &minimal_plugin;
	return BSN_OK;
}
