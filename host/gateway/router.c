/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/router.h"

#include <string.h>

#include "host/gateway/routes.h"
#include "host/gateway/websocket.h"

#define GET EVHTTP_REQ_GET
#define POST EVHTTP_REQ_POST
#define PATCH EVHTTP_REQ_PATCH
#define DELETE EVHTTP_REQ_DELETE
#define OPTIONS EVHTTP_REQ_OPTIONS
#define CHAIN "/v1/chains/{c}"
#define RPC "/rpc/{c}"
/* One segment or more, at the end. */
#define REST "{path}"
#define NATIVE "/native/{c}/" REST

static const char *const none[] = { NULL };
static const char *const page[] = { "from", "limit", NULL };
static const char *const detail[] = { "txs", "raw", NULL };
static const char *const wait[] = { "wait", "timeout_ms", NULL };
static const char *const filter[] = { "from", "kind", "contract", "name",
				      "where.", NULL };
static const char *const listening[] = { "topics",	 "private",
				      "challenge", "algorithm",
				      "public_key", "signature", NULL };

/* clang-format off */
const Route routes[] = {
	{ GET, "/healthz", ROLE_NONE, FALSE, none, status_alive },
	{ GET, "/readyz", ROLE_NONE, FALSE, none, status_ready },
	{ GET, "/v1/status", ROLE_AUDITOR, FALSE, none, status_host },
	{ GET, "/v1/peers", ROLE_AUDITOR, FALSE, none, peers_list },
	{ GET, "/v1/plugins", ROLE_AUDITOR, FALSE, none, plugins_list },
	{ GET, "/v1/node/keys/{algorithm}", ROLE_ADMIN, FALSE, none, node_key },
	{ PATCH, "/v1/node/keys/{algorithm}", ROLE_ADMIN, TRUE, none,
	  node_key_certify },
	{ GET, "/v1/ids/me", ROLE_AUDITOR, FALSE, none, ids_me },
	{ GET, "/v1/ids", ROLE_AUDITOR, FALSE, none, ids_list },
	{ POST, "/v1/ids", ROLE_CLIENT, TRUE, none, ids_create },
	{ PATCH, "/v1/ids/{name}", ROLE_CLIENT, TRUE, none, ids_change },
	{ DELETE, "/v1/ids/{name}", ROLE_CLIENT, TRUE, none, ids_delete },
	{ GET, "/v1/chains", ROLE_AUDITOR, FALSE, none, chains_list },
	{ POST, "/v1/chains", ROLE_ADMIN, TRUE, none, chains_create },
	{ POST, "/v1/chains/join", ROLE_ADMIN, TRUE, none, chains_join },
	{ GET, CHAIN, ROLE_AUDITOR, FALSE, none, chains_get },
	{ PATCH, CHAIN, ROLE_ADMIN, TRUE, none, chains_change },
	{ DELETE, CHAIN, ROLE_ADMIN, TRUE, none, chains_delete },
	{ GET, CHAIN "/status", ROLE_AUDITOR, FALSE, none, status_chain },
	{ GET, CHAIN "/genesis", ROLE_AUDITOR, FALSE, none, chains_genesis },
	{ POST, CHAIN "/cas", ROLE_ADMIN, TRUE, none, chains_trust },
	{ GET, CHAIN "/nodes", ROLE_AUDITOR, FALSE, none, nodes_list },
	{ POST, CHAIN "/nodes", ROLE_CLIENT, TRUE, wait, nodes_change },
	{ GET, CHAIN "/nodes/proposals", ROLE_AUDITOR, FALSE, none,
	  nodes_proposals },
	{ GET, CHAIN "/ledger", ROLE_AUDITOR, FALSE, none, ledger_get },
	{ GET, CHAIN "/blocks", ROLE_AUDITOR, FALSE, page, blocks_list },
	{ GET, CHAIN "/blocks/{block}", ROLE_AUDITOR, FALSE, detail,
	  blocks_get },
	{ GET, CHAIN "/contracts", ROLE_AUDITOR, FALSE, page, contracts_list },
	{ POST, CHAIN "/contracts", ROLE_CLIENT, TRUE, wait,
	  contracts_deploy },
	{ POST, CHAIN "/contracts/check", ROLE_CLIENT, FALSE, none,
	  contracts_check },
	{ POST, CHAIN "/contracts/compile", ROLE_CLIENT, FALSE, none,
	  contracts_compile },
	{ GET, CHAIN "/contracts/{contract}", ROLE_AUDITOR, FALSE, none,
	  contracts_get },
	{ POST, CHAIN "/call", ROLE_CLIENT, FALSE, none, txs_call },
	{ POST, CHAIN "/txs/prepare", ROLE_CLIENT, FALSE, none, txs_prepare },
	{ POST, CHAIN "/txs/sign", ROLE_CLIENT, FALSE, none, txs_sign },
	{ POST, CHAIN "/txs", ROLE_CLIENT, TRUE, wait, txs_submit },
	{ GET, CHAIN "/txs/{id}", ROLE_AUDITOR, FALSE, none, txs_get },
	{ GET, CHAIN "/events", ROLE_AUDITOR, FALSE, filter, events_stream },
	{ GET, CHAIN "/messages", ROLE_CLIENT, FALSE, listening,
	  messages_listen },
	{ POST, CHAIN "/messages", ROLE_CLIENT, FALSE, none, messages_send },
	{ POST, CHAIN "/messages/challenge", ROLE_CLIENT, FALSE, none,
	  messages_challenge },
	{ GET, CHAIN "/messages/topics", ROLE_CLIENT, FALSE, none,
	  messages_topics },
	{ POST, CHAIN "/messages/topics", ROLE_CLIENT, TRUE, none,
	  messages_declare },
	{ DELETE, CHAIN "/messages/topics/{topic}", ROLE_CLIENT, TRUE, none,
	  messages_withdraw },
	{ POST, CHAIN "/messages/{id}/answer", ROLE_CLIENT, FALSE, none,
	  messages_answer },
	{ GET, CHAIN "/snapshots", ROLE_ADMIN, FALSE, none, snapshots_list },
	{ POST, CHAIN "/snapshots", ROLE_ADMIN, TRUE, none, snapshots_take },
	{ POST, CHAIN "/snapshots/join", ROLE_ADMIN, TRUE, none,
	  snapshots_join },
	{ DELETE, CHAIN "/snapshots/join", ROLE_ADMIN, TRUE, none,
	  snapshots_join_cancel },
	{ DELETE, CHAIN "/snapshots/{height}", ROLE_ADMIN, TRUE, none,
	  snapshots_cancel },
	{ GET, CHAIN "/tokens", ROLE_ADMIN, FALSE, none, tokens_list },
	{ POST, CHAIN "/tokens", ROLE_ADMIN, TRUE, none, tokens_make },
	{ DELETE, CHAIN "/tokens/{name}", ROLE_ADMIN, TRUE, none, tokens_end },
	{ POST, RPC, ROLE_AUDITOR, FALSE, none, rpc_post },
	{ GET, RPC, ROLE_AUDITOR, FALSE, none, websocket_open },
	{ OPTIONS, RPC, ROLE_NONE, FALSE, none, rpc_preflight },
	{ POST, RPC "/{token}", ROLE_AUDITOR, FALSE, none, rpc_post },
	{ GET, RPC "/{token}", ROLE_AUDITOR, FALSE, none, websocket_open },
	{ OPTIONS, RPC "/{token}", ROLE_NONE, FALSE, none, rpc_preflight },
	{ GET, NATIVE, ROLE_AUDITOR, FALSE, NULL, native_ask },
	{ POST, NATIVE, ROLE_AUDITOR, FALSE, NULL, native_ask },
	{ OPTIONS, NATIVE, ROLE_NONE, FALSE, NULL, rpc_preflight },
};
/* clang-format on */
const guint route_count = G_N_ELEMENTS(routes);

