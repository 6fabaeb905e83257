/* SPDX-License-Identifier: Apache-2.0
 *
 * The next block from what waits; when, is said in cut.h.
 */
#include "plugins/engine-fabric/order/agree.h"

#include "plugins/engine-fabric/order/cut.h"
#include "plugins/engine-fabric/order/submit.h"

typedef struct {
	const Channel *channel;
	guint64 number;
} Place;

static gboolean
is_taken(const PoolEntry *entry, gpointer data)
{
	const Place *place = data;

	return candidates_take(place->channel, place->number, entry->tx_id);
}

/* A batch that is not full waits while a block is being agreed on; cut.h. */
static gboolean
is_due(Channel *channel, guint64 number, const GPtrArray *batch)
{
	const PoolEntry *oldest = batch->pdata[0];
	const guint64 timeout = channel->config->batch_timeout_ms;
	const guint64 waited =
		services_mono_ms(channel->chain) - oldest->arrived_ms;

	if (!candidates_is_ahead(channel, number) || waited >= timeout)
		return TRUE;
	channel->order->gathering = TRUE;
	(void)services.timer->set(channel->chain, TIMER_CUT, timeout - waited);
	return FALSE;
}

int32_t
next_make(Channel *channel, const Parent *parent, Candidate **candidate)
{
	g_autoptr(GPtrArray) batch = g_ptr_array_new();
	Place place = { channel, parent->number };
	gboolean full;

	submit_drop_expired(channel);
	full = cut_batch(channel->config, &channel->order->pool, is_taken,
			 &place, batch);
	if (batch->len == 0 ||
	    (!full && !is_due(channel, parent->number, batch)))
		return BSN_NOT_FOUND;
	return candidate_make(channel, parent, batch, candidate);
}
