/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SM2_AGREE_H
#define CRYPTO_GM_SM2_AGREE_H

#include <bsn/ext/public_key.h>

/* bsn_key_agreement.agree for SM2, in constant time but for lengths and public
 * keys. [any] */
int32_t sm2_agree(const bsn_key_agreement_side *side, uint64_t key_len,
		  uint8_t *key, uint8_t *confirmation, uint8_t *expected);

#endif
