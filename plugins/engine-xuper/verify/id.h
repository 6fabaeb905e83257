/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/verify/id.h: tables by id. An id is a hash already, so its
 * first bytes spread as they are; nothing goes by a table's order.
 */
#ifndef XUPER_VERIFY_ID_H
#define XUPER_VERIFY_ID_H

#include <string.h>

#include "plugins/engine-xuper/identity/suite.h"

static inline guint
id_hash(gconstpointer id)
{
	guint hash;

	memcpy(&hash, id, sizeof(hash));
	return hash;
}

static inline gboolean
id_equal(gconstpointer a, gconstpointer b)
{
	return memcmp(a, b, HASH_LEN) == 0;
}

/* By ids that lie in the values. */
static inline GHashTable *
id_table_new(GDestroyNotify value_free)
{
	return g_hash_table_new_full(id_hash, id_equal, NULL, value_free);
}

#endif
