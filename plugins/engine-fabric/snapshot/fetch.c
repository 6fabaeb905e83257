/* SPDX-License-Identifier: Apache-2.0
 *
 * The chosen snapshot's manifest and parts, from all who have it at once. Each
 * is checked by its hash when it comes, so whoever gives something else is found
 * out with it. Nothing is stored before the snapshot's own config, which is in
 * the first part, was asked whether those who vouch are enough.
 */
#include <string.h>

#include "plugins/engine-fabric/snapshot/join_private.h"
#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/engine-fabric/snapshot/sweep.h"
#include "plugins/kit/sink.h"

/* ---- the manifest -------------------------------------------------------- */

static gboolean
is_hash(const Join *join, bsn_slice bytes)
{
	guint8 hash[HASH_LEN];

	return suite_digest(&join->snapshots->channel->suite, &bytes, 1,
			    hash) == BSN_OK &&
	       memcmp(hash, join->hash, HASH_LEN) == 0;
}

/* It has the hash that those who vouch have signed: what is wrong with it now is
 * theirs. */
static int32_t
take_manifest(Join *join, bsn_slice bytes, bsn_err *err)
{
	int32_t status = manifest_read(join->snapshots->channel, bytes,
				       &join->manifest, err);

	if (status != BSN_OK) {
		manifest_clear(&join->manifest);
		return status;
	}
	join->block = manifest_block(&join->manifest);
	join->manifest_bytes = g_bytes_new(bytes.data, (gsize)bytes.len);
	join->parts = g_malloc0(join->manifest.parts->len);
	join->there = join->lowest = 0;
	if (join->block < join->snapshots->channel->ledger->head.height &&
	    !join->believed)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"it is of a block that is here");
	/* Their parts would have the same names. */
	if (!join->believed &&
	    kept_find(join->snapshots, join->block) != NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"this node has another one after block "
				"%" G_GUINT64_FORMAT ": cancel that first",
				join->block);
	return BSN_OK;
}

static void
manifest_answered(Join *join, JoinPeer *peer, guint32 part, int32_t status,
		  bsn_slice answer, const bsn_err *err)
{
	bsn_err why = BSN_ERR_INIT;

	join->asked_manifest = FALSE;
	if (status == BSN_OK && !is_hash(join, answer)) {
		peer_has_lied(join, peer,
			      "its manifest has not the hash that it said");
	} else if (status == BSN_OK &&
		   take_manifest(join, answer, &why) != BSN_OK) {
		join_complain(join, "%s", why.reason);
		join_look_again(join, TRUE);
		return;
	}
	snapshots_wake(join->snapshots, 0);
}

static void
ask_manifest(Join *join)
{
	gboolean any = FALSE;

	for (guint i = 0; i < join->peers->len && !join->asked_manifest; i++) {
		JoinPeer *peer = join->peers->pdata[i];

		if (!offers_has(join, peer, join->hash))
			continue;
		any = TRUE;
		join->asked_manifest =
			join_ask(join, peer, SNAPSHOT_ASK_MANIFEST, 0,
				 manifest_answered);
	}
	if (!any && !join->asked_manifest)
		join_look_again(join, FALSE);
}

/* ---- parts --------------------------------------------------------------- */

/* The first part, and so the whole, is believed: it gets into the store. */
static int32_t
store_part(Join *join, guint32 index, bsn_slice bytes, bsn_err *err)
{
	const StoreKey name = snapshot_key(KEY_JOIN_MANIFEST);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status;

	ledger_batch_init(&batch);
	if (!join->believed) {
		ledger_batch_put(&batch, store_key_slice(&name),
				 bytes_slice(join->manifest_bytes));
		join_put(join, &batch);
	}
	part_put(&batch, join->block, index,
		 manifest_part(&join->manifest, index), bytes);
	status = join_commit(join, &batch, 0, err);
	if (status != BSN_OK)
		return status;
	join->believed = TRUE;
	join->parts[index] = PART_THERE;
	join->there++;
	return BSN_OK;
}

static int32_t
judge(Join *join, bsn_slice first_part, bsn_err *err)
{
	const Channel *channel = join->snapshots->channel;
	g_autoptr(ChannelConfig) config = NULL;
	g_autoptr(GPtrArray) vouchers = NULL;
	int32_t status =
		part_config(&join->manifest, first_part, &config, err);

	if (status != BSN_OK || join->wanted != NULL)
		return status;
	vouchers = offers_vouchers(join, join->hash);
	return vouch_is_enough(config, join->hash, vouchers,
			       services.clock->wall_ms(channel->chain))
		       ? BSN_OK
		       : bsn_fail(err, BSN_DENIED,
				  "those who offer it are too few for the "
				  "policy " VOUCH_POLICY " of its own config");
}

/* The parts that are there go; should that fail, they stay until they are
 * replaced. */
static void
forget_stored(Join *join)
{
	const guint phase = join->phase;
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };

	ledger_batch_init(&batch);
	join->phase = JOIN_LOOKING;
	join_put(join, &batch);
	join->phase = phase;
	if (join_commit(join, &batch, 0, NULL) == BSN_OK)
		(void)kept_drop(join->snapshots, join->block, NULL, NULL);
}

/* Another one is chosen when those who vouch for it have vouched for something
 * wrong; more may vouch later when they were too few. */
