/* SPDX-License-Identifier: Apache-2.0 */
#include "host/gateway/identify.h"

#include <string.h>

#include "host/access/tokens.h"
#include "host/gateway/internal.h"
#include "host/gateway/native.h"
#include "host/gateway/routes.h"

#define BEARER "Bearer "

/* ---- tokens in paths ---- */

static gboolean
is_native(const Exchange *exchange)
{
	return g_str_has_prefix(exchange->route->pattern, "/native/");
}

gboolean
identify_is_frameworks(const Exchange *exchange)
{
	return is_native(exchange) ||
	       g_str_has_prefix(exchange->route->pattern, "/rpc/");
}

/* The token in the path; NULL: there is none. */
static const char *
path_token(const Exchange *exchange)
{
	return is_native(exchange) ? native_token(&exchange->target)
				   : exchange_arg(exchange, "token");
}

void
identify_hide_token(Exchange *exchange)
{
	const char *secret = path_token(exchange);
	const gsize path_len = strcspn(exchange->uri, "?");
	const char *at = secret != NULL ? g_strstr_len(exchange->uri,
						       (gssize)path_len,
						       secret) :
					  NULL;
	g_autofree char *uri = exchange->uri;

	if (secret == NULL) {
		g_steal_pointer(&uri);
		return;
	}
	/* One that is written otherwise is not found: then the path is hidden. */
	exchange->uri = at == NULL ?
				g_strdup_printf("/%s/%s/***%s",
						exchange->target.segments[0],
						exchange_arg(exchange, "c"),
						uri + path_len) :
				g_strdup_printf("%.*s***%s", (int)(at - uri),
						uri, at + strlen(secret));
}

/* ---- certificates and signatures ---- */

static gboolean
is_signed(const Exchange *exchange)
{
	return exchange_header(exchange, SIGNED_REQUEST_CERT_HEADER) != NULL ||
	       exchange_header(exchange, SIGNED_REQUEST_TIME_HEADER) != NULL ||
	       exchange_header(exchange, SIGNED_REQUEST_NONCE_HEADER) != NULL ||
	       exchange_header(exchange, SIGNED_REQUEST_SIGNATURE_HEADER) !=
		       NULL;
}

static char *
header_copy(const Exchange *exchange, const char *name)
{
	return g_strdup(exchange_header(exchange, name));
}

static int32_t
identify_by_proof(Exchange *exchange, gint64 now_ms, bsn_err *err)
{
	const GatewayDeps *deps = &exchange->gateway->deps;
	Proof proof = {
		.certificate =
			SSL_get1_peer_certificate(exchange->connection->ssl),
		.headers = {
			header_copy(exchange, SIGNED_REQUEST_CERT_HEADER),
			header_copy(exchange, SIGNED_REQUEST_TIME_HEADER),
			header_copy(exchange, SIGNED_REQUEST_NONCE_HEADER),
			header_copy(exchange, SIGNED_REQUEST_SIGNATURE_HEADER),
		},
		.method = method_name(exchange->method),
		.target = exchange->uri,
		.body = exchange->body,
		.body_len = exchange->body_len,
	};
	int32_t status = authenticate(deps->trust, deps->verifier, &proof,
				      now_ms, &exchange->caller, err);

	X509_free(proof.certificate);
	signed_request_clear(&proof.headers);
	return status;
}

static void
free_caller(gpointer caller)
{
	caller_unref(caller);
}

/* The TLS certificate is judged once for its connection. */
static int32_t
identify_by_connection(Exchange *exchange, gint64 now_ms, bsn_err *err)
{
	Connection *connection = exchange->connection;
	int32_t status;

	if (connection->caller != NULL &&
	    caller_still_valid(connection->caller, now_ms)) {
		exchange->caller = caller_ref(connection->caller);
		return BSN_OK;
	}
	status = identify_by_proof(exchange, now_ms, err);
	if (status != BSN_OK)
		return status;
	caller_unref(connection->caller);
	connection->caller = caller_ref(exchange->caller);
	connection->caller_free = free_caller;
	return BSN_OK;
}

/* ---- tokens ---- */

/* RFC 6750 section 2.1, or the path's end. */
static const char *
token_of(const Exchange *exchange)
{
	const char *header = exchange_header(exchange, "Authorization");

	if (!identify_is_frameworks(exchange))
		return NULL;
	if (path_token(exchange) != NULL)
		return path_token(exchange);
	if (header == NULL ||
	    g_ascii_strncasecmp(header, BEARER, strlen(BEARER)) != 0)
		return NULL;
	return header + strlen(BEARER);
}

/* A wrong one leaves a line in the audit, so many in a second at most. */
static int32_t
identify_by_token(Exchange *exchange, const char *secret, bsn_err *err)
{
	const GatewayDeps *deps = &exchange->gateway->deps;
	const char *name = exchange_arg(exchange, "c");
	const Chain *chain = chain_table_find(deps->chains, name);
	TokenChain of = { name, chain != NULL ? chain_created_ms(chain) : 0 };
	int32_t status = tokens_judge(exchange->gateway->tokens, of, secret,
				      &exchange->caller, err);

	exchange->audited = status == BSN_UNAUTHENTICATED;
	return status;
}

/* ---- any of them ---- */

int32_t
identify(Exchange *exchange, bsn_err *err)
{
	gint64 now_ms = g_get_real_time() / 1000;
	const char *token = token_of(exchange);

	if (token != NULL)
		return identify_by_token(exchange, token, err);
	return is_signed(exchange)
		       ? identify_by_proof(exchange, now_ms, err)
		       : identify_by_connection(exchange, now_ms, err);
}
