/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/submit.h"

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/engine-fabric/net/net.h"
#include "plugins/engine-fabric/order/admit.h"
#include "plugins/engine-fabric/order/commit.h"
#include "plugins/engine-fabric/order/intake.h"
#include "plugins/kit/cpu.h"
#include "plugins/kit/sink.h"

#define MS_PER_S 1000u

/* Submissions come with a stride of their own: rule 2 of the ABI. */
static const bsn_submission *
item_at(const bsn_submission *items, guint64 index)
{
	return (const bsn_submission *)(const void *)((const char *)items +
						      index * items->size);
}

/* ---- into the pool ------------------------------------------------------- */

static void
answer_accepted(bsn_reply *reply, const char *tx_id)
{
	bsn_tx_result result = {
		.size = sizeof(result),
		.stage = BSN_TX_ACCEPTED,
		.status = BSN_OK,
		.native = PROTOS__TX_VALIDATION_CODE__NOT_VALIDATED,
		.tx_id = signed_id_bytes(tx_id),
	};

	if (reply != NULL)
		services.reply->tx(reply, &result);
}

static char *
key_of(const Channel *channel, const BlockTx *tx)
{
	char key[POOL_KEY_SIZE];

	if (!tx_is_update(tx))
		return g_strdup(tx->opened.channel->tx_id);
	pool_update_key(&channel->suite,
			message_slice(tx->opened.envelope->payload),
			message_slice(tx->opened.envelope->signature), key);
	return g_strdup(key);
}

/* What is ordered of an update: the CONFIG that it leads to from the present
 * one. */
static int32_t
make_config(Channel *channel, PoolEntry *entry, bsn_err *err)
{
	g_autoptr(GByteArray) made = g_byte_array_new();
	const int32_t status = config_from_update(
		channel, bytes_slice(entry->given), made, err);

	if (status != BSN_OK)
		return status;
	if (made->len > channel->config->absolute_max_bytes)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the config has %u bytes; this channel takes "
				"%u",
				made->len, channel->config->absolute_max_bytes);
	g_clear_pointer(&entry->envelope, g_bytes_unref);
	entry->envelope = g_byte_array_free_to_bytes(g_steal_pointer(&made));
	return BSN_OK;
}

static int32_t
fill_entry(Channel *channel, const Admission *item, PoolEntry *entry,
	   bsn_err *err)
{
	const BlockTx *tx = item->tx;

	entry->given = g_bytes_new(tx->envelope.data, tx->envelope.len);
	entry->not_after_s = item->who->not_after_s;
	entry->arrived_ms = services_mono_ms(channel->chain);
	entry->is_config = tx_is_update(tx);
	if (entry->is_config)
		return make_config(channel, entry, err);
	entry->envelope = g_bytes_ref(entry->given);
	return admit_is_new(channel, entry->tx_id, err);
}

static void
entry_abandon(PoolEntry *entry)
{
	g_free(entry->key);
	g_free(entry->tx_id);
	g_clear_pointer(&entry->given, g_bytes_unref);
	g_clear_pointer(&entry->envelope, g_bytes_unref);
	g_free(entry);
}

/* Takes the key. */
static int32_t
enter(Channel *channel, const Admission *item, char *key, PoolEntry **entered,
      bsn_err *err)
{
	Pool *pool = &channel->order->pool;
	PoolEntry *entry = g_new0(PoolEntry, 1);
	const char *tx_id = item->tx->opened.channel->tx_id;
	int32_t status;

	entry->key = key;
	/* An update's id is the client's to choose, or to leave out. */
	entry->tx_id = g_strdup(*tx_id != '\0' ? tx_id : key + 1);
	status = pool_has_room(pool, item->tx->envelope.len)
			 ? fill_entry(channel, item, entry, err)
			 : bsn_fail(err, BSN_BUSY,
				    "too many transactions wait: try again "
				    "later");
	if (status != BSN_OK) {
		entry_abandon(entry);
		return status;
	}
	pool_add(pool, entry);
	*entered = entry;
	return BSN_OK;
}

/* One that another node has passed on: the first client that submits it here
 * waits for it as if it had come first. */
