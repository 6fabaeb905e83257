/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/keys.h: keys that sign transactions here, by the algorithms of
 * the host's own plugins, which are linked in.
 */
#ifndef TOOLS_BENCH_KEYS_H
#define TOOLS_BENCH_KEYS_H

#include <bsn/crypto.h>
#include <glib.h>

#define KEY_SECRET_LEN 32u
#define KEY_PUBLIC_LEN 64u /* X || Y */
#define KEYS_SEED_LEN 32u

typedef struct {
	const bsn_signature *scheme;
	guint8 secret[KEY_SECRET_LEN];
	guint8 public_key[KEY_PUBLIC_LEN];
} Key;

/* "sm2", "secp256k1", "ecdsa-p256"; NULL with an error. */
const bsn_signature *keys_scheme(const char *algorithm, GError **error);
/* "sm3", "keccak-256"; NULL with an error. */
const bsn_hash *keys_hash(const char *name, GError **error);
/* BSN_SIGN_* of "standard", "prehashed", "digest"; FALSE with an error. */
gboolean keys_convention(const char *word, guint32 *convention, GError **error);

/* An identity's own key for the algorithm, from its directory as bsnctl lays it
 * out. FALSE with an error when there is none. */
gboolean key_load(const char *directory, const char *algorithm, Key *key,
		  GError **error);
/* scheme->signature_len bytes. FALSE: it cannot be done. Any thread. */
gboolean key_sign(const Key *key, guint32 convention, bsn_slice message,
		  guint8 signature[BSN_SIGNATURE_MAX]);

/* Numbered keys that come from a seed, so that all of them need not be kept. */
typedef struct Keys Keys;

/* `n` of them are kept; 0: none, and any number has one. */
Keys *keys_new(const bsn_signature *scheme, guint n,
	       const guint8 seed[KEYS_SEED_LEN], GError **error);
/* One alone. */
Keys *keys_of(const Key *key);
void keys_free(Keys *keys);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Keys, keys_free)

guint keys_count(const Keys *keys); /* 0: as many as are asked for */
/* That of a number; `room` may be where it lies. NULL: it could not be made.
 * Any thread. */
const Key *keys_at(const Keys *keys, guint64 number, Key *room);

#endif
