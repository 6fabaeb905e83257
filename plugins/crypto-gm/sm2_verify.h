/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SM2_VERIFY_H
#define CRYPTO_GM_SM2_VERIFY_H

#include "plugins/crypto-gm/gm.h"

/* bsn_signature.verify and verify_many for SM2, in variable time. [any] */
int32_t sm2_verify(const bsn_verify_item *item);
int32_t sm2_verify_many(const bsn_verify_item *items, uint64_t n,
			int32_t *results);

#endif
