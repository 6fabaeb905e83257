/* SPDX-License-Identifier: Apache-2.0
 *
 * One message: padding and the order of bytes (GB/T 32905 section 5).
 */
#include "plugins/crypto-gm/sm3.h"

#include <string.h>

#include "plugins/crypto-gm/sm3_parts.h"

void
sm3_init(Sm3 *sm3)
{
	memcpy(sm3->state, sm3_initial, sizeof(sm3->state));
	sm3->len = 0;
}

/* Completes the block that is begun, or adds all there is to it. */
static size_t
fill_block(Sm3 *sm3, const uint8_t *data, size_t len)
{
	const size_t used = sm3->len % SM3_BLOCK_LEN;
	const size_t room = SM3_BLOCK_LEN - used;
	const size_t take = len < room ? len : room;

	memcpy(sm3->block + used, data, take);
	sm3->len += take;
	if (take == room)
		sm3_blocks(sm3->state, sm3->block, 1);
	return take;
}

void
sm3_update(Sm3 *sm3, const void *data, size_t len)
{
	const uint8_t *from = data;
	size_t whole;

	if (len == 0)
		return;
	if (sm3->len % SM3_BLOCK_LEN > 0) {
		const size_t taken = fill_block(sm3, from, len);

		from += taken;
		len -= taken;
	}
	whole = len / SM3_BLOCK_LEN;
	if (whole > 0) {
		sm3_blocks(sm3->state, from, whole);
		sm3->len += whole * SM3_BLOCK_LEN;
		from += whole * SM3_BLOCK_LEN;
	}
	memcpy(sm3->block, from, len % SM3_BLOCK_LEN);
	sm3->len += len % SM3_BLOCK_LEN;
}

size_t
sm3_pad(uint8_t room[2 * SM3_BLOCK_LEN], size_t used, uint64_t len)
{
	const size_t blocks = used < SM3_BLOCK_LEN - sizeof(len) ? 1 : 2;
	const size_t end = blocks * SM3_BLOCK_LEN - sizeof(len);

	room[used] = 0x80;
	memset(room + used + 1, 0, end - used - 1);
	sm3_store32(room + end, (uint32_t)(len >> 29));
	sm3_store32(room + end + 4, (uint32_t)(len << 3));
	return blocks;
}

void
sm3_final(Sm3 *sm3, uint8_t digest[SM3_LEN])
{
	uint8_t last[2 * SM3_BLOCK_LEN];
	const size_t used = sm3->len % SM3_BLOCK_LEN;

	memcpy(last, sm3->block, used);
	sm3_blocks(sm3->state, last, sm3_pad(last, used, sm3->len));
	for (unsigned i = 0; i < SM3_STATE_WORDS; i++)
		sm3_store32(digest + i * sizeof(uint32_t), sm3->state[i]);
}

void
sm3_digest(const void *data, size_t len, uint8_t digest[SM3_LEN])
{
	Sm3 sm3;

	sm3_init(&sm3);
	sm3_update(&sm3, data, len);
	sm3_final(&sm3, digest);
}
