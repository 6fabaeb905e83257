/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SM2_SIGN_H
#define CRYPTO_GM_SM2_SIGN_H

#include "plugins/crypto-gm/gm.h"

/* bsn_signature.sign for SM2, in constant time. [any] */
int32_t sm2_sign(const uint8_t *private_key, uint32_t convention,
		 bsn_slice user_id, bsn_slice message, uint8_t *signature);

#endif
