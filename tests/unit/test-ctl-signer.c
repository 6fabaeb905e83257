/* SPDX-License-Identifier: Apache-2.0
 *
 * bsnctl's signatures over transactions, verified by other means.
 */
#include <glib/gstdio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <secp256k1_recovery.h>
#include <string.h>
#include <sys/stat.h>

#include <bsn/crypto.h>

#include "identity/certificate.h"
#include "tools/ctl/error.h"
#include "tools/ctl/private_file.h"
#include "tools/ctl/signer.h"

static const guint8 message[] = "a transaction's bytes";
static const guint8 digest[32] = { 1, 2, 3, 250, 251, 252 };

typedef struct {
	char *directory;
	EVP_PKEY *key; /* of key.pem */
	Signer *signer;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer algorithm)
{
	g_autofree char *file = NULL;
	g_autoptr(GError) error = NULL;

	fixture->directory = g_dir_make_tmp("bsn-signer-XXXXXX", NULL);
	file = g_build_filename(fixture->directory, "key.pem", NULL);
	fixture->key = identity_key_new(algorithm, &error);
	g_assert_no_error(error);
	g_assert_true(identity_save_key(fixture->key, file, &error));
	fixture->signer = signer_load(fixture->directory, &error);
	g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer algorithm)
{
	signer_free(fixture->signer);
	EVP_PKEY_free(fixture->key);
	private_directory_remove(fixture->directory);
	g_free(fixture->directory);
}

/* DER of r || s, for OpenSSL. */
static guint8 *
der_of(GBytes *raw, gsize *len)
{
	const guint8 *bytes = g_bytes_get_data(raw, NULL);
	ECDSA_SIG *signature = ECDSA_SIG_new();
	unsigned char *der = NULL;
	int n;

	g_assert_cmpuint(g_bytes_get_size(raw), ==, 64);
	ECDSA_SIG_set0(signature, BN_bin2bn(bytes, 32, NULL),
		       BN_bin2bn(bytes + 32, 32, NULL));
	n = i2d_ECDSA_SIG(signature, &der);
	g_assert_cmpint(n, >, 0);
	*len = (gsize)n;
	ECDSA_SIG_free(signature);
	return der;
}

static gboolean
verifies(EVP_PKEY *key, const EVP_MD *hash, const char *user_id,
	 const guint8 *data, gsize data_len, GBytes *raw)
{
	EVP_MD_CTX *md = EVP_MD_CTX_new();
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	gsize len;
	guint8 *der = der_of(raw, &len);
	gboolean ok;

	EVP_MD_CTX_set_pkey_ctx(md, context);
	if (user_id != NULL)
		EVP_PKEY_CTX_set1_id(context, user_id, (int)strlen(user_id));
	ok = EVP_DigestVerifyInit(md, NULL, hash, NULL, key) == 1 &&
	     EVP_DigestVerify(md, der, len, data, data_len) == 1;
	OPENSSL_free(der);
	EVP_MD_CTX_free(md);
	EVP_PKEY_CTX_free(context);
	return ok;
}

static gboolean
verifies_digest(EVP_PKEY *key, GBytes *raw)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	gsize len;
	guint8 *der = der_of(raw, &len);
	gboolean ok =
		EVP_PKEY_verify_init(context) == 1 &&
		EVP_PKEY_verify(context, der, len, digest, sizeof(digest)) == 1;

	OPENSSL_free(der);
	EVP_PKEY_CTX_free(context);
	return ok;
}

static GBytes *
sign(Fixture *fixture, const char *algorithm, const char *convention,
     const guint8 *data, gsize len)
{
	g_autoptr(GError) error = NULL;
	GBytes *raw = signer_sign(fixture->signer, algorithm, convention, data,
				  len, &error);

	g_assert_no_error(error);
	return raw;
}

static void
test_sm2(Fixture *fixture, gconstpointer algorithm)
{
	g_autoptr(GBytes) standard =
		sign(fixture, "sm2", "standard", message, sizeof(message));
	g_autoptr(GBytes) prehashed =
		sign(fixture, "sm2", "prehashed", message, sizeof(message));
	g_autoptr(GBytes) raw =
		sign(fixture, "sm2", "digest", digest, sizeof(digest));
	guint8 hash[32];

	EVP_Digest(message, sizeof(message), hash, NULL, EVP_sm3(), NULL);
	g_assert_true(verifies(fixture->key, EVP_sm3(), BSN_SM2_DEFAULT_ID,
			       message, sizeof(message), standard));
	g_assert_true(verifies(fixture->key, EVP_sm3(), BSN_SM2_DEFAULT_ID,
			       hash, sizeof(hash), prehashed));
	g_assert_false(verifies(fixture->key, EVP_sm3(), BSN_SM2_DEFAULT_ID,
				message, sizeof(message), prehashed));
	g_assert_true(verifies_digest(fixture->key, raw));
}

