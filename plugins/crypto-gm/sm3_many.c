/* SPDX-License-Identifier: Apache-2.0
 *
 * Digests of many messages, as many side by side as the path has lanes. Each
 * lane works through a message of its own; the one whose message has ended
 * takes the next, so that none waits for the longest.
 */
#include "plugins/crypto-gm/sm3_parts.h"

/* What a lane works on. Its message comes in up to three runs of blocks: the
 * one that was begun before, those that lie in the message, the last ones with
 * the padding. */
typedef struct {
	const uint8_t *rest; /* of the message, not in a run yet */
	size_t rest_len;
	uint64_t len;	 /* of all, with what was begun before */
	size_t begun;	 /* bytes in room that make no block yet */
	uint8_t *digest; /* where to; NULL: on nothing */
	bool padded;	 /* the run is the last */
	uint8_t room[2 * SM3_BLOCK_LEN];
} Lane;

typedef struct {
	Sm3Lanes states;
	const uint8_t *next[SM3_LANES_MAX]; /* block of the run */
	size_t blocks[SM3_LANES_MAX];	    /* of the run; 0: it has ended */
	Lane lane[SM3_LANES_MAX];
	unsigned busy; /* lanes with a message */
	const Sm3Side *side;
	const Sm3 *const *begins;  /* the next message's, or NULL */
	const bsn_slice *messages; /* the next, up to end */
	const bsn_slice *end;
	uint8_t *digests; /* the next message's */
} Batch;

static void
set_state(Batch *batch, unsigned j, const uint32_t *state)
{
	for (unsigned i = 0; i < SM3_STATE_WORDS; i++)
		batch->states.word[i][j] = state[i];
}

static void
get_state(const Batch *batch, unsigned j, uint32_t *state)
{
	for (unsigned i = 0; i < SM3_STATE_WORDS; i++)
		state[i] = batch->states.word[i][j];
}

static void
take_message(Batch *batch, unsigned j)
{
	Lane *lane = &batch->lane[j];
	const bsn_slice *message = batch->messages++;
	const Sm3 *begin = batch->begins != NULL ? *batch->begins++ : NULL;

	lane->rest = message->data;
	lane->rest_len = message->len;
	lane->len = message->len;
	lane->begun = 0;
	lane->padded = false;
	lane->digest = batch->digests;
	batch->digests += SM3_LEN;
	set_state(batch, j, begin != NULL ? begin->state : sm3_initial);
	if (begin == NULL)
		return;
	lane->len += begin->len;
	lane->begun = begin->len % SM3_BLOCK_LEN;
	memcpy(lane->room, begin->block, lane->begun);
}

/* From the rest of the message to what is in room. */
static void
fill_room(Lane *lane, size_t take)
{
	if (take == 0)
		return;
	memcpy(lane->room + lane->begun, lane->rest, take);
	lane->begun += take;
	lane->rest += take;
	lane->rest_len -= take;
}

static size_t
next_run(Lane *lane, const uint8_t **next)
{
	const uint8_t *rest = lane->rest;
	const size_t blocks = lane->rest_len / SM3_BLOCK_LEN;

	*next = lane->room;
	if (lane->begun + lane->rest_len < SM3_BLOCK_LEN) {
		fill_room(lane, lane->rest_len);
		lane->padded = true;
		return sm3_pad(lane->room, lane->begun, lane->len);
	}
	if (lane->begun > 0) {
		fill_room(lane, SM3_BLOCK_LEN - lane->begun);
		lane->begun = 0;
		return 1;
	}
	*next = rest;
	lane->rest += blocks * SM3_BLOCK_LEN;
	lane->rest_len -= blocks * SM3_BLOCK_LEN;
	return blocks;
}

static inline void
write_digest(uint8_t *digest, const uint32_t *state)
{
	for (unsigned i = 0; i < SM3_STATE_WORDS; i++)
		sm3_store32(digest + i * sizeof(uint32_t), state[i]);
}

