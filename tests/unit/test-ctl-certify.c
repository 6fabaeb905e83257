/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl gives keys that a host holds certificates, against a stand-in for a
 * gateway.
 */
#include <string.h>

#include "identity/key_certificate.h"
#include "identity/openssl.h"
#include "tests/unit/ctl_node.h"
#include "tools/ctl/hex.h"

/* A host that has one key of each kind, with the same bytes. */
typedef struct {
	const char *algorithm;
	guint8 raw[64];
	char *hex;
	char *sent; /* the certificate that it was given last */
} FakeKeys;

static FakeKeys
fake_keys(const char *algorithm, const char *identity_algorithm)
{
	g_autoptr(EVP_PKEY) key = identity_key_new(identity_algorithm, NULL);
	FakeKeys keys = { .algorithm = algorithm };

	g_assert_true(identity_key_raw(key, NULL, keys.raw, NULL));
	keys.hex = ctl_hex_encode(keys.raw, sizeof(keys.raw), TRUE);
	return keys;
}

static void
fake_keys_clear(FakeKeys *keys)
{
	g_free(keys->hex);
	g_free(keys->sent);
}

static void
answer_key(struct evhttp_request *request, const FakeKeys *keys,
	   const char *format)
{
	g_autofree char *key = g_strdup_printf(
		"{\"name\":\"till\",\"algorithm\":\"%s\",\"public_key\":"
		"\"%s\"}",
		keys->algorithm, keys->hex);
	g_auto(GStrv) parts = g_strsplit(format, "KEY", 2);
	g_autofree char *text = g_strjoinv(key, parts);

	tls_reply(request, 200, text);
}

static void
answer(CtlNode *node, struct evhttp_request *request, const Identity *caller,
       json_t *body)
{
	FakeKeys *keys = node->user;
	const char *uri = evhttp_request_get_uri(request);
	const char *sent =
		json_string_value(json_object_get(body, "certificate"));

	if (evhttp_request_get_command(request) == EVHTTP_REQ_PATCH) {
		g_free(keys->sent);
		keys->sent = g_strdup(sent);
	}
	if (strcmp(uri, "/v1/ids") == 0)
		answer_key(request, keys, "{\"ids\":[KEY]}");
	else if (strcmp(uri, "/v1/ids/till") == 0 ||
		 g_str_has_prefix(uri, "/v1/node/keys/"))
		answer_key(request, keys, "KEY");
	else
		tls_reply(request, 404, "{\"error\":{\"reason\":\"none\"}}");
}

/* What was sent is that key's, by the node's CA, and says this. */
static void
assert_sent(const CtlNode *node, const FakeKeys *keys, const char *unit,
	    const char *name)
{
	g_autofree char *ca_file = node_path(&node->node, NODE_IDENTITY_CA);
	g_autoptr(X509) ca = identity_load_cert(ca_file, NULL);
	g_autoptr(GError) error = NULL;
	g_autoptr(GBytes) der =
		key_certificate_read(keys->sent, strlen(keys->sent), &error);
	g_autoptr(X509) certificate = NULL;
	char text[80];
	const guint8 *at;

	g_assert_no_error(error);
	g_assert_true(key_certificate_judge(der, keys->algorithm, keys->raw,
					    sizeof(keys->raw), &error));
	at = g_bytes_get_data(der, NULL);
	certificate = d2i_X509(NULL, &at, (long)g_bytes_get_size(der));
	g_assert_cmpint(X509_check_issued(ca, certificate), ==, X509_V_OK);
	X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
				  NID_organizationalUnitName, text,
				  sizeof(text));
	g_assert_cmpstr(text, ==, unit);
	X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
				  NID_commonName, text, sizeof(text));
	g_assert_cmpstr(text, ==, name);
}

static void
assert_done(const CtlRun *run)
{
	if (run->exit_code != 0)
		g_error("%s", run->err);
}

