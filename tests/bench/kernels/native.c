/* SPDX-License-Identifier: Apache-2.0
 *
 * Times the kernels, as the processor runs them: compiled from C, or (WASM2C) from what
 * wabt's wasm2c made of the module. For each a line "NAME CHECKSUM NANOSECONDS" of
 * processor time, the least of RUNS.
 *
 *   native [RUNS]
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#ifdef WASM2C
#include "kernels.h"
static Z_kernels_instance_t instance;
#define CALL(name) Z_kernelsZ_##name(&instance)
#else
uint32_t sha256(void), keccak(void), sieve(void), matrix(void), sort(void),
	fib(void);
#define CALL(name) name()
#endif

static uint64_t
now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

#define TIME(name)                                                             \
	do {                                                                   \
		uint64_t least = UINT64_MAX;                                   \
		uint32_t sum = 0;                                              \
                                                                               \
		for (int run = 0; run < runs; run++) {                         \
			uint64_t begin = now_ns();                             \
                                                                               \
			sum = CALL(name);                                      \
			begin = now_ns() - begin;                              \
			least = begin < least ? begin : least;                 \
		}                                                              \
		printf("%s %" PRIu32 " %" PRIu64 "\n", #name, sum, least);     \
	} while (0)

int
main(int argc, char **argv)
{
	int runs = argc > 1 ? atoi(argv[1]) : 5;

#ifdef WASM2C
	wasm_rt_init();
	Z_kernels_init_module();
	Z_kernels_instantiate(&instance);
#endif
	TIME(sha256);
	TIME(keccak);
	TIME(sieve);
	TIME(matrix);
	TIME(sort);
	TIME(fib);
	return 0;
}
