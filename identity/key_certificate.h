/* SPDX-License-Identifier: Apache-2.0
 *
 * identity/key_certificate.h: a certificate beside the key that it is about,
 * for those who are to be shown it: a chain's organisations, not this host.
 * Who issued it, to whom and until when is theirs to judge.
 */
#ifndef IDENTITY_KEY_CERTIFICATE_H
#define IDENTITY_KEY_CERTIFICATE_H

#include "identity/certificate.h"

/* Characters of PEM for IDENTITY_CERT_MAX bytes, line feeds and a few lines of
 * text before it. */
#define KEY_CERTIFICATE_PEM_MAX 16384

/* The DER of PEM text with exactly one certificate, no longer than
 * IDENTITY_CERT_MAX. NULL with an IDENTITY_ERROR. */
GBytes *key_certificate_read(const char *pem, gsize len, GError **error);
/* The opposite; g_free it. NULL when it is no certificate. */
char *key_certificate_write(GBytes *der);

/* TRUE when it is a certificate, no CA's, and its key is this one.
 *
 * In:      algorithm, "sm2", "ecdsa-p256", "secp256k1" or "ed25519", of
 *          public_key; NULL: not known, any of these.
 * Errors:  IDENTITY_MALFORMED, IDENTITY_UNFIT. */
gboolean key_certificate_judge(GBytes *der, const char *algorithm,
			       const guint8 *public_key, gsize len,
			       GError **error);

/* A key to be certified, from its raw bytes; algorithms as above but ed25519.
 * NULL with an IDENTITY_ERROR, also for what is no point of the curve. */
EVP_PKEY *key_certificate_subject(const char *algorithm,
				  const guint8 *public_key, gsize len,
				  GError **error);
/* A key that certifies, from its raw bytes; likewise. */
EVP_PKEY *key_certificate_signer(const char *algorithm,
				 const guint8 private_key[32],
				 const guint8 public_key[64], GError **error);

#endif
