/* SPDX-License-Identifier: Apache-2.0
 *
 * What signing takes from a private key before there is a message: the public
 * key that Z_A is of, Z_A, and (1 + d)^-1. Together they cost more than the
 * signature itself.
 */
#ifndef CRYPTO_GM_SM2_SIGNERS_H
#define CRYPTO_GM_SM2_SIGNERS_H

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/sc.h"

typedef struct {
	uint8_t public_key[SM2_POINT_LEN];
	uint8_t identity[SM3_LEN]; /* Z_A with the default user id */
	Sc inverse;		   /* (1 + d)^-1: as secret as d */
} Signer;

/* BSN_E_IO and a reason when the system gives no random numbers. [main] */
int32_t sm2_signers_open(bsn_err *err);

/* From memory when the key signed lately. What is kept of a key there is of no
 * use without it: a salted digest to know it by, and the inverse under a
 * second one. BSN_BAD_REQUEST when the key is not in [1, n - 2]. [any] */
int32_t sm2_signer_of(const uint8_t *private_key, Signer *signer);

#endif
