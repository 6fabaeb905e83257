/* SPDX-License-Identifier: Apache-2.0 */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <string.h>

#include "identity/openssl.h"

#define SCALAR_LEN 32
#define CURVE_NAME_MAX 32

EVP_PKEY *
identity_key_new(const char *algorithm, GError **error)
{
	EVP_PKEY *key = NULL;

	if (g_strcmp0(algorithm, "sm2") == 0) {
		key = EVP_PKEY_Q_keygen(NULL, NULL, "SM2");
	} else if (g_strcmp0(algorithm, "ecdsa-p256") == 0) {
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	} else if (g_strcmp0(algorithm, IDENTITY_SECP256K1) == 0) {
		key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1");
	} else {
		identity_fail(error, IDENTITY_MALFORMED,
			      "\"%s\" is no algorithm of a certificate's key: "
			      "give sm2 or ecdsa-p256",
			      algorithm != NULL ? algorithm : "");
		return NULL;
	}
	if (key == NULL)
		identity_fail_openssl(error, "to make a key");
	return key;
}

const char *
identity_any_key_algorithm(EVP_PKEY *key)
{
	char curve[CURVE_NAME_MAX];

	if (key == NULL)
		return NULL;
	if (EVP_PKEY_is_a(key, "SM2"))
		return "sm2";
	if (!EVP_PKEY_is_a(key, "EC") ||
	    EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) <= 0)
		return NULL;
	if (strcmp(curve, SN_X9_62_prime256v1) == 0)
		return "ecdsa-p256";
	return strcmp(curve, SN_secp256k1) == 0 ? IDENTITY_SECP256K1 : NULL;
}

const char *
identity_key_algorithm(EVP_PKEY *key)
{
	const char *algorithm = identity_any_key_algorithm(key);

	return g_strcmp0(algorithm, IDENTITY_SECP256K1) != 0 ? algorithm
							     : NULL;
}

static gboolean
number_write(EVP_PKEY *key, const char *parameter, guint8 *out)
{
	g_autoptr(BIGNUM) number = NULL;

	return EVP_PKEY_get_bn_param(key, parameter, &number) &&
	       BN_bn2binpad(number, out, SCALAR_LEN) > 0;
}

gboolean
identity_key_raw(EVP_PKEY *key, guint8 private_key[32], guint8 public_key[64],
		 GError **error)
{
	if (identity_any_key_algorithm(key) == NULL)
		return identity_fail(error, IDENTITY_MALFORMED,
				     "the key is neither SM2 nor P-256 nor "
				     "secp256k1");
	if (public_key != NULL &&
	    (!number_write(key, OSSL_PKEY_PARAM_EC_PUB_X, public_key) ||
	     !number_write(key, OSSL_PKEY_PARAM_EC_PUB_Y,
			   public_key + SCALAR_LEN)))
		return identity_fail_openssl(error, "to read a public key");
	if (private_key != NULL &&
	    !number_write(key, OSSL_PKEY_PARAM_PRIV_KEY, private_key))
		return identity_fail(error, IDENTITY_MALFORMED,
				     "the key has no private part");
	return TRUE;
}
