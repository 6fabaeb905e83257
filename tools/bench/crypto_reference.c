/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "tools/bench/crypto_reference.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <string.h>

#define SCALAR_LEN 32u
#define POINT_LEN 64u
#define UNCOMPRESSED 0x04

typedef struct {
	const char *name;
	const char *type;  /* of an EVP_PKEY */
	const char *group; /* NULL: keys are raw bytes, signatures too */
	const char *hash;
	const char *user_id;
} Algorithm;

static const Algorithm algorithms[] = {
	{ "sm2", "SM2", "SM2", "SM3", BSN_SM2_DEFAULT_ID },
	{ "ecdsa-p256", "EC", "P-256", "SHA256", NULL },
	{ "ed25519", "ED25519", NULL, NULL, NULL },
};

struct Reference {
	const Algorithm *algorithm;
	EVP_MD_CTX *context;
	EVP_PKEY_CTX *generator;
};

static const Algorithm *
find(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(algorithms); i++)
		if (strcmp(algorithms[i].name, name) == 0)
			return &algorithms[i];
	return NULL;
}

static gboolean
is_ready(const Reference *reference)
{
	const Algorithm *algorithm = reference->algorithm;

	return reference->context != NULL && reference->generator != NULL &&
	       EVP_PKEY_keygen_init(reference->generator) > 0 &&
	       (algorithm->group == NULL ||
		EVP_PKEY_CTX_set_group_name(reference->generator,
					    algorithm->group) > 0);
}

Reference *
reference_new(const char *name)
{
	Reference *reference;

	if (find(name) == NULL)
		return NULL;
	reference = g_new0(Reference, 1);
	reference->algorithm = find(name);
	reference->context = EVP_MD_CTX_new();
	reference->generator = EVP_PKEY_CTX_new_from_name(
		NULL, reference->algorithm->type, NULL);
	if (is_ready(reference))
		return reference;
	ERR_clear_error();
	reference_free(reference);
	return NULL;
}

void
reference_free(Reference *reference)
{
	if (reference == NULL)
		return;
	EVP_MD_CTX_free(reference->context);
	EVP_PKEY_CTX_free(reference->generator);
	g_free(reference);
}

/* ---- keys --------------------------------------------------------------- */

/* OpenSSL takes numbers in the byte order of the machine. */
static void
to_native(const guint8 *big_endian, guint8 *native)
{
	for (gsize i = 0; i < SCALAR_LEN; i++)
		native[i] = big_endian[G_BYTE_ORDER == G_BIG_ENDIAN
					       ? i
					       : SCALAR_LEN - 1 - i];
}

static EVP_PKEY *
curve_key(const Algorithm *algorithm, const guint8 *private_key,
	  const guint8 *public_key)
{
	EVP_PKEY_CTX *context =
		EVP_PKEY_CTX_new_from_name(NULL, algorithm->type, NULL);
	guint8 point[1 + POINT_LEN] = { UNCOMPRESSED };
	guint8 scalar[SCALAR_LEN];
	EVP_PKEY *key = NULL;
	OSSL_PARAM params[4] = {
		OSSL_PARAM_construct_utf8_string(
			OSSL_PKEY_PARAM_GROUP_NAME,
			(char *)(gsize)algorithm->group, 0),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
						  point, sizeof(point)),
		OSSL_PARAM_construct_end(),
		OSSL_PARAM_construct_end(),
	};

	memcpy(point + 1, public_key, POINT_LEN);
	if (private_key != NULL) {
		to_native(private_key, scalar);
		params[2] = OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY,
						    scalar, sizeof(scalar));
	}
	if (context != NULL && EVP_PKEY_fromdata_init(context) > 0)
		(void)EVP_PKEY_fromdata(context, &key,
					private_key != NULL
						? EVP_PKEY_KEYPAIR
						: EVP_PKEY_PUBLIC_KEY,
					params);
	EVP_PKEY_CTX_free(context);
	return key;
}

