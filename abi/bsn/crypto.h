/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn/crypto.h: algorithms as a plugin offers them (`bsn.crypto/1`).
 *
 * An algorithm is a table of pure functions. The host runs known-answer tests
 * on each before anybody can find it, and then hands out the plugin's own
 * tables by name (bsn.crypto_by_name/1 in host.h), so that using an algorithm
 * costs one call through a pointer.
 *
 * Encodings: private keys and scalars are 32 bytes big-endian. Public keys of
 * the Weierstrass curves are the 64 bytes X || Y; Ed25519's are 32 (RFC 8032).
 * Signatures are r || s, 64 bytes big-endian; secp256k1's are r || s || v, 65
 * bytes with v the recovery id 0 or 1, and s in the lower half (BIP 62).
 *
 * Names: "sm2" "sm3" "sm4-cbc" "sm4-ctr" (GB/T 32918, 32905, 32907),
 * "ecdsa-p256" "ed25519" "secp256k1" "sha-256" "keccak-256" (FIPS 186-5,
 * RFC 8032, SEC 2, FIPS 180-4, the Keccak of Ethereum's Yellow Paper).
 */
#ifndef BSN_CRYPTO_H
#define BSN_CRYPTO_H

#include "plugin.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BSN_CRYPTO_ID "bsn.crypto/1"

/* Largest of any algorithm, in bytes. */
#define BSN_DIGEST_MAX 64
#define BSN_PUBLIC_KEY_MAX 64
#define BSN_SIGNATURE_MAX 65

/* The user id of SM2 when none is given (GM/T 0009 section 10). */
#define BSN_SM2_DEFAULT_ID "1234567812345678"

/* A hash function. */
typedef struct bsn_hash {
	BSN_TABLE_HEAD; /* flags: 0 */
	const char *name;
	uint32_t digest_len; /* bytes, at most BSN_DIGEST_MAX */
	uint32_t block_len;  /* bytes, as HMAC needs it */

	/* Digests the concatenation of n slices.
	 *
	 * Returns: BSN_OK.
	 * In:      parts, n.
	 * Out:     digest, digest_len bytes.
	 * Errors:  BSN_E_INVALID, BSN_E_NOMEM.
	 * [any] */
	int32_t (*digest)(const bsn_slice *parts, uint64_t n, uint8_t *digest);

	/* Digests n messages, each on its own; what a Merkle tree or a batch
	 * of transaction ids wants. Optional: a caller falls back on digest.
	 *
	 * Returns: BSN_OK.
	 * In:      messages, n.
	 * Out:     digests, n times digest_len bytes.
	 * Errors:  BSN_E_INVALID, BSN_E_NOMEM.
	 * [any] */
	int32_t (*digest_many)(const bsn_slice *messages, uint64_t n,
			       uint8_t *digests);
} bsn_hash;

/* One signature to verify. */
typedef struct bsn_verify_item {
	uint32_t size;
	uint32_t convention;  /* BSN_SIGN_* */
	bsn_slice public_key;
	bsn_slice user_id;    /* SM2; empty: BSN_SM2_DEFAULT_ID */
	bsn_slice message;
	bsn_slice signature;
} bsn_verify_item;

/* A signature scheme. */
typedef struct bsn_signature {
	BSN_TABLE_HEAD; /* flags: 0 */
	const char *name;
	uint32_t public_key_len; /* bytes, at most BSN_PUBLIC_KEY_MAX */
	uint32_t signature_len;  /* bytes, at most BSN_SIGNATURE_MAX */

	/* Turns 48 random bytes into a key pair (FIPS 186-5 A.2.1: reduction
	 * of more bits than the order has).
	 *
	 * Returns: BSN_OK.
	 * In:      seed, 48 bytes from a good generator.
	 * Out:     private_key, 32 bytes; public_key, public_key_len bytes.
	 * Errors:  BSN_E_NOMEM, BSN_E_INTERNAL.
	 * [any] */
	int32_t (*generate)(const uint8_t *seed, uint8_t *private_key,
			    uint8_t *public_key);

	/* Derives the public key.
	 *
	 * Returns: BSN_OK.
	 * In:      private_key, 32 bytes.
	 * Out:     public_key, public_key_len bytes.
	 * Errors:  BSN_BAD_REQUEST when the scalar is out of range.
	 * [any] */
	int32_t (*public_key)(const uint8_t *private_key, uint8_t *public_key);

	/* Signs.
	 *
	 * Returns: BSN_OK.
	 * In:      private_key, 32 bytes; convention, BSN_SIGN_*; user_id for
	 *          SM2 (empty: the default); message.
	 * Out:     signature, signature_len bytes.
	 * Errors:  BSN_NOT_OFFERED for a convention that the scheme has not;
	 *          BSN_BAD_REQUEST for a key out of range or a digest that is
	 *          not 32 bytes; BSN_E_INTERNAL.
	 * [any] */
	int32_t (*sign)(const uint8_t *private_key, uint32_t convention,
			bsn_slice user_id, bsn_slice message,
			uint8_t *signature);

	/* Verifies.
	 *
	 * Returns: BSN_OK when it verifies, BSN_BAD_SIGNATURE when it does not
	 *          (malformed keys and signatures included).
	 * In:      item.
	 * Errors:  BSN_NOT_OFFERED as for sign; BSN_E_NOMEM.
	 * [any] */
	int32_t (*verify)(const bsn_verify_item *item);

	/* Verifies n signatures; may share work between them. Optional: a
	 * caller falls back on verify.
	 *
	 * Returns: BSN_OK when every item was judged.
	 * In:      items, n.
	 * Out:     results, n statuses as verify gives them.
	 * Errors:  BSN_E_NOMEM.
	 * [any] */
	int32_t (*verify_many)(const bsn_verify_item *items, uint64_t n,
			       int32_t *results);

	/* Recovers the signer's public key (SEC 1 section 4.1.6). Optional.
	 *
	 * Returns: BSN_OK.
	 * In:      digest, 32 bytes; signature, signature_len bytes.
	 * Out:     public_key, public_key_len bytes.
	 * Errors:  BSN_BAD_SIGNATURE.
	 * [any] */
	int32_t (*recover)(const uint8_t *digest, const uint8_t *signature,
			   uint8_t *public_key);
} bsn_signature;

/* A symmetric cipher. */
typedef struct bsn_cipher {
	BSN_TABLE_HEAD; /* flags: 0 */
	const char *name;
	uint32_t key_len; /* bytes */
	uint32_t iv_len;  /* bytes */

	/* Encrypts or decrypts a whole message; CBC pads as PKCS #7 says.
	 *
	 * Returns: BSN_OK.
	 * In:      encrypt, 1 or 0; key, key_len bytes; iv, iv_len bytes;
	 *          input.
	 * Out:     output.
	 * Errors:  BSN_BAD_REQUEST when padding or length is wrong;
	 *          BSN_E_NOMEM; what the sink returns.
	 * [any] */
	int32_t (*crypt)(uint32_t encrypt, const uint8_t *key,
			 const uint8_t *iv, bsn_slice input, bsn_sink *output);
} bsn_cipher;

/* What a crypto plugin offers: arrays of pointers, each ended by NULL. */
typedef struct bsn_crypto {
	BSN_TABLE_HEAD; /* flags: 0 */
	const bsn_hash *const *hashes;         /* optional */
	const bsn_signature *const *signatures; /* optional */
	const bsn_cipher *const *ciphers;      /* optional */
} bsn_crypto;

/* Required members, X(member). */
#define BSN_HASH_REQUIRED(X) X(name) X(digest)
#define BSN_SIGNATURE_REQUIRED(X)                                              \
	X(name) X(generate) X(public_key) X(sign) X(verify)
#define BSN_CIPHER_REQUIRED(X) X(name) X(crypt)

/* The crypto table of a plugin, or NULL. [any] */
static inline const bsn_crypto *
bsn_crypto_of(const bsn_plugin *plugin)
{
	return (const bsn_crypto *)plugin->query(BSN_CRYPTO_ID);
}

#ifdef __cplusplus
}
#endif

#endif /* BSN_CRYPTO_H */
