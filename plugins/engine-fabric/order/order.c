/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/order.h"

#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/order/agree.h"
#include "plugins/engine-fabric/order/commit.h"
#include "plugins/engine-fabric/order/record.h"
#include "plugins/engine-fabric/order/submit.h"
#include "plugins/kit/sink.h"

/* ---- beginning and end --------------------------------------------------- */

void
order_begin(Channel *channel)
{
	channel->order = g_new0(Order, 1);
	pool_init(&channel->order->pool);
	seen_init(&channel->order->seen);
}

int32_t
order_open(Channel *channel, bsn_err *err)
{
	int32_t status = record_get(&channel->ledger->state.store,
				    channel->ledger->head.height - 1,
				    &channel->order->time_ms, NULL, err);

	if (status == BSN_NOT_FOUND)
		status = BSN_E_CORRUPT;
	return status == BSN_OK ? agree_join(channel, err) : status;
}

void
order_close(Channel *channel)
{
	Order *order = channel->order;

	if (order == NULL)
		return;
	services.timer->cancel(channel->chain, TIMER_CUT);
	services.timer->cancel(channel->chain, TIMER_RETRY);
	submit_abandon(channel);
	commit_abandon(channel);
	agree_leave(channel);
	pool_clear(&order->pool);
	seen_clear(&order->seen);
	g_clear_pointer(&channel->order, g_free);
}

/* ---- blocks -------------------------------------------------------------- */

int32_t
order_take(Channel *channel, guint64 number, bsn_slice block,
	   bsn_slice certificate, bsn_err *err)
{
	return agree_take(channel, number, block, certificate, err);
}

int32_t
order_certificate(const Channel *channel, guint64 number, GByteArray *out,
		  bsn_err *err)
{
	guint64 time_ms;

	return record_get(&channel->ledger->state.store, number, &time_ms, out,
			  err);
}

guint64
order_block_time(const Channel *channel, guint64 number)
{
	guint64 time_ms = 0;

	(void)record_get(&channel->ledger->state.store, number, &time_ms, NULL,
			 NULL);
	return time_ms;
}

/* Where a block's metadata begins: its fields stand in the order of their
 * numbers. */
static gsize
bare_len(const GByteArray *block)
{
	const guint8 metadata = 3 << 3 | 2;
	gsize at = 0;

	while (at < block->len && block->data[at] != metadata) {
		guint64 len = 0;
		guint shift = 0;

		do {
			at++;
			if (at >= block->len || shift > 63)
				return block->len;
			len |= (guint64)(block->data[at] & 0x7f) << shift;
			shift += 7;
		} while (block->data[at] & 0x80);
		if (len >= block->len - at)
			return block->len;
		at += 1 + (gsize)len;
	}
	return at;
}

int32_t
order_proposed(const Channel *channel, guint64 number, GByteArray *out,
	       bsn_err *err)
{
	g_autoptr(GByteArray) block = g_byte_array_new();
	const int32_t status =
		ledger_block(channel->ledger, number, block, err);

	if (status == BSN_OK)
		g_byte_array_append(out, block->data, (guint)bare_len(block));
	return status;
}

/* ---- what waits ---------------------------------------------------------- */

guint64
order_pending_count(const Channel *channel)
{
	return channel->order->pool.entries.length;
}

gboolean
order_is_waiting(const Channel *channel, bsn_slice tx_id)
{
	char id[TX_ID_SIZE];

	return signed_id_text(tx_id, id) &&
	       pool_find_id(&channel->order->pool, id) != NULL;
}

gboolean
order_waiting(Channel *channel, guint64 since_ms, guint64 bytes,
	      void (*visit)(bsn_slice envelope, gpointer data), gpointer data)
{
	const PoolEntry *entry;

	submit_drop_expired(channel);
	for (entry = pool_first(&channel->order->pool);
	     entry != NULL && entry->arrived_ms <= since_ms;
	     entry = pool_next(entry)) {
		const bsn_slice given = bytes_slice(entry->given);

		if (given.len > bytes)
			break;
		bytes -= given.len;
		visit(given, data);
	}
	return pool_first(&channel->order->pool) != NULL;
}

/* ---- what comes ---------------------------------------------------------- */

void
order_durable(Channel *channel, guint64 cookie)
{
	commit_durable(channel, cookie);
	if (channel->order->refused || channel->order->decided.length > 0)
		agree_retry(channel);
}

void
order_timer(Channel *channel, guint64 id)
{
	if (id == TIMER_CUT)
		agree_cut(channel);
	if (id == TIMER_RETRY)
		agree_retry(channel);
}
