/* SPDX-License-Identifier: Apache-2.0
 *
 * Many signatures at once. What is judged item by item in sm2_verify.c is done
 * here step by step for all of a batch: the keys sorted, so that each is looked
 * up, read and digested once; messages digested side by side, and points added
 * side by side. The verdicts are the same.
 */
#include "plugins/crypto-gm/sm2_verify.h"

#include <stdlib.h>
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/crypto-gm/sm2_curve.h"
#include "plugins/crypto-gm/sm2_digest.h"
#include "plugins/crypto-gm/sm2_keys.h"
#include "plugins/crypto-gm/sm2_numbers.h"

/* Items at a time. */
#define BATCH 128u

/* A key of the batch, its jobs next to each other. */
typedef struct {
	Sm2Key *known; /* or NULL, then the point */
	Affine point;
	int valid;
	int begun; /* whether there is `begin` */
	Sm3 begin; /* which has taken in Z_A for the default user id */
} BatchKey;

/* An item that is not judged yet. */
typedef struct {
	const bsn_verify_item *item;
	int32_t *result;
	BatchKey *key;
	Numbers numbers;
	Sm3 own; /* as begin, of an own user id */
} Job;

typedef struct {
	Job jobs[BATCH];
	Job *order[BATCH]; /* by key */
	unsigned n;
	BatchKey keys[BATCH];
	unsigned n_keys;
	/* Of order[i]: what it is a digest of, and the digest. */
	const Sm3 *begins[BATCH];
	bsn_slice messages[BATCH];
	uint8_t hashed[BATCH][SM3_LEN];
	uint8_t digests[BATCH][SM3_LEN];
} Batch;

/* ---- keys ---------------------------------------------------------------- */

static int
by_key(const void *a, const void *b)
{
	const Job *const *x = a, *const *y = b;

	return memcmp((*x)->item->public_key.data, (*y)->item->public_key.data,
		      SM2_POINT_LEN);
}

/* Looks up a key that n jobs have. */
static void
key_open(BatchKey *key, const uint8_t *public_key, unsigned n)
{
	key->begun = 0;
	key->valid = 1;
	key->known = sm2_key_find(public_key);
	if (key->known != NULL)
		return;
	key->valid = sm2_point_read(&key->point, public_key);
	if (!key->valid)
		return;
	for (unsigned i = 0; i < n; i++)
		sm2_key_met(public_key, &key->point);
	if (n >= SM2_KEYS_WORTH)
		key->known = sm2_key_find(public_key);
}

static void
keys_open(Batch *batch)
{
	unsigned end;

	qsort(batch->order, batch->n, sizeof(batch->order[0]), by_key);
	for (unsigned i = 0; i < batch->n; i = end) {
		BatchKey *key = &batch->keys[batch->n_keys++];

		end = i + 1;
		while (end < batch->n &&
		       by_key(&batch->order[i], &batch->order[end]) == 0)
			end++;
		key_open(key, batch->order[i]->item->public_key.data, end - i);
		for (unsigned j = i; j < end; j++)
			batch->order[j]->key = key;
	}
}

static void
keys_close(Batch *batch)
{
	for (unsigned i = 0; i < batch->n_keys; i++)
		if (batch->keys[i].known != NULL)
			sm2_key_release(batch->keys[i].known);
}

/* ---- digests ------------------------------------------------------------- */

static void
begin_with(Sm3 *begin, const uint8_t *identity)
{
	sm3_init(begin);
	sm3_update(begin, identity, SM3_LEN);
}

/* What has taken in Z_A. */
static const Sm3 *
begin_of(Job *job)
{
	const bsn_verify_item *item = job->item;
	int is_default = sm2_is_default_id(item->user_id);
	uint8_t identity[SM3_LEN];
	BatchKey *key = job->key;

	if (is_default && key->begun)
		return &key->begin;
	if (is_default && key->known != NULL)
		memcpy(identity, sm2_key_identity(key->known), SM3_LEN);
	else
		(void)sm2_identity(item->public_key.data, item->user_id,
				   identity);
	begin_with(is_default ? &key->begin : &job->own, identity);
	key->begun |= is_default;
	return is_default ? &key->begin : &job->own;
}

/* Digests what is a message to be hashed first, to hashed. */
static void
prehash(Batch *batch)
{
	unsigned of[BATCH], n = 0;

	for (unsigned i = 0; i < batch->n; i++) {
		const bsn_verify_item *item = batch->order[i]->item;

		if (item->convention != BSN_SIGN_PREHASHED)
			continue;
		batch->messages[n] = item->message;
		of[n++] = i;
	}
	if (n == 0)
		return;
	sm3_digest_many(NULL, batch->messages, n, batch->digests[0]);
	for (unsigned i = 0; i < n; i++)
		memcpy(batch->hashed[of[i]], batch->digests[i], SM3_LEN);
}

