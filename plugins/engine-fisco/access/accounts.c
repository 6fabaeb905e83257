/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/access/accounts.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/number.h"

#define KIND_FROZEN 'z'

static const guint8 count_key[] = { STATE_BYTE, STATE_ACCESS_BYTE, 'f' };

typedef struct {
	guint8 bytes[3 + ADDRESS_LEN];
} Key;

static Key
key_of(const guint8 *address)
{
	Key key = { { STATE_BYTE, STATE_ACCESS_BYTE, KIND_FROZEN } };

	memcpy(key.bytes + 3, address, ADDRESS_LEN);
	return key;
}

static int32_t
load_count(Overlay *state, guint64 *count)
{
	return number_get(state, bsn_slice_of(count_key, sizeof(count_key)),
			  count);
}

/* The count first: it is one key for all accounts of a block. */
int32_t
account_frozen(Overlay *state, const guint8 *address, gboolean *frozen)
{
	Key key = key_of(address);
	guint64 count;
	bsn_slice value;
	int32_t status = load_count(state, &count);

	*frozen = FALSE;
	if (status != BSN_OK || count == 0)
		return status;
	status = overlay_get(state, bsn_slice_of(key.bytes, sizeof(key.bytes)),
			     &value);
	*frozen = status == BSN_OK;
	return MIN(status, BSN_OK);
}

int32_t
account_freeze(Overlay *state, const guint8 *address, gboolean freeze,
	       gboolean *changed)
{
	Key key = key_of(address);
	bsn_slice name = bsn_slice_of(key.bytes, sizeof(key.bytes));
	gboolean frozen;
	guint64 count;
	int32_t status = account_frozen(state, address, &frozen);

	if (status == BSN_OK)
		status = load_count(state, &count);
	if (status != BSN_OK)
		return status;
	*changed = frozen != freeze;
	if (!*changed)
		return BSN_OK;
	if (freeze)
		overlay_put(state, name, bsn_slice_of(NULL, 0));
	else
		overlay_delete(state, name);
	number_put(state, bsn_slice_of(count_key, sizeof(count_key)),
		   freeze ? count + 1 : count - 1);
	return BSN_OK;
}
