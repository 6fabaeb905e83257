/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SM2_DIGEST_H
#define CRYPTO_GM_SM2_DIGEST_H

#include "plugins/crypto-gm/gm.h"

/* What SM2's arithmetic signs: the number e (GB/T 32918.2 section 6.1) that a
 * convention makes of a message, 32 bytes big-endian. An empty user id is
 * BSN_SM2_DEFAULT_ID.
 *
 * Errors: BSN_NOT_OFFERED for an unknown convention; BSN_BAD_REQUEST for a
 * digest that is not 32 bytes or a user id over 8191; BSN_E_INVALID;
 * BSN_E_NOMEM. */
int32_t sm2_digest(uint32_t convention, const uint8_t *public_key,
		   bsn_slice user_id, bsn_slice message, uint8_t *e);

#endif