/* e of all jobs, to digests. */
static void
digest(Batch *batch)
{
	prehash(batch);
	for (unsigned i = 0; i < batch->n; i++) {
		const bsn_verify_item *item = batch->order[i]->item;

		batch->messages[i] =
			item->convention == BSN_SIGN_PREHASHED
				? bsn_slice_of(batch->hashed[i], SM3_LEN)
				: item->message;
		batch->begins[i] = item->convention == BSN_SIGN_DIGEST
					   ? NULL
					   : begin_of(batch->order[i]);
	}
	sm3_digest_many(batch->begins, batch->messages, batch->n,
			batch->digests[0]);
	/* What is a digest already has been digested for nothing. */
	for (unsigned i = 0; i < batch->n; i++) {
		const bsn_verify_item *item = batch->order[i]->item;

		if (item->convention == BSN_SIGN_DIGEST)
			memcpy(batch->digests[i], item->message.data, SM3_LEN);
	}
}

/* ---- sums ---------------------------------------------------------------- */

/* n <= LANES jobs, by their places in order, all of keys with a table or all
 * of keys without. */
static void
judge(Batch *batch, const unsigned *places, unsigned n)
{
	Jacobian results[LANES];
	LaneSum sums[LANES] = { 0 };
	int tables = 0;

	for (unsigned i = 0; i < n; i++) {
		const Job *job = batch->order[places[i]];

		tables = job->key->known != NULL;
		sums[i] = (LaneSum){ &job->numbers.s, &job->numbers.t,
				     tables ? sm2_key_table(job->key->known)
					    : &job->key->point };
	}
	sm2_sums(results, sums, n, tables);
	for (unsigned i = 0; i < n; i++) {
		const Job *job = batch->order[places[i]];

		*job->result =
			numbers_hold(&job->numbers, batch->digests[places[i]],
				     &results[i])
				? BSN_OK
				: BSN_BAD_SIGNATURE;
	}
}

static void
judge_all(Batch *batch, int known)
{
	unsigned places[LANES], n = 0;

	for (unsigned i = 0; i < batch->n; i++) {
		const BatchKey *key = batch->order[i]->key;

		if (!key->valid || (key->known != NULL) != known)
			continue;
		places[n++] = i;
		if (n == LANES) {
			judge(batch, places, n);
			n = 0;
		}
	}
	if (n > 0)
		judge(batch, places, n);
}

/* Items come with a stride of their own: rule 2 of the ABI. */
static const bsn_verify_item *
item_at(const bsn_verify_item *items, uint64_t i)
{
	return (const bsn_verify_item *)(const void *)((const char *)items +
						       i * items->size);
}

/* Judges an item, or makes a job of it. */
static void
take(Batch *batch, const bsn_verify_item *item, int32_t *result)
{
	Job *job = &batch->jobs[batch->n];

	*result = sm2_item_check(item);
	if (*result != BSN_OK)
		return;
	/* Until it is found to hold. */
	*result = BSN_BAD_SIGNATURE;
	if (!numbers_read(&job->numbers, item->signature.data))
		return;
	job->item = item;
	job->result = result;
	batch->order[batch->n++] = job;
}

static void
verify_batch(Batch *batch, const bsn_verify_item *items, unsigned n,
	     int32_t *results)
{
	batch->n = 0;
	batch->n_keys = 0;
	for (unsigned i = 0; i < n; i++)
		take(batch, item_at(items, i), &results[i]);
	if (batch->n == 0)
		return;
	keys_open(batch);
	digest(batch);
	judge_all(batch, 1);
	judge_all(batch, 0);
	keys_close(batch);
}

int32_t
sm2_verify_many(const bsn_verify_item *items, uint64_t n, int32_t *results)
{
	Batch *batch;

	if ((items == NULL || results == NULL) && n > 0)
		return BSN_E_INVALID;
	if (n == 0)
		return BSN_OK;
	batch = malloc(sizeof(*batch));
	if (batch == NULL)
		return BSN_E_NOMEM;
	for (uint64_t i = 0; i < n; i += BATCH) {
		unsigned now = n - i < BATCH ? (unsigned)(n - i) : BATCH;

		verify_batch(batch, item_at(items, i), now, results + i);
	}
	free(batch);
	return BSN_OK;
}
