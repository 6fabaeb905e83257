/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON-RPC over HTTP: /rpc/{chain}.
 */
#include <string.h>

#include "tests/unit/gateway_fixture.h"

#define RPC "/rpc/c1"

static Fixture fixture;

static Answer *
rpc(const char *who, const char *body)
{
	return ask_as(&fixture, who, "POST", RPC, body);
}

static void
assert_text(const char *body, const char *expected)
{
	g_autoptr(Answer) answer = rpc("client", body);

	g_assert_cmpint(answer->http, ==, 200);
	g_assert_cmpstr(answer->text, ==, expected);
}

static void
assert_rpc_error(const Answer *answer, gint64 code)
{
	g_assert_cmpint(answer->http, ==, 200);
	g_assert_cmpint(number_member(answer, "error.code"), ==, code);
	g_assert_cmpstr(text_member(answer, "error.message"), !=, "");
	g_assert_cmpstr(text_member(answer, "jsonrpc"), ==, "2.0");
}

static void
test_one(void)
{
	assert_text("{\"id\":7,\"method\":\"echo\",\"params\":[1,{\"a\":2}]}",
		    "{\"id\":7,\"result\":[1,{\"a\":2}]}");
}

static void
test_batch(void)
{
	assert_text("[{\"id\":1,\"method\":\"met\"},{\"method\":\"met\"},"
		    "{\"id\":\"x\",\"method\":\"met\"}]",
		    "[{\"id\":1,\"result\":3},{\"id\":\"x\",\"result\":3}]");
	assert_text("[{\"id\":1,\"method\":\"echo\"},{\"id\":5}]",
		    "[{\"id\":1,\"result\":null},"
		    "{\"jsonrpc\":\"2.0\",\"id\":5,\"error\":{\"code\":-32600,"
		    "\"message\":\"not a request: an object with one `method` "
		    "and one `id`\"}}]");
}

static void
test_notifications(void)
{
	g_autoptr(Answer) one = rpc("client", "{\"method\":\"echo\"}");
	g_autoptr(Answer) all = rpc("client", "[{\"method\":\"echo\"},"
					      "{\"method\":\"refuse\"}]");

	g_assert_cmpint(one->http, ==, 204);
	g_assert_cmpstr(one->text, ==, "");
	g_assert_cmpint(all->http, ==, 204);
}

static void
test_errors(void)
{
	static const struct {
		const char *body;
		gint64 code;
	} cases[] = {
		{ "{", -32700 },
		{ "[]", -32600 },
		{ "7", -32600 },
		{ "[1,2,3,4]", -32005 },
		{ "{\"id\":1,\"method\":\"refuse\"}", -32005 },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Answer) answer = rpc("client", cases[i].body);

		assert_rpc_error(answer, cases[i].code);
	}
}

static void
test_big(void)
{
	g_autoptr(Answer) answer =
		rpc("client",
		    "{\"id\":1,\"method\":\"big\",\"params\":[3000000]}");

	g_assert_cmpint(answer->http, ==, 200);
	g_assert_cmpuint(strlen(text_member(answer, "result")), ==, 3000000);
}

static void
test_roles(void)
{
	const char *send = "{\"id\":1,\"method\":\"ns_sendIt\"}";
	g_autoptr(Answer) nobody = rpc(NULL, send);
	g_autoptr(Answer) stranger = rpc("stranger", send);
	g_autoptr(Answer) auditor = rpc("auditor", send);
	g_autoptr(Answer) reads = rpc("auditor", "{\"id\":1,\"method\":\"a\"}");
	g_autoptr(Answer) client = rpc("client", send);
	g_autoptr(Answer) sm2 =
		ask_signed(&fixture, "sm2", "POST", RPC, send, send);

	assert_error(nobody, 401, "unauthenticated", NULL);
	g_assert_cmpint(stranger->http, ==, 401);
	assert_rpc_error(auditor, -32000);
	g_assert_nonnull(member(reads, "result"));
	g_assert_nonnull(member(client, "result"));
	g_assert_nonnull(member(sm2, "result"));
}

static void
test_no_chain(void)
{
	g_autoptr(Answer) answer =
		ask_as(&fixture, "client", "POST", "/rpc/none", "{}");

	assert_error(answer, 404, "not-found", "there is no chain \"none\"");
}

/* ---- access tokens ---- */

#define TOKENS "/v1/chains/c1/tokens"
#define SEND "{\"id\":1,\"method\":\"ns_sendIt\"}"

static Answer *
admin(const char *method, const char *path, const char *body)
{
	return ask_as(&fixture, "admin", method, path, body);
}

