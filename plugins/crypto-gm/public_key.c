/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/public_key.h"

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/sm2_agree.h"
#include "plugins/crypto-gm/sm2_encrypt.h"

const bsn_encryption gm_sm2_encryption = {
	.size = sizeof(bsn_encryption),
	.name = "sm2",
	.public_key_len = SM2_POINT_LEN,
	.encrypt = sm2_encrypt,
	.decrypt = sm2_decrypt,
};

const bsn_key_agreement gm_sm2_agreement = {
	.size = sizeof(bsn_key_agreement),
	.name = "sm2",
	.public_key_len = SM2_POINT_LEN,
	.confirmation_len = SM3_LEN,
	.agree = sm2_agree,
};

static const bsn_encryption *const encryptions[] = { &gm_sm2_encryption, NULL };
static const bsn_key_agreement *const agreements[] = { &gm_sm2_agreement,
						       NULL };

const bsn_public_key gm_public_key = {
	.size = sizeof(bsn_public_key),
	.encryptions = encryptions,
	.agreements = agreements,
};
