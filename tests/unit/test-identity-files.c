/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and certificates in files, and the list of CAs that a host trusts.
 */
#include <glib/gstdio.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/unit/test-ca.h"

typedef struct {
	char *directory;
	char *file;
} Place;

static void
place_set_up(Place *place, gconstpointer data)
{
	place->directory = g_dir_make_tmp("bsn-identity-XXXXXX", NULL);
	place->file = g_build_filename(place->directory, "file.pem", NULL);
}

static void
place_tear_down(Place *place, gconstpointer data)
{
	(void)g_unlink(place->file);
	(void)g_rmdir(place->directory);
	g_free(place->file);
	g_free(place->directory);
}

static void
a_key_comes_back(Place *place, gconstpointer algorithm)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(EVP_PKEY) key = identity_key_new(algorithm, &error);
	g_autoptr(EVP_PKEY) again = NULL;
	guint8 one[96], two[96];

	g_assert_true(identity_save_key(key, place->file, &error));
	g_assert_no_error(error);
	again = identity_load_key(place->file, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(identity_key_algorithm(again), ==, algorithm);
	g_assert_true(identity_key_raw(key, one, one + 32, &error));
	g_assert_true(identity_key_raw(again, two, two + 32, &error));
	g_assert_cmpint(memcmp(one, two, sizeof(one)), ==, 0);
}

static void
a_key_is_private_and_never_overwritten(Place *place, gconstpointer data)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(EVP_PKEY) key = identity_key_new("sm2", &error);
	g_autoptr(EVP_PKEY) other = identity_key_new("sm2", &error);
	g_autoptr(EVP_PKEY) again = NULL;
	GStatBuf info;

	g_assert_true(identity_save_key(key, place->file, &error));
	g_assert_cmpint(g_stat(place->file, &info), ==, 0);
	g_assert_cmpuint(info.st_mode & 0777, ==, 0600);
	g_assert_false(identity_save_key(other, place->file, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_IO);
	g_assert_nonnull(strstr(error->message, place->file));
	again = identity_load_key(place->file, NULL);
	g_assert_cmpint(EVP_PKEY_eq(key, again), ==, 1);
}

static void
a_certificate_comes_back(Place *place, gconstpointer data)
{
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_autoptr(GError) error = NULL;
	g_autoptr(X509) again = NULL;

	g_assert_true(identity_save_cert(ca.cert, place->file, &error));
	again = identity_load_cert(place->file, &error);
	g_assert_no_error(error);
	g_assert_cmpint(X509_cmp(ca.cert, again), ==, 0);
	g_assert_null(identity_load_key(place->file, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_MALFORMED);
}

/* Nobody sits at the daemon's terminal. */
static void
an_encrypted_key_is_refused_without_asking(Place *place, gconstpointer data)
{
	g_autoptr(EVP_PKEY) key = identity_key_new("sm2", NULL);
	g_autoptr(BIO) out = BIO_new_file(place->file, "wb");
	g_autoptr(GError) error = NULL;
	char passphrase[] = "secret";

	g_assert_true(PEM_write_bio_PKCS8PrivateKey(
		out, key, EVP_aes_128_cbc(), passphrase, 6, NULL, NULL));
	BIO_flush(out);
	g_assert_null(identity_load_key(place->file, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_MALFORMED);
	g_assert_nonnull(strstr(error->message, "passphrase"));
}

static void
what_is_not_there_is_named(Place *place, gconstpointer data)
{
	const char *const files[] = { place->file, NULL };
	g_autoptr(GError) key = NULL;
	g_autoptr(GError) cert = NULL;
	g_autoptr(GError) trust = NULL;

	g_assert_null(identity_load_key(place->file, &key));
	g_assert_error(key, IDENTITY_ERROR, IDENTITY_IO);
	g_assert_nonnull(strstr(key->message, place->file));
	g_assert_null(identity_load_cert(place->file, &cert));
	g_assert_error(cert, IDENTITY_ERROR, IDENTITY_IO);
	g_assert_null(trust_store_new(files, &trust));
	g_assert_error(trust, IDENTITY_ERROR, IDENTITY_IO);
	g_assert_nonnull(strstr(trust->message, place->file));
}

static void
a_file_of_cas_is_trusted(Place *place, gconstpointer data)
{
	const char *const files[] = { place->file, NULL };
	g_auto(KeyCert) gm = test_ca("sm2", "One");
	g_auto(KeyCert) std = test_ca("ecdsa-p256", "Two");
	g_auto(KeyCert) leaf = test_leaf(&std, "sm2", "alice", ROLE_CLIENT);
	g_autoptr(BIO) out = BIO_new_file(place->file, "wb");
	g_autoptr(GError) error = NULL;
	g_autoptr(TrustStore) trust = NULL;
	g_autoptr(Identity) identity = NULL;

	PEM_write_bio_X509(out, gm.cert);
	PEM_write_bio_X509(out, std.cert);
	BIO_flush(out);
	trust = trust_store_new(files, &error);
	g_assert_no_error(error);
	identity = trust_store_judge(trust, leaf.cert, test_now(), &error);
	g_assert_no_error(error);
}

static void
a_leaf_among_the_cas_is_refused(Place *place, gconstpointer data)
{
	const char *const files[] = { place->file, NULL };
	g_auto(KeyCert) ca = test_ca("sm2", "Org");
	g_auto(KeyCert) leaf = test_leaf(&ca, "sm2", "alice", ROLE_CLIENT);
	g_autoptr(GError) error = NULL;

	g_assert_true(identity_save_cert(leaf.cert, place->file, NULL));
	g_assert_null(trust_store_new(files, &error));
	g_assert_error(error, IDENTITY_ERROR, IDENTITY_UNFIT);
	g_assert_nonnull(strstr(error->message, place->file));
}

static void
a_broken_file_of_cas_is_refused(Place *place, gconstpointer data)
{
	static const char *const texts[] = {
		"",
		"hello",
		("-----BEGIN CERTIFICATE-----\nAAAA\n"
		 "-----END CERTIFICATE-----\n"),
	};
	const char *const files[] = { place->file, NULL };

	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
		g_autoptr(GError) error = NULL;

		g_assert_true(g_file_set_contents(place->file, texts[i], -1,
						  NULL));
		g_assert_null(trust_store_new(files, &error));
		g_assert_error(error, IDENTITY_ERROR, IDENTITY_MALFORMED);
	}
}

static void
add(const char *name, gconstpointer data,
    void (*test)(Place *, gconstpointer))
{
	g_test_add(name, Place, data, place_set_up, test, place_tear_down);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	add("/identity-files/a-key-comes-back/sm2", "sm2", a_key_comes_back);
	add("/identity-files/a-key-comes-back/p256", "ecdsa-p256",
	    a_key_comes_back);
	add("/identity-files/a-key-is-private-and-never-overwritten", NULL,
	    a_key_is_private_and_never_overwritten);
	add("/identity-files/a-certificate-comes-back", NULL,
	    a_certificate_comes_back);
	add("/identity-files/an-encrypted-key-is-refused-without-asking", NULL,
	    an_encrypted_key_is_refused_without_asking);
	add("/identity-files/what-is-not-there-is-named", NULL,
	    what_is_not_there_is_named);
	add("/identity-files/a-file-of-cas-is-trusted", NULL,
	    a_file_of_cas_is_trusted);
	add("/identity-files/a-leaf-among-the-cas-is-refused", NULL,
	    a_leaf_among_the_cas_is_refused);
	add("/identity-files/a-broken-file-of-cas-is-refused", NULL,
	    a_broken_file_of_cas_is_refused);
	return g_test_run();
}
