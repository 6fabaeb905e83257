/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/public_key.h"

#define PLUGIN_ID "bsn.crypto-gm"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_CRYPTO);

static const bsn_hash *const hashes[] = { &gm_sm3, NULL };
static const bsn_signature *const signatures[] = { &gm_sm2, NULL };
static const bsn_cipher *const ciphers[] = { &gm_sm4_cbc, &gm_sm4_ctr, NULL };

static const bsn_crypto crypto = {
	.size = sizeof(bsn_crypto),
	.hashes = hashes,
	.signatures = signatures,
	.ciphers = ciphers,
};

static const void *
query(const char *id)
{
	if (strcmp(id, BSN_PUBLIC_KEY_ID) == 0)
		return &gm_public_key;
	return strcmp(id, BSN_CRYPTO_ID) == 0 ? &crypto : NULL;
}

static const bsn_plugin gm_plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "SM2, SM3 and SM4",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	int32_t status = gm_sm3_open(err);

	if (status == BSN_OK)
		status = gm_sm2_open(err);
	if (status == BSN_OK)
		status = gm_sm4_open(err);
	if (status == BSN_OK)
		*plugin = &gm_plugin;
	return status;
}
