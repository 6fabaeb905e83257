/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/runtime-evm/crypto.h"

#include <bsn/helpers/error.h>
#include <glib.h>

static const bsn_crypto_by_name *crypto;

static struct {
	const char *name;
	const bsn_hash *hash;
} hashes[] = { { "keccak-256", NULL }, { "sm3", NULL }, { "sha-256", NULL } };

static const bsn_signature *secp256k1;

int32_t
crypto_open(const bsn_host *host, bsn_err *err)
{
	crypto = bsn_host_crypto(host);
	if (!BSN_HAS(crypto, hash) || !BSN_HAS(crypto, signature))
		return bsn_fail(err, BSN_E_VERSION,
				"the host does not offer %s",
				BSN_CRYPTO_BY_NAME_ID);
	return BSN_OK;
}

static const bsn_hash *
look_up(guint i)
{
	const bsn_hash *hash = g_atomic_pointer_get(&hashes[i].hash);

	if (hash != NULL)
		return hash;
	hash = crypto->hash(hashes[i].name);
	if (!BSN_HAS(hash, digest) || hash->digest_len != 32)
		return NULL;
	g_atomic_pointer_set(&hashes[i].hash, hash);
	return hash;
}

const bsn_hash *
crypto_hash(const char *name)
{
	for (guint i = 0; i < G_N_ELEMENTS(hashes); i++)
		if (g_strcmp0(name, hashes[i].name) == 0)
			return look_up(i);
	return NULL;
}

const bsn_signature *
crypto_secp256k1(void)
{
	const bsn_signature *found = g_atomic_pointer_get(&secp256k1);

	if (found != NULL)
		return found;
	found = crypto->signature("secp256k1");
	if (!BSN_HAS(found, recover))
		return NULL;
	g_atomic_pointer_set(&secp256k1, found);
	return found;
}
