/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_copy.h: a copy of a store, from another process than the
 * one that may be writing it.
 */
#ifndef HOST_SERVICE_STORE_COPY_H
#define HOST_SERVICE_STORE_COPY_H

#include <glib.h>

/* Makes `to`, which is missing or empty, a store of its own with all that was
 * durable in `from` when this was called, its journal included, without holes.
 * Blocks for as long as that takes; the writer goes on meanwhile. FALSE and a
 * sentence. */
gboolean store_copy(const char *from, const char *to, GError **error);

#endif
