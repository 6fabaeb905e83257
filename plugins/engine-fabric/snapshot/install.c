/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts get into the state. What the node had goes first, but for block 0:
 * from then on the ledger has nothing but that, and its state is not read
 * (ledger/origin.h), until all is there, the snapshot was made of it once more
 * and has come out the same, and the head is the snapshot's.
 */
#include <string.h>

#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/ledger/origin.h"
#include "plugins/engine-fabric/order/record.h"
#include "plugins/engine-fabric/snapshot/join_private.h"
#include "plugins/engine-fabric/snapshot/keys.h"
#include "plugins/engine-fabric/snapshot/sweep.h"
#include "plugins/kit/sink.h"

/* Ms between two steps. */
#define STEP_MS 1u

static Channel *
channel_of(const Join *join)
{
	return join->snapshots->channel;
}

/* ---- what the node had --------------------------------------------------- */

typedef struct {
	StoreKey from, to;
} ClearRange;

static StoreKey
kind_key(guint8 kind)
{
	return (StoreKey){ { kind }, 1 };
}

/* The key that comes right behind one. */
static StoreKey
behind(StoreKey key)
{
	key.bytes[key.len++] = 0;
	return key;
}

/* All but block 0 and what this node knows for itself: packages, snapshots, and
 * what its consensus keeps. */
static guint
clear_ranges(const Join *join, ClearRange ranges[])
{
	const StoreKey genesis = store_key_hash(
		bsn_slice_of(channel_of(join)->genesis, HASH_LEN));
	/* Everything of private/ and rich/, which bring theirs up again. */
	static const guint8 kinds[] = { STORE_STATE,   STORE_TX,
					STORE_HISTORY, STORE_EXPIRY,
					STORE_PRIVATE, 'e',
					'm',	       'x',
					STORE_TRAIL };
	guint n = 0;

	ranges[n++] = (ClearRange){ store_key_block(1),
				    kind_key(STORE_BLOCK + 1) };
	ranges[n++] = (ClearRange){ record_key(1), kind_key('c' + 1) };
	ranges[n++] = (ClearRange){ kind_key(STORE_HASH), genesis };
	ranges[n++] =
		(ClearRange){ behind(genesis), kind_key(STORE_HASH + 1) };
	for (guint i = 0; i < G_N_ELEMENTS(kinds); i++)
		ranges[n++] = (ClearRange){ kind_key(kinds[i]),
					    kind_key(kinds[i] + 1) };
	return n;
}

#define CLEAR_RANGES 13u

/* The ledger as it is with block 0 alone. */
static int32_t
genesis_head(Join *join, LedgerHead *head, bsn_err *err)
{
	g_autoptr(GByteArray) block = g_byte_array_new();
	const int32_t status =
		ledger_block(channel_of(join)->ledger, 0, block, err);

	*head = (LedgerHead){ .height = 1, .bytes = block->len, .txs = 1 };
	memcpy(head->hash, channel_of(join)->genesis, HASH_LEN);
	return status;
}

static int32_t
clear_begin(Join *join, guint phase, bsn_err *err)
{
	const LedgerOrigin origin = { 0, TRUE };
	ChannelLedger *ledger = channel_of(join)->ledger;
	const guint before = join->phase;
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	LedgerHead head;
	int32_t status = genesis_head(join, &head, err);

	if (status != BSN_OK)
		return status;
	ledger_batch_init(&batch);
	join->phase = phase;
	join->next = 0;
	join_put(join, &batch);
	ledger_head_save(&batch, &head);
	ledger_origin_save(&batch, &origin);
	status = join_commit(join, &batch, 0, err);
	if (status != BSN_OK) {
		join->phase = before;
		return status;
	}
	ledger->head = ledger->durable = head;
	ledger->first = 0;
	ledger->state.hidden = TRUE;
	return BSN_OK;
}

