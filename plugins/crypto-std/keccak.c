/* SPDX-License-Identifier: Apache-2.0
 *
 * The sponge Keccak[512] ("The Keccak reference", 3.0; FIPS 202 section 4).
 * Input goes straight into the state: a short message, which most are, is
 * copied nowhere.
 */
#include "plugins/crypto-std/keccak.h"

#include "plugins/crypto-std/keccak_f.h"
#include "plugins/crypto-std/std.h"

#define PLANE_LANES 5

typedef struct {
	KeccakState state;
	size_t used; /* bytes absorbed since the last permutation */
} Sponge;

/* Plane by plane: of one long memset compilers make a "rep stos", whose start
 * alone takes longer than all of these. */
static inline void
start(Sponge *sponge)
{
	for (size_t i = 0; i < KECCAK_LANES; i += PLANE_LANES)
		memset(sponge->state.lane + i, 0, PLANE_LANES * LANE_LEN);
	sponge->used = 0;
}

static inline void
absorb_byte(Sponge *sponge, size_t at, uint8_t byte)
{
	sponge->state.lane[at / LANE_LEN] ^= (uint64_t)byte
					     << at % LANE_LEN * 8;
}

/* No further than to the end of the block. */
static inline void
absorb(Sponge *sponge, const uint8_t *data, size_t len)
{
	size_t at = sponge->used;
	const size_t end = at + len;

	for (; at < end && at % LANE_LEN > 0; at++)
		absorb_byte(sponge, at, *data++);
	for (; end - at >= LANE_LEN; at += LANE_LEN, data += LANE_LEN)
		sponge->state.lane[at / LANE_LEN] ^= keccak_load(data);
	for (; at < end; at++)
		absorb_byte(sponge, at, *data++);
	sponge->used = end;
}

static void
feed(Sponge *sponge, const uint8_t *data, uint64_t len)
{
	while (len > 0) {
		size_t take = MIN(len, KECCAK_RATE_LEN - sponge->used);

		absorb(sponge, data, take);
		data += take;
		len -= take;
		if (sponge->used < KECCAK_RATE_LEN)
			return;
		keccak_f(&sponge->state);
		sponge->used = 0;
	}
}

static void
squeeze(Sponge *sponge, uint8_t pad, uint8_t *digest)
{
	absorb_byte(sponge, sponge->used, pad);
	absorb_byte(sponge, KECCAK_RATE_LEN - 1, KECCAK_PAD_END);
	keccak_f(&sponge->state);
	for (size_t i = 0; i < STD_DIGEST_LEN / LANE_LEN; i++)
		keccak_store(digest + i * LANE_LEN, sponge->state.lane[i]);
}

int32_t
keccak_256(const bsn_slice *parts, uint64_t n, uint8_t pad, uint8_t *digest)
{
	Sponge sponge;

	start(&sponge);
	for (uint64_t i = 0; i < n; i++) {
		if (parts[i].data == NULL && parts[i].len > 0)
			return BSN_E_INVALID;
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

static int32_t
keccak256_digest_many(const bsn_slice *messages, uint64_t n, uint8_t *digests)
{
	if (n > 0 && (digests == NULL || messages == NULL))
		return BSN_E_INVALID;
	return keccak_256_many(messages, n, KECCAK_PAD_ETHEREUM, digests);
}

const bsn_hash std_keccak256 = {
	.size = sizeof(bsn_hash),
	.name = "keccak-256",
	.digest_len = STD_DIGEST_LEN,
	.block_len = KECCAK_RATE_LEN,
	.digest = keccak256_digest,
	.digest_many = keccak256_digest_many,
};
