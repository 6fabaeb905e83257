/* SPDX-License-Identifier: Apache-2.0
 *
 * What was endorsed and is in no block yet: the values in the store, and in
 * memory whose they are and how old.
 *
 * Key: 'e', transaction id, digest of the sets. Value: height, 8 bytes; length
 * of the giver's key, one byte, and that; the sets.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/private/privacy.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

#define TRANSIENT_KEY 'e'
#define TX_ID_LEN (TX_ID_SIZE - 1)
#define KEY_LEN (1 + TX_ID_LEN + HASH_LEN)
/* What one takes in memory, roughly. */
#define ENTRY_BYTES 256u

/* One of a transaction's. */
typedef struct {
	guint8 digest[HASH_LEN];
	GBytes *giver; /* a peer's key; empty: this node */
	guint64 height;
	guint64 bytes;
	guint64 batch; /* that has it, for privacy_is_durable; 0: of before */
} Entry;

static void
entry_clear(gpointer data)
{
	g_bytes_unref(((Entry *)data)->giver);
}

static StoreKey
make_key(const char *tx_id, const guint8 *digest)
{
	StoreKey key = { .len = KEY_LEN };

	key.bytes[0] = TRANSIENT_KEY;
	memcpy(key.bytes + 1, tx_id, TX_ID_LEN);
	memcpy(key.bytes + 1 + TX_ID_LEN, digest, HASH_LEN);
	return key;
}

/* ---- in memory ---- */

static GArray *
entries_of(const Privacy *privacy, const char *tx_id)
{
	return g_hash_table_lookup(privacy->waiting, tx_id);
}

static guint64
giver_bytes(const Privacy *privacy, GBytes *giver)
{
	const guint64 *bytes = g_hash_table_lookup(privacy->givers, giver);

	return bytes != NULL ? *bytes : 0;
}

static void
set_giver_bytes(Privacy *privacy, GBytes *giver, guint64 bytes)
{
	if (bytes == 0)
		g_hash_table_remove(privacy->givers, giver);
	else
		g_hash_table_insert(privacy->givers, g_bytes_ref(giver),
				    g_memdup2(&bytes, sizeof(bytes)));
}

static void
remember(Privacy *privacy, const char *tx_id, const Entry *entry)
{
	GArray *entries = entries_of(privacy, tx_id);

	if (entries == NULL) {
		entries = g_array_new(FALSE, FALSE, sizeof(Entry));
		g_array_set_clear_func(entries, entry_clear);
		g_hash_table_insert(privacy->waiting, g_strdup(tx_id), entries);
	}
	g_array_append_val(entries, *entry);
	privacy->bytes += entry->bytes;
	set_giver_bytes(privacy, entry->giver,
			giver_bytes(privacy, entry->giver) + entry->bytes);
}

/* The entries of a transaction do not count any more. */
static void
uncount(Privacy *privacy, const GArray *entries)
{
	for (guint i = 0; i < entries->len; i++) {
		const Entry *entry = &g_array_index(entries, Entry, i);

		privacy->bytes -= entry->bytes;
		set_giver_bytes(privacy, entry->giver,
				giver_bytes(privacy, entry->giver) -
					entry->bytes);
	}
}

/* ---- opening ---- */

typedef struct {
	bsn_scan_sink sink;
	Privacy *privacy;
} LoadSink;

static int32_t
load_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	Privacy *privacy = ((LoadSink *)sink)->privacy;
	Wire wire = wire_of(value);
	char tx_id[TX_ID_SIZE] = "";
	bsn_slice giver;
	Entry entry;

	entry.height = wire_u64(&wire);
	giver = wire_bytes(&wire, wire_u8(&wire));
	if (wire.bad || key.len != KEY_LEN)
		return BSN_E_CORRUPT;
	entry.giver = g_bytes_new(giver.data, giver.len);
	entry.bytes = value.len + ENTRY_BYTES;
	memcpy(tx_id, key.data + 1, TX_ID_LEN);
	memcpy(entry.digest, key.data + 1 + TX_ID_LEN, HASH_LEN);
	remember(privacy, tx_id, &entry);
	return BSN_OK;
}

