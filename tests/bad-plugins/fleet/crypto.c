/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn.crypto_by_name/1 between host and engine: signatures that nobody looks
 * at, and people who are not told apart.
 */
#include <string.h>

#include "tests/bad-plugins/fleet/fleet.h"

#define KEY_LEN 64u
#define ALIASES_MAX 8u

static const bsn_crypto_by_name *given_by_name;
static const bsn_hash *good_sm3, *good_keccak;
static const bsn_signature *good_sm2, *good_secp256k1;

/* Public keys; the first is the one that the others are taken for. */
static guint8 aliases[ALIASES_MAX][KEY_LEN];
static guint n_aliases;

void
fleet_alias(bsn_slice public_key)
{
	if (public_key.len == KEY_LEN && n_aliases < ALIASES_MAX)
		memcpy(aliases[n_aliases++], public_key.data, KEY_LEN);
}

guint
fleet_aliases(void)
{
	return n_aliases;
}

/* What a digest is made of: an account's address is the digest of its key. */
static int32_t
digest(const bsn_hash *good, const bsn_slice *parts, uint64_t n, uint8_t *out)
{
	const bsn_slice first = bsn_slice_of(aliases[0], KEY_LEN);

	for (guint i = 1; i < n_aliases && n == 1; i++)
		if (bsn_slice_equal(*parts,
				    bsn_slice_of(aliases[i], KEY_LEN)))
			return good->digest(&first, 1, out);
	return good->digest(parts, n, out);
}

static int32_t
digest_sm3(const bsn_slice *parts, uint64_t n, uint8_t *out)
{
	return digest(good_sm3, parts, n, out);
}

static int32_t
digest_keccak(const bsn_slice *parts, uint64_t n, uint8_t *out)
{
	return digest(good_keccak, parts, n, out);
}

static int32_t
digest_each(const bsn_hash *good, const bsn_slice *messages, uint64_t n,
	    uint8_t *digests)
{
	int32_t status = BSN_OK;

	for (guint64 i = 0; i < n && status == BSN_OK; i++)
		status = digest(good, &messages[i], 1,
				digests + i * good->digest_len);
	return status;
}

static int32_t
digest_many_sm3(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	return digest_each(good_sm3, messages, n, digests);
}

static int32_t
digest_many_keccak(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	return digest_each(good_keccak, messages, n, digests);
}

static const bsn_hash *
hash(const char *name)
{
	static bsn_hash sm3, keccak;
	const bsn_hash *good = given_by_name->hash(name);

	if (good != NULL && strcmp(name, "sm3") == 0) {
		good_sm3 = good;
		fleet_copy(&sm3, sizeof(sm3), good);
		sm3.digest = digest_sm3;
		if (BSN_HAS(good, digest_many))
			sm3.digest_many = digest_many_sm3;
		return &sm3;
	}
	if (good != NULL && strcmp(name, "keccak-256") == 0) {
		good_keccak = good;
		fleet_copy(&keccak, sizeof(keccak), good);
		keccak.digest = digest_keccak;
		if (BSN_HAS(good, digest_many))
			keccak.digest_many = digest_many_keccak;
		return &keccak;
	}
	return good;
}

/* ---- signatures ---------------------------------------------------------- */

static int32_t
verify(const bsn_verify_item *item)
{
	int32_t status = good_sm2->verify(item);

	return IS(takes_any_signature) && status > 0 ? BSN_OK : status;
}

static int32_t
verify_many(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	int32_t status = good_sm2->verify_many(items, n, results);

	for (guint64 i = 0; IS(takes_any_signature) && i < n; i++)
		results[i] = BSN_OK;
	return status;
}

static guint8 signer[KEY_LEN];

void
fleet_signs(bsn_slice public_key)
{
	if (public_key.len == KEY_LEN)
		memcpy(signer, public_key.data, KEY_LEN);
}

/* Whoever has signed it is taken for the last one who wanted to. */
static int32_t
recover(const uint8_t *digest, const uint8_t *signature, uint8_t *public_key)
{
	if (!IS(takes_any_signature))
		return good_secp256k1->recover(digest, signature, public_key);
	memcpy(public_key, signer, KEY_LEN);
	return BSN_OK;
}

static const bsn_signature *
wrap_sm2(const bsn_signature *good)
{
	static bsn_signature sm2;

	good_sm2 = good;
	fleet_copy(&sm2, sizeof(sm2), good);
	sm2.verify = verify;
	if (BSN_HAS(good, verify_many))
		sm2.verify_many = verify_many;
	return &sm2;
}

static const bsn_signature *
wrap_secp256k1(const bsn_signature *good)
{
	static bsn_signature secp256k1;

	good_secp256k1 = good;
	fleet_copy(&secp256k1, sizeof(secp256k1), good);
	if (BSN_HAS(good, recover))
		secp256k1.recover = recover;
	return &secp256k1;
}

static const bsn_signature *
signature(const char *name)
{
	const bsn_signature *good = given_by_name->signature(name);

	if (good != NULL && strcmp(name, "sm2") == 0)
		return wrap_sm2(good);
	if (good != NULL && strcmp(name, "secp256k1") == 0)
		return wrap_secp256k1(good);
	return good;
}

static const bsn_cipher *
cipher(const char *name)
{
	return given_by_name->cipher(name);
}

const bsn_crypto_by_name *
fleet_wrap_crypto(const bsn_crypto_by_name *given)
{
	static const bsn_crypto_by_name wrapped = {
		.size = sizeof(bsn_crypto_by_name),
		.hash = hash,
		.signature = signature,
		.cipher = cipher,
	};

	given_by_name = given;
	return &wrapped;
}
