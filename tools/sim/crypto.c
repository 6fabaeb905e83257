/* SPDX-License-Identifier: Apache-2.0 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include "tools/sim/crypto.h"

#include <openssl/rand.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "tools/sim/alter.h"
#include "tools/sim/by_name.h"
#include "tools/sim/model.h"
#include "tools/sim/services.h"
#include "tools/sim/workload.h"

#define SEED_LEN 48u

SIM_BY_NAME(hash, bsn_hash)
SIM_BY_NAME(real_signature, bsn_signature)
SIM_BY_NAME(model_signature, bsn_signature)
SIM_BY_NAME(cipher, bsn_cipher)
SIM_BY_NAME(encryption, bsn_encryption)
SIM_BY_NAME(agreement, bsn_key_agreement)

/* Which of the two a plugin finds: what was asked for last. */
static gboolean real;

static const bsn_signature *
find_signature(const char *name)
{
	const bsn_signature *model =
		real ? NULL : find_model_signature(name);

	return model != NULL ? model : find_real_signature(name);
}

const bsn_crypto_by_name sim_crypto_table = {
	.size = sizeof(bsn_crypto_by_name),
	.hash = find_hash,
	.signature = find_signature,
	.cipher = find_cipher,
};

const bsn_public_key_by_name sim_public_key_table = {
	.size = sizeof(bsn_public_key_by_name),
	.encryption = find_encryption,
	.agreement = find_agreement,
};

void
sim_public_key_add(const bsn_public_key *table)
{
	for (guint i = 0; BSN_HAS(table, encryptions) && table->encryptions[i];
	     i++)
		add_encryption(table->encryptions[i]);
	for (guint i = 0; BSN_HAS(table, agreements) && table->agreements[i];
	     i++)
		add_agreement(table->agreements[i]);
}

void
sim_crypto_add(const bsn_crypto *crypto, gboolean real_signatures)
{
	for (guint i = 0; BSN_HAS(crypto, hashes) && crypto->hashes[i]; i++)
		add_hash(crypto->hashes[i]);
	for (guint i = 0; BSN_HAS(crypto, ciphers) && crypto->ciphers[i]; i++)
		add_cipher(crypto->ciphers[i]);
	for (guint i = 0; BSN_HAS(crypto, signatures) && crypto->signatures[i];
	     i++) {
		const bsn_signature *scheme = crypto->signatures[i];
		const bsn_signature *model = sim_model_of(scheme);

		add_real_signature(scheme);
		if (model != NULL)
			add_model_signature(model);
	}
	real = real_signatures;
}

void
sim_crypto_make_alterable(void)
{
	guint n = hash_tables != NULL ? hash_tables->len : 0;

	for (guint i = 0; i < n; i++) {
		const bsn_hash *altered = sim_alter_of(hash_tables->pdata[i]);

		if (altered != NULL)
			add_hash(altered);
	}
}

/* ---- OpenSSL's randomness, for real signatures --------------------------- */

static SimRandom nonces;

static int
seeded_bytes(unsigned char *out, int len)
{
	sim_random_fill(&nonces, out, (gsize)len);
	return 1;
}

static int
seeded_status(void)
{
	return 1;
}

void
sim_crypto_reset(SimWorld *world)
{
	static const RAND_METHOD method = { .bytes = seeded_bytes,
					    .pseudorand = seeded_bytes,
					    .status = seeded_status };

	sim_model_reset();
	real = world->options->real_signatures ||
	       world->workload->certificates.organisations->len > 0;
	nonces = sim_random(world->seed, "nonces", 0);
	if (real)
		RAND_set_rand_method(&method);
}

void
sim_crypto_draw_for(const char *name, const char *more)
{
	guint64 of = sim_fnv(SIM_FNV_START, name, strlen(name) + 1);

	of = sim_fnv(of, more, strlen(more));
	nonces = sim_random(sim_world()->seed, "certificate", of);
}

/* ---- keys ---------------------------------------------------------------- */

