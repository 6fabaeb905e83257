/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/snapshot/entries.h: entries of the store, in one piece
 * of memory, and as a part of a snapshot has them: each is the key's length (2
 * bytes, big-endian), the key, the value's length (4 bytes), the value. All
 * functions: [any].
 */
#ifndef FABRIC_SNAPSHOT_ENTRIES_H
#define FABRIC_SNAPSHOT_ENTRIES_H

#include <bsn/host.h>
#include <glib.h>

typedef struct {
	bsn_slice key;
	bsn_slice value;
} Entry;

void entry_put(GByteArray *out, bsn_slice key, bsn_slice value);
/* Takes the next one from what is left of a part, borrowed. FALSE: there is no
 * further one, or it is damaged, when `rest` is not empty. */
gboolean entry_take(bsn_slice *rest, Entry *entry);

/* What a scan of the store finds, at most so much. */
typedef struct {
	GByteArray *memory; /* entries as in a part */
	guint n;
	gboolean ended; /* there are no more in the range */
} EntryPage;

/* Entries of a page, and bytes, but for its last entry. */
#define ENTRY_PAGE_MAX 512u
#define ENTRY_PAGE_BYTES (512u << 10)

void entry_page_init(EntryPage *page);
/* A zeroed one is fine. */
void entry_page_clear(EntryPage *page);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(EntryPage, entry_page_clear)

/* Reads the first entries of a range of the store.
 *
 * Returns: BSN_OK.
 * In:      from: with `passed` only what is behind it; to: not empty.
 * Errors:  as bsn_store.scan. */
int32_t entry_page_read(const bsn_store *store, bsn_chain *chain,
			bsn_slice from, gboolean passed, bsn_slice to,
			EntryPage *page, bsn_err *err);

#endif