/* The new token's path. */
static char *
make_token(const char *name, const char *role)
{
	g_autofree char *body = g_strdup_printf(
		"{\"name\":\"%s\",\"role\":\"%s\"}", name, role);
	g_autoptr(Answer) made = admin("POST", TOKENS, body);
	const char *secret = text_member(made, "token");

	g_assert_cmpint(made->http, ==, 201);
	g_assert_cmpuint(strlen(secret), ==, strlen("bsn_") + 43);
	return g_strdup(text_member(made, "path"));
}

static void
test_token(void)
{
	g_autofree char *client = make_token("wallet", "client");
	g_autofree char *auditor = make_token("explorer", "auditor");
	g_autoptr(Answer) sent = ask_as(&fixture, NULL, "POST", client, SEND);
	g_autoptr(Answer) may_not =
		ask_as(&fixture, NULL, "POST", auditor, SEND);
	g_autofree char *header = g_strconcat(
		"Authorization: bearer ", strrchr(client, '/') + 1, NULL);
	char *headers[] = { header, NULL };
	g_autoptr(Answer) bearer =
		ask_with_headers(&fixture, NULL, "POST", RPC, SEND, headers);
	g_autoptr(Answer) elsewhere = ask_with_headers(
		&fixture, NULL, "GET", "/v1/chains", NULL, headers);

	g_assert_nonnull(member(sent, "result"));
	assert_rpc_error(may_not, -32000);
	g_assert_nonnull(member(bearer, "result"));
	g_assert_cmpint(elsewhere->http, ==, 401);
}

static void
test_token_list(void)
{
	g_autoptr(Answer) list = admin("GET", TOKENS, NULL);
	g_autoptr(Answer) client =
		ask_as(&fixture, "client", "GET", TOKENS, NULL);

	g_assert_cmpstr(text_member(list, "tokens.0.name"), ==, "explorer");
	g_assert_cmpstr(text_member(list, "tokens.0.role"), ==, "auditor");
	g_assert_cmpstr(text_member(list, "tokens.1.name"), ==, "wallet");
	g_assert_cmpstr(text_member(list, "tokens.1.created_by"), ==, "admin");
	g_assert_null(strstr(list->text, "bsn_"));
	g_assert_cmpint(client->http, ==, 403);
}

static void
test_token_wrong(void)
{
	static const struct {
		const char *body;
		long http;
	} cases[] = {
		{ "{\"name\":\"wallet\",\"role\":\"client\"}", 409 },
		{ "{\"name\":\"a b\",\"role\":\"client\"}", 400 },
		{ "{\"name\":\"x\",\"role\":\"admin\"}", 400 },
		{ "{\"name\":\"x\",\"role\":\"client\",\"expires_ms\":1}",
		  400 },
		{ "{\"name\":\"x\"}", 400 },
	};
	g_autoptr(Answer) none = admin("DELETE", TOKENS "/none", NULL);

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Answer) answer =
			admin("POST", TOKENS, cases[i].body);

		g_assert_cmpint(answer->http, ==, cases[i].http);
	}
	g_assert_cmpint(none->http, ==, 404);
}

/* Never in the way of a right one, and no more than so many are told why. */
static void
test_token_guessed(void)
{
	g_autofree char *path = make_token("guessed", "client");
	g_autoptr(Answer) first =
		ask_as(&fixture, NULL, "POST", RPC "/bsn_wrong", SEND);
	g_autoptr(Answer) right = NULL;
	long last = 0;

	g_assert_true(first->http == 401 || first->http == 429);
	for (guint i = 0; i < 2000 && last != 429; i++) {
		g_autoptr(Answer) wrong =
			ask_as(&fixture, NULL, "POST", RPC "/bsn_wrong", SEND);

		last = wrong->http;
	}
	g_assert_cmpint(last, ==, 429);
	right = ask_as(&fixture, NULL, "POST", path, SEND);
	g_assert_nonnull(member(right, "result"));
}

static void
test_token_revoked(void)
{
	g_autofree char *path = make_token("passing", "client");
	g_autoptr(Answer) before = ask_as(&fixture, NULL, "POST", path, SEND);
	g_autoptr(Answer) gone = admin("DELETE", TOKENS "/passing", NULL);
	g_autoptr(Answer) after = ask_as(&fixture, NULL, "POST", path, SEND);

	g_assert_cmpint(before->http, ==, 200);
	g_assert_cmpint(gone->http, ==, 204);
	g_assert_true(after->http == 401 || after->http == 429);
}