static int32_t
meet(PoolEntry *entry, const Admission *item, gboolean forwarded, bsn_err *err)
{
	const gboolean same =
		bsn_slice_equal(bytes_slice(entry->given), item->tx->envelope);

	if (same && forwarded)
		return BSN_OK;
	if (same && entry->received) {
		entry->received = FALSE;
		return BSN_OK;
	}
	return bsn_fail_native(err, BSN_DUPLICATE,
			       PROTOS__TX_VALIDATION_CODE__DUPLICATE_TXID,
			       "%s transaction %s waits already",
			       same ? "the" : "another", entry->tx_id);
}

/* Returns: BSN_OK: it waits, `entered` is it; *fresh: it did not before.
 * In: forwarded: nobody here waits for it. */
static int32_t
admit(Channel *channel, Admission *item, gboolean forwarded,
      PoolEntry **entered, gboolean *fresh)
{
	char *key;

	*fresh = FALSE;
	if (item->status != BSN_OK)
		return item->status;
	key = key_of(channel, item->tx);
	*entered = pool_find(&channel->order->pool, key);
	if (*entered != NULL) {
		g_free(key);
		return meet(*entered, item, forwarded, &item->err);
	}
	item->status = enter(channel, item, key, entered, &item->err);
	*fresh = item->status == BSN_OK;
	if (*fresh)
		(*entered)->received = forwarded;
	return item->status;
}

/* ---- from clients -------------------------------------------------------- */

static int32_t
judge_door(const Channel *channel, bsn_err *err)
{
	const int32_t status = services.store->writable(channel->chain, err);

	if (status != BSN_OK)
		return status;
	/* It could pass it on to nobody. */
	if (members_find(channel, bytes_slice(channel->public_key)) == NULL)
		return bsn_fail(err, BSN_UNAVAILABLE,
				"this node is no member of the channel, or "
				"none any more: ask one that is");
	return pool_has_room(&channel->order->pool, 0)
		       ? BSN_OK
		       : bsn_fail(err, BSN_BUSY,
				  "too many transactions wait: try again "
				  "later");
}

/* Answers each; those that did not wait before are passed on. */
static guint
admit_all(Channel *channel, const bsn_submission *items, Intake *intake,
	  bsn_slice *admitted)
{
	guint n = 0;

	for (guint64 i = 0; i < intake->n; i++) {
		Admission *item = &intake->admissions[i];
		bsn_reply *reply = item_at(items, i)->reply;
		PoolEntry *entry = NULL;
		gboolean fresh;
		const int32_t status =
			admit(channel, item, FALSE, &entry, &fresh);

		if (status != BSN_OK) {
			services.reply->fail(reply, status, &item->err);
			continue;
		}
		entry->reply = reply;
		answer_accepted(reply, entry->tx_id);
		if (fresh)
			admitted[n++] = intake->txs[i].envelope;
	}
	return n;
}

int32_t
order_submit(Channel *channel, const bsn_submission *items, uint64_t n,
	     bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	g_autofree bsn_slice *admitted = NULL;
	const int32_t status = judge_door(channel, err);
	BlockTx *txs;
	Intake intake;
	guint count;

	if (status != BSN_OK || n == 0)
		return status;
	txs = g_new0(BlockTx, n);
	for (guint64 i = 0; i < n; i++)
		txs[i].envelope = item_at(items, i)->tx;
	intake = intake_run(channel, txs, n);
	admitted = g_new(bsn_slice, n);
	count = admit_all(channel, items, &intake, admitted);
	if (count > 0)
		net_forward(channel, admitted, count);
	intake_clear(&intake);
	if (count > 0)
		agree_pending(channel);
	return BSN_OK;
}

int32_t
order_accept(Channel *channel, bsn_slice envelope, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	PoolEntry *entry = NULL;
	gboolean fresh = FALSE;
	int32_t status = judge_door(channel, err);
	Intake intake;
	BlockTx *tx;

	if (status != BSN_OK)
		return status;
	tx = g_new0(BlockTx, 1);
	tx->envelope = envelope;
	intake = intake_run(channel, tx, 1);
	status = admit(channel, &intake.admissions[0], TRUE, &entry, &fresh);
	if (status != BSN_OK && err != NULL)
		*err = intake.admissions[0].err;
	intake_clear(&intake);
	if (!fresh)
		return status;
	net_forward(channel, &envelope, 1);
	agree_pending(channel);
	return BSN_OK;
}