static void
test_hosted(void)
{
	FakeKeys keys = fake_keys("secp256k1", IDENTITY_SECP256K1);
	CtlNode *node = ctl_node_start(answer, &keys);
	g_auto(CtlRun) client =
		CTL_RUN(node, "id", "hosted", "certify", "till");
	g_auto(CtlRun) admin = { 0 };

	assert_done(&client);
	assert_sent(node, &keys, "client", "till");
	admin = CTL_RUN(node, "id", "hosted", "certify", "till", "--role",
			"admin");
	assert_done(&admin);
	assert_sent(node, &keys, "admin", "till");
	ctl_node_stop(node);
	fake_keys_clear(&keys);
}

static void
test_node(void)
{
	FakeKeys keys = fake_keys("sm2", "sm2");
	CtlNode *node = ctl_node_start(answer, &keys);
	g_auto(CtlRun) run =
		CTL_RUN(node, "node", "certify", "--name", "city-a");

	assert_done(&run);
	assert_sent(node, &keys, "node", "city-a");
	ctl_node_stop(node);
	fake_keys_clear(&keys);
}

/* Another node's directory, or the files of a CA, name who certifies. */
static void
test_authorities(void)
{
	FakeKeys keys = fake_keys("ecdsa-p256", "ecdsa-p256");
	CtlNode *node = ctl_node_start(answer, &keys);
	g_autofree char *cert = node_path(&node->node, NODE_IDENTITY_CA);
	g_autofree char *key = node_path(&node->node, NODE_IDENTITY_CA_KEY);
	g_autofree char *pair = g_strdup_printf("%s,%s", cert, key);
	g_auto(CtlRun) directory =
		CTL_RUN(node, "id", "hosted", "certify", "till", "--ca",
			node->node.directory);
	g_auto(CtlRun) files = { 0 };

	assert_done(&directory);
	assert_sent(node, &keys, "client", "till");
	g_clear_pointer(&keys.sent, g_free);
	files = CTL_RUN(node, "id", "hosted", "certify", "till", "--ca", pair);
	assert_done(&files);
	assert_sent(node, &keys, "client", "till");
	ctl_node_stop(node);
	fake_keys_clear(&keys);
}

static void
assert_says(const CtlRun *run, const char *part)
{
	g_assert_cmpint(run->exit_code, !=, 0);
	ctl_assert_has(run->err, part);
}

static void
test_refusals(void)
{
	FakeKeys keys = fake_keys("ed25519", "ecdsa-p256");
	CtlNode *node = ctl_node_start(answer, &keys);
	g_autofree char *own =
		node_identity_path(&node->node, "app1", "cert.pem", NULL);
	g_auto(CtlRun) other =
		CTL_RUN(node, "id", "hosted", "certify", "shop");
	g_auto(CtlRun) both = CTL_RUN(node, "id", "hosted", "certify", "till",
				      "--ca", "x", "--file", own);
	g_auto(CtlRun) nowhere = CTL_RUN(node, "id", "hosted", "certify",
					 "till", "--ca", "/nowhere");
	g_auto(CtlRun) role = CTL_RUN(node, "id", "hosted", "certify", "till",
				      "--role", "node");
	g_auto(CtlRun) kind =
		CTL_RUN(node, "id", "hosted", "certify", "till");
	g_auto(CtlRun) file = { 0 };

	assert_says(&other, "keeps no key shop");
	assert_says(&both, "do not go together");
	assert_says(&nowhere, "/nowhere");
	assert_says(&role, "node");
	assert_says(&kind, "no key of sm2");
	g_assert_null(keys.sent);
	file = CTL_RUN(node, "id", "hosted", "certify", "till", "--file", own);
	assert_done(&file);
	g_assert_nonnull(keys.sent);
	ctl_node_stop(node);
	fake_keys_clear(&keys);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ctl/certify/a-hosted-key", test_hosted);
	g_test_add_func("/ctl/certify/the-nodes-key", test_node);
	g_test_add_func("/ctl/certify/by-whom", test_authorities);
	g_test_add_func("/ctl/certify/says-what-is-wrong", test_refusals);
	return g_test_run();
}
