/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/statekey.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/contracts.h"

StateKey
state_key(char kind)
{
	StateKey key = { { STATE_BYTE, STATE_PRECOMPILED_BYTE, (guint8)kind },
			 3 };

	return key;
}

void
state_key_add(StateKey *key, bsn_slice bytes)
{
	g_assert(bytes.len <= sizeof(key->bytes) - key->len);
	if (bytes.len > 0)
		memcpy(key->bytes + key->len, bytes.data, bytes.len);
	key->len += (guint)bytes.len;
}

void
state_key_add_u32(StateKey *key, guint32 number)
{
	guint32 big_endian = GUINT32_TO_BE(number);

	state_key_add(key, bsn_slice_of(&big_endian, sizeof(big_endian)));
}

bsn_slice
state_key_slice(const StateKey *key)
{
	return bsn_slice_of(key->bytes, key->len);
}
