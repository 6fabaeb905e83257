/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/bench/keys.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "identity/certificate.h"
#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-std/std.h"
#include "tools/ctl/error.h"
#include "tools/ctl/hex.h"

#define GENERATE_SEED_LEN 48u

typedef struct {
	const char *name;
	const bsn_signature *scheme; /* or */
	const bsn_hash *hash;
	int32_t (*open)(bsn_err *err); /* NULL: nothing is to be fetched */
} Algorithm;

static const Algorithm algorithms[] = {
	{ "sm2", &gm_sm2, NULL, gm_sm2_open },
	{ "secp256k1", &std_secp256k1, NULL, std_secp256k1_open },
	{ "ecdsa-p256", &std_ecdsa_p256, NULL, std_ecdsa_p256_open },
	{ "sm3", NULL, &gm_sm3, gm_sm3_open },
	{ "keccak-256", NULL, &std_keccak256, NULL },
};

static GMutex opening;
static gboolean opened[G_N_ELEMENTS(algorithms)]; /* opening */

static gboolean
open_algorithm(guint i, GError **error)
{
	bsn_err err = BSN_ERR_INIT;
	gboolean ok;

	g_mutex_lock(&opening);
	if (!opened[i])
		opened[i] = algorithms[i].open == NULL ||
			    algorithms[i].open(&err) == BSN_OK;
	ok = opened[i];
	g_mutex_unlock(&opening);
	return ok ? TRUE
		  : ctl_fail(error, CTL_ERROR_FAILED, "there is no %s: %s",
			     algorithms[i].name, err.reason);
}

static const Algorithm *
find(const char *name, GError **error)
{
	for (guint i = 0; i < G_N_ELEMENTS(algorithms); i++)
		if (g_strcmp0(name, algorithms[i].name) == 0)
			return open_algorithm(i, error) ? &algorithms[i] : NULL;
	ctl_fail(error, CTL_ERROR_FAILED,
		 "the chain asks for '%s', which this program does not have",
		 name);
	return NULL;
}

const bsn_signature *
keys_scheme(const char *algorithm, GError **error)
{
	const Algorithm *found = find(algorithm, error);

	if (found != NULL && found->scheme == NULL)
		ctl_fail(error, CTL_ERROR_FAILED, "'%s' does not sign",
			 algorithm);
	/* Its digests are made by it. */
	if (found != NULL && found->scheme == &gm_sm2 &&
	    find("sm3", error) == NULL)
		return NULL;
	return found != NULL ? found->scheme : NULL;
}

const bsn_hash *
keys_hash(const char *name, GError **error)
{
	const Algorithm *found = find(name, error);

	return found != NULL ? found->hash : NULL;
}

gboolean
keys_convention(const char *word, guint32 *convention, GError **error)
{
	static const char *const words[] = {
		[BSN_SIGN_STANDARD] = "standard",
		[BSN_SIGN_PREHASHED] = "prehashed",
		[BSN_SIGN_DIGEST] = "digest",
	};

	for (guint i = 0; i < G_N_ELEMENTS(words); i++)
		if (g_strcmp0(words[i], word) == 0) {
			*convention = i;
			return TRUE;
		}
	return ctl_fail(error, CTL_ERROR_FAILED,
			"the chain asks for signatures by the convention "
			"'%s', which this program does not know",
			word);
}

/* ---- one key ------------------------------------------------------------ */

static gboolean
load_secp256k1(const char *file, guint8 secret[KEY_SECRET_LEN], GError **error)
{
	g_autofree char *text = NULL;
	gboolean ok;

	if (!g_file_get_contents(file, &text, NULL, error))
		return FALSE;
	ok = ctl_hex_decode_fixed(g_strchomp(text), secret, KEY_SECRET_LEN);
	OPENSSL_cleanse(text, strlen(text));
	return ok ? TRUE
		  : ctl_fail(error, CTL_ERROR_FAILED,
			     "%s has no key: 64 hexadecimal digits", file);
}