/* ---- from other nodes ---------------------------------------------------- */

/* Nothing of what comes after it is looked at. */
static gboolean
ends_forwarding(int32_t status)
{
	return status == BSN_BAD_SIGNATURE || status == BSN_FULL ||
	       status == BSN_BUSY;
}

int32_t
order_forwarded(Channel *channel, const bsn_slice *envelopes, guint n,
		guint *refused, bsn_err *err)
{
	CPU_CHARGE(services.cpu, BSN_CPU_ENGINE);
	BlockTx *txs;
	Intake intake;
	gboolean any = FALSE;
	int32_t status = BSN_OK;

	*refused = 0;
	if (n == 0)
		return BSN_OK;
	txs = g_new0(BlockTx, n);
	for (guint i = 0; i < n; i++)
		txs[i].envelope = envelopes[i];
	intake = intake_run(channel, txs, n);
	for (guint i = 0; i < n && !ends_forwarding(status); i++) {
		Admission *item = &intake.admissions[i];
		PoolEntry *entry = NULL;
		gboolean fresh;

		status = admit(channel, item, TRUE, &entry, &fresh);
		any |= fresh;
		*refused += status != BSN_OK && status != BSN_DUPLICATE;
		if (status != BSN_OK)
			bsn_fail_native(err, status, item->err.native, "%s",
					item->err.reason);
	}
	intake_clear(&intake);
	if (any)
		agree_pending(channel);
	return ends_forwarding(status) ? status : BSN_OK;
}

/* ---- what waits, later --------------------------------------------------- */

static void
refuse(Channel *channel, PoolEntry *entry, int32_t status, const bsn_err *err)
{
	bsn_reply *reply = pool_remove(&channel->order->pool, entry);

	if (reply != NULL)
		services.reply->fail(reply, status, err);
}

/* Those that are judged anew together. */
#define AGAIN 256u

static void
judge_again(Channel *channel, PoolEntry *const *entries, guint n)
{
	BlockTx *txs = g_new0(BlockTx, n);
	Intake intake;

	for (guint i = 0; i < n; i++)
		txs[i].envelope = bytes_slice(entries[i]->given);
	intake = intake_run(channel, txs, n);
	for (guint i = 0; i < n; i++) {
		Admission *item = &intake.admissions[i];

		if (item->status == BSN_OK && entries[i]->is_config)
			item->status =
				make_config(channel, entries[i], &item->err);
		if (item->status != BSN_OK)
			refuse(channel, entries[i], item->status, &item->err);
	}
	intake_clear(&intake);
}

void
submit_judge_anew(Channel *channel)
{
	PoolEntry *next = pool_first(&channel->order->pool);

	while (next != NULL) {
		PoolEntry *entries[AGAIN];
		guint n = 0;

		for (; next != NULL && n < AGAIN; next = pool_next(next))
			entries[n++] = next;
		judge_again(channel, entries, n);
	}
}

void
submit_drop_expired(Channel *channel)
{
	const gint64 now_s =
		(gint64)(services.clock->wall_ms(channel->chain) / MS_PER_S);
	Pool *pool = &channel->order->pool;
	bsn_err err = BSN_ERR_INIT;
	PoolEntry *next;

	if (now_s < pool->expires_s)
		return;
	pool->expires_s = G_MAXINT64;
	bsn_fail_native(&err, BSN_EXPIRED,
			PROTOS__TX_VALIDATION_CODE__BAD_CREATOR_SIGNATURE,
			"the creator's certificate has expired");
	for (PoolEntry *entry = pool_first(pool); entry != NULL; entry = next) {
		next = pool_next(entry);
		if (entry->not_after_s <= now_s)
			refuse(channel, entry, BSN_EXPIRED, &err);
		else
			pool->expires_s =
				MIN(pool->expires_s, entry->not_after_s);
	}
}

void
submit_abandon(Channel *channel)
{
	PoolEntry *entry;

	while ((entry = pool_first(&channel->order->pool)) != NULL)
		answer_closing(pool_remove(&channel->order->pool, entry));
}
