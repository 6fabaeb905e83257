/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates of keys at the gateway: set, shown, and handed to engines.
 */
#include <string.h>

#include "host/gateway/json.h"
#include "identity/certificate.h"
#include "tests/unit/gateway_fixture.h"
#include "tests/unit/test-ca.h"

#define PREPARE "/v1/chains/c1/txs/prepare"
#define HOSTED "\"signer\":\"alice\""

static Fixture fixture;

/* A certificate in PEM, as it stands in JSON, and its key in hex. */
typedef struct {
	char *pem, *key;
	guint der_len;
} Certified;

static void
certified_clear(Certified *certified)
{
	g_free(certified->pem);
	g_free(certified->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Certified, certified_clear)

static char *
pem_of(X509 *certificate)
{
	g_autofree char *file =
		g_build_filename(fixture.directory, "shown.pem", NULL);
	g_autoptr(GError) error = NULL;
	char *text = NULL;

	identity_save_cert(certificate, file, &error);
	g_assert_no_error(error);
	g_file_get_contents(file, &text, NULL, &error);
	g_assert_no_error(error);
	g_assert_cmpint(remove(file), ==, 0);
	return text;
}

static Certified
certified_new(void)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	GString *hex = g_string_new("0x");
	guint8 key[64];

	g_assert_true(identity_key_raw(leaf.key, NULL, key, NULL));
	for (gsize i = 0; i < sizeof(key); i++)
		g_string_append_printf(hex, "%02x", key[i]);
	return (Certified){ pem_of(leaf.cert), g_string_free(hex, FALSE),
			    (guint)i2d_X509(leaf.cert, NULL) };
}

/* {"certificate": pem} */
static char *
body_of(const char *pem)
{
	g_autoptr(json_t) body = json_pack("{s:s}", "certificate", pem);

	return json_dumps(body, 0);
}

/* The engine answers how many bytes of certificate it was shown. */
static Answer *
prepare(const char *signer, const char *pem)
{
	g_autofree char *text = g_strdup_printf(
		"{\"contract\":\"a\",\"function\":\"certified\",%s}", signer);
	g_autoptr(json_t) body = json_loads(text, 0, NULL);
	g_autofree char *sent = NULL;

	if (pem != NULL)
		json_object_set_new(body, "certificate", json_string(pem));
	sent = json_dumps(body, 0);
	return ask_as(&fixture, "admin", "POST", PREPARE, sent);
}

static void
assert_shown(const Answer *answer, guint bytes)
{
	g_autofree char *reason =
		g_strdup_printf("a certificate of %u bytes", bytes);

	assert_error(answer, 400, "bad-request", reason);
}

static void
a_hosted_keys_is_shown_to_engines(void)
{
	g_auto(Certified) certified = certified_new();
	g_autofree char *body = body_of(certified.pem);
	g_autoptr(Answer) before = prepare(HOSTED, NULL);
	g_autoptr(Answer) set = ask_as(&fixture, "admin", "PATCH",
				       "/v1/ids/alice", body);
	g_autoptr(Answer) after = prepare(HOSTED, NULL);
	g_autoptr(Answer) list = ask_as(&fixture, "admin", "GET", "/v1/ids",
					NULL);
	g_autoptr(Answer) taken = ask_as(&fixture, "admin", "PATCH",
					 "/v1/ids/alice",
					 "{\"certificate\":\"\"}");
	g_autoptr(Answer) none = prepare(HOSTED, NULL);

	assert_shown(before, 0);
	g_assert_cmpint(set->http, ==, 200);
	g_assert_cmpstr(text_member(set, "certificate"), ==, certified.pem);
	assert_shown(after, certified.der_len);
	g_assert_cmpstr(text_member(list, "ids.0.certificate"), ==,
			certified.pem);
	g_assert_true(json_is_null(member(taken, "certificate")));
	assert_shown(none, 0);
}

static void
what_is_set_is_judged_and_by_whom(void)
{
	g_auto(Certified) certified = certified_new();
	g_autofree char *body = body_of(certified.pem);
	g_autofree char *twice = g_strconcat(certified.pem, certified.pem,
					     NULL);
	g_autofree char *two = body_of(twice);
	g_autoptr(Answer) client = ask_as(&fixture, "client", "PATCH",
					  "/v1/ids/alice", body);
	g_autoptr(Answer) bad = ask_as(&fixture, "admin", "PATCH",
				       "/v1/ids/alice",
				       "{\"certificate\":\"x\"}");
	g_autoptr(Answer) many = ask_as(&fixture, "admin", "PATCH",
					"/v1/ids/alice", two);
	g_autoptr(Answer) nobody = ask_as(&fixture, "admin", "PATCH",
					  "/v1/ids/carol", body);

	g_assert_cmpint(client->http, ==, 403);
	assert_error(bad, 400, "bad-request",
		     "certificate: it is no certificate in PEM of at most "
		     "16384 characters");
	assert_error(many, 400, "bad-request",
		     "certificate: there is more than one certificate in it: "
		     "give the key's own alone");
	assert_error(nobody, 404, "not-found", "there is no key carol");
}

