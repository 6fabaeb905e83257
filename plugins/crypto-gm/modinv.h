/* SPDX-License-Identifier: Apache-2.0
 *
 * Inverses modulo an odd number m between 2^255 and 2^256 by division steps
 * (Bernstein and Yang, "Fast constant-time gcd computation and modular
 * inversion", 2019). [any]
 */
#ifndef CRYPTO_GM_MODINV_H
#define CRYPTO_GM_MODINV_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

#define MODINV_LIMBS 5
#define MODINV_BITS 60

/* Limbs of 60 bits, least first, of which all but the last are in [0, 2^60);
 * the last has the sign. */
typedef struct modinv_number {
	int64_t v[MODINV_LIMBS];
} ModinvNumber;

typedef struct modinv_modulus {
	ModinvNumber m;
	uint64_t inverse; /* m^-1 modulo 2^60 */
} ModinvModulus;

/* r = a^-1 modulo m, or 0 where a is 0; 4 limbs of 64 bits, a below m. Constant
 * in time. */
void modinv(uint64_t *r, const uint64_t *a, const ModinvModulus *modulus);

#pragma GCC visibility pop

#endif
