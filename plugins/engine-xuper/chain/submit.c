/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/chain/submit.h"

#include "plugins/engine-xuper/chain/protocol.h"
#include "plugins/engine-xuper/chain/waiting.h"
#include "plugins/engine-xuper/net/net.h"
#include "plugins/kit/cpu.h"

/* Submissions come with a stride of their own: rule 2 of the ABI. */
static const bsn_submission *
item_at(const bsn_submission *items, guint64 index)
{
	return (const bsn_submission *)(const void *)((const char *)items +
						      index * items->size);
}

/* ---- intake: many at once ------------------------------------------------ */

/* A transaction on its way in. */
typedef struct {
	bsn_slice bytes;
	Tx *tx; /* NULL: it is none */
	gint code;
	int32_t status; /* BSN_OK: by the code */
	bsn_err err;
} Item;

/* Transactions of one job of decoding, which take a few microseconds each. */
#define JOB_TXS 16u

typedef struct {
	bsn_jobs jobs;
	const Suite *suite;
	Item *items;
	guint n;
} Decoding;

static void
decode_one(const Suite *suite, Item *item)
{
	item->tx = tx_decode(suite, item->bytes, FALSE, &item->status,
			     &item->err);
	if (item->tx != NULL)
		item->code = XUPER_OK;
	else
		item->code = item->err.native == XUPER_TXID ? XUPER_TXID :
							      XUPER_FORMAT;
}

static void
decode(bsn_jobs *jobs, uint64_t index)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	const Decoding *decoding = (Decoding *)jobs;
	const guint from = (guint)index * JOB_TXS;

	for (guint i = from; i < MIN(from + JOB_TXS, decoding->n); i++)
		decode_one(decoding->suite, &decoding->items[i]);
}

static void
decode_all(bsn_ledger *ledger, Item *items, guint n)
{
	Decoding decoding = { { decode }, &ledger->suite, items, n };

	services.parallel->run(ledger->chain, &decoding.jobs,
			       (n + JOB_TXS - 1) / JOB_TXS);
}

/* Runs a step of judging on those that are good so far. */
static void
judge(bsn_ledger *ledger, Item *items, guint n, gboolean into_pool)
{
	g_autofree Tx **txs = g_new(Tx *, n);
	g_autofree Item **good = g_new(Item *, n);
	g_autofree gint *codes = g_new0(gint, n);
	g_autofree bsn_err *errs = g_new0(bsn_err, n);
	guint n_good = 0;

	for (guint i = 0; i < n; i++) {
		if (items[i].tx == NULL || items[i].code != XUPER_OK ||
		    items[i].status != BSN_OK)
			continue;
		errs[n_good].size = sizeof(bsn_err);
		good[n_good] = &items[i];
		txs[n_good++] = items[i].tx;
	}
	if (n_good == 0)
		return;
	if (into_pool)
		pool_add(ledger->pool, txs, n_good, codes, errs);
	else
		verify_static(&ledger->verifier, txs, n_good, codes, errs);
	for (guint i = 0; i < n_good; i++) {
		good[i]->code = codes[i];
		good[i]->err = errs[i];
	}
}

/* What a client is told of one that was not taken; a code has its sentence also
 * where nobody has written a longer one. */
static void
settle(const bsn_ledger *ledger, Item *item)
{
	if (item->code == POOL_FULL_CODE)
		item->status = bsn_fail(&item->err, BSN_BUSY,
					"too many transactions wait: try "
					"again later");
	else if (item->status == BSN_OK)
		item->status = item->code < 0 ? item->code
					      : waiting_status(ledger, item->tx,
							       item->code);
	item->err.native = MAX(item->code, 0);
	if (item->status != BSN_OK && item->err.reason[0] == '\0')
		bsn_fail(&item->err, item->status, "%s",
			 code_text(item->code));
}

static gboolean
is_known(const bsn_ledger *ledger, const Tx *tx)
{
	LedgerPlace place;

	return pool_find(ledger->pool, tx->id) != NULL ||
	       ledger_place(ledger->ledger, NULL, tx->id, &place, NULL,
			    NULL) == BSN_OK;
}

/* Of those that wait, or are in a block that has come faster, no signature is
 * verified again. */
static void
find_known(const bsn_ledger *ledger, Item *items, guint n)
{
	for (guint i = 0; i < n; i++)
		if (items[i].tx != NULL && is_known(ledger, items[i].tx))
			items[i].code = XUPER_DUPLICATE;
}

static Item *
intake(bsn_ledger *ledger, Item *items, guint n)
{
	for (guint i = 0; i < n; i++)
		items[i].err.size = sizeof(bsn_err);
	decode_all(ledger, items, n);
	find_known(ledger, items, n);
	judge(ledger, items, n, FALSE);
	judge(ledger, items, n, TRUE);
	for (guint i = 0; i < n; i++)
		settle(ledger, &items[i]);
	return items;
}

static void
items_free(Item *items, guint n)
{
	for (guint i = 0; i < n; i++)
		tx_unref(items[i].tx);
	g_free(items);
}

/* Those that are new here go on to others, and into blocks. */
static guint
pass_on(bsn_ledger *ledger, const Item *items, guint n)
{
	g_autofree Tx **fresh = g_new(Tx *, n);
	guint count = 0;

	for (guint i = 0; i < n; i++)
		if (items[i].status == BSN_OK)
			fresh[count++] = items[i].tx;
	if (count > 0)
		net_forward(ledger, fresh, count);
	return count;
}

