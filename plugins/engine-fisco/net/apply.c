/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks that have come whole are executed, each a proposal that was agreed on.
 */
#include "plugins/engine-fisco/net/sync.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/agree.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/tree.h"
#include "plugins/kit/sink.h"

/* Blocks and bytes of them that are executed in one go, so that the strand is
 * free for others in between. */
#define GO_BLOCKS 8u
#define GO_BYTES (2u << 20)
/* Blocks that wait for the disk: they are in memory as well. */
#define UNDURABLE_MAX 64u
/* Ms until a block that the store refused is tried again, and one that this
 * node cannot execute. */
#define REFUSED_MS 200u
#define FAILED_MS 10000u

static void
pause_for(Ledger *ledger, guint64 ms)
{
	ledger->net->sync->pause_until_ms =
		services_mono_ms(ledger->chain) + ms;
}

/* ---- who is wrong -------------------------------------------------------- */

/* Whether a body is, to the last bit, what the header's root is made of. */
static gboolean
is_body_of(const Ledger *ledger, const SyncBlock *block)
{
	g_autoptr(GByteArray) again = g_byte_array_new();
	g_autoptr(GByteArray) hashes = g_byte_array_new();
	RlpReader reader = rlp_reader(buffer_slice(block->body));
	guint8 root[HASH_LEN];

	while (rlp_more(&reader)) {
		bsn_slice raw = block_read_tx(&reader);
		g_autoptr(Tx) tx = NULL;

		if (reader.problem != NULL ||
		    tx_decode(&ledger->suite, raw, NET_BODY_MAX, &tx, NULL) !=
			    BSN_OK)
			return FALSE;
		block_put_tx(raw, again);
		g_byte_array_append(hashes, tx->hash, HASH_LEN);
	}
	return rlp_finish(&reader, NULL) == BSN_OK &&
	       bsn_slice_equal(buffer_slice(again),
			       buffer_slice(block->body)) &&
	       tree_root(&ledger->suite, hashes->data, hashes->len / HASH_LEN,
			 root) == BSN_OK &&
	       memcmp(root, block->txs_root, HASH_LEN) == 0;
}

/* The block was agreed on and its body is right: then this node is wrong, or,
 * without certificates, whoever gave the header. */
static void
blame_header(Ledger *ledger, SyncBlock *block, const bsn_err *err)
{
	Sync *sync = ledger->net->sync;

	if (!BSN_HAS(ledger->consensus, verify)) {
		net_peer_lied(ledger, block->from, ledger->head.number,
			      "its block %" G_GUINT64_FORMAT ": %s",
			      block->number, err->reason);
		window_empty(&sync->window);
		return;
	}
	services_log(ledger->chain, BSN_LOG_ERROR,
		     "block %" G_GUINT64_FORMAT " was agreed on and cannot be "
		     "applied here: %s",
		     block->number, err->reason);
	pause_for(ledger, FAILED_MS);
}

static void
blame(Ledger *ledger, SyncBlock *block, const bsn_err *err)
{
	if (is_body_of(ledger, block))
		blame_header(ledger, block, err);
	else
		net_peer_lied(ledger, block->giver, ledger->head.number,
			      "what it gave for block %" G_GUINT64_FORMAT
			      " is something else: %s",
			      block->number, err->reason);
}

/* ---- executing ----------------------------------------------------------- */

static int32_t
execute(Ledger *ledger, const SyncBlock *block, bsn_err *err)
{
	const bsn_slice none = bsn_slice_of(NULL, 0);
	g_autoptr(GByteArray) certificate =
		g_byte_array_ref(block->certificate);
	g_autoptr(GByteArray) proposal = g_byte_array_new();

	block_put(buffer_slice(block->header), block->hash,
		  buffer_slice(block->body), none, none, proposal);
	return agree_take(ledger, block->number, buffer_slice(proposal),
			  buffer_slice(certificate), err);
}

static gboolean
may_execute(const Ledger *ledger, const SyncBlock *block)
{
	return block != NULL && block->whole &&
	       services_mono_ms(ledger->chain) >=
		       ledger->net->sync->pause_until_ms &&
	       ledger->committed.length < UNDURABLE_MAX;
}

/* FALSE when it is not to go on. */
static gboolean
apply_one(Ledger *ledger, SyncBlock *block)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status = execute(ledger, block, &err);

	if (status == BSN_OK)
		return TRUE;
	if (status < 0)
		services_log(ledger->chain, BSN_LOG_ERROR,
			     "block %" G_GUINT64_FORMAT
			     " cannot be applied now: %s",
			     block->number, err.reason);
	if (status < 0 || status == BSN_BUSY || status == BSN_FULL)
		pause_for(ledger, REFUSED_MS);
	else
		blame(ledger, block, &err);
	return FALSE;
}

void
sync_apply(Ledger *ledger)
{
	Sync *sync = ledger->net->sync;
	guint64 bytes = 0;
	SyncBlock *block;

	for (guint i = 0; i < GO_BLOCKS && bytes < GO_BYTES; i++) {
		block = window_first(&sync->window);
		if (!may_execute(ledger, block))
			return;
		bytes += block->body->len;
		if (!apply_one(ledger, block))
			return;
	}
	sync->again = may_execute(ledger, window_first(&sync->window));
}
