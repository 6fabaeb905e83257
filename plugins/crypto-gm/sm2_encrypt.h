/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SM2_ENCRYPT_H
#define CRYPTO_GM_SM2_ENCRYPT_H

#include <bsn/ext/public_key.h>

#include "plugins/crypto-gm/gm.h"

/* bsn_encryption.encrypt and .decrypt for SM2, in constant time but for lengths,
 * public keys and whether it can be decrypted. [any] */
int32_t sm2_encrypt(const uint8_t *seed, const uint8_t *public_key,
		    uint32_t form, bsn_slice text, bsn_sink *encrypted);
int32_t sm2_decrypt(const uint8_t *private_key, uint32_t form,
		    bsn_slice encrypted, bsn_sink *text);

#endif
