/* SPDX-License-Identifier: Apache-2.0
 *
 * Final blocks that have come are taken, one after the other.
 */
#include "plugins/engine-xuper/net/private.h"

#include "plugins/engine-xuper/chain/tree.h"
#include "plugins/kit/sink.h"

/* Blocks and bytes of them that are taken in one go: the strand is free for
 * others in between. */
#define GO_BLOCKS 8u
#define GO_BYTES (2u << 20)
/* Batches that wait for the disk. */
#define UNDURABLE_MAX 64u
/* Blocks without a certificate, until one must come. */
#define UNPROVEN_MAX 1024u

static void
drop_first(Sync *sync)
{
	SyncItem *item = g_queue_pop_head(&sync->items);

	sync->bytes -= sync_item_bytes(item);
	sync->next++;
	sync_item_free(item);
}

/* What the protocol has made final meanwhile is not taken again. */
void
sync_skip(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;

	while (sync->items.length > 0 && sync->next <= sync_root(ledger))
		drop_first(sync);
	if (sync->next <= sync_root(ledger))
		sync_start_over(ledger);
}

static gboolean
is_not_now(int32_t status)
{
	return status < 0 || status == BSN_BUSY || status == BSN_FULL;
}

/* FALSE: nothing is to be taken for now. */
static gboolean
judged(bsn_ledger *ledger, Peer *giver, guint64 height, int32_t status,
       const bsn_err *err)
{
	Sync *sync = &ledger->net->sync;

	if (is_not_now(status)) {
		sync->pause_until_ms =
			services_mono_ms(ledger->chain) + NET_REFUSED_MS;
		services_log(ledger->chain, BSN_LOG_DEBUG,
			     "net: block %" G_GUINT64_FORMAT
			     " cannot be taken now: %s",
			     height, err->reason);
		return FALSE;
	}
	/* Nodes may have diverged where finality has a depth. */
	if (status == BSN_NOT_FOUND && BSN_HAS(ledger->consensus, depth)) {
		peer_rests(ledger, giver);
		sync_start_over(ledger);
		return FALSE;
	}
	if (status != BSN_OK) {
		peer_lied(ledger, giver, "its block %" G_GUINT64_FORMAT ": %s",
			  height, err->reason);
		sync_start_over(ledger);
		return FALSE;
	}
	return TRUE;
}

static gboolean
take(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;
	const SyncItem *item = g_queue_peek_head(&sync->items);
	const guint64 height = sync->next;
	g_autoptr(GBytes) block = g_bytes_ref(item->block);
	g_autoptr(GBytes) certificate = g_bytes_ref(item->certificate);
	Peer *giver = item->giver;
	bsn_err err = BSN_ERR_INIT;
	guint64 taken = 0;
	int32_t status = tree_take(ledger, bytes_slice(block),
				   bytes_slice(certificate), &taken, &err);

	if (status == BSN_OK && taken != height)
		status = bsn_fail(&err, BSN_BAD_REQUEST,
				  "it is block %" G_GUINT64_FORMAT, taken);
	if (status == BSN_OK && sync_root(ledger) < height &&
	    height - sync_root(ledger) > UNPROVEN_MAX)
		status = bsn_fail(&err, BSN_BAD_SIGNATURE,
				  "nothing proves it and %u before it",
				  UNPROVEN_MAX);
	if (!judged(ledger, giver, height, status, &err))
		return FALSE;
	if (sync->next == height && sync->items.length > 0)
		drop_first(sync);
	return TRUE;
}

static gboolean
may_take(const bsn_ledger *ledger)
{
	const Sync *sync = &ledger->net->sync;

	return sync->items.length > 0 &&
	       services_mono_ms(ledger->chain) >= sync->pause_until_ms &&
	       ledger->committed.length < UNDURABLE_MAX;
}

void
sync_take(bsn_ledger *ledger)
{
	Sync *sync = &ledger->net->sync;
	guint64 bytes = 0;

	for (guint i = 0; i < GO_BLOCKS && bytes < GO_BYTES; i++) {
		sync_skip(ledger);
		if (!may_take(ledger))
			return;
		bytes += sync_item_bytes(g_queue_peek_head(&sync->items));
		if (!take(ledger))
			return;
	}
}
