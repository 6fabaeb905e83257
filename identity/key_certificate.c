/* SPDX-License-Identifier: Apache-2.0 */
#include "identity/key_certificate.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#include "identity/openssl.h"

#define POINT_LEN 65 /* 04 || X || Y */
#define RAW_MAX 64
#define SCALAR_LEN 32

/* ---- PEM ---------------------------------------------------------------- */

/* The next certificate's DER in a text, or NULL. */
static GBytes *
next_certificate(BIO *text)
{
	guint8 *der = NULL;
	long len = 0;
	GBytes *bytes = NULL;

	if (PEM_bytes_read_bio(&der, &len, NULL, PEM_STRING_X509, text, NULL,
			       NULL) == 1)
		bytes = g_bytes_new(der, (gsize)len);
	OPENSSL_free(der);
	ERR_clear_error();
	return bytes;
}

GBytes *
key_certificate_read(const char *pem, gsize len, GError **error)
{
	g_autoptr(BIO) text = NULL;
	g_autoptr(GBytes) first = NULL;
	g_autoptr(GBytes) second = NULL;

	if (len <= KEY_CERTIFICATE_PEM_MAX) {
		text = BIO_new_mem_buf(pem, (int)len);
		first = next_certificate(text);
	}
	if (first == NULL) {
		identity_fail(error, IDENTITY_MALFORMED,
			      "it is no certificate in PEM of at most %d "
			      "characters",
			      KEY_CERTIFICATE_PEM_MAX);
		return NULL;
	}
	second = next_certificate(text);
	if (second == NULL && g_bytes_get_size(first) <= IDENTITY_CERT_MAX)
		return g_steal_pointer(&first);
	identity_fail(error, IDENTITY_MALFORMED,
		      second != NULL
			      ? "there is more than one certificate in it: give "
				"the key's own alone"
			      : "the certificate is larger than 8192 bytes");
	return NULL;
}

static X509 *
parse(GBytes *der)
{
	gsize len = 0;
	const guint8 *const bytes = g_bytes_get_data(der, &len);
	const guint8 *at = bytes;
	X509 *certificate = NULL;

	if (len > 0 && len <= IDENTITY_CERT_MAX)
		certificate = d2i_X509(NULL, &at, (long)len);
	if (certificate != NULL && (gsize)(at - bytes) != len)
		g_clear_pointer(&certificate, X509_free);
	ERR_clear_error();
	return certificate;
}

char *
key_certificate_write(GBytes *der)
{
	g_autoptr(X509) certificate = parse(der);
	g_autoptr(BIO) text = BIO_new(BIO_s_mem());
	char *data = NULL;
	long len;

	if (certificate == NULL || !PEM_write_bio_X509(text, certificate))
		return NULL;
	len = BIO_get_mem_data(text, &data);
	return g_strndup(data, (gsize)len);
}

/* ---- judging ------------------------------------------------------------ */

/* What chains call the algorithm of a key; NULL for others. */
static const char *
algorithm_of(EVP_PKEY *key)
{
	const char *algorithm = identity_any_key_algorithm(key);

	if (key != NULL && EVP_PKEY_is_a(key, "ED25519"))
		return "ed25519";
	return g_strcmp0(algorithm, IDENTITY_SECP256K1) == 0 ? "secp256k1"
							     : algorithm;
}

/* Raw bytes of a public key; 0 when there are none. */
static gsize
raw_key(EVP_PKEY *key, guint8 raw[RAW_MAX])
{
	gsize len = RAW_MAX;

	if (EVP_PKEY_is_a(key, "ED25519"))
		return EVP_PKEY_get_raw_public_key(key, raw, &len) ? len : 0;
	return identity_key_raw(key, NULL, raw, NULL) ? RAW_MAX : 0;
}

static gboolean
is_key(EVP_PKEY *key, const char *algorithm, const guint8 *public_key,
       gsize len)
{
	const char *own = algorithm_of(key);
	guint8 raw[RAW_MAX];

	return own != NULL &&
	       (algorithm == NULL || strcmp(own, algorithm) == 0) &&
	       raw_key(key, raw) == len && memcmp(raw, public_key, len) == 0;
}

