/* SPDX-License-Identifier: Apache-2.0
 *
 * Keccak-f[1600] and its sponge with capacity 512 ("The Keccak reference", 3.0;
 * FIPS 202). A lane (x, y) is state[x + 5 * y]. Every index below is constant,
 * so that the compiler keeps lanes in registers; two rounds go from one set of
 * lanes to another and back, so that none is copied.
 */
#include "plugins/crypto-std/keccak.h"

#include <glib.h>
#include <string.h>

#include "plugins/crypto-std/std.h"

#define LANES 25
#define RATE_LANES 17
#define RATE_LEN (RATE_LANES * 8)
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

/* By 1 to 63 bits. */
static inline uint64_t
rotate(uint64_t lane, unsigned bits)
{
	return lane << bits | lane >> (64 - bits);
}

/* chi on one plane: five lanes after theta, rho and pi. */
static inline void
chi(uint64_t *out, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e)
{
	out[0] = a ^ (~b & c);
	out[1] = b ^ (~c & d);
	out[2] = c ^ (~d & e);
	out[3] = d ^ (~e & a);
	out[4] = e ^ (~a & b);
}

static inline uint64_t
parity(const uint64_t *column)
{
	return column[0] ^ column[5] ^ column[10] ^ column[15] ^ column[20];
}

static inline __attribute__((always_inline)) void
one_round(const uint64_t *in, uint64_t *out, uint64_t constant)
{
	const uint64_t c0 = parity(in), c1 = parity(in + 1),
		       c2 = parity(in + 2), c3 = parity(in + 3),
		       c4 = parity(in + 4);
	const uint64_t d0 = c4 ^ rotate(c1, 1), d1 = c0 ^ rotate(c2, 1),
		       d2 = c1 ^ rotate(c3, 1), d3 = c2 ^ rotate(c4, 1),
		       d4 = c3 ^ rotate(c0, 1);

	chi(out, in[0] ^ d0, rotate(in[6] ^ d1, 44), rotate(in[12] ^ d2, 43),
	    rotate(in[18] ^ d3, 21), rotate(in[24] ^ d4, 14));
	out[0] ^= constant;
	chi(out + 5, rotate(in[3] ^ d3, 28), rotate(in[9] ^ d4, 20),
	    rotate(in[10] ^ d0, 3), rotate(in[16] ^ d1, 45),
	    rotate(in[22] ^ d2, 61));
	chi(out + 10, rotate(in[1] ^ d1, 1), rotate(in[7] ^ d2, 6),
	    rotate(in[13] ^ d3, 25), rotate(in[19] ^ d4, 8),
	    rotate(in[20] ^ d0, 18));
	chi(out + 15, rotate(in[4] ^ d4, 27), rotate(in[5] ^ d0, 36),
	    rotate(in[11] ^ d1, 10), rotate(in[17] ^ d2, 15),
	    rotate(in[23] ^ d3, 56));
	chi(out + 20, rotate(in[2] ^ d2, 62), rotate(in[8] ^ d3, 55),
	    rotate(in[14] ^ d4, 39), rotate(in[15] ^ d0, 41),
	    rotate(in[21] ^ d1, 2));
}

static void
permute(uint64_t *state)
{
	uint64_t other[LANES];

	for (unsigned i = 0; i < ROUNDS; i += 2) {
		one_round(state, other, round_constants[i]);
		one_round(other, state, round_constants[i + 1]);
	}
}

static inline uint64_t
load(const uint8_t *bytes)
{
	uint64_t lane;

	memcpy(&lane, bytes, sizeof(lane));
	return GUINT64_FROM_LE(lane);
}

static void
absorb(uint64_t *state, const uint8_t *block)
{
	for (size_t i = 0; i < RATE_LANES; i++)
		state[i] ^= load(block + i * sizeof(uint64_t));
	permute(state);
}

typedef struct {
	uint64_t state[LANES];
	uint8_t block[RATE_LEN]; /* what does not fill a block yet */
	size_t used;
} Sponge;

static void
feed(Sponge *sponge, const uint8_t *data, uint64_t len)
{
	if (sponge->used > 0) {
		size_t take = MIN(len, RATE_LEN - sponge->used);

		memcpy(sponge->block + sponge->used, data, take);
		sponge->used += take;
		data += take;
		len -= take;
		if (sponge->used < RATE_LEN)
			return;
		absorb(sponge->state, sponge->block);
		sponge->used = 0;
	}
	for (; len >= RATE_LEN; data += RATE_LEN, len -= RATE_LEN)
		absorb(sponge->state, data);
	if (len > 0)
		memcpy(sponge->block, data, len);
	sponge->used = len;
}

static void
squeeze(Sponge *sponge, uint8_t pad, uint8_t *digest)
{
	memset(sponge->block + sponge->used, 0, RATE_LEN - sponge->used);
	sponge->block[sponge->used] = pad;
	sponge->block[RATE_LEN - 1] |= 0x80;
	absorb(sponge->state, sponge->block);
	for (size_t i = 0; i < STD_DIGEST_LEN / sizeof(uint64_t); i++) {
		uint64_t lane = GUINT64_TO_LE(sponge->state[i]);

		memcpy(digest + i * sizeof(lane), &lane, sizeof(lane));
	}
}

int32_t
keccak_256(const bsn_slice *parts, uint64_t n, uint8_t pad, uint8_t *digest)
{
	Sponge sponge;

	memset(sponge.state, 0, sizeof(sponge.state));
	sponge.used = 0;
	for (uint64_t i = 0; i < n; i++) {
		if (parts[i].data == NULL && parts[i].len > 0)
			return BSN_E_INVALID;
		if (parts[i].len > 0)
			feed(&sponge, parts[i].data, parts[i].len);
	}
	squeeze(&sponge, pad, digest);
	return BSN_OK;
}

static int32_t
keccak256_digest(const bsn_slice *parts, uint64_t n, uint8_t *digest)
{
	if (digest == NULL || (parts == NULL && n > 0))
		return BSN_E_INVALID;
	return keccak_256(parts, n, KECCAK_PAD_ETHEREUM, digest);
}

const bsn_hash std_keccak256 = {
	.size = sizeof(bsn_hash),
	.name = "keccak-256",
	.digest_len = STD_DIGEST_LEN,
	.block_len = RATE_LEN,
	.digest = keccak256_digest,
};
