/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/raft-disk.h: one node's disk for raft-net: batches of Raft's
 * changes and of the engine's blocks, in order; a crash loses those that were
 * not synced.
 */
#ifndef TESTS_UNIT_RAFT_DISK_H
#define TESTS_UNIT_RAFT_DISK_H

#include "plugins/consensus-raft/raft.h"

typedef struct RaftDisk RaftDisk;

RaftDisk *raft_disk_new(void);
void raft_disk_free(RaftDisk *disk);

/* Batches accepted so far, lost ones included. */
guint64 raft_disk_batches(const RaftDisk *disk);
void raft_disk_add(RaftDisk *disk, const Raft *raft, const RaftSave *change);
void raft_disk_add_block(RaftDisk *disk, guint64 height);
/* Makes the first `batches` of all durable: the latest change of Raft's and the
 * greatest height among those that were not so before, 0 for none. */
void raft_disk_sync(RaftDisk *disk, guint64 batches, guint64 *seq,
		    guint64 *height);
/* Loses what is not durable; the height that is left. */
guint64 raft_disk_crash(RaftDisk *disk);
/* What Raft finds; takes `first`, the voters of a new chain. */
RaftRecord raft_disk_record(RaftDisk *disk, RaftVoters *first);
/* An entry's data, synced or not. */
GBytes *raft_disk_load(const RaftDisk *disk, guint64 index);

#endif
