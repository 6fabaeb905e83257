/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/check_http.h"

#include <string.h>

#include "host/plugin/check.h"
#include "host/plugin/note.h"

/* Bytes of a path. */
#define PATH_MAX_LEN 256u
/* Segments of one: what the gateway takes apart, less "native", the chain and a
 * token. */
#define SEGMENTS_MAX 5u

/* So begins what the gateway takes for an access token (host/access/tokens.h). */
#define TOKEN_LIKE "/bsn_"

static gboolean
is_path(const char *path)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	const char *at = path;
	guint segments = 0;

	while (*at == '/') {
		const gsize len = strspn(at + 1, allowed);

		if (len == 0 || ++segments > SEGMENTS_MAX)
			return FALSE;
		at += 1 + len;
	}
	return segments > 0 && *at == '\0' &&
	       (gsize)(at - path) <= PATH_MAX_LEN &&
	       !g_str_has_prefix(path, TOKEN_LIKE);
}

static gboolean
check_route(const bsn_http_route *route, GHashTable *seen, Refusal *refusal)
{
	if (!BSN_HAS(route, method) || !BSN_HAS(route, path))
		return refuse(refusal, RULE_MISSING_MEMBER,
			      "one of its bsn_http_route has no method or no "
			      "path, which are required");
	if (strcmp(route->method, "GET") != 0 &&
	    strcmp(route->method, "POST") != 0) {
		g_autofree char *shown = plugin_text(route->method, -1, 16);

		return refuse(refusal, RULE_BAD_TABLE,
			      "one of its HTTP routes has the method \"%s\", "
			      "neither GET nor POST",
			      shown);
	}
	if (!is_path(route->path)) {
		g_autofree char *shown = plugin_text(route->path, -1, 64);

		return refuse(refusal, RULE_BAD_TABLE,
			      "\"%s\" is no path of an HTTP route, as in "
			      "/v1/get_block",
			      shown);
	}
	if ((route->flags & ~BSN_HTTP_CHANGES) != 0)
		return refuse(refusal, RULE_BAD_TABLE,
			      "the flags of its HTTP route %s are %u",
			      route->path, route->flags);
	if (!g_hash_table_add(seen, g_strconcat(route->method, " ",
						route->path, NULL)))
		return refuse(refusal, RULE_BAD_TABLE,
			      "offers the HTTP route %s %s twice",
			      route->method, route->path);
	return TRUE;
}

gboolean
plugin_check_http(const bsn_engine_http *http, Refusal *refusal)
{
	g_autoptr(GHashTable) seen =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; http->routes[i] != NULL; i++) {
		if (i == CHECK_ENTRIES_MAX)
			return refuse(refusal, RULE_BAD_TABLE,
				      "its list of HTTP routes has no end "
				      "within %u entries",
				      CHECK_ENTRIES_MAX);
		if (!check_route(http->routes[i], seen, refusal))
			return FALSE;
	}
	return TRUE;
}
