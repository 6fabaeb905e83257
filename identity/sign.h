/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/sign.h: signing by the standard convention of a key's algorithm:
 * SM2 with SM3 and the default user id (GM/T 0009 section 10), P-256 with
 * SHA-256. Internal to identity/.
 */
#ifndef IDENTITY_SIGN_H
#define IDENTITY_SIGN_H

#include "identity/openssl.h"

#define IDENTITY_SIGNATURE_LEN 64

/* EVP's name of the digest that goes with a key; NULL for an unknown kind. */
const char *identity_digest_name(EVP_PKEY *key);

/* A context that has the user id set when the key is SM2; NULL on failure. */
EVP_MD_CTX *identity_sign_context(EVP_PKEY *key);

/* r || s over a message. */
gboolean identity_sign(EVP_PKEY *key, const void *message, gsize len,
		       guint8 signature[IDENTITY_SIGNATURE_LEN],
		       GError **error);
gboolean identity_verify(EVP_PKEY *key, const void *message, gsize len,
			 const guint8 signature[IDENTITY_SIGNATURE_LEN]);

/* The same of a signature in DER. */
gboolean identity_verify_der(EVP_PKEY *key, const void *message, gsize len,
			     const guint8 *der, gsize der_len);

/* Makes OpenSSL verify the certificate's own signature with the user id, when
 * it is one by SM2. */
gboolean identity_set_user_id(X509 *certificate);

#endif
