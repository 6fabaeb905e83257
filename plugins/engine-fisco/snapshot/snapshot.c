/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/snapshot/snapshot.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/expect.h"
#include "plugins/engine-fisco/records.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/snapshot/undo.h"
#include "plugins/engine-fisco/snapshot/walk.h"
#include "plugins/kit/sink.h"

/* Entries that are gathered with a block for each that it changed: the blocks in
 * the lag are a quarter of those whose changes they gather. */
#define GATHERED_FOR_CHANGED 8u

#define ITEM_DIGEST 'S'
#define ITEM_MEMBERS 'M'

/* A checkpoint is in the store when the block with its digest is made, even
 * upon blocks that are not decided. */
G_STATIC_ASSERT(SNAPSHOT_INTERVAL_MIN / 4 > EXPECTED_MAX + 1);

guint64
snapshot_lag(guint64 interval)
{
	return interval / 4;
}

guint64
snapshot_of_block(guint64 interval, guint64 number)
{
	const guint64 lag = snapshot_lag(interval);

	if (interval == 0 || number < interval + lag)
		return 0;
	return (number - lag) % interval == 0 ? number - lag : 0;
}

/* The last checkpoint that a height has reached. */
static guint64
checkpoint_of(const Ledger *ledger, guint64 number)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;

	return number - number % interval;
}

static guint64
next_checkpoint(const Ledger *ledger)
{
	return ledger->snapshots->last.checkpoint +
	       ledger_config(ledger)->snapshot_interval;
}

static gboolean
has_snapshots(const Ledger *ledger)
{
	return ledger->snapshots != NULL;
}

/* ---- opening ------------------------------------------------------------- */

typedef struct {
	bsn_scan_sink sink;
	GByteArray *last;
} ManifestScan;

static int32_t
keep_last(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	GByteArray *last = ((ManifestScan *)sink)->last;

	(void)key;
	g_byte_array_set_size(last, 0);
	g_byte_array_append(last, value.data, (guint)value.len);
	return BSN_OK;
}

/* One that was not installed to its end is above the head. */
static int32_t
load_last(Ledger *ledger, GByteArray *bytes)
{
	ManifestScan scan = { { keep_last }, bytes };
	guint8 from[RECORD_KEY_MAX];
	guint8 to[RECORD_KEY_MAX];
	guint from_len = record_key_number(KEY_MANIFEST, 0, from);
	guint to_len =
		record_key_number(KEY_MANIFEST, ledger->head.number + 1, to);

	return services.store->scan(ledger->chain,
				    bsn_slice_of(from, from_len),
				    bsn_slice_of(to, to_len), 0, &scan.sink,
				    NULL);
}

int32_t
snapshot_load(Ledger *ledger, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	Snapshots *snapshots;
	int32_t status;

	snapshot_free(ledger);
	if (ledger_config(ledger)->snapshot_interval == 0)
		return BSN_OK;
	ledger->snapshots = snapshots = g_new0(Snapshots, 1);
	status = load_last(ledger, bytes);
	if (status == BSN_OK && bytes->len > 0 &&
	    !manifest_read(buffer_slice(bytes), &snapshots->last))
		status = BSN_E_CORRUPT;
	if (status == BSN_OK)
		status = suite_digest1(&ledger->suite, buffer_slice(bytes),
				       snapshots->digest);
	if (status != BSN_OK)
		return bsn_fail(err, status,
				"the chain's snapshots cannot be read");
	return BSN_OK;
}

void
snapshot_free(Ledger *ledger)
{
	Snapshots *snapshots = g_steal_pointer(&ledger->snapshots);

	if (snapshots == NULL)
		return;
	manifest_clear(&snapshots->last);
	gather_free(snapshots->gather);
	g_free(snapshots);
}

/* ---- a block's batch ----------------------------------------------------- */

static void
put_totals(const Head *head, Batch *batch)
{
	const guint64 totals[] = { GUINT64_TO_BE(head->txs),
				   GUINT64_TO_BE(head->invalid_txs) };
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_TOTALS, head->number, key);

	batch_put_short(batch, bsn_slice_of(key, len),
			bsn_slice_of(totals, sizeof(totals)));
}

/* ---- gathering ----------------------------------------------------------- */

static int32_t
load_totals(const Ledger *ledger, guint64 checkpoint, guint64 *txs,
	    guint64 *invalid)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint64 totals[2];
	BufferSink sink = buffer_sink(value, sizeof(totals));
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_TOTALS, checkpoint, key);
	int32_t status = services.store->get(
		ledger->chain, bsn_slice_of(key, len), &sink.sink, NULL);

	if (status != BSN_OK || value->len != sizeof(totals))
		return MIN(status, BSN_E_CORRUPT);
	memcpy(totals, value->data, sizeof(totals));
	*txs = GUINT64_FROM_BE(totals[0]);
	*invalid = GUINT64_FROM_BE(totals[1]);
	return BSN_OK;
}

