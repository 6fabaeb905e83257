/* SPDX-License-Identifier: Apache-2.0
 *
 * SM2Cipher of GM/T 0009 section 7.2: SEQUENCE { INTEGER x, INTEGER y,
 * OCTET STRING digest, OCTET STRING text } in DER (X.690).
 */
#ifndef CRYPTO_GM_SM2_CIPHER_DER_H
#define CRYPTO_GM_SM2_CIPHER_DER_H

#include "plugins/crypto-gm/gm.h"

/* What is encrypted, taken apart. */
typedef struct {
	uint8_t point[SM2_POINT_LEN]; /* C1, x || y */
	uint8_t digest[SM3_LEN];      /* C3 */
	bsn_slice text;               /* C2 */
} Sm2Cipher;

/* Longest of what stands before the text. */
#define SM2_CIPHER_HEAD_MAX 128u

/* Writes all but the text itself; it has at most 2^24 bytes. Returns the number
 * of bytes, at most SM2_CIPHER_HEAD_MAX. [any] */
size_t sm2_cipher_head(const Sm2Cipher *cipher, uint8_t *head);

/* Reads one strictly: its only encoding, with nothing behind it. 1, and the text
 * borrowed; 0 for anything else. [any] */
int sm2_cipher_read(bsn_slice der, Sm2Cipher *cipher);

#endif