/* A chain made anew under an old name does not know the old one's tokens. */
static void
test_token_chain(void)
{
	const char *chain = "{\"name\":\"c2\",\"framework\":\"fake\","
			    "\"config\":{}}";
	g_autoptr(Answer) made = admin("POST", "/v1/chains", chain);
	g_autoptr(Answer) token =
		admin("POST", "/v1/chains/c2/tokens",
		      "{\"name\":\"a\",\"role\":\"client\"}");
	g_autofree char *path = g_strdup(text_member(token, "path"));
	g_autofree char *other =
		g_strconcat(RPC, strrchr(path, '/'), NULL);
	g_autoptr(Answer) elsewhere =
		ask_as(&fixture, NULL, "POST", other, SEND);
	g_autoptr(Answer) deleted = admin("DELETE", "/v1/chains/c2", NULL);
	g_autoptr(Answer) again = admin("POST", "/v1/chains", chain);
	g_autoptr(Answer) old = ask_as(&fixture, NULL, "POST", path, SEND);

	g_assert_cmpint(made->http, ==, 201);
	g_assert_cmpint(deleted->http, ==, 204);
	g_assert_cmpint(again->http, ==, 201);
	g_assert_true(elsewhere->http == 401 || elsewhere->http == 429);
	g_assert_true(old->http == 401 || old->http == 429);
}

/* ---- web pages ---- */

static Answer *
from_page(const char *who, const char *method, const char *origin)
{
	g_autofree char *header = g_strconcat("Origin: ", origin, NULL);
	char *headers[] = { header, NULL };

	const char *body = strcmp(method, "POST") == 0
				   ? "{\"id\":1,\"method\":\"echo\"}"
				   : NULL;

	return ask_with_headers(&fixture, who, method, RPC, body, headers);
}

static void
test_pages(void)
{
	g_autoptr(Answer) preflight =
		from_page(NULL, "OPTIONS", "https://app.example");
	g_autoptr(Answer) allowed =
		from_page("client", "POST", "https://app.example");
	g_autoptr(Answer) refused =
		from_page("client", "POST", "https://evil.example");
	g_autoptr(Answer) nobody =
		from_page(NULL, "POST", "https://app.example");

	g_assert_cmpint(preflight->http, ==, 204);
	g_assert_nonnull(strstr(preflight->headers,
				"Access-Control-Allow-Headers: Authorization, "
				"Content-Type"));
	g_assert_nonnull(strstr(allowed->headers,
				"Access-Control-Allow-Origin: "
				"https://app.example"));
	g_assert_cmpint(allowed->http, ==, 200);
	assert_error(refused, 403, "denied", NULL);
	g_assert_null(strstr(refused->headers, "Access-Control-Allow-Origin"));
	g_assert_cmpint(nobody->http, ==, 401);
	g_assert_nonnull(strstr(nobody->headers,
				"Access-Control-Allow-Origin"));
}

static void
allow_page(Config *config)
{
	static char *origins[] = { (char *)"https://app.example", NULL };

	config->gateway_rpc_origins = origins;
}

int
main(int argc, char **argv)
{
	int status;

	g_test_init(&argc, &argv, NULL);
	fixture_start(&fixture, allow_page);
	g_test_add_func("/rpc/one-request-is-answered", test_one);
	g_test_add_func("/rpc/a-batch-goes-to-the-engine-in-one-call",
			test_batch);
	g_test_add_func("/rpc/notifications-are-answered-by-nothing",
			test_notifications);
	g_test_add_func("/rpc/errors-are-the-protocol-s-own", test_errors);
	g_test_add_func("/rpc/an-answer-may-be-large", test_big);
	g_test_add_func("/rpc/who-may-only-read-cannot-send", test_roles);
	g_test_add_func("/rpc/an-unknown-chain-is-404", test_no_chain);
	g_test_add_func("/rpc/token/stands-for-a-role-at-one-chain",
			test_token);
	g_test_add_func("/rpc/token/is-listed-without-its-secret",
			test_token_list);
	g_test_add_func("/rpc/token/wrong-wishes-are-refused",
			test_token_wrong);
	g_test_add_func("/rpc/token/guesses-are-bounded", test_token_guessed);
	g_test_add_func("/rpc/token/ends-when-revoked", test_token_revoked);
	g_test_add_func("/rpc/token/is-of-one-life-of-a-chain",
			test_token_chain);
	g_test_add_func("/rpc/web-pages-are-allowed-by-origin", test_pages);
	status = g_test_run();
	fixture_stop(&fixture);
	return status;
}
