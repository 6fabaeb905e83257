/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/cut.h"

/* Whether one more leaves the batch as it was, which is then full. */
static gboolean
begins_next(const ChannelConfig *config, const PoolEntry *entry, guint64 bytes)
{
	return entry->is_config || bytes + g_bytes_get_size(entry->envelope) >
					   config->preferred_max_bytes;
}

gboolean
cut_batch(const ChannelConfig *config, const Pool *pool, CutTakenFn taken,
	  gpointer data, GPtrArray *batch)
{
	guint64 bytes = 0;

	for (PoolEntry *entry = pool_first(pool); entry != NULL;
	     entry = pool_next(entry)) {
		if (taken(entry, data))
			continue;
		if (batch->len > 0 && begins_next(config, entry, bytes))
			return TRUE;
		g_ptr_array_add(batch, entry);
		bytes += g_bytes_get_size(entry->envelope);
		if (entry->is_config || bytes >= config->preferred_max_bytes ||
		    batch->len >= config->max_message_count)
			return TRUE;
	}
	return FALSE;
}

gboolean
cut_allows(const ChannelConfig *config, guint n, guint64 bytes)
{
	return n > 0 && n <= config->max_message_count &&
	       bytes <= (n == 1 ? config->absolute_max_bytes
				: config->preferred_max_bytes);
}
