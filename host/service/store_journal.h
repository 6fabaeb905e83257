/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_journal.h: the journal before the database. What is
 * accepted is appended and synced here, many batches at once, and is written
 * into the database later, in order of key and in large transactions.
 *
 * What is on disk when, whatever the disk does with blocks that were not
 * synced:
 *
 * 1. A record is written into blocks that hold nothing needed, in one segment,
 *    and is synced before the next one is begun. So of all records at most the
 *    newest is not whole, and nobody was told that it is durable.
 * 2. A segment's length, zeroes, head and name in the directory are synced
 *    before the first record is written into it. A record changes no metadata.
 * 3. A transaction of the database holds records up to a position only after
 *    these were synced. The position is in that transaction.
 * 4. A segment is written again only when the database's synced position is at
 *    or after its newest record. So whatever a record has a sequence number at
 *    or below the position is old, wherever it is found.
 * 5. When a store is opened, what was found after the position is synced before
 *    anything follows it (after kill -9 it may be in the page cache only), and
 *    the head of a record that is not whole is overwritten and synced, so that
 *    its sequence number can be used again.
 *
 * Hence the records that are needed are those of this store after the position;
 * they have consecutive numbers. One that is not whole and has none after it is
 * where a crash cut. One that is missing or not whole and has another after it
 * was damaged: the store is not opened.
 *
 * Segments are files journal-0, journal-1, ... beside the database. Their first
 * block is a head:
 *
 *        0  magic "BSNJRNAL"
 *        8  u32 format, 1
 *       12  u32 CRC-32C of bytes 16 to 23
 *       16  u64 the store's identifier, by chance, which is in the database and
 *               in every record too
 *
 * then come records (store_record.h).
 */
#ifndef HOST_SERVICE_STORE_JOURNAL_H
#define HOST_SERVICE_STORE_JOURNAL_H

#include "host/service/store_batch.h"

typedef struct StoreJournal StoreJournal;

/* A place between two records. */
typedef struct {
	guint64 sequence; /* of the record before it; 0 is the beginning */
	guint64 bytes;	  /* of the files, since opening */
} StoreJournalMark;

/* Is given the batches that are not in the database, in order. Takes over the
 * batch. */
typedef void (*StoreJournalReplay)(void *owner, StoreBatch *batch);

/* The number of the first segment that is there; -1 when there is none, or the
 * directory cannot be read. */
gint64 store_journal_first(int directory_fd);
/* Makes a journal's first segment, for a store that has none; files that an
 * earlier attempt left are removed. 0 or an errno code; EEXIST when there is a
 * segment with records, which stays. */
int store_journal_make(int directory_fd, guint64 id);
/* Opens the segments and replays what comes after `folded`, the database's
 * position. NULL, and a sentence without the directory, when they are missing,
 * damaged, of another store or of a newer format, or cannot be read.
 * `directory_fd` stays open as long as the journal. */
StoreJournal *store_journal_open(int directory_fd, guint64 id, guint64 folded,
				 StoreJournalReplay replay, void *owner,
				 GError **error);
void store_journal_close(StoreJournal *journal);
/* Only reads, for another process than the one that writes, which may be
 * writing now: a record that is not whole is the end then, too, and one that is
 * missing, or is being overwritten, was folded since `folded` was read: FALSE.
 */
gboolean store_journal_read(int directory_fd, guint64 id, guint64 folded,
			    StoreJournalReplay replay, void *owner,
			    GError **error);

/* ---- on one thread, the committer's ---- */

/* Appends the batches of a list that are marked `recorded` as one record and
 * syncs it. 0 or an errno code: then nothing is durable, and the next call
 * takes its place. ENOSPC and the like may be tried again with the same group.
 */
int store_journal_append(StoreJournal *journal, const StoreBatch *group);

/* Where the frames of the last record are. */
typedef struct {
	StoreView *view; /* the journal's, until the next record; NULL when it
			  * cannot be had */
	guint64 at;
} StoreJournalPlace;

/* After an append with a record. */
void store_journal_place(StoreJournal *journal, StoreJournalPlace *out);

/* ---- from any thread ---- */

/* Up to where it is durable. */
void store_journal_mark(StoreJournal *journal, StoreJournalMark *out);
/* Up to where the database has it. */
void store_journal_folded_mark(StoreJournal *journal, StoreJournalMark *out);
/* The database has it up to there, synced. */
void store_journal_folded(StoreJournal *journal, const StoreJournalMark *mark);

typedef struct {
	guint64 bytes;	  /* of its files */
	guint64 unfolded; /* of them, with records not in the database */
	guint64 records;  /* appended since opening */
	guint64 room;	  /* that one record may take without a new segment */
} StoreJournalUsage;

void store_journal_usage(StoreJournal *journal, StoreJournalUsage *out);

#endif
