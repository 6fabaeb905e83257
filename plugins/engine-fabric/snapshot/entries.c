/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/entries.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

void
entry_put(GByteArray *out, bsn_slice key, bsn_slice value)
{
	wire_put(out, key.len, 2);
	wire_put_bytes(out, key);
	wire_put(out, value.len, 4);
	wire_put_bytes(out, value);
}

gboolean
entry_take(bsn_slice *rest, Entry *entry)
{
	Wire wire = wire_of(*rest);

	entry->key = wire_bytes(&wire, wire_u16(&wire));
	entry->value = wire_bytes(&wire, wire_u32(&wire));
	if (rest->len == 0 || wire.bad || entry->key.len == 0 ||
	    entry->key.len > BSN_STORE_KEY_MAX)
		return FALSE;
	*rest = wire.rest;
	return TRUE;
}

/* ---- pages ---- */

void
entry_page_init(EntryPage *page)
{
	*page = (EntryPage){ g_byte_array_new(), 0, FALSE };
}

void
entry_page_clear(EntryPage *page)
{
	g_clear_pointer(&page->memory, g_byte_array_unref);
}

typedef struct {
	bsn_scan_sink sink;
	EntryPage *page;
	bsn_slice passed; /* this one is left out */
} PageSink;

/* Scans end with what their sink returns. */
#define ENOUGH BSN_TOO_LARGE

static int32_t
page_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	const PageSink *reading = (PageSink *)sink;
	EntryPage *page = reading->page;

	if (bsn_slice_equal(key, reading->passed))
		return BSN_OK;
	if (page->n == ENTRY_PAGE_MAX || page->memory->len >= ENTRY_PAGE_BYTES)
		return ENOUGH;
	entry_put(page->memory, key, value);
	page->n++;
	return BSN_OK;
}

int32_t
entry_page_read(const bsn_store *store, bsn_chain *chain, bsn_slice from,
		gboolean passed, bsn_slice to, EntryPage *page, bsn_err *err)
{
	PageSink sink = { { page_entry }, page, { NULL, 0 } };
	int32_t status;

	if (passed)
		sink.passed = from;
	status = store->scan(chain, from, to, 0, &sink.sink, err);
	page->ended = status == BSN_OK;
	return status == ENOUGH ? BSN_OK : status;
}
