/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates beside the keystore's keys.
 */
#include <glib/gstdio.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "identity/key_certificate.h"
#include "tests/unit/keystore-place.h"
#include "tests/unit/test-ca.h"

/* What a CA issues for a raw public key; DER. */
static GBytes *
issue(const char *algorithm, const guint8 *public_key, gsize len)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_autoptr(GError) error = NULL;
	g_autoptr(EVP_PKEY) subject =
		key_certificate_subject(algorithm, public_key, len, &error);
	g_autoptr(X509) certificate = NULL;
	guint8 *der = NULL;
	GBytes *bytes;
	int der_len;

	g_assert_no_error(error);
	certificate = identity_issue(ca.cert, ca.key, subject, "alice", "Org",
				     ROLE_CLIENT, 30, &error);
	g_assert_no_error(error);
	der_len = i2d_X509(certificate, &der);
	bytes = g_bytes_new(der, (gsize)der_len);
	OPENSSL_free(der);
	return bytes;
}

static GBytes *
issue_for(const Place *place, const char *name)
{
	HostedKey *key = NULL;
	GBytes *der;

	g_assert_cmpint(keystore_find(place->keystore, name, &key, NULL), ==,
			BSN_OK);
	der = issue(key->algorithm, key->public_key, key->public_key_len);
	hosted_key_free(key);
	return der;
}

static void
certify(const Place *place, const char *name, GBytes *der)
{
	HostedKey *key = NULL;

	g_assert_cmpint(
		keystore_certify(place->keystore, name, der, &key, NULL), ==,
		BSN_OK);
	g_assert_cmpstr(key->name, ==, name);
	g_assert_true((key->certificate != NULL) == (der != NULL));
	hosted_key_free(key);
}

static void
assert_certificate(const Place *place, const char *name, GBytes *expected)
{
	HostedKey *key = NULL;

	g_assert_cmpint(keystore_find(place->keystore, name, &key, NULL), ==,
			BSN_OK);
	if (expected == NULL)
		g_assert_null(key->certificate);
	else
		g_assert_true(g_bytes_equal(key->certificate, expected));
	hosted_key_free(key);
}

static void
it_is_kept_replaced_and_taken_away(Place *place, gconstpointer data)
{
	g_autoptr(GBytes) first = NULL;
	g_autoptr(GBytes) second = NULL;

	create(place, "alice", "sm2");
	create(place, "bob", "secp256k1");
	first = issue_for(place, "alice");
	second = issue_for(place, "alice");
	certify(place, "alice", first);
	open_again(place);
	assert_certificate(place, "alice", first);
	assert_certificate(place, "bob", NULL);
	assert_signs(place, "alice");
	certify(place, "alice", second);
	assert_certificate(place, "alice", second);
	certify(place, "alice", NULL);
	open_again(place);
	assert_certificate(place, "alice", NULL);
	assert_signs(place, "alice");
}

static void
assert_refused(const Place *place, const char *name, GBytes *der,
	       int32_t status, const char *why)
{
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(
		keystore_certify(place->keystore, name, der, NULL, &err), ==,
		status);
	g_assert_nonnull(strstr(err.reason, why));
}

static void
anothers_is_refused(Place *place, gconstpointer data)
{
	g_autoptr(GBytes) der = NULL;
	g_autoptr(GBytes) none = g_bytes_new_static("x", 1);

	create(place, "alice", "sm2");
	create(place, "bob", "sm2");
	der = issue_for(place, "bob");
	assert_refused(place, "alice", der, BSN_BAD_REQUEST, "another key");
	assert_refused(place, "alice", none, BSN_BAD_REQUEST,
		       "no certificate");
	assert_refused(place, "carol", der, BSN_NOT_FOUND, "carol");
	assert_refused(place, "node-sm2", der, BSN_BAD_REQUEST, "node's own");
	assert_certificate(place, "alice", NULL);
}

/* A key that takes a deleted one's name is another key. */
static void
it_goes_with_its_key(Place *place, gconstpointer data)
{
	g_autofree char *file = file_of(place, "alice.crt");
	g_autoptr(GBytes) der = NULL;

	create(place, "alice", "sm2");
	der = issue_for(place, "alice");
	certify(place, "alice", der);
	g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
	g_assert_cmpint(keystore_delete(place->keystore, "alice", NULL), ==,
			BSN_OK);
	g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
	create(place, "alice", "sm2");
	assert_certificate(place, "alice", NULL);
}

/* Whatever lies there: the key is good, and the log says what is not. */
static void
a_file_that_is_not_its_own_is_not_used(Place *place, gconstpointer data)
{
	g_autofree char *alice = file_of(place, "alice.crt");
	g_autofree char *bob = file_of(place, "bob.crt");
	g_autoptr(GBytes) der = NULL;

	create(place, "alice", "sm2");
	create(place, "bob", "sm2");
	der = issue_for(place, "bob");
	certify(place, "bob", der);
	g_assert_cmpint(g_rename(bob, alice), ==, 0);
	open_again(place);
	g_assert_nonnull(strstr(place_logged, "alice.crt is not used"));
	g_assert_nonnull(strstr(place_logged, "another key"));
	assert_certificate(place, "alice", NULL);
	assert_signs(place, "alice");
	g_assert_true(g_file_set_contents(alice, "rubbish", -1, NULL));
	place_logged[0] = '\0';
	open_again(place);
	g_assert_nonnull(strstr(place_logged, "alice.crt is not used"));
	assert_signs(place, "alice");
}

static void
the_nodes_keys_have_their_own(Place *place, gconstpointer data)
{
	guint8 key[BSN_PUBLIC_KEY_MAX], found[IDENTITY_CERT_MAX];
	bsn_fixed_sink key_sink = bsn_fixed_sink_of(key, sizeof(key));
	bsn_fixed_sink sink = bsn_fixed_sink_of(found, sizeof(found));
	g_autoptr(GBytes) der = NULL;
	g_autoptr(GBytes) stored = NULL;
	bsn_err err = BSN_ERR_INIT;

	g_assert_cmpint(keystore_node_certificate(place->keystore, "sm2",
						  &sink.sink, &err),
			==, BSN_NOT_FOUND);
	g_assert_nonnull(strstr(err.reason, "bsnctl node certify -a sm2"));
	g_assert_cmpint(keystore_node_public_key(place->keystore, "sm2",
						 &key_sink.sink, &err),
			==, BSN_OK);
	der = issue("sm2", key, key_sink.len);
	g_assert_cmpint(keystore_node_certify(place->keystore, "ecdsa-p256",
					      der, &err),
			==, BSN_BAD_REQUEST);
	g_assert_cmpint(
		keystore_node_certify(place->keystore, "sm2", der, &err), ==,
		BSN_OK);
	open_again(place);
	g_assert_cmpint(keystore_node_certificate(place->keystore, "sm2",
						  &sink.sink, &err),
			==, BSN_OK);
	stored = g_bytes_new(found, sink.len);
	g_assert_true(g_bytes_equal(stored, der));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	place_init();
	place_add("certificates/it-is-kept-replaced-and-taken-away",
		  it_is_kept_replaced_and_taken_away);
	place_add("certificates/anothers-is-refused", anothers_is_refused);
	place_add("certificates/it-goes-with-its-key", it_goes_with_its_key);
	place_add("certificates/a-file-that-is-not-its-own-is-not-used",
		  a_file_that_is_not_its_own_is_not_used);
	place_add("certificates/the-nodes-keys-have-their-own",
		  the_nodes_keys_have_their_own);
	return g_test_run();
}