/* After a run. */
static void
feed_lane(Batch *batch, unsigned j)
{
	Lane *lane = &batch->lane[j];

	if (lane->padded) {
		uint32_t state[SM3_STATE_WORDS];

		get_state(batch, j, state);
		write_digest(lane->digest, state);
		lane->digest = NULL;
	}
	if (lane->digest == NULL) {
		if (batch->messages == batch->end) {
			lane->padded = false;
			batch->busy--;
			return;
		}
		take_message(batch, j);
	}
	batch->blocks[j] = next_run(lane, &batch->next[j]);
}

/* The blocks up to where the first run ends. */
static size_t
shortest_run(const Batch *batch)
{
	size_t blocks = SIZE_MAX;

	for (unsigned j = 0; j < batch->side->lanes; j++)
		if (batch->lane[j].digest != NULL && batch->blocks[j] < blocks)
			blocks = batch->blocks[j];
	return blocks;
}

/* Some lane that has a message. */
static unsigned
busy_lane(const Batch *batch)
{
	unsigned j = 0;

	while (batch->lane[j].digest == NULL)
		j++;
	return j;
}

/* A lane without a message reads along with one that has, for nothing. */
static void
advance(Batch *batch, size_t blocks)
{
	const uint8_t *data[SM3_LANES_MAX];
	const uint8_t *other = batch->next[busy_lane(batch)];

	for (unsigned j = 0; j < batch->side->lanes; j++) {
		data[j] = other;
		if (batch->lane[j].digest == NULL)
			continue;
		data[j] = batch->next[j];
		batch->next[j] += blocks * SM3_BLOCK_LEN;
		batch->blocks[j] -= blocks;
	}
	batch->side->blocks(&batch->states, data, blocks);
}

/* The rest of a lane's message, by itself. */
static void
finish_lane(Batch *batch, unsigned j)
{
	Lane *lane = &batch->lane[j];
	uint32_t state[SM3_STATE_WORDS];

	get_state(batch, j, state);
	sm3_blocks(state, batch->next[j], batch->blocks[j]);
	while (!lane->padded) {
		const uint8_t *next;
		const size_t blocks = next_run(lane, &next);

		sm3_blocks(state, next, blocks);
	}
	write_digest(lane->digest, state);
}

static void
digest_side_by_side(Batch *batch)
{
	for (unsigned j = 0; j < batch->side->lanes; j++)
		feed_lane(batch, j);
	while (batch->busy > batch->side->too_few) {
		advance(batch, shortest_run(batch));
		for (unsigned j = 0; j < batch->side->lanes; j++)
			if (batch->lane[j].digest != NULL &&
			    batch->blocks[j] == 0)
				feed_lane(batch, j);
	}
	for (unsigned j = 0; j < batch->side->lanes; j++)
		if (batch->lane[j].digest != NULL)
			finish_lane(batch, j);
}

static void
digest_one(const Sm3 *begin, bsn_slice message, uint8_t *digest)
{
	Sm3 sm3;

	if (begin != NULL)
		sm3 = *begin;
	else
		sm3_init(&sm3);
	sm3_update(&sm3, message.data, message.len);
	sm3_final(&sm3, digest);
}

static void
digest_one_by_one(const Sm3 *const *begins, const bsn_slice *messages,
		  uint64_t n, uint8_t *digests)
{
	for (uint64_t i = 0; i < n; i++)
		digest_one(begins != NULL ? begins[i] : NULL, messages[i],
			   digests + i * SM3_LEN);
}

void
sm3_digest_many(const Sm3 *const *begins, const bsn_slice *messages, uint64_t n,
		uint8_t *digests)
{
	const Sm3Side *few = &sm3_path->few;
	Batch batch;

	if (few->lanes == 0 || n <= few->too_few) {
		digest_one_by_one(begins, messages, n, digests);
		return;
	}
	batch.side = n <= few->lanes ? few : &sm3_path->many;
	batch.busy = batch.side->lanes;
	for (unsigned j = 0; j < batch.busy; j++) {
		batch.lane[j].digest = NULL;
		batch.lane[j].padded = false;
	}
	batch.begins = begins;
	batch.messages = messages;
	batch.end = messages + n;
	batch.digests = digests;
	digest_side_by_side(&batch);
}