static void
give_up(Join *join, int32_t status, const bsn_err *err)
{
	join_complain(join, "the snapshot after block %" G_GUINT64_FORMAT
			    ": %s",
		      join->block, err->reason);
	if (join->believed)
		forget_stored(join);
	join_look_again(join, status != BSN_DENIED);
}

static void
take_part(Join *join, guint32 index, bsn_slice bytes)
{
	bsn_err err = BSN_ERR_INIT;
	int32_t status =
		part_check(&join->snapshots->channel->suite, &join->manifest,
			   index, bytes, &err);

	if (status == BSN_OK && !join->believed)
		status = judge(join, bytes, &err);
	if (status > 0) {
		give_up(join, status, &err);
		return;
	}
	if (status == BSN_OK)
		status = store_part(join, index, bytes, &err);
	if (status == BSN_OK)
		g_clear_pointer(&join->problem, g_free);
	else
		join_complain(join, "%s", err.reason);
}

static void
part_answered(Join *join, JoinPeer *peer, guint32 index, int32_t status,
	      bsn_slice answer, const bsn_err *err)
{
	join->parts[index] = PART_MISSING;
	join->lowest = MIN(join->lowest, index);
	if (status == BSN_OK &&
	    !manifest_has(&join->snapshots->channel->suite, &join->manifest,
			  index, answer))
		peer_has_lied(join, peer, "it gave another part");
	else if (status == BSN_OK)
		take_part(join, index, answer);
	snapshots_wake(join->snapshots, 0);
}

/* The next part that nobody was asked for; the number of parts: none. */
static guint
next_missing(Join *join)
{
	const guint n = join->believed ? join->manifest.parts->len : 1;

	while (join->lowest < n && join->parts[join->lowest] != PART_MISSING)
		join->lowest++;
	return join->lowest < n ? join->lowest : join->manifest.parts->len;
}

/* FALSE: it is not asked for any. */
static gboolean
ask_part(Join *join, JoinPeer *peer)
{
	const guint index = next_missing(join);

	if (index == join->manifest.parts->len ||
	    !join_ask(join, peer, SNAPSHOT_ASK_PART, index, part_answered))
		return FALSE;
	join->parts[index] = PART_ASKED;
	return TRUE;
}

/* One part each, then the next one each: the load is shared. */
static void
ask_parts(Join *join)
{
	gboolean any = TRUE;
	gboolean has = FALSE;

	while (any) {
		any = FALSE;
		for (guint i = 0; i < join->peers->len; i++) {
			JoinPeer *peer = join->peers->pdata[i];

			if (!offers_has(join, peer, join->hash))
				continue;
			has = TRUE;
			if (peer->open < PEER_ASKS_MAX)
				any = ask_part(join, peer) || any;
		}
	}
	if (!has && join->asks->len == 0 && !join->believed)
		join_look_again(join, FALSE);
	else if (!has && join->asking == 0)
		join_complain(join, "nobody who can be reached has the "
				    "snapshot");
}

void
fetch_step(Join *join)
{
	if (join->manifest_bytes == NULL)
		ask_manifest(join);
	else if (!fetch_is_over(join))
		ask_parts(join);
}

gboolean
fetch_is_over(const Join *join)
{
	return join->manifest.parts != NULL &&
	       join->there == join->manifest.parts->len;
}

/* ---- after a crash ------------------------------------------------------- */

/* A mark may have been left behind by another snapshot after that block. */
static gboolean
is_of(const Join *join, guint index, bsn_slice mark)
{
	const SnapshotPart *wanted = manifest_part(&join->manifest, index);
	SnapshotPart part;

	return part_mark_read(mark, &part) && part.bytes == wanted->bytes &&
	       memcmp(part.hash, wanted->hash, HASH_LEN) == 0;
}

static int32_t
find_parts(Join *join, bsn_err *err)
{
	const LedgerStore *store =
		&join->snapshots->channel->ledger->state.store;
	int32_t status = BSN_OK;

	for (guint i = 0; i < join->manifest.parts->len && status >= 0; i++) {
		const StoreKey key =
			snapshot_key_part(KEY_PART_MARK, join->block, i);
		g_autoptr(GByteArray) mark = g_byte_array_new();

		status = ledger_store_get(store, store_key_slice(&key), mark,
					  err);
		if (status != BSN_OK || !is_of(join, i, buffer_slice(mark)))
			continue;
		join->parts[i] = PART_THERE;
		join->there++;
	}
	return status < 0 ? status : BSN_OK;
}

int32_t
fetch_load(Join *join, bsn_err *err)
{
	const StoreKey name = snapshot_key(KEY_JOIN_MANIFEST);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	int32_t status = ledger_store_get(
		&join->snapshots->channel->ledger->state.store,
		store_key_slice(&name), bytes, err);

	if (status == BSN_OK && is_hash(join, buffer_slice(bytes)))
		status = take_manifest(join, buffer_slice(bytes), err);
	else if (status == BSN_OK || status == BSN_NOT_FOUND)
		status = bsn_fail(err, BSN_E_CORRUPT,
				  "the manifest of the snapshot that the node "
				  "begins with is missing or damaged");
	if (status == BSN_OK)
		status = find_parts(join, err);
	return status > 0 ? BSN_E_CORRUPT : status;
}
