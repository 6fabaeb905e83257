/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/wasm_section.h"

#include <bsn/helpers/bytes.h>

gboolean
wasm_take_number(bsn_slice *rest, guint64 *number)
{
	*number = 0;
	for (guint shift = 0; shift < 35 && rest->len > 0; shift += 7) {
		const guint8 byte = *rest->data++;

		rest->len--;
		*number |= (guint64)(byte & 0x7f) << shift;
		if ((byte & 0x80) == 0)
			return TRUE;
	}
	return FALSE;
}

gboolean
wasm_take_bytes(bsn_slice *rest, bsn_slice *bytes)
{
	guint64 len;

	if (!wasm_take_number(rest, &len) || len > rest->len)
		return FALSE;
	*bytes = bsn_slice_of(rest->data, len);
	rest->data += len;
	rest->len -= len;
	return TRUE;
}

gboolean
wasm_take_section(bsn_slice *rest, guint8 *id, bsn_slice *contents)
{
	if (rest->len == 0)
		return FALSE;
	*id = *rest->data++;
	rest->len--;
	return wasm_take_bytes(rest, contents);
}
