/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/secp256k1_key.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <secp256k1.h>
#include <secp256k1_recovery.h>
#include <string.h>

#include "tools/ctl/error.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/private_file.h"

#define SCALAR_LEN 32
#define DIGEST_LEN 32
#define PUBLIC_LEN 64

struct Secp256k1Key {
	secp256k1_context *context;
	guint8 scalar[SCALAR_LEN];
	guint8 public_key[PUBLIC_LEN];
};

void
secp256k1_key_free(Secp256k1Key *key)
{
	if (key == NULL)
		return;
	secp256k1_context_destroy(key->context);
	OPENSSL_cleanse(key->scalar, sizeof(key->scalar));
	g_free(key);
}

/* The context computes on blinded values (side channels). */
static Secp256k1Key *
key_alloc(void)
{
	Secp256k1Key *key = g_new0(Secp256k1Key, 1);
	guint8 seed[32];

	key->context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN);
	if (RAND_bytes(seed, sizeof(seed)) == 1)
		(void)!secp256k1_context_randomize(key->context, seed);
	return key;
}

static gboolean
derive_public(Secp256k1Key *key)
{
	secp256k1_pubkey point;
	guint8 encoded[1 + PUBLIC_LEN];
	size_t len = sizeof(encoded);

	if (!secp256k1_ec_pubkey_create(key->context, &point, key->scalar))
		return FALSE;
	secp256k1_ec_pubkey_serialize(key->context, encoded, &len, &point,
				      SECP256K1_EC_UNCOMPRESSED);
	memcpy(key->public_key, encoded + 1, PUBLIC_LEN);
	return TRUE;
}

static gboolean
save(const Secp256k1Key *key, const char *file, GError **error)
{
	g_autofree char *hex = ctl_hex_encode(key->scalar, SCALAR_LEN, FALSE);
	g_autofree char *line = g_strconcat(hex, "\n", NULL);
	gboolean ok = private_file_write(file, line, strlen(line), error);

	OPENSSL_cleanse(hex, strlen(hex));
	OPENSSL_cleanse(line, strlen(line));
	return ok;
}

Secp256k1Key *
secp256k1_key_new(const char *file, GError **error)
{
	g_autoptr(Secp256k1Key) key = key_alloc();

	/* A random scalar is out of range once in 2^128. */
	do {
		if (RAND_priv_bytes(key->scalar, SCALAR_LEN) != 1) {
			ctl_fail(error, CTL_ERROR_FAILED,
				 "the random generator failed");
			return NULL;
		}
	} while (!derive_public(key));
	return save(key, file, error) ? g_steal_pointer(&key) : NULL;
}

Secp256k1Key *
secp256k1_key_load(const char *file, GError **error)
{
	g_autoptr(Secp256k1Key) key = key_alloc();
	g_autofree char *text = NULL;
	gsize len = 0;
	gboolean ok;

	if (!g_file_get_contents(file, &text, &len, error))
		return NULL;
	ok = ctl_hex_decode_fixed(g_strchomp(text), key->scalar, SCALAR_LEN) &&
	     derive_public(key);
	OPENSSL_cleanse(text, len);
	if (ok)
		return g_steal_pointer(&key);
	ctl_fail(error, CTL_ERROR_FAILED,
		 "%s is no secp256k1 key\nIt must hold 64 hexadecimal digits "
		 "below the order of the curve.",
		 file);
	return NULL;
}

const guint8 *
secp256k1_key_public(const Secp256k1Key *key)
{
	return key->public_key;
}

GBytes *
secp256k1_key_sign(const Secp256k1Key *key, const char *convention,
		   const guint8 *digest, gsize len, GError **error)
{
	secp256k1_ecdsa_recoverable_signature signature;
	guint8 bytes[65];
	int v = 0;

	if (strcmp(convention, "digest") != 0 || len != DIGEST_LEN) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "secp256k1 signs a digest of 32 bytes; the host asks "
			 "for convention '%s'\nNothing was signed.",
			 convention);
		return NULL;
	}
	/* RFC 6979; the library gives s in the lower half. */
	if (!secp256k1_ecdsa_sign_recoverable(key->context, &signature, digest,
					      key->scalar, NULL, NULL)) {
		ctl_fail(error, CTL_ERROR_FAILED, "signing failed");
		return NULL;
	}
	secp256k1_ecdsa_recoverable_signature_serialize_compact(
		key->context, bytes, &v, &signature);
	bytes[64] = (guint8)v;
	return g_bytes_new(bytes, sizeof(bytes));
}
