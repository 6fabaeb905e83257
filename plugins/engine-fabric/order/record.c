/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/order/record.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

#define STORE_RECORD 'c'
#define TIME_LEN 8u

StoreKey
record_key(guint64 number)
{
	const guint64 big_endian = GUINT64_TO_BE(number);
	StoreKey key = { { STORE_RECORD }, 1 + sizeof(number) };

	memcpy(key.bytes + 1, &big_endian, sizeof(big_endian));
	return key;
}

void
record_put(GByteArray *out, guint64 time_ms, bsn_slice certificate)
{
	wire_put(out, time_ms, TIME_LEN);
	wire_put_bytes(out, certificate);
}

int32_t
record_get(const LedgerStore *store, guint64 number, guint64 *time_ms,
	   GByteArray *certificate, bsn_err *err)
{
	const StoreKey key = record_key(number);
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status =
		ledger_store_get(store, store_key_slice(&key), bytes, err);
	Wire wire = wire_of(buffer_slice(bytes));

	if (status == BSN_NOT_FOUND)
		return bsn_fail(err, BSN_NOT_FOUND,
				"there is no block %" G_GUINT64_FORMAT, number);
	if (status != BSN_OK)
		return status;
	*time_ms = wire_u64(&wire);
	if (wire.bad)
		return bsn_fail(err, BSN_E_CORRUPT,
				"the time of block %" G_GUINT64_FORMAT
				" cannot be read back",
				number);
	if (certificate != NULL)
		wire_put_bytes(certificate, wire.rest);
	return BSN_OK;
}
