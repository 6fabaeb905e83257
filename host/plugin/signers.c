/* SPDX-License-Identifier: Apache-2.0 */
#include "host/plugin/signers.h"

#include <openssl/evp.h>
#include <string.h>

#include "host/ops/log.h"
#include "host/plugin/signature.h"

typedef struct {
	char *name;
	EVP_PKEY *key;
} Signer;

struct Signers {
	GPtrArray *all; /* Signer */
};

static void
signer_free(Signer *signer)
{
	g_free(signer->name);
	EVP_PKEY_free(signer->key);
	g_free(signer);
}

static void
add(Signers *signers, const char *file, const char *setting)
{
	EVP_PKEY *key = signature_key_read(file);
	Signer *signer;

	if (key == NULL) {
		log_warning("plugin", NULL,
			    "[plugins] %s: %s is not a readable PEM file with "
			    "an SM2 public key; it trusts nothing",
			    setting, file);
		return;
	}
	signer = g_new0(Signer, 1);
	signer->key = key;
	signer->name = g_path_get_basename(file);
	if (g_str_has_suffix(signer->name, ".pem"))
		signer->name[strlen(signer->name) - strlen(".pem")] = '\0';
	g_ptr_array_add(signers->all, signer);
}

Signers *
signers_new(const char *const *files, const char *setting)
{
	Signers *signers = g_new0(Signers, 1);

	signers->all =
		g_ptr_array_new_with_free_func((GDestroyNotify)signer_free);
	for (; files != NULL && *files != NULL; files++)
		add(signers, *files, setting);
	return signers;
}

void
signers_free(Signers *signers)
{
	if (signers == NULL)
		return;
	g_ptr_array_unref(signers->all);
	g_free(signers);
}

guint
signers_count(const Signers *signers)
{
	return signers->all->len;
}

const char *
signers_judge(const Signers *signers, GBytes *message, GBytes *signature)
{
	for (guint i = 0; i < signers->all->len; i++) {
		const Signer *signer = signers->all->pdata[i];

		if (signature_holds(signer->key, message, signature))
			return signer->name;
	}
	return NULL;
}
