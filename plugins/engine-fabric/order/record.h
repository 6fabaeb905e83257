/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/order/record.h: what is kept of a block beside Fabric's
 * bytes, under 'c' and the block's number: its time and its certificate.
 */
#ifndef FABRIC_ORDER_RECORD_H
#define FABRIC_ORDER_RECORD_H

#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/ledger/store.h"

StoreKey record_key(guint64 number);
void record_put(GByteArray *out, guint64 time_ms, bsn_slice certificate);

/* Appends a block's certificate to `certificate`, which may be NULL.
 *
 * Returns: BSN_OK. Errors: BSN_NOT_FOUND with a reason; BSN_E_IO,
 * BSN_E_CORRUPT. [any] */
int32_t record_get(const LedgerStore *store, guint64 number, guint64 *time_ms,
		   GByteArray *certificate, bsn_err *err);

#endif
