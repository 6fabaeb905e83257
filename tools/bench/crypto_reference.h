/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/crypto_reference.h: the same operations by OpenSSL, as a program
 * that uses it well would ask for them: algorithms fetched and keys decoded
 * beforehand, contexts kept.
 */
#ifndef TOOLS_BENCH_CRYPTO_REFERENCE_H
#define TOOLS_BENCH_CRYPTO_REFERENCE_H

#include <bsn/crypto.h>
#include <glib.h>
#include <openssl/evp.h>

/* A signature in DER: two numbers of 33 bytes, tags and lengths. */
#define REFERENCE_SIGNATURE_MAX 72u

typedef struct Reference Reference;

/* A scheme by the ABI's name; NULL: OpenSSL has none that does the same work.
 */
Reference *reference_new(const char *name);
void reference_free(Reference *reference);

/* NULL when OpenSSL does not take the key. `private_key` may be NULL. */
EVP_PKEY *reference_key(const Reference *reference, const guint8 *private_key,
			const guint8 *public_key);
/* r || s as OpenSSL wants it. */
gboolean reference_encode(const Reference *reference, const guint8 *signature,
			  guint8 *out, gsize *len);
gboolean reference_sign(Reference *reference, EVP_PKEY *key, bsn_slice message);
gboolean reference_verify(Reference *reference, EVP_PKEY *key,
			  bsn_slice message, bsn_slice signature);
gboolean reference_generate(Reference *reference);

/* NULL: OpenSSL has none. */
EVP_MD *reference_hash(const char *name);
EVP_CIPHER *reference_cipher(const char *name);

#endif
