/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl's requests, as a gateway sees them.
 */
#include <string.h>

#include "tests/unit/ctl_node.h"
#include "tools/ctl/client.h"
#include "tools/ctl/error.h"

#define TIMEOUT_MS 30000

static Client *
client_as(const CtlNode *node, const char *id, const char *ca)
{
	g_autofree char *cert_file =
		node_identity_path(&node->node, id, "cert.pem", NULL);
	g_autofree char *key_file =
		node_identity_path(&node->node, id, "key.pem", NULL);
	g_autofree char *ca_file = node_path(&node->node, ca);
	g_autofree char *url = node_url(&node->node, NULL);
	X509 *cert = identity_load_cert(cert_file, NULL);
	EVP_PKEY *key = identity_load_key(key_file, NULL);
	Client *client = client_new(url, ca_file, cert, key);

	X509_free(cert);
	EVP_PKEY_free(key);
	return client;
}

/* Answers with who asked for what. */
static void
echo(CtlNode *node, struct evhttp_request *request, const Identity *caller,
     json_t *body)
{
	json_t *said = json_pack("{s:s, s:s, s:s, s:O?}", "name", caller->name,
				 "algorithm", caller->algorithm, "target",
				 evhttp_request_get_uri(request), "body", body);
	char *text = json_dumps(said, 0);

	tls_reply(request, 200, text);
	free(text);
	json_decref(said);
}

static void
assert_echo(const CtlNode *node, const char *id, const char *algorithm)
{
	g_autoptr(Client) client = client_as(node, id, NODE_TLS_CA);
	g_autoptr(GString) target = client_target("chains", "a/b c", NULL);
	g_autoptr(GError) error = NULL;
	json_t *body = json_pack("{s:s}", "note", "存证");
	json_t *answer;

	client_query(target, "wait", "x&y=z");
	client_query(target, "absent", NULL);
	client_query_number(target, "n", 7);
	for (guint i = 0; i < 2; i++) { /* on one connection */
		answer = client_request(client, "POST", target->str, body,
					TIMEOUT_MS, &error);
		g_assert_no_error(error);
		g_assert_cmpstr(
			json_string_value(json_object_get(answer, "name")), ==,
			id);
		g_assert_cmpstr(
			json_string_value(json_object_get(answer, "algorithm")),
			==, algorithm);
		g_assert_cmpstr(
			json_string_value(json_object_get(answer, "target")),
			==, "/v1/chains/a%2Fb%20c?wait=x%26y%3Dz&n=7");
		g_assert_true(
			json_equal(json_object_get(answer, "body"), body));
		json_decref(answer);
	}
	json_decref(body);
}

static void
test_signed(void)
{
	CtlNode *node = ctl_node_start(echo, NULL);

	assert_echo(node, "admin", "sm2");
	assert_echo(node, "app1", "ecdsa-p256");
	ctl_node_stop(node);
}

/* Answers with what the test gave. */
typedef struct {
	int status;
	const char *text;
} Canned;

static void
answer_canned(CtlNode *node, struct evhttp_request *request,
	      const Identity *caller, json_t *body)
{
	const Canned *canned = node->user;

	if (canned->status != 0)
		tls_reply(request, canned->status, canned->text);
}

static GError *
error_of(const CtlNode *node, const char *ca, guint timeout_ms)
{
	g_autoptr(Client) client = client_as(node, "admin", ca);
	GError *error = NULL;

	g_assert_null(client_request(client, "GET", "/v1/status", NULL,
				     timeout_ms, &error));
	return error;
}

static void
assert_canned(int status, const char *text, int code, const char *part)
{
	Canned canned = { status, text };
	CtlNode *node = ctl_node_start(answer_canned, &canned);
	g_autoptr(GError) error =
		error_of(node, NODE_TLS_CA, status != 0 ? TIMEOUT_MS : 300);

	g_assert_error(error, CTL_ERROR, code);
	ctl_assert_has(error->message, part);
	ctl_node_stop(node);
}

static void
test_answers(void)
{
	assert_canned(403,
		      "{\"error\":{\"name\":\"denied\",\"reason\":\"not "
		      "yours\",\"remedy\":\"Ask an admin.\"}}",
		      CTL_ERROR_REFUSED, "not yours\nAsk an admin.");
	assert_canned(502, "<html>", CTL_ERROR_REFUSED, "HTTP 502");
	assert_canned(200, "<html>", CTL_ERROR_FAILED, "not JSON");
	assert_canned(200, "{\"a\":1,\"a\":2}", CTL_ERROR_FAILED, "not JSON");
	assert_canned(0, NULL, CTL_ERROR_FAILED, "did not answer in time");
}

static void
test_wrong_ca(void)
{
	CtlNode *node = ctl_node_start(echo, NULL);
	CtlNode *other = ctl_node_start(echo, NULL);
	g_autofree char *url = node_url(&other->node, NULL);
	g_autoptr(GError) error = NULL;

	node->node.url = url;
	error = error_of(node, NODE_TLS_CA, TIMEOUT_MS);
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	ctl_assert_has(error->message, "does not prove");
	g_assert_cmpint(g_atomic_int_get(&other->requests), ==, 0);
	ctl_node_stop(other);
	ctl_node_stop(node);
}

static void
test_nobody(void)
{
	CtlNode *node = ctl_node_start(echo, NULL);
	CtlNode *gone = ctl_node_start(echo, NULL);
	g_autofree char *url = node_url(&gone->node, NULL);
	g_autoptr(GError) error = NULL;

	ctl_node_stop(gone);
	node->node.url = url;
	error = error_of(node, NODE_TLS_CA, TIMEOUT_MS);
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	ctl_assert_has(error->message, "no host answers");
	ctl_node_stop(node);
}

static void
assert_url(const char *listen, const char *expected)
{
	g_autofree char *url = node_url_of_listen(listen);

	g_assert_cmpstr(url, ==, expected);
}

static void
test_listen(void)
{
	assert_url("127.0.0.1:8443", "https://127.0.0.1:8443");
	assert_url("0.0.0.0:1", "https://127.0.0.1:1");
	assert_url("[::]:2", "https://[::1]:2");
	assert_url("[fd00::1]:3", "https://[fd00::1]:3");
	assert_url("bsn.example:4", "https://bsn.example:4");
	assert_url("8443", NULL);
	assert_url("host:0", NULL);
	assert_url("host:99999", NULL);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctl/client/sm2-and-p256-requests-verify",
			test_signed);
	g_test_add_func("/ctl/client/bad-answers-are-explained", test_answers);
	g_test_add_func("/ctl/client/an-unproven-server-gets-no-request",
			test_wrong_ca);
	g_test_add_func("/ctl/client/an-absent-host-is-explained", test_nobody);
	g_test_add_func("/ctl/node/the-address-follows-from-listen",
			test_listen);
	return g_test_run();
}
