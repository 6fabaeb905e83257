/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm2_sign.h"

#include <openssl/crypto.h>

#include "plugins/crypto-gm/secret.h"
#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_digest.h"
#include "plugins/crypto-gm/sm2_nonce.h"
#include "plugins/crypto-gm/sm2_signers.h"

/* One attempt fails with a chance of 2^-254. */
#define ATTEMPTS 8u

/* GB/T 32918.2 section 6.1, A3 to A6, with s as (1 + d)^-1 (k + r) - r, which
 * is (1 + d)^-1 (k - r d). 0 when the standard wants another k. */
static uint64_t
sign_with(const Signer *signer, const Sc *e, const Sc *k, uint8_t *signature)
{
	uint64_t plain[LIMBS], good;
	Affine point;
	Sc r, s, sum;

	sm2_mul_base(&point, k);
	fe_to_plain(plain, &point.x);
	sc_from_plain(&r, plain);
	sc_add(&r, &r, e);
	sc_add(&sum, &r, k);
	sc_mul(&s, &signer->inverse, &sum);
	sc_sub(&s, &s, &r);
	good = ~(sc_is_zero(k) | sc_is_zero(&r) | sc_is_zero(&sum) |
		 sc_is_zero(&s));
	secret_reveal(&good, sizeof(good));
	sc_write(signature, &r);
	sc_write(signature + SM2_SCALAR_LEN, &s);
	OPENSSL_cleanse(&point, sizeof(point));
	OPENSSL_cleanse(plain, sizeof(plain));
	OPENSSL_cleanse(&sum, sizeof(sum));
	return good;
}

static int32_t
sign_number(const uint8_t *private_key, const Signer *signer,
	    const uint8_t *number, uint8_t *signature)
{
	uint64_t good = 0;
	Sc e, k;

	sc_read_mod(&e, number);
	for (unsigned i = 0; i < ATTEMPTS && !good; i++) {
		sm2_nonce(&k, private_key, number, i);
		good = sign_with(signer, &e, &k, signature);
	}
	OPENSSL_cleanse(&k, sizeof(k));
	secret_reveal(signature, 2 * SM2_SCALAR_LEN);
	return good ? BSN_OK : BSN_E_INTERNAL;
}

int32_t
sm2_sign(const uint8_t *private_key, uint32_t convention, bsn_slice user_id,
	 bsn_slice message, uint8_t *signature)
{
	uint8_t number[SM3_LEN];
	int32_t status;
	Signer signer;

	if (private_key == NULL || signature == NULL)
		return BSN_E_INVALID;
	status = sm2_signer_of(private_key, &signer);
	if (status == BSN_OK)
		status = sm2_digest(convention, signer.public_key,
				    signer.identity, user_id, message, number);
	if (status == BSN_OK)
		status = sign_number(private_key, &signer, number, signature);
	OPENSSL_cleanse(&signer, sizeof(signer));
	return status;
}
