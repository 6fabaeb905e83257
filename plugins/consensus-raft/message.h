/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/consensus-raft/message.h: what Raft nodes say to each other, as
 * bytes: 0xff, version, type, flags, then big-endian numbers in the order of
 * the members below. Names are those of Ongaro, 2014, figure 3.1 and sections
 * 3.10 and 9.6.
 *
 * Who sent a message is known from the connection, and stands in no message.
 *
 * All functions: [any].
 */
#ifndef CONSENSUS_RAFT_MESSAGE_H
#define CONSENSUS_RAFT_MESSAGE_H

#include "plugins/consensus-raft/certificate.h"
#include "plugins/consensus-raft/log.h"

/* Types. */
#define RAFT_VOTE 1u       /* RequestVote: term, index, log_term */
#define RAFT_VOTE_REPLY 2u /* term */
#define RAFT_APPEND                                                            \
	3u                   /* AppendEntries: term, index and log_term of the \
			      * entry before, commit, n, entries */
#define RAFT_APPEND_REPLY 4u /* term, index, echo */
#define RAFT_SNAPSHOT                                                   \
	5u           /* InstallSnapshot: term, index, log_term, height, \
		      * voters; the state comes by block sync */
#define RAFT_WAKE 6u /* term: a follower of a quiet leader has work */
#define RAFT_TIMEOUT_NOW 7u /* term: the leader goes; stand at once */

/* Flags. */
#define RAFT_PRE 1u     /* of VOTE and its reply: would you vote for me? */
#define RAFT_YES 2u     /* of replies: granted; the log matches up to index */
#define RAFT_QUIET 4u   /* of APPEND: no heartbeats from here on */
#define RAFT_SYNCING 8u /* of APPEND_REPLY: a snapshot is on its way in */
#define RAFT_TRANSFER 16u /* of VOTE: the leader itself asked for it */

/* Bytes of data that one entry may have: a proposal and its certificate. One
 * entry fits a message, whatever is around it. */
#define RAFT_ENTRY_MAX (BSN_PROPOSAL_MAX + 2u + RAFT_CERTIFICATE_MAX)
/* Entries of one message. */
#define RAFT_ENTRIES_MAX 1024u
/* Greater terms and indexes come from no node that keeps the protocol, and
 * sums with them could overflow. */
#define RAFT_NUMBER_MAX (G_MAXUINT64 >> 1)

typedef struct {
	guint8 type;
	guint8 flags;
	guint64 term;
	guint64 index;
	guint64 log_term;
	guint64 commit;
	guint64 height;
	guint64 echo;       /* of APPEND_REPLY: the index that it answers */
	guint32 n;          /* entries */
	bsn_slice entries;  /* each by raft_entry_read */
	RaftVoters *voters; /* of SNAPSHOT */
} RaftMessage;

/* One entry, as it crosses and as it is stored. */
typedef struct {
	guint8 kind;
	guint64 term;
	guint64 height;
	bsn_slice data;
} RaftEntryView;

/* Appends a message. `entries` holds `n` entries as raft_entry_put wrote
 * them. */
void raft_message_put(const RaftMessage *message, GByteArray *out);
/* Reads a whole message and checks every entry in it.
 *
 * Returns: TRUE; the caller gives it to raft_message_clear. FALSE for anything
 *          but what put writes, with nothing to clear. */
gboolean raft_message_read(bsn_slice bytes, RaftMessage *message);
void raft_message_clear(RaftMessage *message);

/* Appends an entry's head and data. */
void raft_entry_put(const RaftEntryView *entry, GByteArray *out);
/* Bytes that put appends beside the data. */
#define RAFT_ENTRY_HEAD 21u
/* Reads the next one; FALSE makes the wire bad. */
gboolean raft_entry_read(Wire *wire, RaftEntryView *entry);

#endif
