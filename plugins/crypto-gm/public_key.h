/* SPDX-License-Identifier: Apache-2.0
 *
 * What SM2's keys are good for beside signing. All of it after gm_sm2_open.
 */
#ifndef CRYPTO_GM_PUBLIC_KEY_H
#define CRYPTO_GM_PUBLIC_KEY_H

#include <bsn/ext/public_key.h>

extern const bsn_encryption gm_sm2_encryption;
extern const bsn_key_agreement gm_sm2_agreement;
extern const bsn_public_key gm_public_key;

#endif
