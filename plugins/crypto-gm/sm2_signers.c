/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_signers.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/crypto-gm/sm2_curve.h"

/* A power of two: a node's own key and the hosted users that are active. Two
 * keys that meet in one slot take turns. */
#define SIGNERS 256u

typedef struct {
	uint8_t tag[SM3_LEN];
	uint8_t public_key[SM2_POINT_LEN];
} Signer;

static GMutex lock;
static Signer signers[SIGNERS];
static uint8_t salt[SM3_LEN];
static int salted;

int32_t
sm2_signers_open(bsn_err *err)
{
	if (salted)
		return BSN_OK;
	if (RAND_priv_bytes(salt, sizeof(salt)) <= 0) {
		ERR_clear_error();
		return bsn_fail(err, BSN_E_IO,
				"OpenSSL's random generator gives nothing");
	}
	salted = 1;
	return BSN_OK;
}

static Signer *
slot_of(const uint8_t *tag)
{
	return &signers[tag[0] % SIGNERS];
}

static int
recall(const uint8_t *tag, uint8_t *public_key)
{
	const Signer *slot = slot_of(tag);
	int known;

	g_mutex_lock(&lock);
	known = CRYPTO_memcmp(slot->tag, tag, SM3_LEN) == 0;
	if (known)
		memcpy(public_key, slot->public_key, SM2_POINT_LEN);
	g_mutex_unlock(&lock);
	return known;
}

static void
remember(const uint8_t *tag, const uint8_t *public_key)
{
	Signer *slot = slot_of(tag);

	g_mutex_lock(&lock);
	memcpy(slot->tag, tag, SM3_LEN);
	memcpy(slot->public_key, public_key, SM2_POINT_LEN);
	g_mutex_unlock(&lock);
}

int32_t
sm2_signer_public_key(const uint8_t *private_key, uint8_t *public_key)
{
	const bsn_slice parts[] = {
		bsn_slice_of(salt, sizeof(salt)),
		bsn_slice_of(private_key, SM2_SCALAR_LEN),
	};
	uint8_t tag[SM3_LEN];
	int32_t status = gm_sm3.digest(parts, G_N_ELEMENTS(parts), tag);

	if (status != BSN_OK || recall(tag, public_key))
		return status;
	status = sm2_derive(private_key, public_key);
	if (status == BSN_OK)
		remember(tag, public_key);
	return status;
}
