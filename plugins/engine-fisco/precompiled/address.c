/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/address.h"

#include <string.h>

#define KIND_AT (ADDRESS_LEN - TABLE_ID_LEN - 1)
#define NUMBER_AT (ADDRESS_LEN - sizeof(guint32))

static const guint8 zeros[ADDRESS_LEN];

void
address_of_number(guint32 number, guint8 *address)
{
	guint32 big_endian = GUINT32_TO_BE(number);

	memset(address, 0, ADDRESS_LEN);
	memcpy(address + NUMBER_AT, &big_endian, sizeof(big_endian));
}

gboolean
address_is_number(const guint8 *address, guint32 *number)
{
	if (memcmp(address, zeros, NUMBER_AT) != 0)
		return FALSE;
	memcpy(number, address + NUMBER_AT, sizeof(*number));
	*number = GUINT32_FROM_BE(*number);
	return TRUE;
}

void
address_of_table(TableAddress kind, const guint8 *id, guint8 *address)
{
	memset(address, 0, KIND_AT);
	address[KIND_AT] = (guint8)kind;
	memcpy(address + KIND_AT + 1, id, TABLE_ID_LEN);
}

const guint8 *
address_table(const guint8 *address, TableAddress *kind)
{
	if (memcmp(address, zeros, KIND_AT) != 0 ||
	    (address[KIND_AT] != TABLE_ADDRESS &&
	     address[KIND_AT] != KV_TABLE_ADDRESS))
		return NULL;
	*kind = (TableAddress)address[KIND_AT];
	return address + KIND_AT + 1;
}