int32_t
install_begin(Join *join, bsn_err *err)
{
	int32_t status = BSN_OK;

	for (guint i = 0; i < MAKERS_MAX; i++)
		if (join->snapshots->makers[i] != NULL)
			return bsn_fail(err, BSN_BUSY,
					"a snapshot of before is being made");
	if (channel_of(join)->ledger->waiting.length > 0)
		return bsn_fail(err, BSN_BUSY,
				"blocks of before are on their way to disk");
	if (kept_find(join->snapshots, join->block) != NULL)
		status = bsn_fail(err, BSN_CONFLICT,
				  "a snapshot of that block was made here");
	return status == BSN_OK ? clear_begin(join, JOIN_CLEARING, err)
				: status;
}

/* Clears some of it; `over`: nothing is left. */
static int32_t
clear_some(Join *join, gboolean *over, bsn_err *err)
{
	ClearRange ranges[CLEAR_RANGES];
	const guint n = clear_ranges(join, ranges);
	const ClearRange *range = &ranges[join->next];
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	gboolean ended = FALSE;
	int32_t status;

	ledger_batch_init(&batch);
	status = sweep_put(channel_of(join), store_key_slice(&range->from),
			   store_key_slice(&range->to), &batch, &ended, err);
	if (status == BSN_OK && batch.writes->len > 0)
		status = join_commit(join, &batch, 0, err);
	if (status == BSN_OK && ended)
		join->next++;
	*over = join->next == n;
	return status;
}

static int32_t
clear(Join *join, bsn_err *err)
{
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	gboolean over;
	int32_t status = clear_some(join, &over, err);

	if (status != BSN_OK || !over)
		return status;
	ledger_batch_init(&batch);
	join->phase = JOIN_INSTALLING;
	join->next = 0;
	join_put(join, &batch);
	status = join_commit(join, &batch, 0, err);
	if (status != BSN_OK)
		join->phase = JOIN_CLEARING;
	return status;
}

/* ---- putting in ---------------------------------------------------------- */

static int32_t
put_part(Join *join, bsn_err *err)
{
	const StoreKey name =
		snapshot_key_part(KEY_PART, join->block, join->next);
	g_autoptr(GByteArray) part = g_byte_array_new();
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status =
		ledger_store_get(&channel_of(join)->ledger->state.store,
				 store_key_slice(&name), part, err);
	bsn_slice rest = buffer_slice(part);
	Entry entry;

	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_E_CORRUPT : status;
	ledger_batch_init(&batch);
	while (entry_take(&rest, &entry))
		ledger_batch_put(&batch, entry.key, entry.value);
	join->next++;
	join_put(join, &batch);
	status = join_commit(join, &batch, 0, err);
	if (status != BSN_OK)
		join->next--;
	return status;
}

static int32_t
install(Join *join, bsn_err *err)
{
	if (join->next < join->manifest.parts->len)
		return put_part(join, err);
	join->maker =
		maker_new_reading(channel_of(join), &join->manifest.head,
				  join->manifest.time_ms);
	join->phase = JOIN_CHECKING;
	return BSN_OK;
}

/* ---- whether it is the same ---------------------------------------------- */

static gboolean
is_same(const Join *join)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	return manifest_put(channel_of(join), &join->maker->manifest, bytes) ==
		       BSN_OK &&
	       bsn_slice_equal(buffer_slice(bytes),
			       bytes_slice(join->manifest_bytes));
}

static int32_t
check(Join *join, bsn_err *err)
{
	gboolean done = FALSE;
	const int32_t status = maker_read(join->maker, &done, err);

	if (status != BSN_OK || !done)
		return status;
	if (is_same(join)) {
		join->phase = JOIN_ENDING;
		return BSN_OK;
	}
	services_log(channel_of(join)->chain, BSN_LOG_ERROR,
		     "the state after block %" G_GUINT64_FORMAT
		     " that was put in is not the snapshot's: it goes, and the "
		     "node begins with block 0",
		     join->block);
	return clear_begin(join, JOIN_RESETTING, err);
}

/* ---- the end ------------------------------------------------------------- */

/* The join's own records go with it. */
static void
put_end(LedgerBatch *batch)
{
	const StoreKey record = snapshot_key(KEY_JOIN);
	const StoreKey manifest = snapshot_key(KEY_JOIN_MANIFEST);

	ledger_batch_delete(batch, store_key_slice(&record));
	ledger_batch_delete(batch, store_key_slice(&manifest));
}

