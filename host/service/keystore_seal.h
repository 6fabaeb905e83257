/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/keystore_seal.h: the encryption of the keystore: AES-256-GCM
 * under a key that scrypt (RFC 7914) derives from a passphrase.
 */
#ifndef HOST_SERVICE_KEYSTORE_SEAL_H
#define HOST_SERVICE_KEYSTORE_SEAL_H

#include <glib.h>

#define SEAL_SALT_LEN 32
#define SEAL_NONCE_LEN 12
#define SEAL_TAG_LEN 16
/* Bytes that sealing adds. */
#define SEAL_OVERHEAD (SEAL_NONCE_LEN + SEAL_TAG_LEN)

/* A derived key, in memory that is not swapped out where the system allows it,
 * never in a core dump, and wiped in the end. Immutable: any thread. */
typedef struct Seal Seal;

/* Takes about a tenth of a second and 32 MiB. NULL when out of memory. */
Seal *seal_new(const void *passphrase, gsize len,
	       const guint8 salt[SEAL_SALT_LEN]);
void seal_free(Seal *seal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Seal, seal_free)

/* Out: len + SEAL_OVERHEAD bytes: nonce, ciphertext, tag. `bound` is what the
 * text belongs to; unsealing needs the same. */
gboolean seal_close(const Seal *seal, const guint8 *bound, gsize bound_len,
		    const guint8 *text, gsize len, guint8 *sealed);
/* Out: len - SEAL_OVERHEAD bytes. FALSE when any byte differs. */
gboolean seal_open(const Seal *seal, const guint8 *bound, gsize bound_len,
		   const guint8 *sealed, gsize len, guint8 *text);

#endif
