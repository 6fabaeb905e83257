/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/history_index.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"

typedef struct {
	bsn_scan_sink sink;
	GArray *places; /* TxPlace */
	guint max;
	gboolean corrupt;
} PlaceSink;

static int32_t
place_entry(bsn_scan_sink *sink, bsn_slice store_key, bsn_slice value)
{
	PlaceSink *list = (PlaceSink *)sink;
	TxPlace place;
	guint64 block;
	guint64 tx;

	if (list->places->len == list->max)
		return BSN_TOO_LARGE;
	list->corrupt = !store_key_read_history(store_key, &block, &tx) ||
			!tx_place_read(value, &place) || place.block != block ||
			place.tx != tx;
	if (list->corrupt)
		return BSN_E_CORRUPT;
	g_array_append_val(list->places, place);
	return BSN_OK;
}

int32_t
history_index_read(const State *state, bsn_slice key, Version before, guint max,
		   GArray *places, bsn_err *err)
{
	const StoreKey first = store_key_history(&state->suite, key, 0, 0);
	const StoreKey end =
		store_key_history(&state->suite, key, before.block, before.tx);
	PlaceSink list = { { place_entry }, places, max, FALSE };
	const int32_t status = state->store.table->scan(
		state->store.chain, store_key_slice(&first),
		store_key_slice(&end), BSN_SCAN_DESCENDING, &list.sink, err);

	if (list.corrupt)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the history of a key is damaged");
	return status == BSN_TOO_LARGE ? BSN_OK : status;
}
