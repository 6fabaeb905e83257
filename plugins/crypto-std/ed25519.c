/* SPDX-License-Identifier: Apache-2.0
 *
 * Pure Ed25519 (RFC 8032). Private keys are the 32 bytes that the RFC hashes,
 * so any value is in range.
 */
#include <glib.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <string.h>

#include "plugins/crypto-std/std.h"

#define KEY_LEN 32
#define SIGNATURE_LEN 64

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_MD_CTX, EVP_MD_CTX_free)

static EVP_PKEY *
private_pkey(const uint8_t *private_key)
{
	return EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
					    private_key, KEY_LEN);
}

static int32_t
ed25519_public_key(const uint8_t *private_key, uint8_t *public_key)
{
	g_autoptr(EVP_PKEY) key = NULL;
	size_t len = KEY_LEN;

	if (private_key == NULL || public_key == NULL)
		return BSN_E_INVALID;
	key = private_pkey(private_key);
	if (key == NULL || !EVP_PKEY_get_raw_public_key(key, public_key, &len))
		return BSN_E_NOMEM;
	return BSN_OK;
}

/* There is no order to reduce by: the first 32 bytes are the key. */
static int32_t
ed25519_generate(const uint8_t *seed, uint8_t *private_key,
		 uint8_t *public_key)
{
	if (seed == NULL || private_key == NULL)
		return BSN_E_INVALID;
	memcpy(private_key, seed, KEY_LEN);
	return ed25519_public_key(private_key, public_key);
}

static int32_t
ed25519_sign(const uint8_t *private_key, uint32_t convention,
	     bsn_slice user_id, bsn_slice message, uint8_t *signature)
{
	g_autoptr(EVP_PKEY) key = NULL;
	g_autoptr(EVP_MD_CTX) ctx = NULL;
	size_t len = SIGNATURE_LEN;

	if (private_key == NULL || signature == NULL ||
	    (message.data == NULL && message.len > 0))
		return BSN_E_INVALID;
	if (convention != BSN_SIGN_STANDARD)
		return BSN_NOT_OFFERED;
	key = private_pkey(private_key);
	ctx = EVP_MD_CTX_new();
	if (key == NULL || ctx == NULL)
		return BSN_E_NOMEM;
	if (!EVP_DigestSignInit(ctx, NULL, NULL, NULL, key) ||
	    !EVP_DigestSign(ctx, signature, &len, message.data, message.len))
		return BSN_E_INTERNAL;
	return BSN_OK;
}

/* RFC 8032 section 5.1.3: y is below p = 2^255 - 19, which OpenSSL does not
 * ask. Only values of the form ff..ff7f from ed on are not. */
static int
is_canonical(const uint8_t *public_key)
{
	if ((public_key[KEY_LEN - 1] & 0x7f) != 0x7f || public_key[0] < 0xed)
		return 1;
	for (size_t i = 1; i < KEY_LEN - 1; i++)
		if (public_key[i] != 0xff)
			return 1;
	return 0;
}

/* The y of the eight points whose order divides the cofactor. Under such a key
 * anybody can make a signature that holds for every eighth message or more. */
static const uint8_t small_orders[][KEY_LEN] = {
	{ 0 },
	{ 1 },
	{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f },
	{ 0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
	  0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
	  0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05 },
	{ 0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b,
	  0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39,
	  0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a },
};

static int
is_small_order(const uint8_t *public_key)
{
	uint8_t y[KEY_LEN];

	memcpy(y, public_key, KEY_LEN);
	y[KEY_LEN - 1] &= 0x7f;
	for (size_t i = 0; i < G_N_ELEMENTS(small_orders); i++)
		if (memcmp(y, small_orders[i], KEY_LEN) == 0)
			return 1;
	return 0;
}

static int32_t
judge(const bsn_verify_item *item)
{
	g_autoptr(EVP_MD_CTX) ctx = EVP_MD_CTX_new();
	g_autoptr(EVP_PKEY) key = EVP_PKEY_new_raw_public_key(
		EVP_PKEY_ED25519, NULL, item->public_key.data, KEY_LEN);

	if (ctx == NULL || key == NULL ||
	    !EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key))
		return BSN_E_NOMEM;
	return EVP_DigestVerify(ctx, item->signature.data, SIGNATURE_LEN,
				item->message.data, item->message.len) == 1
		       ? BSN_OK
		       : BSN_BAD_SIGNATURE;
}

static int32_t
ed25519_verify(const bsn_verify_item *item)
{
	int32_t status = std_check_item(&std_ed25519, item);

	if (status == BSN_E_INVALID)
		return status;
	if (item->convention != BSN_SIGN_STANDARD)
		return BSN_NOT_OFFERED;
	if (status != BSN_OK || !is_canonical(item->public_key.data) ||
	    is_small_order(item->public_key.data))
		return BSN_BAD_SIGNATURE;
	ERR_set_mark();
	status = judge(item);
	ERR_pop_to_mark();
	return status;
}

const bsn_signature std_ed25519 = {
	.size = sizeof(bsn_signature),
	.name = "ed25519",
	.public_key_len = KEY_LEN,
	.signature_len = SIGNATURE_LEN,
	.generate = ed25519_generate,
	.public_key = ed25519_public_key,
	.sign = ed25519_sign,
	.verify = ed25519_verify,
};
