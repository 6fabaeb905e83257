/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2 signatures (GB/T 32918.2) in three conventions, see bsn/base.h.
 */
#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_digest.h"
#include "plugins/crypto-gm/sm2_keys.h"
#include "plugins/crypto-gm/sm2_sign.h"
#include "plugins/crypto-gm/sm2_signers.h"
#include "plugins/crypto-gm/sm2_verify.h"

static int32_t
sm2_generate(const uint8_t *seed, uint8_t *private_key, uint8_t *public_key)
{
	if (seed == NULL || private_key == NULL || public_key == NULL)
		return BSN_E_INVALID;
	sm2_scalar_from_seed(seed, private_key);
	return sm2_derive(private_key, public_key);
}

static int32_t
sm2_public_key(const uint8_t *private_key, uint8_t *public_key)
{
	if (private_key == NULL || public_key == NULL)
		return BSN_E_INVALID;
	return sm2_derive(private_key, public_key);
}

int32_t
gm_sm2_open(bsn_err *err)
{
	int32_t status;

	sm2_curve_open();
	sm2_digest_open();
	status = sm2_keys_open(err);
	return status == BSN_OK ? sm2_signers_open(err) : status;
}

const bsn_signature gm_sm2 = {
	.size = sizeof(bsn_signature),
	.name = "sm2",
	.public_key_len = SM2_POINT_LEN,
	.signature_len = SM2_SIGNATURE_LEN,
	.generate = sm2_generate,
	.public_key = sm2_public_key,
	.sign = sm2_sign,
	.verify = sm2_verify,
	.verify_many = sm2_verify_many,
};