/* key.pem, when it is one for that. */
static gboolean
load_own(const char *file, const char *algorithm, guint8 secret[KEY_SECRET_LEN],
	 GError **error)
{
	guint8 public_key[KEY_PUBLIC_LEN];
	EVP_PKEY *key = identity_load_key(file, error);
	gboolean ok = key != NULL;

	if (ok && g_strcmp0(identity_key_algorithm(key), algorithm) != 0)
		ok = ctl_fail(error, CTL_ERROR_FAILED,
			      "the identity has a key for %s and none for %s",
			      identity_key_algorithm(key), algorithm);
	ok = ok && identity_key_raw(key, secret, public_key, error);
	EVP_PKEY_free(key);
	return ok;
}

gboolean
key_load(const char *directory, const char *algorithm, Key *key, GError **error)
{
	g_autofree char *own = g_build_filename(directory, "key.pem", NULL);
	g_autofree char *other =
		g_build_filename(directory, "keys", "secp256k1.key", NULL);

	key->scheme = keys_scheme(algorithm, error);
	if (key->scheme == NULL)
		return FALSE;
	if (strcmp(algorithm, "secp256k1") == 0
		    ? !load_secp256k1(other, key->secret, error)
		    : !load_own(own, algorithm, key->secret, error))
		return FALSE;
	return key->scheme->public_key(key->secret, key->public_key) == BSN_OK
		       ? TRUE
		       : ctl_fail(error, CTL_ERROR_FAILED,
				  "the key in %s is none", directory);
}

gboolean
key_sign(const Key *key, guint32 convention, bsn_slice message,
	 guint8 signature[BSN_SIGNATURE_MAX])
{
	return key->scheme->sign(key->secret, convention, bsn_slice_of(NULL, 0),
				 message, signature) == BSN_OK;
}

/* ---- many --------------------------------------------------------------- */

struct Keys {
	const bsn_signature *scheme;
	guint8 seed[KEYS_SEED_LEN];
	guint n;
	Key *kept;
};

static gboolean
make(const Keys *keys, guint64 number, Key *key)
{
	guint8 text[KEYS_SEED_LEN + sizeof(number)];
	guint8 digest[EVP_MAX_MD_SIZE];

	G_STATIC_ASSERT(sizeof(digest) >= GENERATE_SEED_LEN);
	memcpy(text, keys->seed, KEYS_SEED_LEN);
	memcpy(text + KEYS_SEED_LEN, &number, sizeof(number));
	key->scheme = keys->scheme;
	return EVP_Digest(text, sizeof(text), digest, NULL, EVP_sha512(),
			  NULL) == 1 &&
	       keys->scheme->generate(digest, key->secret, key->public_key) ==
		       BSN_OK;
}

Keys *
keys_new(const bsn_signature *scheme, guint n, const guint8 seed[KEYS_SEED_LEN],
	 GError **error)
{
	g_autoptr(Keys) keys = g_new0(Keys, 1);

	keys->scheme = scheme;
	keys->n = n;
	keys->kept = g_new0(Key, n);
	memcpy(keys->seed, seed, KEYS_SEED_LEN);
	for (guint i = 0; i < n; i++)
		if (!make(keys, i, &keys->kept[i])) {
			ctl_fail(error, CTL_ERROR_FAILED,
				 "no key could be made");
			return NULL;
		}
	return g_steal_pointer(&keys);
}

Keys *
keys_of(const Key *key)
{
	Keys *keys = g_new0(Keys, 1);

	keys->scheme = key->scheme;
	keys->n = 1;
	keys->kept = g_memdup2(key, sizeof(*key));
	return keys;
}

void
keys_free(Keys *keys)
{
	if (keys == NULL)
		return;
	OPENSSL_cleanse(keys->kept, keys->n * sizeof(*keys->kept));
	OPENSSL_cleanse(keys->seed, sizeof(keys->seed));
	g_free(keys->kept);
	g_free(keys);
}

guint
keys_count(const Keys *keys)
{
	return keys->n;
}

const Key *
keys_at(const Keys *keys, guint64 number, Key *room)
{
	if (keys->n > 0)
		return &keys->kept[number % keys->n];
	return make(keys, number, room) ? room : NULL;
}