static void
the_nodes_is_its_admins(void)
{
	static const char target[] = "/v1/node/keys/sm2";
	g_auto(Certified) certified = certified_new();
	g_autofree char *body = body_of(certified.pem);
	g_autoptr(Answer) before =
		ask_as(&fixture, "admin", "GET", target, NULL);
	g_autoptr(Answer) client =
		ask_as(&fixture, "client", "PATCH", target, body);
	g_autoptr(Answer) empty =
		ask_as(&fixture, "admin", "PATCH", target, "{}");
	g_autoptr(Answer) set =
		ask_as(&fixture, "admin", "PATCH", target, body);
	g_autoptr(Answer) after =
		ask_as(&fixture, "admin", "GET", target, NULL);

	g_assert_true(json_is_null(member(before, "certificate")));
	g_assert_cmpint(client->http, ==, 403);
	assert_error(empty, 400, "bad-request", "certificate: it is missing");
	g_assert_cmpstr(text_member(set, "certificate"), ==, certified.pem);
	g_assert_cmpstr(text_member(after, "certificate"), ==, certified.pem);
}

static void
a_clients_own_comes_with_its_key(void)
{
	g_auto(Certified) certified = certified_new();
	g_auto(Certified) other = certified_new();
	g_autofree char *key =
		g_strdup_printf("\"public_key\":\"%s\"", certified.key);
	g_autoptr(Answer) own = prepare(key, certified.pem);
	g_autoptr(Answer) without = prepare(key, NULL);
	g_autoptr(Answer) anothers = prepare(key, other.pem);
	g_autoptr(Answer) hosted = prepare(HOSTED, certified.pem);

	assert_shown(own, certified.der_len);
	assert_shown(without, 0);
	assert_error(anothers, 400, "bad-request",
		     "certificate: it is the certificate of another key");
	assert_error(hosted, 400, "bad-request",
		     "certificate: it goes with public_key; a hosted key's is "
		     "kept with it (bsnctl id hosted certify)");
}

/* A call need not name a key: whoever asks is known. */
static void
who_calls_is_known_by_the_certificate(void)
{
	static const char body[] =
		"{\"contract\":\"a\",\"function\":\"certified\"}";
	static const char target[] = "/v1/chains/c1/call";
	g_autofree char *file =
		g_build_filename(fixture.directory, "client.pem", NULL);
	g_autoptr(X509) client = identity_load_cert(file, NULL);
	g_autofree char *sm2_file =
		g_build_filename(fixture.directory, "sm2.pem", NULL);
	g_autoptr(X509) sm2 = identity_load_cert(sm2_file, NULL);
	g_autoptr(Answer) by_tls =
		ask_as(&fixture, "client", "POST", target, body);
	g_autoptr(Answer) by_signature =
		ask_signed(&fixture, "sm2", "POST", target, body, body);

	g_autofree char *shown = g_strdup_printf(
		"{\"contract\":\"a\",\"function\":\"certified\","
		"\"public_key\":\"0x%0128d\",\"certificate\":\"%s\"}",
		1, "-----BEGIN CERTIFICATE-----");
	g_autoptr(Answer) unproven =
		ask_as(&fixture, "client", "POST", target, shown);

	assert_error(unproven, 400, "bad-request",
		     "certificate: a call is made in the name of who asks, or of "
		     "a hosted key: leave it out, or name a signer");
	assert_shown(by_tls, (guint)i2d_X509(client, NULL));
	assert_shown(by_signature, (guint)i2d_X509(sm2, NULL));
}

int
main(int argc, char **argv)
{
	int result;

	g_test_init(&argc, &argv, NULL);
	fixture_start(&fixture, NULL);
	g_test_add_func("/gateway/certificates/a-hosted-keys-is-shown-to-engines",
			a_hosted_keys_is_shown_to_engines);
	g_test_add_func("/gateway/certificates/what-is-set-is-judged-and-by-whom",
			what_is_set_is_judged_and_by_whom);
	g_test_add_func("/gateway/certificates/the-nodes-is-its-admins",
			the_nodes_is_its_admins);
	g_test_add_func("/gateway/certificates/a-clients-own-comes-with-its-key",
			a_clients_own_comes_with_its_key);
	g_test_add_func("/gateway/certificates/who-calls-is-known-by-the-"
			"certificate",
			who_calls_is_known_by_the_certificate);
	result = g_test_run();
	fixture_stop(&fixture);
	return result;
}
