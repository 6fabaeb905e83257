/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/kat_vectors.h: published answers, with where they are published.
 * Bytes are hexadecimal text.
 */
#ifndef HOST_PLUGIN_KAT_VECTORS_H
#define HOST_PLUGIN_KAT_VECTORS_H

#include <glib.h>

typedef struct {
	const char *algorithm, *source;
	const char *message; /* text */
	guint repeat;        /* how often the message is repeated */
	const char *digest;
} HashVector;

typedef struct {
	const char *algorithm, *source;
	guint32 convention; /* BSN_SIGN_* */
	const char *message;
	const char *private_key, *public_key, *signature;
	int deterministic; /* signing gives exactly this signature */
} SignatureVector;

typedef struct {
	const char *algorithm, *source;
	const char *key, *iv, *plain, *cipher; /* cipher: how it begins */
} CipherVector;

typedef struct {
	const char *algorithm, *source;
	const char *seed, *private_key, *public_key, *text;
	const char *encrypted; /* BSN_ENCRYPTED_RAW */
} EncryptionVector;

typedef struct {
	const char *private_key, *public_key;
	const char *once_private_key, *once_public_key;
	const char *confirmation;
} AgreementParty;

typedef struct {
	const char *algorithm, *source;
	const char *user_id;	   /* text, of both */
	AgreementParty parties[2]; /* by BSN_KEY_AGREEMENT_* */
	const char *key;
} AgreementVector;

extern const HashVector kat_hash_vectors[];
extern const gsize kat_hash_vector_count;
extern const SignatureVector kat_signature_vectors[];
extern const gsize kat_signature_vector_count;
extern const CipherVector kat_cipher_vectors[];
extern const gsize kat_cipher_vector_count;
extern const EncryptionVector kat_encryption_vectors[];
extern const gsize kat_encryption_vector_count;
extern const AgreementVector kat_agreement_vectors[];
extern const gsize kat_agreement_vector_count;

/* Bytes of a hexadecimal text from above; free with g_byte_array_unref. */
GByteArray *kat_bytes(const char *hex);

#endif
