/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/history.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/blocks.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"

void
history_entry_free(HistoryEntry *entry)
{
	g_free(entry->tx_id);
	g_bytes_unref(entry->value);
	g_free(entry);
}

/* ---- the index ---- */

typedef struct {
	bsn_scan_sink sink;
	GArray *places; /* TxPlace */
	gboolean corrupt;
} PlaceSink;

static int32_t
place_entry(bsn_scan_sink *sink, bsn_slice store_key, bsn_slice value)
{
	PlaceSink *list = (PlaceSink *)sink;
	TxPlace place;
	guint64 block;
	guint64 tx;

	if (list->places->len == HISTORY_PAGE)
		return BSN_TOO_LARGE;
	list->corrupt = !store_key_read_history(store_key, &block, &tx) ||
			!tx_place_read(value, &place) || place.block != block ||
			place.tx != tx;
	if (list->corrupt)
		return BSN_E_CORRUPT;
	g_array_append_val(list->places, place);
	return BSN_OK;
}

static int32_t
corrupt(bsn_err *err)
{
	return bsn_fail(err, BSN_E_CORRUPT, "the history of a key is damaged");
}

static int32_t
find_places(const ChannelLedger *ledger, bsn_slice name,
	    const HistoryCursor *cursor, GArray *places, bsn_err *err)
{
	const Suite *suite = &ledger->state.suite;
	const StoreKey first = store_key_history(suite, name, 0, 0);
	const StoreKey end =
		store_key_history(suite, name, cursor->block, cursor->tx);
	PlaceSink list = { { place_entry }, places, FALSE };
	const int32_t status = ledger->state.store.table->scan(
		ledger->state.store.chain, store_key_slice(&first),
		store_key_slice(&end), BSN_SCAN_DESCENDING, &list.sink, err);

	if (list.corrupt)
		return corrupt(err);
	return status == BSN_TOO_LARGE ? BSN_OK : status;
}

/* ---- what is there ---- */

static const TxWrite *
find_write(const TxWrites *writes, bsn_slice name)
{
	for (gsize i = 0; i < writes->n; i++)
		if (writes->writes[i].writes &&
		    bsn_slice_equal(writes->writes[i].key, name))
			return &writes->writes[i];
	return NULL;
}

static HistoryEntry *
entry_new(const TxPlace *place, const Common__ChannelHeader *header,
	  const TxWrite *write)
{
	HistoryEntry *entry = g_new0(HistoryEntry, 1);

	entry->block = place->block;
	entry->tx = place->tx;
	entry->tx_id = g_strdup(header->tx_id);
	if (header->timestamp != NULL) {
		entry->seconds = header->timestamp->seconds;
		entry->nanoseconds = header->timestamp->nanos;
	}
	entry->is_delete = write->deletes;
	entry->value = g_bytes_new(write->value.data,
				   write->deletes ? 0 : write->value.len);
	return entry;
}

static int32_t
read_entry(const ChannelLedger *ledger, const TxPlace *place, bsn_slice name,
	   HistoryEntry **entry, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	g_auto(Arena) arena = ARENA_INIT;
	const int32_t status = ledger_envelope(ledger, place, bytes, err);
	const TxWrite *write;
	TxWrites writes;
	Transaction tx;

	if (status != BSN_OK)
		return status;
	if (transaction_open_whole(&ledger->state.suite, &arena,
				   buffer_slice(bytes),
				   &tx) != PROTOS__TX_VALIDATION_CODE__VALID ||
	    !tx_writes_read(&arena, &ledger->state.suite, &tx, &writes))
		return corrupt(err);
	write = find_write(&writes, name);
	if (write == NULL)
		return corrupt(err);
	*entry = entry_new(place, tx.channel, write);
	return BSN_OK;
}

int32_t
ledger_history(const ChannelLedger *ledger, bsn_slice namespace, bsn_slice key,
	       HistoryCursor *cursor, GPtrArray *entries, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	const bsn_slice name =
		state_key(&arena, namespace, bsn_slice_of(NULL, 0), key);
	g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(TxPlace));
	int32_t status = find_places(ledger, name, cursor, places, err);
	gsize bytes = 0;

	for (guint i = 0; i < places->len && bytes < HISTORY_PAGE_BYTES &&
			  status == BSN_OK;
	     i++) {
		const TxPlace *place = &g_array_index(places, TxPlace, i);
		HistoryEntry *entry = NULL;

		status = read_entry(ledger, place, name, &entry, err);
		if (status != BSN_OK)
			break;
		bytes += g_bytes_get_size(entry->value);
		g_ptr_array_add(entries, entry);
		*cursor = (HistoryCursor){ place->block, place->tx };
	}
	return status;
}
