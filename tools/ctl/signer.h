/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/signer.h: signatures over transactions with keys of an identity
 * directory: key.pem (SM2 or P-256) and keys/secp256k1.key.
 */
#ifndef TOOLS_CTL_SIGNER_H
#define TOOLS_CTL_SIGNER_H

#include <glib.h>

#define SIGNER_PUBLIC_KEY_LEN 64 /* X || Y */
#define SIGNER_SIGNATURE_MAX 65

typedef struct Signer Signer;

/* Loads DIR/key.pem, and DIR/keys/secp256k1.key if there is one. */
Signer *signer_load(const char *directory, GError **error);
/* The key that is in key.pem: "sm2" or "ecdsa-p256". */
const char *signer_own_algorithm(const Signer *signer);
void signer_free(Signer *signer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Signer, signer_free)

/* SIGNER_PUBLIC_KEY_LEN bytes, borrowed; NULL when there is no key for the
 * algorithm. */
const guint8 *signer_public_key(const Signer *signer, const char *algorithm);

/* Signs by algorithm and convention ("standard", "prehashed", "digest"; see
 * BSN_SIGN_* in bsn/base.h). The signature is r || s, 64 bytes, or r || s || v,
 * 65, for secp256k1. NULL with an error when it has no such key, or when the
 * convention does not fit the algorithm or the message. */
GBytes *signer_sign(const Signer *signer, const char *algorithm,
		    const char *convention, const guint8 *message, gsize len,
		    GError **error);

/* Makes a secp256k1 key, 64 hex digits and a line feed in a new file of mode
 * 0600. Gives its public key. */
gboolean signer_new_secp256k1(const char *file,
			      guint8 public_key[SIGNER_PUBLIC_KEY_LEN],
			      GError **error);

#endif
