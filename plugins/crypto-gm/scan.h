/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SCAN_H
#define CRYPTO_GM_SCAN_H

#include "plugins/crypto-gm/point.h"

/* Entry number `index` of a row, counted from 1, and (0, 0) for 0. Reads all
 * of the row, whose time and addresses say nothing of index. The row is
 * aligned to 64 bytes. [any] */
extern void (*scan_affine)(Affine *r, const Affine *row, unsigned n,
			   uint32_t index);

/* Chooses the best path of this machine or, for tests, the portable one.
 * [main] */
void scan_use(int best);

#endif
