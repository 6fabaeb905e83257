/* SPDX-License-Identifier: Apache-2.0
 *
 * Precompile 9: the compression function F of BLAKE2b (RFC 7693, section 3.2;
 * EIP-152): rounds (4 bytes, big-endian), h (64), m (128), t (16), all
 * little-endian, and a byte that says whether the block is the last.
 */
#include "plugins/runtime-evm/precompiles/precompiles.h"

#define INPUT_LEN 213u

static const uint64_t iv[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
	0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
	0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

static const uint8_t sigma[10][16] = {
	{ 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 },
	{ 14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3 },
	{ 11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4 },
	{ 7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8 },
	{ 9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13 },
	{ 2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9 },
	{ 12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11 },
	{ 13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10 },
	{ 6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5 },
	{ 10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0 },
};

static uint32_t
rounds_of(bsn_slice input)
{
	const uint8_t *in = input.data;

	return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 |
	       (uint32_t)in[2] << 8 | in[3];
}

static void
load_words(uint64_t *out, const uint8_t *in, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		memcpy(&out[i], in + 8 * i, 8);
		out[i] = GUINT64_FROM_LE(out[i]);
	}
}

static uint64_t
rotate(uint64_t x, unsigned n)
{
	return x >> n | x << (64 - n);
}

static void
mix(uint64_t *a, uint64_t *b, uint64_t *c, uint64_t *d, uint64_t x, uint64_t y)
{
	*a += *b + x;
	*d = rotate(*d ^ *a, 32);
	*c += *d;
	*b = rotate(*b ^ *c, 24);
	*a += *b + y;
	*d = rotate(*d ^ *a, 16);
	*c += *d;
	*b = rotate(*b ^ *c, 63);
}

static void
one_round(uint64_t *v, const uint64_t *m, const uint8_t *s)
{
	for (unsigned i = 0; i < 4; i++)
		mix(&v[i], &v[4 + i], &v[8 + i], &v[12 + i], m[s[2 * i]],
		    m[s[2 * i + 1]]);
	for (unsigned i = 0; i < 4; i++)
		mix(&v[i], &v[4 + (i + 1) % 4], &v[8 + (i + 2) % 4],
		    &v[12 + (i + 3) % 4], m[s[8 + 2 * i]], m[s[9 + 2 * i]]);
}

static void
compress(uint64_t *h, const uint64_t *m, const uint64_t *t, bool last,
	 uint32_t rounds)
{
	uint64_t v[16];

	memcpy(v, h, 64);
	memcpy(v + 8, iv, 64);
	v[12] ^= t[0];
	v[13] ^= t[1];
	if (last)
		v[14] = ~v[14];
	for (uint32_t i = 0; i < rounds; i++)
		one_round(v, m, sigma[i % 10]);
	for (unsigned i = 0; i < 8; i++)
		h[i] ^= v[i] ^ v[i + 8];
}

uint64_t
blake2f_gas(Fork fork, bsn_slice input)
{
	return input.len == INPUT_LEN ? rounds_of(input) : 0;
}

bool
blake2f_run(Evm *evm, bsn_slice input)
{
	uint64_t h[8], m[16], t[2];
	uint8_t *out;

	if (input.len != INPUT_LEN || input.data[212] > 1)
		return false;
	load_words(h, input.data + 4, 8);
	load_words(m, input.data + 68, 16);
	load_words(t, input.data + 196, 2);
	compress(h, m, t, input.data[212] == 1, rounds_of(input));
	out = evm_output(evm, sizeof(h));
	for (unsigned i = 0; i < 8; i++) {
		h[i] = GUINT64_TO_LE(h[i]);
		memcpy(out + 8 * i, &h[i], 8);
	}
	return true;
}
