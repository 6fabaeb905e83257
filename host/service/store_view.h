/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_view.h: the bytes of a journal's segment where they lie, so
 * that what is in the journal need not be in memory as well.
 */
#ifndef HOST_SERVICE_STORE_VIEW_H
#define HOST_SERVICE_STORE_VIEW_H

#include <glib.h>

typedef struct StoreView StoreView;

/* Of the first `len` bytes of a file, which may be closed and removed meanwhile;
 * NULL when they cannot be mapped. */
StoreView *store_view_new(int fd, gsize len);
/* Both accept NULL. */
StoreView *store_view_ref(StoreView *view);
void store_view_unref(StoreView *view);

const guint8 *store_view_bytes(const StoreView *view);
/* Whether somebody else has a reference: the bytes may not change then. */
gboolean store_view_is_shared(StoreView *view);

#endif
