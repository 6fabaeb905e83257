/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of many messages, eight at a time where the machine can. Each of the
 * eight states works through a message of its own; the one whose message has
 * ended takes the next, so that none waits for the longest.
 */
#include "plugins/crypto-std/keccak.h"
#include "plugins/crypto-std/keccak_f.h"
#include "plugins/crypto-std/std.h"

/* What one of the eight states works on. */
typedef struct {
	bsn_slice rest;  /* not absorbed yet */
	uint8_t *digest; /* where to; NULL: on nothing */
	bool padded;     /* the next permutation is the last */
} Column;

typedef struct {
	KeccakEight states;
	Column columns[KECCAK_EIGHT];
	const bsn_slice *messages; /* the next, up to end */
	const bsn_slice *end;
	uint8_t *digests; /* the next message's */
	uint8_t pad;
} Batch;

static void
take_message(Batch *batch, unsigned j)
{
	for (unsigned i = 0; i < KECCAK_LANES; i++)
		batch->states.lane[i][j] = 0;
	batch->columns[j] = (Column){
		.rest = *batch->messages++,
		.digest = batch->digests,
	};
	batch->digests += STD_DIGEST_LEN;
}

static void
absorb_block(Batch *batch, unsigned j, const uint8_t *block)
{
	for (unsigned i = 0; i < KECCAK_RATE_LEN / LANE_LEN; i++)
		batch->states.lane[i][j] ^= keccak_load(block + i * LANE_LEN);
}

static void
absorb_last(Batch *batch, unsigned j)
{
	uint8_t block[KECCAK_RATE_LEN] = { 0 };
	Column *column = &batch->columns[j];

	if (column->rest.len > 0)
		memcpy(block, column->rest.data, column->rest.len);
	block[column->rest.len] = batch->pad;
	block[KECCAK_RATE_LEN - 1] |= KECCAK_PAD_END;
	absorb_block(batch, j, block);
	column->padded = true;
}

/* Gives each state its next block. False when there was none for any. */
static bool
absorb_blocks(Batch *batch)
{
	bool any = false;

	for (unsigned j = 0; j < KECCAK_EIGHT; j++) {
		Column *column = &batch->columns[j];

		if (column->digest == NULL && batch->messages < batch->end)
			take_message(batch, j);
		if (column->digest == NULL)
			continue;
		any = true;
		if (column->rest.len < KECCAK_RATE_LEN) {
			absorb_last(batch, j);
			continue;
		}
		absorb_block(batch, j, column->rest.data);
		column->rest.data += KECCAK_RATE_LEN;
		column->rest.len -= KECCAK_RATE_LEN;
	}
	return any;
}

static void
squeeze_ended(Batch *batch)
{
	for (unsigned j = 0; j < KECCAK_EIGHT; j++) {
		Column *column = &batch->columns[j];

		if (!column->padded)
			continue;
		for (unsigned i = 0; i < STD_DIGEST_LEN / LANE_LEN; i++)
			keccak_store(column->digest + i * LANE_LEN,
				     batch->states.lane[i][j]);
		*column = (Column){ .digest = NULL };
	}
}

static void
digest_by_eight(const bsn_slice *messages, uint64_t n, uint8_t pad,
		uint8_t *digests)
{
	Batch batch = {
		.messages = messages,
		.end = messages + n,
		.digests = digests,
		.pad = pad,
	};

	while (absorb_blocks(&batch)) {
		keccak_f_eight(&batch.states);
		squeeze_ended(&batch);
	}
}

int32_t
keccak_256_many(const bsn_slice *messages, uint64_t n, uint8_t pad,
		uint8_t *digests)
{
	int32_t status = BSN_OK;

	for (uint64_t i = 0; i < n; i++)
		if (messages[i].data == NULL && messages[i].len > 0)
			return BSN_E_INVALID;
	if (n > 1 && keccak_has_eight()) {
		digest_by_eight(messages, n, pad, digests);
		return BSN_OK;
	}
	for (uint64_t i = 0; i < n && status == BSN_OK; i++)
		status = keccak_256(messages + i, 1, pad,
				    digests + i * STD_DIGEST_LEN);
	return status;
}