gboolean
sim_crypto_key(SimRandom *random, const char *algorithm, SimKey *key)
{
	const bsn_signature *scheme = find_signature(algorithm);
	guint8 seed[SEED_LEN];

	if (scheme == NULL)
		return FALSE;
	sim_random_fill(random, seed, sizeof(seed));
	key->algorithm = scheme->name;
	key->public_key_len = scheme->public_key_len;
	return scheme->generate(seed, key->private_key, key->public_key) ==
	       BSN_OK;
}

static int32_t
sign_with(const bsn_signature *scheme, const SimKey *key, guint64 stream,
	  guint32 convention, bsn_slice message, guint8 *signature)
{
	nonces = sim_random(sim_world()->seed, "nonces", stream);
	return scheme->sign(key->private_key, convention,
			    bsn_slice_of(NULL, 0), message, signature);
}

/* A signature's numbers come from key and message alone (as in RFC 6979), so
 * that who else signs does not change it. A library may keep what it worked out
 * for a key and draw fewer numbers when it signs again: so a real one is made
 * twice, and the second counts. */
guint32
sim_crypto_sign(const SimKey *key, guint32 convention, bsn_slice message,
		guint8 *signature)
{
	const bsn_signature *scheme = find_signature(key->algorithm);
	guint64 stream = sim_fnv(SIM_FNV_START, key->private_key,
				 sizeof(key->private_key));

	stream = sim_fnv(stream, message.data, message.len);
	if (real)
		sign_with(scheme, key, stream, convention, message, signature);
	if (sign_with(scheme, key, stream, convention, message, signature) !=
	    BSN_OK)
		return 0;
	return scheme->signature_len;
}

/* The node's key of a scheme; that of the chain's scheme is its identity. */
static const SimKey *
node_key(SimNode *node, const char *algorithm)
{
	SimKey key = { .algorithm = NULL };

	if (strcmp(algorithm, node->key.algorithm) == 0)
		return &node->key;
	for (guint i = 0; i < node->keys->len; i++) {
		const SimKey *known = &g_array_index(node->keys, SimKey, i);

		if (strcmp(algorithm, known->algorithm) == 0)
			return known;
	}
	if (!sim_crypto_key(&sim_world()->keys, algorithm, &key))
		return NULL;
	g_array_append_val(node->keys, key);
	return &g_array_index(node->keys, SimKey, node->keys->len - 1);
}

static int32_t
node_public_key(bsn_chain *chain, const char *algorithm, bsn_sink *public_key,
		bsn_err *err)
{
	const SimKey *key = node_key(chain->node, algorithm);

	if (key == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no algorithm %s",
				algorithm);
	return public_key->write(public_key, key->public_key,
				 key->public_key_len);
}

static int32_t
node_sign(bsn_chain *chain, const char *algorithm, uint32_t convention,
	  bsn_slice message, bsn_sink *signature, bsn_err *err)
{
	const SimKey *key = node_key(chain->node, algorithm);
	guint8 bytes[BSN_SIGNATURE_MAX];
	guint32 len;

	if (key == NULL)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no algorithm %s",
				algorithm);
	len = sim_crypto_sign(key, convention, message, bytes);
	if (len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST, "%s does not sign this",
				algorithm);
	if ((chain->node->lies & SIM_BAD_SIGNATURE) != 0)
		bytes[len / 3] ^= 1;
	return signature->write(signature, bytes, len);
}

static int32_t
node_certificate(bsn_chain *chain, const char *algorithm,
		 bsn_sink *certificate, bsn_err *err)
{
	const SimKey *key = node_key(chain->node, algorithm);

	if (key == NULL || key->certificate.len == 0)
		return bsn_fail(err, BSN_NOT_FOUND,
				"this node's %s key has no certificate",
				algorithm);
	return certificate->write(certificate, key->certificate.data,
				  key->certificate.len);
}

const bsn_keys sim_keys_table = {
	.size = sizeof(bsn_keys),
	.node_public_key = node_public_key,
	.node_sign = node_sign,
	.node_certificate = node_certificate,
};