/* The pattern's part at `at`: its length, and whether it is a "{name}". */
static gsize
part_of(const char *at, gboolean *is_arg)
{
	*is_arg = at[0] == '{';
	return strcspn(at, "/");
}

static gboolean
matches(const char *pattern, const Target *target)
{
	guint n = 0;

	while (*pattern == '/') {
		gboolean is_arg;
		gsize len = part_of(++pattern, &is_arg);

		if (n == target->segment_count)
			return FALSE;
		if (strcmp(pattern, REST) == 0)
			return TRUE;
		if (!is_arg && (strlen(target->segments[n]) != len ||
				memcmp(target->segments[n], pattern, len) != 0))
			return FALSE;
		pattern += len;
		n++;
	}
	return n == target->segment_count;
}

const char *
route_arg(const Route *route, const Target *target, const char *name)
{
	const char *pattern = route->pattern;

	for (guint n = 0; *pattern == '/' && n < target->segment_count; n++) {
		gboolean is_arg;
		gsize len = part_of(++pattern, &is_arg);

		if (is_arg && len == strlen(name) + 2 &&
		    memcmp(pattern + 1, name, len - 2) == 0)
			return target->segments[n];
		pattern += len;
	}
	return NULL;
}

const char *
method_name(enum evhttp_cmd_type method)
{
	switch (method) {
	case EVHTTP_REQ_GET:
		return "GET";
	case EVHTTP_REQ_POST:
		return "POST";
	case EVHTTP_REQ_HEAD:
		return "HEAD";
	case EVHTTP_REQ_PUT:
		return "PUT";
	case EVHTTP_REQ_DELETE:
		return "DELETE";
	case EVHTTP_REQ_OPTIONS:
		return "OPTIONS";
	case EVHTTP_REQ_TRACE:
		return "TRACE";
	case EVHTTP_REQ_CONNECT:
		return "CONNECT";
	case EVHTTP_REQ_PATCH:
		return "PATCH";
	}
	return "";
}

RouteMatch
route_find(enum evhttp_cmd_type method, const Target *target,
	   const Route **route, char **allow)
{
	g_autoptr(GString) methods = g_string_new(NULL);

	*route = NULL;
	*allow = NULL;
	if (method == EVHTTP_REQ_HEAD)
		method = EVHTTP_REQ_GET;
	for (guint i = 0; i < route_count; i++) {
		if (!matches(routes[i].pattern, target))
			continue;
		/* The first of a method is the most exact: "contracts/check"
		 * stands before "contracts/{contract}". */
		if (*route == NULL && routes[i].method == method)
			*route = &routes[i];
		if (routes[i].method == EVHTTP_REQ_GET)
			g_string_append(methods, "GET, HEAD, ");
		else
			g_string_append_printf(methods, "%s, ",
					       method_name(routes[i].method));
	}
	if (methods->len == 0)
		return ROUTE_UNKNOWN;
	*allow = g_strconcat(methods->str, "OPTIONS", NULL);
	return *route != NULL ? ROUTE_FOUND : ROUTE_OTHER_METHOD;
}
