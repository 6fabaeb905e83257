/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_overlay.h: accepted writes of one space that may not be
 * in the database yet, in order of key. All of a tree have the same prefix.
 *
 * A persistent treap (Seidel and Aragon, "Randomized Search Trees", 1996, with
 * path copying after Driscoll et al., 1989): a snapshot is one more reference
 * to the root, and changes copy only what a snapshot shares. NULL is the empty
 * tree. Changes to one root are serialised by the caller; snapshots may be read
 * and released on any thread meanwhile.
 */
#ifndef HOST_SERVICE_STORE_OVERLAY_H
#define HOST_SERVICE_STORE_OVERLAY_H

#include "host/service/store_batch.h"

typedef struct Overlay Overlay;

/* Both accept NULL. */
Overlay *overlay_ref(Overlay *root);
void overlay_unref(Overlay *root);

/* Takes the place of an entry of the same key. Keeps a reference to the
 * entry's batch. */
void overlay_put(Overlay **root, const StoreEntry *entry);
/* Puts an entry of the same key in the place of one, if that one is still there. */
void overlay_exchange(Overlay **root, const StoreEntry *from,
		      const StoreEntry *to);
/* Appends all entries, in order of key; borrowed from the tree. */
void overlay_collect(const Overlay *root, GPtrArray *out);

/* The entry of a key; NULL when there is none. Borrowed from the tree. */
const StoreEntry *overlay_find(const Overlay *root, const void *key,
			       gsize len);
/* The first at the key or, unless `inclusive`, after it. */
const StoreEntry *overlay_after(const Overlay *root, const void *key,
				gsize len, gboolean inclusive);
/* The last before the key. */
const StoreEntry *overlay_before(const Overlay *root, const void *key,
				 gsize len);

#endif
