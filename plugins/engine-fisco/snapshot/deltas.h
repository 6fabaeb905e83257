/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fisco/snapshot/deltas.h: what entries do to an LtHash, worked
 * out on all workers.
 */
#ifndef FISCO_SNAPSHOT_DELTAS_H
#define FISCO_SNAPSHOT_DELTAS_H

#include "plugins/engine-fisco/ledger.h"
#include "plugins/engine-fisco/snapshot/entries.h"
#include "plugins/engine-fisco/snapshot/lthash.h"

/* For each of some entries what it adds, less what the entry of the same index
 * added before; `before` may be NULL: nothing.
 *
 * Returns: BSN_OK and as many LtHash; g_free them. Errors: as bsn_hash.digest.
 * [strand] */
int32_t deltas_make(const Ledger *ledger, const Entries *before,
		    const Entries *after, LtHash **deltas);
/* The sum of all of them. Returns and errors: as deltas_make. */
int32_t deltas_sum(const Ledger *ledger, const Entries *entries, LtHash *sum);

#endif
