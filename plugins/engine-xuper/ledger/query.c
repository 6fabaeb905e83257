/* SPDX-License-Identifier: Apache-2.0
 *
 * What is final, and where a transaction is.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/ledger/ledger_private.h"
#include "plugins/kit/sink.h"

void
ledger_totals(const Ledger *ledger, LedgerTotals *totals)
{
	*totals = ledger->totals;
}

/* ---- the first entry of a range ---- */

/* Ends the scan: no status of the store's. */
#define FOUND G_MAXINT32

typedef struct {
	bsn_scan_sink sink;
	GByteArray *key, *value;
} First;

static void
replace(GByteArray *bytes, bsn_slice with)
{
	g_byte_array_set_size(bytes, 0);
	if (with.len > 0)
		g_byte_array_append(bytes, with.data, (guint)with.len);
}

static int32_t
take_first(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	First *first = (First *)sink;

	replace(first->key, key);
	replace(first->value, value);
	return FOUND;
}

int32_t
first_entry(Layer *layer, RecordKey from, RecordKey to, guint32 flags,
	    GByteArray *key, GByteArray *value, bsn_err *err)
{
	First first = { { take_first }, key, value };
	int32_t status = layer_scan(layer, record_slice(&from),
				    record_slice(&to), flags, &first.sink, err);

	if (status == FOUND)
		return BSN_OK;
	return status == BSN_OK ? BSN_NOT_FOUND : status;
}

/* ---- blocks ---- */

int32_t
ledger_block_bytes(Ledger *ledger, guint64 height, GByteArray *bytes,
		   bsn_err *err)
{
	g_autoptr(GByteArray) key = NULL;
	int32_t status;

	if (height > ledger->totals.height)
		return BSN_NOT_FOUND;
	key = g_byte_array_new();
	status = first_entry(ledger->store, record_key_at('b', height),
			     record_key_at('b', height + 1), 0, key, bytes,
			     err);
	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, BSN_E_CORRUPT,
				"block %" G_GUINT64_FORMAT
				" is missing in the store", height);
	return status;
}

int32_t
ledger_block_height(Ledger *ledger, const guint8 id[HASH_LEN], guint64 *height,
		    bsn_err *err)
{
	const RecordKey key = record_key_id('i', id);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	int32_t status =
		layer_get(ledger->store, record_slice(&key), bytes, err);

	return status == BSN_OK
		       ? record_read_height(buffer_slice(bytes), height, err)
		       : status;
}

int32_t
ledger_certificate(Ledger *ledger, guint64 height, guint64 *of,
		   GByteArray *certificate, bsn_err *err)
{
	g_autoptr(GByteArray) key = g_byte_array_new();
	int32_t status = first_entry(ledger->store, record_key_at('c', height),
				     record_key('c' + 1), 0, key, certificate,
				     err);

	if (status != BSN_OK)
		return status;
	return record_read_height(bsn_slice_of(key->data + 1, key->len - 1), of,
				  err);
}

int32_t
ledger_flags(Ledger *ledger, const Block *block, guint32 *flags, bsn_err *err)
{
	return trace_flags(ledger, ledger->store, block, flags, err);
}

int32_t
ledger_agreement(Ledger *ledger, guint64 height, GByteArray *agreement,
		 bsn_err *err)
{
	guint64 of;

	if (height > ledger->totals.height)
		return BSN_NOT_FOUND;
	return trace_agreement(ledger->store, height, &of, agreement, err);
}

/* ---- transactions ---- */

int32_t
ledger_place(Ledger *ledger, LedgerNode *at, const guint8 txid[HASH_LEN],
	     LedgerPlace *place, GByteArray *note, bsn_err *err)
{
	LedgerNode *node = at != NULL ? at : ledger->head;
	const RecordKey key = record_key_id('t', txid);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	bsn_slice noted;
	int32_t status = layer_get(node->layer, record_slice(&key), bytes, err);

	if (status == BSN_OK)
		status = record_read_place(buffer_slice(bytes), place, &noted,
					   err);
	if (status != BSN_OK)
		return status;
	if (note != NULL)
		replace(note, noted);
	place->final = place->height <= ledger->totals.height;
	while (!place->final && node->block->height > place->height)
		node = node->parent;
	place->node = place->final ? NULL : node;
	return BSN_OK;
}
