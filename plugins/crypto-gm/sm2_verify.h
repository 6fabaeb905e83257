/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SM2_VERIFY_H
#define CRYPTO_GM_SM2_VERIFY_H

#include "plugins/crypto-gm/gm.h"

/* bsn_signature.verify and verify_many for SM2, in variable time. [any] */
int32_t sm2_verify(const bsn_verify_item *item);
int32_t sm2_verify_many(const bsn_verify_item *items, uint64_t n,
			int32_t *results);

/* Everything that is to be said of an item without arithmetic: BSN_OK when
 * verify has to go on. [any] */
int32_t sm2_item_check(const bsn_verify_item *item);

#endif
