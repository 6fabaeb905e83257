/* SPDX-License-Identifier: Apache-2.0
 *
 * ECDSA on secp256k1 with public key recovery, on libsecp256k1: nonces by RFC
 * 6979, signatures r || s || v with s in the lower half.
 */
#include <secp256k1.h>
#include <secp256k1_recovery.h>

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/crypto-std/keccak.h"
#include "plugins/crypto-std/std.h"

#define POINT_LEN 64
#define SIGNATURE_LEN 65
#define COMPACT_LEN 64
#define UNCOMPRESSED_LEN 65
#define BLINDING_LEN 32

static secp256k1_context *context;

/* n, SEC 2 section 2.4.1. */
static const uint8_t order[STD_SCALAR_LEN] = {
	0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	0xff, 0xff, 0xff, 0xff, 0xfe, 0xba, 0xae, 0xdc, 0xe6, 0xaf, 0x48,
	0xa0, 0x3b, 0xbf, 0xd2, 0x5e, 0x8c, 0xd0, 0x36, 0x41, 0x41,
};

static void
point_write(const secp256k1_pubkey *key, uint8_t *public_key)
{
	uint8_t octets[UNCOMPRESSED_LEN];
	size_t len = sizeof(octets);

	secp256k1_ec_pubkey_serialize(context, octets, &len, key,
				      SECP256K1_EC_UNCOMPRESSED);
	memcpy(public_key, octets + 1, POINT_LEN);
}

static int32_t
k1_public_key(const uint8_t *private_key, uint8_t *public_key)
{
	secp256k1_pubkey key;

	if (private_key == NULL || public_key == NULL)
		return BSN_E_INVALID;
	if (!secp256k1_ec_pubkey_create(context, &key, private_key))
		return BSN_BAD_REQUEST;
	point_write(&key, public_key);
	return BSN_OK;
}

static int32_t
k1_generate(const uint8_t *seed, uint8_t *private_key, uint8_t *public_key)
{
	int32_t status;

	if (seed == NULL || private_key == NULL)
		return BSN_E_INVALID;
	status = std_scalar_from_seed(seed, order, private_key);
	if (status != BSN_OK)
		return status;
	return k1_public_key(private_key, public_key);
}

static int32_t
message_digest(uint32_t convention, bsn_slice message, uint8_t *digest)
{
	switch (convention) {
	case BSN_SIGN_STANDARD:
		return keccak_256(&message, 1, KECCAK_PAD_ETHEREUM, digest);
	case BSN_SIGN_DIGEST:
		if (message.len != STD_DIGEST_LEN)
			return BSN_BAD_REQUEST;
		if (message.data == NULL)
			return BSN_E_INVALID;
		memcpy(digest, message.data, STD_DIGEST_LEN);
		return BSN_OK;
	}
	return BSN_NOT_OFFERED;
}

static int32_t
k1_sign(const uint8_t *private_key, uint32_t convention, bsn_slice user_id,
	bsn_slice message, uint8_t *signature)
{
	secp256k1_ecdsa_recoverable_signature parsed;
	uint8_t digest[STD_DIGEST_LEN];
	int32_t status;
	int recovery = 0;

	if (private_key == NULL || signature == NULL)
		return BSN_E_INVALID;
	status = message_digest(convention, message, digest);
	if (status != BSN_OK)
		return status;
	if (!secp256k1_ecdsa_sign_recoverable(context, &parsed, digest,
					      private_key, NULL, NULL))
		return BSN_BAD_REQUEST;
	secp256k1_ecdsa_recoverable_signature_serialize_compact(
		context, signature, &recovery, &parsed);
	/* 2 and 3 are for an x of R over n: once in 2^127 signatures. */
	if (recovery > 1)
		return BSN_E_INTERNAL;
	signature[COMPACT_LEN] = (uint8_t)recovery;
	return BSN_OK;
}

static int
is_low(const uint8_t *signature)
{
	secp256k1_ecdsa_signature plain;

	return secp256k1_ecdsa_signature_parse_compact(context, &plain,
						       signature) &&
	       !secp256k1_ecdsa_signature_normalize(context, NULL, &plain);
}

static int32_t
k1_recover(const uint8_t *digest, const uint8_t *signature,
	   uint8_t *public_key)
{
	secp256k1_ecdsa_recoverable_signature parsed;
	secp256k1_pubkey key;

	if (digest == NULL || signature == NULL || public_key == NULL)
		return BSN_E_INVALID;
	if (signature[COMPACT_LEN] > 1 || !is_low(signature) ||
	    !secp256k1_ecdsa_recoverable_signature_parse_compact(
		    context, &parsed, signature, signature[COMPACT_LEN]) ||
	    !secp256k1_ecdsa_recover(context, &key, &parsed, digest))
		return BSN_BAD_SIGNATURE;
	point_write(&key, public_key);
	return BSN_OK;
}

/* By recovery: it judges v too, which plain verification leaves open to
 * change, and a recovered point is on the curve. */
static int32_t
k1_verify(const bsn_verify_item *item)
{
	uint8_t digest[STD_DIGEST_LEN], signer[POINT_LEN];
	int32_t shape = std_check_item(&std_secp256k1, item);
	int32_t status;

	if (shape == BSN_E_INVALID)
		return shape;
	status = message_digest(item->convention, item->message, digest);
	if (status == BSN_BAD_REQUEST || (status == BSN_OK && shape != BSN_OK))
		return BSN_BAD_SIGNATURE;
	if (status == BSN_OK)
		status = k1_recover(digest, item->signature.data, signer);
	if (status == BSN_OK &&
	    memcmp(signer, item->public_key.data, POINT_LEN) != 0)
		return BSN_BAD_SIGNATURE;
	return status;
}

/* Blinds the arithmetic on private keys; signatures stay the same. */
static int
blind(void)
{
	uint8_t random[BLINDING_LEN];
	int done = RAND_priv_bytes(random, sizeof(random)) > 0 &&
		   secp256k1_context_randomize(context, random);

	OPENSSL_cleanse(random, sizeof(random));
	return done;
}

int32_t
std_secp256k1_open(bsn_err *err)
{
	if (context != NULL)
		return BSN_OK;
	context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN |
					   SECP256K1_CONTEXT_VERIFY);
	if (context != NULL && blind())
		return BSN_OK;
	ERR_clear_error();
	g_clear_pointer(&context, secp256k1_context_destroy);
	return bsn_fail(err, BSN_E_INTERNAL,
			"libsecp256k1 gives no context, or OpenSSL no "
			"random numbers to blind it with");
}

const bsn_signature std_secp256k1 = {
	.size = sizeof(bsn_signature),
	.name = "secp256k1",
	.public_key_len = POINT_LEN,
	.signature_len = SIGNATURE_LEN,
	.generate = k1_generate,
	.public_key = k1_public_key,
	.sign = k1_sign,
	.verify = k1_verify,
	.recover = k1_recover,
};