/* Now the node has the snapshot, and gives it to others. */
static int32_t
end(Join *join, bsn_err *err)
{
	const LedgerHead *head = &join->manifest.head;
	const LedgerOrigin origin = { head->height, FALSE };
	const StoreKey record = record_key(head->height - 1);
	const StoreKey name = snapshot_key_block(KEY_MANIFEST, join->block);
	g_autoptr(GByteArray) time = g_byte_array_new();
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };

	record_put(time, join->manifest.time_ms, bsn_slice_of(NULL, 0));
	ledger_batch_init(&batch);
	ledger_head_save(&batch, head);
	ledger_origin_save(&batch, &origin);
	ledger_batch_put(&batch, store_key_slice(&record), buffer_slice(time));
	ledger_batch_put(&batch, store_key_slice(&name),
			 bytes_slice(join->manifest_bytes));
	put_end(&batch);
	return join_commit(join, &batch, SNAPSHOT_COOKIE, err);
}

/* Nothing is left: the channel is opened as one that was just adopted. */
static int32_t
reset(Join *join, bsn_err *err)
{
	const StoreKey keys[] = {
		store_key_head(), store_key_block(0), record_key(0),
		store_key_hash(bsn_slice_of(channel_of(join)->genesis,
					    HASH_LEN)),
	};
	const StoreKey deleted = snapshot_key_block(KEY_DELETED, join->block);
	const LedgerOrigin origin = { 0, FALSE };
	g_autoptr(GByteArray) block = g_byte_array_new();
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	int32_t status =
		ledger_block(channel_of(join)->ledger, 0, block, err);

	if (status != BSN_OK)
		return status;
	ledger_batch_init(&batch);
	for (guint i = 0; i < G_N_ELEMENTS(keys); i++)
		ledger_batch_delete(&batch, store_key_slice(&keys[i]));
	ledger_origin_save(&batch, &origin);
	ledger_batch_put(&batch, store_key_slice(&deleted),
			 bsn_slice_of(NULL, 0));
	put_end(&batch);
	status = join_commit(join, &batch, SNAPSHOT_COOKIE, err);
	if (status != BSN_OK)
		return status;
	g_clear_pointer(&join->genesis, g_bytes_unref);
	join->genesis =
		g_byte_array_free_to_bytes(g_steal_pointer(&block));
	return BSN_OK;
}

static int32_t
reset_step(Join *join, gboolean *over, bsn_err *err)
{
	const int32_t status = clear_some(join, over, err);

	if (status != BSN_OK || !*over)
		return status;
	join->next--; /* should the store refuse what follows */
	return reset(join, err);
}

/* All is there, but the channel could not be opened: that is tried again when
 * the store has taken something. */
static int32_t
try_again(const Join *join, bsn_err *err)
{
	const LedgerOrigin origin = {
		join->genesis != NULL ? 0 : join->manifest.head.height, FALSE
	};
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };

	ledger_batch_init(&batch);
	ledger_origin_save(&batch, &origin);
	return join_commit(join, &batch, SNAPSHOT_COOKIE, err);
}

/* ---- steps --------------------------------------------------------------- */

static int32_t
step(Join *join, gboolean *over, bsn_err *err)
{
	int32_t status;

	if (join->ended) {
		status = try_again(join, err);
		*over = status == BSN_OK;
		return status;
	}
	switch (join->phase) {
	case JOIN_CLEARING:
		return clear(join, err);
	case JOIN_INSTALLING:
		return install(join, err);
	case JOIN_CHECKING:
		return check(join, err);
	case JOIN_RESETTING:
		return reset_step(join, over, err);
	}
	status = end(join, err);
	*over = status == BSN_OK;
	return status;
}

guint64
install_step(Join *join)
{
	gboolean over = FALSE;
	bsn_err err = BSN_ERR_INIT;
	const int32_t status = step(join, &over, &err);

	if (status != BSN_OK)
		join_complain(join, "%s", err.reason);
	if (status != BSN_OK)
		return REFUSED_MS;
	/* Then join_durable comes. */
	return over ? G_MAXUINT64 : STEP_MS;
}