int32_t
transient_open(Privacy *privacy, bsn_err *err)
{
	static const guint8 first = TRANSIENT_KEY;
	static const guint8 end = TRANSIENT_KEY + 1;
	const LedgerStore *store = &privacy->channel->ledger->state.store;
	LoadSink sink = { { load_entry }, privacy };
	int32_t status;

	privacy->waiting = g_hash_table_new_full(
		g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
	privacy->givers =
		g_hash_table_new_full(g_bytes_hash, g_bytes_equal,
				      (GDestroyNotify)g_bytes_unref, g_free);
	privacy->leaving = g_ptr_array_new_with_free_func(g_free);
	status = store->table->scan(store->chain, bsn_slice_of(&first, 1),
				    bsn_slice_of(&end, 1), 0, &sink.sink, err);
	return status == BSN_E_CORRUPT
		       ? bsn_fail(err, status,
				  "private data that waits for its block "
				  "cannot be read back")
		       : status;
}

void
transient_close(Privacy *privacy)
{
	g_clear_pointer(&privacy->waiting, g_hash_table_unref);
	g_clear_pointer(&privacy->givers, g_hash_table_unref);
	g_clear_pointer(&privacy->leaving, g_ptr_array_unref);
}

/* ---- what comes ---- */

/* One peer can fill its own share alone, and has few tries with another's
 * transaction. */
static int32_t
check_room(const Privacy *privacy, const GArray *entries, const Entry *entry,
	   bsn_err *err)
{
	guint same = 0;

	for (guint i = 0; entries != NULL && i < entries->len; i++)
		if (g_bytes_equal(g_array_index(entries, Entry, i).giver,
				  entry->giver))
			same++;
	if (same >= TRANSIENT_SETS_MAX)
		return bsn_fail(err, BSN_FULL,
				"private data of %u simulations of this "
				"transaction waits here already",
				same);
	if (privacy->bytes + entry->bytes > TRANSIENT_BYTES_MAX ||
	    (g_bytes_get_size(entry->giver) > 0 &&
	     giver_bytes(privacy, entry->giver) + entry->bytes >
		     TRANSIENT_GIVER_BYTES_MAX))
		return bsn_fail(err, BSN_FULL,
				"too much private data waits here for its "
				"block");
	return BSN_OK;
}

static const Entry *
find_entry(const GArray *entries, const guint8 *digest)
{
	for (guint i = 0; entries != NULL && i < entries->len; i++) {
		const Entry *entry = &g_array_index(entries, Entry, i);

		if (memcmp(entry->digest, digest, HASH_LEN) == 0)
			return entry;
	}
	return NULL;
}

static int32_t
store_entry(const Privacy *privacy, const char *tx_id, Entry *entry,
	    bsn_slice sets, bsn_err *err)
{
	const StoreKey key = make_key(tx_id, entry->digest);
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	g_autoptr(GByteArray) value = g_byte_array_new();
	const bsn_slice giver = bytes_slice(entry->giver);

	wire_put(value, entry->height, 8);
	wire_put(value, giver.len, 1);
	wire_put_bytes(value, giver);
	wire_put_bytes(value, sets);
	ledger_batch_init(&batch);
	ledger_batch_put(&batch, store_key_slice(&key), buffer_slice(value));
	entry->batch = ++privacy->channel->private_batches;
	return ledger_batch_commit(&batch,
				   &privacy->channel->ledger->state.store,
				   PRIVATE_COOKIE + entry->batch, err);
}

int32_t
transient_put(Privacy *privacy, const char *tx_id, guint64 height,
	      bsn_slice giver, bsn_slice sets, guint64 *batch, bsn_err *err)
{
	const guint64 own = privacy->channel->ledger->head.height;
	const GArray *entries = entries_of(privacy, tx_id);
	Entry entry = {
		/* Whoever gives it cannot have it kept for ever. */
		.height = MIN(height, own + TRANSIENT_BLOCKS),
		.bytes = 9 + giver.len + sets.len + ENTRY_BYTES,
	};
	const Entry *known;
	int32_t status;

	status = suite_digest(&privacy->channel->suite, &sets, 1,
			      entry.digest);
	if (status != BSN_OK)
		return bsn_fail(err, status, "private data has no digest");
	known = find_entry(entries, entry.digest);
	if (known != NULL) {
		*batch = known->batch;
		return BSN_OK;
	}
	entry.giver = g_bytes_new(giver.data, giver.len);
	status = check_room(privacy, entries, &entry, err);
	if (status == BSN_OK)
		status = store_entry(privacy, tx_id, &entry, sets, err);
	*batch = entry.batch;
	if (status == BSN_OK)
		remember(privacy, tx_id, &entry);
	else
		entry_clear(&entry);
	return status;
}

/* ---- what is asked for, and goes ---- */

static int32_t
get_one(const Privacy *privacy, const char *tx_id, const Entry *entry,
	GPtrArray *list, bsn_err *err)
{
	const StoreKey key = make_key(tx_id, entry->digest);
	g_autoptr(GByteArray) value = g_byte_array_new();
	const guint skipped = 9 + (guint)g_bytes_get_size(entry->giver);
	const int32_t status = ledger_store_get(
		&privacy->channel->ledger->state.store, store_key_slice(&key),
		value, err);

	if (status == BSN_NOT_FOUND ||
	    (status == BSN_OK && value->len < skipped))
		return bsn_fail(err, BSN_E_CORRUPT,
				"private data that waits for its block is "
				"gone");
	if (status != BSN_OK)
		return status;
	g_byte_array_remove_range(value, 0, skipped);
	g_ptr_array_add(list, g_steal_pointer(&value));
	return BSN_OK;
}

int32_t
transient_get(const Privacy *privacy, const char *tx_id, GPtrArray *list,
	      bsn_err *err)
{
	const GArray *entries = entries_of(privacy, tx_id);
	int32_t status = BSN_OK;

	for (guint i = 0; entries != NULL && status == BSN_OK &&
			  i < entries->len;
	     i++)
		status = get_one(privacy, tx_id,
				 &g_array_index(entries, Entry, i), list, err);
	return status;
}

static void
delete_all(const char *tx_id, const GArray *entries, LedgerBatch *batch)
{
	for (guint i = 0; i < entries->len; i++) {
		const StoreKey key = make_key(
			tx_id, g_array_index(entries, Entry, i).digest);

		ledger_batch_delete(batch, store_key_slice(&key));
	}
}

void
transient_leave(Privacy *privacy, const char *tx_id, LedgerBatch *batch)
{
	const GArray *entries = entries_of(privacy, tx_id);

	if (entries == NULL)
		return;
	delete_all(tx_id, entries, batch);
	g_ptr_array_add(privacy->leaving, g_strdup(tx_id));
}

void
transient_left(Privacy *privacy)
{
	for (guint i = 0; i < privacy->leaving->len; i++) {
		const char *tx_id = privacy->leaving->pdata[i];
		const GArray *entries = entries_of(privacy, tx_id);

		if (entries == NULL) /* it is in the block twice */
			continue;
		uncount(privacy, entries);
		g_hash_table_remove(privacy->waiting, tx_id);
	}
	g_ptr_array_set_size(privacy->leaving, 0);
}

static gboolean
is_old(const GArray *entries, guint64 height)
{
	for (guint i = 0; i < entries->len; i++)
		if (g_array_index(entries, Entry, i).height +
			    TRANSIENT_BLOCKS >
		    height)
			return FALSE;
	return TRUE;
}

/* When the store does not take it now, it does after another block. */
void
transient_expire(Privacy *privacy, guint64 height)
{
	g_auto(LedgerBatch) batch = { NULL, ARENA_INIT };
	GHashTableIter iter;
	gpointer tx_id;
	gpointer entries;

	ledger_batch_init(&batch);
	g_ptr_array_set_size(privacy->leaving, 0);
	g_hash_table_iter_init(&iter, privacy->waiting);
	while (g_hash_table_iter_next(&iter, &tx_id, &entries))
		if (is_old(entries, height))
			transient_leave(privacy, tx_id, &batch);
	if (batch.writes->len > 0 &&
	    ledger_batch_commit(&batch, &privacy->channel->ledger->state.store,
				0, NULL) == BSN_OK)
		transient_left(privacy);
	else
		g_ptr_array_set_size(privacy->leaving, 0);
}
