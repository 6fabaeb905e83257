/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/intake.h"

#include <string.h>

#include "plugins/engine-fisco/access/accounts.h"
#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/ethintake.h"
#include "plugins/engine-fisco/extra.h"
#include "plugins/engine-fisco/precompiled/sysconfig.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"

/* Transactions of one job: enough for a scheme that verifies many at once to
 * gain from it, few enough to spread a small batch. */
#define CHUNK 16u

typedef struct {
	bsn_jobs jobs;
	const Ledger *ledger;
	Intake *items;
	guint64 n;
} Chunks;

/* ---- decoding and verifying -------------------------------------------- */

static int32_t
check_static(const Ledger *ledger, const Tx *tx, bsn_err *err)
{
	const Config *config = ledger_config(ledger);

	if (tx->chain_id != config->chain_id && !tx_is_unprotected(tx))
		return bsn_fail_native(err, BSN_BAD_REQUEST, FISCO_CHAIN_ID,
				       "chainId is %" G_GUINT64_FORMAT
				       ", this chain's is %" G_GUINT64_FORMAT,
				       tx->chain_id, config->chain_id);
	if (tx->group_id != config->group_id && !tx_is_ethereum(tx))
		return bsn_fail_native(err, BSN_BAD_REQUEST, FISCO_GROUP_ID,
				       "groupId is %" G_GUINT64_FORMAT
				       ", this group's is %" G_GUINT64_FORMAT,
				       tx->group_id, config->group_id);
	return tx_is_ethereum(tx) ? ethintake_check(ledger, tx, err)
				  : tx_check_extra(tx, err);
}

/* Of one that is not in the pool. */
static void
read_one(const Ledger *ledger, Intake *item, const guint8 *hash)
{
	const Config *config = ledger_config(ledger);

	item->status = tx_read(&ledger->suite, item->raw, config->tx_bytes_max,
			       &item->tx, &item->err);
	if (item->status != BSN_OK)
		return;
	memcpy(item->tx->hash, hash, HASH_LEN);
	item->status = check_static(ledger, item->tx, &item->err);
}

/* Nobody changes the pool while jobs run. What waits there was read, checked
 * and verified before. */
static gboolean
take_from_pool(const Ledger *ledger, Intake *item, const guint8 *hash)
{
	PoolEntry *entry = pool_find(&ledger->pool, hash);

	if (entry == NULL)
		return FALSE;
	item->tx = tx_ref(entry->tx);
	item->status = BSN_OK;
	return TRUE;
}

static void
fail_all(Intake *items, guint64 n, int32_t status)
{
	for (guint64 i = 0; i < n; i++)
		items[i].status = bsn_fail(&items[i].err, status,
					   "it could not be digested");
}

static void
judge_one(Intake *item, int32_t status)
{
	item->status = status;
	if (status == BSN_BAD_SIGNATURE)
		bsn_fail_native(&item->err, status, FISCO_BAD_SIGNATURE,
				"the transaction's signature does not verify");
	else if (status != BSN_OK)
		bsn_fail(&item->err, status,
			 "the signature could not be verified");
}

static void
verify(const Ledger *ledger, Intake *const *items, guint n)
{
	Tx *txs[CHUNK];
	int32_t results[CHUNK];
	int32_t status;

	for (guint i = 0; i < n; i++)
		txs[i] = items[i]->tx;
	status = tx_digest_signed(&ledger->suite, txs, n);
	if (status == BSN_OK)
		tx_verify(&ledger->suite, txs, n, results);
	for (guint i = 0; i < n; i++)
		judge_one(items[i], status != BSN_OK ? status : results[i]);
}

/* What is too large is refused without work. */
static int32_t
digest_all(const Ledger *ledger, const Intake *items, guint64 n, guint8 *hashes)
{
	const guint64 max = ledger_config(ledger)->tx_bytes_max;
	bsn_slice raws[CHUNK] = { { NULL, 0 } };

	for (guint64 i = 0; i < n; i++)
		raws[i] = items[i].raw.len <= max ? items[i].raw
						  : bsn_slice_of(NULL, 0);
	return suite_digest_each(&ledger->suite, raws, n, hashes);
}

static void
run_items(const Ledger *ledger, Intake *items, guint64 n)
{
	guint8 hashes[CHUNK * HASH_LEN];
	Intake *unverified[CHUNK];
	guint n_unverified = 0;
	const int32_t status = digest_all(ledger, items, n, hashes);

	for (guint64 i = 0; i < n; i++) {
		items[i].err = (bsn_err)BSN_ERR_INIT;
		items[i].tx = NULL;
	}
	if (status != BSN_OK) {
		fail_all(items, n, status);
		return;
	}
	for (guint64 i = 0; i < n; i++) {
		if (take_from_pool(ledger, &items[i], hashes + i * HASH_LEN))
			continue;
		read_one(ledger, &items[i], hashes + i * HASH_LEN);
		if (items[i].status == BSN_OK)
			unverified[n_unverified++] = &items[i];
	}
	if (n_unverified > 0)
		verify(ledger, unverified, n_unverified);
}

static void
run_chunk(bsn_jobs *jobs, uint64_t index)
{
	const Chunks *chunks = (const Chunks *)jobs;
	guint64 begin = index * CHUNK;

	run_items(chunks->ledger, chunks->items + begin,
		  MIN(CHUNK, chunks->n - begin));
}

