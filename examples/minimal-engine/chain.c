/* SPDX-License-Identifier: Apache-2.0 */
#include "chain.h"

#include <bsn/helpers/error.h>
#include <stdlib.h>

#define HEAD_LEN (8u + 8u + 8u + HASH_LEN)
#define NAME_MAX_LEN 64u /* of what chain_find looks for */

static void
put64(uint8_t *at, uint64_t n)
{
	for (int i = 7; i >= 0; i--, n >>= 8)
		at[i] = (uint8_t)n;
}

static uint64_t
get64(const uint8_t *at)
{
	uint64_t n = 0;

	for (int i = 0; i < 8; i++)
		n = n << 8 | at[i];
	return n;
}

/* A key of the store, in the caller's memory. */
typedef struct store_key {
	uint8_t bytes[1u + NAME_MAX_LEN];
} store_key;

static bsn_slice
key_of(store_key *key, char letter, bsn_slice name)
{
	key->bytes[0] = (uint8_t)letter;
	if (name.len > 0)
		memcpy(key->bytes + 1, name.data, (size_t)name.len);
	return bsn_slice_of(key->bytes, 1 + name.len);
}

/* ---- reading ------------------------------------------------------------ */

int32_t
chain_find(bsn_ledger *ledger, char letter, bsn_slice name, uint64_t *number,
	   bsn_err *err)
{
	store_key key;
	uint8_t value[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(value, sizeof(value));
	int32_t status;

	if (name.len > NAME_MAX_LEN)
		return bsn_fail(err, BSN_NOT_FOUND, "there is no such name");
	status = host.store->get(ledger->chain, key_of(&key, letter, name),
				 &sink.sink, err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "there is none of that name");
	if (status == BSN_OK && sink.len != sizeof(value))
		return bsn_fail(err, BSN_E_CORRUPT, "a number is damaged");
	if (status == BSN_OK)
		*number = get64(value);
	return status;
}

static int32_t
hash_of(const bsn_ledger *ledger, bsn_slice bytes, uint8_t *hash)
{
	return ledger->sm3->digest(&bytes, 1, hash);
}

int32_t
chain_tx_id(const bsn_ledger *ledger, const note *tx, bsn_id *id)
{
	uint8_t hash[BSN_DIGEST_MAX];
	int32_t status = hash_of(ledger, tx->signed_part, hash);

	*id = bsn_id_of(hash, HASH_LEN);
	return status;
}

int32_t
chain_block(bsn_ledger *ledger, uint64_t number, block *out, bsn_err *err)
{
	store_key key;
	uint8_t name[8];
	bsn_fixed_sink sink = bsn_fixed_sink_of(out->bytes, BLOCK_MAX);
	int32_t status;

	put64(name, number);
	status = host.store->get(ledger->chain,
				 key_of(&key, 'b', bsn_slice_of(name, 8)),
				 &sink.sink, err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, status, "there is no block %llu",
				(unsigned long long)number);
	if (status == BSN_OK && sink.len < BLOCK_HEAD)
		return bsn_fail(err, BSN_E_CORRUPT, "block %llu is damaged",
				(unsigned long long)number);
	if (status != BSN_OK)
		return status;
	out->number = number;
	out->len = sink.len;
	out->previous = bsn_slice_of(out->bytes, HASH_LEN);
	out->time_ms = get64(out->bytes + HASH_LEN);
	out->body = bsn_slice_of(out->bytes + BLOCK_HEAD,
				 sink.len - BLOCK_HEAD);
	return hash_of(ledger, bsn_slice_of(out->bytes, out->len), out->hash);
}

/* ---- writing ------------------------------------------------------------ */

/* The block after `before` (NULL for block 0), as bytes and as head. */
static int32_t
make_block(const bsn_ledger *ledger, const head *before, uint64_t time_ms,
	   bsn_slice body, uint8_t *bytes, head *out)
{
	static const uint8_t none[HASH_LEN];
	uint64_t len = BLOCK_HEAD + body.len;

	out->number = before != NULL ? before->number + 1 : 0;
	out->bytes = (before != NULL ? before->bytes : 0) + len;
	out->time_ms = time_ms;
	memcpy(bytes, before != NULL ? before->hash : none, HASH_LEN);
	put64(bytes + HASH_LEN, time_ms);
	memcpy(bytes + BLOCK_HEAD, body.data, (size_t)body.len);
	return hash_of(ledger, bsn_slice_of(bytes, len), out->hash);
}

static bsn_write
put(bsn_slice key, bsn_slice value)
{
	bsn_write write = { sizeof(write), BSN_WRITE_PUT, key, value };

	return write;
}

/* One batch: the block, its head, and what finds it. `tx` is NULL for block 0.
 * The cookie is the block's number; block 0, whose number asks for no call,
 * can be made from the genesis again. */
static int32_t
store_block(bsn_ledger *ledger, const head *new, bsn_slice bytes,
	    const note *tx, const bsn_id *tx_id, bsn_err *err)
{
	store_key keys[5];
	uint8_t number[8], value[HEAD_LEN];
	bsn_slice n = bsn_slice_of(number, 8);
	bsn_write writes[5];
	uint64_t count = 0;

	put64(number, new->number);
	put64(value, new->number);
	put64(value + 8, new->bytes);
	put64(value + 16, new->time_ms);
	memcpy(value + 24, new->hash, HASH_LEN);
	writes[count++] = put(key_of(&keys[0], 'b', n), bytes);
	writes[count++] = put(key_of(&keys[1], 'h',
				     bsn_slice_of(new->hash, HASH_LEN)), n);
	writes[count++] = put(key_of(&keys[2], 'H', bsn_slice_of(NULL, 0)),
			      bsn_slice_of(value, HEAD_LEN));
	if (tx != NULL) {
		writes[count++] = put(key_of(&keys[3], 'n', tx->key), n);
		writes[count++] = put(
			key_of(&keys[4], 't', bsn_id_slice(tx_id)), n);
	}
	return host.store->commit(ledger->chain, writes, count, new->number,
				  err);
}

/* What is under this key or id already decides. */
static int32_t
judge_new(bsn_ledger *ledger, const note *tx, const bsn_id *tx_id,
	  bsn_err *err)
{
	uint64_t number;
	int32_t status = chain_find(ledger, 't', bsn_id_slice(tx_id), &number,
				    NULL);

	if (status == BSN_OK)
		return bsn_fail(err, BSN_DUPLICATE,
				"the transaction is in block %llu already",
				(unsigned long long)number);
	if (status == BSN_NOT_FOUND)
		status = chain_find(ledger, 'n', tx->key, &number, NULL);
	if (status == BSN_OK)
		return bsn_fail(err, BSN_CONFLICT,
				"the key is taken, by block %llu; a note is "
				"never changed: choose another key",
				(unsigned long long)number);
	return status == BSN_NOT_FOUND ? BSN_OK :
		bsn_fail(err, status, "the keys cannot be read");
}

static uint64_t
next_time(const bsn_ledger *ledger)
{
	uint64_t now = host.clock->wall_ms(ledger->chain);

	return now > ledger->newest.time_ms ? now : ledger->newest.time_ms;
}

int32_t
chain_append(bsn_ledger *ledger, bsn_slice raw, bsn_reply *reply, bsn_err *err)
{
	uint8_t bytes[BLOCK_MAX];
	note tx;
	bsn_id id;
	pending *waiting;
	int32_t status = note_decode(raw, &tx, err);

	if (status == BSN_OK)
		status = chain_tx_id(ledger, &tx, &id);
	if (status == BSN_OK)
		status = judge_new(ledger, &tx, &id, err);
	if (status != BSN_OK)
		return status;
	waiting = calloc(1, sizeof(*waiting));
	if (waiting == NULL)
		return bsn_fail(err, BSN_E_NOMEM, "memory ran out");
	status = make_block(ledger, &ledger->newest, next_time(ledger), raw,
			    bytes, &waiting->head);
	if (status == BSN_OK)
		status = store_block(ledger, &waiting->head,
				     bsn_slice_of(bytes, BLOCK_HEAD + raw.len),
				     &tx, &id, err);
	if (status != BSN_OK) {
		free(waiting);
		return status;
	}
	waiting->reply = reply;
	ledger->newest = waiting->head;
	*ledger->last = waiting;
	ledger->last = &waiting->next;
	return BSN_OK;
}

/* ---- opening ------------------------------------------------------------ */

static int32_t
begin(bsn_ledger *ledger, bsn_slice genesis, bsn_err *err)
{
	uint8_t bytes[BLOCK_MAX];
	int32_t status = make_block(ledger, NULL, get64(genesis.data), genesis,
				    bytes, &ledger->newest);

	if (status != BSN_OK)
		return status;
	return store_block(ledger, &ledger->newest,
			   bsn_slice_of(bytes, BLOCK_HEAD + genesis.len),
			   NULL, NULL, err);
}

int32_t
chain_load(bsn_ledger *ledger, bsn_slice genesis, bsn_err *err)
{
	store_key key;
	uint8_t value[HEAD_LEN];
	bsn_fixed_sink sink = bsn_fixed_sink_of(value, sizeof(value));
	block first;
	int32_t status = host.store->get(
		ledger->chain, key_of(&key, 'H', bsn_slice_of(NULL, 0)),
		&sink.sink, err);

	if (status == BSN_NOT_FOUND) {
		status = begin(ledger, genesis, err);
	} else if (status == BSN_OK && sink.len == HEAD_LEN) {
		ledger->newest.number = get64(value);
		ledger->newest.bytes = get64(value + 8);
		ledger->newest.time_ms = get64(value + 16);
		memcpy(ledger->newest.hash, value + 24, HASH_LEN);
	} else if (status == BSN_OK) {
		status = bsn_fail(err, BSN_E_CORRUPT, "the head is damaged");
	}
	if (status == BSN_OK)
		status = chain_block(ledger, 0, &first, err);
	if (status != BSN_OK)
		return status;
	memcpy(ledger->genesis_hash, first.hash, HASH_LEN);
	ledger->durable = ledger->newest;
	return BSN_OK;
}