/* ---- from clients -------------------------------------------------------- */

static int32_t
judge_door(const bsn_ledger *ledger, bsn_err *err)
{
	const int32_t status = services.store->writable(ledger->chain, err);

	if (status != BSN_OK)
		return status;
	if (ledger->stopped != NULL)
		return bsn_fail(err, BSN_UNAVAILABLE, "the chain stands: %s",
				ledger->stopped);
	/* It could pass it on to nobody. */
	if (!chain_has_self(ledger))
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node is none of the chain's, or not any "
				"more: submit to one that is");
	return BSN_OK;
}

static void
answer_accepted(bsn_reply *reply, const Tx *tx)
{
	const bsn_tx_result result = {
		.size = sizeof(result),
		.stage = BSN_TX_ACCEPTED,
		.status = BSN_OK,
		.native = XUPER_OK,
		.tx_id = bsn_id_of(tx->id, HASH_LEN),
	};

	services.reply->tx(reply, &result);
}

/* One that waits, or is in a block that is not final, has come from another
 * node: the first client that submits it here waits for it. */
static gboolean
may_join(const bsn_ledger *ledger, const Item *item)
{
	LedgerPlace place;

	if (item->code != XUPER_DUPLICATE || waiting_has(ledger, item->tx->id))
		return FALSE;
	if (pool_find(ledger->pool, item->tx->id) != NULL)
		return TRUE;
	return ledger_place(ledger->ledger, NULL, item->tx->id, &place, NULL,
			    NULL) == BSN_OK &&
	       !place.final;
}

static void
answer(bsn_ledger *ledger, const Item *item, bsn_reply *reply)
{
	const gboolean taken = item->status == BSN_OK || may_join(ledger, item);

	if (taken) {
		waiting_add(ledger, item->tx->id, reply);
		answer_accepted(reply, item->tx);
	} else {
		services.reply->fail(reply, item->status, &item->err);
	}
}

int32_t
submit_batch(bsn_ledger *ledger, const bsn_submission *items, uint64_t count,
	     bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	const guint n = (guint)count;
	const int32_t status = judge_door(ledger, err);
	guint fresh;
	Item *list;

	if (status != BSN_OK || count == 0)
		return status;
	if (count > POOL_TXS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"a batch has at most %u transactions",
				POOL_TXS_MAX);
	list = g_new0(Item, n);
	for (guint i = 0; i < n; i++)
		list[i].bytes = item_at(items, i)->tx;
	intake(ledger, list, n);
	for (guint i = 0; i < n; i++)
		answer(ledger, &list[i], item_at(items, i)->reply);
	fresh = pass_on(ledger, list, n);
	items_free(list, n);
	if (fresh > 0)
		protocol_pending(ledger);
	return BSN_OK;
}

int32_t
submit_one(bsn_ledger *ledger, bsn_slice bytes, guint8 txid[HASH_LEN],
	   bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	int32_t status = judge_door(ledger, err);
	Item *item;

	if (status != BSN_OK)
		return status;
	item = g_new0(Item, 1);
	item->bytes = bytes;
	intake(ledger, item, 1);
	status = item->status;
	if (item->tx != NULL)
		memcpy(txid, item->tx->id, HASH_LEN);
	if (item->code == XUPER_DUPLICATE &&
	    pool_find(ledger->pool, item->tx->id) != NULL)
		status = BSN_OK;
	else if (status != BSN_OK && err != NULL)
		*err = item->err;
	if (pass_on(ledger, item, 1) > 0)
		protocol_pending(ledger);
	items_free(item, 1);
	return status;
}

/* ---- from other nodes ---------------------------------------------------- */

/* Bytes that no node would have taken at its door. */
static gboolean
is_forged(const Item *item)
{
	return item->tx == NULL || item->code == XUPER_FORMAT ||
	       item->code == XUPER_TXID || item->code == XUPER_SIGNATURE;
}

int32_t
submit_forwarded(bsn_ledger *ledger, const bsn_slice *txs, guint n,
		 guint *refused, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	int32_t status = BSN_OK;
	gboolean any = FALSE;
	Item *items;

	*refused = 0;
	if (n == 0)
		return BSN_OK;
	items = g_new0(Item, n);
	for (guint i = 0; i < n; i++)
		items[i].bytes = txs[i];
	intake(ledger, items, n);
	for (guint i = 0; i < n; i++) {
		any |= items[i].status == BSN_OK;
		if (items[i].tx != NULL && items[i].status != BSN_OK)
			pool_early(ledger->pool, items[i].tx, items[i].code);
		*refused += items[i].status != BSN_OK &&
			    items[i].code != XUPER_DUPLICATE;
		if (status == BSN_OK && is_forged(&items[i]))
			status = bsn_fail(err, items[i].status, "%s",
					  items[i].err.reason);
	}
	items_free(items, n);
	if (any)
		protocol_pending(ledger);
	return status;
}

/* ---- what leaves the pool ------------------------------------------------- */

void
submit_pool_left(PoolOwner *owner, Tx *tx, gint why, gint code,
		 const bsn_err *err)
{
	bsn_ledger *ledger = (bsn_ledger *)((char *)owner -
					    offsetof(bsn_ledger, pool_owner));
	bsn_reply *reply;

	/* Who waits for one that is in a block waits until that is final. */
	if (why != POOL_REFUSED)
		return;
	reply = waiting_take(ledger, tx->id);
	if (reply != NULL)
		waiting_refuse(ledger, reply, tx, code, err);
}
