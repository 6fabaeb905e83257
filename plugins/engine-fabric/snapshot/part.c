/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/genesis.h"
#include "plugins/engine-fabric/snapshot/join_private.h"

int32_t
part_check(const Suite *suite, const Manifest *manifest, guint index,
	   bsn_slice bytes, bsn_err *err)
{
	bsn_slice before = bsn_slice_of(NULL, 0);
	guint n = 0;
	Entry entry;

	for (; entry_take(&bytes, &entry); n++) {
		if (slice_compare(before, entry.key) >= 0)
			return bsn_fail(err, BSN_BAD_REQUEST,
					"part %u: its entries are not in order",
					index);
		if (!walk_knows(suite, &manifest->head, &entry))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"part %u: an entry is none that a "
					"snapshot has",
					index);
		before = entry.key;
	}
	if (bytes.len > 0 || n != manifest_part(manifest, index)->entries)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"part %u: it is damaged, or has another number "
				"of entries",
				index);
	return BSN_OK;
}

int32_t
part_config(const Manifest *manifest, bsn_slice first_part,
	    ChannelConfig **config, bsn_err *err)
{
	const StoreKey key = store_key_block(manifest->head.last_config);
	g_auto(Arena) arena = ARENA_INIT;
	const Common__Block *block = NULL;
	Entry entry;

	if (entry_take(&first_part, &entry) &&
	    bsn_slice_equal(entry.key, store_key_slice(&key)))
		block = message_unpack(&arena, &common__block__descriptor,
				       entry.value, NULL, NULL);
	if (block == NULL || block->data == NULL || block->data->n_data != 1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"it does not begin with a block with a config");
	return genesis_config(message_slice(block->data->data[0]), config, err);
}