gboolean
key_certificate_judge(GBytes *der, const char *algorithm,
		      const guint8 *public_key, gsize len, GError **error)
{
	g_autoptr(X509) certificate = parse(der);
	gboolean good;

	if (certificate == NULL)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "it is no certificate (X.509, DER, at "
				     "most %d bytes)",
				     IDENTITY_CERT_MAX);
	if (X509_check_ca(certificate) != 0)
		return identity_fail(error, IDENTITY_UNFIT,
				     "it is a CA's certificate: give the one "
				     "that the CA has issued for this key");
	good = is_key(X509_get0_pubkey(certificate), algorithm, public_key,
		      len);
	ERR_clear_error();
	if (good)
		return TRUE;
	return identity_fail(error, IDENTITY_UNFIT,
			     "it is the certificate of another key");
}

/* ---- keys of raw bytes --------------------------------------------------- */

/* `scalar` in the machine's order of bytes; NULL: only the public part. */
static EVP_PKEY *
key_of_point(const char *type, const char *group, guint8 point[POINT_LEN],
	     guint8 *scalar)
{
	OSSL_PARAM parameters[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
						 (char *)group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
						  point, POINT_LEN),
		scalar != NULL
			? OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY,
						  scalar, SCALAR_LEN)
			: OSSL_PARAM_construct_end(),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (context == NULL || EVP_PKEY_fromdata_init(context) <= 0 ||
	    EVP_PKEY_fromdata(context, &key,
			      scalar != NULL ? EVP_PKEY_KEYPAIR
					     : EVP_PKEY_PUBLIC_KEY,
			      parameters) <= 0)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	return key;
}

static EVP_PKEY *
key_of_raw(const char *algorithm, const guint8 public_key[RAW_MAX],
	   guint8 *scalar, GError **error)
{
	static const struct {
		const char *algorithm, *type, *group;
	} kinds[] = {
		{ "sm2", "SM2", "SM2" },
		{ "ecdsa-p256", "EC", SN_X9_62_prime256v1 },
		{ "secp256k1", "EC", SN_secp256k1 },
	};
	guint8 point[POINT_LEN] = { POINT_CONVERSION_UNCOMPRESSED };
	EVP_PKEY *key = NULL;

	memcpy(point + 1, public_key, RAW_MAX);
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
		if (g_strcmp0(kinds[i].algorithm, algorithm) == 0)
			key = key_of_point(kinds[i].type, kinds[i].group,
					   point, scalar);
	if (key == NULL)
		identity_fail(error, IDENTITY_MALFORMED,
			      "it is no key of sm2, ecdsa-p256 or secp256k1");
	return key;
}

EVP_PKEY *
key_certificate_subject(const char *algorithm, const guint8 *public_key,
			gsize len, GError **error)
{
	if (len == RAW_MAX)
		return key_of_raw(algorithm, public_key, NULL, error);
	identity_fail(error, IDENTITY_MALFORMED,
		      "a public key of sm2, ecdsa-p256 or secp256k1 has %d "
		      "bytes",
		      RAW_MAX);
	return NULL;
}

EVP_PKEY *
key_certificate_signer(const char *algorithm,
		       const guint8 private_key[SCALAR_LEN],
		       const guint8 public_key[RAW_MAX], GError **error)
{
	g_autoptr(BIGNUM) number = BN_bin2bn(private_key, SCALAR_LEN, NULL);
	guint8 scalar[SCALAR_LEN];
	EVP_PKEY *key = NULL;

	if (number != NULL &&
	    BN_bn2nativepad(number, scalar, SCALAR_LEN) == SCALAR_LEN)
		key = key_of_raw(algorithm, public_key, scalar, error);
	else
		identity_fail_openssl(error, "to read a private key");
	OPENSSL_cleanse(scalar, sizeof(scalar));
	return key;
}