EVP_PKEY *
reference_key(const Reference *reference, const guint8 *private_key,
	      const guint8 *public_key)
{
	const Algorithm *algorithm = reference->algorithm;

	if (algorithm->group != NULL)
		return curve_key(algorithm, private_key, public_key);
	if (private_key != NULL)
		return EVP_PKEY_new_raw_private_key_ex(
			NULL, algorithm->type, NULL, private_key, SCALAR_LEN);
	return EVP_PKEY_new_raw_public_key_ex(NULL, algorithm->type, NULL,
					      public_key, SCALAR_LEN);
}

gboolean
reference_generate(Reference *reference)
{
	EVP_PKEY *key = NULL;
	gboolean made = EVP_PKEY_generate(reference->generator, &key) > 0;

	EVP_PKEY_free(key);
	return made;
}

/* ---- signatures --------------------------------------------------------- */

static int
write_der(const guint8 *signature, guint8 *out)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	int len;

	(void)ECDSA_SIG_set0(
		sig, BN_bin2bn(signature, SCALAR_LEN, NULL),
		BN_bin2bn(signature + SCALAR_LEN, SCALAR_LEN, NULL));
	len = i2d_ECDSA_SIG(sig, &out);
	ECDSA_SIG_free(sig);
	return len;
}

gboolean
reference_encode(const Reference *reference, const guint8 *signature,
		 guint8 *out, gsize *len)
{
	int der_len;

	if (reference->algorithm->group == NULL) {
		memcpy(out, signature, POINT_LEN);
		*len = POINT_LEN;
		return TRUE;
	}
	der_len = write_der(signature, out);
	*len = der_len > 0 ? (gsize)der_len : 0;
	return der_len > 0;
}

typedef int (*Begin)(EVP_MD_CTX *context, EVP_PKEY_CTX **key_context,
		     const char *hash, OSSL_LIB_CTX *library,
		     const char *properties, EVP_PKEY *key,
		     const OSSL_PARAM params[]);

static gboolean
name_user(const Algorithm *algorithm, EVP_PKEY_CTX *context)
{
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(
			OSSL_PKEY_PARAM_DIST_ID,
			(void *)(gsize)algorithm->user_id,
			strlen(algorithm->user_id)),
		OSSL_PARAM_construct_end(),
	};

	return EVP_PKEY_CTX_set_params(context, params) > 0;
}

static gboolean
begin(const Reference *reference, Begin call, EVP_PKEY *key)
{
	const Algorithm *algorithm = reference->algorithm;
	EVP_PKEY_CTX *context = NULL;

	return EVP_MD_CTX_reset(reference->context) > 0 &&
	       call(reference->context, &context, algorithm->hash, NULL, NULL,
		    key, NULL) > 0 &&
	       (algorithm->user_id == NULL || name_user(algorithm, context));
}

gboolean
reference_sign(Reference *reference, EVP_PKEY *key, bsn_slice message)
{
	guint8 signature[REFERENCE_SIGNATURE_MAX];
	size_t len = sizeof(signature);

	return begin(reference, EVP_DigestSignInit_ex, key) &&
	       EVP_DigestSign(reference->context, signature, &len, message.data,
			      message.len) > 0;
}

gboolean
reference_verify(Reference *reference, EVP_PKEY *key, bsn_slice message,
		 bsn_slice signature)
{
	return begin(reference, EVP_DigestVerifyInit_ex, key) &&
	       EVP_DigestVerify(reference->context, signature.data,
				signature.len, message.data, message.len) > 0;
}

/* ---- hashes and ciphers ------------------------------------------------- */

EVP_MD *
reference_hash(const char *name)
{
	static const char *const names[][2] = {
		{ "sm3", "SM3" },
		{ "sha-256", "SHA256" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i][0], name) == 0)
			return EVP_MD_fetch(NULL, names[i][1], NULL);
	return NULL;
}

EVP_CIPHER *
reference_cipher(const char *name)
{
	static const char *const names[][2] = {
		{ "sm4-cbc", "SM4-CBC" },
		{ "sm4-ctr", "SM4-CTR" },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
		if (strcmp(names[i][0], name) == 0)
			return EVP_CIPHER_fetch(NULL, names[i][1], NULL);
	return NULL;
}
