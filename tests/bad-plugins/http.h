/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/bad-plugins/http.h: the minimal engine with an HTTP table, whose routes
 * are a plugin's own. Before the include: PLUGIN_ID.
 */
#ifndef TESTS_BAD_PLUGINS_HTTP_H
#define TESTS_BAD_PLUGINS_HTTP_H

#include <bsn/ext/http.h>

#include "minimal.h"

static int32_t
request(bsn_ledger *ledger, const bsn_http_request *one, bsn_err *err)
{
	return bsn_fail(err, BSN_DENIED, "it serves nobody");
}

static bsn_engine_http http_table = {
	.size = sizeof(http_table),
	.request = request,
};

static const void *
engine_query(const char *id)
{
	return strcmp(id, BSN_ENGINE_HTTP_ID) == 0 ? &http_table : NULL;
}

/* bsn_plugin_open of a plugin with these routes. */
#define HTTP_OPEN(its_routes)                                                  \
	int32_t bsn_plugin_open(const bsn_host *host,                          \
				const bsn_plugin **plugin, bsn_err *err)       \
	{                                                                      \
		http_table.routes = its_routes;                                \
		minimal_engine.query = engine_query;                           \
		*plugin = &minimal_plugin;                                     \
		return BSN_OK;                                                 \
	}

#endif