/* Begins with the checkpoint after the last one that has a manifest, as soon as
 * the head has reached it. */
static int32_t
begin(Ledger *ledger)
{
	Snapshots *snapshots = ledger->snapshots;
	const guint64 checkpoint = next_checkpoint(ledger);
	guint64 txs, invalid;
	int32_t status;

	if (snapshots->gather != NULL || checkpoint > ledger->head.number)
		return BSN_OK;
	status = load_totals(ledger, checkpoint, &txs, &invalid);
	if (status == BSN_OK)
		snapshots->gather = gather_new(&snapshots->last, checkpoint,
					       txs, invalid);
	return status;
}

typedef struct {
	bsn_scan_sink sink;
	Batch *batch;
} Dropping;

static int32_t
drop_one(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	(void)value;
	batch_delete_short(((Dropping *)sink)->batch, key);
	return BSN_OK;
}

/* Those of before the last two checkpoints. */
static int32_t
drop_records(const Ledger *ledger, guint8 kind, guint64 checkpoint,
	     Batch *batch)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;
	Dropping dropping = { { drop_one }, batch };
	guint8 from[RECORD_KEY_MAX];
	guint8 to[RECORD_KEY_MAX];
	guint from_len = record_key_number(kind, 0, from);
	guint to_len = record_key_number(kind, checkpoint - interval, to);

	return services.store->scan(ledger->chain,
				    bsn_slice_of(from, from_len),
				    bsn_slice_of(to, to_len), 0,
				    &dropping.sink, NULL);
}

/* The vectors are replaced and the manifest is there, or neither. */
static int32_t
save(Ledger *ledger, const Manifest *manifest, bsn_slice bytes)
{
	g_auto(Batch) batch = { NULL, NULL };
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_MANIFEST, manifest->checkpoint, key);
	int32_t status;

	batch_init(&batch, manifest_n(manifest) + 1);
	batch_put(&batch, bsn_slice_of(key, len), bytes);
	gather_put(ledger->snapshots->gather, &batch);
	status = drop_records(ledger, KEY_MANIFEST, manifest->checkpoint,
			      &batch);
	if (status == BSN_OK)
		status = drop_records(ledger, KEY_TOTALS, manifest->checkpoint,
				      &batch);
	if (status == BSN_OK)
		status = batch_commit(&batch, ledger->chain, 0, NULL);
	return status;
}

/* Once it is gathered. A store that refuses it now is asked again with the next
 * block. */
static int32_t
finish(Ledger *ledger)
{
	Snapshots *snapshots = ledger->snapshots;
	const Manifest *manifest = gather_result(snapshots->gather);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	guint8 digest[HASH_LEN];
	int32_t status;

	manifest_put(manifest, bytes);
	status = suite_digest1(&ledger->suite, buffer_slice(bytes), digest);
	if (status == BSN_OK)
		status = save(ledger, manifest, buffer_slice(bytes));
	if (status != BSN_OK)
		return status;
	memcpy(snapshots->digest, digest, HASH_LEN);
	manifest_clear(&snapshots->last);
	(void)manifest_read(buffer_slice(bytes), &snapshots->last);
	g_clear_pointer(&snapshots->gather, gather_free);
	return BSN_OK;
}

/* What could not be read is in the middle of a step: it is gathered from its
 * beginning then. */
static int32_t
step(Ledger *ledger)
{
	Snapshots *snapshots = ledger->snapshots;
	int32_t status = gather_step(ledger, snapshots->gather);

	if (status != BSN_OK)
		g_clear_pointer(&snapshots->gather, gather_free);
	return status;
}

/* Gathers a checkpoint to its end, and saves it when that is asked for. */
static int32_t
gather_all(Ledger *ledger, guint64 checkpoint, gboolean saved)
{
	Snapshots *snapshots = ledger->snapshots;
	int32_t status = begin(ledger);

	if (status == BSN_OK && (snapshots->gather == NULL ||
				 next_checkpoint(ledger) != checkpoint))
		status = BSN_E_INTERNAL;
	while (status == BSN_OK && gather_result(snapshots->gather) == NULL)
		status = step(ledger);
	return status == BSN_OK && saved ? finish(ledger) : status;
}

int32_t
snapshot_put(Ledger *ledger, const Head *head, const GArray *changes,
	     Batch *batch)
{
	int32_t status = BSN_OK;

	if (!has_snapshots(ledger))
		return BSN_OK;
	/* What undoes the blocks before the last checkpoint is needed until that
	 * one's manifest is there: blocks wait for it, should the store have
	 * refused it so far. */
	if (head->number >
	    next_checkpoint(ledger) + ledger_config(ledger)->snapshot_interval)
		status = gather_all(ledger, next_checkpoint(ledger), TRUE);
	if (status != BSN_OK)
		return status;
	if (head->number == checkpoint_of(ledger, head->number))
		put_totals(head, batch);
	return undo_put(ledger, changes, head->number, batch);
}

