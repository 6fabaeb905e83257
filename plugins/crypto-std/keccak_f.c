/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-std/keccak_f.h"

#define ROUNDS 24

static const uint64_t round_constants[ROUNDS] = {
	0x0000000000000001, 0x0000000000008082, 0x800000000000808a,
	0x8000000080008000, 0x000000000000808b, 0x0000000080000001,
	0x8000000080008081, 0x8000000000008009, 0x000000000000008a,
	0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
	0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
	0x8000000000008003, 0x8000000000008002, 0x8000000000000080,
	0x000000000000800a, 0x800000008000000a, 0x8000000080008081,
	0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

#define LANE uint64_t
#define ROUND round_portable
#define PERMUTE permute_portable
#define TARGET
#include "plugins/crypto-std/keccak_f.inc"

void
keccak_f_portable(KeccakState *state)
{
	permute_portable(state->lane);
}

#ifdef __x86_64__

/* ANDN is half of chi, and RORX rotates without a copy. */
#define LANE uint64_t
#define ROUND round_bmi
#define PERMUTE permute_bmi
#define TARGET __attribute__((target("bmi,bmi2")))
#include "plugins/crypto-std/keccak_f.inc"

/* AVX-512 rotates, has any function of three operands in one instruction, and
 * registers for all lanes. */
typedef uint64_t Eight __attribute__((vector_size(8 * KECCAK_EIGHT)));
#define LANE Eight
#define ROUND round_eight
#define PERMUTE permute_eight
#define TARGET __attribute__((target("avx512f")))
#include "plugins/crypto-std/keccak_f.inc"

void
keccak_f(KeccakState *state)
{
	if (__builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2"))
		permute_bmi(state->lane);
	else
		permute_portable(state->lane);
}

bool
keccak_has_eight(void)
{
	return __builtin_cpu_supports("avx512f");
}

void
keccak_f_eight(KeccakEight *states)
{
	permute_eight((Eight *)states->lane);
}

#else

void
keccak_f(KeccakState *state)
{
	permute_portable(state->lane);
}

bool
keccak_has_eight(void)
{
	return false;
}

void
keccak_f_eight(KeccakEight *states)
{
	(void)states;
	g_assert_not_reached();
}

#endif
