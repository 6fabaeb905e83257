/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/secp256k1_key.h: a secp256k1 key in a file of 64 hex digits.
 */
#ifndef TOOLS_CTL_SECP256K1_KEY_H
#define TOOLS_CTL_SECP256K1_KEY_H

#include <glib.h>

typedef struct Secp256k1Key Secp256k1Key;

/* Makes a key and saves it, mode 0600; never overwrites. */
Secp256k1Key *secp256k1_key_new(const char *file, GError **error);
Secp256k1Key *secp256k1_key_load(const char *file, GError **error);
void secp256k1_key_free(Secp256k1Key *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Secp256k1Key, secp256k1_key_free)
/* X || Y, 64 bytes, borrowed. */
const guint8 *secp256k1_key_public(const Secp256k1Key *key);
/* r || s || v, 65 bytes, s in the lower half, v 0 or 1. Only the convention
 * "digest", over 32 bytes. */
GBytes *secp256k1_key_sign(const Secp256k1Key *key, const char *convention,
			   const guint8 *digest, gsize len, GError **error);

#endif