void
intake_run(Ledger *ledger, Intake *items, guint64 n)
{
	Chunks chunks = { { run_chunk }, ledger, items, n };
	guint64 jobs = (n + CHUNK - 1) / CHUNK;

	if (jobs == 1)
		run_chunk(&chunks.jobs, 0);
	else if (jobs > 1)
		services.parallel->run(ledger->chain, &chunks.jobs, jobs);
	for (guint64 i = 0; i < n; i++)
		if (items[i].status != BSN_OK)
			g_clear_pointer(&items[i].tx, tx_unref);
}

void
intake_clear(Intake *items, guint64 n)
{
	for (guint64 i = 0; i < n; i++)
		g_clear_pointer(&items[i].tx, tx_unref);
}

/* ---- admission --------------------------------------------------------- */

int32_t
intake_block_limit(const Ledger *ledger, const Tx *tx, guint64 block,
		   bsn_err *err)
{
	guint64 range = ledger_config(ledger)->block_limit_range;

	if (tx->block_limit >= block && tx->block_limit - block < range)
		return BSN_OK;
	return bsn_fail_native(err, BSN_EXPIRED, FISCO_BLOCK_LIMIT,
			       "blockLimit is %" G_GUINT64_FORMAT
			       "; it must be from %" G_GUINT64_FORMAT
			       " to %" G_GUINT64_FORMAT " now",
			       tx->block_limit, block, block + range - 1);
}

int32_t
intake_gas(const SysconfigLimits *limits, const Tx *tx, bsn_err *err)
{
	if (tx->gas <= limits->tx_gas)
		return BSN_OK;
	return bsn_fail_native(err, BSN_BAD_REQUEST, FISCO_BLOCK_GAS,
			       "gas is %" G_GUINT64_FORMAT
			       ", this chain allows at most %" G_GUINT64_FORMAT,
			       tx->gas, limits->tx_gas);
}

static int32_t
used_nonce(Ledger *ledger, const Tx *tx, bsn_err *err)
{
	TxPlace place;

	if (place_load(ledger->chain, tx->hash, &place) == BSN_OK)
		return bsn_fail_native(err, BSN_DUPLICATE, FISCO_IN_CHAIN,
				       "the transaction is in block "
				       "%" G_GUINT64_FORMAT " already",
				       place.block);
	return bsn_fail_native(err, BSN_DUPLICATE, FISCO_NONCE,
			       "another transaction of the last "
			       "%" G_GUINT64_FORMAT " blocks has this nonce",
			       ledger_config(ledger)->block_limit_range);
}

static int32_t
check_nonce(Ledger *ledger, const Tx *tx, bsn_err *err)
{
	Nonces *nonces;
	int32_t status;

	if (pool_find(&ledger->pool, tx->hash) != NULL)
		return bsn_fail_native(err, BSN_DUPLICATE, FISCO_KNOWN,
				       "the transaction waits in the pool "
				       "already");
	if (pool_find_nonce(&ledger->pool, tx->nonce) != NULL)
		return bsn_fail_native(err, BSN_DUPLICATE, FISCO_NONCE,
				       "another transaction that waits has "
				       "this nonce");
	status = ledger_nonces(ledger, &nonces);
	if (status != BSN_OK)
		return bsn_fail(err, status, "the nonces cannot be read");
	return nonces_have(nonces, ledger->head.number + 1, tx->nonce)
		       ? used_nonce(ledger, tx, err)
		       : BSN_OK;
}

/* As of the last block; one that is frozen later still fails in its block. */
static int32_t
check_frozen(Overlay *state, const Tx *tx, bsn_err *err)
{
	gboolean frozen;
	int32_t status = account_frozen(state, tx->sender, &frozen);

	if (status != BSN_OK)
		return bsn_fail(err, status, "the accounts cannot be read");
	if (frozen)
		return bsn_fail_native(err, BSN_FROZEN, FISCO_ACCOUNT_FROZEN,
				       "the account is frozen; the chain's "
				       "committee can unfreeze it");
	return BSN_OK;
}

static int32_t
admit_native(Ledger *ledger, Tx *tx, bsn_reply *reply, bsn_err *err)
{
	int32_t status = intake_block_limit(ledger, tx,
					    ledger->head.number + 1, err);

	if (status == BSN_OK)
		status = check_nonce(ledger, tx, err);
	if (status == BSN_OK)
		status = pool_room(&ledger->pool, tx->raw.len, err);
	if (status == BSN_OK)
		pool_add(&ledger->pool, tx, reply);
	return status;
}

static int32_t
admit_ethereum(Ledger *ledger, Tx *tx, bsn_reply *reply, bsn_err *err)
{
	guint64 range = ledger_config(ledger)->block_limit_range;
	guint64 nonce;
	int32_t status = ethintake_admit(ledger, tx, &nonce, err);

	if (status == BSN_OK)
		pool_add_account(&ledger->pool, tx, reply, nonce,
				 ledger->head.number + range);
	return status;
}

int32_t
intake_admit(Ledger *ledger, Overlay *state, Tx *tx, bsn_reply *reply,
	     bsn_err *err)
{
	const SysconfigLimits *limits;
	int32_t status = sysconfig_limits(ledger, &limits);

	if (status != BSN_OK)
		return bsn_fail(err, status, "the chain's limits cannot be "
					     "read");
	status = check_frozen(state, tx, err);
	if (status == BSN_OK)
		status = intake_gas(limits, tx, err);
	if (status != BSN_OK)
		return status;
	return tx_is_ethereum(tx) ? admit_ethereum(ledger, tx, reply, err)
				  : admit_native(ledger, tx, reply, err);
}
