/* SPDX-License-Identifier: Apache-2.0
 *
 * Queries by content: what they cost, and what they leave in the read-write set.
 */
#include "plugins/engine-fabric/ledger/simulator_private.h"

#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/ledger/key.h"

static int32_t
begin_pages(Simulator *simulator, bsn_err *err)
{
	if (simulator->has_writes)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a transaction that has written cannot query "
				"by pages");
	simulator->has_pages = TRUE;
	return BSN_OK;
}

int32_t
simulator_query(Simulator *simulator, guint64 bytes, gboolean pages,
		gboolean private_values, bsn_err *err)
{
	int32_t status = snapshot_check(simulator->snapshot, err);

	if (status == BSN_OK && private_values)
		status = simulator_query_private(simulator, err);
	if (status == BSN_OK && pages)
		status = begin_pages(simulator, err);
	return status == BSN_OK ? simulator_charge(simulator, bytes, err)
				: status;
}

const ChannelLedger *
simulator_ledger(const Simulator *simulator)
{
	return simulator->ledger;
}

const Snapshot *
simulator_snapshot(const Simulator *simulator)
{
	return simulator->snapshot;
}

int32_t
simulator_look(Simulator *simulator, guint64 bytes, bsn_err *err)
{
	simulator->looked += bytes + SIMULATOR_LOOK_COST;
	return simulator->looked <= SIMULATOR_LOOK_MAX
		       ? BSN_OK
		       : bsn_fail(err, BSN_OUT_OF_BUDGET,
				  "the queries of one transaction may look at "
				  "%u MiB of values: ask for less, or put an "
				  "index into the package",
				  SIMULATOR_LOOK_MAX >> 20);
}

int32_t
simulator_note_read(Simulator *simulator, const StateItem *item, bsn_err *err)
{
	bsn_slice namespace = { NULL, 0 };
	bsn_slice collection = { NULL, 0 };
	bsn_slice key = { NULL, 0 };
	int32_t status;

	(void)state_key_split(item->key, &namespace, &collection, &key);
	status = simulator_charge(simulator, key.len, err);
	if (status == BSN_OK)
		rwset_builder_read(&simulator->builder, namespace, key,
				   &item->version);
	return status;
}
