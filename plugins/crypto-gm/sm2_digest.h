/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SM2_DIGEST_H
#define CRYPTO_GM_SM2_DIGEST_H

#include "plugins/crypto-gm/gm.h"

/* Bytes: the length in bits stands in two bytes. */
#define SM2_USER_ID_MAX (UINT16_MAX / 8)

/* Takes in what Z_A begins with for the default user id. More than once is
 * allowed. [main] */
void sm2_digest_open(void);

/* Whether it is what Z_A has when nobody says otherwise: BSN_SM2_DEFAULT_ID,
 * or nothing. [any] */
int sm2_is_default_id(bsn_slice user_id);

/* Z_A (GB/T 32918.2 section 5.5), 32 bytes. An empty user id is
 * BSN_SM2_DEFAULT_ID. Errors: BSN_BAD_REQUEST for a user id over 8191 bytes;
 * BSN_E_INVALID. [any] */
int32_t sm2_identity(const uint8_t *public_key, bsn_slice user_id,
		     uint8_t *identity);

/* What SM2's arithmetic signs: the number e (GB/T 32918.2 section 6.1) that a
 * convention makes of a message, 32 bytes big-endian. default_identity is
 * Z_A of the key and the default user id, or NULL when it is not at hand.
 *
 * Errors: BSN_NOT_OFFERED for an unknown convention; BSN_BAD_REQUEST for a
 * digest that is not 32 bytes or a user id over 8191; BSN_E_INVALID. [any] */
int32_t sm2_digest(uint32_t convention, const uint8_t *public_key,
		   const uint8_t *default_identity, bsn_slice user_id,
		   bsn_slice message, uint8_t *e);

#endif
