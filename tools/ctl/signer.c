/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/signer.h"

#include <string.h>

#include "identity/certificate.h"
#include "tools/ctl/error.h"
#include "tools/ctl/evp_sign.h"
#include "tools/ctl/secp256k1_key.h"

struct Signer {
	EVP_PKEY *own;
	guint8 own_public[SIGNER_PUBLIC_KEY_LEN];
	Secp256k1Key *secp256k1; /* or NULL */
};

static gboolean
load_own(Signer *signer, const char *directory, GError **error)
{
	g_autofree char *file = g_build_filename(directory, "key.pem", NULL);
	guint8 scalar[32];
	gboolean ok;

	signer->own = identity_load_key(file, error);
	if (signer->own == NULL)
		return FALSE;
	ok = identity_key_raw(signer->own, scalar, signer->own_public, error);
	OPENSSL_cleanse(scalar, sizeof(scalar));
	return ok;
}

Signer *
signer_load(const char *directory, GError **error)
{
	g_autoptr(Signer) signer = g_new0(Signer, 1);
	g_autofree char *file =
		g_build_filename(directory, "keys", "secp256k1.key", NULL);

	if (!load_own(signer, directory, error))
		return NULL;
	if (!g_file_test(file, G_FILE_TEST_EXISTS))
		return g_steal_pointer(&signer);
	signer->secp256k1 = secp256k1_key_load(file, error);
	return signer->secp256k1 != NULL ? g_steal_pointer(&signer) : NULL;
}

void
signer_free(Signer *signer)
{
	if (signer == NULL)
		return;
	EVP_PKEY_free(signer->own);
	secp256k1_key_free(signer->secp256k1);
	g_free(signer);
}

const char *
signer_own_algorithm(const Signer *signer)
{
	return identity_key_algorithm(signer->own);
}

const guint8 *
signer_public_key(const Signer *signer, const char *algorithm)
{
	if (g_strcmp0(algorithm, signer_own_algorithm(signer)) == 0)
		return signer->own_public;
	if (g_strcmp0(algorithm, "secp256k1") == 0 && signer->secp256k1 != NULL)
		return secp256k1_key_public(signer->secp256k1);
	return NULL;
}

/* A host that asks for a signature over a "digest" of another length asks for
 * something that this side does not understand. */
static gboolean
check_digest(const char *convention, gsize len, GError **error)
{
	if (strcmp(convention, "digest") != 0 || len == 32)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_FAILED,
			"the host asks to sign a digest of %" G_GSIZE_FORMAT
			" bytes; a digest has 32\nNothing was signed.",
			len);
}

static gboolean
fail_no_key(const Signer *signer, const char *algorithm, GError **error)
{
	const char *make = strcmp(algorithm, "secp256k1") == 0
				   ? "bsnctl id key NAME --algorithm secp256k1"
				   : "bsnctl id new NAME --role client "
				     "--algorithm ALGORITHM";

	return ctl_fail(error, CTL_ERROR_FAILED,
			"the chain asks for a %s signature, and this identity "
			"has only %s%s\nMake a key for it with '%s'.",
			algorithm, signer_own_algorithm(signer),
			signer->secp256k1 != NULL ? " and secp256k1" : "",
			make);
}

GBytes *
signer_sign(const Signer *signer, const char *algorithm, const char *convention,
	    const guint8 *message, gsize len, GError **error)
{
	if (signer_public_key(signer, algorithm) == NULL) {
		fail_no_key(signer, algorithm, error);
		return NULL;
	}
	if (!check_digest(convention, len, error))
		return NULL;
	if (strcmp(algorithm, "secp256k1") == 0)
		return secp256k1_key_sign(signer->secp256k1, convention,
					  message, len, error);
	return evp_sign(signer->own, algorithm, convention, message, len,
			error);
}

gboolean
signer_new_secp256k1(const char *file, guint8 public_key[SIGNER_PUBLIC_KEY_LEN],
		     GError **error)
{
	Secp256k1Key *key = secp256k1_key_new(file, error);

	if (key == NULL)
		return FALSE;
	memcpy(public_key, secp256k1_key_public(key), SIGNER_PUBLIC_KEY_LEN);
	secp256k1_key_free(key);
	return TRUE;
}
