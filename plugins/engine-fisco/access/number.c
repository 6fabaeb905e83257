/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/access/number.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

int32_t
number_get(Overlay *state, bsn_slice key, guint64 *number)
{
	bsn_slice value;
	int32_t status = overlay_get(state, key, &value);

	*number = 0;
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status == BSN_OK && value.len != sizeof(*number))
		return BSN_E_CORRUPT;
	if (status == BSN_OK) {
		memcpy(number, value.data, sizeof(*number));
		*number = GUINT64_FROM_BE(*number);
	}
	return status;
}

void
number_put(Overlay *state, bsn_slice key, guint64 number)
{
	guint64 big_endian = GUINT64_TO_BE(number);

	overlay_put(state, key, bsn_slice_of(&big_endian, sizeof(big_endian)));
}
