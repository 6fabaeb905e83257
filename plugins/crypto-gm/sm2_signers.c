/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_signers.h"

#include <glib.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/crypto-gm/secret.h"
#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_digest.h"

/* A power of two: a node's own key and the hosted users that are active. Two
 * keys that meet in one slot take turns. */
#define SIGNERS 256u

typedef struct {
	uint8_t tag[SM3_LEN];
	Signer signer; /* its inverse masked */
} Slot;

static GMutex lock;
static Slot slots[SIGNERS];
/* What has taken in a block of random bytes. */
static Sm3 salted;
static int opened;

int32_t
sm2_signers_open(bsn_err *err)
{
	uint8_t salt[SM3_BLOCK_LEN];

	if (opened)
		return BSN_OK;
	if (RAND_priv_bytes(salt, sizeof(salt)) <= 0) {
		ERR_clear_error();
		return bsn_fail(err, BSN_E_IO,
				"OpenSSL's random generator gives nothing");
	}
	sm3_init(&salted);
	sm3_update(&salted, salt, sizeof(salt));
	OPENSSL_cleanse(salt, sizeof(salt));
	opened = 1;
	return BSN_OK;
}

/* SM3(salt || d || purpose): one block. */
static void
salted_digest(const uint8_t *private_key, uint8_t purpose, uint8_t *digest)
{
	Sm3 sm3 = salted;

	sm3_update(&sm3, private_key, SM2_SCALAR_LEN);
	sm3_update(&sm3, &purpose, 1);
	sm3_final(&sm3, digest);
	OPENSSL_cleanse(&sm3, sizeof(sm3));
}

/* Masks the inverse, or takes the mask away. */
static void
mask(const uint8_t *private_key, Sc *inverse)
{
	uint8_t digest[SM3_LEN];
	uint64_t words[LIMBS];

	salted_digest(private_key, 2, digest);
	memcpy(words, digest, sizeof(words));
	for (unsigned i = 0; i < LIMBS; i++)
		inverse->w[i] ^= words[i];
	OPENSSL_cleanse(digest, sizeof(digest));
	OPENSSL_cleanse(words, sizeof(words));
}

static Slot *
slot_of(const uint8_t *tag)
{
	return &slots[tag[0] % SIGNERS];
}

static int
recall(const uint8_t *tag, Signer *signer)
{
	const Slot *slot = slot_of(tag);
	int known;

	g_mutex_lock(&lock);
	known = CRYPTO_memcmp(slot->tag, tag, SM3_LEN) == 0;
	if (known)
		*signer = slot->signer;
	g_mutex_unlock(&lock);
	return known;
}

static void
remember(const uint8_t *tag, const Signer *signer)
{
	Slot *slot = slot_of(tag);

	g_mutex_lock(&lock);
	memcpy(slot->tag, tag, SM3_LEN);
	slot->signer = *signer;
	g_mutex_unlock(&lock);
}

static int32_t
signer_make(const uint8_t *private_key, Signer *signer)
{
	int32_t status = sm2_derive(private_key, signer->public_key);
	Sc d;

	if (status != BSN_OK)
		return status;
	(void)sm2_private_read(&d, private_key);
	sc_add(&d, &d, &sc_one);
	sc_inv(&signer->inverse, &d);
	OPENSSL_cleanse(&d, sizeof(d));
	return sm2_identity(signer->public_key, (bsn_slice){ NULL, 0 },
			    signer->identity);
}

int32_t
sm2_signer_of(const uint8_t *private_key, Signer *signer)
{
	uint8_t tag[SM3_LEN];
	int32_t status;

	salted_digest(private_key, 1, tag);
	secret_reveal(tag, sizeof(tag));
	if (recall(tag, signer)) {
		mask(private_key, &signer->inverse);
		return BSN_OK;
	}
	status = signer_make(private_key, signer);
	if (status != BSN_OK)
		return status;
	mask(private_key, &signer->inverse);
	remember(tag, signer);
	mask(private_key, &signer->inverse);
	return BSN_OK;
}
