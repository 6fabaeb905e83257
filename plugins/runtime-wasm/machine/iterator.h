/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/runtime-wasm/machine/iterator.h: entries of a contract in order of their
 * keys, as of when the iterator was made: what is stored, page by page, with what
 * the execution had written by then before it.
 */
#ifndef WASM_ITERATOR_H
#define WASM_ITERATOR_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/runtime-wasm/machine/writes.h"

/* A page ends with whichever comes first. */
#define ITERATOR_PAGE 32u
#define ITERATOR_PAGE_BYTES (64u << 10)

typedef struct {
	GBytes *key;   /* the contract's own */
	GBytes *value; /* NULL: it was deleted */
} WasmEntry;

typedef struct {
	GBytes *from, *to; /* `to` is empty: to the end */
	GArray *own;	   /* WasmEntry */
	guint own_at;
	GArray *page; /* WasmEntry */
	guint page_at;
	gsize page_bytes;
	gboolean more;	/* there are entries behind the page */
	GBytes *behind; /* the last key of all pages; NULL: none has come */
	char *id;	/* the peer's */
	GBytes *value;	/* of the entry that was given last; NULL: none */
} WasmIterator;

WasmIterator *wasm_iterator_new(bsn_slice from, bsn_slice to);
void wasm_iterator_free(WasmIterator *iterator);

/* Adds what was written, in order; value NULL: deleted. Copies. */
void wasm_iterator_add_own(WasmIterator *iterator, bsn_slice key,
			   GBytes *value);
/* Adds to the page; FALSE: it was the last one that it takes. */
gboolean wasm_iterator_add(WasmIterator *iterator, bsn_slice key,
			   bsn_slice value);
/* Whether a key is before the end. */
gboolean wasm_iterator_has(const WasmIterator *iterator, bsn_slice key);

/* BSN_OK and the next entry; BSN_NOT_FOUND: there is none; BSN_BUSY: a page must
 * be fetched first, and then is empty. */
int32_t wasm_iterator_next(WasmIterator *iterator, bsn_slice *key);

#endif
