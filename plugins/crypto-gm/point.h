/* SPDX-License-Identifier: Apache-2.0
 *
 * Points of SM2's curve (GB/T 32918.5).
 */
#ifndef CRYPTO_GM_POINT_H
#define CRYPTO_GM_POINT_H

#include "plugins/crypto-gm/fe.h"

/* y^2 = x^3 - 3x + b, in Montgomery form. */
static const Fe curve_b = { { 0x90d230632bc0dd42u, 0x71cf379ae9b537abu,
			      0x527981505ea51c3cu, 0x240fe188ba20e2c8u } };

#include "plugins/crypto-gm/point.inc"

/* The generator. */
static const Affine curve_g = {
	{ { 0x61328990f418029eu, 0x3e7981eddca6c050u, 0xd6a1ed99ac24c3c3u,
	    0x91167a5ee1c13b05u } },
	{ { 0xc1354e593c2d0dddu, 0xc1f5e5788d3295fau, 0x8d4cfb066e2a48f8u,
	    0x63cd65d481d735bdu } },
};

#endif
