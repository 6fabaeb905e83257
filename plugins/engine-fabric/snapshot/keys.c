/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/snapshot/keys.h"

#include "plugins/kit/wire.h"

StoreKey
snapshot_key(guint8 kind)
{
	return (StoreKey){ { STORE_SNAPSHOT, kind }, 2 };
}

static void
put_number(StoreKey *key, guint64 number, guint len)
{
	for (guint i = len; i > 0; i--)
		key->bytes[key->len++] = (guint8)(number >> 8 * (i - 1));
}

StoreKey
snapshot_key_block(guint8 kind, guint64 block)
{
	StoreKey key = snapshot_key(kind);

	put_number(&key, block, 8);
	return key;
}

StoreKey
snapshot_key_part(guint8 kind, guint64 block, guint32 part)
{
	StoreKey key = snapshot_key_block(kind, block);

	put_number(&key, part, 4);
	return key;
}

gboolean
snapshot_key_read_block(bsn_slice key, guint64 *block)
{
	Wire wire = wire_of(key);

	(void)wire_bytes(&wire, 2);
	*block = wire_u64(&wire);
	return wire_end(&wire);
}
