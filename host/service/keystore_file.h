/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/keystore_file.h: the two formats of file in a keystore.
 *
 * The header, "keystore": 7 bytes "BSNKEYS", version 1, salt, the sealed empty
 * text (which only the right passphrase opens), SHA-256 of all before (which
 * tells damage from a wrong passphrase).
 *
 * A key, "NAME.key": 7 bytes "BSN-KEY", version 1, time of creation in ms (8
 * bytes big-endian), name, algorithm and public key (each a length in one byte
 * and the bytes), then the sealed private key, bound to all before.
 */
#ifndef HOST_SERVICE_KEYSTORE_FILE_H
#define HOST_SERVICE_KEYSTORE_FILE_H

#include <glib.h>

#include "host/service/keystore.h"
#include "host/service/keystore_seal.h"

#define KEY_NAME_MAX 63
#define KEY_ALGORITHM_MAX 31
#define KEY_PRIVATE_LEN 32
#define KEY_SEALED_LEN (KEY_PRIVATE_LEN + SEAL_OVERHEAD)
/* Of a key file, in bytes: anything longer is none. */
#define KEY_FILE_MAX 512

#define KEYSTORE_HEADER_LEN (8 + SEAL_SALT_LEN + SEAL_OVERHEAD + 32)

/* 1 to KEY_NAME_MAX of a-z, 0-9 and "-". */
gboolean key_name_is_fit(const char *name);

/* A header for a salt and the seal that was derived with it. */
gboolean keystore_header_write(const Seal *seal,
			       const guint8 salt[SEAL_SALT_LEN],
			       guint8 header[KEYSTORE_HEADER_LEN]);

/* What a file turned out to be. */
typedef enum {
	KEYSTORE_FILE_GOOD,
	KEYSTORE_FILE_NEWER, /* of a format version that is not known here */
	KEYSTORE_FILE_BROKEN,
} KeystoreFileVerdict;

/* Checks all but the passphrase. Out: salt. */
KeystoreFileVerdict keystore_header_read(const guint8 *header, gsize len,
					 guint8 salt[SEAL_SALT_LEN]);
/* Whether the seal is the one that the (good) header was made with. */
gboolean keystore_header_opens(const Seal *seal,
			       const guint8 header[KEYSTORE_HEADER_LEN]);

/* A key with its private part sealed. */
typedef struct {
	HostedKey *key;
	guint8 sealed[KEY_SEALED_LEN];
} SealedKey;
void sealed_key_free(SealedKey *sealed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SealedKey, sealed_key_free)

/* Seals; takes the key in any case. NULL when OpenSSL fails. */
SealedKey *sealed_key_new(const Seal *seal, HostedKey *key,
			  const guint8 private_key[KEY_PRIVATE_LEN]);
/* FALSE when the key was not sealed by this seal, or was changed. */
gboolean sealed_key_open(const Seal *seal, const SealedKey *sealed,
			 guint8 private_key[KEY_PRIVATE_LEN]);

/* The bytes of the file. */
GByteArray *sealed_key_write(const SealedKey *sealed);
KeystoreFileVerdict sealed_key_read(const guint8 *data, gsize len,
				    SealedKey **out);

#endif
