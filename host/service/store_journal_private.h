/* SPDX-License-Identifier: Apache-2.0
 *
 * host/service/store_journal_private.h: what the journal's own files share.
 */
#ifndef HOST_SERVICE_STORE_JOURNAL_PRIVATE_H
#define HOST_SERVICE_STORE_JOURNAL_PRIVATE_H

#include "host/service/store_journal.h"
#include "host/service/store_record.h"

/* The first segment has this many bytes, each further one twice as many as the
 * largest, up to the second number: a host with a few quiet chains needs little,
 * and while one is made, a sync of all of it, commits wait. A record that is larger
 * has a segment of its own; one above the third number goes once it is free. */
#define SEGMENT_MIN ((guint64)1 << 20)
#define SEGMENT_USUAL ((guint64)4 << 20)
#define SEGMENT_MAX ((guint64)16 << 20)
#define SEGMENT_HEAD_LEN 24u

typedef struct {
	guint32 index; /* of its name */
	int fd;
	guint64 size;	 /* whole blocks */
	guint64 end;	 /* where the next record begins; the committer's */
	guint64 newest;	 /* sequence of its last record; the committer's */
	gboolean headed; /* the head on disk is good */
	StoreView *view; /* NULL: nobody has asked for it; under the journal's
			  * lock once it is open */
} Segment;

struct StoreJournal {
	int directory_fd;
	guint64 id;
	GPtrArray *segments; /* the committer's */
	Segment *current;    /* the committer's; NULL before the first record */
	guint64 place; /* of the last record's frames in it; the committer's */
	guint8 *zeroes;	     /* a block */
	gboolean reads_only;

	GMutex lock; /* of what follows */
	StoreJournalMark written, folded;
	guint64 bytes, records;
};

/* ---- store_journal_segment.c ---- */

void segment_free(Segment *segment);
/* Opens a file with O_RDWR or O_RDONLY; NULL and errno when that fails. */
Segment *segment_open(int directory_fd, guint32 index, int mode);
/* Makes a file of `size` bytes, synced with its name. 0 or an errno code, and
 * no file then. */
int segment_make(int directory_fd, guint64 id, guint32 index, guint64 size,
		 Segment **out);
int segment_write_head(Segment *segment, guint64 id);
/* 0, EEXIST when something was written after its head, or an errno code. */
int segment_check_unused(int directory_fd, guint32 index);
void segment_remove(int directory_fd, guint32 index);
/* The indices of all that are there, ascending; NULL and errno. */
GArray *segment_list(int directory_fd);

typedef enum {
	SEGMENT_OURS,
	SEGMENT_BLANK, /* no head: making it was interrupted, or it is damaged
			*/
	SEGMENT_FOREIGN,
	SEGMENT_NEWER,
	SEGMENT_UNREADABLE, /* errno says why */
} SegmentKind;

SegmentKind segment_kind(const Segment *segment, guint64 id);
/* Reads exactly so many bytes; FALSE and errno. */
gboolean segment_read(const Segment *segment, void *out, gsize len,
		      guint64 offset);
/* Its bytes where they lie, as long as the segment is there; NULL when they cannot
 * be mapped. While others have a reference it is not written again. */
StoreView *segment_view(Segment *segment);
/* 0 or an errno code. */
int segment_write(const Segment *segment, const void *data, gsize len,
		  guint64 offset);

/* ---- store_journal_scan.c ---- */

/* Reads what comes after journal->folded and replays it, then makes it fit for
 * appending (rule 5 of store_journal.h). */
gboolean journal_scan(StoreJournal *journal, StoreJournalReplay replay,
		      void *owner, GError **error);

G_GNUC_PRINTF(2, 3)
gboolean journal_refuse(GError **error, const char *format, ...);

#endif
