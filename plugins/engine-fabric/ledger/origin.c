/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/ledger/origin.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/kit/sink.h"
#include "plugins/kit/wire.h"

static const guint8 name[] = { STORE_SNAPSHOT, 'f' };

int32_t
ledger_origin_load(const LedgerStore *store, LedgerOrigin *origin, bsn_err *err)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	const int32_t status = ledger_store_get(
		store, bsn_slice_of(name, sizeof(name)), bytes, err);
	Wire wire = wire_of(buffer_slice(bytes));

	*origin = (LedgerOrigin){ 0 };
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	origin->first = wire_u64(&wire);
	origin->installing = wire_u8(&wire) != 0;
	return wire_end(&wire) ? BSN_OK
			       : bsn_fail(err, BSN_E_CORRUPT,
					  "where the ledger begins cannot be "
					  "read back");
}

void
ledger_origin_save(LedgerBatch *batch, const LedgerOrigin *origin)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	wire_put(bytes, origin->first, 8);
	wire_put(bytes, origin->installing ? 1 : 0, 1);
	ledger_batch_put_copy(batch, bsn_slice_of(name, sizeof(name)),
			      buffer_slice(bytes));
}
