/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/chain.h: bsn_chain_ops of this engine.
 */
#ifndef FABRIC_CHAIN_H
#define FABRIC_CHAIN_H

#include <bsn/engine.h>
#include <glib.h>

extern const bsn_chain_ops fabric_chain_ops;

/* Opens the channel once more, from what its store has now: another state than
 * the one that it has worked with. Whoever waits for a transaction is told that
 * the channel closes. Nothing of the channel's parts may be running.
 *
 * Returns: BSN_OK.
 * In:      genesis: block 0; NULL: the store has it.
 * Errors:  BSN_E_IO, BSN_E_CORRUPT; BSN_FULL, BSN_BUSY with a genesis: then all
 *          is as before, and may be tried again. [strand] */
int32_t channel_begin_again(bsn_ledger *channel, GBytes *genesis,
			    bsn_err *err);

#endif
