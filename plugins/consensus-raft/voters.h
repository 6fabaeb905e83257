/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/voters.h: the set of nodes whose votes count, by their
 * public keys. A set is never changed once it is made, so that log, snapshots
 * and messages share it.
 *
 * All functions: [any].
 */
#ifndef CONSENSUS_RAFT_VOTERS_H
#define CONSENSUS_RAFT_VOTERS_H

#include "plugins/kit/wire.h"

/* Each block is sent by its leader to every voter; more nodes than this join as
 * observers. */
#define RAFT_VOTERS_MAX 64u
/* Bytes of a public key; the longest of today's has 65. */
#define RAFT_KEY_MAX 255u

/* GBytes, ascending, each once; g_ptr_array_ref and _unref. */
typedef GPtrArray RaftVoters;

/* An empty set. */
RaftVoters *raft_voters_new(void);
/* Sets with one key more or less than `voters`. */
RaftVoters *raft_voters_with(const RaftVoters *voters, GBytes *key);
RaftVoters *raft_voters_without(const RaftVoters *voters, GBytes *key);

gboolean raft_voters_have(const RaftVoters *voters, GBytes *key);
/* The first key that is in `a` and not in `b`, or NULL; borrowed. */
GBytes *raft_voters_extra(const RaftVoters *a, const RaftVoters *b);
/* Votes that decide: more than half. */
guint raft_voters_quorum(const RaftVoters *voters);

/* Number of keys, then each with its length. */
void raft_voters_put(const RaftVoters *voters, GByteArray *out);
/* Reads what put wrote, and nothing else: NULL for too many, too long or
 * unordered keys, or for an end too early. */
RaftVoters *raft_voters_read(Wire *wire);

#endif
