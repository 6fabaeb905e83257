/* SPDX-License-Identifier: Apache-2.0
 *
 * Loops to measure a machine by, in integers: compiled for the processor and, as
 * exports without parameters, for WebAssembly; see ../wasm.mjs. Each answers a checksum
 * of what it did, so that compilers keep it, and ways to run it can be compared.
 */
#include <stdint.h>

/* The linker exports those that it is asked for. */
#define KERNEL(name)                                                           \
	__attribute__((visibility("default"))) uint32_t name(void);            \
	uint32_t name(void)

#ifndef TIMES
#define TIMES 20
#endif

static uint32_t
rotate(uint32_t x, unsigned n)
{
	return x >> n | x << (32 - n);
}

/* ---- SHA-256 (FIPS 180-4) of 64 KiB, its own digest carried on ------------- */

static const uint32_t round_constants[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static void
sha256_block(uint32_t *state, const uint32_t *block)
{
	uint32_t w[64];
	uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
	uint32_t e = state[4], f = state[5], g = state[6], h = state[7];

	for (int i = 0; i < 16; i++)
		w[i] = block[i];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^
			w[i - 15] >> 3) +
		       (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^
			w[i - 2] >> 10);
	for (int i = 0; i < 64; i++) {
		uint32_t x = h + round_constants[i] + w[i] +
			     (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
			     ((e & f) ^ (~e & g));
		uint32_t y = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
			     ((a & b) ^ (a & c) ^ (b & c));

		h = g, g = f, f = e, e = d + x;
		d = c, c = b, b = a, a = x + y;
	}
	state[0] += a, state[1] += b, state[2] += c, state[3] += d;
	state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

KERNEL(sha256)
{
	uint32_t state[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	uint32_t block[16];

	for (uint32_t n = 0; n < TIMES * 1024; n++) {
		for (uint32_t i = 0; i < 16; i++)
			block[i] = state[i % 8] + i * n;
		sha256_block(state, block);
	}
	return state[0];
}

/* ---- Keccak-f[1600] (FIPS 202) --------------------------------------------- */

static uint64_t
rotate64(uint64_t x, unsigned n)
{
	return x << n | x >> ((64 - n) & 63);
}

static void
keccak_round(uint64_t *a, uint64_t constant)
{
	uint64_t b[25], c[5];
	unsigned x = 1, y = 0;

	for (int i = 0; i < 5; i++)
		c[i] = a[i] ^ a[i + 5] ^ a[i + 10] ^ a[i + 15] ^ a[i + 20];
	for (int i = 0; i < 25; i++)
		a[i] ^= c[(i + 4) % 5] ^ rotate64(c[(i + 1) % 5], 1);
	b[0] = a[0];
	for (unsigned t = 0; t < 24; t++) {
		unsigned next = (2 * x + 3 * y) % 5;

		b[y + 5 * next] =
			rotate64(a[x + 5 * y], (t + 1) * (t + 2) / 2 % 64);
		x = y;
		y = next;
	}
	for (int i = 0; i < 25; i++)
		a[i] = b[i] ^ (~b[i / 5 * 5 + (i + 1) % 5] &
			       b[i / 5 * 5 + (i + 2) % 5]);
	a[0] ^= constant;
}

KERNEL(keccak)
{
	uint64_t state[25] = { 1 };

	for (uint64_t n = 0; n < TIMES * 24 * 128; n++)
		keccak_round(state, n * 0x8000000080008081u);
	return (uint32_t)state[0];
}

/* ---- others ----------------------------------------------------------------- */

static uint8_t flags[1u << 20];

KERNEL(sieve)
{
	uint32_t found = 0;

	for (int n = 0; n < TIMES / 4; n++) {
		for (uint32_t i = 0; i < sizeof flags; i++)
			flags[i] = 1;
		for (uint32_t i = 2; i < sizeof flags; i++) {
			if (!flags[i])
				continue;
			found++;
			for (uint32_t j = 2 * i; j < sizeof flags; j += i)
				flags[j] = 0;
		}
	}
	return found;
}

#define SIDE 100
static uint32_t left[SIDE][SIDE], right[SIDE][SIDE], product[SIDE][SIDE];

KERNEL(matrix)
{
	uint32_t sum = 0;

	for (uint32_t n = 0; n < TIMES; n++) {
		for (uint32_t i = 0; i < SIDE * SIDE; i++) {
			left[i / SIDE][i % SIDE] = i + n;
			right[i / SIDE][i % SIDE] = i ^ sum;
		}
		for (int i = 0; i < SIDE; i++)
			for (int j = 0; j < SIDE; j++) {
				uint32_t cell = 0;

				for (int k = 0; k < SIDE; k++)
					cell += left[i][k] * right[k][j];
				product[i][j] = cell;
			}
		sum += product[SIDE - 1][n % SIDE];
	}
	return sum;
}

static uint32_t numbers[1u << 16];

static void
sift(uint32_t root, uint32_t end)
{
	uint32_t value = numbers[root];
	uint32_t child;

	while ((child = 2 * root + 1) < end) {
		if (child + 1 < end && numbers[child] < numbers[child + 1])
			child++;
		if (numbers[child] <= value)
			break;
		numbers[root] = numbers[child];
		root = child;
	}
	numbers[root] = value;
}

/* Heapsort. */
KERNEL(sort)
{
	const uint32_t count = sizeof numbers / sizeof *numbers;
	uint32_t random = 1;

	for (int n = 0; n < TIMES / 4; n++) {
		for (uint32_t i = 0; i < count; i++)
			numbers[i] = random = random * 1664525 + 1013904223;
		for (uint32_t i = count / 2; i-- > 0;)
			sift(i, count);
		for (uint32_t end = count - 1; end > 0; end--) {
			uint32_t most = numbers[0];

			numbers[0] = numbers[end];
			numbers[end] = most;
			sift(0, end);
		}
	}
	return numbers[count / 2];
}

/* Calls: not to be made a loop. */
__attribute__((noinline)) static uint32_t
fib_of(uint32_t n)
{
	return n < 2 ? n : fib_of(n - 1) + fib_of(n - 2);
}

KERNEL(fib)
{
	uint32_t sum = 0;

	for (uint32_t n = 0; n < TIMES; n++)
		sum += fib_of(25 + (sum + n) % 4);
	return sum;
}
