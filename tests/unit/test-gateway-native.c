/* SPDX-License-Identifier: Apache-2.0
 *
 * A framework's own HTTP interface: /native/{chain}/...
 */
#include <string.h>

#include "tests/unit/gateway_fixture.h"

#define AT "/native/c1"

static Fixture fixture;

static Answer *
post(const char *who, const char *path, const char *body)
{
	return ask_as(&fixture, who, "POST", path, body);
}

static void
test_answers(void)
{
	g_autoptr(Answer) echo = post("client", AT "/v1/echo", "[1,{}]");
	g_autoptr(Answer) teapot = post("client", AT "/v1/teapot", "{}");
	g_autoptr(Answer) who = ask_as(&fixture, "auditor", "GET",
				       AT "/v1/who?a=1&b=%20", NULL);

	g_assert_cmpint(echo->http, ==, 200);
	g_assert_cmpstr(echo->text, ==, "[1,{}]");
	g_assert_nonnull(strstr(echo->headers, "application/json"));
	g_assert_cmpint(teapot->http, ==, 418);
	g_assert_cmpstr(teapot->text, ==, "{\"tea\":true}");
	g_assert_cmpint(who->http, ==, 200);
	g_assert_cmpstr(text_member(who, "name"), ==, "auditor");
	g_assert_cmpstr(text_member(who, "query"), ==, "a=1&b=%20");
}

static void
test_refusals(void)
{
	g_autoptr(Answer) gone = post("client", AT "/v1/nothing", "{}");
	g_autoptr(Answer) bare = post("client", AT, "{}");
	g_autoptr(Answer) other =
		ask_as(&fixture, "client", "GET", AT "/v1/echo", NULL);
	g_autoptr(Answer) busy = post("client", AT "/v1/fail", "{}");
	g_autoptr(Answer) nonsense = post("client", AT "/v1/nonsense", "{}");
	g_autoptr(Answer) chain = post("client", "/native/c9/v1/echo", "{}");
	g_autoptr(Answer) slash = post("client", AT "/v1%2Fecho", "{}");
	g_autoptr(Answer) dots = post("client", AT "/v1/x/%2e%2e/echo", "{}");
	g_autoptr(Answer) twice = post("client", AT "//v1/echo", "{}");

	assert_error(gone, 404, "not-found", "framework fake serves nothing at /v1/nothing");
	g_assert_cmpint(bare->http, ==, 404);
	g_assert_cmpint(other->http, ==, 405);
	g_assert_nonnull(strstr(other->headers, "Allow: POST"));
	assert_error(busy, 429, "busy", "it is busy");
	g_assert_cmpint(nonsense->http, ==, 500);
	g_assert_cmpint(chain->http, ==, 404);
	assert_error(slash, 404, "not-found",
		     "framework fake serves nothing at /v1%2Fecho");
	g_assert_cmpint(dots->http, ==, 400);
	g_assert_cmpint(twice->http, ==, 400);
}

static void
test_methods(void)
{
	g_autoptr(Answer) head =
		ask_as(&fixture, "auditor", "HEAD", AT "/v1/who", NULL);
	g_autoptr(Answer) changes =
		ask_as(&fixture, "client", "HEAD", AT "/v1/send", NULL);
	g_autoptr(Answer) gets =
		ask_as(&fixture, "client", "GET", AT "/v1/send", NULL);
	g_autoptr(Answer) removes =
		ask_as(&fixture, "client", "DELETE", AT "/v1/send", NULL);
	g_autoptr(Answer) before =
		ask_as(&fixture, NULL, "OPTIONS", AT "/v1/send", NULL);

	g_assert_cmpint(head->http, ==, 200);
	g_assert_cmpint(changes->http, ==, 405);
	g_assert_cmpint(gets->http, ==, 405);
	g_assert_cmpint(removes->http, ==, 405);
	g_assert_cmpint(before->http, ==, 204);
	g_assert_null(strstr(before->headers, "Allow-Origin"));
}

static void
test_roles(void)
{
	g_autoptr(Answer) nobody = post(NULL, AT "/v1/echo", "1");
	g_autoptr(Answer) auditor = post("auditor", AT "/v1/send", "1");
	g_autoptr(Answer) reads = post("auditor", AT "/v1/echo", "1");
	g_autoptr(Answer) client = post("client", AT "/v1/send", "1");
	g_autoptr(Answer) sm2 = ask_signed(&fixture, "sm2", "POST",
					   AT "/v1/send", "1", "1");

	assert_error(nobody, 401, "unauthenticated", NULL);
	assert_error(auditor, 403, "denied",
		     "this access may only read");
	g_assert_cmpint(reads->http, ==, 200);
	g_assert_cmpint(client->http, ==, 200);
	g_assert_cmpint(sm2->http, ==, 200);
}

static char *
make_token(const char *name, const char *role)
{
	g_autofree char *body = g_strdup_printf(
		"{\"name\":\"%s\",\"role\":\"%s\"}", name, role);
	g_autoptr(Answer) made =
		ask_as(&fixture, "admin", "POST", "/v1/chains/c1/tokens", body);

	g_assert_cmpint(made->http, ==, 201);
	return g_strdup(text_member(made, "token"));
}

static void
test_tokens(void)
{
	g_autofree char *reads = make_token("reads", "auditor");
	g_autofree char *sends = make_token("sends", "client");
	g_autofree char *read_at = g_strconcat(AT "/", reads, "/v1/echo", NULL);
	g_autofree char *send_at = g_strconcat(AT "/", reads, "/v1/send", NULL);
	g_autofree char *sent_at = g_strconcat(AT "/", sends, "/v1/send", NULL);
	g_autoptr(Answer) echo = post(NULL, read_at, "7");
	g_autoptr(Answer) refused = post(NULL, send_at, "7");
	g_autoptr(Answer) sent = post(NULL, sent_at, "7");
	g_autoptr(Answer) wrong = post(NULL, AT "/bsn_no/v1/echo", "7");
	g_autofree char *encoded = g_strdup_printf(AT "/%%62%s/v1/who?a=1",
						   reads + 1);
	g_autoptr(Answer) who = ask_as(&fixture, NULL, "GET", encoded, NULL);

	g_assert_cmpint(echo->http, ==, 200);
	g_assert_cmpstr(echo->text, ==, "7");
	g_assert_cmpint(refused->http, ==, 403);
	g_assert_cmpint(sent->http, ==, 200);
	g_assert_cmpint(wrong->http, ==, 401);
	g_assert_cmpint(who->http, ==, 200);
	g_assert_cmpstr(text_member(who, "query"), ==, "a=1");
}

/* Main tells the fixture nothing but that. */
int
main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	fixture_start(&fixture, NULL);
	g_test_add_func("/gateway/native/answers-are-the-engines",
			test_answers);
	g_test_add_func("/gateway/native/refusals-are-the-hosts",
			test_refusals);
	g_test_add_func("/gateway/native/methods-are-those-of-the-route",
			test_methods);
	g_test_add_func("/gateway/native/who-reads-does-not-send", test_roles);
	g_test_add_func("/gateway/native/tokens-in-front-of-the-path",
			test_tokens);
	result = g_test_run();
	fixture_stop(&fixture);
	return result;
}
