/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_filter.h: which keys a space surely has not. Most keys that
 * a chain looks for are new: the id of a transaction, the place of a value that
 * is about to be written. In a tree of millions each such look costs several
 * pages that are in no cache, and more the higher the chain.
 *
 * A Bloom filter whose bits for one key lie in one cache line (Putze, Sanders
 * and Singler, "Cache-, Hash- and Space-Efficient Bloom Filters", 2007), and
 * which grows by layers, each four times the one before (after Almeida et al.,
 * "Scalable Bloom Filters", 2007). 16 bits a key: of keys that are not there one
 * or two in a hundred seem to be. Nothing is ever taken out.
 */
#ifndef HOST_SERVICE_STORE_FILTER_H
#define HOST_SERVICE_STORE_FILTER_H

#include <glib.h>

typedef struct StoreFilter StoreFilter;

/* `room`: bytes that all filters of a store may still take together; shared. */
StoreFilter *store_filter_new(gint64 *room);
void store_filter_free(StoreFilter *filter);

/* What stands for a key in this filter, and in no other one. [any] */
guint64 store_filter_hash(const StoreFilter *filter, const void *key,
			  gsize len);
/* One thread at a time. Without room the filter is given up: it then says of
 * every key that it may be there. */
void store_filter_add(StoreFilter *filter, guint64 hash);
/* FALSE: it was never added. What was added before is seen by whoever has heard of
 * it. [any] */
gboolean store_filter_may_have(const StoreFilter *filter, guint64 hash);
gboolean store_filter_is_given_up(const StoreFilter *filter); /* [any] */

#endif
