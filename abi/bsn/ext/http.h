/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/ext/http.h: an engine that answers its framework's own HTTP interface
 * (`bsn.engine.http/1`), so that a framework's existing clients work unchanged.
 * The host serves it at /native/{chain}/..., knows who asks, and lets those who
 * may only read ask only what does not change the ledger; the engine answers by
 * the service bsn_http (`bsn.http/1`), at once or later.
 */
#ifndef BSN_EXT_HTTP_H
#define BSN_EXT_HTTP_H

#include "../engine.h"
#include "session.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_ENGINE_HTTP_ID "bsn.engine.http/1"
#define BSN_HTTP_ID "bsn.http/1"

/* Flag of a route: asking changes the ledger. */
#define BSN_HTTP_CHANGES 1u

/* What can be asked; constant while the plugin is loaded. */
typedef struct bsn_http_route {
	uint32_t size;
	uint32_t flags;     /* BSN_HTTP_* */
	const char *method; /* "GET" or "POST" */
	const char *path;   /* below /native/{chain}: "/v1/get_block", one to
			     * five segments of A-Z a-z 0-9 . _ -, the first
			     * of which does not begin with "bsn_" */
} bsn_http_route;

/* Bytes of an answer. */
#define BSN_HTTP_ANSWER_MAX (64u << 20)

/* One request; borrowed for the call, but for the reply. */
typedef struct bsn_http_request {
	uint32_t size;
	uint32_t reserved;           /* 0 */
	const bsn_http_route *route; /* one of the engine's */
	bsn_slice query;  /* behind the '?', as it was sent; may be empty */
	bsn_slice body;   /* as it was sent, whatever its type; at most what the
			   * host's config says */
	const bsn_client *client; /* who asks */
	bsn_reply *reply;
} bsn_http_request;

typedef struct bsn_engine_http {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* What it serves; ended by NULL. No method and path twice. */
	const bsn_http_route *const *routes;

	/* Answers a request with bsn_http.answer: also errors that have a form
	 * of the framework's own. reply->fail makes the host's own answer.
	 *
	 * Returns: BSN_OK: it was or will be answered.
	 * Errors:  any, then no reply was used: as reply->fail.
	 * [strand] & open */
	int32_t (*request)(bsn_ledger *ledger, const bsn_http_request *request,
			   bsn_err *err);
} bsn_engine_http;

/* Required members, X(member). */
#define BSN_ENGINE_HTTP_REQUIRED(X) X(routes) X(request)

/* The HTTP table of an engine, or NULL. [any] */
static inline const bsn_engine_http *
bsn_engine_http_of(const bsn_engine *engine)
{
	if (!BSN_HAS(engine, query))
		return NULL;
	return (const bsn_engine_http *)engine->query(BSN_ENGINE_HTTP_ID);
}

/* ---- the host's service ------------------------------------------------- */

typedef struct bsn_http {
	BSN_TABLE_HEAD; /* flags: 0 */

	/* Answers a request, once.
	 *
	 * In: status: of HTTP (RFC 9110 section 15), 200 to 599; json: the
	 *     body, JSON in UTF-8, copied; at most BSN_HTTP_ANSWER_MAX.
	 * [strand] & open & closing */
	void (*answer)(bsn_reply *reply, uint32_t status, bsn_slice json);
} bsn_http;

BSN_HOST_SERVICE(bsn_http, bsn_host_http, BSN_HTTP_ID)

#ifdef __cplusplus
}
#endif

#endif /* BSN_EXT_HTTP_H */
