/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/record.h: Raft's state in the chain's store, under
 * keys that begin with 0xff:
 *
 *      0xff 'h'              version, term, vote
 *      0xff 'b'              version, the log's base
 *      0xff 'l' index (8)    an entry, as in messages
 */
#ifndef CONSENSUS_RAFT_RECORD_H
#define CONSENSUS_RAFT_RECORD_H

#include <bsn/host.h>

#include "plugins/consensus-raft/raft.h"

/* Reads what there is; `first`, taken, are the voters when there is nothing
 * yet. Blocks stay on disk.
 *
 * Returns: BSN_OK, or a failure with nothing to free.
 * Errors:  BSN_E_CORRUPT, BSN_E_VERSION, BSN_E_IO.
 * [strand] */
int32_t raft_record_read(bsn_chain *chain, RaftVoters *first,
			 RaftRecord *record, bsn_err *err);

/* Writes a change as one batch. Returns what bsn_store.commit returns.
 * [strand] & open */
int32_t raft_record_write(bsn_chain *chain, const Raft *raft,
			  const RaftSave *change, uint64_t cookie,
			  bsn_err *err);

/* The data of an entry, a new reference, or NULL. [strand] & open */
GBytes *raft_record_load(bsn_chain *chain, guint64 index, bsn_err *err);

#endif
