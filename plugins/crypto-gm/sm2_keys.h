/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys that come back: a table of multiples and Z_A of each, bounded
 * memory, read by all threads at once without a lock.
 *
 * A key gets a table when it was met SM2_KEYS_WORTH times lately and more often
 * than the least used of the keys in whose place it would be. How often keys
 * without a table were met is estimated (a sketch that forgets by halves), so
 * that keys which are met once neither cost a table nor drive out any.
 */
#ifndef CRYPTO_GM_SM2_KEYS_H
#define CRYPTO_GM_SM2_KEYS_H

#include "plugins/crypto-gm/gm.h"
#include "plugins/crypto-gm/sm2_curve.h"

/* Keys with tables: 16 KiB of points each, so 32 MiB at most. */
#define SM2_KEYS 2048u
#define SM2_KEYS_WORTH 4u

typedef struct sm2_key Sm2Key;

/* BSN_E_IO and a reason when the system gives no random numbers. [main] */
int32_t sm2_keys_open(bsn_err *err);

/* The key, to be handed back with sm2_key_release, or NULL when it has no
 * table. [any] */
Sm2Key *sm2_key_find(const uint8_t *public_key);
void sm2_key_release(Sm2Key *key);

const Affine *sm2_key_table(const Sm2Key *key);
/* Z_A with the default user id. */
const uint8_t *sm2_key_identity(const Sm2Key *key);

/* Counts a use of a key that was not found, and makes its table when that is
 * worth it. point: the key's. [any] */
void sm2_key_met(const uint8_t *public_key, const Affine *point);

/* Tables made so far. [any] */
uint64_t sm2_keys_made(void);

#endif