static void
test_p256(Fixture *fixture, gconstpointer algorithm)
{
	g_autoptr(GBytes) standard = sign(fixture, "ecdsa-p256", "standard",
					  message, sizeof(message));
	g_autoptr(GBytes) raw =
		sign(fixture, "ecdsa-p256", "digest", digest, sizeof(digest));

	g_assert_true(verifies(fixture->key, EVP_sha256(), NULL, message,
			       sizeof(message), standard));
	g_assert_true(verifies_digest(fixture->key, raw));
}

static void
assert_recovers(GBytes *raw, const guint8 public_key[64])
{
	const guint8 *bytes = g_bytes_get_data(raw, NULL);
	secp256k1_context *context =
		secp256k1_context_create(SECP256K1_CONTEXT_VERIFY);
	secp256k1_ecdsa_recoverable_signature signature;
	secp256k1_ecdsa_signature plain;
	secp256k1_pubkey point;
	guint8 encoded[65];
	size_t len = sizeof(encoded);

	g_assert_cmpuint(g_bytes_get_size(raw), ==, 65);
	g_assert_true(secp256k1_ecdsa_recoverable_signature_parse_compact(
		context, &signature, bytes, bytes[64]));
	g_assert_true(
		secp256k1_ecdsa_recover(context, &point, &signature, digest));
	secp256k1_ec_pubkey_serialize(context, encoded, &len, &point,
				      SECP256K1_EC_UNCOMPRESSED);
	g_assert_true(memcmp(encoded + 1, public_key, 64) == 0);
	secp256k1_ecdsa_recoverable_signature_convert(context, &plain,
						      &signature);
	g_assert_false(
		secp256k1_ecdsa_signature_normalize(context, NULL, &plain));
	secp256k1_context_destroy(context);
}

/* Makes keys/secp256k1.key and loads again. */
static void
add_secp256k1(Fixture *fixture, guint8 public_key[64])
{
	g_autofree char *keys =
		g_build_filename(fixture->directory, "keys", NULL);
	g_autofree char *file = g_build_filename(keys, "secp256k1.key", NULL);
	g_autoptr(GError) error = NULL;
	struct stat status;

	g_assert_true(private_directory_make(keys, &error));
	g_assert_true(signer_new_secp256k1(file, public_key, &error));
	g_assert_cmpint(g_stat(file, &status), ==, 0);
	g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
	g_assert_false(signer_new_secp256k1(file, public_key, NULL));
	signer_free(fixture->signer);
	fixture->signer = signer_load(fixture->directory, &error);
	g_assert_no_error(error);
}

static void
test_secp256k1(Fixture *fixture, gconstpointer algorithm)
{
	g_autoptr(GBytes) raw = NULL;
	g_autoptr(GError) error = NULL;
	guint8 scratch[64];
	guint8 public_key[64];

	add_secp256k1(fixture, scratch);
	memcpy(public_key, signer_public_key(fixture->signer, "secp256k1"),
	       sizeof(public_key));
	raw = sign(fixture, "secp256k1", "digest", digest, sizeof(digest));
	assert_recovers(raw, public_key);
	g_assert_null(signer_sign(fixture->signer, "secp256k1", "standard",
				  digest, sizeof(digest), &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
}

static void
assert_refused(Fixture *fixture, const char *algorithm, const char *convention,
	       gsize len, const char *part)
{
	g_autoptr(GError) error = NULL;

	g_assert_null(signer_sign(fixture->signer, algorithm, convention,
				  message, len, &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
	if (strstr(error->message, part) == NULL)
		g_error("'%s' lacks '%s'", error->message, part);
}

static void
test_implausible(Fixture *fixture, gconstpointer algorithm)
{
	assert_refused(fixture, "secp256k1", "digest", 32, "id key");
	assert_refused(fixture, "ecdsa-p256", "standard", 8, "only sm2");
	assert_refused(fixture, "", "standard", 8, "only sm2");
	assert_refused(fixture, "sm2", "digest", 31 - 10, "32");
	assert_refused(fixture, "sm2", "homemade", 8, "homemade");
}

static void
test_bad_key_file(Fixture *fixture, gconstpointer algorithm)
{
	g_autofree char *file = g_build_filename(fixture->directory, "keys",
						 "secp256k1.key", NULL);
	g_autoptr(GError) error = NULL;
	guint8 scratch[64];
	g_autofree char *zero = g_strnfill(64, '0');

	add_secp256k1(fixture, scratch);
	g_assert_true(g_file_set_contents(file, zero, -1, NULL));
	g_assert_null(signer_load(fixture->directory, &error));
	g_assert_error(error, CTL_ERROR, CTL_ERROR_FAILED);
}

#define ADD(name, algorithm, test)                                        \
	g_test_add("/ctl/signer/" name, Fixture, algorithm, set_up, test, \
		   tear_down)

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	ADD("sm2-signs-by-each-convention", "sm2", test_sm2);
	ADD("p256-signs-messages-and-digests", "ecdsa-p256", test_p256);
	ADD("secp256k1-is-recoverable-with-low-s", "sm2", test_secp256k1);
	ADD("implausible-requests-are-not-signed", "sm2", test_implausible);
	ADD("a-bad-key-file-is-refused", "sm2", test_bad_key_file);
	return g_test_run();
}
