/* SPDX-License-Identifier: Apache-2.0 */
#include <config.h>

#include <string.h>

#include "plugins/crypto-std/std.h"

#define PLUGIN_ID "bsn.crypto-std"
#define PLUGIN_VERSION PACKAGE_VERSION

BSN_PLUGIN_NOTE(PLUGIN_ID, PLUGIN_VERSION, BSN_KIND_CRYPTO);

static const bsn_hash *const hashes[] = { &std_sha256, &std_keccak256, NULL };
static const bsn_signature *const signatures[] = {
	&std_ecdsa_p256,
	&std_ed25519,
	&std_secp256k1,
	NULL,
};

static const bsn_crypto crypto = {
	.size = sizeof(bsn_crypto),
	.hashes = hashes,
	.signatures = signatures,
};

static const void *
query(const char *id)
{
	return strcmp(id, BSN_CRYPTO_ID) == 0 ? &crypto : NULL;
}

static const bsn_plugin std_plugin = {
	.size = sizeof(bsn_plugin),
	.id = PLUGIN_ID,
	.version = PLUGIN_VERSION,
	.name = "ECDSA P-256, Ed25519, secp256k1, SHA-256 and Keccak-256",
	.vendor = "bsn-host",
	.licence = "Apache-2.0",
	.query = query,
};

int32_t
bsn_plugin_open(const bsn_host *host, const bsn_plugin **plugin, bsn_err *err)
{
	int32_t status = std_sha256_open(err);

	if (status == BSN_OK)
		status = std_ecdsa_p256_open(err);
	if (status == BSN_OK)
		status = std_secp256k1_open(err);
	if (status == BSN_OK)
		*plugin = &std_plugin;
	return status;
}
