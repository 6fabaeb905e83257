/* SPDX-License-Identifier: Apache-2.0
 *
 * What a crash left in the journal.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "host/service/store_journal_private.h"

/* Read at once while heads are looked for. */
#define WINDOW_LEN ((gsize)64 * RECORD_BLOCK)

/* A record after the position. */
typedef struct {
	Segment *segment;
	guint64 offset;
	RecordHead head;
} Found;

typedef struct {
	StoreJournal *journal;
	GArray *found; /* Found, by sequence once all are there */
	StoreJournalReplay replay;
	void *owner;
	guint8 window[WINDOW_LEN];
} Scan;

gboolean
journal_refuse(GError **error, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_set_error_literal(
		error, g_quark_from_static_string("bsn-store-error"), 0, text);
	return FALSE;
}

static gboolean
refuse_read(const Segment *segment, GError **error)
{
	return journal_refuse(error, "cannot read journal-%u: %s",
			      segment->index, g_strerror(errno));
}

/* ---- finding records ---- */

static void
note(Scan *scan, Segment *segment, guint64 offset, const RecordHead *head)
{
	Found found = { segment, offset, *head };

	if (head->sequence > scan->journal->folded.sequence)
		g_array_append_val(scan->found, found);
}

/* The block at the offset; NULL and errno. Blocks are met in ascending order.
 */
static const guint8 *
block_at(Scan *scan, const Segment *segment, guint64 offset, guint64 *window)
{
	if (offset < *window || offset >= *window + WINDOW_LEN) {
		gsize len = (gsize)MIN(segment->size - offset, WINDOW_LEN);

		if (!segment_read(segment, scan->window, len, offset))
			return NULL;
		*window = offset;
	}
	return scan->window + (offset - *window);
}

/* Segments are written front to back, so nothing that is needed lies inside of
 * a record whose head is good. */
static gboolean
find_in(Scan *scan, Segment *segment, GError **error)
{
	guint64 offset = RECORD_BLOCK, window = G_MAXUINT64 - WINDOW_LEN;

	while (offset < segment->size) {
		const guint8 *block = block_at(scan, segment, offset, &window);
		RecordHead head;

		if (block == NULL)
			return refuse_read(segment, error);
		if (record_head_read(&head, block, scan->journal->id) &&
		    head.len <= segment->size - offset - RECORD_HEAD_LEN) {
			note(scan, segment, offset, &head);
			offset += record_room(head.len);
		} else {
			offset += RECORD_BLOCK;
		}
	}
	return TRUE;
}

static int
by_sequence(const void *a, const void *b)
{
	const Found *left = a, *right = b;

	if (left->head.sequence != right->head.sequence)
		return left->head.sequence < right->head.sequence ? -1 : 1;
	return 0;
}

/* ---- replaying ---- */

#define RESTORE "restore the store from a backup"

/* `expected` is not there, but `next` is. */
static gboolean
refuse_gap(const Scan *scan, guint i, guint64 expected, GError **error)
{
	const Found *next = &g_array_index(scan->found, Found, i);
	const Found *before = i > 0 ? next - 1 : NULL;
	g_autofree char *place = NULL;

	if (before != NULL)
		place = g_strdup_printf(
			"which came after offset %" G_GUINT64_FORMAT
			" of journal-%u",
			before->offset, before->segment->index);
	return journal_refuse(
		error,
		"is damaged: record %" G_GUINT64_FORMAT
		" of the journal is missing, %s, and record %" G_GUINT64_FORMAT
		" is at offset %" G_GUINT64_FORMAT " of journal-%u; put back "
		"the journal-* files that belong to data.mdb, or " RESTORE,
		expected,
		place != NULL ? place : "the first that data.mdb does not have",
		next->head.sequence, next->offset, next->segment->index);
}

static gboolean
refuse_damage(const Found *found, const char *what, GError **error)
{
	return journal_refuse(error,
			      "is damaged: record %" G_GUINT64_FORMAT
			      " of the journal, at offset %" G_GUINT64_FORMAT
			      " of journal-%u, cannot be used: %s; " RESTORE,
			      found->head.sequence, found->offset,
			      found->segment->index, what);
}