void
snapshot_goes_on(Ledger *ledger, guint changes)
{
	guint steps = 1 + changes * GATHERED_FOR_CHANGED / WALK_STEP;
	Snapshots *snapshots = ledger->snapshots;
	int32_t status;

	if (snapshots == NULL)
		return;
	status = begin(ledger);
	if (status != BSN_OK || snapshots->gather == NULL)
		return;
	while (status == BSN_OK && steps-- > 0 &&
	       gather_result(snapshots->gather) == NULL)
		status = step(ledger);
	if (status == BSN_OK && gather_result(snapshots->gather) != NULL)
		(void)finish(ledger);
}

/* ---- headers ------------------------------------------------------------- */

static int32_t
digest_of_result(const Ledger *ledger, const Manifest *manifest,
		 guint8 *digest)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	manifest_put(manifest, bytes);
	return suite_digest1(&ledger->suite, buffer_slice(bytes), digest);
}

/* What has not been gathered yet is now. */
static int32_t
make_digest(Ledger *ledger, guint64 checkpoint, guint8 *digest)
{
	Snapshots *snapshots = ledger->snapshots;
	int32_t status = BSN_OK;

	/* The one before, should the store have refused it so far. */
	if (checkpoint > next_checkpoint(ledger))
		status = gather_all(ledger, next_checkpoint(ledger), TRUE);
	if (status == BSN_OK && snapshots->last.checkpoint == checkpoint) {
		memcpy(digest, snapshots->digest, HASH_LEN);
		return BSN_OK;
	}
	if (status == BSN_OK)
		status = gather_all(ledger, checkpoint, FALSE);
	return status == BSN_OK
		       ? digest_of_result(ledger,
					  gather_result(snapshots->gather),
					  digest)
		       : status;
}

static void
put_item(guint8 kind, bsn_slice bytes, GByteArray *items)
{
	g_autoptr(GByteArray) text = g_byte_array_new();
	RlpItem item;

	g_byte_array_append(text, &kind, 1);
	g_byte_array_append(text, bytes.data, (guint)bytes.len);
	item = rlp_bytes(buffer_slice(text));
	rlp_put(items, &item);
}

int32_t
snapshot_extra(Ledger *ledger, guint64 number, const GArray *changes,
	       GByteArray *items)
{
	const guint64 checkpoint = snapshot_of_block(
		ledger_config(ledger)->snapshot_interval, number);
	guint8 digest[HASH_LEN];
	bsn_slice members;
	int32_t status = BSN_OK;

	if (!has_snapshots(ledger))
		return BSN_OK;
	members = membership_changed(changes);
	if (members.len > 0)
		put_item(ITEM_MEMBERS, members, items);
	if (checkpoint == 0)
		return BSN_OK;
	status = make_digest(ledger, checkpoint, digest);
	if (status == BSN_OK)
		put_item(ITEM_DIGEST, bsn_slice_of(digest, HASH_LEN), items);
	return status;
}

SnapshotExtra
snapshot_extra_read(bsn_slice items)
{
	SnapshotExtra extra = { .digest = { .len = 0 } };
	RlpReader reader = rlp_reader(items);

	while (rlp_more(&reader)) {
		const bsn_slice item =
			rlp_read_bytes(&reader, "extraData", 0, items.len);
		const bsn_slice rest = item.len > 0 ? bsn_slice_of(
							      item.data + 1,
							      item.len - 1)
						    : item;

		if (item.len == 0)
			continue;
		if (item.data[0] == ITEM_DIGEST && rest.len == HASH_LEN)
			extra.digest = rest;
		if (item.data[0] == ITEM_MEMBERS)
			extra.members = rest;
	}
	return extra;
}

/* ---- for others ---------------------------------------------------------- */

int32_t
snapshot_manifest_load(const Ledger *ledger, guint64 checkpoint,
		       GByteArray *out)
{
	BufferSink sink = buffer_sink(out, MANIFEST_MAX);
	guint8 key[RECORD_KEY_MAX];
	guint len = record_key_number(KEY_MANIFEST, checkpoint, key);

	g_byte_array_set_size(out, 0);
	return services.store->get(ledger->chain, bsn_slice_of(key, len),
				   &sink.sink, NULL);
}

int32_t
snapshot_manifest(const Ledger *ledger, guint64 checkpoint, GByteArray *out)
{
	const guint64 interval = ledger_config(ledger)->snapshot_interval;

	if (!has_snapshots(ledger) || ledger->installing ||
	    checkpoint > ledger->head.number ||
	    checkpoint + 1 < ledger->earliest ||
	    checkpoint + interval < checkpoint_of(ledger, ledger->head.number))
		return BSN_NOT_FOUND;
	return snapshot_manifest_load(ledger, checkpoint, out);
}
