/* SPDX-License-Identifier: Apache-2.0
 *
 * host/plugin/signature.h: SM2 keys and signatures over plugins and over what
 * is said about them: SM2 with SM3 and the default user id (GB/T 32918.2,
 * GM/T 0009). Any thread.
 */
#ifndef HOST_PLUGIN_SIGNATURE_H
#define HOST_PLUGIN_SIGNATURE_H

#include <glib.h>
#include <openssl/types.h>

/* r || s, or a SEQUENCE of two INTEGERs of at most 33 bytes in DER. */
#define SIGNATURE_RAW_LEN 64u
#define SIGNATURE_DER_MAX 72u

/* An SM2 public key from PEM, of a file or in memory; EVP_PKEY_free it. NULL
 * for anything else. */
EVP_PKEY *signature_key_read(const char *file);
EVP_PKEY *signature_key_parse(const char *pem);

/* What a key is called where its PEM is not shown: the SM3 digest, "sm3:hex",
 * of its SubjectPublicKeyInfo in DER. */
char *signature_key_id(const EVP_PKEY *key);

/* TRUE when the signature, in either form, is the key's over the message. */
gboolean signature_holds(EVP_PKEY *key, GBytes *message, GBytes *signature);

#endif
