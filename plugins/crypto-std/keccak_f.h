/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/crypto-std/keccak_f.h: the permutation Keccak-f[1600] ("The Keccak
 * reference", 3.0; FIPS 202 section 3.3) by the best means of the machine.
 */
#ifndef CRYPTO_STD_KECCAK_F_H
#define CRYPTO_STD_KECCAK_F_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define KECCAK_LANES 25
#define LANE_LEN sizeof(uint64_t)
/* States that keccak_f_eight permutes side by side. */
#define KECCAK_EIGHT 8

/* Lane (x, y) of a state is lane[x + 5 * y], a number in the machine's own
 * order of bytes; that of the state j of eight is lane[x + 5 * y][j]. */
typedef struct {
	uint64_t lane[KECCAK_LANES];
} KeccakState;

typedef struct {
	_Alignas(64) uint64_t lane[KECCAK_LANES][KECCAK_EIGHT];
} KeccakEight;

/* Permutes one state. [any] */
void keccak_f(KeccakState *state);

/* The same without instructions that only some machines have. [any] */
void keccak_f_portable(KeccakState *state);

/* Whether this machine has what keccak_f_eight needs. [any] */
bool keccak_has_eight(void);

/* Permutes eight states in about the time that keccak_f takes for one. Only
 * where keccak_has_eight. [any] */
void keccak_f_eight(KeccakEight *states);

/* A lane from its 8 bytes, and back: little-endian (FIPS 202 section 3.1.2). */
static inline uint64_t
keccak_load(const uint8_t *bytes)
{
	uint64_t lane;

	memcpy(&lane, bytes, sizeof(lane));
	return GUINT64_FROM_LE(lane);
}

static inline void
keccak_store(uint8_t *bytes, uint64_t lane)
{
	lane = GUINT64_TO_LE(lane);
	memcpy(bytes, &lane, sizeof(lane));
}

#endif