static gboolean
replay_frames(const Scan *scan, const Found *found, const guint8 *frames,
	      GError **error)
{
	const guint64 at = found->offset + RECORD_HEAD_LEN;
	/* Another process writes it again when it likes. */
	StoreView *view = scan->journal->reads_only
				  ? NULL
				  : segment_view(found->segment);

	for (guint64 done = 0; done < found->head.len;) {
		const char *why;
		StoreBatch *batch =
			store_batch_read(frames + done, found->head.len - done,
					 view, at + done, &why);

		if (batch == NULL)
			return refuse_damage(found, why, error);
		done += batch->size.data;
		scan->replay(scan->owner, batch);
	}
	return TRUE;
}

/* Rule 5: its number will be used again. */
static gboolean
cut_tail(const Scan *scan, const Found *found, GError **error)
{
	int code = segment_write(found->segment, scan->journal->zeroes,
				 RECORD_BLOCK, found->offset);

	if (code == 0)
		return TRUE;
	return journal_refuse(error, "cannot write journal-%u: %s",
			      found->segment->index, g_strerror(code));
}

/* A segment is written front to back: who sees another record's bytes in this
 * one finds that its head has gone before. */
static gboolean
is_still_there(const Scan *scan, const Found *found)
{
	guint8 bytes[RECORD_HEAD_LEN];
	RecordHead head;

	return segment_read(found->segment, bytes, sizeof(bytes),
			    found->offset) &&
	       record_head_read(&head, bytes, scan->journal->id) &&
	       head.sequence == found->head.sequence;
}

static gboolean
replay_record(Scan *scan, guint i, GError **error)
{
	const Found *found = &g_array_index(scan->found, Found, i);
	StoreJournal *journal = scan->journal;
	g_autofree guint8 *frames = g_try_malloc((gsize)found->head.len + 1);

	if (frames == NULL)
		return refuse_damage(found, "there is no memory for it", error);
	if (!segment_read(found->segment, frames, (gsize)found->head.len,
			  found->offset + RECORD_HEAD_LEN))
		return refuse_read(found->segment, error);
	if (record_check(&found->head, frames)) {
		found->segment->newest = found->head.sequence;
		journal->written.sequence = found->head.sequence;
		journal->written.bytes += record_room(found->head.len);
		return replay_frames(scan, found, frames, error);
	}
	if (i + 1 < scan->found->len)
		return refuse_damage(found,
				     "its checksum is wrong, and it is "
				     "not the last one",
				     error);
	if (!journal->reads_only)
		return cut_tail(scan, found, error);
	return is_still_there(scan, found) ||
	       refuse_damage(found, "it was overwritten meanwhile", error);
}

static gboolean
replay_all(Scan *scan, GError **error)
{
	guint64 expected = scan->journal->folded.sequence + 1;

	g_array_sort(scan->found, by_sequence);
	for (guint i = 0; i < scan->found->len; i++, expected++) {
		const Found *found = &g_array_index(scan->found, Found, i);

		if (found->head.sequence > expected)
			return refuse_gap(scan, i, expected, error);
		if (found->head.sequence < expected)
			return refuse_damage(found, "there are two of it",
					     error);
		if (!replay_record(scan, i, error))
			return FALSE;
	}
	return TRUE;
}

/* Rule 5: what is built upon has to be on disk first. */
static gboolean
sync_found(const Scan *scan, GError **error)
{
	const Segment *synced = NULL;

	for (guint i = 0; i < scan->found->len; i++) {
		const Segment *segment =
			g_array_index(scan->found, Found, i).segment;

		if (segment == synced)
			continue;
		if (fdatasync(segment->fd) != 0)
			return journal_refuse(
				error, "cannot sync journal-%u: %s",
				segment->index, g_strerror(errno));
		synced = segment;
	}
	return TRUE;
}

gboolean
journal_scan(StoreJournal *journal, StoreJournalReplay replay, void *owner,
	     GError **error)
{
	g_autofree Scan *scan = g_new(Scan, 1);
	gboolean done = TRUE;

	scan->journal = journal;
	scan->replay = replay;
	scan->owner = owner;
	scan->found = g_array_new(FALSE, FALSE, sizeof(Found));
	for (guint i = 0; done && i < journal->segments->len; i++)
		done = find_in(scan, journal->segments->pdata[i], error);
	done = done && replay_all(scan, error) &&
	       (journal->reads_only || sync_found(scan, error));
	g_array_free(scan->found, TRUE);
	return done;
}
