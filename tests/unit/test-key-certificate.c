/* SPDX-License-Identifier: Apache-2.0
 *
 * Certificates beside the keys that they are about.
 */
#include <openssl/pem.h>
#include <string.h>

#include "identity/key_certificate.h"
#include "tests/unit/test-ca.h"

static const struct {
	const char *chain, *identity;
} algorithms[] = {
	{ "sm2", "sm2" },
	{ "ecdsa-p256", "ecdsa-p256" },
	{ "secp256k1", IDENTITY_SECP256K1 },
};

static GBytes *
der_of(X509 *certificate)
{
	guint8 *der = NULL;
	int len = i2d_X509(certificate, &der);
	GBytes *bytes = g_bytes_new(der, (gsize)len);

	OPENSSL_free(der);
	return bytes;
}

static void
assert_refused(GBytes *der, const char *algorithm, const guint8 *key, gsize len,
	       const char *why)
{
	g_autoptr(GError) error = NULL;

	g_assert_false(
		key_certificate_judge(der, algorithm, key, len, &error));
	g_assert_cmpint(error->domain, ==, IDENTITY_ERROR);
	g_assert_nonnull(strstr(error->message, why));
}

static void
it_is_for_its_key_alone(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
		const char *algorithm = algorithms[i].chain;
		g_auto(KeyCert) ca = test_ca("ecdsa-p256", "Org");
		g_auto(KeyCert) leaf = test_leaf(&ca, algorithms[i].identity,
						 "alice", ROLE_CLIENT);
		g_autoptr(GBytes) der = der_of(leaf.cert);
		g_autoptr(GError) error = NULL;
		guint8 key[64];

		g_assert_true(identity_key_raw(leaf.key, NULL, key, NULL));
		g_assert_true(key_certificate_judge(der, algorithm, key, 64,
						    &error));
		g_assert_true(
			key_certificate_judge(der, NULL, key, 64, &error));
		assert_refused(der, "ed25519", key, 64, "another key");
		assert_refused(der, algorithm, key, 32, "another key");
		key[63] ^= 1;
		assert_refused(der, algorithm, key, 64, "another key");
	}
}

static void
a_cas_and_what_is_none_are_refused(void)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_autoptr(GBytes) der = der_of(ca.cert);
	g_autoptr(GBytes) longer = NULL;
	g_autoptr(GBytes) cut = g_bytes_new_from_bytes(
		der, 0, g_bytes_get_size(der) - 1);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint8 key[64];

	g_assert_true(identity_key_raw(ca.key, NULL, key, NULL));
	assert_refused(der, "sm2", key, 64, "a CA's");
	assert_refused(cut, "sm2", key, 64, "no certificate");
	g_byte_array_append(bytes, g_bytes_get_data(der, NULL),
			    (guint)g_bytes_get_size(der));
	g_byte_array_append(bytes, key, 1);
	longer = g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
	assert_refused(longer, "sm2", key, 64, "no certificate");
}

static void
assert_unread(const char *pem, gsize len, const char *why)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(key_certificate_read(pem, len, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_MALFORMED);
	g_assert_nonnull(strstr(error->message, why));
}

static void
pem_is_read_as_one_certificate(void)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	g_autoptr(GBytes) der = der_of(leaf.cert);
	g_autofree char *pem = key_certificate_write(der);
	g_autofree char *twice = g_strconcat(pem, pem, NULL);
	g_autofree char *large = g_strnfill(KEY_CERTIFICATE_PEM_MAX, ' ');
	g_autofree char *padded = g_strconcat(large, pem, NULL);
	g_autoptr(GBytes) again =
		key_certificate_read(pem, strlen(pem), NULL);

	g_assert_true(g_bytes_equal(der, again));
	assert_unread(twice, strlen(twice), "more than one");
	assert_unread(pem, strlen(pem) / 2, "no certificate");
	assert_unread("", 0, "no certificate");
	assert_unread(padded, strlen(padded), "no certificate");
}

/* What is issued for a key's raw bytes is the key's certificate. */
static void
a_key_of_which_only_the_public_part_is_known_is_certified(void)
{
	for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++) {
		g_auto(KeyCert) ca = test_ca("sm2", "Org");
		g_autoptr(EVP_PKEY) key =
			identity_key_new(algorithms[i].identity, NULL);
		g_autoptr(EVP_PKEY) subject = NULL;
		g_autoptr(X509) certificate = NULL;
		g_autoptr(GBytes) der = NULL;
		g_autoptr(GError) error = NULL;
		guint8 raw[64];

		g_assert_true(identity_key_raw(key, NULL, raw, NULL));
		subject = key_certificate_subject(algorithms[i].chain, raw, 64,
						  &error);
		g_assert_no_error(error);
		certificate = identity_issue(ca.cert, ca.key, subject, "alice",
					     "Org", ROLE_CLIENT, 30, &error);
		g_assert_no_error(error);
		der = der_of(certificate);
		g_assert_true(key_certificate_judge(der, algorithms[i].chain,
						    raw, 64, &error));
	}
}

static void
what_is_no_point_is_no_subject(void)
{
	guint8 raw[64];

	memset(raw, 7, sizeof(raw));
	for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++)
		g_assert_null(key_certificate_subject(algorithms[i].chain, raw,
						      64, NULL));
	g_assert_null(key_certificate_subject("ed25519", raw, 32, NULL));
	g_assert_null(key_certificate_subject("sm2", raw, 63, NULL));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/key-certificate/it-is-for-its-key-alone",
			it_is_for_its_key_alone);
	g_test_add_func("/key-certificate/a-cas-and-what-is-none-are-refused",
			a_cas_and_what_is_none_are_refused);
	g_test_add_func("/key-certificate/pem-is-read-as-one-certificate",
			pem_is_read_as_one_certificate);
	g_test_add_func("/key-certificate/a-key-of-which-only-the-public-part-"
			"is-known-is-certified",
			a_key_of_which_only_the_public_part_is_known_is_certified);
	g_test_add_func("/key-certificate/what-is-no-point-is-no-subject",
			what_is_no_point_is_no_subject);
	return g_test_run();
}
