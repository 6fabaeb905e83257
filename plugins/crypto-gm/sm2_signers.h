/* SPDX-License-Identifier: Apache-2.0
 *
 * The public keys of the private keys that sign. Z_A needs them, and deriving
 * one costs as much as the signature itself.
 */
#ifndef CRYPTO_GM_SM2_SIGNERS_H
#define CRYPTO_GM_SM2_SIGNERS_H

#include "plugins/crypto-gm/gm.h"

int32_t sm2_signers_open(bsn_err *err);

/* As sm2_derive, from memory when the key signed lately. Keeps no private key,
 * only a salted digest of it. [any] */
int32_t sm2_signer_public_key(const uint8_t *private_key, uint8_t *public_key);

#endif
