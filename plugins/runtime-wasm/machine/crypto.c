/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-wasm/machine/crypto.h"

#include <bsn/helpers/error.h>

#include "plugins/runtime-wasm/machine/store.h"

static const bsn_crypto_by_name *crypto;

static struct {
	const char *name;
	const bsn_hash *hash;
} hashes[WASM_HASHES] = {
	[WASM_HASH_SM3] = { "sm3", NULL },
	[WASM_HASH_SHA256] = { "sha-256", NULL },
	[WASM_HASH_KECCAK256] = { "keccak-256", NULL },
};

static struct {
	const char *name;
	const bsn_signature *signature;
} signatures[WASM_SIGNATURES] = {
	[WASM_SIGNATURE_SM2] = { "sm2", NULL },
	[WASM_SIGNATURE_P256] = { "ecdsa-p256", NULL },
	[WASM_SIGNATURE_SECP256K1] = { "secp256k1", NULL },
};

int32_t
wasm_crypto_open(const bsn_host *host, bsn_err *err)
{
	crypto = bsn_host_crypto(host);
	if (!BSN_HAS(crypto, hash) || !BSN_HAS(crypto, signature))
		return bsn_fail(err, BSN_E_VERSION,
				"the host does not offer %s",
				BSN_CRYPTO_BY_NAME_ID);
	return BSN_OK;
}

const bsn_hash *
wasm_crypto_hash(guint number)
{
	const bsn_hash *hash;

	if (number >= WASM_HASHES || hashes[number].name == NULL)
		return NULL;
	hash = g_atomic_pointer_get(&hashes[number].hash);
	if (hash != NULL)
		return hash;
	hash = crypto->hash(hashes[number].name);
	if (!BSN_HAS(hash, digest) || hash->digest_len != WASM_DIGEST_LEN)
		return NULL;
	g_atomic_pointer_set(&hashes[number].hash, hash);
	return hash;
}

const bsn_hash *
wasm_crypto_hash_named(const char *name)
{
	for (guint i = 0; i < WASM_HASHES; i++)
		if (name != NULL && g_strcmp0(name, hashes[i].name) == 0)
			return wasm_crypto_hash(i);
	return NULL;
}

const bsn_signature *
wasm_crypto_signature(guint number)
{
	const bsn_signature *found;

	if (number >= WASM_SIGNATURES || signatures[number].name == NULL)
		return NULL;
	found = g_atomic_pointer_get(&signatures[number].signature);
	if (found != NULL)
		return found;
	found = crypto->signature(signatures[number].name);
	if (!BSN_HAS(found, verify))
		return NULL;
	g_atomic_pointer_set(&signatures[number].signature, found);
	return found;
}
