/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/rpc/value.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/result.h"
#include "plugins/engine-fisco/suite.h"
#include "plugins/kit/hex.h"

json_t *
value_quantity(guint64 number)
{
	char text[2 + 16 + 1];

	(void)g_snprintf(text, sizeof(text), "0x%" G_GINT64_MODIFIER "x",
			 number);
	return json_string_nocheck(text);
}

json_t *
value_integer(bsn_slice big_endian)
{
	g_autofree char *text = NULL;
	char *digits;

	while (big_endian.len > 0 && big_endian.data[0] == 0) {
		big_endian.data++;
		big_endian.len--;
	}
	if (big_endian.len == 0)
		return json_string_nocheck("0x0");
	text = hex_encode(big_endian);
	if (text[2] != '0')
		return json_string_nocheck(text);
	/* One digit less: the prefix moves over it. */
	digits = text + 1;
	digits[0] = '0';
	digits[1] = 'x';
	return json_string_nocheck(digits);
}

json_t *
value_data(bsn_slice bytes)
{
	return result_hex(bytes);
}

json_t *
value_hash(const guint8 *hash)
{
	return result_hex(bsn_slice_of(hash, HASH_LEN));
}

json_t *
value_address(const guint8 *address)
{
	return result_hex(bsn_slice_of(address, ADDRESS_LEN));
}
